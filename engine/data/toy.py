"""Two-dimensional data sets to learn on: what the eye can check, the network must find.

What the learner should see: points of two or more colours (or of a shade, for regression) on a square of
about −6 … 6, whose pattern is obvious to a person and takes a network some work. Circles, xor, blobs, spirals,
plane and multi-Gaussian are drawn as in TensorFlow Playground (Smilkov et al., 2017, arXiv:1708.03788), moons
as in scikit-learn. Each data set is one pure function of (count, classes, noise, generator) and one map entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

CLASSIFICATION = "classification"
REGRESSION = "regression"
RADIUS = 5.0
DOMAIN = (-6.0, 6.0, -6.0, 6.0)

Draw = Callable[[int, int, float, np.random.Generator], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Samples:
    """Points to learn from, and which of them are held back.

    Attributes:
        points: float32 (n, 2), coordinates in the picture's window.
        target: float32 (n,), class 0, 1, … or the value to predict.
        validation: bool (n,), True for the points that training never sees.
        task: "classification" or "regression".
        classes: Number of classes; 1 for regression.
        domain: x low, x high, y low, y high of the window that the picture shows.
        class_names: A label for each class; empty for regression.
    """

    points: np.ndarray
    target: np.ndarray
    validation: np.ndarray
    task: str
    classes: int
    domain: tuple[float, float, float, float] = DOMAIN
    class_names: tuple[str, ...] = ()


def circles(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw a disc (class 1) inside a ring (class 0): no straight line parts them, but x² + y² does.

    Args:
        count: Number of points, half of them in each class.
        classes: Always taken as 2.
        noise: 0 … 0.5; labels follow the position after a uniform shift of up to noise × 5 per axis.
        generator: Source of randomness.

    Returns:
        Points float64 (count, 2) and labels (count,).
    """
    del classes
    inner = np.arange(count) % 2 == 1
    radius = np.where(inner, generator.uniform(0, 0.5, count), generator.uniform(0.7, 1, count)) * RADIUS
    angle = generator.uniform(0, 2 * np.pi, count)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    shifted = points + generator.uniform(-RADIUS, RADIUS, (count, 2)) * noise
    return points, (np.hypot(shifted[:, 0], shifted[:, 1]) < 0.5 * RADIUS).astype(float)


def xor(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw four squares, coloured crosswise: class 1 where x·y ≥ 0. Arguments and result as in `circles`."""
    del classes
    quadrant = np.arange(count) % 4
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quadrant]
    points = signs * (generator.uniform(0, RADIUS, (count, 2)) + 0.3)
    shifted = points + generator.uniform(-RADIUS, RADIUS, (count, 2)) * noise
    return points, (shifted[:, 0] * shifted[:, 1] >= 0).astype(float)


def blobs(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one Gaussian cloud per class, centres evenly round a circle; variance 0.5 + 7 × noise.

    Two classes sit at (2, 2) and (−2, −2). Arguments and result as in `circles`, with 2 … 5 classes.
    """
    label = np.arange(count) % classes
    angle = np.pi / 4 + 2 * np.pi * label / classes
    distance = np.sqrt(8) if classes == 2 else 3.6
    centre = distance * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centre + np.sqrt(0.5 + 7 * noise) * generator.standard_normal((count, 2)), label.astype(float)


def spirals(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw one arm of 1¾ turns per class, wound into each other. Arguments as in `circles`, 2 … 5 classes."""
    label = np.arange(count) % classes
    along = (np.arange(count) // classes) / max(1, np.ceil(count / classes))
    # Five arms of 1¾ turns would lie closer together than the noise of two: more arms wind less.
    turns = 1.75 * 2 / classes
    angle = turns * along * 2 * np.pi + 2 * np.pi * label / classes
    points = (RADIUS * along)[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + generator.uniform(-1, 1, (count, 2)) * noise, label.astype(float)


def moons(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw two half moons that reach into each other; Gaussian noise of deviation 3 × noise.

    Arguments and result as in `circles`; the shape is `sklearn.datasets.make_moons`, centred and enlarged 3 times.
    """
    del classes
    label = np.arange(count) % 2
    angle = generator.uniform(0, np.pi, count)
    across = np.where(label == 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    up = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return 3 * (np.stack([across, up], axis=1) + noise * generator.standard_normal((count, 2))), label.astype(float)


def plane(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw values of the tilted plane (x + y) / 10: a single neuron can learn it.

    Args:
        count: Number of points.
        classes: Not used.
        noise: 0 … 0.5; values belong to the position after a uniform shift of up to noise × 6 per axis.
        generator: Source of randomness.

    Returns:
        Points float64 (count, 2) and values (count,), within −1.2 … 1.2 without noise.
    """
    del classes
    points = generator.uniform(-6, 6, (count, 2))
    shifted = points + generator.uniform(-6, 6, (count, 2)) * noise
    return points, shifted.sum(axis=1) / 10


def gaussians(count: int, classes: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw values of six bumps, up and down alternately: needs hidden neurons. Arguments as in `plane`.

    A bump falls off linearly from ±1 at its centre to 0 at distance 2; the largest in size counts.
    """
    del classes
    points = generator.uniform(-6, 6, (count, 2))
    shifted = points + generator.uniform(-6, 6, (count, 2)) * noise
    centres = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
    signs = np.array([1, -1, 1, -1, 1, -1])
    distance = np.linalg.norm(shifted[:, None] - centres, axis=2)
    bump = signs * np.clip(1 - distance / 2, 0, 1)
    return points, bump[np.arange(count), np.abs(bump).argmax(axis=1)]


@dataclass(frozen=True)
class DataSet:
    """One map entry: how a data set is called, drawn and scored."""

    label: str
    draw: Draw
    task: str = CLASSIFICATION
    most_classes: int = 2


DATA_SETS: dict[str, DataSet] = {
    "circles": DataSet("Circles", circles),
    "xor": DataSet("Xor", xor),
    "blobs": DataSet("Blobs", blobs, most_classes=5),
    "spirals": DataSet("Spirals", spirals, most_classes=5),
    "moons": DataSet("Moons", moons),
    "plane": DataSet("Plane", plane, REGRESSION, 1),
    "gaussians": DataSet("Multi-Gaussian", gaussians, REGRESSION, 1),
}


def split(target: np.ndarray, grouped: bool, share: float, generator: np.random.Generator) -> np.ndarray:
    """Choose which rows are held back, the same share of every class.

    Args:
        target: (n,) classes or values.
        grouped: True to hold back `share` of each class; False to draw from all rows alike (regression).
        share: 0 … 1, the part held back, rounded; each group keeps at least one row for training and, from two
            rows on, at least one for validation.
        generator: Source of randomness.

    Returns:
        bool (n,), True for rows held back.
    """
    order = generator.permutation(len(target))
    groups = [order[target[order] == label] for label in np.unique(target)] if grouped else [order]
    held = np.zeros(len(target), dtype=bool)
    for group in groups:
        wanted = round(share * len(group))
        held[group[: min(max(wanted, 1), len(group) - 1)]] = True
    return held


def sample(name: str, count: int, classes: int, noise: float, share: float, seed: int) -> Samples:
    """Draw a data set with its split; the same arguments give the same points, always.

    Args:
        name: A key of `DATA_SETS`.
        count: Number of points.
        classes: Wanted classes; data sets that have a fixed number take theirs.
        noise: 0 … 0.5.
        share: 0 … 1, the part held back for validation.
        seed: Seed of the points and of the split.
    """
    entry = DATA_SETS[name]
    generator = np.random.default_rng(seed)
    used = min(classes, entry.most_classes)
    points, target = entry.draw(count, used, noise, generator)
    held = split(target, entry.task == CLASSIFICATION, share, generator)
    names = tuple(f"class {index + 1}" for index in range(used)) if entry.task == CLASSIFICATION else ()
    return Samples(points.astype(np.float32), target.astype(np.float32), held, entry.task, used, DOMAIN, names)
