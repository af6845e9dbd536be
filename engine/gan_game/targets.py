"""The real points of the game: five shapes in the plane, one of them drawn by hand, and how well fakes match them.

What the learner should see: a pattern that the eye checks at once, cut into parts, so that "some of it is missing" is a
number. Every shape is a skeleton of points with a little Gaussian noise round each; a real sample is a random skeleton
point plus noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import InvalidSetting

LINE, RING, GRID, MOONS, DRAWN = "line", "ring", "grid", "moons", "drawn"
SHAPES = (RING, GRID, LINE, MOONS, DRAWN)
WINDOW = 1.3  # the picture shows −WINDOW … WINDOW on both axes
REACH = 1.1  # hand-drawn points lie within −REACH … REACH
MOST_DRAWN = 96
SIGMA = 0.05
GOOD_WITHIN = 3.0  # deviations from the skeleton
HIT_SHARE = 0.25  # of its fair share makes a part count as hit
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LAST = len(ALPHABET) - 1
_MOST_PARTS = 9
_CURVE = 240  # points of a curve's skeleton


@dataclass(frozen=True)
class Target:
    """What the generator is to imitate.

    Attributes:
        skeleton: float32 (K, 2), where real points come from, all equally often.
        part: int32 (K,), which part of the shape each belongs to, from 0.
        sigma: Deviation of the noise round the skeleton.
    """

    skeleton: np.ndarray
    part: np.ndarray
    sigma: float = SIGMA

    @property
    def parts(self) -> int:
        """P, the number of parts."""
        return int(self.part.max()) + 1


def encoded(points: np.ndarray) -> str:
    """Return hand-drawn points (N, 2) as text, two characters a point, at most MOST_DRAWN of them.

    Points are rounded to a grid of 64 by 64 on −REACH … REACH; what lies outside goes to its edge, twins go.
    """
    clean = np.asarray(points, dtype=float).reshape(-1, 2)
    clean = clean[np.isfinite(clean).all(axis=1)]
    places = np.clip(np.round((clean + REACH) / (2 * REACH) * _LAST), 0, _LAST).astype(int)
    kept = list(dict.fromkeys((int(x), int(y)) for x, y in places))[:MOST_DRAWN]
    return "".join(ALPHABET[x] + ALPHABET[y] for x, y in kept)


def decoded(text: str) -> np.ndarray:
    """Return the points of `encoded`, float32 (N, 2).

    Raises:
        InvalidSetting: The text is not such a drawing.
    """
    if len(text) % 2 or set(text) - set(ALPHABET):
        raise InvalidSetting("The drawn points cannot be read.", "Draw them again on the page.")
    places = np.array([ALPHABET.index(letter) for letter in text], dtype=np.float32).reshape(-1, 2)
    return (places / _LAST * 2 * REACH - REACH).astype(np.float32)


@lru_cache(maxsize=16)
def target(shape: str, drawn: str = "") -> Target:
    """Return the shape of a name.

    Args:
        shape: One of SHAPES.
        drawn: For DRAWN its points as text, see `encoded`.

    Raises:
        InvalidSetting: DRAWN without a readable point.
    """
    if shape == DRAWN:
        points = decoded(drawn)
        if not len(points):
            raise InvalidSetting("Nothing is drawn yet.", "Click or drag on the board to place real points.")
        return Target(points, _nearest(points, _spread_out(points)))
    if shape == GRID:
        x, y = np.meshgrid((-0.7, 0.0, 0.7), (-0.7, 0.0, 0.7))
        return Target(np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32), np.arange(9, dtype=np.int32))
    along = (np.arange(_CURVE) + 0.5) / _CURVE
    part = (along * 8).astype(np.int32)
    if shape == RING:
        skeleton = 0.8 * np.stack([np.cos(2 * np.pi * along), np.sin(2 * np.pi * along)], axis=1)
    elif shape == LINE:
        skeleton = np.stack([1.8 * along - 0.9, 1.0 * along - 0.5], axis=1)
    else:
        half = np.pi * ((2 * along) % 1)
        first = along < 0.5
        x = np.where(first, np.cos(half), 1 - np.cos(half)) - 0.5
        y = np.where(first, np.sin(half), 0.5 - np.sin(half)) - 0.25
        skeleton = 0.68 * np.stack([x, y], axis=1)
    return Target(skeleton.astype(np.float32), part)


def _spread_out(points: np.ndarray) -> np.ndarray:
    """Return at most _MOST_PARTS of the points, each as far as can be from those before it."""
    chosen = [0]
    distance = np.linalg.norm(points - points[0], axis=1)
    while len(chosen) < _MOST_PARTS and distance.max() > 4 * SIGMA:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return points[chosen]


def _nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points[:, None] - centres, axis=-1).argmin(axis=1).astype(np.int32)


def drawn_from(shape: Target, count: int, generator: np.random.Generator) -> np.ndarray:
    """Return real points, float32 (count, 2)."""
    place = generator.integers(len(shape.skeleton), size=count)
    return (shape.skeleton[place] + shape.sigma * generator.standard_normal((count, 2))).astype(np.float32)


def coverage(fakes: np.ndarray, shape: Target) -> tuple[float, np.ndarray]:
    """Return how well fakes lie on the shape and how they share it.

    Args:
        fakes: (N, 2).
        shape: P parts.

    Returns:
        Share of good fakes, those within GOOD_WITHIN deviations of the skeleton; and (P,), the share of all fakes that
        are good and belong to each part.
    """
    known = np.nan_to_num(fakes.astype(np.float64), nan=1e3, posinf=1e3, neginf=-1e3)
    # Squared distances less what all of a row have in common: one product of matrices.
    near = ((shape.skeleton**2).sum(axis=1) - 2 * known @ shape.skeleton.T).argmin(axis=1)
    good = np.linalg.norm(known - shape.skeleton[near], axis=1) <= GOOD_WITHIN * shape.sigma
    counts = np.bincount(shape.part[near[good]], minlength=shape.parts)
    return float(good.mean()), (counts / len(fakes)).astype(np.float32)


def parts_hit(shares: np.ndarray) -> np.ndarray:
    """Return how many parts are hit: those with HIT_SHARE of their fair share of all fakes or more; shares (..., P)."""
    return np.asarray((shares >= HIT_SHARE / shares.shape[-1]).sum(axis=-1))
