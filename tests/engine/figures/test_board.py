"""A board's payload: every mark arrives as it was given, as plain JSON."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from engine.figures.board import (
    Axis,
    Band,
    Board,
    Cells,
    Heat,
    Image,
    Line,
    Mark,
    Panel,
    Points,
    Readout,
    Rectangles,
    Rule,
    Segments,
    Texts,
    payload,
)
from engine.figures.theme import CATEGORICAL, INK, MUTED, NEGATIVE, Series

TYPES = {"float32": "<f4", "int32": "<i4"}
SOME = np.arange(6.0)
FRAMED = np.arange(12.0).reshape(2, 6)

MARKS = (
    Line(SOME, SOME**2, INK, "square", emphasis=2, reveal=range(6), ghost=True, step=True, hover="a curve"),
    Line(FRAMED, [[1.5] * 6, [2.5] * 6], framed=True),
    Band(SOME, SOME - 1, SOME + 1, MUTED, 0.3),
    Points(SOME, SOME, styles=CATEGORICAL[:2], style_of=[0, 1] * 3, size=SOME, hover=tuple("abcdef"), selected=2),
    Points(FRAMED, FRAMED, framed=True, name="trial", hollow=True, opacity=0.5),
    Segments(SOME, SOME, SOME + 1, SOME, width=[1, 2, 3, 4, 5, 6], opacity=0.5, reveal=np.zeros(6)),
    Rectangles(SOME, SOME + 1, 0 * SOME, SOME, gap=1.5, labels=tuple("abcdef"), opacity=tuple(SOME / 6)),
    Cells(np.array([[0, -1], [1, 0]]), CATEGORICAL[:2], (0.2, 1.0), 0, 2, 0, 1, hover=("in", "out"), reveal=[0, 1]),
    Heat(np.arange(24.0).reshape(2, 3, 4), 0, 1, 0, 1, -2, 30, INK, NEGATIVE, contours=5, framed=True),
    Image(("data:a", "data:b"), 0, 4, 3, 0, opacity=0.5, smooth=False, framed=True),
    Rule("x", 3.25, style=INK, label="here"),
    Rule("y", [1, 2], (3, 4), framed=True),
    Texts(SOME, SOME, tuple("abcdef"), bold=True, size=15),
    Texts([1], [2], (("one",), ("two",)), framed=True),
)


def sent(board: Board) -> Any:
    """The payload after the way through JSON that it takes to the browser."""
    return json.loads(json.dumps(payload(board), allow_nan=False))


def board_of(*marks: Mark, **changes: Any) -> Board:
    return Board((Panel("a", "A", Axis(0, 1), Axis(1, 100, "y", log=True), marks),), frames=2, **changes)


def decoded(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["base64"]), TYPES[packed["dtype"]]).reshape(packed["shape"])


def check(given: Any, got: Any, name: str = "") -> None:
    """Compare a field with what arrived of it."""
    if isinstance(got, dict) and "base64" in got:
        assert got["dtype"] == ("int32" if name in {"reveal", "style_of", "index"} else "float32")
        np.testing.assert_array_equal(decoded(got), np.asarray(list(given), dtype=TYPES[got["dtype"]]))
    elif isinstance(given, Series):
        assert got == {
            "light": given.light,
            "dark": given.dark,
            "dash": list(given.dash),
            "marker": given.marker,
            "width": given.width,
        }
    elif isinstance(given, tuple):
        assert len(got) == len(given)
        for ours, theirs in zip(given, got, strict=True):
            check(ours, theirs)
    else:
        assert got == given


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.kind)
def test_every_mark_arrives_as_it_was_given(mark: Mark) -> None:
    got = sent(board_of(mark))["panels"][0]["marks"][0]
    fields = dataclasses.fields(mark)
    assert set(got) == {field.name for field in fields}
    for field in fields:
        check(getattr(mark, field.name), got[field.name], field.name)


def test_arrays_are_little_endian_whatever_they_were() -> None:
    values = np.arange(3, dtype=">f8")
    got = sent(board_of(Line(values, values[::-1])))["panels"][0]["marks"][0]
    assert base64.b64decode(got["x"]["base64"]) == np.array([0, 1, 2], "<f4").tobytes()
    assert base64.b64decode(got["y"]["base64"]) == np.array([2, 1, 0], "<f4").tobytes()


def test_axes_panels_and_the_board_arrive() -> None:
    own = Axis(0, 2, "class", ticks=((0, "cat"), (np.float64(1), "dog")), grid=True)
    plain = Panel("drawing", "No axes", None, None, (), high=200)
    picture = Panel("a", "A", own, Axis(5, 0), (), "note", "alt", 1, 2, 3, 4, True, 80, "link", True)
    numbers = Readout("n", "N", ((("a", "1"),), (("a", "2"),)), styles=(INK, None), strong=(0,), framed=True)
    got = sent(
        Board((picture, plain, numbers), (1, 2), (1, 1, 1), 7, "fold", 0, ((3, INK),), "r", True),
    )
    assert {name: got[name] for name in ("kind", "columns", "rows", "frames", "unit", "first_frame", "revision")} == {
        "kind": "board",
        "columns": [1, 2],
        "rows": [1, 1, 1],
        "frames": 7,
        "unit": "fold",
        "first_frame": 0,
        "revision": "r",
    }
    assert got["running"] is True
    assert got["events"][0][0] == 3
    assert got["events"][0][1]["light"] == INK.light
    first, second, third = got["panels"]
    assert first["x"]["ticks"] == [[0, "cat"], [1.0, "dog"]]
    assert (first["y"]["low"], first["y"]["high"], first["y"]["ticks"]) == (5, 0, None)
    assert [first[name] for name in ("row", "column", "rows", "columns")] == [1, 2, 3, 4]
    assert second["x"] is None
    assert second["high"] == 200
    assert third["kind"] == "readout"
    assert third["lines"][1] == [["a", "2"]]
    assert third["styles"][1] is None


def test_what_is_not_a_number_travels() -> None:
    got = sent(board_of(Line([0, np.nan], [np.nan, np.inf]), Rule("x", np.nan), Rule("y", np.float32("nan"))))
    line, rule, other = got["panels"][0]["marks"]
    np.testing.assert_array_equal(decoded(line["x"]), [0, np.nan])
    np.testing.assert_array_equal(decoded(line["y"]), [np.nan, np.inf])
    assert rule["at"] is None
    assert other["at"] is None


def test_a_board_that_cannot_be_drawn_is_refused() -> None:
    twin = Panel("a", "A", None, None, ())
    with pytest.raises(ValueError, match="name of its own"):
        payload(Board((twin, twin)))
    with pytest.raises(ValueError, match="at least one frame"):
        payload(Board((twin,), frames=0))
