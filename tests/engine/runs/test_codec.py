"""Results survive the trip to bytes and back exactly, and nothing but a result comes out of a file."""

from __future__ import annotations

import dataclasses
import json
import math
import struct
import zlib
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from engine.runs.codec import HEADER, Undecodable, decode, encode


@dataclass(frozen=True)
class Part:
    """A nested part."""

    values: np.ndarray
    label: str | None


@dataclass(frozen=True)
class Whole:
    """Everything a result may hold."""

    anything: object
    part: Part | None = None
    parts: tuple[Part, ...] = ()


DTYPES = st.one_of(
    npst.boolean_dtypes(),
    npst.integer_dtypes(endianness="?"),
    npst.unsigned_integer_dtypes(endianness="?"),
    npst.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    npst.complex_number_dtypes(endianness="?"),
    npst.unicode_string_dtypes(max_len=5),
    npst.datetime64_dtypes(),
)
ARRAYS = npst.arrays(DTYPES, npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec="utf-8")))
ANYTHING = st.recursive(st.one_of(ARRAYS, SCALARS), lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=8)


def same(one: object, other: object) -> bool:
    """Equal in type, dtype, shape and every bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one))
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    return one == other


@given(ANYTHING, st.one_of(st.none(), st.builds(Part, ARRAYS, st.none() | st.text())))
def test_any_result_survives_exactly(anything: object, part: Part | None) -> None:
    whole = Whole(anything, part, (part, part) if part else ())
    decoded, meta = decode(encode(whole, {"seconds": 1.5}), Whole)
    assert same(decoded, whole)
    assert meta == {"seconds": 1.5}


@pytest.mark.parametrize(
    "value",
    [np.float32(1.1), np.int8(-3), np.bool_(True), np.array(5.0), np.empty((0, 3), np.float32), np.array(""), -0.0],
)
def test_the_corner_cases_survive(value: object) -> None:
    decoded = decode(encode(Whole(value), {}), Whole)[0].anything
    assert same(decoded, value)
    assert not isinstance(value, float) or math.copysign(1, decoded) == math.copysign(1, value)


def test_the_payload_of_a_nan_survives() -> None:
    odd = np.frombuffer(struct.pack("<I", 0x7FC01234), np.float32)
    assert decode(encode(Whole(odd), {}), Whole)[0].anything.tobytes() == odd.tobytes()


def test_a_transposed_array_keeps_its_values_and_arrays_are_read_only() -> None:
    values = np.arange(12.0).reshape(3, 4).T
    decoded = decode(encode(Whole(values), {}), Whole)[0].anything
    np.testing.assert_array_equal(decoded, values)
    with pytest.raises(ValueError, match="read-only"):
        decoded[0, 0] = 1


@pytest.mark.parametrize("value", [np.array([object()]), {"a": 1}, [1], b"", np.zeros(2, "i4,f4"), Whole, object()])
def test_what_a_result_may_not_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode(Whole(value), {})


@dataclass(frozen=True)
class Stranger:
    """A class that no field of Whole is declared with."""

    label: str = ""


def test_only_declared_classes_are_made() -> None:
    with pytest.raises(Undecodable):
        decode(encode(Whole(Stranger()), {}), Whole)
    with pytest.raises(Undecodable):
        decode(encode(Stranger(), {}), Whole)
    with pytest.raises(Undecodable):
        decode(encode(Part(np.zeros(2), ""), {}), Whole)


def forged(header: object, body: bytes = b"") -> bytes:
    """A file with a header of our own."""
    text = json.dumps(header).encode()
    return HEADER.pack(len(text)) + text + zlib.compress(body)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff{}",
        forged({}),
        forged({"tree": ["class", "os.system", {}], "arrays": [], "meta": {}}),
        forged({"tree": ["array", 0], "arrays": [["|O", [1]]], "meta": {}}, bytes(8)),
        forged({"tree": ["array", 0], "arrays": [["<f8", [1000]]], "meta": {}}, bytes(8)),
        forged({"tree": ["array", 0], "arrays": [["<f8", [-1]]], "meta": {}}, bytes(8)),
        forged({"tree": ["surprise", 0], "arrays": [], "meta": {}}),
        forged({"tree": [], "arrays": [], "meta": {}}),
        forged([]),
    ],
)
def test_what_is_no_result_is_named_undecodable(content: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(content, Whole)


@given(st.binary(max_size=60))
def test_random_bytes_are_undecodable(content: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(content, Whole)


def test_a_result_of_an_older_shape_is_undecodable() -> None:
    content = encode(Whole(1), {})
    with pytest.raises(Undecodable):
        decode(content.replace(b'"anything"', b'"somewhat"'), Whole)
