"""What a browser sends of a video becomes a clip, or one of the named reasons: nobody has to send what ours does."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.data import browser_clip, pictures
from engine.errors import InvalidData


def frame(shade: int = 90, side: int = 24, kind: str = "JPEG") -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), (shade, 20, 20)).save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def test_frames_become_a_clip() -> None:
    clip = browser_clip.clip({"name": "a.mp4", "frames": [frame(10), frame(200)], "seconds": [0, 1.5]})
    assert clip.seconds == (0.0, 1.5)
    assert [int(pictures.read(one)[5, 5, 0]) // 50 for one in clip.frames] == [0, 4]
    assert clip.total == 2


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        (None, "no frames"),
        ("frames", "no frames"),
        ({"frames": [], "seconds": []}, "no frames"),
        ({"frames": [frame()], "seconds": []}, "no frames"),
        ({"frames": [3], "seconds": [0]}, "no frames"),
        ({"frames": [frame()], "seconds": [True]}, "no frames"),
        ({"frames": [frame()] * 25, "seconds": list(range(25))}, "25 frames"),
        ({"frames": [frame()] * 2, "seconds": [1, 0]}, "order"),
        ({"frames": [frame()], "seconds": [float("nan")]}, "order"),
        ({"frames": [frame()], "seconds": [-1.0]}, "order"),
        ({"frames": ["A" * (3 * 2**20)], "seconds": [0]}, "too large"),
        ({"frames": ["A" * (2 * 2**20)] * 20, "seconds": list(range(20))}, "too large"),
        ({"frames": ["no base64!"], "seconds": [0]}, "damaged"),
        ({"frames": ["ä"], "seconds": [0]}, "damaged"),
        ({"frames": [base64.b64encode(b"no picture").decode()], "seconds": [0]}, "not a picture"),
        ({"frames": [frame()[:200]], "seconds": [0]}, "damaged"),
        ({"frames": [frame(side=4)], "seconds": [0]}, "only 4"),
    ],
)
def test_whatever_else_arrives_is_named(sent: Any, word: str) -> None:
    with pytest.raises(InvalidData, match=word):
        browser_clip.clip(sent)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=9), lambda c: st.lists(c, max_size=3)))
def test_nothing_else_is_ever_raised(value: Any) -> None:
    for sent in (value, {"frames": value, "seconds": [0.0]}, {"frames": [frame()], "seconds": value}):
        try:
            assert browser_clip.clip(sent).frames
        except InvalidData:
            continue


def test_a_frame_keeps_the_limits_of_every_picture() -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((8000, 8000, 3), np.uint8)).save(buffer, "PNG")
    with pytest.raises(InvalidData, match="million"):
        browser_clip.clip({"frames": [base64.b64encode(buffer.getvalue()).decode()], "seconds": [0]})
