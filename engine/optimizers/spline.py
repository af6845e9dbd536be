"""A smooth surface through a grid of values: bicubic pieces whose value, slope and curvature agree at every seam.

See a network's loss, known at a few thousand points, as a landscape one can walk on. SciPy's bicubic spline makes the
pieces where the grid is computed; here they are only evaluated, in plain floats, because a race asks for one point
at a time and the app's own process does without SciPy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def corner_values(axis_x: np.ndarray, axis_y: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return what fixes the bicubic interpolating spline: f, ∂f/∂x, ∂f/∂y, ∂²f/∂x∂y at every grid point.

    Args:
        axis_x: (nx,) evenly spaced.
        axis_y: (ny,) evenly spaced.
        values: (ny, nx).

    Returns:
        (4, ny, nx) float64. Needs SciPy: not for the app's own process.
    """
    from scipy.interpolate import RectBivariateSpline

    spline = RectBivariateSpline(axis_y, axis_x, values, kx=3, ky=3, s=0)
    return np.stack([spline(axis_y, axis_x, dx=up, dy=right) for up, right in ((0, 0), (0, 1), (1, 0), (1, 1))])


# Hermite: from f and f' at both ends of [0, 1] to the coefficients of 1, t, t², t³.
_HERMITE = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [-3, 3, -2, -1], [2, -2, 1, 1]])


class Spline:
    """The surface through the corner values; beyond the grid its outermost pieces go on straight.

    Attributes:
        x: Low and high end of the grid.
        y: The same, upwards.
    """

    def __init__(self, axis_x: np.ndarray, axis_y: np.ndarray, corners: np.ndarray) -> None:
        """Make the pieces from what `corner_values` returns."""
        self.x = (float(axis_x[0]), float(axis_x[-1]))
        self.y = (float(axis_y[0]), float(axis_y[-1]))
        self._columns, self._rows = len(axis_x) - 1, len(axis_y) - 1
        self._per_x = self._columns / (self.x[1] - self.x[0])
        self._per_y = self._rows / (self.y[1] - self.y[0])
        f, fx, fy, fxy = np.asarray(corners, dtype=np.float64)
        fx, fy, fxy = fx / self._per_x, fy / self._per_y, fxy / (self._per_x * self._per_y)

        def at_corners(table: np.ndarray) -> list[list[np.ndarray]]:
            return [[table[:-1, :-1], table[:-1, 1:]], [table[1:, :-1], table[1:, 1:]]]

        blocks = [[at_corners(f), at_corners(fx)], [at_corners(fy), at_corners(fxy)]]
        # known[j, i]: in y then in x, value at 0, value at 1, slope at 0, slope at 1.
        known = np.array([[blocks[j // 2][i // 2][j % 2][i % 2] for i in range(4)] for j in range(4)])
        pieces = np.einsum("aj,jiyx,bi->yxab", _HERMITE, known, _HERMITE)
        self._pieces = pieces.reshape(self._rows, self._columns, 16)  # coefficient of tʸᵃ tˣᵇ at 4a + b
        self._visited: dict[int, list[float]] = {}

    def value(self, x: Any, y: Any) -> np.ndarray:
        """Return values at arrays x, y (of shapes that fit each other)."""
        x, y = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        x_in, y_in = np.clip(x, *self.x), np.clip(y, *self.y)
        along, upwards = (x_in - self.x[0]) * self._per_x, (y_in - self.y[0]) * self._per_y
        column = np.minimum(along.astype(int), self._columns - 1)
        row = np.minimum(upwards.astype(int), self._rows - 1)
        s, t = (along - column)[..., None], (upwards - row)[..., None]
        powers_x = s ** np.arange(4)
        powers_y = t ** np.arange(4)
        piece = self._pieces[row, column].reshape(*x.shape, 4, 4)
        inside = np.einsum("...a,...ab,...b->...", powers_y, piece, powers_x)
        slope_x = np.einsum("...a,...ab,...b->...", powers_y, piece, _slopes(s)) * self._per_x
        slope_y = np.einsum("...a,...ab,...b->...", _slopes(t), piece, powers_x) * self._per_y
        return inside + slope_x * (x - x_in) + slope_y * (y - y_in)

    def gradient(self, x: float, y: float) -> tuple[float, float]:
        """Return the slopes at one point; beyond the grid those of the nearest point on its rim."""
        along = (min(max(x, self.x[0]), self.x[1]) - self.x[0]) * self._per_x
        upwards = (min(max(y, self.y[0]), self.y[1]) - self.y[0]) * self._per_y
        if math.isnan(along + upwards):
            raise ValueError("not a number")
        column, row = min(int(along), self._columns - 1), min(int(upwards), self._rows - 1)
        place = row * self._columns + column
        c = self._visited.get(place)
        if c is None:
            if len(self._visited) > 20_000:
                self._visited.clear()
            c = self._visited[place] = self._pieces[row, column].tolist()
        s, t = along - column, upwards - row
        # Four polynomials in x, one for each power of t, and their slopes; then Horner in t.
        p1 = c[4] + s * (c[5] + s * (c[6] + s * c[7]))
        p2 = c[8] + s * (c[9] + s * (c[10] + s * c[11]))
        p3 = c[12] + s * (c[13] + s * (c[14] + s * c[15]))
        d0 = c[1] + s * (2 * c[2] + 3 * s * c[3])
        d1 = c[5] + s * (2 * c[6] + 3 * s * c[7])
        d2 = c[9] + s * (2 * c[10] + 3 * s * c[11])
        d3 = c[13] + s * (2 * c[14] + 3 * s * c[15])
        along_x = d0 + t * (d1 + t * (d2 + t * d3))
        along_y = p1 + t * (2 * p2 + 3 * t * p3)
        return along_x * self._per_x, along_y * self._per_y


def _slopes(t: np.ndarray) -> np.ndarray:
    """Return the slopes of 1, t, t², t³."""
    return np.concatenate([np.zeros_like(t), np.ones_like(t), 2 * t, 3 * t * t], axis=-1)
