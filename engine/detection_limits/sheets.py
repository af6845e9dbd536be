"""From the stored levels of the sheets to shares found, at one look and in slices, with intervals over the tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detection_limits.measure import asked
from engine.detection_limits.tiles import Result
from engine.validation.statistics import summary


@dataclass(frozen=True)
class Shares:
    """Shares found on P sheets; R things in the photograph, at most T² tiles.

    Attributes:
        whole, sliced: (P,) of all copies, at one look and in slices.
        whole_low, whole_high, sliced_low, sliced_high: (P,) 95 % intervals over tiles; not-a-number for one tile.
        whole_each, sliced_each: (P, R) of each thing's copies.
        fate: int8 (P, T², R): 0 found at one look, 1 only in slices, 2 by neither; −1 where there is no tile.
        wrong: (P, 2) boxes that found no copy, at one look and in slices.
    """

    whole: np.ndarray
    whole_low: np.ndarray
    whole_high: np.ndarray
    sliced: np.ndarray
    sliced_low: np.ndarray
    sliced_high: np.ndarray
    whole_each: np.ndarray
    sliced_each: np.ndarray
    fate: np.ndarray
    wrong: np.ndarray


def kept(result: Result, score: float) -> Shares:
    """Return what is found with a least score."""
    least = asked(score)
    counts = [int(one) for one in result.tiles]
    whole, sliced = (
        [levels[place, : count * count] >= least for place, count in enumerate(counts)]
        for levels in (result.whole, result.sliced)
    )
    fate = np.where(result.whole >= least, 0, np.where(result.sliced >= least, 1, 2)).astype(np.int8)
    for place, count in enumerate(counts):
        fate[place, count * count :] = -1
    return Shares(
        *_over_tiles(whole),
        *_over_tiles(sliced),
        np.stack([row.mean(axis=0) for row in whole]),
        np.stack([row.mean(axis=0) for row in sliced]),
        fate,
        result.wrong[:, :, least:].sum(axis=2),
    )


def _over_tiles(rows: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and 95 % interval of the tiles' shares on each sheet."""
    found = [summary(row.mean(axis=1)) for row in rows]
    mean, low, high = (np.array([getattr(one, name) for one in found]) for name in ("mean", "low", "high"))
    return mean, np.clip(low, 0, 1), np.clip(high, 0, 1)


def sizes(result: Result) -> np.ndarray:
    """Return each thing's size on each sheet in pixels of the network's input: the root of its area, (P, R)."""
    area = (result.boxes[:, 2] - result.boxes[:, 0]) * (result.boxes[:, 3] - result.boxes[:, 1])
    return np.asarray(np.sqrt(area)[None] / result.tiles[:, None])
