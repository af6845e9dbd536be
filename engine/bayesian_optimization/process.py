"""A Gaussian process: from a few readings to a best guess everywhere, and to how unsure that guess is.

What the learner should see: a mean that runs through the readings and a band that closes on them and opens between
them. The rule is scikit-learn's `GaussianProcessRegressor(normalize_y=True)`, in NumPy: no import of seconds, a page
that answers at once, and many searches in lock-step (Rasmussen and Williams, Gaussian Processes for Machine Learning,
2006, algorithm 2.1).

Shapes: S processes side by side, n readings each, d settings, m places looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KERNELS = ("rbf", "matern52", "matern32")
LABELS = {"rbf": "Squared exponential", "matern52": "Matérn 5/2", "matern32": "Matérn 3/2"}
JITTER = 1e-6  # the variance that `bayesian-optimization` adds to every reading; without it the algebra breaks down
FITTED = 0.0
LENGTHS = np.geomspace(0.5, 10.0, 21)
"""The length scales that are tried where the length is FITTED."""


def squares(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return squared distances between places (S, n, d) and (S, m, d) or (m, d), as (S, n, m)."""
    return np.sum((first[..., :, None, :] - second[..., None, :, :]) ** 2, axis=-1)


def covariance(squared: np.ndarray, kernel: str, length: np.ndarray | float) -> np.ndarray:
    """Return how alike heights so far apart are thought to be: 1 at the same place, 0 far away.

    Args:
        squared: Squared distances, any shape.
        kernel: One of KERNELS.
        length: Distance within which heights are alike; broadcasts against `squared`.
    """
    if kernel == "rbf":
        return np.exp(squared / (-2 * np.square(length)))
    far = np.sqrt(squared * (5 if kernel == "matern52" else 3)) / length
    return (1 + far + (far**2 / 3 if kernel == "matern52" else 0.0)) * np.exp(-far)


@dataclass(frozen=True)
class Processes:
    """S Gaussian processes that have seen n readings each.

    Attributes:
        places: (S, n, d).
        kernel: One of KERNELS.
        length: (S,), length scales.
        centre: (S,), mean of the readings, which is the guess far from all of them.
        scale: (S,), their deviation, which is the doubt far from all of them.
        inverse: (S, n, n), inverse of the lower Cholesky factor of the readings' covariance.
        weights: (S, n), what each reading counts.
    """

    places: np.ndarray
    kernel: str
    length: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    inverse: np.ndarray
    weights: np.ndarray

    def predict(self, squared: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of the heights (the readings' noise left out), (S, m) each.

        Args:
            squared: (S, n, m), squared distances from the readings' places to where it is wanted.
        """
        alike = covariance(squared, self.kernel, self.length[:, None, None])
        mean = (self.weights[:, None, :] @ alike)[:, 0]
        known = self.inverse @ alike
        variance = np.maximum(1.0 - np.einsum("snm,snm->sm", known, known), 0.0)
        scale = self.scale[:, None]
        return self.centre[:, None] + scale * mean, scale * np.sqrt(variance)


def fit(places: np.ndarray, readings: np.ndarray, kernel: str, length: float = FITTED, noise: float = 0.0) -> Processes:
    """Return the processes after their readings.

    Args:
        places: (S, n, d), where it was read.
        readings: (S, n), what was read.
        kernel: One of KERNELS.
        length: Length scale; FITTED takes for each process the one of LENGTHS under which its readings are most likely.
        noise: Standard deviation of the noise in each reading, in the readings' unit.
    """
    centre, scale = readings.mean(axis=1), readings.std(axis=1)
    scale = np.where(scale > 10 * np.finfo(float).eps, scale, 1.0)
    standard = (readings - centre[:, None]) / scale[:, None]
    squared = squares(places, places)
    added = JITTER + (noise / scale) ** 2
    lengths = LENGTHS if length == FITTED else np.array([length])
    matrix = covariance(squared[:, None], kernel, lengths[:, None, None])
    matrix += added[:, None, None, None] * np.eye(readings.shape[1])
    triangle = np.linalg.cholesky(matrix)
    likely = evidence(triangle, standard[:, None])
    chosen = likely.argmax(axis=1)
    inverse = np.linalg.inv(triangle[np.arange(len(chosen)), chosen])
    weights = np.einsum("sji,sj->si", inverse, np.einsum("sij,sj->si", inverse, standard))
    return Processes(places, kernel, lengths[chosen], centre, scale, inverse, weights)


def evidence(triangle: np.ndarray, standard: np.ndarray) -> np.ndarray:
    """Return the log marginal likelihood of standardized readings (…, n) under Cholesky factors (…, n, n)."""
    solved = np.linalg.solve(triangle, np.broadcast_to(standard, triangle.shape[:-1])[..., None])[..., 0]
    count = triangle.shape[-1]
    logarithm = np.log(np.diagonal(triangle, axis1=-2, axis2=-1)).sum(axis=-1)
    return -0.5 * np.sum(solved**2, axis=-1) - logarithm - 0.5 * count * np.log(2 * np.pi)
