"""All settings of the page in one: what is run, what is looked at closer, and which view is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine import config as base
from engine.config import choice, integer, number
from engine.errors import InvalidSetting
from engine.face_generator import closer, experiment
from engine.face_generator.closer import STRENGTHS
from engine.face_generator.experiment import FACES, LAST
from engine.face_generator.noise import NOISES, NORMAL
from engine.face_generator.source import ATTRIBUTES, DRAWN, KINDS

VIEWS = {
    "grid": "Grid",
    "plane": "Plane",
    "walk": "Walk",
    "attributes": "Attributes",
    "neighbours": "Neighbours",
    "quiz": "Quiz",
}
_LOW, _HIGH = STRENGTHS[0], STRENGTHS[-1]


@dataclass(frozen=True)
class View(base.Config):
    """Settings of the page.

    Attributes:
        view: One of VIEWS.
        kind, noise, truncation, seed, moment, steps, learning_rate, batch_size: See `experiment.Config`.
        a, b, c: Numbers of the three chosen faces of the grid, all different.
        glasses, smile, beard, hair_colour, skin, yaw, background: How far face A is moved along each direction of
            ATTRIBUTES, in standard deviations.
    """

    VERSION: ClassVar[int] = 1

    view: str = choice("grid", tuple(VIEWS))
    kind: str = choice(DRAWN, tuple(KINDS))
    noise: str = choice(NORMAL, tuple(NOISES))
    truncation: float = number(1.0, 0.0, 2.0)
    moment: int = integer(LAST, 0, LAST)
    a: int = integer(0, 0, FACES - 1)
    b: int = integer(1, 0, FACES - 1)
    c: int = integer(2, 0, FACES - 1)
    seed: int = integer(0, 0, 9999)
    glasses: float = number(0.0, _LOW, _HIGH)
    smile: float = number(0.0, _LOW, _HIGH)
    beard: float = number(0.0, _LOW, _HIGH)
    hair_colour: float = number(0.0, _LOW, _HIGH)
    skin: float = number(0.0, _LOW, _HIGH)
    yaw: float = number(0.0, _LOW, _HIGH)
    background: float = number(0.0, _LOW, _HIGH)
    steps: int = integer(0, 0, 600)
    learning_rate: float = number(0.0005, 1e-5, 0.1)
    batch_size: int = integer(16, 4, 64)

    def check(self) -> None:
        """Check that the three faces differ; raise InvalidSetting."""
        if len({self.a, self.b, self.c}) < 3:
            raise InvalidSetting("A, B and C must be three different faces.", "Choose other numbers.")

    def run(self) -> experiment.Config:
        """Return what is run."""
        return experiment.Config(
            self.kind,
            self.noise,
            self.truncation,
            self.seed,
            self.moment,
            self.steps,
            self.learning_rate,
            self.batch_size,
        ).settled()

    def closer(self) -> closer.Config:
        """Return what is looked at closer."""
        strengths = tuple(getattr(self, one.id) for one in ATTRIBUTES)
        faces = (self.a, self.b, self.c)
        return closer.Config(self.kind, self.noise, self.truncation, self.seed, self.moment, faces, strengths)

    def plain(self) -> View:
        """Return the settings with the chosen faces and attributes at their defaults: a scene is one with any."""
        start = View()
        own = {name: getattr(start, name) for name in ("a", "b", "c", *(one.id for one in ATTRIBUTES))}
        return self.changed(**own)
