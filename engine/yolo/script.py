"""The runnable script of exactly these settings: pictures, network, loss and training in plain Keras and NumPy.

What the learner should see: a whole detector in one file, and the boxes it prints are those of the page.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from engine.yolo import compose, network, training
from engine.yolo.evaluation import WATCHED, WATCHED_SEED
from engine.yolo.experiment import SCRATCH, SHIPPED, Config
from engine.yolo.live import AVERAGE, CHUNK, WARM_UP

LOWEST = 0.25

_OPENING = '''"""A small YOLO on scenes of Fashion-MNIST. Needs {files}
beside it: all can be downloaded on the page. Needs NumPy and Keras with TensorFlow.
"""
from collections import namedtuple
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

SIDE, FEWEST, MOST, SMALLEST, LARGEST = {sizes}
NAMES = "{names}".split()
SHAPES, CLOTHES, CLASSES = NAMES[-3:], {count}, len(NAMES)
MOST_COVERED, SHAPE_SHARE, _TRIES = {rules}
COORDINATES, EMPTY = {coordinates}, {empty}
STEPS, BATCH, RATE, SEED = {steps}, {batch}, {rate}, {seed}
Scenes, Shape = namedtuple("Scenes", "pictures boxes kinds"), namedtuple("Shape", "grid boxes depth outputs")
shape = Shape({grid}, {boxes}, {depth}, 5 * {boxes} + CLASSES)


def items(split):
    """Return pictures and kinds of clothes: "train" or "test"."""
    stored = np.load(f"{{split}}.npz")
    return stored["pictures"], stored["kinds"]
'''

_WEIGHTS = """stored = np.load("run.npz")["weights"][{checkpoint}].astype("float32")
ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.weights])[:-1]
model.set_weights([part.reshape(weight.shape) for part, weight in zip(np.split(stored, ends), model.weights)])"""

_TRAINING = """optimizer = keras.optimizers.Adam(RATE)
optimizer.build(model.trainable_variables)


@tf.function(autograph=False)
def step(pictures, wanted):
    with tf.GradientTape() as tape:
        raw = model(tf.cast(pictures, tf.float32)[..., None] / 255.0, training=True)
        parts = loss_parts(raw, wanted, shape)
        loss = tf.reduce_sum(parts)
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return parts


generator, clothes, recent = np.random.default_rng(SEED), items("train"), []
average = [np.array(value) for value in model.get_weights()]
for number in range(1, STEPS + 1):
    scenes = compose(BATCH, generator, clothes, {most})
    optimizer.learning_rate.assign(RATE * min(1.0, number / {warm_up}))
    recent.append(step(scenes.pictures, targets(scenes, shape.grid)).numpy())
    # A moving average of the weights is calmer than the weights themselves.
    share = np.float32(min({average}, (1 + number) / (10 + number)))
    average = [mean * share + (1 - share) * value for mean, value in zip(average, model.get_weights())]
model.set_weights(average)
last = np.mean(recent[-(STEPS % {chunk} or {chunk}):], axis=0)
print("loss parts:", *(f"{{part:.5f}}" for part in last))"""

_BOXES = """def iou(a, b):
    wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(wide, 0) * max(high, 0)
    return shared / max(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared, 1e-12)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# One of the page's pictures, of items that were never trained on: what does each cell say?
scene = compose({watched}, np.random.default_rng({watched_seed}), items("test")).pictures[:1]
raw = keras.ops.convert_to_numpy(model(scene.astype("float32")[..., None] / 255))[0]
S, B = shape.grid, shape.boxes
own = sigmoid(raw[..., : 5 * B]).reshape(S, S, B, 5)
rows, columns = np.mgrid[:S, :S]
x, y = (columns[..., None] + own[..., 0]) * SIDE / S, (rows[..., None] + own[..., 1]) * SIDE / S
w, h = own[..., 2] * SIDE / 2, own[..., 3] * SIDE / 2
boxes = np.clip(np.stack([x - w, y - h, x + w, y + h], axis=-1), 0, SIDE)
classes = np.exp(raw[..., 5 * B :] - raw[..., 5 * B :].max(axis=-1, keepdims=True))
scores = own[..., 4][..., None] * (classes / classes.sum(axis=-1, keepdims=True))[:, :, None]


# Greedy suppression, class by class: the best box drops all that overlap it too much.
kept = []
for place in sorted(zip(*np.nonzero(scores >= {lowest})), key=lambda place: -scores[place]):
    rivals = [other for other in kept if other[3] == place[3]]
    if all(iou(boxes[other[:3]], boxes[place[:3]]) <= {suppression} for other in rivals):
        kept.append(place)
for place in kept:
    sides = ", ".join(f"{{side:.1f}}" for side in boxes[place[:3]])
    print(f"{{NAMES[place[3]]}}: {{scores[place]:.3f}} at {{sides}}")"""


def script(config: Config) -> str:
    """Return the script; it prints the parts of the loss at the end, if it trains, and the boxes of the first scene."""
    files = ["test.npz", *(["train.npz"] if config.steps else []), *(["run.npz"] if config.start == SHIPPED else [])]
    opening = _OPENING.format(
        files=" and ".join(files),
        sizes=(compose.SIDE, compose.FEWEST, compose.MOST, compose.SMALLEST, compose.LARGEST),
        names=" ".join(compose.NAMES),
        count=compose.CLOTHES,
        rules=(compose.MOST_COVERED, compose.SHAPE_SHARE, compose._TRIES),
        coordinates=config.coordinates,
        empty=config.empty,
        steps=config.steps,
        batch=config.batch_size,
        rate=config.learning_rate,
        seed=config.seed,
        grid=config.grid,
        boxes=config.boxes,
        depth=config.depth,
    )
    pictures = (compose._weights, compose._resized, compose._shape, compose._place, compose._thing)
    parts = [opening, *(source(one) for one in (*pictures, compose.background, compose.compose, network.build))]
    parts.append(f"model = build(shape, {config.seed})")
    if config.start != SCRATCH:
        parts[-1] += "\n" + _WEIGHTS.format(checkpoint=config.checkpoint)
    if config.steps:
        parts += [source(training.targets), source(training.loss_parts)]
        parts.append(_TRAINING.format(most=config.most, warm_up=WARM_UP, average=AVERAGE, chunk=CHUNK))
    parts.append(
        _BOXES.format(watched=WATCHED, watched_seed=WATCHED_SEED, lowest=LOWEST, suppression=network.SUPPRESSION)
    )
    return "\n\n\n".join(parts) + "\n"


def source(function: Callable[..., Any]) -> str:
    """Return a function's own source, its docstring cut to the first line."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    text = ast.get_docstring(definition)
    lines = source.rstrip().splitlines()
    if text:
        docstring = definition.body[0]
        lines[docstring.lineno - 1 : docstring.end_lineno] = [f'    """{text.splitlines()[0]}"""']
    return "\n".join(line for line in lines if line.strip() not in ("import keras", "import tensorflow as tf"))
