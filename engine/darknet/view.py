"""What the reader chooses about a result: the score, the overlap, and the layer to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.darknet import samples
from engine.darknet.experiment import MOST_LAYERS, MOST_LOST, NETWORKS, UPLOAD, Config, Result
from engine.detection.boxes import suppress
from engine.detection.experiment import PICTURES

MOST_BOXES = 60


@dataclass(frozen=True)
class View(settings.Config):
    """All settings of the page.

    Attributes:
        network, cfg, weights, seed, lost, photograph, upload: As in `experiment.Config`.
        score: Smallest score a box is shown with.
        overlap: Largest IoU that two kept boxes of a class may have.
        layer: The layer to look at; beyond the last one, the last.
    """

    network: str = settings.choice(samples.FACE, NETWORKS)
    cfg: str = settings.text("", 64)
    weights: str = settings.text("", 64)
    seed: int = settings.integer(0, 0, 9999)
    lost: int = settings.integer(0, 0, MOST_LOST)
    photograph: str = settings.choice("astronaut", PICTURES)
    upload: str = settings.text("", 64)
    score: float = settings.number(0.35, 0.01, 0.99)
    overlap: float = settings.number(0.5, 0.05, 1.0)
    layer: int = settings.integer(0, 0, MOST_LAYERS)

    def run(self) -> Config:
        """Return what has to be computed; what the network or the picture does not read is left at its default."""
        own = self.network == UPLOAD
        return Config(
            network=self.network,
            cfg=self.cfg if own else "",
            weights=self.weights if own else "",
            seed=self.seed if self.network in (samples.YOLO2, samples.YOLO3) else 0,
            lost=self.lost,
            photograph=self.photograph,
            upload=self.upload if self.photograph == UPLOAD else "",
        )


def passed(result: Result, view: View) -> np.ndarray:
    """Return the numbers of the candidates that reach the score, best first."""
    return np.flatnonzero(result.score >= np.float32(view.score))


def kept(result: Result, view: View) -> np.ndarray:
    """Return the numbers of the boxes that stay, best first, at most MOST_BOXES."""
    numbers = passed(result, view)
    return numbers[suppress(result.boxes[numbers], view.overlap, result.kind[numbers], MOST_BOXES).kept]


def name(result: Result, number: int) -> str:
    """Return what a candidate is said to be."""
    return result.classes[int(result.kind[number])]
