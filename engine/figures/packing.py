"""How arrays travel to the stage: small, exact, and without a list of numbers in between."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image


def packed(values: Any, dtype: str = "float32") -> dict[str, Any]:
    """Return an array as the stage reads it: dtype, shape, and little-endian bytes in base64.

    Args:
        values: Anything NumPy makes an array of.
        dtype: "float32", "int32" or "uint8".
    """
    array = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "shape": list(array.shape), "base64": base64.b64encode(array.data).decode("ascii")}


def picture_address(pixels: np.ndarray, quality: int | None = None) -> str:
    """Return a picture as a data address, for `board.Image` and the pages' own HTML.

    Args:
        pixels: uint8 (height, width, 3), or (height, width) for a grey one.
        quality: None keeps every pixel (PNG); 1 … 100 packs as WebP of that quality, several times smaller.
    """
    stream = io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels, np.uint8))
    if quality is None:
        image.save(stream, "PNG")
    else:
        image.save(stream, "WEBP", quality=quality, method=4)
    kind = "png" if quality is None else "webp"
    return f"data:image/{kind};base64," + base64.b64encode(stream.getvalue()).decode("ascii")


@lru_cache(maxsize=256)
def webp_address(content: bytes) -> str:
    """Return a WebP file as a data address."""
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")
