"""A closer look at one moment: the plane through three faces, a walk, attributes, neighbours, and pairs for the quiz.

What the learner should see: near a face there are only faces. The numbers have directions that mean something, though
nobody named them; and what comes out is new, or it is not: the nearest training pictures tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, several
from engine.errors import InvalidSetting
from engine.face_generator import source
from engine.face_generator.experiment import FACES, LAST
from engine.face_generator.noise import NOISES, NORMAL
from engine.face_generator.source import ATTRIBUTES, DRAWN, KINDS

if TYPE_CHECKING:
    from engine.runs.context import Context

PLANE, PLANE_LOW, PLANE_HIGH = 17, -0.25, 1.25
WALK, WALK_COLUMNS = 33, 11
STRENGTHS = tuple(float(value) for value in np.linspace(-3, 3, 9))
NEAREST = 6
PAIRS, QUIZ_COLUMNS = 16, 8


@dataclass(frozen=True)
class Config(base.Config):
    """What is looked at.

    Attributes:
        kind, noise, truncation, seed: As in `experiment.Config`: which faces there are.
        moment: Whose network makes them, 0 (untrained) to LAST.
        faces: Numbers of three different faces of the grid: A, B and C.
        strengths: How far A is moved along each direction of ATTRIBUTES, in standard deviations.
    """

    VERSION: ClassVar[int] = 1

    kind: str = choice(DRAWN, tuple(KINDS))
    noise: str = choice(NORMAL, tuple(NOISES))
    truncation: float = number(1.0, 0.0, 2.0)
    seed: int = integer(0, 0, 9999)
    moment: int = integer(LAST, 0, LAST)
    faces: tuple[int, ...] = several((0, 1, 2), integer(0, 0, FACES - 1), 3, 3)
    strengths: tuple[float, ...] = several(
        (0.0,) * len(ATTRIBUTES), number(0.0, STRENGTHS[0], STRENGTHS[-1]), len(ATTRIBUTES), len(ATTRIBUTES)
    )

    def check(self) -> None:
        """Check that the three faces differ; raise InvalidSetting."""
        if len(set(self.faces)) != len(self.faces):
            raise InvalidSetting("A, B and C must be three different faces.", "Choose other numbers.")

    def digests(self) -> tuple[str, ...]:
        """Return the digest of the shipped weights."""
        return source.digests(self.kind)


@dataclass(frozen=True)
class Result:
    """What lies around face A; sheets are WebP, uint8 (N,). All distances are root mean squared, of pixels in 0…1.

    Attributes:
        config: What was looked at.
        plane: PLANE × PLANE faces; the top row has the most of C, the last column the most of B.
        walk: WALK faces from A to B, WALK_COLUMNS a row.
        change: float32 (WALK − 1,), how far each face of the walk lies from the one before.
        attributes: One row of len(STRENGTHS) faces for each of ATTRIBUTES.
        correlation: float32 (A,), how well each direction agrees with what is seen, −1 … 1.
        neighbours: Face A and the NEAREST training pictures; empty where there are none to show.
        distances: float32 (NEAREST,), of those; rising.
        generated: float32 (FACES,), of each face of the grid to the training picture nearest to it.
        fresh: float32 (FACES,), the same of new real pictures, which nobody has trained on.
        quiz: 2 × PAIRS pictures, QUIZ_COLUMNS a row; empty where there are no real ones to show.
        fake: uint8 (PAIRS,), 0 where the first picture of a pair is generated, 1 where the second is.
    """

    config: Config
    plane: np.ndarray
    walk: np.ndarray
    change: np.ndarray
    attributes: np.ndarray
    correlation: np.ndarray
    neighbours: np.ndarray
    distances: np.ndarray
    generated: np.ndarray
    fresh: np.ndarray
    quiz: np.ndarray
    fake: np.ndarray


def run(config: Config, context: Context) -> Result:
    """Make all the pictures; in the worker, under a second once the generator is compiled."""
    from engine.face_generator import looking

    return looking.closer(config, context)
