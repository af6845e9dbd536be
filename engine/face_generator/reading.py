"""What is measured on faces: what a reader sees on them, how far they are from real ones, which directions matter.

What the learner should see: three honest questions to a generator. Does it show what real faces show, as often? Do its
faces, as a set, look like the real ones? Is there a direction for smiling?
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from engine.face_generator import features, neighbours, reader, source, stored
from engine.face_generator.noise import NORMAL, latents
from engine.face_generator.source import ATTRIBUTES, DRAWN

NAMES = ("Glasses", "Beard", "Smile")
SHARES = (0.3, 0.22, 0.46)  # of the drawn faces: who wears them, who has one, who smiles by more than 0.3
READABLE = 5.0  # kernel distance: fog lies beyond
KEPT = 0.3  # how much of the other attributes' change a direction may keep: 0 none, large all
SAMPLE, CHECKED, SAMPLE_SEED = 1024, 512, 50_001


def sees(real: dict[str, np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """Return the compiled reader with stored weights `reader0`, `reader1` …: uint8 pictures → float32 (n, A)."""
    model: Any = reader.build(len(ATTRIBUTES))
    model.set_weights([real[f"reader{place}"].astype(np.float32) for place in range(len(model.weights))])
    return reader.reading(model)


@cache
def _reader() -> Callable[[np.ndarray], np.ndarray]:
    return sees(stored.arrays("real"))


def columns() -> list[int]:
    """Return where the reader says NAMES among ATTRIBUTES."""
    names = [one.name for one in ATTRIBUTES]
    return [names.index(name) for name in NAMES]


def presence(pictures: np.ndarray, kind: str, quality: float = 0.0) -> np.ndarray:
    """Return the share of drawn faces on which each of NAMES is seen, float32 (len(NAMES),).

    What counts is a reading above a level that as many real faces pass as have it. NaN for portraits, and where the
    pictures lie further than READABLE from faces: the reader was fitted on faces and sees anything in fog.
    """
    if kind != DRAWN or quality > READABLE:
        return np.full(len(NAMES), np.nan, np.float32)
    said = _reader()(pictures)[:, columns()]
    return (said > stored.arrays("real")["levels"]).mean(axis=0).astype(np.float32)


def distance(pictures: np.ndarray, kind: str) -> tuple[float, float]:
    """Return the kernel distance of faces to real ones of their kind, and its deviation; see `features.distance`."""
    real = stored.arrays("real")
    own = features.extractor()(pictures)
    return features.distance(own, real[f"{kind}_features"].astype(np.float32))


@cache
def directions(kind: str, moment: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how the numbers must change for each of ATTRIBUTES to change, and how well that agrees with what is seen.

    Drawn faces are read; portraits have no labels, so there the directions of the largest differences are found.

    Returns:
        Directions of length 1, float32 (A, LATENT), and the correlations of the place along each with what is seen on
        faces that had no part in finding it, float32 (A,).
    """
    numbers = latents(NORMAL, SAMPLE + CHECKED, SAMPLE_SEED)
    pictures = source.pictures(kind, moment, numbers)
    if kind == DRAWN:
        said = _reader()(pictures)
    else:
        values = neighbours.shrunk(pictures)
        mean, basis = neighbours.basis_of(values[:SAMPLE])
        said = (values - mean) @ basis[: len(ATTRIBUTES)].T
    said = (said - said[:SAMPLE].mean(axis=0)) / (said[:SAMPLE].std(axis=0) + 1e-6)
    # The numbers are independent and of deviation 1: their covariance with a reading is its slope.
    slopes = said[:SAMPLE].T @ numbers[:SAMPLE] / SAMPLE
    # The part of each slope that mostly leaves the other readings alone, after Shen et al. ("InterFaceGAN", 2020);
    # alone entirely, a third of the agreement would be lost to the sample's noise.
    shared = slopes @ slopes.T
    alone = np.linalg.solve(shared + KEPT * np.mean(np.diag(shared)) * np.eye(len(shared)), slopes)
    found = alone / np.maximum(np.linalg.norm(alone, axis=1, keepdims=True), 1e-9)
    along = numbers[SAMPLE:] @ found.T
    agree = [np.corrcoef(a, b)[0, 1] if b.std() > 0 else np.nan for a, b in zip(along.T, said[SAMPLE:].T, strict=True)]
    return found.astype(np.float32), np.asarray(agree, np.float32)


def nearest(own: np.ndarray, faces: np.ndarray, kind: str, count: int) -> tuple[np.ndarray, ...]:
    """Return the training faces nearest to a face and the distances of all, see `neighbours.nearest`; none without."""
    if kind == DRAWN:
        return neighbours.nearest(own, faces, count)
    real = source.portraits()
    if real is None:
        nothing = np.zeros(0, np.float32)
        return np.zeros((0, *own.shape), np.uint8), nothing, nothing, nothing
    return neighbours.among(own, faces, real, count)
