"""Whatever a camera or an editor writes becomes right pixels, or one of the named reasons."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.data import pictures
from engine.errors import InvalidData

RED, BLUE = (220, 30, 30), (30, 30, 220)


def half_and_half(size: tuple[int, int] = (40, 24)) -> Image.Image:
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def packed(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def assert_halves(pixels: np.ndarray, tolerance: int = 40) -> None:
    assert pixels.dtype == np.uint8
    assert np.abs(pixels[2:-2, 2:-4].astype(int)[:, : pixels.shape[1] // 2 - 6] - RED).max() <= tolerance
    assert np.abs(pixels[2:-2, pixels.shape[1] // 2 + 4 : -2].astype(int) - BLUE).max() <= tolerance


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("BMP", "RGB"), ("WEBP", "RGB"), ("TIFF", "CMYK")],
)
def test_every_kind_of_file_keeps_its_colours(kind: str, mode: str) -> None:
    image = (
        half_and_half().convert(mode, palette=Image.Palette.ADAPTIVE) if mode == "P" else half_and_half().convert(mode)
    )
    assert_halves(pictures.read(packed(image, kind)))


def test_cmyk_jpeg_and_adobes() -> None:
    assert_halves(pictures.read(packed(half_and_half((64, 48)).convert("CMYK"), "JPEG", quality=95)), 60)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_picture_upright(orientation: int) -> None:
    upright = half_and_half((48, 32))
    turned = {
        1: lambda i: i,
        2: lambda i: i.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda i: i.transpose(Image.Transpose.ROTATE_180),
        4: lambda i: i.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
        6: lambda i: i.transpose(Image.Transpose.ROTATE_90),
        7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
        8: lambda i: i.transpose(Image.Transpose.ROTATE_270),
    }[orientation](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = pictures.read(packed(turned, "JPEG", exif=exif, quality=95, subsampling=0))
    assert pixels.shape == (32, 48, 3)
    assert_halves(pixels)


def test_transparent_parts_are_white() -> None:
    image = half_and_half().convert("RGBA")
    image.putalpha(0)
    assert (pictures.read(packed(image)) == 255).all()
    grey = Image.new("LA", (20, 20), (0, 128))
    assert np.abs(pictures.read(packed(grey)).astype(int) - 127).max() <= 1


def test_sixteen_bits_are_brought_to_eight() -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16)[None].repeat(16, axis=0)
    for kind in ("PNG", "TIFF"):
        pixels = pictures.read(packed(Image.fromarray(ramp), kind))
        np.testing.assert_allclose(pixels[0, :, 0], np.arange(256), atol=1)
    floats = np.linspace(0, 1, 256, dtype=np.float32)[None].repeat(16, axis=0)
    floats[0, 0] = np.nan
    pixels = pictures.read(packed(Image.fromarray(floats), "TIFF"))
    np.testing.assert_allclose(pixels[1, :, 0], np.arange(256), atol=1)


def test_large_pictures_are_made_smaller_and_metadata_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    content = packed(half_and_half((3200, 100)), "JPEG", exif=exif)
    pixels = pictures.read(content)
    assert pixels.shape == (50, 1600, 3)
    assert b"taken at home" in content
    assert b"taken at home" not in pictures.to_jpeg(pixels)


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims a size it does not have."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    chunks = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"hello", "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
        (packed(half_and_half((300, 300)), "JPEG")[:-600], "cut short"),
        (packed(Image.effect_noise((200, 200), 90))[:-3000], "cut short"),
        (packed(Image.new("RGB", (1, 1))), "only 1 × 1"),
        (bomb(60_000, 60_000), "too many pixels"),
        (bomb(12_000, 8_000), "more than 50 million"),
        (b"x" * (pictures.MOST_BYTES + 1), "20 MB"),
        (packed(half_and_half((4000, 9))), "longer than wide"),
    ],
    ids=["empty", "text", "header", "jpeg", "png", "tiny", "bomb", "large", "heavy", "strip"],
)
def test_what_cannot_be_used_is_named(content: bytes, word: str) -> None:
    with pytest.raises(InvalidData) as refusal:
        pictures.read(content)
    assert word in str(refusal.value)
    assert refusal.value.advice


def test_a_clip_gives_frames_with_their_times() -> None:
    frames = [Image.new("RGB", (32, 24), (10 * number, 0, 0)) for number in range(20)]
    for kind in ("GIF", "WEBP", "PNG"):
        content = packed(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        clip = pictures.read_clip(content, 5)
        assert (len(clip.frames), clip.total) == (5, 20)
        assert clip.seconds == pytest.approx((0, 0.25, 0.5, 0.7, 0.95), abs=0.06)
        reds = [pictures.read(frame)[10, 10, 0] for frame in clip.frames]
        assert reds == sorted(reds)
        assert reds[-1] > 150
    with pytest.raises(InvalidData, match="still"):
        pictures.read_clip(packed(frames[0]))
    with pytest.raises(InvalidData, match="Video"):
        pictures.read_clip(b"\0\0\0\x18ftypmp42" + b"\0" * 100)
