"""A Darknet .weights file: a header of 16 or 20 bytes, and then nothing but numbers.

What the learner should see: no names, no shapes, no check sum. Which number is which is said only by the .cfg, so one
missing number moves all that follow.

Order within a layer: biases; scales, means, variances where it is batch normalized; kernel as (filters, channels,
rows, columns). For a connected layer the kernel stands second. After Darknet's `parser.c`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.darknet.layers import Layer, Plan
from engine.errors import InvalidData

MOST_BYTES = 300_000_000
Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Header:
    """The first bytes of a weights file.

    Attributes:
        major, minor, revision: Of the format.
        seen: Pictures the training has seen.
        bytes: Length of the header: 20 from version 0.2 on, 16 before.
    """

    major: int
    minor: int
    revision: int
    seen: int
    bytes: int


def header(content: bytes) -> Header:
    """Return the header; raise InvalidData where it cannot be one."""
    if len(content) < 16:
        raise InvalidData(
            f"The .weights file has {len(content)} bytes, less than its header of 16.", "Download it again."
        )
    for magic, name in _OTHERS.items():
        if content.startswith(magic):
            raise InvalidData(f"This is {name}, not a Darknet .weights file.", "Choose the file that Darknet wrote.")
    major, minor, revision = struct.unpack_from("<3i", content)
    if not (0 <= major < 1000 and 0 <= minor < 1000 and 0 <= revision < 1000):
        raise InvalidData(
            f"The .weights file begins with the version {major}.{minor}.{revision}, which is none.",
            "Choose a file that Darknet wrote; its first three numbers are usually 0, 1 or 2, and 0.",
        )
    if 10 * major + minor >= 2:
        if len(content) < 20:
            raise InvalidData("The .weights file ends within its header.", "Download it again.")
        return Header(major, minor, revision, struct.unpack_from("<Q", content, 12)[0], 20)
    return Header(major, minor, revision, struct.unpack_from("<I", content, 12)[0], 16)


def arrays(plan: Plan, content: bytes) -> tuple[Arrays, ...]:
    """Return the arrays of every layer by name, float32; those of layers without parameters are empty.

    Args:
        plan: The network the file belongs to.
        content: The whole file.

    Raises:
        InvalidData: The header is none, the file is too short or too long for the network, or a number cannot be one.
    """
    if len(content) > MOST_BYTES:
        raise InvalidData(f"The .weights file has {len(content) / 1e6:.0f} MB.", f"At most {MOST_BYTES // 10**6} MB.")
    head = header(content)
    there, odd = divmod(len(content) - head.bytes, 4)
    _check_length(plan, there, odd)
    numbers = np.frombuffer(content, "<f4", there, head.bytes)
    offset, found = 0, []
    for layer in plan.layers:
        found.append(_one(layer, numbers[offset : offset + layer.parameters]))
        offset += layer.parameters
    return tuple(found)


def _check_length(plan: Plan, there: int, odd: int) -> None:
    wanted = plan.parameters
    if there > wanted or (there == wanted and odd):
        raise InvalidData(
            f"The .weights file holds {there:,} numbers, the .cfg describes {wanted:,}: {there - wanted:,} too many"
            f"{f' and {odd} bytes' if odd else ''}.",
            "The two belong to different networks; often classes or filters were changed in the .cfg.",
        )
    if there < wanted:
        offset = 0
        for layer in plan.layers:
            offset += layer.parameters
            if there < offset:
                raise InvalidData(
                    f"The .weights file ends in layer {layer.number}, [{layer.kind}] in line {layer.line} of the "
                    f".cfg: it holds {there:,} of {wanted:,} numbers, {wanted - there:,} are missing.",
                    "Download it again, or choose the .cfg it belongs to.",
                )


def parts(layer: Layer) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return names and shapes of a layer's arrays, in the file's order."""
    if not layer.parameters:
        return ()
    filters = layer.shape[2]
    normal = tuple((name, (filters,)) for name in ("scales", "means", "variances")) if layer.settings["normal"] else ()
    if layer.kind == "connected":
        rows, columns, channels = layer.given
        return (("biases", (filters,)), ("kernel", (filters, rows * columns * channels)), *normal)
    size = layer.settings["size"]
    shape = (filters, layer.given[2] // layer.settings["groups"], size, size)
    return (("biases", (filters,)), *normal, ("kernel", shape))


def _one(layer: Layer, numbers: np.ndarray) -> Arrays:
    offset, found = 0, {}
    for name, shape in parts(layer):
        count = int(np.prod(shape))
        found[name] = numbers[offset : offset + count].reshape(shape)
        offset += count
    where = f"layer {layer.number}, [{layer.kind}] in line {layer.line} of the .cfg"
    advice = "The file is damaged, or belongs to another .cfg."
    if not np.isfinite(numbers).all():
        raise InvalidData(f"A number of {where} is infinite or none at all.", advice)
    if "variances" in found and found["variances"].min() < 0:
        raise InvalidData(f"A variance of {where} is negative: the numbers are not where they should be.", advice)
    return found


def written(layers: Sequence[Arrays], plan: Plan, seen: int = 0) -> bytes:
    """Return a weights file of version 0.2 with the arrays of every layer; the inverse of `arrays`."""
    pieces = [struct.pack("<3iQ", 0, 2, 0, seen)]
    for layer, own in zip(plan.layers, layers, strict=True):
        for name, shape in parts(layer):
            pieces.append(np.ascontiguousarray(own[name].reshape(shape), "<f4").tobytes())
    return b"".join(pieces)


def without_one(plan: Plan, content: bytes, which: int) -> bytes:
    """Return the file with one number lost, and a 0 at the end so that the length is right.

    Args:
        plan: The network.
        content: The file.
        which: The first number of the `which`-th layer with parameters is lost, counted from 1; beyond the last one
            that of the last.
    """
    starts, offset = [], header(content).bytes
    for layer in plan.layers:
        if layer.parameters:
            starts.append(offset)
        offset += 4 * layer.parameters
    start = starts[min(which, len(starts)) - 1]
    return content[:start] + content[start + 4 :] + bytes(4)


_OTHERS = {
    b"\x89HDF": "an HDF5 file (Keras' older format)",
    b"PK\x03\x04": "a ZIP archive (perhaps a .keras file or a PyTorch file)",
    b"[net]": "a .cfg file",
    b"\x1f\x8b": "a compressed file",
    b"<!DO": "a web page",
    b"<htm": "a web page",
}
