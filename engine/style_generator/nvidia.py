"""Reads a published StyleGAN2 generator, for someone who has one as plain arrays.

What the learner should see: a stranger's network is numbers with names, and nothing else is accepted here. The files
that circulate are pickles, and a pickle runs whatever code its author put in; so it is turned into an `.npz` file
first, on a machine that may break, and only arrays come into the app.

The names are those of stylegan2-ada-pytorch's `G_ema.state_dict()`: `mapping.fc0.weight`, `synthesis.b8.conv0.weight`,
`synthesis.b8.torgb.affine.bias` … Weights there are (out, in, height, width). Karras et al. 2020.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import InvalidData
from engine.style_generator.network import Shape, mapping, synthesis

MOST_BYTES = 400_000_000
MOST_NUMBERS = 100_000_000
MOST_SIDE = 1024
ADVICE = "Save G_ema.state_dict() of a StyleGAN2 generator without classes as arrays: numpy.savez(file, **arrays)."
_IGNORED = re.compile(r"(^|\.)(resample_filter|num_batches_tracked)$")


@dataclass(frozen=True)
class Published:
    """A generator made of published arrays.

    Attributes:
        shape: Its sizes, read off the arrays.
        mapping: Keras model, latents → styles.
        synthesis: Keras model, [styles, noises …] → pictures, RGB, about −1 … 1.
        average_style: (style,) for truncation.
        noises: The noise that was stored with each layer, (1, side, side, 1).
    """

    shape: Shape
    mapping: Any
    synthesis: Any
    average_style: np.ndarray
    noises: list[np.ndarray]


def read(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an `.npz` file by name, without ever unpickling anything.

    Raises:
        InvalidData: Not a zip of arrays, too large, or with Python objects inside.
    """
    if len(content) > MOST_BYTES:
        raise InvalidData(f"The file has {len(content) / 1e6:.0f} MB.", f"At most {MOST_BYTES / 1e6:.0f} MB are read.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            whole = sum(entry.file_size for entry in archive.infolist())
        if whole > 4 * MOST_NUMBERS:
            raise InvalidData(f"Unpacked, the file has {whole / 1e6:.0f} MB.", "Give a smaller generator.")
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return {name: np.asarray(stored[name], np.float32) for name in stored.files}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise InvalidData("This is not an .npz file of plain arrays; pickles are not opened.", ADVICE) from error


def shape_of(arrays: dict[str, np.ndarray]) -> Shape:
    """Return the sizes that the arrays say; raise InvalidData where they contradict each other."""
    layers = sorted(int(found[1]) for name in arrays if (found := re.fullmatch(r"mapping\.fc(\d+)\.weight", name)))
    sizes = sorted({int(found[1]) for name in arrays if (found := re.match(r"synthesis\.b(\d+)\.", name))})
    if not layers or layers != list(range(len(layers))):
        raise InvalidData("The mapping network's layers mapping.fc0, mapping.fc1 … are not all there.", ADVICE)
    if not sizes or sizes != [4 * 2**level for level in range(len(sizes))] or sizes[-1] > MOST_SIDE:
        raise InvalidData(f"The synthesis network has blocks {sizes}, not 4, 8, 16 … to {MOST_SIDE} at most.", ADVICE)
    if any(name.startswith("mapping.embed") for name in arrays):
        raise InvalidData("This generator takes classes; only those without are read.", ADVICE)
    latent = _get(arrays, "mapping.fc0.weight").shape[-1]
    style = _get(arrays, f"mapping.fc{layers[-1]}.weight").shape[0]
    widths = tuple(_get(arrays, f"synthesis.b{size}.conv1.weight").shape[0] for size in sizes)
    colours = {_get(arrays, f"synthesis.b{size}.torgb.weight").shape[0] for size in sizes}
    if len(colours) != 1 or next(iter(colours)) not in (1, 3):
        raise InvalidData(f"The blocks make {sorted(colours)} colours, not 1 or 3.", ADVICE)
    return Shape(latent, style, len(layers), widths, next(iter(colours)))


def load(arrays: dict[str, np.ndarray]) -> Published:
    """Return the generator.

    Args:
        arrays: By their published names; the ones that are only settings (`resample_filter`) are ignored.

    Raises:
        InvalidData: An array is missing, has another shape than the network needs, or is one too many.
    """
    shape = shape_of(arrays)
    left = {name for name in arrays if not _IGNORED.search(name)}
    first, second = mapping(shape), synthesis(shape)

    def take(name: str, wanted: tuple[int, ...]) -> np.ndarray:
        array = _get(arrays, name)
        left.discard(name)
        if array.shape != wanted:
            raise InvalidData(f"“{name}” has shape {array.shape}, but {wanted} fits the other arrays.", ADVICE)
        return array

    for number in range(shape.mapping):
        layer = first.get_layer(f"fc{number}")
        inputs, units = layer.weight.shape
        layer.set_weights(
            [take(f"mapping.fc{number}.weight", (units, inputs)).T, take(f"mapping.fc{number}.bias", (units,))]
        )
    constant = take("synthesis.b4.const", (shape.widths[0], 4, 4))
    second.get_layer("b4_const").set_weights([constant.transpose(1, 2, 0)])
    noises = []
    for size in shape.sizes:
        for part in ("conv0", "conv1", "torgb") if size > 4 else ("conv1", "torgb"):
            layer, name = second.get_layer(f"b{size}_{part}"), f"synthesis.b{size}.{part}"
            side, _, channels, filters = layer.weight.shape
            layer.affine.weight.assign(take(f"{name}.affine.weight", (channels, shape.style)).T)
            layer.affine.bias.assign(take(f"{name}.affine.bias", (channels,)))
            weight = take(f"{name}.weight", (filters, channels, side, side))
            layer.weight.assign(weight.transpose(2, 3, 1, 0))
            layer.bias.assign(take(f"{name}.bias", (filters,)))
            if part != "torgb":
                layer.strength.assign(take(f"{name}.noise_strength", ()))
                noises.append(take(f"{name}.noise_const", (size, size))[None, :, :, None])
    average = take("mapping.w_avg", (shape.style,))
    if left:
        raise InvalidData(f"“{sorted(left)[0]}” belongs to no layer of this kind of generator.", ADVICE)
    return Published(shape, first, second, average, noises)


def _get(arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    if name not in arrays:
        raise InvalidData(f"The array “{name}” is missing.", ADVICE)
    return arrays[name]
