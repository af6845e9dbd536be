"""The numbers behind each picture, as a table to download."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from engine.face_generator.source import ATTRIBUTES
from engine.style_generator.experiment import PSIS, SIZES, Result

Table = tuple[Sequence[str], Iterable[Sequence[object]]]


def numbers(result: Result) -> Table:
    """Return header and rows of what a result holds."""
    if result.truncation is not None:
        one = result.truncation
        columns = (np.array(PSIS), one.variety, one.quality, one.spread)
        return ("psi", "variety", "kernel distance", "its spread"), _rows(columns)
    if result.mixing is not None:
        mix = result.mixing
        header = (
            "pixels",
            "change",
            "its deviation",
            *(f"follows: {one.name}" for one in ATTRIBUTES[: len(mix.follows)]),
        )
        return header, _rows((np.array(SIZES), *mix.change.T, *mix.follows))
    if result.noise is not None:
        noise = result.noise
        means = noise.deviation[1:].astype(np.float32).mean(axis=(1, 2))
        return ("layer", "strength", "deviation alone"), _rows((np.arange(len(means)), noise.strength, means))
    if result.path is not None:
        way = result.path
        return ("pair", "length in w", "length in z", "straight"), _rows(
            (np.arange(len(way.straight)), *way.lengths, way.straight)
        )
    if result.scales is not None:
        scaled = result.scales
        names = [
            f"{name}.{place}" for name, width in zip(scaled.names, scaled.width, strict=True) for place in range(width)
        ]
        return ("picture", *names), _rows((np.arange(len(scaled.values)), *scaled.values.astype(np.float32).T))
    if result.transfer is not None:
        both = result.transfer
        header = ("step", "from faces", "from scratch", "spread: from faces", "spread: from scratch")
        return header, _rows((both.steps, *both.quality, *both.spread))
    return (), ()


def _rows(columns: Sequence[np.ndarray]) -> list[tuple[object, ...]]:
    return list(zip(*(column.tolist() for column in columns), strict=True))
