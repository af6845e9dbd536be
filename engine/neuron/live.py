"""The two trainings, in the worker: Keras layers, Keras' SGD, one compiled function for many epochs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.neuron.experiment import BORDER, CHUNK, MODEL_FILE, Config, Result, data, orders, result_of

if TYPE_CHECKING:
    from engine.runs.context import Context


def neuron(config: Config, bias: bool) -> Any:
    """Return the Keras model of one neuron, its initial weights from the seed."""
    import keras

    layer = keras.layers.Dense(
        1,
        activation="sigmoid" if config.task == BORDER else None,
        use_bias=bias,
        kernel_initializer=keras.initializers.GlorotUniform(seed=config.seed),
    )
    return keras.Sequential([keras.Input((2 if config.task == BORDER else 1,)), layer])


def train(config: Config, context: Context) -> Result:
    """Train both neurons on the same batches and return every epoch's parameters and losses; then the other seeds."""
    import keras
    import tensorflow as tf

    x, y = data(config)
    order = orders(config)
    models = [neuron(config, bias) for bias in (True, False)]
    optimizers = [keras.optimizers.SGD(config.learning_rate) for _ in models]
    for model, optimizer in zip(models, optimizers, strict=True):
        optimizer.build(model.trainable_variables)
    inputs, targets = tf.Variable(x), tf.Variable(y)

    def losses(model: Any, rows: Any, wanted: Any) -> Any:
        if config.task == BORDER:
            return keras.losses.binary_crossentropy(wanted[:, None], model(rows, training=True))
        return tf.square(model(rows, training=True)[:, 0] - wanted)

    def step(rows: Any, number: Any) -> list[Any]:
        known = tf.boolean_mask(rows, rows >= 0)
        batch, wanted = tf.gather(inputs, known), tf.gather(targets, known)
        for model, optimizer in zip(models, optimizers, strict=True):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(losses(model, batch, wanted))
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return [number + 1]

    def state() -> list[Any]:
        flat = [tf.concat([tf.reshape(weight, (-1,)) for weight in model.trainable_variables], 0) for model in models]
        return [*flat, tf.stack([tf.reduce_mean(losses(model, inputs, targets)) for model in models])]

    @tf.function(autograph=False, reduce_retracing=True)
    def epochs(chosen: Any) -> Any:
        def epoch(_: Any, batches: Any) -> list[Any]:
            counted = tf.while_loop(
                lambda number: number < tf.shape(batches)[0],
                lambda number: step(batches[number], number),
                [tf.constant(0)],
            )
            with tf.control_dependencies(counted):
                return state()

        return tf.scan(epoch, chosen, initializer=state())

    rows: dict[str, list[np.ndarray]] = {"with_bias": [], "without": [], "loss": []}

    def report(done: int, values: list[Any]) -> None:
        new = dict(zip(rows, (np.asarray(value, np.float32) for value in values), strict=True))
        for name, part in new.items():
            rows[name].append(part)
        context.report(done, config.epochs, "", **new)

    report(0, [value[None] for value in state()])
    stopped = False
    for first in range(0, config.epochs, CHUNK):
        if first and context.stop_requested():
            stopped = True
            break
        report(min(first + CHUNK, config.epochs), epochs(tf.constant(order[first : first + CHUNK])))
    context.attach(MODEL_FILE, _file(models[0]))
    ends = {f"ends_{name}".replace("with_bias", "with"): [parts[-1][-1:]] for name, parts in rows.items()}
    for seed in range(config.seed + 1, config.seed + config.seeds):
        if stopped := stopped or context.stop_requested():
            break
        context.report(config.epochs, config.epochs, f"The same with other data: seed {seed}")
        other = config.changed(seed=seed)
        for variable, values in zip((inputs, targets), data(other), strict=True):
            variable.assign(values)
        for model, bias in zip(models, (True, False), strict=True):
            model.set_weights(neuron(other, bias).get_weights())
        for parts, values in zip(ends.values(), epochs(tf.constant(orders(other))), strict=True):
            parts.append(np.asarray(values, np.float32)[-1:])
    return result_of(config, {name: np.concatenate(parts) for name, parts in (rows | ends).items()}, stopped)


def _file(model: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL_FILE
        model.save(path)
        return path.read_bytes()
