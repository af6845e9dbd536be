"""Looking through the shipped training, and training on: in the worker only.

What the learner should see: one network, whose weights of one moment are exchanged for those of the next; the numbers
it is given stay the same. A training that goes on starts with both networks of the moment chosen.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.face_generator import reading, source
from engine.face_generator.experiment import COLUMNS, FACES, MODEL_FILE, Config
from engine.face_generator.noise import latents
from engine.face_generator.sheets import FINE, QUALITY, as_array, sheet, variety

if TYPE_CHECKING:
    from engine.runs.context import Context

LOOKS_OF_A_TRAINING = 9
CHUNK = 5  # steps whose mean loss makes a point of its curve

Pictures = Callable[[np.ndarray], np.ndarray]
"""Latents float32 (n, LATENT) → pictures uint8 (n, 64, 64, c)."""


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


def look(pictures: np.ndarray, kind: str, step: int, quality: int = QUALITY) -> dict[str, np.ndarray]:
    """Return what is recorded of FACES faces at a moment, as rows of a result; `quality` is their sheet's."""
    packed = as_array(sheet(pictures, COLUMNS, quality))
    distance, spread = reading.distance(pictures, kind)
    return {
        "step": np.array([step], np.int32),
        "sheet": packed,
        "size": np.array([len(packed)], np.int32),
        "variety": np.array([variety(pictures)], np.float32),
        "presence": reading.presence(pictures, kind, distance)[None],
        "quality": np.array([distance], np.float32),
        "quality_spread": np.array([spread], np.float32),
    }


def look_through(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the rows of the shipped training at all its moments, and whether Stop was pressed."""
    recorder = Recorder(context)
    context.report(0, source.MOMENTS, "Building the generator")
    numbers = latents(config.noise, FACES, config.seed, config.truncation)
    for place, step in enumerate(source.moments(config.kind)):
        if place and context.stop_requested():
            return recorder.series(), True
        pictures = source.pictures(config.kind, place, numbers)
        recorder.report(
            place + 1,
            source.MOMENTS,
            look(pictures, config.kind, int(step), FINE if place == source.MOMENTS - 1 else QUALITY),
        )
    return recorder.series(), False


def moments(steps: int) -> list[int]:
    """Return after how many steps the faces are looked at: closer at the beginning, 0 and the end among them."""
    places = np.linspace(0, 1, LOOKS_OF_A_TRAINING) ** 1.5
    return sorted({round(steps * place) for place in places})


def train(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the rows of a training and whether Stop ended it; the generator is attached."""
    from engine.faces.network import FULL
    from engine.faces.training import Settings, Trainer

    recorder = Recorder(context)
    real = source.feed(config.kind, config.batch_size, config.seed)
    batch = next(real)
    settings = Settings(batch_size=config.batch_size, learning_rate=config.learning_rate)
    context.report(0, config.steps, "Building both networks")
    own, judge = source.both_networks(config.kind, config.moment)
    trainer = Trainer(
        batch.shape[-1], config.seed, settings, own, judge, FULL
    )  # the script trains in full precision, too
    numbers = latents(config.noise, FACES, config.seed, config.truncation)
    first, make = int(source.moments(config.kind)[config.moment]), source.compiled(trainer.average)

    def observe(done: int) -> None:
        recorder.report(done, config.steps, look(make(numbers), config.kind, first + done))

    observe(0)
    # On a busy machine the first steps of both kinds take most of the wait: without a word it would look stuck.
    context.report(0, config.steps, "Compiling the step of both networks")
    looks, looked, stopped, done = set(moments(config.steps)), 0, False, 0
    losses: list[np.ndarray] = []
    for done in range(1, config.steps + 1):
        if stopped := context.stop_requested():
            done -= 1
            break
        losses.append(trainer.step(batch)[:2])
        if len(losses) == CHUNK or done == config.steps:
            mean = np.mean(losses, axis=0, keepdims=True).astype(np.float32)
            recorder.report(done, config.steps, {"loss_step": np.array([first + done], np.int32), "losses": mean})
            losses = []
            if not np.isfinite(mean).all():
                return recorder.series(), False
        if done in looks:
            observe(looked := done)
        batch = next(real)
    if done > looked:
        observe(done)
    context.attach(MODEL_FILE, _model_file(trainer.average))
    return recorder.series(), stopped


def _model_file(model: Any) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
