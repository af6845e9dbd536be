"""The three descents, in the worker: Keras layers, Keras' SGD, one compiled function an epoch, timed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.gradient_descent.experiment import RACERS, Config, Result, data, order, result_of

if TYPE_CHECKING:
    from engine.runs.context import Context


def line(config: Config) -> Any:
    """Return the Keras model y = m x + c at the start."""
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[config.start_slope]], np.float32), np.array([config.start_offset], np.float32)])
    return model


class Racer:
    """One descent: `epoch` passes once over the rows.

    Attributes:
        batches: Steps of an epoch.
    """

    def __init__(self, config: Config, size: int) -> None:
        """Compile it.

        Args:
            config: The race.
            size: Rows a step.
        """
        import keras
        import tensorflow as tf

        x, y = (tf.constant(values) for values in data(config))
        model, optimizer = line(config), keras.optimizers.SGD(config.learning_rate)
        optimizer.build(model.trainable_variables)
        self.batches = -(-config.points // size)
        self._size, self._points = size, config.points

        def place() -> Any:
            return tf.concat([tf.reshape(weight, (-1,)) for weight in model.trainable_variables], 0)

        def step(_: Any, rows: Any) -> Any:
            known = tf.boolean_mask(rows, rows >= 0)
            with tf.GradientTape() as tape:
                wrong = model(tf.gather(x, known)[:, None], training=True)[:, 0] - tf.gather(y, known)
                loss = tf.reduce_mean(tf.square(wrong))
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            return place()

        @tf.function(autograph=False, input_signature=[tf.TensorSpec((self.batches, size), tf.int32)])
        def compiled(batches: Any) -> Any:
            return tf.scan(step, batches, initializer=place())

        self._compiled = compiled.get_concrete_function()

    def epoch(self, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """Pass over the rows in this order; return m and c after every step, (batches, 2), and the seconds it took."""
        import tensorflow as tf

        filled = np.full(self.batches * self._size, -1, np.int32)
        filled[: self._points] = rows
        batches = tf.constant(filled.reshape(self.batches, self._size))
        start = time.perf_counter()
        places: np.ndarray = self._compiled(batches).numpy()
        return places, time.perf_counter() - start


def race(config: Config, context: Context) -> Result:
    """Run all three epoch by epoch, on rows in the same order."""
    x, y = data(config)
    racers = {racer: Racer(config, config.size(racer)) for racer in RACERS}
    start = np.array([[config.start_slope, config.start_offset]], np.float32)
    series: dict[str, list[np.ndarray]] = {}

    def keep(done: int, rows: dict[str, np.ndarray]) -> None:
        for name, values in rows.items():
            series.setdefault(name, []).append(values)
        context.report(done, config.epochs, "", **rows)

    def rows_of(racer: str, places: np.ndarray) -> dict[str, np.ndarray]:
        # In double precision: a racer that leaves passes through numbers whose squares do not fit otherwise.
        wrong = places[:, :1].astype(np.float64) * x + places[:, 1:] - y
        loss = np.clip(np.square(wrong).mean(axis=1), 0, 1e30).astype(np.float32)
        return {f"{racer}_path": places, f"{racer}_loss": loss}

    keep(0, {name: values for racer in RACERS for name, values in rows_of(racer, start).items()})
    stopped = False
    for epoch, rows in enumerate(order(config)):
        if epoch and context.stop_requested():
            stopped = True
            break
        found: dict[str, np.ndarray] = {}
        seconds = []
        for racer in RACERS:
            places, spent = racers[racer].epoch(rows)
            found |= rows_of(racer, places)
            seconds.append(spent)
        keep(epoch + 1, {**found, "seconds": np.array([seconds], np.float32)})
    return result_of(config, {name: np.concatenate(parts) for name, parts in series.items()}, stopped)
