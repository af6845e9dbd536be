"""All settings of the page in one: what is run, and what of it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine import config as base
from engine.config import choice, integer, number
from engine.errors import InvalidSetting
from engine.style_generator import experiment
from engine.style_generator.experiment import COUNT, DOMAINS, LAST, LAYERS, PSIS, TRUNCATION, VIEWS
from engine.style_generator.stored import FACES

MODULATED = 14  # layers that a style scales, those of the colours included


@dataclass(frozen=True)
class View(base.Config):
    """Settings of the page.

    Attributes:
        view, domain, moment, seed, psi, start, end, a, b: See `experiment.Config`.
        layer: Whose scales are shown, 0 … MODULATED − 1.
    """

    VERSION: ClassVar[int] = 1

    view: str = choice(TRUNCATION, VIEWS)
    domain: str = choice(FACES, DOMAINS)
    psi: float = number(1.0, PSIS[0], PSIS[-1])
    start: int = integer(0, 0, LAYERS - 1)
    end: int = integer(3, 1, LAYERS)
    a: int = integer(0, 0, COUNT - 1)
    b: int = integer(1, 0, COUNT - 1)
    layer: int = integer(4, 0, MODULATED - 1)
    moment: int = integer(LAST, 0, LAST)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check that there is a layer between `start` and `end`; raise InvalidSetting."""
        if self.start >= self.end:
            raise InvalidSetting("The range holds no layer.", "Let it end behind its first layer.")

    def run(self) -> experiment.Config:
        """Return what is run."""
        own = {
            name: getattr(self, name) for name in ("view", "domain", "moment", "seed", "psi", "start", "end", "a", "b")
        }
        return experiment.Config(**own).settled()

    def plain(self) -> View:
        """Return the settings with what is only shown at its default: a scene is one with any of it."""
        return self.changed(layer=View().layer)
