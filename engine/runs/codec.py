"""Results as bytes and back, exactly: no pickle, and no class that the config's own module does not name.

One file holds a JSON header (the tree of the result, what describes each array, and the provenance) and
behind it the arrays' bytes, compressed. Dtypes (byte order included), shapes (0-d and empty included) and NaN
payloads survive the trip; arrays come back read-only, so that many sessions may share one.
"""

from __future__ import annotations

import dataclasses
import json
import math
import struct
import types
import typing
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import numpy as np

AnyResult = TypeVar("AnyResult")
HEADER = struct.Struct("<I")
PLAIN_KINDS = "biufcUSmM"  # what has a dtype string that says everything; no objects, no structures


class Undecodable(Exception):
    """The bytes are damaged, or were written for another shape of the result class."""


def encode(result: object, meta: Mapping[str, Any], level: int = 1) -> bytes:
    """Return `result` as bytes.

    Args:
        result: A dataclass of NumPy arrays, numbers, switches, texts, None, tuples and dataclasses of those.
        meta: What to keep beside it: anything JSON can hold.
        level: How hard to compress, from 0 to 9.

    Raises:
        TypeError: Something in the result is of another kind.
    """
    arrays: list[np.ndarray] = []
    tree = _to_tree(result, arrays)
    described = [[array.dtype.str, list(array.shape)] for array in arrays]
    header = json.dumps({"tree": tree, "arrays": described, "meta": dict(meta)}, separators=(",", ":"), allow_nan=False)
    body = zlib.compress(b"".join(array.tobytes() for array in arrays), level)
    encoded = header.encode()
    return HEADER.pack(len(encoded)) + encoded + body


def decode(content: bytes, result_class: type[AnyResult]) -> tuple[AnyResult, dict[str, Any]]:
    """Return the result and the meta that `encode` was given.

    Only `result_class` and the dataclasses its fields are declared with are ever made.

    Raises:
        Undecodable: The bytes are not such a result.
    """
    try:
        (length,) = HEADER.unpack_from(content)
        header = json.loads(content[HEADER.size : HEADER.size + length])
        body = zlib.decompress(content[HEADER.size + length :])
        arrays = _arrays(header["arrays"], body)
        result = _from_tree(header["tree"], arrays, _allowed(typing.cast(typing.Hashable, result_class)))
        meta = dict(header["meta"])
    except (ValueError, TypeError, KeyError, IndexError, LookupError, struct.error, zlib.error) as error:
        raise Undecodable(str(error)) from error
    if not isinstance(result, result_class):
        raise Undecodable(f"holds a {type(result).__name__}")
    return result, meta


def _to_tree(value: Any, arrays: list[np.ndarray]) -> Any:
    """Return `value` as JSON; what JSON has no word for becomes a list that starts with its kind."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        if value.dtype.kind not in PLAIN_KINDS or value.dtype.isbuiltin == 2:
            raise TypeError(f"arrays of {value.dtype} cannot be stored")
        arrays.append(np.asarray(value))
        return ["array" if isinstance(value, np.ndarray) else "scalar", len(arrays) - 1]
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else ["float", repr(value)]
    if isinstance(value, tuple):
        return ["tuple", [_to_tree(entry, arrays) for entry in value]]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _to_tree(getattr(value, field.name), arrays) for field in dataclasses.fields(value)}
        return ["class", _name(type(value)), fields]
    raise TypeError(f"a {type(value).__name__} cannot be stored in a result")


def _from_tree(node: Any, arrays: list[np.ndarray], allowed: Mapping[str, type]) -> Any:
    if not isinstance(node, list):
        return node
    kind, content = node[0], node[1]
    if kind == "array":
        return arrays[content]
    if kind == "scalar":
        return arrays[content][()]
    if kind == "float":
        return float(content)
    if kind == "tuple":
        return tuple(_from_tree(entry, arrays, allowed) for entry in content)
    if kind == "class":
        fields = {name: _from_tree(entry, arrays, allowed) for name, entry in node[2].items()}
        return allowed[content](**fields)
    raise ValueError(f"unknown kind {kind!r}")


def _arrays(described: list[tuple[str, list[int]]], body: bytes) -> list[np.ndarray]:
    arrays = []
    offset = 0
    for name, shape in described:
        dtype = np.dtype(name)
        if dtype.kind not in PLAIN_KINDS:
            raise ValueError(f"arrays of {name} are not read")
        count = math.prod(shape)
        size = count * dtype.itemsize
        if size and offset + size <= len(body):
            array = np.frombuffer(body, dtype, count, offset).reshape(shape)
        elif size == 0:
            array = np.empty(shape, dtype)
            array.flags.writeable = False
        else:
            raise ValueError("an array is cut short")
        arrays.append(array)
        offset += size
    return arrays


def _name(some_class: type) -> str:
    return f"{some_class.__module__}.{some_class.__qualname__}"


@cache
def _allowed(result_class: typing.Hashable) -> dict[str, type]:
    """Return the dataclasses that a result may hold: its own class and those its fields are declared with."""
    found: dict[str, type] = {}
    waiting: list[Any] = [result_class]
    while waiting:
        hint = waiting.pop()
        if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
            waiting.extend(typing.get_args(hint))
        elif isinstance(hint, type) and dataclasses.is_dataclass(hint) and _name(hint) not in found:
            found[_name(hint)] = hint
            waiting.extend(typing.get_type_hints(hint).values())
    return found
