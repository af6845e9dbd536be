"""Recall of the shipped small YOLO along one factor: hundreds of new scenes a point, everything else kept.

What the learner should see: recall does not fall because a detector is bad. It falls where scenes leave what it was
trained on, and, for crowds, where the grid has no more names to give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from engine import config as settings
from engine.config import choice, integer
from engine.data import fashion
from engine.detection.metrics import Marked, match
from engine.detection_limits.arrange import Scene, scene
from engine.detection_limits.factors import COUNT, FACTORS, HIDDEN, SIZE
from engine.detection_limits.grid import cells_of, crowded
from engine.yolo.evaluation import RIGHT_FROM
from engine.yolo.experiment import RUN_FILE, SHIPPED_SHAPE, _digest, shipped_run

if TYPE_CHECKING:
    from engine.runs.context import Context

STEP = 0.05  # between score levels: what the score slider moves by
LEVELS = 20
NOBODY = 255  # where a scene has no thing, or none that counts
SHARED, SPARE, COVERED = 1, 2, 4  # bits of `Result.crowd`
COVERED_FROM = 0.5
BATCH = 40
SERIES = ("values", "named", "boxed", "crowd", "wrong")


@dataclass(frozen=True)
class Config(settings.Config):
    """Settings of one measurement.

    Attributes:
        factor: What is made harder, one of `factors.FACTORS`.
        things: Things in a picture, where the factor is not their number.
        size: Longer side of a thing in pixels, give or take a tenth, where the factor is not their size.
        scenes: Pictures at each point.
        seed: All pictures come from it.
    """

    VERSION: ClassVar[int] = 1

    factor: str = choice(COUNT, tuple(FACTORS))
    things: int = integer(4, 1, 20)
    size: int = integer(32, 12, 80)
    scenes: int = integer(300, 20, 600)
    seed: int = integer(0, 0, 9999)

    def settled(self) -> Config:
        """Return the config without what has no part in it."""
        default = Config()
        if self.factor == COUNT:
            return self.changed(things=default.things)
        return self.changed(size=default.size) if self.factor == SIZE else self

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the network's weights and of the items in the pictures."""
        return (_digest(RUN_FILE), _digest(fashion.FOLDER / f"{fashion.TEST}.npz"))


@dataclass(frozen=True)
class Result:
    """What was found; P points, N pictures at each, M things in a picture at most.

    A level is a score in steps of STEP, rounded down: with a least score of 0.05 l whatever has level l or more counts.

    Attributes:
        config: What was measured.
        values: float32 (P,), the factor's values.
        named: uint8 (P, N, M), level of the box that found a thing with its right name, 0 for none; NOBODY where
            there is no thing that counts.
        boxed: uint8 (P, N, M), the same whatever the name.
        crowd: uint8 (P, N, M), bits: SHARED, its cell holds another thing; SPARE, its cell's name went to another
            already; COVERED, half of its box or more lies under others.
        wrong: int32 (P, LEVELS), boxes of each level that found nothing by its right name.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    values: np.ndarray
    named: np.ndarray
    boxed: np.ndarray
    crowd: np.ndarray
    wrong: np.ndarray
    stopped: bool = False


def slots(config: Config) -> int:
    """Return M: the most things in a picture of a config."""
    if config.factor == COUNT:
        return int(max(FACTORS[COUNT].points))
    return config.things * (2 if config.factor == HIDDEN else 1)


def pictured(config: Config, value: float, number: int) -> Scene:
    """Return one of the run's pictures anew: the same settings and number give the same picture."""
    items = fashion.items(fashion.TEST)
    return scene(config.factor, value, config.things, config.size, (config.seed, number), items)


def level(score: np.ndarray) -> np.ndarray:
    """Return scores in steps of STEP, rounded down, uint8."""
    return np.minimum(np.floor(np.asarray(score) / STEP + 1e-4), LEVELS - 1).astype(np.uint8)


def judged(found: Marked, true: Scene, most: int) -> dict[str, np.ndarray]:
    """Return how one picture came out: `named`, `boxed`, `crowd` (M,) and `wrong` (LEVELS,), see Result."""
    count = len(true.boxes)
    levels = level(found.score)
    named, boxed, crowd = (np.full(most, NOBODY, np.uint8) for _ in range(3))
    truth = Marked(true.boxes, true.kinds.astype(int))
    given = match(found, truth, RIGHT_FROM)
    shared, spare = crowded(cells_of(true.boxes))
    flags = np.where(shared, SHARED, 0) + np.where(spare, SPARE, 0)
    flags = flags + np.where(true.hidden >= COVERED_FROM, COVERED, 0)
    for target, own in ((named, given), (boxed, match(_nameless(found), _nameless(truth), RIGHT_FROM))):
        target[:count] = 0
        target[own[own >= 0]] = levels[own >= 0]
    # A box of the right name is a box.
    boxed[:count] = np.maximum(named[:count], boxed[:count])
    crowd[:count] = flags
    for values in (named, boxed, crowd):
        values[:count][~true.counted] = NOBODY
    wrong = np.bincount(levels[given < 0], minlength=LEVELS)[:LEVELS]
    return {"named": named, "boxed": boxed, "crowd": crowd, "wrong": wrong.astype(np.int32)}


def _nameless(marked: Marked) -> Marked:
    return Marked(marked.boxes, np.zeros(len(marked.boxes), int), marked.score)


def run(config: Config, context: Context) -> Result:
    """Measure point by point; in the worker only, a few seconds.

    Args:
        config: What to measure.
        context: Gets a row of every series of SERIES a point, and may ask to stop; whole points are kept.
    """
    from engine.yolo.network import decode, read

    points = FACTORS[config.factor].points
    context.report(0, len(points), "Loading the network")
    forward, most = _forward(), slots(config)
    rows: dict[str, list[np.ndarray]] = {name: [] for name in SERIES}
    stopped = False
    for place, value in enumerate(points):
        parts: list[dict[str, np.ndarray]] = []
        for first in range(0, config.scenes, BATCH):
            # The first point is always there: a picture of nothing teaches nothing.
            if place and (stopped := context.stop_requested()):
                break
            scenes = [pictured(config, value, number) for number in range(first, min(first + BATCH, config.scenes))]
            raw = forward(np.stack([one.picture for one in scenes]))
            found = decode(read(raw, SHIPPED_SHAPE.boxes), STEP)
            parts += [judged(boxes, one, most) for boxes, one in zip(found, scenes, strict=True)]
        if stopped:
            break
        row: dict[str, np.ndarray] = {name: np.stack([part[name] for part in parts])[None] for name in SERIES[1:4]}
        row["wrong"] = np.stack([part["wrong"] for part in parts]).sum(axis=0, keepdims=True, dtype=np.int32)
        row["values"] = np.array([value], np.float32)
        for name in SERIES:
            rows[name].append(row[name])
        context.report(place + 1, len(points), "", **row)
    series = {name: np.concatenate(parts) for name, parts in rows.items()}
    return Result(config=config, stopped=stopped, **series)


@cache
def _forward() -> Any:
    """Return the shipped network, compiled once a process: pictures uint8 (N, SIDE, SIDE) → raw numbers."""
    from engine.yolo.live import forward_of
    from engine.yolo.network import build
    from engine.yolo.training import unflat

    model = build(SHIPPED_SHAPE, 0)
    model.set_weights(unflat(shipped_run()["weights"][-1], model))
    return forward_of(model)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far, or None before the first point is measured."""
    count = min(len(series.get(name, ())) for name in SERIES)
    if not count:
        return None
    values, named, boxed, crowd, wrong = (np.asarray(series[name])[:count] for name in SERIES)
    return Result(config, values, named, boxed, crowd, wrong)
