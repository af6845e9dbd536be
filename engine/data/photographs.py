"""The photographs that come with the app, each with its credit: what the pages on pictures show first.

They are small enough for a slow network and large enough to recognise a face in. The licence of each allows
shipping it; the credit stands under the picture wherever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "photographs"


@dataclass(frozen=True)
class Photograph:
    """One shipped photograph.

    Attributes:
        name: Its id, and the stem of its file.
        label: What the page calls it.
        credit: Whose it is and under which terms; shown under the picture.
    """

    name: str
    label: str
    credit: str

    @property
    def path(self) -> Path:
        """Return where its JPEG lies."""
        return FOLDER / f"{self.name}.jpg"


PHOTOGRAPHS = (
    Photograph("astronaut", "Astronaut", "Eileen Collins, NASA, public domain"),
    Photograph("chelsea", "Cat", "Chelsea, Stéfan van der Walt, CC0"),
    Photograph("coffee", "Coffee", "Rachel Michetti, CC0"),
    Photograph("camera", "Photographer", "Lav Varshney, CC0"),
    Photograph("rocket", "Rocket", "SpaceX, public domain"),
    Photograph("china", "Temple", "danielbuechele on Flickr, CC BY 2.0"),
    Photograph("flower", "Flower", "vultilion on Flickr, CC BY 2.0"),
    Photograph("busy", "Busy scene", "Put together from Astronaut (NASA), Chelsea, Coffee and Photographer (CC0)"),
)
BY_NAME = {photograph.name: photograph for photograph in PHOTOGRAPHS}
