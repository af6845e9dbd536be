"""What makes the network learn: targets of a picture, YOLO's loss in its parts, and one compiled step.

What the learner should see: four wishes at once. The box that fits best should move to the truth, it should know how
well it fits, boxes of empty cells should stay silent, and the cell should name the class.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.yolo.compose import SIDE, Scenes
from engine.yolo.network import CLASSES, Shape

PARTS = ("box", "object", "empty", "class")
COORDINATES, EMPTY = 5.0, 0.5  # the weights of YOLOv1


def targets(scenes: Scenes, grid: int) -> np.ndarray:
    """Return what each cell should say, float32 (N, S, S, 6): 1 with a thing, its kind, x, y in the cell, and w, h.

    Width and height are shares of the picture. Of two things centred in one cell only the first can be said.
    """
    count = len(scenes.pictures)
    wanted = np.zeros((count, grid, grid, 6), np.float32)
    # Backwards, so that the first thing of a cell is what stays.
    for slot in range(scenes.boxes.shape[1] - 1, -1, -1):
        own = np.flatnonzero(scenes.kinds[:, slot] >= 0)
        left, top, right, bottom = scenes.boxes[own, slot].T / SIDE
        x, y = (left + right) / 2 * grid, (top + bottom) / 2 * grid
        column, row = np.minimum(x.astype(int), grid - 1), np.minimum(y.astype(int), grid - 1)
        wanted[own, row, column] = np.stack(
            [np.ones(len(own)), scenes.kinds[own, slot], x - column, y - row, right - left, bottom - top], axis=1
        )
    return wanted


def loss_parts(
    raw: Any, wanted: Any, shape: Shape, smoothing: float = 0.0, coordinates: float = COORDINATES, empty: float = EMPTY
) -> Any:
    """Return the four PARTS of the loss, weighted, as means over pictures: a tensor (4,).

    The box of a cell that overlaps the truth most is responsible for it; square roots make a pixel count more in a
    small box.

    Args:
        raw: Tensor (N, S, S, 5 B + C), what the network says.
        wanted: Tensor (N, S, S, 6), see `targets`.
        shape: Of the network.
        smoothing: Label smoothing of the classes, 0 to 1.
        coordinates: Weight of the boxes' places and sizes.
        empty: Weight of the confidences that should be 0.
    """
    import tensorflow as tf

    grid, boxes = shape.grid, shape.boxes
    thing = wanted[..., 0]
    own = tf.sigmoid(tf.reshape(raw[..., : 5 * boxes], (-1, grid, grid, boxes, 5)))
    xy, size, confidence = own[..., :2], own[..., 2:4], own[..., 4]
    true_xy, true_size = wanted[..., None, 2:4], wanted[..., None, 4:6]
    shared = tf.reduce_prod(
        tf.maximum(
            tf.minimum(xy / grid + size / 2, true_xy / grid + true_size / 2)
            - tf.maximum(xy / grid - size / 2, true_xy / grid - true_size / 2),
            0.0,
        ),
        axis=-1,
    )
    union = tf.reduce_prod(size, -1) + tf.reduce_prod(true_size, -1) - shared
    overlap = tf.stop_gradient(shared / tf.maximum(union, 1e-9))
    responsible = tf.one_hot(tf.argmax(overlap, axis=-1), boxes) * thing[..., None]
    off = tf.reduce_sum((xy - true_xy) ** 2, -1)
    off += tf.reduce_sum((tf.sqrt(size + 1e-6) - tf.sqrt(true_size + 1e-6)) ** 2, -1)
    labels = tf.one_hot(tf.cast(wanted[..., 1], tf.int32), CLASSES) * (1 - smoothing) + smoothing / CLASSES
    named = tf.nn.softmax_cross_entropy_with_logits(labels, raw[..., 5 * boxes :])
    total = tf.stack(
        [
            coordinates * tf.reduce_sum(responsible * off),
            tf.reduce_sum(responsible * (confidence - overlap) ** 2),
            empty * tf.reduce_sum((1 - responsible) * confidence**2),
            tf.reduce_sum(thing * named),
        ]
    )
    return total / tf.cast(tf.shape(raw)[0], tf.float32)


def compiled_step(
    model: Any,
    optimizer: Any,
    shape: Shape,
    smoothing: float = 0.0,
    coordinates: float = COORDINATES,
    empty: float = EMPTY,
) -> Callable[..., Any]:
    """Return the compiled training step: pictures uint8 (N, SIDE, SIDE), targets → loss parts before it, (4,)."""
    import tensorflow as tf

    # Its variables made beforehand, the step is traced once instead of twice.
    optimizer.build(model.trainable_variables)

    @tf.function(
        autograph=False,
        input_signature=[
            tf.TensorSpec((None, SIDE, SIDE), tf.uint8),
            tf.TensorSpec((None, shape.grid, shape.grid, 6), tf.float32),
        ],
    )
    def step(pictures: Any, wanted: Any) -> Any:
        with tf.GradientTape() as tape:
            raw = model(tf.cast(pictures, tf.float32)[..., None] / 255.0, training=True)
            parts = loss_parts(raw, wanted, shape, smoothing, coordinates, empty)
            loss = tf.reduce_sum(parts)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return parts

    return step


class Average:
    """A moving average of a network's weights: calmer than the weights themselves, and better."""

    def __init__(self, model: Any, most: float) -> None:
        """Begin at the weights of now; `most` is the share that is kept a step once many steps are done."""
        import tensorflow as tf

        self._means = [tf.Variable(value, trainable=False) for value in model.weights]
        self._most, self._steps = most, 0

        @tf.function(autograph=False)
        def move(share: Any) -> None:
            for mean, value in zip(self._means, model.weights, strict=True):
                mean.assign(mean * share + (1 - share) * value)

        self._move = move

    def update(self) -> None:
        """Take in the weights after one more step."""
        self._steps += 1
        self._move(np.float32(min(self._most, (1 + self._steps) / (10 + self._steps))))

    def weights(self) -> list[np.ndarray]:
        """Return the average, in the order of `model.weights`."""
        return [mean.numpy() for mean in self._means]


def flat(values: list[np.ndarray]) -> np.ndarray:
    """Return a network's weights one after another, half precision (P,)."""
    return np.concatenate([np.asarray(value).ravel() for value in values]).astype(np.float16)


def unflat(values: np.ndarray, model: Any) -> list[np.ndarray]:
    """Return weights (P,) as `model.set_weights` takes them, float32."""
    ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.weights])
    parts = np.split(values.astype(np.float32), ends[:-1])
    return [part.reshape(weight.shape) for part, weight in zip(parts, model.weights, strict=True)]
