"""A loss typed by the learner: read with a grammar, never evaluated as code, differentiated automatically.

See that `x^2 + 3y^2 + sin(3x)` is a surface like any other, and that a slip is named with its place. The grammar
(Lark, LALR) accepts numbers, x, y, pi, e, + − * / ^, parentheses, products without a sign (2x, 3(x+1)) and the
functions below; whatever else is typed is refused. The gradient is forward-mode automatic differentiation:
every part of the formula carries its value and its two slopes (Wengert, 1964).
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args
from lark.exceptions import VisitError

from engine.errors import InvalidFormula
from engine.optimizers.formula_terms import (
    FUNCTIONS,
    Term,
    applied,
    constant,
    difference,
    negated,
    power,
    product,
    quotient,
    total,
    variable,
)

MOST_CHARACTERS = 200
MOST_DEPTH = 60
CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
GRAMMAR = r"""
?start: sum
?sum: product
    | sum _PLUS product          -> add
    | sum _MINUS product         -> subtract
?product: signed
    | product _TIMES signed      -> multiply
    | product _OVER signed       -> divide
    | product beside             -> multiply
?signed: raised
    | _MINUS signed              -> negate
    | _PLUS signed
?raised: atom
    | atom _POWER signed         -> raise_to
    | atom SMALL                 -> raise_small
?beside: named
    | named _POWER signed        -> raise_to
    | named SMALL                -> raise_small
?atom: NUMBER                    -> number
    | named
?named: NAME                     -> name
    | FUNCTION _OPEN sum (_COMMA sum)* _CLOSE -> call
    | _OPEN sum _CLOSE

NUMBER: /([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/
FUNCTION: /[A-Za-z_][A-Za-z_0-9]*(?=\s*\()/
NAME: /[A-Za-z_π][A-Za-z_0-9]*/
SMALL: /[²³]/
_PLUS: "+"
_MINUS: /[-−–]/
_TIMES: /\*(?!\*)|[·×]/
_OVER: /[\/÷]/
_POWER: /\^|\*\*/
_OPEN: "("
_CLOSE: ")"
_COMMA: ","
%ignore /[ \t]+/
"""


class WrongFormula(InvalidFormula):
    """A formula that cannot be read; `position` is the place of the fault, counted from 1 (None: the whole of it)."""

    def __init__(self, message: str, advice: str = "", position: int | None = None) -> None:
        super().__init__(message, advice)
        self.position = position

    def __reduce__(self) -> Any:
        return (type(self), (self.message, self.advice, self.position))


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
    try:
        term: Term = _parser().parse(text)  # type: ignore[assignment]
    except VisitError as error:
        if isinstance(error.orig_exc, WrongFormula):
            raise error.orig_exc from None
        raise
    except UnexpectedCharacters as error:
        position = error.pos_in_stream or 0
        place = position + 1
        raise WrongFormula(
            f"“{text[position]}” (character {place}) has no meaning here.",
            "Use x, y, numbers, + - * / ^, parentheses and functions such as sin(x).",
            place,
        ) from None
    except UnexpectedToken as error:
        raise _unexpected(text, error) from None
    if term.number is not None:
        raise WrongFormula(
            "The formula has neither x nor y in it.", "A flat surface is no race: use at least one of them."
        )
    slopes = term.slopes

    def gradient(x: float, y: float) -> tuple[float, float]:
        _, along_x, along_y = slopes(x, y)
        return along_x, along_y

    return Formula(text, term.value, gradient, term.code)


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


class _Letters:
    """Parts names of x and y only, as in 2xy², into single letters, so that the power belongs to the last one."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """Yield the tokens, "xy" as "x", "y"."""
        for token in stream:
            if token.type in ("NAME", "FUNCTION") and re.fullmatch("[xy]+", token):
                for offset, letter in enumerate(token):
                    yield Token("NAME", letter, start_pos=(token.start_pos or 0) + offset)
            elif token.type == "FUNCTION" and token in CONSTANTS:
                yield Token("NAME", str(token), start_pos=token.start_pos)
            else:
                yield token


@v_args(inline=True)
class _Build(Transformer[Token, Term]):
    """Builds the term bottom-up while the text is parsed; nothing recurses over the learner's nesting."""

    def number(self, token: Token) -> Term:
        value = float(token)
        if math.isinf(value):
            raise WrongFormula(f"The number {token:.12}… is too large.", "Keep it below 1e300.", _place(token))
        return constant(value)

    def name(self, token: Token) -> Term:
        if token in CONSTANTS:
            return constant(CONSTANTS[token])
        if token in ("x", "y"):
            return variable(str(token))
        if token in FUNCTIONS:
            raise WrongFormula(
                f"“{token}” (character {_place(token)}) needs parentheses.", f"Write {token}(x).", _place(token)
            )
        raise _unknown(token)

    def call(self, token: Token, *arguments: Term) -> Term:
        if token not in FUNCTIONS:
            raise _unknown(token)
        fewest, most = FUNCTIONS[token].arguments
        if not fewest <= len(arguments) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
            raise WrongFormula(
                f"“{token}” (character {_place(token)}) has {len(arguments)} values in its parentheses.",
                f"It takes {wanted}, with commas between.",
                _place(token),
            )
        return _checked(lambda: applied(str(token), arguments))

    def add(self, left: Term, right: Term) -> Term:
        return _checked(lambda: total(left, right))

    def subtract(self, left: Term, right: Term) -> Term:
        return _checked(lambda: difference(left, right))

    def multiply(self, left: Term, right: Term) -> Term:
        return _checked(lambda: product(left, right))

    def divide(self, left: Term, right: Term) -> Term:
        return _checked(lambda: quotient(left, right))

    def negate(self, only: Term) -> Term:
        return _checked(lambda: negated(only))

    def raise_to(self, base: Term, exponent: Term) -> Term:
        return _checked(lambda: power(base, exponent))

    def raise_small(self, base: Term, token: Token) -> Term:
        return _checked(lambda: power(base, constant(2.0 if token == "²" else 3.0)))


def _checked(build: Callable[[], Term]) -> Term:
    try:
        term = build()
    except (ArithmeticError, ValueError):
        raise WrongFormula(
            "A part of the formula without x and y has no finite value.", "Look for huge powers, or a division by 0."
        ) from None
    if term.depth > MOST_DEPTH:
        raise WrongFormula(
            "The formula is nested too deep.", f"At most {MOST_DEPTH} operations may stand inside another."
        )
    return term


def _place(token: Token) -> int:
    return (token.start_pos or 0) + 1


def _unknown(token: Token) -> WrongFormula:
    known = ["x", "y", "pi", "e", *FUNCTIONS]
    close = difflib.get_close_matches(token.lower(), known, n=1, cutoff=0.6)
    advice = f"Did you mean “{close[0]}”?" if close else f"Known are {', '.join(known)}."
    shown = token if len(token) <= 20 else f"{token:.20}…"
    return WrongFormula(f"“{shown}” (character {_place(token)}) is not a known name.", advice, _place(token))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", postlex=_Letters(), transformer=_Build())
