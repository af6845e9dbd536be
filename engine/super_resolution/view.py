"""What is looked at: the picture and its enlargement, and where the magnified lens lies when the page opens.

What the learner should see: the same place in every enlargement at once. A link carries the place along.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine import config as settings
from engine.super_resolution.experiment import Config
from engine.super_resolution.network import SCALES
from engine.super_resolution.sources import FACE_SCALE, JUDGE, MODES, PICTURES, SHEET

PICTURE, DIFFERENCE, DETAIL = "picture", "difference", "detail"
LOOKS = (PICTURE, DIFFERENCE, DETAIL)


@dataclass(frozen=True)
class View(settings.Config):
    """The settings of the page: those of the run, and how it is looked at first.

    Attributes:
        photograph: As in Config.
        upload: As in Config.
        mode: As in Config.
        scale: As in Config.
        across: As in Config.
        down: As in Config.
        lens_x: Middle of the lens, 0 (left) to 1 (right).
        lens_y: Middle of the lens, 0 (top) to 1 (bottom).
        look: PICTURE, DIFFERENCE to the truth, or the added DETAIL.
    """

    photograph: str = settings.choice("chelsea", PICTURES)
    upload: str = settings.text("", 64)
    mode: str = settings.choice(JUDGE, MODES)
    scale: int = settings.choice(4, SCALES)
    across: float = settings.number(0.5, 0, 1)
    down: float = settings.number(0.5, 0, 1)
    lens_x: float = settings.number(0.42, 0, 1)
    lens_y: float = settings.number(0.42, 0, 1)
    look: str = settings.choice(PICTURE, LOOKS)

    def run(self) -> Config:
        """Return what has to be computed for this view."""
        if self.photograph == SHEET:
            return Config(SHEET, scale=FACE_SCALE)
        return Config(self.photograph, self.upload, self.mode, self.scale, self.across, self.down)
