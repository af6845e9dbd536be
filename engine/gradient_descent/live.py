"""The three descents, in the worker: Keras layers, Keras' SGD, one compiled function an epoch, timed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.gradient_descent.experiment import RACERS, Config, Result, data, order, result_of
from engine.neuron.theory import best_line

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

        self._data = [tf.Variable(values) for values in data(config)]
        x, y = self._data
        model, optimizer = line(config), keras.optimizers.SGD(config.learning_rate)
        self._model = model
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

    def restart(self, config: Config) -> None:
        """Go back to the start, on the rows of this config: the same but for its seed."""
        for variable, values in zip(self._data, data(config), strict=True):
            variable.assign(values)
        self._model.set_weights(line(config).get_weights())

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
        return {f"{racer}_path": places, f"{racer}_loss": errors(places, x, y)}

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
    last = [series[f"{racer}_path"][-1] for racer in RACERS]
    ends, excesses = [np.stack([places[-1] for places in last])], [_excesses(last, x, y)]
    for seed in range(config.seed + 1, config.seed + config.seeds):
        if stopped := stopped or context.stop_requested():
            break
        context.report(config.epochs, config.epochs, f"The same with other rows: seed {seed}")
        other = config.changed(seed=seed)
        for one in racers.values():
            one.restart(other)
        for rows in order(other):
            last = [racers[racer].epoch(rows)[0] for racer in RACERS]
        ends.append(np.stack([places[-1] for places in last]))
        excesses.append(_excesses(last, *data(other)))
    found = {name: np.concatenate(parts) for name, parts in series.items()}
    return result_of(config, {**found, "ends": np.stack(ends), "excesses": np.stack(excesses)}, stopped)


def errors(places: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the mean squared error over all rows at places (U, 2), float32 (U,).

    In double precision: a racer that leaves passes through numbers whose squares do not fit otherwise.
    """
    wrong = places[:, :1].astype(np.float64) * x + places[:, 1:] - y
    return np.clip(np.square(wrong).mean(axis=1), 0, 1e30).astype(np.float32)


def _excesses(last: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how far the mean errors over last epochs, places (U, 2) each, lie above the smallest possible error."""
    return np.array([errors(places, x, y).mean() for places in last], np.float32) - best_line(x, y, True).loss
