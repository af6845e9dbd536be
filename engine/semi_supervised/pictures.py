"""Pictures with a class, most of whose labels nobody looks at: digits, and clothes made half as wide and high.

What the learner should see: a handful of labelled pictures, a heap of unlabelled ones, and test pictures apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from engine.data import fashion

DIGITS, FASHION = "digits", "fashion"
CLASSES = 10
POOLS = {DIGITS: 1200, FASHION: 10_000}  # pictures to learn from; the labels of most are not looked at
VALIDATION = {DIGITS: 200, FASHION: 2_000}  # the settings were chosen on these: they neither train nor judge
ORDER = 1234  # seed of the order in which the digits are cut


@dataclass(frozen=True)
class Pictures:
    """Pictures by what they are for; no picture is in two of the three parts.

    Attributes:
        side: Pixels of a picture as the networks see it, side × side.
        names: The classes.
        x, y: Pool to learn from: float32 (n, side²) in −1 … 1, int64 (n,).
        validation_x, validation_y: Kept for choosing settings.
        test_x, test_y: What accuracy is counted on, never trained on.
    """

    side: int
    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    validation_x: np.ndarray
    validation_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


@cache
def pictures(name: str) -> Pictures:
    """Return a data set, DIGITS (scikit-learn's, 8 × 8) or FASHION (every 2 × 2 pixels of Fashion-MNIST averaged)."""
    if name == DIGITS:
        from sklearn.datasets import load_digits

        raw, y = load_digits(return_X_y=True)
        order = np.random.default_rng(ORDER).permutation(len(raw))
        x, y = (raw[order] / 8 - 1).astype(np.float32), y[order].astype(np.int64)
        ends = np.cumsum([POOLS[name], VALIDATION[name]])
        parts = (*np.split(x, ends), *np.split(y, ends))
        return Pictures(8, tuple("0123456789"), parts[0], parts[3], parts[1], parts[4], parts[2], parts[5])
    x, y = _clothes(fashion.TRAIN)
    test_x, test_y = _clothes(fashion.TEST)
    cut = POOLS[name]
    return Pictures(14, fashion.NAMES, x[:cut], y[:cut], x[cut:], y[cut:], test_x, test_y)


def _clothes(split: str) -> tuple[np.ndarray, np.ndarray]:
    raw, kinds = fashion.items(split)
    small = raw.reshape(len(raw), 14, 2, 14, 2).mean(axis=(2, 4), dtype=np.float32)
    return (small.reshape(len(raw), -1) / 127.5 - 1).astype(np.float32), kinds.astype(np.int64)


def spread_labels(own: Pictures, labelled: np.ndarray, unlabelled: np.ndarray) -> float:
    """Return the share of right test pictures when labels pass from picture to picture among the nearest seven.

    Args:
        own: The pictures.
        labelled: Places in the pool of those whose label is known, among `unlabelled`.
        unlabelled: Places of all that are looked at.
    """
    from sklearn.semi_supervised import LabelSpreading

    y = np.full(len(own.y), -1)
    y[labelled] = own.y[labelled]
    # Pictures that no label reaches have no probabilities; scikit-learn divides 0 by 0 and takes the first class.
    with np.errstate(invalid="ignore"):
        model = LabelSpreading(kernel="knn", n_neighbors=7).fit(own.x[unlabelled], y[unlabelled])
        return float(np.mean(model.predict(own.test_x) == own.test_y))


def chosen(y: np.ndarray, labels: int, unlabelled: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which pictures of the pool keep their label, and which are looked at without one.

    The labelled ones of 1 a class are among those of 2 a class, and so on, and all are among the unlabelled.

    Args:
        y: Classes of the pool, (n,).
        labels: Pictures of each class whose label is kept; 1 or more, at most as many as the rarest class has.
        unlabelled: How many pictures are looked at without label; at least the labelled ones, at most all.
        seed: Which ones.

    Returns:
        Places in the pool: int64 (CLASSES · labels,) in order of their classes, and int64 (unlabelled,).
    """
    order = np.random.default_rng(seed).permutation(len(y))
    kept = np.concatenate([order[y[order] == kind][:labels] for kind in range(CLASSES)])
    others = order[~np.isin(order, kept)]
    return kept, np.concatenate([kept, others])[: max(unlabelled, len(kept))]
