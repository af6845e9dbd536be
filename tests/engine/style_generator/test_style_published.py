"""Published generators: the same picture as a plain NumPy generator in their own layout, and refusals with a reason."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from engine.errors import InvalidData
from engine.style_generator import nvidia

STYLE, LATENT = 5, 6
WIDTHS = {4: 4, 8: 3, 16: 2}
TAPS = np.array([1, 3, 3, 1]) / 8
Arrays = dict[str, np.ndarray]


def generated() -> Arrays:
    """Arrays as a state_dict has them: (out, in, height, width), dense layers (out, in)."""
    generator = np.random.default_rng(11)

    def normal(*shape: int) -> np.ndarray:
        return generator.standard_normal(shape).astype(np.float32)

    arrays: Arrays = {"mapping.w_avg": normal(STYLE), "synthesis.b4.const": normal(4, 4, 4)}
    for number, (inputs, units) in enumerate(((LATENT, STYLE), (STYLE, STYLE))):
        arrays[f"mapping.fc{number}.weight"] = 100 * normal(units, inputs)
        arrays[f"mapping.fc{number}.bias"] = normal(units)
    before = 4
    for size, width in WIDTHS.items():
        arrays[f"synthesis.b{size}.resample_filter"] = np.outer(TAPS, TAPS).astype(np.float32)
        for part in ("conv0", "conv1", "torgb") if size > 4 else ("conv1", "torgb"):
            name, inputs = f"synthesis.b{size}.{part}", before if part == "conv0" else width
            filters, side = (3, 1) if part == "torgb" else (width, 3)
            arrays[f"{name}.affine.weight"], arrays[f"{name}.affine.bias"] = normal(inputs, STYLE), 1 + normal(inputs)
            arrays[f"{name}.weight"], arrays[f"{name}.bias"] = normal(filters, inputs, side, side), normal(filters)
            if part != "torgb":
                arrays[f"{name}.noise_const"], arrays[f"{name}.noise_strength"] = normal(size, size), normal()
        before = width
    return arrays


def leaky(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, 0.2 * x) * np.sqrt(2)


def spread(x: np.ndarray) -> np.ndarray:
    """Zeros between the pixels of (channels, side, side), none after the last one."""
    wide = np.zeros((x.shape[0], 2 * x.shape[1] - 1, 2 * x.shape[2] - 1))
    wide[:, ::2, ::2] = x
    return wide


def plain_picture(arrays: Arrays, latent: np.ndarray) -> np.ndarray:
    """The generator of the paper for one picture, channels first, one convolution after the other."""
    w = latent / np.sqrt((latent**2).mean() + 1e-8)
    for number in range(2):
        weight, bias = arrays[f"mapping.fc{number}.weight"], arrays[f"mapping.fc{number}.bias"]
        w = leaky(weight @ w * 0.01 / np.sqrt(weight.shape[1]) + 0.01 * bias)
    x, picture = arrays["synthesis.b4.const"], np.zeros((3, 2, 2))
    for size in WIDTHS:
        for part in ("conv0", "conv1") if size > 4 else ("conv1",):
            name = f"synthesis.b{size}.{part}"
            s = arrays[f"{name}.affine.weight"] @ w / np.sqrt(STYLE) + arrays[f"{name}.affine.bias"]
            own = arrays[f"{name}.weight"] * s[None, :, None, None]
            own = own / np.sqrt((own**2).sum(axis=(1, 2, 3), keepdims=True) + 1e-8)
            made = []
            for kernel in own:
                if part == "conv0":
                    whole = sum(convolve2d(one, k, "full") for one, k in zip(spread(x), kernel, strict=True))
                    made.append(convolve2d(np.pad(whole, 1), 4 * np.outer(TAPS, TAPS), "valid"))
                else:
                    made.append(sum(correlate2d(one, k, "same") for one, k in zip(x, kernel, strict=True)))
            noise = arrays[f"{name}.noise_const"] * arrays[f"{name}.noise_strength"]
            x = leaky(np.stack(made) + noise + arrays[f"{name}.bias"][:, None, None])
        name = f"synthesis.b{size}.torgb"
        s = arrays[f"{name}.affine.weight"] @ w / np.sqrt(STYLE) + arrays[f"{name}.affine.bias"]
        weight = arrays[f"{name}.weight"][:, :, 0, 0] * s / np.sqrt(x.shape[0])
        own = np.einsum("oi,ihw->ohw", weight, x) + arrays[f"{name}.bias"][:, None, None]
        if size > 4:
            filter_ = 4 * np.outer(TAPS, TAPS)
            wide = [convolve2d(np.pad(one, ((2, 2), (2, 2))), filter_, "valid") for one in spread(picture)]
            picture = np.stack(wide)[:, : own.shape[1], : own.shape[2]] + own
        else:
            picture = own
    return picture.transpose(1, 2, 0)


def test_a_published_generator_makes_the_picture_that_its_definition_says() -> None:
    arrays = generated()
    published = nvidia.load(arrays)
    assert (published.shape.latent, published.shape.style, published.shape.widths) == (LATENT, STYLE, (4, 3, 2))
    latent = np.random.default_rng(1).standard_normal((1, LATENT)).astype(np.float32)
    styles = np.repeat(np.asarray(published.mapping(latent))[:, None], published.shape.styles, axis=1)
    found = np.asarray(published.synthesis([styles, *published.noises]))[0]
    np.testing.assert_allclose(found, plain_picture(arrays, latent[0]), rtol=1e-3, atol=1e-3)


def test_an_npz_file_is_read_and_anything_else_refused() -> None:
    stream = io.BytesIO()
    stored: dict[str, Any] = generated()
    np.savez(stream, **stored)
    assert nvidia.read(stream.getvalue()).keys() == generated().keys()
    objects = io.BytesIO()
    np.savez(objects, evil=np.array([{"a": 1}], dtype=object))
    for content in (objects.getvalue(), b"\x80\x04}q\x00.", b"", stream.getvalue()[:-200]):
        with pytest.raises(InvalidData, match="pickles are not opened"):
            nvidia.read(content)


def without(name: str) -> Arrays:
    return {key: value for key, value in generated().items() if key != name}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (without("synthesis.b8.conv0.affine.bias"), "synthesis.b8.conv0.affine.bias"),
        (without("mapping.fc0.weight"), "mapping network"),
        (generated() | {"synthesis.b8.conv0.weight": np.zeros((3, 5, 3, 3), np.float32)}, "shape"),
        (generated() | {"synthesis.b32.extra": np.zeros(3, np.float32)}, "conv1"),
        (generated() | {"mapping.embed.weight": np.zeros(3, np.float32)}, "classes"),
        (generated() | {"mapping.more": np.zeros(3, np.float32)}, "belongs to no layer"),
        ({}, "mapping network"),
    ],
)
def test_what_does_not_fit_is_named(arrays: Arrays, message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        nvidia.load(arrays)
