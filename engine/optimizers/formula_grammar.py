"""The grammar of typed formulas, and what builds a term from it.

Lark's LALR parser calls the builder from the inside out while it reads, so nothing recurses over the learner's nesting.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args

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
def parser() -> Lark:
    """Return the parser; made once, at the first formula."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", postlex=_Letters(), transformer=_Build())
