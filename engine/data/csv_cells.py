"""What a cell of an uploaded file is: a number, something close to one, or a text that is made harmless."""

from __future__ import annotations

import re

from engine.errors import InvalidData

MOST_CHARACTERS = 40
LARGEST = 1e30
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+", re.ASCII)
NOT_FINITE = {"nan", "na", "n/a", "null", "none", "inf", "infinity", "-inf", "+inf", "-infinity", "-nan"}


def harmless(cell: str) -> str:
    """Return a name fit for the screen and for a spreadsheet: printable, short, and never read as a formula."""
    printable = "".join(character for character in cell if character.isprintable())[:MOST_CHARACTERS].strip()
    if printable[:1] in ("=", "+", "-", "@") and not NUMBER.fullmatch(printable):
        return "'" + printable
    return printable


def not_a_number(name: str, cell: str, line: int) -> InvalidData:
    """Return the error that says why a cell of a column of numbers cannot be used."""
    if not cell:
        return InvalidData(f"Line {line}: “{name}” is empty.", "Fill in the number or remove the line.")
    if NUMBER.fullmatch(cell):
        return InvalidData(f"Line {line}: “{cell:.40}” in “{name}” is too large.", "Use a smaller unit.")
    if cell.lower() in NOT_FINITE:
        message = f"Line {line}: “{name}” is {cell}, not a finite number."
        return InvalidData(message, "Fill in the number or remove the line.")
    if DECIMAL_COMMA.fullmatch(cell):
        return InvalidData(f"Line {line}: “{cell}” in “{name}” has a decimal comma.", "Write 1.5 instead of 1,5.")
    message = f"Line {line}: “{harmless(cell)}” in “{name}” is not a number."
    return InvalidData(message, "Write numbers such as 1.5 or 2e-3.")
