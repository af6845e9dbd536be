"""What each kind of head makes of its section: how many numbers a box has, and the anchors it starts from."""

from __future__ import annotations

import math

from engine.darknet.cfg import Section
from engine.darknet.layers import Draft, Layer, Shape


def region(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    """Work out a [region]."""
    count = section.integer("num", 1, 1, 64)
    classes = section.integer("classes", 20, 1, 10_000)
    anchors = section.numbers("anchors", 1e-6, 1e5, 2 * count)
    if len(anchors) != 2 * count:
        raise section.refuse(
            "anchors", f"{len(anchors)} numbers cannot be {count} widths and heights.", "Give two for each of num."
        )
    _fits(section, given, count, classes)
    softmax = bool(section.integer("softmax", 0, 0, 1))
    settings = {"classes": classes, "anchors": anchors, "softmax": softmax, "count": count}
    return Draft((number - 1,), given, settings=settings)


def yolo(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    """Work out a [yolo]."""
    total = section.integer("num", 1, 1, 64)
    classes = section.integer("classes", 20, 1, 10_000)
    anchors = section.numbers("anchors", 1e-6, 1e5, 2 * total)
    mask = section.integers("mask", 0, total - 1, total) or tuple(range(total))
    if len(anchors) != 2 * total:
        raise section.refuse(
            "anchors", f"{len(anchors)} numbers cannot be {total} widths and heights.", "Give two for each of num."
        )
    chosen = tuple(side for one in mask for side in anchors[2 * one : 2 * one + 2])
    _fits(section, given, len(mask), classes)
    settings = {
        "classes": classes,
        "anchors": chosen,
        "count": len(mask),
        "spread": section.number("scale_x_y", 1.0, 0.1, 10.0),
        "new": bool(section.integer("new_coords", 0, 0, 1)),
    }
    return Draft((number - 1,), given, settings=settings)


def detection(section: Section, number: int, given: Shape, _before: list[Layer]) -> Draft:
    """Work out a [detection]."""
    classes = section.integer("classes", 1, 1, 10_000)
    side = section.integer("side", 7, 1, 64)
    count = section.integer("num", 1, 1, 64)
    if section.integer("coords", 4, 1, 4) != 4:
        raise section.refuse("coords", "a box needs 4 numbers.", "Write coords=4.")
    needed = side * side * (classes + 5 * count)
    if math.prod(given) != needed:
        raise section.refuse(
            "side", f"it needs {needed} numbers, the layer before gives {math.prod(given)}.", "Check output above."
        )
    settings = {
        "classes": classes,
        "side": side,
        "count": count,
        "root": bool(section.integer("sqrt", 0, 0, 1)),
        "softmax": bool(section.integer("softmax", 0, 0, 1)),
    }
    return Draft((number - 1,), given, settings=settings)


def _fits(section: Section, given: Shape, count: int, classes: int) -> None:
    if section.integer("coords", 4, 1, 4) != 4:
        raise section.refuse("coords", "a box needs 4 numbers.", "Write coords=4.")
    needed = count * (5 + classes)
    if given[2] != needed:
        raise section.refuse(
            "classes",
            f"{count} boxes with {classes} classes need {needed} channels, the layer before gives {given[2]}.",
            f"Set filters={needed} there, or check classes and num here.",
        )
