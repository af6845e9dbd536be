"""How far two clouds of points are apart: KL and JS divergence of their histograms.

What the learner should see: a loss says how the contest stands, a divergence says how good the fakes are. Both are
estimated from counts in CELLS × CELLS cells over the picture, with half a point added to every cell, since a cell
without a fake would make the KL divergence infinite.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.gan_game.targets import WINDOW, drawn_from, target

CELLS = 20
ADDED = 0.5
WATCHED = 2000  # fakes behind every number
MANY = 20 * WATCHED  # real points behind the histogram they are compared with
SEED = 4_111


def histogram(points: np.ndarray) -> np.ndarray:
    """Return the share of each cell, float64 (CELLS²,), summing to 1; points outside count in the cell at the edge.

    Args:
        points: (N, 2) in the picture's coordinates; what is not a number is left out.
    """
    known = points[np.isfinite(points).all(axis=1)]
    places = np.clip(((known + WINDOW) / (2 * WINDOW) * CELLS).astype(int), 0, CELLS - 1)
    counts = np.bincount(places[:, 1] * CELLS + places[:, 0], minlength=CELLS * CELLS) + ADDED
    return np.asarray(counts / counts.sum())


def kl(real: np.ndarray, fake: np.ndarray) -> float:
    """Return Σ p log(p / q) in nats; p and q are positive."""
    return float((real * np.log(real / fake)).sum())


def js(real: np.ndarray, fake: np.ndarray) -> float:
    """Return the Jensen–Shannon divergence in nats, from 0 (equal) to ln 2 (nothing in common)."""
    middle = (real + fake) / 2
    return 0.5 * kl(real, middle) + 0.5 * kl(fake, middle)


@lru_cache(maxsize=8)
def of_real(shape: str, drawn: str) -> tuple[np.ndarray, float]:
    """Return the histogram of MANY real points, and the JS divergence that WATCHED other real points have from it.

    No generator can be expected below the second, for it is only counting noise. Arguments as in `targets.target`.
    """
    own = target(shape, drawn)
    many = histogram(drawn_from(own, MANY, np.random.default_rng(SEED)))
    return many, js(many, histogram(drawn_from(own, WATCHED, np.random.default_rng(SEED + 1))))
