"""The shipped weights: the faces' generator at some moments, its last discriminator, and what learned cars.

What the learner should see: nothing of this.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from engine.face_generator.stored import unpacked

FOLDER = Path(__file__).parents[2] / "assets" / "style-generator"
FACES, CARS = "faces", "cars"


def path_of(domain: str) -> Path:
    """Return where the file of FACES or CARS lies."""
    return FOLDER / f"{domain}.npz"


@cache
def digest(domain: str) -> str:
    """Return the SHA-256 of a domain's file."""
    return hashlib.sha256(path_of(domain).read_bytes()).hexdigest()


@cache
def arrays(domain: str) -> dict[str, np.ndarray]:
    """Return all arrays of a domain's file by name, read once."""
    with np.load(path_of(domain)) as content:
        return {name: content[name] for name in content.files}


def numbered(found: dict[str, np.ndarray], name: str) -> list[np.ndarray]:
    """Return the arrays `name`_0, `name`_1 … as float32."""
    count = sum(key.startswith(f"{name}_") and key[len(name) + 1 :].isdigit() for key in found)
    return [found[f"{name}_{place}"].astype(np.float32) for place in range(count)]


def steps(domain: str) -> np.ndarray:
    """Return after how many steps each shipped generator of a domain was kept, int32, the last one at the end."""
    return arrays(domain)["steps"] if domain == FACES else arrays(domain)["steps"][-1:]


def generator(domain: str, moment: int) -> list[np.ndarray]:
    """Return a generator as `Contest.generator_weights` does: mapping, synthesis, average style.

    Args:
        domain: FACES or CARS.
        moment: Which of `steps`; −1 or one beyond the end is the last.
    """
    last = len(steps(domain)) - 1
    if moment < 0 or moment >= last:
        return numbered(arrays(domain), "generator")
    return unpacked("g", arrays(domain), moment)


def discriminator() -> list[np.ndarray]:
    """Return the weights of the faces' last discriminator."""
    return numbered(arrays(FACES), "discriminator")
