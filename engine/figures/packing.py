"""How arrays travel to the stage: small, exact, and without a list of numbers in between."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np


def packed(values: Any, dtype: str = "float32") -> dict[str, Any]:
    """Return an array as the stage reads it: dtype, shape, and little-endian bytes in base64.

    Args:
        values: Anything NumPy makes an array of.
        dtype: "float32", "int32" or "uint8".
    """
    array = np.ascontiguousarray(values, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "shape": list(array.shape), "base64": base64.b64encode(array.data).decode("ascii")}
