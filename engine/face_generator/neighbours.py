"""The training faces nearest to a picture: found by short descriptions of all 30,000, and drawn again from their seed.

What the learner should see: a copy would lie at distance 0. Pictures are compared after shrinking to 16 × 16 pixels, in
their 64 most telling parts; that finds the same neighbours as comparing every pixel, in a hundredth of the room.
"""

from __future__ import annotations

import numpy as np

from engine.face_generator import stored

SHRUNK, PARTS = 16, 64
FITTED, FRESH, FRESH_SEED = 4000, 64, 40_001
STEP = 127


def shrunk(pictures: np.ndarray) -> np.ndarray:
    """Return pictures uint8 (n, 64, 64, c) as float32 (n, 16 · 16 · c) in 0…1, averaged over 4 × 4 pixels."""
    n, side, _, channels = pictures.shape
    step = side // SHRUNK
    parts = pictures.reshape(n, SHRUNK, step, SHRUNK, step, channels).astype(np.float32)
    return parts.mean(axis=(2, 4)).reshape(n, -1) / 255


def basis_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean (d,) and the PARTS principal directions (PARTS, d) of rows of numbers."""
    mean = values.mean(axis=0)
    _, _, directions = np.linalg.svd(values - mean, full_matrices=False)
    return mean.astype(np.float32), directions[:PARTS].astype(np.float32)


def distances(own: np.ndarray, others: np.ndarray, width: int) -> np.ndarray:
    """Return root mean squared differences (n, m) of descriptions (n, PARTS) and (m, PARTS) of `width` numbers each."""
    squares = np.square(own).sum(axis=1)[:, None] + np.square(others).sum(axis=1)[None] - 2 * own @ others.T
    return np.sqrt(np.maximum(squares, 0) / width)


def described() -> dict[str, np.ndarray]:
    """Return the descriptions of all training faces as arrays to store, and how near new faces come to them."""
    from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, draw

    parts_of = range(0, TRAINING_COUNT, 1000)
    rows = [shrunk(draw(1000, TRAINING_SEED, first).pictures) for first in parts_of]
    values = np.concatenate(rows)
    mean, basis = basis_of(values[:FITTED])
    parts = (values - mean) @ basis.T
    scale = np.abs(parts).max(axis=0) / STEP
    codes = np.rint(parts / scale).astype(np.int8)
    new = (shrunk(draw(FRESH, FRESH_SEED).pictures) - mean) @ basis.T
    fresh = distances(new, codes * scale, values.shape[1]).min(axis=1)
    return {
        "codes": codes,
        "codes_scale": scale.astype(np.float32),
        "mean": mean,
        "basis": basis.astype(np.float16),
        "fresh": fresh.astype(np.float32),
    }


def nearest(own: np.ndarray, faces: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the drawn training faces nearest to a face, and the distances of all.

    Args:
        own: uint8 (64, 64, 3), the face whose neighbours are drawn again.
        faces: uint8 (n, 64, 64, 3), faces whose nearest distance is wanted.
        count: How many neighbours.

    Returns:
        Pictures (count, 64, 64, 3), their distances (count,), each face's nearest distance (n,), those of new faces.
    """
    from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, render
    from engine.faces.traits import draw_traits

    real = stored.arrays("real")
    basis = real["basis"].astype(np.float32)
    known = real["codes"] * real["codes_scale"]
    told = (shrunk(np.concatenate([own[None], faces])) - real["mean"]) @ basis.T
    all_of = distances(told, known, len(real["mean"]))
    best = np.argsort(all_of[0])[:count]
    traits = {name: values[best] for name, values in draw_traits(TRAINING_COUNT, TRAINING_SEED).items()}
    near = all_of.min(axis=1)
    return render(traits), all_of[0, best].astype(np.float32), near[1:].astype(np.float32), real["fresh"]


def among(own: np.ndarray, faces: np.ndarray, real: np.ndarray, count: int) -> tuple[np.ndarray, ...]:
    """Return the same as `nearest` for real pictures that are at hand, (m, 64, 64, c).

    The last is the distance of each real picture to the nearest other one.
    """
    values, width = shrunk(real), SHRUNK * SHRUNK * real.shape[-1]
    all_of = distances(shrunk(np.concatenate([own[None], faces])), values, width)
    best = np.argsort(all_of[0])[:count]
    within = distances(values, values, width) + 9 * np.eye(len(values))
    fresh = within.min(axis=1)[:: max(1, len(values) // FRESH)]
    near = all_of.min(axis=1)
    return real[best], all_of[0, best].astype(np.float32), near[1:].astype(np.float32), fresh.astype(np.float32)
