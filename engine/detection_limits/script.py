"""The runnable script of exactly these settings: scenes or sheets, network and recall in plain Keras and NumPy."""

from __future__ import annotations

from engine.detection.script import _NANODET
from engine.detection_limits import arrange, experiment, tiles
from engine.detection_limits.factors import FACTORS
from engine.detection_limits.view import View
from engine.yolo import compose, network
from engine.yolo.experiment import SHIPPED_SHAPE
from engine.yolo.script import source

_SCENES = '''"""Recall of a small YOLO over one factor. Needs test.npz and run.npz beside it, from the page.
Prints one line a point: the value, the share of things found, and the share that the grid allows.
"""
from collections import namedtuple
from functools import cache
from typing import Any

import keras
import numpy as np
from PIL import Image

FACTOR, POINTS = {factor!r}, {points}
THINGS, SIZE, SCENES, SEED, SCORE = {settings}
COUNT, CUT, HIDDEN, SIZE_NAME, STRETCH, TURN = "count", "cut", "hidden", "size", "stretch", "turn"
SIDE, LEAST_SIDE, _TRIES, MOST_COVERED, SHAPE_SHARE = {rules}
CLOTHES, SHAPES, CLASSES, SQUARE = {kinds}
stored = np.load("test.npz")
ITEMS = stored["pictures"], stored["kinds"]
Scene = namedtuple("Scene", "picture boxes kinds counted hidden")
Shape = namedtuple("Shape", "grid boxes depth outputs")'''

_MODEL = """model = build(Shape({grid}, {boxes}, {depth}, {outputs}), 0)
flat = np.load("run.npz")["weights"][-1].astype("float32")
ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.weights])[:-1]
model.set_weights([part.reshape(weight.shape) for part, weight in zip(np.split(flat, ends), model.weights)])"""

_IOU = """def iou(a, b):
    wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(wide, 0) * max(high, 0)
    return shared / max(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared, 1e-12)


def suppressed(found, overlap):
    kept = []
    for score, kind, box in sorted(found, key=lambda one: -one[0]):
        if all(kind != other or iou(box, taken) <= overlap for _, other, taken in kept):
            kept.append((score, kind, box))
    return kept


def matched(kept, boxes, kinds):
    # Each box, best first, takes the free thing of its class that it overlaps most, by half at least.
    free = list(range(len(boxes)))
    for _, kind, box in kept:
        rivals = [(iou(box, boxes[i]), i) for i in free if kinds[i] == kind]
        if rivals and max(rivals)[0] >= 0.5:
            free.remove(max(rivals)[1])
    return [i for i in range(len(boxes)) if i not in free]"""

_MEASURE = """def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def found_in(raw, S={grid}, B={boxes}):
    own = sigmoid(raw[..., : 5 * B]).reshape(S, S, B, 5)
    rows, columns = np.mgrid[:S, :S]
    x, y = (columns[..., None] + own[..., 0]) * SIDE / S, (rows[..., None] + own[..., 1]) * SIDE / S
    w, h = own[..., 2] * SIDE / 2, own[..., 3] * SIDE / 2
    boxes = np.clip(np.stack([x - w, y - h, x + w, y + h], axis=-1), 0, SIDE)
    classes = np.exp(raw[..., 5 * B :] - raw[..., 5 * B :].max(axis=-1, keepdims=True))
    scores = own[..., 4][..., None] * (classes / classes.sum(axis=-1, keepdims=True))[:, :, None]
    places = zip(*np.nonzero(scores >= SCORE))
    return suppressed([(scores[place], place[3], boxes[place[:3]]) for place in places], {overlap})


for value in POINTS:
    recalls, seats, things = [], 0, 0
    for first in range(0, SCENES, {batch}):
        numbers = range(first, min(first + {batch}, SCENES))
        scenes = [scene(FACTOR, value, THINGS, SIZE, (SEED, number), ITEMS) for number in numbers]
        pictures = np.stack([one.picture for one in scenes]).astype("float32")[..., None] / 255
        for one, raw in zip(scenes, keras.ops.convert_to_numpy(model(pictures))):
            found = matched(found_in(raw), one.boxes, one.kinds)
            recalls.append(one.counted[found].sum() / one.counted.sum())
            middle = (one.boxes[:, :2] + one.boxes[:, 2:]) / 2
            cells = [tuple(cell) for cell in np.minimum(middle * {grid} / SIDE, {grid} - 1).astype(int)]
            seats += sum(cell not in cells[:i] for i, cell in enumerate(cells) if one.counted[i])
            things += one.counted.sum()
    print(f"{{value:g}}: {{np.mean(recalls):.4f}} found, {{seats / things:.4f}} at most")"""

_TILES = '''"""One photograph, smaller and smaller, through NanoDet, whole and in slices.

Needs nanodet-g.npz and picture.jpg beside it: both can be downloaded on the page.
Prints one line a sheet: tiles a side, share found at one look, share found in slices, and how many slices.
"""
import keras
import numpy as np
from keras import layers
from PIL import Image

SIZE, SCORE, SURE, OVERLAP, SLICE, SHARED = {settings}
weights = np.load("nanodet-g.npz")


'''

_LOOK = """def look(pixels):
    # Blue first, about 0. Each place: 80 class logits, and for each side of its box a distribution over 0 to 10 cells.
    scale = SIZE / max(pixels.shape[:2])
    wide, high = (max(1, round(side * scale)) for side in pixels.shape[1::-1])
    left, top = (SIZE - wide) // 2, (SIZE - high) // 2
    square = np.zeros((SIZE, SIZE, 3), "float32")
    square[top : top + high, left : left + wide] = Image.fromarray(pixels).resize((wide, high), Image.BILINEAR)
    ready = (square[..., ::-1] - [103.53, 116.28, 123.675]) / [57.375, 57.12, 58.395]
    found = []
    for stride, output in zip((8, 16, 32), model(ready[None].astype("float32"))):
        n = output.shape[1]
        output = keras.ops.convert_to_numpy(output).reshape(n * n, 124)
        scores, kinds = 1 / (1 + np.exp(-output[:, :80].max(axis=1))), output[:, :80].argmax(axis=1)
        for i in np.flatnonzero(scores >= min(SCORE, SURE)):
            bins = np.exp(output[i, 80:].reshape(4, 11))
            distance = bins @ np.arange(11) / bins.sum(axis=1) * stride
            middle = (np.array([i % n, i // n]) + 0.5) * stride
            box = (np.concatenate([middle - distance[:2], middle + distance[2:]]) - [left, top] * 2) / scale
            found.append((scores[i], kinds[i], np.clip(box, 0, [*pixels.shape[1::-1]] * 2)))
    return found"""

_SHEETS = """def starts(total, side):
    count = int(np.ceil((total - side) / (side * (1 - SHARED)) - 1e-9)) + 1
    return [round(start) for start in np.linspace(0, total - side, max(count, 1))]


picture = Image.open("picture.jpg").convert("RGB")
scale = SIZE / max(picture.size)
picture = np.asarray(picture.resize([max(1, round(side * scale)) for side in picture.size], Image.BILINEAR))
height, width = picture.shape[:2]
alone = [one for one in suppressed(look(picture), OVERLAP) if one[0] >= SURE]
for tiles in {tiles}:
    sheet = np.tile(picture, (tiles, tiles, 1))
    wide, high = min(SLICE, tiles) * width, min(SLICE, tiles) * height
    corners = [(x, y) for y in starts(tiles * height, high) for x in starts(tiles * width, wide)]
    sliced = [
        (score, kind, box + [x, y, x, y])
        for x, y in corners
        for score, kind, box in look(sheet[y : y + high, x : x + wide])
    ]
    boxes = [b + [x * width, y * height] * 2 for y in range(tiles) for x in range(tiles) for _, _, b in alone]
    kinds = [kind for _ in range(tiles * tiles) for _, kind, _ in alone]
    shares = []
    for found in (look(sheet), sliced):
        kept = [one for one in suppressed(found, OVERLAP) if one[0] >= SCORE]
        shares.append(len(matched(kept, boxes, kinds)) / len(boxes))
    print(f"{{tiles}}: {{shares[0]:.4f}} at one look, {{shares[1]:.4f}} in {{len(corners)}} slices")"""


def script(view: View) -> str:
    """Return the script of a view; it prints the points of the curve."""
    run = view.run()
    if isinstance(run, tiles.Config):
        head = (
            _TILES.format(settings=(run.input, view.score, tiles.SURE, tiles.OVERLAP, run.slice, run.overlap / 100))
            + _NANODET.split("# Blue first")[0].rstrip()
        )
        return "\n\n\n".join((head, _IOU, _LOOK, _SHEETS.format(tiles=tiles.TILES))) + "\n"
    opening = _SCENES.format(
        factor=run.factor,
        points=FACTORS[run.factor].points,
        settings=(run.things, run.size, run.scenes, run.seed, view.score),
        rules=(compose.SIDE, arrange.LEAST_SIDE, arrange._TRIES, compose.MOST_COVERED, compose.SHAPE_SHARE),
        kinds=(compose.CLOTHES, compose.SHAPES, network.CLASSES, arrange.SQUARE),
    )
    own = (arrange._changed, arrange._pair, arrange._place, arrange._painted, arrange.scene)
    parts = (compose._weights, compose._resized, compose._shape, compose._thing, compose.background, *own)
    sources = "\n\n\n".join(source(one) for one in parts).replace("factor == SIZE", "factor == SIZE_NAME")
    shape = SHIPPED_SHAPE
    return (
        "\n\n\n".join(
            (
                opening,
                sources,
                source(network.build),
                _MODEL.format(grid=shape.grid, boxes=shape.boxes, depth=shape.depth, outputs=shape.outputs),
                _IOU,
                _MEASURE.format(
                    grid=shape.grid, boxes=shape.boxes, overlap=network.SUPPRESSION, batch=experiment.BATCH
                ),
            )
        )
        + "\n"
    )
