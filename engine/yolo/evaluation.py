"""How good is it? The network on scenes made from items it never saw, judged by average precision.

What the learner should see: a loss says little about boxes; mAP at an overlap of 0.5 does, class by class.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from engine.data import fashion
from engine.detection.metrics import Marked, curve
from engine.yolo.compose import Scenes, compose
from engine.yolo.network import CLASSES, Said, decode, read

WATCHED = 120  # scenes whose mAP is drawn while it learns
SHOWN = 8  # of them the first are pictures on the page
WATCHED_SEED = 2016
RIGHT_FROM = 0.5

Forward = Callable[[np.ndarray], np.ndarray]
"""Pictures uint8 (N, SIDE, SIDE) → raw numbers (N, S, S, 5 B + C)."""


@cache
def watched() -> Scenes:
    """Return the scenes that every network of the page is judged on; they are made from test items."""
    return compose(WATCHED, np.random.default_rng(WATCHED_SEED), fashion.items(fashion.TEST))


def truth(scenes: Scenes) -> list[Marked]:
    """Return the true boxes of each picture."""
    there = scenes.kinds >= 0
    return [
        Marked(boxes[own], kinds[own].astype(int))
        for boxes, kinds, own in zip(scenes.boxes, scenes.kinds, there, strict=True)
    ]


def said(forward: Forward, scenes: Scenes, boxes: int, batch: int = 40) -> Said:
    """Return what the network says of scenes, in batches."""
    parts = [forward(scenes.pictures[first : first + batch]) for first in range(0, len(scenes.pictures), batch)]
    return read(np.concatenate(parts), boxes)


def average_precisions(found: list[Marked], true: list[Marked], least: float = RIGHT_FROM) -> np.ndarray:
    """Return each class's average precision, float32 (C,); NaN for a class without true boxes. Their mean is mAP."""
    return np.array([curve(found, true, least, kind).average_precision for kind in range(CLASSES)], np.float32)


def judged(forward: Forward, scenes: Scenes, boxes: int, least: float = RIGHT_FROM) -> np.ndarray:
    """Return each class's average precision of a network, float32 (C,)."""
    return average_precisions(decode(said(forward, scenes, boxes)), truth(scenes), least)
