"""Surfaces of fixed form: one difficulty each, most of them from the literature on optimization.

See a round bowl, a narrow ravine, a curved one, walls and flats, several valleys, a saddle, a plateau.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.optimizers.surface import Gradient, Surface, Value


def quadratic(a: float, b: float, d: float) -> tuple[Value, Gradient]:
    """Return value and gradient of ½(a·x² + 2b·x·y + d·y²)."""

    def value(x: Any, y: Any) -> Any:
        return 0.5 * (a * x * x + 2 * b * x * y + d * y * y)

    def gradient(x: float, y: float) -> tuple[float, float]:
        return a * x + b * y, b * x + d * y

    return value, gradient


def bowl() -> Surface:
    """Return a round quadratic."""
    value, gradient = quadratic(2.0, 0.0, 2.0)
    return Surface(
        id="bowl",
        label="Bowl",
        line="Equally steep in every direction: every optimizer finds the bottom, only their pace differs.",
        source="x² + y²",
        value=value,
        gradient=gradient,
        x=(-4.5, 4.5),
        y=(-3.2, 3.2),
        start=(-3.5, 2.2),
        minima=((0.0, 0.0, 0.0),),
        rate=0.1,
        valley=0.1,
        largest_curvature=2.0,
        code="x * x + y * y",
    )


def ravine() -> Surface:
    """Return a 25:1 quadratic, turned so that no axis lies along it (compare Goh, Distill 2017)."""
    turn = math.radians(-24)
    cosine, sine = math.cos(turn), math.sin(turn)
    flat, steep = 1.0, 25.0
    a = flat * cosine**2 + steep * sine**2
    b = (flat - steep) * cosine * sine
    d = flat * sine**2 + steep * cosine**2
    value, gradient = quadratic(a, b, d)
    return Surface(
        id="ravine",
        label="Ravine",
        line="25 times steeper across than along, and turned by 24°: the steep direction limits the learning rate.",
        source="½(u² + 25v²), turned by 24°",
        value=value,
        gradient=gradient,
        x=(-5.3, 3.1),
        y=(-2.75, 3.05),
        start=(-4.5, 1.1),
        minima=((0.0, 0.0, 0.0),),
        rate=0.06,
        valley=0.1,
        largest_curvature=steep,
        code=f"0.5 * ({a!r} * x * x + 2 * {b!r} * x * y + {d!r} * y * y)",
    )


def rosenbrock() -> Surface:
    """Return Rosenbrock's curved ravine (Computer Journal 3, 1960)."""

    def value(x: Any, y: Any) -> Any:
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def gradient(x: float, y: float) -> tuple[float, float]:
        across = y - x * x
        return -2 * (1 - x) - 400 * x * across, 200 * across

    return Surface(
        id="rosenbrock",
        label="Rosenbrock",
        line="A curved ravine: getting in is easy, following its nearly flat floor to the end is not.",
        source="Rosenbrock 1960",
        value=value,
        gradient=gradient,
        x=(-2.0, 2.0),
        y=(-0.9, 2.6),
        start=(-1.2, 1.0),
        minima=((1.0, 1.0, 0.0),),
        rate=0.002,
        valley=0.1,
        code="(1 - x) ** 2 + 100 * (y - x * x) ** 2",
    )


def beale() -> Surface:
    """Return Beale's function (Princeton technical report 25, 1958)."""

    def value(x: Any, y: Any) -> Any:
        return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2

    def gradient(x: float, y: float) -> tuple[float, float]:
        square, cube = y * y, y * y * y
        first, second, third = 1.5 - x + x * y, 2.25 - x + x * square, 2.625 - x + x * cube
        return (
            2 * (first * (y - 1) + second * (square - 1) + third * (cube - 1)),
            2 * x * (first + 2 * second * y + 3 * third * square),
        )

    return Surface(
        id="beale",
        label="Beale",
        line="Steep walls at the corners around a long flat floor: gradients differ by factors of thousands.",
        source="Beale 1958",
        value=value,
        gradient=gradient,
        x=(-4.5, 4.5),
        y=(-4.0, 4.0),
        start=(1.0, 1.5),
        minima=((3.0, 0.5, 0.0),),
        rate=0.02,
        valley=0.1,
        code="(1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2",
    )


def himmelblau() -> Surface:
    """Return Himmelblau's function (Applied Nonlinear Programming, 1972)."""

    def value(x: Any, y: Any) -> Any:
        return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2

    def gradient(x: float, y: float) -> tuple[float, float]:
        first, second = x * x + y - 11, x + y * y - 7
        return 4 * x * first + 2 * second, 2 * first + 4 * y * second

    return Surface(
        id="himmelblau",
        label="Himmelblau",
        line="Four valleys, equally deep: which one a racer ends in depends on the start and on the rule.",
        source="Himmelblau 1972",
        value=value,
        gradient=gradient,
        x=(-6.0, 6.0),
        y=(-5.0, 5.0),
        start=(0.2, 3.4),
        minima=(
            (3.0, 2.0, 0.0),
            (-2.805118086952745, 3.131312518250573, 0.0),
            (-3.779310253377747, -3.283185991286170, 0.0),
            (3.584428340330492, -1.848126526964404, 0.0),
        ),
        rate=0.015,
        valley=0.1,
        code="(x * x + y - 11) ** 2 + (x + y * y - 7) ** 2",
    )


def camel() -> Surface:
    """Return the six-hump camel back (Dixon and Szegő, Towards Global Optimisation 2, 1978)."""

    def value(x: Any, y: Any) -> Any:
        return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2

    def gradient(x: float, y: float) -> tuple[float, float]:
        return 8 * x - 8.4 * x * x * x + 2 * x * x * x * x * x + y, x + 16 * y * y * y - 8 * y

    return Surface(
        id="camel",
        label="Six-hump camel",
        line="Six valleys, only two of them the deepest: a racer may come to rest in the wrong one.",
        source="Dixon and Szegő 1978",
        value=value,
        gradient=gradient,
        x=(-2.1, 2.1),
        y=(-1.15, 1.15),
        start=(-1.9, -1.02),
        minima=(
            (0.0898420131, -0.7126564030, -1.0316284535),
            (-0.0898420131, 0.7126564030, -1.0316284535),
            (-1.7036067132, 0.7960835687, -0.2154638244),
            (1.7036067132, -0.7960835687, -0.2154638244),
            (-1.6071047529, -0.5686514549, 2.1042503103),
            (1.6071047529, 0.5686514549, 2.1042503103),
        ),
        rate=0.03,
        valley=0.05,
        code="(4 - 2.1 * x ** 2 + x ** 4 / 3) * x ** 2 + x * y + (4 * y ** 2 - 4) * y ** 2",
    )


def saddle() -> Surface:
    """Return a saddle with a valley on either side (compare Dauphin and others, NeurIPS 2014)."""

    def value(x: Any, y: Any) -> Any:
        return 0.5 * x**2 - 0.5 * y**2 + y**4 / 16

    def gradient(x: float, y: float) -> tuple[float, float]:
        return x, -y + 0.25 * y * y * y

    return Surface(
        id="saddle",
        label="Saddle",
        line="Down along one direction, up along the other: near the ridge the gradient hardly says which way out.",
        source="½x² − ½y² + y⁴⁄16",
        value=value,
        gradient=gradient,
        x=(-3.4, 3.4),
        y=(-2.8, 2.8),
        start=(-2.6, 0.002),
        minima=((0.0, 2.0, -1.0), (0.0, -2.0, -1.0)),
        rate=0.05,
        valley=0.05,
        code="0.5 * x ** 2 - 0.5 * y ** 2 + y ** 4 / 16",
    )


def plateau() -> Surface:
    """Return a hole in a plain: gradients die out with the distance."""

    def value(x: Any, y: Any) -> Any:
        return 1 - np.exp(-0.5 * (x * x + 2 * y * y))

    def gradient(x: float, y: float) -> tuple[float, float]:
        height = math.exp(-0.5 * (x * x + 2 * y * y))
        return x * height, 2 * y * height

    return Surface(
        id="plateau",
        label="Plateau",
        line="Nearly flat far out: steps as long as the gradient stand still, steps that divide by its size walk on.",
        source="1 − exp(−½x² − y²)",
        value=value,
        gradient=gradient,
        x=(-4.0, 4.0),
        y=(-2.8, 2.8),
        start=(-2.6, 1.4),
        minima=((0.0, 0.0, 0.0),),
        rate=0.1,
        valley=0.05,
        code="1 - ops.exp(-0.5 * (x * x + 2 * y * y))",
    )
