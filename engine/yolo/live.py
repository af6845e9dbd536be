"""The training itself, and a look at a network: in the worker only.

What the learner should see: every step sees new pictures, so nothing can be learned by heart; at some moments the
average of the weights so far is judged on scenes made from other items.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data import fashion
from engine.yolo.compose import compose
from engine.yolo.evaluation import SHOWN, Forward, average_precisions, said, truth, watched
from engine.yolo.experiment import (
    KEPT_BOXES,
    LEAST_KEPT,
    MODEL_FILE,
    SCRATCH,
    Config,
    moment,
    shipped_run,
)
from engine.yolo.network import build, decode
from engine.yolo.training import Average, compiled_step, flat, targets, unflat

if TYPE_CHECKING:
    from engine.runs.context import Context

MOMENTS = 9
CHUNK = 5  # steps whose mean loss makes a point of its curve
WARM_UP = 20
AVERAGE = 0.98


class Recorder:
    """Collects the rows of a result and sends each on as it comes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._rows: dict[str, list[np.ndarray]] = {}

    def report(self, done: float, total: float, rows: Mapping[str, np.ndarray]) -> None:
        """Take rows (each with a leading axis) and pass them on."""
        for name, values in rows.items():
            self._rows.setdefault(name, []).append(values)
        self._context.report(done, total, "", **rows)

    def series(self) -> dict[str, np.ndarray]:
        """Return all rows by name."""
        return {name: np.concatenate(parts) for name, parts in self._rows.items()}


def forward_of(model: Any) -> Forward:
    """Return the compiled network: pictures uint8 → raw numbers."""
    import tensorflow as tf

    @tf.function(autograph=False, reduce_retracing=True)
    def compiled(pictures: Any) -> Any:
        return model(tf.cast(pictures, tf.float32)[..., None] / 255.0, training=False)

    return lambda pictures: np.asarray(compiled(tf.constant(pictures)))


def look(forward: Forward, boxes: int, step: int) -> dict[str, np.ndarray]:
    """Return what a network says now, as rows of a result."""
    scenes = watched()
    own = said(forward, scenes, boxes)
    found = decode(own)
    corners = np.zeros((1, SHOWN, KEPT_BOXES, 4), np.float32)
    kinds = np.full((1, SHOWN, KEPT_BOXES), -1, np.int8)
    scores = np.zeros((1, SHOWN, KEPT_BOXES), np.float32)
    for picture in range(SHOWN):
        one = found[picture]
        count = min(KEPT_BOXES, int((one.score >= LEAST_KEPT).sum()))
        corners[0, picture, :count] = one.boxes[:count]
        kinds[0, picture, :count] = one.kind[:count]
        scores[0, picture, :count] = one.score[:count]
    return {
        "step": np.array([step], np.int32),
        "precision": average_precisions(found, truth(scenes))[None],
        "boxes": corners,
        "kinds": kinds,
        "scores": scores,
        "confidence": own.confidence[:SHOWN].max(axis=-1)[None].astype(np.float32),
    }


def look_through(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the rows of the shipped run at all its moments, or of a new network, and whether Stop was pressed.

    The shipped network, as it is at its last moment, is attached.
    """
    recorder = Recorder(context)
    model = build(config.shape(), config.seed)
    forward = forward_of(model)
    if config.start == SCRATCH:
        recorder.report(1, 1, look(forward, config.boxes, 0))
        return recorder.series(), False
    stored = shipped_run()
    recorder.report(0, len(stored["steps"]), {"part_step": stored["part_step"], "parts": stored["parts"]})
    for place, step in enumerate(stored["steps"]):
        if place and context.stop_requested():
            return recorder.series(), True
        model.set_weights(unflat(stored["weights"][place], model))
        recorder.report(place + 1, len(stored["steps"]), look(forward, config.boxes, int(step)))
    context.attach(MODEL_FILE, _model_file(model))
    return recorder.series(), False


def moments(steps: int) -> list[int]:
    """Return after how many steps the network is looked at: closer at the beginning, 0 and the end among them."""
    return sorted({round(steps * (place / (MOMENTS - 1)) ** 1.5) for place in range(MOMENTS)})


def batches(config: Config) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give batches without end: pictures uint8 (N, SIDE, SIDE) and their targets."""
    generator = np.random.default_rng(config.seed)
    items = fashion.items()
    while True:
        scenes = compose(config.batch_size, generator, items, config.most)
        yield scenes.pictures, targets(scenes, config.grid)


def train(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the rows of a training and whether Stop ended it; the network is attached."""
    import keras

    recorder = Recorder(context)
    context.report(0, config.steps, "Building the network")
    model = build(config.shape(), config.seed)
    if config.start != SCRATCH:
        model.set_weights(unflat(shipped_run()["weights"][config.checkpoint], model))
    shown = keras.models.clone_model(model)  # holds the average while it is looked at
    average, forward = Average(model, AVERAGE), forward_of(shown)
    optimizer = keras.optimizers.Adam(config.learning_rate)
    step = compiled_step(model, optimizer, config.shape(), coordinates=config.coordinates, empty=config.empty)
    first, feed, stopped = moment(config), batches(config), False

    def observe(done: int) -> None:
        shown.set_weights(average.weights())
        recorder.report(done, config.steps, look(forward, config.boxes, first + done))

    observe(0)
    looked, looks = 0, set(moments(config.steps))
    parts: list[np.ndarray] = []
    for done in range(1, config.steps + 1):
        if stopped := context.stop_requested():
            break
        optimizer.learning_rate.assign(config.learning_rate * min(1.0, done / WARM_UP))
        parts.append(np.asarray(step(*next(feed))))
        average.update()
        if len(parts) == CHUNK or done == config.steps:
            mean = np.stack(parts).mean(axis=0, keepdims=True)
            recorder.report(
                done, config.steps, {"part_step": np.array([first + done], np.int32), "parts": mean.astype(np.float32)}
            )
            parts = []
            if not np.isfinite(mean).all():
                return recorder.series(), False
        if done in looks:
            observe(looked := done)
    if stopped and done - 1 > looked:
        observe(done - 1)
    shown.set_weights(average.weights())
    context.attach(MODEL_FILE, _model_file(shown))
    return recorder.series(), stopped


def _model_file(model: Any) -> bytes:
    """Return a `.keras` file of the model, its numbers rounded to half precision: packed, it is half as large."""
    model.set_weights(unflat(flat(model.get_weights()), model))
    content = io.BytesIO()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / MODEL_FILE
        model.save(path)
        with zipfile.ZipFile(path) as plain, zipfile.ZipFile(content, "w") as small:
            for name in plain.namelist():
                small.writestr(zipfile.ZipInfo(name), plain.read(name), zipfile.ZIP_DEFLATED, compresslevel=9)
    return content.getvalue()
