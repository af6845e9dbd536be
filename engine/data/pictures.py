"""Uploaded pictures: any file a camera, a scanner or an image editor writes becomes plain red, green and blue.

What the learner should see: their own photograph the right way up, in its colours, or one sentence that says why not.
Nothing of the file but its pixels is kept: no place, no camera, no thumbnail.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import InvalidData

MOST_BYTES = 20 * 2**20
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
SHORTEST_SIDE = 8
JPEG_QUALITY = 92
FORMATS = ("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff")
MOVING_FORMATS = ("gif", "webp", "png", "apng")
MOST_FRAMES = 24

_EXPORT_ADVICE = "Open it in an image viewer and save it as JPEG or PNG."


@dataclass(frozen=True)
class Clip:
    """Frames taken from a moving picture.

    Attributes:
        frames: Their JPEGs, in order.
        seconds: When each is shown, from the start.
        total: How many frames the file has.
    """

    frames: tuple[bytes, ...]
    seconds: tuple[float, ...]
    total: int


def read(content: bytes) -> np.ndarray:
    """Return a picture file's pixels, (height, width, 3) uint8, read-only: those of `opened`, which see."""
    return np.asarray(opened(content))


def opened(content: bytes) -> Image.Image:
    """Return a picture file as red, green and blue, turned as its EXIF says.

    Transparent parts are shown on white; 16-bit and floating-point greys are brought to 0…255; of a moving picture the
    first frame counts. Pictures above LONGEST_SIDE are made smaller.

    Raises:
        InvalidData: The file is empty, too large, no picture, cut short, or too small to see anything in.
    """
    return _upright(_opened(content))


def to_jpeg(pixels: np.ndarray) -> bytes:
    """Return pixels (height, width, 3) uint8 as a JPEG without anything else in it."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()


def read_clip(content: bytes, most: int = MOST_FRAMES) -> Clip:
    """Return frames of a moving picture (GIF, WebP or APNG), evenly taken over its length.

    Args:
        content: The file.
        most: How many frames at most.

    Raises:
        InvalidData: As for `read`; or it is a still picture, or a video file: those are `browser_clip`'s.
    """
    if content[4:8] == b"ftyp" or content[:4] == b"\x1aE\xdf\xa3" or content[8:12] == b"AVI ":
        raise InvalidData(
            "Video files (MP4, WebM, AVI) are read in your browser, not on this server.",
            "Take the button for video files.",
        )
    with _opened(content) as image:
        total = int(getattr(image, "n_frames", 1))
        if total < 2:
            raise InvalidData("This is a still picture.", "Upload it under Picture, or choose an animated GIF or WebP.")
        if total * image.width * image.height > 20 * MOST_PIXELS:
            raise InvalidData(f"The clip has {total} frames of {image.width} × {image.height}.", "Shorten it.")
        wanted = {round(number) for number in np.linspace(0, total - 1, min(most, total))}
        frames, seconds, clock = [], [], 0.0
        for number in range(total):
            _load(image, number)
            if number in wanted:
                frames.append(to_jpeg(np.asarray(_upright(image.copy()))))
                seconds.append(round(clock, 3))
            clock += float(image.info.get("duration", 100) or 100) / 1000
    return Clip(tuple(frames), tuple(seconds), total)


def _opened(content: bytes) -> Image.Image:
    """Open a file whose header says that it can be decoded without harm."""
    if not content:
        raise InvalidData("The file is empty.", "Choose another one.")
    if len(content) > MOST_BYTES:
        raise InvalidData(f"The file has {len(content) / 2**20:.0f} MB.", f"At most {MOST_BYTES // 2**20} MB, please.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content))
    except Image.DecompressionBombError:
        raise InvalidData("The picture would unfold to too many pixels.", "Make it smaller first.") from None
    except UnidentifiedImageError:
        raise InvalidData("This is not a picture file that can be read here.", _EXPORT_ADVICE) from None
    except (OSError, ValueError, SyntaxError, TypeError, OverflowError, KeyError, IndexError, EOFError):
        raise InvalidData("The file is damaged.", _EXPORT_ADVICE) from None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise InvalidData(
            f"The picture has {width} × {height} pixels, more than {MOST_PIXELS / 1e6:.0f} million.",
            "Make it smaller first.",
        )
    if min(width, height) < SHORTEST_SIDE:
        raise InvalidData(
            f"The picture has only {width} × {height} pixels.", f"Each side needs {SHORTEST_SIDE} or more."
        )
    return image


def _load(image: Image.Image, frame: int | None = None) -> None:
    try:
        if frame is not None:
            image.seek(frame)
        image.load()
    except MemoryError:
        raise InvalidData("The picture needs more memory than there is.", "Make it smaller first.") from None
    except Exception:  # decoders raise whatever a damaged file leads them to
        raise InvalidData("The file is cut short or damaged.", "Export or download it again.") from None


def _upright(image: Image.Image) -> Image.Image:
    """Return an opened picture as `opened` gives it."""
    _load(image)
    image = _eight_bit(image)
    with contextlib.suppress(Exception):  # an EXIF block that cannot be read says nothing
        ImageOps.exif_transpose(image, in_place=True)
    if max(image.size) > LONGEST_SIDE:
        # A palette cannot be blended: first colours, then the smaller size.
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        if min(image.size) < SHORTEST_SIDE:
            raise InvalidData("The picture is far longer than wide.", "Cut out the part you mean.")
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        ground = Image.new("RGBA", coloured.size, "white")
        image = Image.alpha_composite(ground, coloured)
    return image if image.mode == "RGB" else image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits a pixel as 8-bit grey; others as they are."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image).astype(np.float64)
    finite = values[np.isfinite(values)]
    if image.mode.startswith("I"):
        # 16-bit files arrive as 32-bit numbers in some modes; what fits 8 bits was meant so.
        top = 65535.0 if image.mode.startswith("I;16") or finite.max(initial=0) > 255 else 255.0
        scaled = values * 255 / top
    else:
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (0.0, 255.0) if low >= 0 and high <= 255 else (low, high)
        scaled = (values - low) * 255 / max(high - low, 1e-12)
    grey = Image.fromarray(np.clip(np.nan_to_num(np.rint(scaled)), 0, 255).astype(np.uint8))
    grey.info = {}
    exif = image.getexif()
    if exif:
        grey.info["exif"] = exif.tobytes()
    return grey
