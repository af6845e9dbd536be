"""A run as it happens: epochs of all seeds, a look at the test pictures now and then, and Stop; in the worker only."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.semi_supervised.experiment import MADE, MODEL_FILE, Config, moments
from engine.semi_supervised.network import copy_weights
from engine.semi_supervised.pictures import CLASSES, DIGITS, Pictures, chosen, pictures, spread_labels
from engine.semi_supervised.training import Trio, compiled, drawn, lone, start

if TYPE_CHECKING:
    import keras

    from engine.runs.context import Context

SHOWN_SEED = 7  # of the noise that the pictures shown are made from


class _Frames:
    """Looks at the networks, keeps what it saw, and sends it on."""

    def __init__(self, config: Config, context: Context, pool: Pictures, trio: Trio, total: int) -> None:
        import tensorflow as tf

        self._config, self._context, self._pool, self._trio, self._total = config, context, pool, trio, total
        self._rows: dict[str, list[np.ndarray]] = {}
        self._known = tf.function(lambda x: (trio.kept(x)[0], trio.alone(x)[0]), autograph=False)
        self._made = tf.function(lambda z: trio.thrown_away(z), autograph=False)
        tests = np.repeat(pool.test_x[:, None], config.seeds, axis=1)
        self._tests = tf.constant(tests)
        latent = np.random.default_rng(SHOWN_SEED).standard_normal((MADE, 1, config.latent), np.float32)
        self._latent = tf.constant(np.repeat(latent, config.seeds, axis=1))

    def look(self, done: int, labels: int, epoch: int, losses: Sequence[np.ndarray], spread: np.ndarray) -> None:
        """Add a frame: what both networks say of the test pictures, and what the generator makes."""
        said = np.stack([np.asarray(one)[..., :CLASSES].argmax(axis=-1) for one in self._known(self._tests)])
        right = said == self._pool.test_y[:, None]  # (2, tests, R)
        kinds = [right[:, self._pool.test_y == kind].mean(axis=(1, 2)) for kind in range(CLASSES)]
        side = self._pool.side
        made = np.asarray(self._made(self._latent))[:, 0].reshape(MADE, side, side)
        mean = np.mean(losses, axis=0) if losses else np.full(4, np.nan)
        rows = {
            "frame_labels": np.array([labels], np.int32),
            "frame_epoch": np.array([epoch], np.int32),
            "accuracy": right.mean(axis=1)[None].astype(np.float32),
            "right": np.stack(kinds, axis=-1)[None].astype(np.float32),
            "made": np.clip(np.nan_to_num(made) * 127.5 + 127.5, 0, 255)[None].round().astype(np.uint8),
            "losses": mean[None].astype(np.float32),
            "spread": spread[None].astype(np.float32),
        }
        for name, values in rows.items():
            self._rows.setdefault(name, []).append(values)
        self._context.report(done, self._total, f"{labels} labels a class", **rows)

    def series(self) -> dict[str, np.ndarray]:
        """Return all frames by name."""
        return {name: np.concatenate(parts) for name, parts in self._rows.items()}


def train(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the frames of a run and whether Stop ended it; the discriminator of the first seed is attached."""
    pool, counts = pictures(config.data), config.counts()
    total = config.epochs * len(counts)
    context.report(0, total, "Building the networks")
    pairs = [lone(config, pool.x.shape[1], config.seed + place) for place in range(config.seeds)]
    trio = compiled(config, pairs, pool)
    frames = _Frames(config, context, pool, trio, total)
    stopped = False
    for place, labels in enumerate(counts):
        start(trio, pairs)
        if stopped := _one(config, context, pool, trio, frames, place, labels):
            break
    context.attach(MODEL_FILE, model_file(config, trio, pairs[0][0]))
    return frames.series(), stopped


def _one(
    config: Config, context: Context, pool: Pictures, trio: Trio, frames: _Frames, place: int, labels: int
) -> bool:
    """Train with so many labels a class, looking now and then; return whether Stop ended it."""
    before = place * config.epochs
    losses: list[np.ndarray] = []
    looks = [config.epochs] if config.curve else moments(config.epochs)
    seeds = range(config.seed, config.seed + config.seeds)
    parts = [chosen(pool.y, labels, config.looked_at(labels), seed) for seed in seeds]
    spread = np.array([spread_labels(pool, *part) for part in parts])
    generators = [np.random.default_rng(seed) for seed in seeds]
    if looks[0] == 0:
        frames.look(before, labels, 0, losses, spread)
    for epoch in range(1, config.epochs + 1):
        own = [
            drawn(one, *part, config.batch_size, pool.x.shape[1], config.latent)
            for one, part in zip(generators, parts, strict=True)
        ]
        losses.append(np.asarray(trio.epoch(*(np.stack(values, axis=2) for values in zip(*own, strict=True)))))
        stopped, diverged = context.stop_requested(), not np.isfinite(losses[-1]).all()
        if epoch in looks or stopped or diverged:
            frames.look(before + epoch, labels, epoch, losses, spread)
            losses = []
        else:
            context.report(before + epoch, config.epochs * len(config.counts()), f"{labels} labels a class")
        if stopped and epoch < config.epochs:
            return True
        if diverged:
            return False
    return stopped


def taken_home(data: str, body: keras.Model) -> keras.Model:
    """Return the discriminator as a model of its own: raw pictures (N, 8, 8) or (N, 28, 28) → K probabilities.

    Digits have values from 0 to 16, clothes from 0 to 255.
    """
    import keras

    digits = data == DIGITS
    side = 8 if digits else 28
    hidden = inputs = keras.Input((side, side))
    if not digits:
        hidden = keras.layers.Reshape((side, side, 1))(hidden)
        hidden = keras.layers.AveragePooling2D(2)(hidden)
    hidden = keras.layers.Flatten()(keras.layers.Rescaling(1 / 8 if digits else 1 / 127.5, -1)(hidden))
    for layer in body.layers[1:-1]:
        hidden = layer(hidden)
    last = keras.layers.Dense(CLASSES, activation="softmax")
    outputs = last(hidden)
    last.set_weights([part[..., :CLASSES] for part in body.layers[-1].get_weights()])
    return keras.Model(inputs, outputs)


def model_file(config: Config, trio: Trio, body: keras.Model) -> bytes:
    """Return the kept discriminator of the first seed as a `.keras` file; `body` is its untrained form."""
    copy_weights(trio.kept, body, 0, config.seeds)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / MODEL_FILE
        taken_home(config.data, body).save(path)
        return path.read_bytes()
