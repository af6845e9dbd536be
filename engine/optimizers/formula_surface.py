"""The learner's own formula as a surface: its picture, its lowest points, a start from which a race makes sense.

See the typed loss drawn like the others. Where it has no finite value the picture stays empty, and a racer that
gets there ends with that reason.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from engine.optimizers.formula import Formula, WrongFormula, parse
from engine.optimizers.surface import Surface, Value

SEARCH_POINTS = 81
MOST_MINIMA = 6
Point = tuple[float, float, float]


@lru_cache(maxsize=32)
def formula_surface(text: str, reach: float) -> Surface:
    """Return the surface of a formula over [−reach, reach]².

    Raises:
        WrongFormula: The formula cannot be read, or has no finite value in that picture.
    """
    formula = parse(text)

    def value(x: Any, y: Any) -> Any:
        with np.errstate(all="ignore"):
            return formula.value(x, y) + 0.0 * (x + y)  # of the shape of both, also where one of them is missing

    ends = (-reach, reach)
    axis = np.linspace(*ends, SEARCH_POINTS)
    losses = value(axis[None, :], axis[:, None])
    finite = np.isfinite(losses) & (np.abs(losses) < 1e300)
    if not finite.any():
        raise WrongFormula(
            f"The formula has no finite value for x and y from −{reach:g} to {reach:g}.",
            "Check roots, logarithms and divisions, or widen the picture.",
        )
    losses = np.where(finite, losses, np.inf)
    minima = _minima(formula, value, axis, losses)
    heights = losses[finite] - minima[0][2]
    return Surface(
        id="formula",
        label="Your formula",
        line="Your own loss; its gradient comes from automatic differentiation.",
        source=text,
        value=value,
        gradient=formula.gradient,
        x=ends,
        y=ends,
        start=_start(formula.gradient, reach),
        minima=minima,
        rate=0.05,
        # A hundredth of the picture's usual height, as a round number: 0.1 for a surface like the others.
        valley=float(f"{max(float(np.median(heights)) / 50, 1e-6):.0e}"),
        code=formula.code,
        labels=("x", "y"),
    )


def _minima(formula: Formula, value: Value, axis: np.ndarray, losses: np.ndarray) -> tuple[Point, ...]:
    """Return the lowest points of the picture, the lowest first: grid points below their neighbours, closed in on."""
    padded = np.pad(losses, 1, constant_values=np.inf)
    rows, columns = losses.shape
    shifts = [(up, right) for up in range(3) for right in range(3) if (up, right) != (1, 1)]
    around = np.stack([padded[up : up + rows, right : right + columns] for up, right in shifts]).min(axis=0)
    places = np.argwhere((losses < around)[1:-1, 1:-1]) + 1
    ranked = sorted(places.tolist(), key=lambda place: float(losses[tuple(place)]))[:MOST_MINIMA]
    lowest = np.unravel_index(int(np.argmin(losses)), losses.shape)  # may lie at the rim
    spacing = float(axis[1] - axis[0])
    usual = float(np.median(losses[np.isfinite(losses)]))
    found: list[Point] = []
    for row, column in [[int(lowest[0]), int(lowest[1])], *ranked]:
        grid_point = (float(axis[column]), float(axis[row]), float(losses[row, column]))
        point = _closed_in(formula, value, grid_point, spacing, float(axis[-1]))
        # Towards a pole, as of log(x) at 0, the loss falls without end: there the grid's own point must do.
        if grid_point[2] - point[2] > usual - grid_point[2]:
            point = grid_point
        distinct = all(abs(point[0] - x) + abs(point[1] - y) > spacing for x, y, _ in found)
        if distinct and (not found or _slope(formula, point) < 1e-5 * (1 + abs(usual))):
            found.append(point)
    return tuple(sorted(found, key=lambda point: point[2]))


def _closed_in(formula: Formula, value: Value, point: Point, spacing: float, reach: float) -> Point:
    """Return the lowest point near a grid point: ever finer 9×9 grids, then Newton's method."""
    x, y, best = point
    offsets = np.linspace(-1, 1, 9)
    for _ in range(20):
        columns = np.clip(x + spacing * offsets, -reach, reach)
        rows = np.clip(y + spacing * offsets, -reach, reach)
        losses = value(columns[None, :], rows[:, None])
        losses = np.where(np.isfinite(losses), losses, np.inf)
        row, column = np.unravel_index(int(np.argmin(losses)), losses.shape)
        if losses[row, column] < best:
            best, x, y = float(losses[row, column]), float(columns[column]), float(rows[row])
        spacing *= 0.4
    for _ in range(12):
        try:
            step_x, step_y = _newton_step(formula, x, y, 1e-5 * reach)
        except (ArithmeticError, ValueError):
            break
        x_new, y_new = min(max(x - step_x, -reach), reach), min(max(y - step_y, -reach), reach)
        loss = float(value(np.float64(x_new), np.float64(y_new)))
        if not loss < best:
            break
        best, x, y = loss, x_new, y_new
    return x, y, best


def _newton_step(formula: Formula, x: float, y: float, width: float) -> tuple[float, float]:
    """Return H⁻¹g, the Hessian from differences of the exact gradient."""
    gx, gy = formula.gradient(x, y)
    right, left = formula.gradient(x + width, y), formula.gradient(x - width, y)
    above, below = formula.gradient(x, y + width), formula.gradient(x, y - width)
    a = (right[0] - left[0]) / (2 * width)
    b = (right[1] - left[1] + above[0] - below[0]) / (4 * width)
    d = (above[1] - below[1]) / (2 * width)
    determinant = a * d - b * b
    return (d * gx - b * gy) / determinant, (a * gy - b * gx) / determinant


def _slope(formula: Formula, point: Point) -> float:
    try:
        return float(np.hypot(*formula.gradient(point[0], point[1])))
    except (ArithmeticError, ValueError):
        return float("inf")


def _start(gradient: Any, reach: float) -> tuple[float, float]:
    """Return a start in the upper left if the formula has a slope there, else the nearest point that has one."""
    wanted = (round(-0.7 * reach, 3), round(0.5 * reach, 3))
    places = sorted(
        ((x * reach / 8, y * reach / 8) for x in range(-7, 8) for y in range(-7, 8)),
        key=lambda place: (place[0] - wanted[0]) ** 2 + (place[1] - wanted[1]) ** 2,
    )
    for place in [wanted, *places]:
        try:
            slopes = gradient(*place)
        except (ArithmeticError, ValueError):
            continue
        if all(np.isfinite(slopes)) and any(slopes):
            return place
    return wanted
