"""The parts a formula is made of: each knows its value on arrays, and value and slopes at a point.

Slopes are forward-mode automatic differentiation in plain floats: three numbers (value, ∂/∂x, ∂/∂y) go into and come
out of every operation. All arithmetic is on floats, so 9^9^9^9 overflows at once instead of filling the memory.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Triple = tuple[float, float, float]
Slopes = Callable[[float, float], Triple]


@dataclass(frozen=True)
class Term:
    """One part of a formula.

    Attributes:
        value: NumPy arrays x, y → values.
        slopes: Floats x, y → (value, ∂/∂x, ∂/∂y); raises ArithmeticError or ValueError where there is none.
        code: As Python code of `x`, `y` and `ops`.
        depth: How many operations stand inside each other.
        number: Its value where neither x nor y is in it, else None.
    """

    value: Callable[[Any, Any], Any]
    slopes: Slopes
    code: str
    depth: int = 0
    number: float | None = None


@dataclass(frozen=True)
class Function:
    """A named function: fewest and most arguments, on arrays, in code, and value and slope for one float."""

    arguments: tuple[int, int]
    array: Callable[..., Any]
    code: str
    slope: Callable[[float], tuple[float, float]] | None = None


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _with_slope(value: Callable[[float], float], slope: Callable[[float, float], float]) -> Any:
    """Return z → (value, slope), the slope given as a function of z and the value."""

    def both(z: float) -> tuple[float, float]:
        result = value(z)
        return result, slope(z, result)

    return both


FUNCTIONS: dict[str, Function] = {
    "sin": Function((1, 1), np.sin, "ops.sin", _with_slope(math.sin, lambda z, _: math.cos(z))),
    "cos": Function((1, 1), np.cos, "ops.cos", _with_slope(math.cos, lambda z, _: -math.sin(z))),
    "tan": Function((1, 1), np.tan, "ops.tan", _with_slope(math.tan, lambda _, t: 1 + t * t)),
    "asin": Function((1, 1), np.arcsin, "ops.arcsin", _with_slope(math.asin, lambda z, _: 1 / math.sqrt(1 - z * z))),
    "acos": Function((1, 1), np.arccos, "ops.arccos", _with_slope(math.acos, lambda z, _: -1 / math.sqrt(1 - z * z))),
    "atan": Function((1, 1), np.arctan, "ops.arctan", _with_slope(math.atan, lambda z, _: 1 / (1 + z * z))),
    "sinh": Function((1, 1), np.sinh, "ops.sinh", _with_slope(math.sinh, lambda z, _: math.cosh(z))),
    "cosh": Function((1, 1), np.cosh, "ops.cosh", _with_slope(math.cosh, lambda z, _: math.sinh(z))),
    "tanh": Function((1, 1), np.tanh, "ops.tanh", _with_slope(math.tanh, lambda _, t: 1 - t * t)),
    "exp": Function((1, 1), np.exp, "ops.exp", _with_slope(math.exp, lambda _, e: e)),
    "log": Function((1, 1), np.log, "ops.log", _with_slope(math.log, lambda z, _: 1 / z)),
    "ln": Function((1, 1), np.log, "ops.log", _with_slope(math.log, lambda z, _: 1 / z)),
    "log10": Function((1, 1), np.log10, "ops.log10", _with_slope(math.log10, lambda z, _: 1 / (z * math.log(10)))),
    "sqrt": Function((1, 1), np.sqrt, "ops.sqrt", _with_slope(math.sqrt, lambda _, r: 0.5 / r)),
    "abs": Function((1, 1), np.abs, "ops.abs", _with_slope(abs, lambda z, _: float((z > 0) - (z < 0)))),
    "sigmoid": Function(
        (1, 1), lambda z: 0.5 * (1 + np.tanh(0.5 * z)), "ops.sigmoid", _with_slope(_sigmoid, lambda _, s: s * (1 - s))
    ),
    "relu": Function((1, 1), lambda z: np.maximum(z, 0.0), "ops.relu", lambda z: (max(z, 0.0), float(z > 0))),
    "min": Function((2, 8), np.minimum, "ops.minimum"),
    "max": Function((2, 8), np.maximum, "ops.maximum"),
    "pow": Function((2, 2), np.power, ""),
}


def constant(number: float) -> Term:
    """Return a number."""
    triple = (number, 0.0, 0.0)
    code = str(int(number)) if number == int(number) and abs(number) < 1e6 else repr(number)
    code = f"({code})" if number < 0 else code
    return Term(lambda _x, _y: np.float64(number), lambda _x, _y: triple, code, 0, number)


def variable(name: str) -> Term:
    """Return x or y."""
    if name == "x":
        return Term(lambda x, _y: x, lambda x, _y: (x, 1.0, 0.0), "x")
    return Term(lambda _x, y: y, lambda _x, y: (y, 0.0, 1.0), "y")


def _folded(term: Term, *parts: Term) -> Term:
    """Return a constant instead of a term all of whose parts are constants; raises where that is not finite."""
    if any(part.number is None for part in parts):
        return term
    number = term.slopes(0.0, 0.0)[0]
    if not math.isfinite(number):
        raise OverflowError
    return constant(number)


def _deeper(*parts: Term) -> int:
    return 1 + max(part.depth for part in parts)


def total(left: Term, right: Term) -> Term:
    """Return left + right."""
    f, g, first, second = left.slopes, right.slopes, left.value, right.value

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        b, bx, by = g(x, y)
        return a + b, ax + bx, ay + by

    term = Term(lambda x, y: first(x, y) + second(x, y), slopes, f"({left.code} + {right.code})", _deeper(left, right))
    return _folded(term, left, right)


def difference(left: Term, right: Term) -> Term:
    """Return left − right."""
    f, g, first, second = left.slopes, right.slopes, left.value, right.value

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        b, bx, by = g(x, y)
        return a - b, ax - bx, ay - by

    term = Term(lambda x, y: first(x, y) - second(x, y), slopes, f"({left.code} - {right.code})", _deeper(left, right))
    return _folded(term, left, right)


def negated(only: Term) -> Term:
    """Return −only."""
    f, inner = only.slopes, only.value

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        return -a, -ax, -ay

    return _folded(Term(lambda x, y: -inner(x, y), slopes, f"(-{only.code})", _deeper(only)), only)


def product(left: Term, right: Term) -> Term:
    """Return left · right."""
    f, g, first, second = left.slopes, right.slopes, left.value, right.value

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        b, bx, by = g(x, y)
        return a * b, ax * b + a * bx, ay * b + a * by

    term = Term(lambda x, y: first(x, y) * second(x, y), slopes, f"({left.code} * {right.code})", _deeper(left, right))
    return _folded(term, left, right)


def quotient(left: Term, right: Term) -> Term:
    """Return left / right."""
    f, g, first, second = left.slopes, right.slopes, left.value, right.value

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        b, bx, by = g(x, y)
        ratio = a / b
        return ratio, (ax - ratio * bx) / b, (ay - ratio * by) / b

    term = Term(lambda x, y: first(x, y) / second(x, y), slopes, f"({left.code} / {right.code})", _deeper(left, right))
    return _folded(term, left, right)


def power(base: Term, exponent: Term) -> Term:
    """Return base to the exponent; a negative base needs a whole constant exponent."""
    f, g, first, second = base.slopes, exponent.slopes, base.value, exponent.value
    number = exponent.number

    def square(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        twice = 2 * a
        return a * a, twice * ax, twice * ay

    def constant_power(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        assert number is not None
        value = math.pow(a, number)
        slope = number * math.pow(a, number - 1) if number else 0.0
        return value, slope * ax, slope * ay

    def any_power(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        b, bx, by = g(x, y)
        value = math.pow(a, b)
        logarithm = math.log(a)
        return value, value * (bx * logarithm + b * ax / a), value * (by * logarithm + b * ay / a)

    slopes: Slopes = any_power if number is None else square if number == 2 else constant_power
    term = Term(
        lambda x, y: np.power(first(x, y), second(x, y)),
        slopes,
        f"({base.code} ** {exponent.code})",
        _deeper(base, exponent),
    )
    return _folded(term, base, exponent)


def applied(name: str, arguments: tuple[Term, ...]) -> Term:
    """Return a named function of its arguments, which are as many as it takes."""
    if name == "pow":
        return power(*arguments)
    function = FUNCTIONS[name]
    if function.slope is None:
        term = arguments[0]
        for other in arguments[1:]:
            term = _picked(name, term, other)
        return term
    only = arguments[0]
    f, inner, array, both = only.slopes, only.value, function.array, function.slope

    def slopes(x: float, y: float) -> Triple:
        a, ax, ay = f(x, y)
        value, slope = both(a)
        return value, slope * ax, slope * ay

    term = Term(lambda x, y: array(inner(x, y)), slopes, f"{function.code}({only.code})", _deeper(only))
    return _folded(term, only)


def _picked(name: str, left: Term, right: Term) -> Term:
    """Return the smaller or larger of two terms; the slope is the picked one's."""
    f, g, first, second, function = left.slopes, right.slopes, left.value, right.value, FUNCTIONS[name]
    smaller = name == "min"

    def slopes(x: float, y: float) -> Triple:
        one, other = f(x, y), g(x, y)
        return one if (one[0] <= other[0]) == smaller else other

    code = f"{function.code}({left.code}, {right.code})"
    term = Term(lambda x, y: function.array(first(x, y), second(x, y)), slopes, code, _deeper(left, right))
    return _folded(term, left, right)
