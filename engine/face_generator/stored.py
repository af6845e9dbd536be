"""The shipped weights of both networks at all moments, small enough to carry: a byte a weight, or less.

What the learner should see: nothing of this. Each output channel of a kernel has its largest weight, and so many steps
up to it: 127 at the last moment, 15 before, where the files are many. What is small anyway, normalizations and biases,
keeps its precision.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "assets" / "faces"
SMALL = 1024  # numbers a moment; arrays of fewer keep 32 bits
STEPS, EARLIER_STEPS = 127, 15


def path_of(name: str) -> Path:
    """Return where a file of FOLDER lies: "drawn", "portraits" or "real"."""
    return FOLDER / f"{name}.npz"


@cache
def digest(name: str) -> str:
    """Return the SHA-256 of a file of FOLDER."""
    return hashlib.sha256(path_of(name).read_bytes()).hexdigest()


@cache
def arrays(name: str) -> dict[str, np.ndarray]:
    """Return all arrays of a file of FOLDER by name, read once."""
    with np.load(path_of(name)) as content:
        return {key: content[key] for key in content.files}


def packed(letter: str, moments: list[list[np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the weights of a network at K moments as arrays to store.

    Args:
        letter: "g" or "d".
        moments: For each moment the weights in the order of the model's `weights`.
    """
    found: dict[str, np.ndarray] = {}
    for place, several in enumerate(zip(*moments, strict=True)):
        stack = np.stack(several).astype(np.float32)
        if stack[0].size < SMALL:
            found[f"{letter}{place}"] = stack
            continue
        others = tuple(range(1, stack.ndim - 1))
        steps = np.full(len(stack), EARLIER_STEPS).reshape(-1, *[1] * (stack.ndim - 1))
        steps[-1] = STEPS
        scale = (np.abs(stack).max(axis=others, keepdims=True) / steps).astype(np.float32)
        found[f"{letter}{place}"] = np.rint(stack / np.maximum(scale, 1e-30)).astype(np.int8)
        found[f"{letter}{place}_scale"] = scale
    return found


def unpacked(letter: str, stored: dict[str, np.ndarray], moment: int) -> list[np.ndarray]:
    """Return the weights of a network at a moment, float32, from what `packed` stored."""
    weights: list[np.ndarray] = []
    while f"{letter}{len(weights)}" in stored:
        name = f"{letter}{len(weights)}"
        values = stored[name][moment].astype(np.float32)
        weights.append(values * stored[f"{name}_scale"][moment] if f"{name}_scale" in stored else values)
    return weights
