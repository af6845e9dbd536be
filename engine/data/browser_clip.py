"""Frames that a browser took from a video file. They come from outside, so nothing about them is believed.

What the learner should see: their own film, sampled; or one sentence that says why not.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from typing import Any

from engine.data import pictures
from engine.data.pictures import MOST_FRAMES, Clip
from engine.errors import InvalidData

LONGEST_SIDE = 960  # pixels of a frame, as the browser is asked to make it
MOST_FRAME_BYTES = 2 * 2**20
MOST_BYTES = 16 * 2**20  # of all frames together
MOST_SECONDS = 24 * 3600.0

_ADVICE = "Choose the file again, or another one."


def clip(sent: Any) -> Clip:
    """Return the clip of `{"frames": [base64 of a JPEG, …], "seconds": [when each is shown, …]}`.

    Every frame is decoded and packed anew, as every uploaded picture is.

    Raises:
        InvalidData: Something is missing, too much, too large, not in order, or no picture.
    """
    if not isinstance(sent, Mapping):
        raise InvalidData("The browser sent no frames.", _ADVICE)
    frames: Any = sent.get("frames")
    seconds: Any = sent.get("seconds")
    if not frames or not _is_list(frames, str) or not _is_list(seconds, int, float) or len(frames) != len(seconds):
        raise InvalidData("The browser sent no frames.", _ADVICE)
    if len(frames) > MOST_FRAMES:
        raise InvalidData(f"The browser sent {len(frames)} frames.", f"At most {MOST_FRAMES}, please.")
    if max(map(len, frames)) > 4 / 3 * MOST_FRAME_BYTES + 4 or sum(map(len, frames)) > 4 / 3 * MOST_BYTES:
        raise InvalidData("The frames are too large.", "Choose a smaller video.")
    times = [float(second) for second in seconds]
    if not all(math.isfinite(time) and 0 <= time <= MOST_SECONDS for time in times) or times != sorted(times):
        raise InvalidData("The frames' times are not in order.", _ADVICE)
    plain = tuple(pictures.to_jpeg(pictures.read(_decoded(frame))) for frame in frames)
    return Clip(plain, tuple(times), len(plain))


def _is_list(value: Any, *kinds: type) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str | bytes)
        and all(isinstance(one, kinds) and not isinstance(one, bool) for one in value)
    )


def _decoded(frame: str) -> bytes:
    try:
        return base64.b64decode(frame, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidData("A frame arrived damaged.", _ADVICE) from None
