"""Train a small YOLO: from the shipped run's weights of any moment, or from nothing.

What the learner should see: shapes and shoes are found soon, shirts and coats stay hard. A detector that took 25
minutes can be scrubbed through, and trained on from any of its moments within a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import config as base
from engine.config import choice, integer, number
from engine.detection.metrics import Marked
from engine.errors import InvalidSetting
from engine.yolo.compose import FEWEST, MOST
from engine.yolo.network import GRIDS, Shape
from engine.yolo.training import COORDINATES, EMPTY

if TYPE_CHECKING:
    from engine.runs.context import Context

SHIPPED, SCRATCH = "shipped", "scratch"
RUN_FILE = Path(__file__).parents[2] / "assets" / "yolo" / "run.npz"
MODEL_FILE = "model.keras"
SHIPPED_SHAPE = Shape()
# The usual learning rate of a start. The shipped run ended with its rate near 0: that of a new network throws it out of
# what it has found. After 150 steps from mAP 0.942, three seeds: 0.942 at 0.00003, 0.939 at 0.0001, 0.927 at 0.002.
USUAL_RATE = {SHIPPED: 0.00003, SCRATCH: 0.002}
LAST = 12  # number of the shipped run's last moment
KEPT_BOXES = 16  # of a picture, best first
LEAST_KEPT = 0.05
SERIES = ("part_step", "parts", "step", "precision", "boxes", "kinds", "scores", "confidence")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one training.

    Attributes:
        start: SHIPPED: the weights of the shipped run; SCRATCH: new ones from the seed.
        checkpoint: Which of the shipped run's moments to start from, 0 (untrained) to LAST.
        steps: Training steps from there; 0 only looks: at the whole shipped run, or at the untrained network.
        grid, boxes, depth: Of a new network, see `network.Shape`; the shipped one has the defaults.
        learning_rate: Of Adam, after 20 steps of warm-up.
        batch_size: Pictures a step, each new.
        most: Most things in a training picture.
        coordinates, empty: Weights of two parts of the loss: boxes' places, and confidence where nothing is.
        seed: Initial weights and training pictures come from it.
    """

    VERSION: ClassVar[int] = 1

    start: str = choice(SHIPPED, (SHIPPED, SCRATCH))
    checkpoint: int = integer(LAST, 0, LAST)
    steps: int = integer(0, 0, 600)
    grid: int = choice(SHIPPED_SHAPE.grid, GRIDS)
    boxes: int = integer(SHIPPED_SHAPE.boxes, 1, 3)
    depth: int = integer(SHIPPED_SHAPE.depth, 0, 4)
    learning_rate: float = number(USUAL_RATE[SHIPPED], 1e-5, 0.1)
    batch_size: int = integer(32, 4, 64)
    most: int = integer(MOST, FEWEST, MOST)
    coordinates: float = number(COORDINATES, 0.0, 20.0)
    empty: float = number(EMPTY, 0.0, 5.0)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        if self.start == SHIPPED and self.shape() != SHIPPED_SHAPE:
            raise InvalidSetting(
                "The shipped weights fit a network of grid 8, 2 boxes and depth 2 only.",
                "Start from nothing to train a network of another form.",
            )

    def settled(self) -> Config:
        """Return the config without what has no part in it: where nothing is trained, most settings have none."""
        if self.steps:
            return self if self.start == SHIPPED else self.changed(checkpoint=LAST)
        if self.start == SHIPPED:
            return Config()
        return Config(start=SCRATCH, grid=self.grid, boxes=self.boxes, depth=self.depth, seed=self.seed)

    def shape(self) -> Shape:
        """Return the network's form."""
        return Shape(self.grid, self.boxes, self.depth)

    def digests(self) -> tuple[str, ...]:
        """Return the digest of the shipped run where it is read."""
        return (_digest(RUN_FILE),) if self.start == SHIPPED else ()


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def shipped_run() -> dict[str, np.ndarray]:
    """Return the shipped run: steps (K,), weights fp16 (K, P), part_step (E,), parts (E, 4)."""
    with np.load(RUN_FILE) as stored:
        return {name: stored[name] for name in stored.files}


def moment(config: Config) -> int:
    """Return the step of the shipped run that a training starts from; 0 from nothing."""
    return 0 if config.start == SCRATCH else int(shipped_run()["steps"][config.checkpoint])


@dataclass(frozen=True)
class Result:
    """What was recorded; K moments, F pictures shown, M boxes of each at most, C classes, S the grid.

    Steps count on from the step of the shipped run that a training started from.

    Attributes:
        config: The settings that were run.
        part_step: int32 (E,), steps up to which each row of `parts` is the mean.
        parts: float32 (E, 4), the loss in its PARTS, weighted, a picture.
        step: int32 (K,), steps after which the network was looked at.
        precision: float32 (K, C), average precision at an overlap of 0.5 on `evaluation.watched()`.
        boxes: float32 (K, F, M, 4) found in the first F of those scenes, left, top, right, bottom in pixels.
        kinds: int8 (K, F, M), numbers in `compose.NAMES`; −1 where there is no box.
        scores: float32 (K, F, M), best first.
        confidence: float32 (K, F, S, S), the largest confidence among each cell's boxes.
        diverged: Whether the loss stopped being a finite number.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    part_step: np.ndarray
    parts: np.ndarray
    step: np.ndarray
    precision: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray
    scores: np.ndarray
    confidence: np.ndarray
    diverged: bool = False
    stopped: bool = False

    @property
    def mean_precision(self) -> np.ndarray:
        """mAP at each moment, float32 (K,)."""
        return np.asarray(self.precision.mean(axis=1))

    def found(self, place: int, picture: int, least: float) -> Marked:
        """Return the boxes with a score of `least` or more in a picture at a moment, best first."""
        own = (self.kinds[place, picture] >= 0) & (self.scores[place, picture] >= least)
        return Marked(
            self.boxes[place, picture][own],
            self.kinds[place, picture][own].astype(int),
            self.scores[place, picture][own],
        )


def run(config: Config, context: Context) -> Result:
    """Train, or look through the shipped run; in the worker only.

    Args:
        config: What to train.
        context: Gets every row of the result as it comes, see SERIES, and may ask to stop; a trained network is
            attached as MODEL_FILE.
    """
    from engine.yolo import live

    series, stopped = live.look_through(config, context) if config.steps == 0 else live.train(config, context)
    result = partial(config, series, stopped)
    if result is None:
        raise ValueError("nothing was recorded, not even the first moment")
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, or None before the first moment was looked at."""
    if "confidence" not in series or not len(series["confidence"]):
        return None
    arrays = {name: np.asarray(series[name]) for name in SERIES if name in series}
    arrays.setdefault("part_step", np.zeros(0, np.int32))
    arrays.setdefault("parts", np.zeros((0, 4), np.float32))
    count = min(len(arrays[name]) for name in SERIES[2:])
    for name in SERIES[2:]:
        arrays[name] = arrays[name][:count]
    rows = min(len(arrays["part_step"]), len(arrays["parts"]))
    arrays["part_step"], arrays["parts"] = arrays["part_step"][:rows], arrays["parts"][:rows]
    return Result(config=config, diverged=not bool(np.isfinite(arrays["parts"]).all()), stopped=stopped, **arrays)
