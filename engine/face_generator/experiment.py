"""Faces from a generator at every moment of its training, on the same seeds; or trained on from any of those moments.

What the learner should see: first fog, then a head, then eyes, and last what is small: glasses, a mouth's corners. The
same 64 numbers give the same face again and again, a little better each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import config as base
from engine.config import choice, integer, number
from engine.face_generator import source
from engine.face_generator.noise import NOISES, NORMAL
from engine.face_generator.source import DRAWN, KINDS

if TYPE_CHECKING:
    from engine.runs.context import Context

COLUMNS, ROWS = 8, 8
FACES = COLUMNS * ROWS
LAST = source.MOMENTS - 1
MODEL_FILE = "generator.keras"
ROW_SERIES = ("step", "size", "variety", "presence", "quality", "quality_spread")
SERIES = (*ROW_SERIES, "sheet", "loss_step", "losses")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one look, or of one training.

    Attributes:
        kind: DRAWN: colour faces of our own renderer; PORTRAITS: grey photographs.
        noise: What kind of numbers the faces are made of, see `noise.NOISES`.
        truncation: ψ: the numbers are multiplied by it.
        seed: Of the numbers; and of a training's own luck.
        moment: Which moment of the shipped training to go on from, 0 (untrained) to LAST.
        steps: Training steps from there; 0 only looks, at the whole shipped training.
        learning_rate: Of both networks.
        batch_size: Real pictures, and as many fakes, a step.
    """

    VERSION: ClassVar[int] = 1

    kind: str = choice(DRAWN, tuple(KINDS))
    noise: str = choice(NORMAL, tuple(NOISES))
    truncation: float = number(1.0, 0.0, 2.0)
    seed: int = integer(0, 0, 9999)
    moment: int = integer(LAST, 0, LAST)
    steps: int = integer(0, 0, 600)
    learning_rate: float = number(0.0005, 1e-5, 0.1)
    batch_size: int = integer(16, 4, 64)

    def settled(self) -> Config:
        """Return the config without what has no part in it: where nothing is trained, most settings have none."""
        if self.steps:
            return self
        start = Config()
        return self.changed(moment=start.moment, learning_rate=start.learning_rate, batch_size=start.batch_size)

    def digests(self) -> tuple[str, ...]:
        """Return the digest of the shipped weights."""
        return source.digests(self.kind)


@dataclass(frozen=True)
class Result:
    """What was seen; K moments, A attributes, E points of the loss.

    Attributes:
        config: The settings that were run.
        step: int32 (K,), training steps done at each moment.
        sheet: uint8 (N,), the WebP sheets of FACES faces of all moments, one behind the other.
        size: int32 (K,), bytes of each.
        variety: float32 (K,), how far two of the faces lie apart on average, see `sheets.variety`.
        presence: float32 (K, A), share of faces on which each of `reading.NAMES` is seen; NaN before there are any.
        quality: float32 (K,), kernel distance to the training pictures, 0 for the same distribution.
        quality_spread: float32 (K,), its standard deviation over subsets.
        loss_step: int32 (E,), steps up to which each row of `losses` is the mean; of a training only.
        losses: float32 (E, 2), of generator and discriminator.
        diverged: Whether a loss stopped being a finite number.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    step: np.ndarray
    sheet: np.ndarray
    size: np.ndarray
    variety: np.ndarray
    presence: np.ndarray
    quality: np.ndarray
    quality_spread: np.ndarray
    loss_step: np.ndarray
    losses: np.ndarray
    diverged: bool = False
    stopped: bool = False

    def sheet_at(self, place: int) -> bytes:
        """Return the WebP sheet of a moment."""
        ends = np.cumsum(self.size)
        return self.sheet[ends[place] - self.size[place] : ends[place]].tobytes()


def run(config: Config, context: Context) -> Result:
    """Look through the shipped training, or train on; in the worker only.

    Args:
        config: What to do.
        context: Gets every row of the result as it comes, see SERIES, and may ask to stop; a trained generator is
            attached as MODEL_FILE.
    """
    from engine.face_generator import live

    series, stopped = live.look_through(config, context) if config.steps == 0 else live.train(config, context)
    result = partial(config, series, stopped)
    if result is None:
        raise ValueError("nothing was recorded, not even the first moment")
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, or None before the first moment was looked at."""
    count = min((len(series[name]) if name in series else 0) for name in ROW_SERIES)
    if not count:
        return None
    arrays = {name: np.asarray(series[name])[:count] for name in ROW_SERIES}
    arrays["sheet"] = np.asarray(series["sheet"])[: int(arrays["size"].sum())]
    losses = np.asarray(series.get("losses", np.zeros((0, 2), np.float32)))
    steps = np.asarray(series.get("loss_step", np.zeros(0, np.int32)))
    rows = min(len(losses), len(steps))
    finite = bool(np.isfinite(losses[:rows]).all())
    return Result(
        config=config, loss_step=steps[:rows], losses=losses[:rows], diverged=not finite, stopped=stopped, **arrays
    )
