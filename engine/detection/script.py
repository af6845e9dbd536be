"""The runnable script of exactly these settings: plain Keras and NumPy, the weights file and the picture beside it."""

from __future__ import annotations

from engine.detection.experiment import CREDITS, FACE, FILES, Config, classes
from engine.detection.view import View

_HEAD = '''"""Object detection: {title}.

Needs {file} and picture.jpg beside it: both can be downloaded on the page.
{credit}
"""
import keras
import numpy as np
from keras import layers
from PIL import Image

SIZE, SCORE, OVERLAP, TOP = {size}, {score}, {overlap}, {top}
CLASSES = {classes}
ONLY = {only}  # empty: all classes
AGNOSTIC = {agnostic}  # whether boxes of different classes suppress each other
weights = np.load("{file}")
picture = Image.open("picture.jpg").convert("RGB")


# The picture, its proportions kept, in {where} of a black square.
scale = SIZE / max(picture.size)
small = picture.resize([max(1, round(side * scale)) for side in picture.size], Image.Resampling.BILINEAR)
left, top = {corner}
square = np.zeros((SIZE, SIZE, 3), "float32")
square[top : top + small.height, left : left + small.width] = small


'''

_NANODET = """made = iter(range(34))


def convolution(x, filters, kernel=3, strides=1, active=True):
    number = next(made)
    if strides == 2:
        x = layers.ZeroPadding2D(1)(x)
    layer = layers.Conv2D(filters, kernel, strides, "valid" if strides == 2 else "same")
    x = layer(x)
    layer.set_weights([weights[f"kernel_{number}"], weights[f"bias_{number}"]])
    return layers.LeakyReLU(0.1)(x) if active else x


def stage(x, filters, blocks, strides):
    around = through = convolution(x, filters, strides=strides)
    for _ in range(blocks):
        first = convolution(through, filters // 2)
        through = layers.Concatenate()([convolution(first, filters // 2), first])
    return layers.Concatenate()([convolution(through, filters), around])


image = keras.Input((SIZE, SIZE, 3))
x = convolution(image, 32, strides=2)
x = keras.ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1e30)
x = layers.MaxPooling2D(3, 2)(x)
c3 = stage(stage(x, 32, 1, 1), 64, 2, 2)
c4 = stage(c3, 128, 2, 2)
c5 = stage(c4, 256, 3, 2)
p3, p4, p5 = (convolution(c, 128, 1, active=False) for c in (c3, c4, c5))
p4 = p4 + layers.UpSampling2D(2, interpolation="bilinear")(p5)
p3 = p3 + layers.UpSampling2D(2, interpolation="bilinear")(p4)
n4 = p4 + layers.AveragePooling2D(2)(p3)
n5 = p5 + layers.AveragePooling2D(2)(n4)
heads = [convolution(convolution(p, 128), 80 + 44, 1, active=False) for p in (p3, n4, n5)]
model = keras.Model(image, heads)


# Blue first, about 0. Each place: 80 class logits, and for each side of its box a distribution over 0 to 10 cells.
pixels = (square[..., ::-1] - [103.53, 116.28, 123.675]) / [57.375, 57.12, 58.395]
boxes, scores, kinds = [], [], []
for stride, output in zip((8, 16, 32), model(pixels[None].astype("float32"))):
    n = output.shape[1]
    output = keras.ops.convert_to_numpy(output).reshape(n * n, 124)
    logits, bins = output[:, :80], np.exp(output[:, 80:].reshape(-1, 4, 11))
    distance = bins @ np.arange(11) / bins.sum(axis=2) * stride
    centre = (np.stack([np.arange(n * n) % n, np.arange(n * n) // n], axis=1) + 0.5) * stride
    boxes.append(np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], axis=1))
    scores.append(1 / (1 + np.exp(-logits.max(axis=1))))
    kinds.append(logits.argmax(axis=1))
boxes, scores, kinds = (np.concatenate(parts) for parts in (boxes, scores, kinds))


"""

_FACE = """def convolved(x, layer, number, *names):
    x = layer(x)
    layer.set_weights([weights[f"{name}_{number}"] for name in names])
    return x


image = keras.Input((SIZE, SIZE, 3))
x = convolved(image, layers.Conv2D(16, 3), 0, "kernel", "bias")
x = layers.MaxPooling2D(2, 2, "same")(layers.LeakyReLU(0.1)(x))
for number, width in enumerate((32, 64, 128, 256, 512), 1):
    layer = layers.SeparableConv2D(width, 3, padding="same")
    x = convolved(x, layer, number, "depthwise", "pointwise", "bias")
    x = layers.MaxPooling2D(2, 1 if number == 5 else 2, "same")(layers.LeakyReLU(0.1)(x))
model = keras.Model(image, convolved(x, layers.Conv2D(25, 1), 6, "kernel", "bias"))


# Each cell of the grid moves and stretches five anchors: width and height in cells.
anchors = np.array([(1.603231, 2.094468), (6.041143, 7.080126), (2.882459, 3.518061), (4.266906, 5.178857),
                    (9.041765, 10.66308)])  # fmt: skip
pixels = ((square - [117.001, 114.697, 97.404]) / 255)[None].astype("float32")
output = keras.ops.convert_to_numpy(model(pixels))[0]
n = len(output)
output = output.reshape(n, n, 5, 5)
sigmoid = lambda z: 1 / (1 + np.exp(-z))
rows, columns = np.mgrid[:n, :n]
middle = np.stack([columns[..., None] + sigmoid(output[..., 0]), rows[..., None] + sigmoid(output[..., 1])], axis=-1)
half = np.exp(output[..., 2:4]) * anchors / 2
boxes = (np.concatenate([middle - half, middle + half], axis=-1) * 32).reshape(-1, 4)
scores = sigmoid(output[..., 4]).ravel()
kinds = np.zeros(len(scores), int)


"""

_TAIL = """# Back to the picture's own pixels, then greedy suppression: the best box drops all that overlap it too much.
boxes = np.clip((boxes - [left, top] * 2) / scale, 0, [*picture.size] * 2)
wanted = [not ONLY or CLASSES[kind] in ONLY for kind in kinds]
order = [i for i in np.argsort(-scores, kind="stable") if scores[i] >= SCORE and wanted[i]]


def iou(a, b):
    wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(wide, 0) * max(high, 0)
    return shared / max(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared, 1e-12)


kept = []
for i in order:
    rivals = [j for j in kept if AGNOSTIC or kinds[j] == kinds[i]]
    if all(iou(boxes[j], boxes[i]) <= OVERLAP for j in rivals):
        kept.append(i)
for i in kept[:TOP]:
    print(f"{CLASSES[kinds[i]]}: {scores[i]:.4f} at {', '.join(f'{side:.1f}' for side in boxes[i])}")
"""


def script(view: View) -> str:
    """Return the script for a view; it prints one line for each box that is kept."""
    config: Config = view.run()
    face = config.detector == FACE
    head = _HEAD.format(
        title="the tiny face detector" if face else "NanoDet-g, 80 classes",
        file=FILES[config.detector],
        credit=CREDITS[config.detector].replace("; weights", ";\nweights"),
        size=config.size,
        score=view.score,
        overlap=view.overlap,
        top=view.top,
        classes=_classes(config.detector),
        only=list(view.only),
        agnostic=view.agnostic,
        where="the upper left corner" if face else "the middle",
        corner="0, 0" if face else "(SIZE - small.width) // 2, (SIZE - small.height) // 2",
    )
    return head + (_FACE if face else _NANODET) + _TAIL


def _classes(detector: str) -> str:
    """Return the class names as Python source, in lines of at most 120 characters."""
    names = classes(detector)
    if len(names) == 1:
        return repr(list(names))
    lines, line = [], ""
    for name in names:
        if len(line) + len(name) + 2 > 112:
            lines.append(line)
            line = ""
        line += f"{name}, "
    lines.append(line.rstrip(", "))
    listed = "\n".join(f"    {line.rstrip()}" for line in lines)
    return f'[name.strip() for name in """\n{listed}""".split(",")]'
