"""Keras's dropout masks, bit for bit, in every kind of compilation.

What the learner should see: the page's dropout drops the very units that `fit` would. XLA turns random bits into
numbers in another way than TensorFlow's own kernel, so Keras's layer draws other masks under XLA. The bits are the
same in both: here they are drawn as they are and turned into numbers as the kernel does it.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def uniform(shape: Any, seed: Any) -> Any:
    """Return what `tf.random.stateless_uniform(shape, seed)` returns without XLA: float32, 0 ≤ u < 1.

    The low 23 of 32 random bits become the fraction of a number between 1 and 2 (Salmon et al. 2011 for the bits).
    """
    import tensorflow as tf

    bits = tf.random.stateless_uniform(shape, seed, minval=None, maxval=None, dtype=tf.uint32)
    fraction = tf.bitwise.bitwise_and(bits, tf.constant(0x7FFFFF, tf.uint32))
    return tf.bitcast(tf.bitwise.bitwise_or(fraction, tf.constant(0x3F800000, tf.uint32)), tf.float32) - 1.0


def kernel_seed(state: Any) -> Any:
    """Return the seed int32 (..., 2) that Keras hands to the kernel for the state (..., 2) of a seed generator."""
    import tensorflow as tf

    return tf.cast(tf.math.floormod(state, tf.int32.max - 1), tf.int32)


def uniform_of_replicas(shape: Any, seeds: Any) -> Any:
    """Return `uniform(shape, seed)` for each of the seeds, float32 (R, *shape).

    The kernel takes one seed at a time. For a few replicas the calls are written out, for many they are a loop,
    which runs slower but is traced sooner.

    Args:
        shape: Of one replica's numbers.
        seeds: int32 (R, 2).
    """
    import tensorflow as tf

    if seeds.shape[0] is None or seeds.shape[0] > 10:
        return tf.map_fn(lambda seed: uniform(shape, seed), seeds, fn_output_signature=tf.float32)
    return tf.stack([uniform(shape, seed) for seed in tf.unstack(seeds)])


def drawn_layers(model: Any) -> list[Any]:
    """Return the layers of a model of `with_drawn_dropout` whose numbers may be drawn beforehand, first to last."""
    return [layer for layer in model.layers if isinstance(layer, _drawn_dropout())]


def with_drawn_dropout(model: Any) -> Any:
    """Return the model, or if it has Dropout layers a copy in which they draw with `uniform`."""
    import keras

    if not any(isinstance(layer, keras.layers.Dropout) for layer in model.layers):
        return model
    drawn = _drawn_dropout()

    def copy(layer: Any) -> Any:
        kind: Any = drawn if type(layer) is keras.layers.Dropout else type(layer)
        return kind.from_config(layer.get_config())

    return keras.models.clone_model(model, clone_function=copy)


@cache
def _drawn_dropout() -> type:
    import keras
    import tensorflow as tf

    class DrawnDropout(keras.layers.Dropout):
        """`keras.layers.Dropout` with masks that do not depend on the compiler.

        Attributes:
            drawn: The uniform numbers of the next call, or None to draw them then.
        """

        drawn: Any = None

        def call(self, inputs: Any, training: bool = False) -> Any:
            """Return the inputs, in training a share of them set to 0 and the others enlarged."""
            if not training:
                return inputs
            state = self.seed_generator.next()
            numbers = uniform(tf.shape(inputs), kernel_seed(state)) if self.drawn is None else self.drawn
            kept = numbers >= self.rate
            return tf.where(kept, inputs * (1.0 / (1.0 - self.rate)), tf.zeros_like(inputs))

    return DrawnDropout
