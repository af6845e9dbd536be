"""What enlarging must be: as fast as `model.predict`, for a picture of 640 × 480 made twice as wide and high."""

from __future__ import annotations

import numpy as np

from tests.bench.harness import Row, at_least, side_by_side


def enlarging() -> Row:
    """640 × 480 at ×2 in the compiled function that takes pictures of any size, against Keras's `predict`."""
    from engine.super_resolution import network
    from engine.super_resolution.experiment import compiled

    small = np.random.default_rng(0).random((1, 480, 640, 3)).astype(np.float32)
    model = network.shipped(2, network.PIXEL)
    enlarge = compiled(2, network.PIXEL)
    same = float(np.abs(enlarge(small).numpy() - model.predict(small, verbose=0)).max())
    ours, theirs = side_by_side(lambda: enlarge(small).numpy(), lambda: model.predict(small, verbose=0), repeats=7)
    note = f"compiled {1000 * ours:.0f} ms, predict {1000 * theirs:.0f} ms; largest difference {same:.1e}"
    return at_least("super-resolution: 640 × 480 at ×2 against predict", theirs / ours, 1, "×", note)
