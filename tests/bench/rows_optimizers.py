"""Benchmarks of the Optimizers page's engine."""

from __future__ import annotations

import numpy as np

from engine.figures.race_payload import race_payload
from engine.optimizers import catalogue, keras_race, race
from tests.bench.harness import Row, at_least, median_seconds, seconds


def race_computed() -> Row:
    """Twelve optimizers × 300 steps and the stage's payload, against keras.optimizers applied one step at a time."""
    import tensorflow as tf

    config = race.Config(optimizers=catalogue.IDS, steps=300)
    surface = race.surface_of(config)
    start = race.start_of(config, surface)

    def own() -> None:
        race_payload(config, race.run(config))

    def keras_eager() -> None:
        for name in config.optimizers:
            optimizer = keras_race.keras_optimizer(config, name)
            variable = tf.Variable(start, dtype=tf.float32)
            for _ in range(config.steps):
                gradient = surface.gradient(*variable.numpy().tolist())
                optimizer.apply([tf.constant(gradient, tf.float32)], [variable])
            assert np.shape(variable.numpy()) == (2,)

    # Keras takes seconds: twice is enough, around the other side so that both meet the same machine.
    before = seconds(keras_eager)
    ours = median_seconds(own, repeats=15)
    theirs = (before + seconds(keras_eager)) / 2
    note = f"{ours * 1000:.1f} ms against {theirs:.1f} s for 12 × 300 steps, payload included"
    return at_least("race_computed", theirs / ours, 100, "× eager keras.optimizers", note)
