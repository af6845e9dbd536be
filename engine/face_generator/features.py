"""Features of pictures that know nothing of our faces: those of EfficientNet-Lite0, which was trained on ImageNet.

What the learner should see: two sets of pictures are alike when a network that never saw either cannot tell them
apart. 1,280 averages over the picture are compared, not pixels.

Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs", 2018: the kernel distance, with a cubic kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from engine.faces import efficientnet

SIZE = 96  # pixels a side that the network looks at: 2 ms a face, and 24 moments of 64 faces are asked for at once
COUNT = efficientnet.FEATURES
SUBSETS, SUBSET = 12, 48


def extractor() -> Callable[[np.ndarray], np.ndarray]:
    """Return the compiled network of this process: pictures uint8 (n, 64, 64, c) → float32 (n, COUNT)."""
    return partial(efficientnet.features, side=SIZE)


def kernel_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the unbiased squared kernel distance of two sets of features, (n, d) and (m, d); about 0 if alike.

    The kernel is (x · y / d + 1)³.
    """
    x, y = np.asarray(first, np.float64), np.asarray(second, np.float64)
    d, n, m = x.shape[1], len(x), len(y)
    xx, yy, xy = (x @ x.T / d + 1) ** 3, (y @ y.T / d + 1) ** 3, (x @ y.T / d + 1) ** 3
    within = (xx.sum() - np.trace(xx)) / (n * (n - 1)) + (yy.sum() - np.trace(yy)) / (m * (m - 1))
    return float(within - 2 * xy.mean())


def distance(features: np.ndarray, real: np.ndarray) -> tuple[float, float]:
    """Return the kernel distance of features to those of real pictures, and its deviation over random subsets.

    Args:
        features: (n, COUNT) of the pictures to judge.
        real: (m, COUNT) of real pictures.
    """
    x, y = features, real
    random = np.random.default_rng(0)
    some = min(SUBSET, len(x) - 1)
    values = [
        kernel_distance(x[random.choice(len(x), some, replace=False)], y[random.choice(len(y), some, replace=False)])
        for _ in range(SUBSETS)
    ]
    return kernel_distance(x, y), float(np.std(values))
