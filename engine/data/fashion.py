"""Fashion-MNIST as it ships: small grey pictures of ten kinds of clothes, a part of the original data set.

What the learner should see: shirts, pullovers and coats of 28 by 28 pixels that even people confuse.

Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017; © 2017 Zalando SE, MIT licence. `assets/scripts/fashion_mnist.py`
made the two files: the first 12 000 training and the first 3 000 test items.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "assets" / "fashion-mnist"
CREDIT = "Fashion-MNIST © 2017 Zalando SE, MIT"
NAMES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")
TRAIN, TEST = "train", "test"


@cache
def items(split: str = TRAIN) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures, uint8 (N, 28, 28) on black, and kinds, uint8 (N,), numbers in NAMES.

    Args:
        split: TRAIN (12 000 items) or TEST (3 000 items); no item is in both.
    """
    with np.load(FOLDER / f"{split}.npz") as stored:
        return stored["pictures"], stored["kinds"]
