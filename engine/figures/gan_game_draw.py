"""The board to draw real points on, as the stage takes it.

What the learner should see: an empty square that takes clicks and strokes, and how many points still fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.figures.packing import packed
from engine.gan_game.targets import MOST_DRAWN, REACH, WINDOW, decoded

GAP = 0.055  # least distance of two points of a stroke


def drawing_board(drawn: str) -> Mapping[str, Any]:
    """Return the stage's payload; `drawn` are the points so far, see `targets.encoded`."""
    return {
        "kind": "draw",
        "points": packed(decoded(drawn)),
        "reach": REACH,
        "window": WINDOW,
        "most": MOST_DRAWN,
        "gap": GAP,
    }
