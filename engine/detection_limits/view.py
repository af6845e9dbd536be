"""All settings of the page: what is measured, where on its curve to look, and from which score a box counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine import config as settings
from engine.detection import experiment as detection
from engine.detection_limits import experiment, tiles
from engine.detection_limits.factors import COUNT, CUT, FACTORS, HIDDEN, SIZE, STRETCH, TURN

TILED = "tiles"
AT = {COUNT: "at_count", SIZE: "at_size", CUT: "at_cut", HIDDEN: "at_hidden", STRETCH: "at_stretch", TURN: "at_turn"}
"""A factor → the setting that says at which of its values to look."""


def _at(factor: str) -> Any:
    one = FACTORS[factor]
    return settings.number(one.usual, min(one.points), max(one.points))


@dataclass(frozen=True)
class View(settings.Config):
    """All settings of the page.

    Attributes:
        factor: What is made harder: one of `factors.FACTORS`, or TILED.
        at_count, at_size, at_cut, at_hidden, at_stretch, at_turn: Where to look on each factor's curve; the nearest
            measured point is shown.
        at_tiles: The finest tiling shown.
        score: Least score of a box that counts.
        things, size, scenes, seed: As in `experiment.Config`.
        photograph, upload, input, slice, overlap: As in `tiles.Config`.
    """

    factor: str = settings.choice(COUNT, (*FACTORS, TILED))
    at_count: float = _at(COUNT)
    at_size: float = _at(SIZE)
    at_cut: float = _at(CUT)
    at_hidden: float = _at(HIDDEN)
    at_stretch: float = _at(STRETCH)
    at_turn: float = _at(TURN)
    at_tiles: int = settings.integer(3, 1, max(tiles.TILES))
    score: float = settings.number(0.25, 0.05, 0.95)
    things: int = settings.integer(4, 1, 20)
    size: int = settings.integer(32, 12, 80)
    scenes: int = settings.integer(300, 20, 600)
    seed: int = settings.integer(0, 0, 9999)
    photograph: str = settings.choice("busy", detection.PICTURES)
    upload: str = settings.text("", 64)
    input: int = settings.choice(416, detection.SIZES)
    slice: int = settings.choice(1, tiles.SLICES)
    overlap: int = settings.integer(25, 0, 50)

    @property
    def tiled(self) -> bool:
        """Return whether the photograph is looked at, and not the scenes."""
        return self.factor == TILED

    @property
    def at(self) -> float:
        """Return where on the factor's curve to look."""
        return float(self.at_tiles if self.tiled else getattr(self, AT[self.factor]))

    def run(self) -> experiment.Config | tiles.Config:
        """Return what has to be measured for this view."""
        if self.tiled:
            upload = self.upload if self.photograph == detection.UPLOAD else ""
            return tiles.Config(
                photograph=self.photograph, upload=upload, input=self.input, slice=self.slice, overlap=self.overlap
            )
        return experiment.Config(
            factor=self.factor, things=self.things, size=self.size, scenes=self.scenes, seed=self.seed
        ).settled()

    def asked(self) -> View:
        """Return the view without what is only looked at: what makes it one of the scenes, or the reader's own."""
        default = View()
        looked = {name: getattr(default, name) for name in (*AT.values(), "at_tiles", "score")}
        run = self.run()
        if isinstance(run, tiles.Config):
            return View(factor=TILED, upload=run.upload).changed(
                photograph=run.photograph, input=run.input, slice=run.slice, overlap=run.overlap
            )
        return self.changed(**looked, things=run.things, size=run.size, **_PHOTOGRAPH)


_PHOTOGRAPH = {name: getattr(View(), name) for name in ("photograph", "upload", "input", "slice", "overlap")}
