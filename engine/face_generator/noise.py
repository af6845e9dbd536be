"""Where a face begins: 64 numbers. The generator learned on normal ones; what if it is given others?

What the learner should see: the generator knows only the region of numbers it was trained on. Numbers that lie
elsewhere, or lie there in another way, still give a picture: it was never taught to refuse.
"""

from __future__ import annotations

import numpy as np

from engine.faces.network import LATENT

NORMAL, WIDE, UNIFORM, POSITIVE, CONSTANT, ONE_HOT = "normal", "wide", "uniform", "positive", "constant", "one-hot"
NOISES = {
    NORMAL: "Normal, as in training",
    WIDE: "Normal, twice as wide",
    UNIFORM: "Uniform, same spread",
    POSITIVE: "Uniform from 0 to 1",
    CONSTANT: "One number, 64 times",
    ONE_HOT: "One-hot",
}
WIDER = 2.0
LENGTH = float(np.sqrt(LATENT))  # of a typical normal latent


def latents(noise: str, count: int, seed: int, truncation: float = 1.0) -> np.ndarray:
    """Return the numbers that faces are made of.

    Args:
        noise: One of NOISES.
        count: How many faces.
        seed: The same seed gives the same numbers, and as many of them as are asked for.
        truncation: ψ, by which all of them are multiplied: below 1 they lie closer to the middle, 0.

    Returns:
        float32 (count, LATENT).
    """
    random = np.random.default_rng([seed, 64])
    normal = random.standard_normal((count, LATENT), np.float32)
    if noise == WIDE:
        values = WIDER * normal
    elif noise == UNIFORM:
        values = np.sqrt(np.float32(3)) * (2 * random.random((count, LATENT), np.float32) - 1)
    elif noise == POSITIVE:
        values = random.random((count, LATENT), np.float32)
    elif noise == CONSTANT:
        values = np.repeat(normal[:, :1], LATENT, axis=1)
    elif noise == ONE_HOT:
        values = np.zeros((count, LATENT), np.float32)
        values[np.arange(count), np.arange(count) % LATENT] = LENGTH
    else:
        values = normal
    return np.asarray(truncation * values, np.float32)
