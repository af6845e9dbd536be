"""A loss typed by the learner: read with a grammar, never evaluated as code, differentiated automatically.

See that `x^2 + 3y^2 + sin(3x)` is a surface like any other, and that a slip is named with its place. The grammar
(Lark, LALR) accepts numbers, x, y, pi, e, + − * / ^, parentheses, products without a sign (2x, 3(x+1)) and the
functions below; whatever else is typed is refused. The gradient is forward-mode automatic differentiation:
every part of the formula carries its value and its two slopes (Wengert, 1964).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lark import UnexpectedCharacters, UnexpectedToken
from lark.exceptions import VisitError

from engine.optimizers.formula_grammar import WrongFormula, parser
from engine.optimizers.formula_terms import Term

__all__ = ["Formula", "WrongFormula", "parse"]

MOST_CHARACTERS = 200


@dataclass(frozen=True)
class Formula:
    """A formula that was read.

    Attributes:
        text: As typed.
        value: NumPy arrays x, y → values of the same shape; not finite where the formula has none.
        gradient: Floats x, y → (∂/∂x, ∂/∂y); raises ArithmeticError or ValueError where there is none.
        code: The same as a Python expression of `x`, `y` and `ops` (keras.ops).
    """

    text: str
    value: Callable[[Any, Any], Any]
    gradient: Callable[[float, float], tuple[float, float]]
    code: str


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Read a formula in x and y.

    Raises:
        WrongFormula: What is wrong, where, and what to type instead.
    """
    if not text.strip():
        raise WrongFormula("The formula is empty.", "Type one in x and y, for example x^2 + 3y^2.")
    if len(text) > MOST_CHARACTERS:
        raise WrongFormula(
            f"The formula has {len(text)} characters.", f"At most {MOST_CHARACTERS} are read.", MOST_CHARACTERS + 1
        )
    term = _read(text)
    if isinstance(term, WrongFormula):
        raise term  # not from within: Lark's own error holds functions, which no other process can be sent
    if term.number is not None:
        raise WrongFormula(
            "The formula has neither x nor y in it.", "A flat surface is no race: use at least one of them."
        )
    slopes = term.slopes

    def gradient(x: float, y: float) -> tuple[float, float]:
        _, along_x, along_y = slopes(x, y)
        return along_x, along_y

    return Formula(text, term.value, gradient, term.code)


def _read(text: str) -> Term | WrongFormula:
    """Return the term a text stands for, or what is wrong with it."""
    try:
        return parser().parse(text)  # type: ignore[return-value]
    except VisitError as error:
        if isinstance(error.orig_exc, WrongFormula):
            return error.orig_exc.with_traceback(None)
        raise
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or 0
        place = position + 1
        return WrongFormula(
            f"“{text[position]}” (character {place}) has no meaning here.",
            "Use x, y, numbers, + - * / ^, parentheses and functions such as sin(x).",
            place,
        )
    except UnexpectedToken as error:
        return _unexpected(text, error)


def _unexpected(text: str, error: UnexpectedToken) -> WrongFormula:
    """Say what a token that does not fit means for the one who typed it."""
    opened = _open_parentheses(text)
    if error.token.type == "$END":
        if opened is not None:
            return WrongFormula(
                f"The parenthesis opened at character {opened + 1} is never closed.", "Add a “)”.", opened + 1
            )
        return WrongFormula("The formula ends too early.", "Something must follow the last sign.", len(text))
    place = (error.token.start_pos or 0) + 1
    shown = f"“{error.token}” (character {place})"
    if error.token.type == "_CLOSE":
        before = text[: place - 1].rstrip()
        if before.endswith("("):
            return WrongFormula(f"There is nothing inside the parentheses before character {place}.", "", place)
        if "_OPEN" not in error.accepts and opened is None and _closes_nothing(text, place - 1):
            return WrongFormula(f"{shown} closes a parenthesis that was never opened.", "Take it out.", place)
    if error.token.type == "_COMMA":
        return WrongFormula(
            f"{shown} stands outside of min( , ), max( , ) or pow( , ).", "Decimals have a point.", place
        )
    if error.token.type in ("NUMBER", "NAME", "FUNCTION"):
        return WrongFormula(f"A sign is missing before {shown}.", "Put one of + - * / ^ there.", place)
    return WrongFormula(
        f"{shown} is not expected there.", "A number, x, y or a parenthesis must stand before it.", place
    )


def _open_parentheses(text: str) -> int | None:
    """Return where the last parenthesis that stays open stands, or None."""
    stack = []
    for place, character in enumerate(text):
        if character == "(":
            stack.append(place)
        elif character == ")" and stack:
            stack.pop()
    return stack[-1] if stack else None


def _closes_nothing(text: str, place: int) -> bool:
    before = text[:place]
    return before.count("(") <= before.count(")")
