"""How near an enlargement is to the truth: pixel by pixel, by structure, and by what a network notices.

What the learner should see: these numbers disagree, and they must. The best guess in the mean is a blur; what looks
real is further away from the truth (Blau & Michaeli, "The Perception-Distortion Tradeoff", 2018).

All measures take uint8 pictures (height, width, 3), the ones that are shown: nothing is cut off at the border.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import correlate1d, uniform_filter

LUMA = np.array([0.299, 0.587, 0.114])  # BT.601, as JPEG has it
SSIM_SIDE, SSIM_SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
CELL = 8  # pixels between neighbours on the map of added detail
WINDOW = 16  # side of the window that each of them looks at


def psnr(picture: np.ndarray, truth: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio in decibels, over all three colours; infinite for equal pictures."""
    return _decibels(picture.astype(np.float64) - truth)


def psnr_luma(picture: np.ndarray, truth: np.ndarray) -> float:
    """Return the same for the brightness alone, to which the eye is sharpest."""
    return _decibels((picture.astype(np.float64) - truth) @ LUMA)


def ssim(picture: np.ndarray, truth: np.ndarray) -> float:
    """Return the structural similarity (Wang et al. 2004), mean over the colours; 1 for equal pictures.

    Windows are Gaussian, 11 × 11 with σ = 1.5, wherever they fit; smaller pictures than that give NaN.
    """
    if min(picture.shape[:2]) < SSIM_SIDE:
        return float("nan")
    a, b = picture.astype(np.float64), truth.astype(np.float64)
    mean_a, mean_b = _blurred(a), _blurred(b)
    variance_a, variance_b = _blurred(a * a) - mean_a**2, _blurred(b * b) - mean_b**2
    together = _blurred(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    structure = (2 * together + C2) / (variance_a + variance_b + C2)
    return float((light * structure).mean())


def perceptual(maps: Sequence[Any], true_maps: Sequence[Any]) -> float:
    """Return how differently a classifier sees two pictures: 0 for equal ones.

    Each place of a feature map is a vector over the channels; vectors are brought to length 1, and the mean squared
    distance is averaged over the maps. That is LPIPS (Zhang et al. 2018) without its weights fitted to people's
    judgements.

    Args:
        maps: Feature maps of the picture, each (rows, columns, channels).
        true_maps: Those of the truth.
    """
    distances = []
    for one, other in zip(maps, true_maps, strict=True):
        distances.append(float(((_of_length_one(one) - _of_length_one(other)) ** 2).sum(axis=-1).mean()))
    return float(np.mean(distances))


@dataclass(frozen=True)
class Detail:
    """What one enlargement has that another has not.

    Attributes:
        strength: (rows, columns) float32: root mean square of the added brightness around each cell, in levels of 255.
        right: (rows, columns) float32 in 0 … 1: the share of it that points towards the truth; NaN without a truth.
        invented: Share of all added energy that does not; NaN without a truth.
    """

    strength: np.ndarray
    right: np.ndarray
    invented: float


def added_detail(plain: np.ndarray, richer: np.ndarray, truth: np.ndarray | None) -> Detail:
    """Return what `richer` adds to `plain`, and how much of that is in the truth.

    In every window, what was added is split in two: its projection on what was missing (truth − plain), when it
    points the same way, and the rest, which is invented. Both are brightness; energies are sums of squares.

    Args:
        plain: The enlargement without the detail.
        richer: The one with it.
        truth: The picture itself, where it is known.
    """
    added = (richer.astype(np.float64) - plain) @ LUMA
    energy = np.maximum(_windows(added**2), 0)  # the running sums of the filter may end just below
    strength = np.sqrt(energy).astype(np.float32)
    if truth is None:
        return Detail(strength, np.full_like(strength, np.nan), float("nan"))
    missing = (truth.astype(np.float64) - plain) @ LUMA
    common = np.maximum(_windows(added * missing), 0)
    right = common**2 / np.maximum(energy * _windows(missing**2), 1e-9)
    right = np.minimum(right, 1.0)
    total = float(energy.sum())
    invented = 1 - float((right * energy).sum()) / total if total else float("nan")
    return Detail(strength, right.astype(np.float32), invented)


def stripes_back(picture: np.ndarray, truth: np.ndarray) -> float:
    """Return the correlation of two pictures' brightness over a region: 1 the same stripes, 0 none of them."""
    a, b = (region.astype(np.float64) @ LUMA for region in (picture, truth))
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(np.sqrt((a * a).sum() * (b * b).sum()), 1e-9))


def _decibels(difference: np.ndarray) -> float:
    mean = float((difference**2).mean())
    return float(10 * np.log10(255**2 / mean)) if mean else float("inf")


def _blurred(values: np.ndarray) -> np.ndarray:
    """Return the Gaussian means of all windows that fit, (height − 10, width − 10, 3)."""
    distance = np.arange(SSIM_SIDE) - SSIM_SIDE // 2
    weights = np.exp(-(distance**2) / (2 * SSIM_SIGMA**2))
    weights /= weights.sum()
    reach = SSIM_SIDE // 2
    once = correlate1d(values, weights, axis=0)[reach:-reach]
    return correlate1d(once, weights, axis=1)[:, reach:-reach]


def _windows(values: np.ndarray) -> np.ndarray:
    """Return the mean over a window around every CELL-th pixel in both directions."""
    means = uniform_filter(values, WINDOW, mode="reflect")
    return means[CELL // 2 :: CELL, CELL // 2 :: CELL]


def _of_length_one(features: Any) -> np.ndarray:
    array = np.asarray(features, np.float32)
    return array / (np.linalg.norm(array, axis=-1, keepdims=True) + 1e-6)
