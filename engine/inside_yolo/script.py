"""The runnable script of exactly this picture, moment and cell: plain Keras and NumPy, weights and picture beside it.

What the learner should see: from the tensor to a box, a name and a loss in a page of code, with the page's numbers.
"""

from __future__ import annotations

from engine.inside_yolo.cells import parse_edits
from engine.inside_yolo.experiment import BOXES, GRID, Result
from engine.inside_yolo.fitting import BAR, STRETCH
from engine.inside_yolo.view import Seen, View
from engine.yolo import network
from engine.yolo.compose import NAMES, SIDE
from engine.yolo.script import source
from engine.yolo.training import COORDINATES, EMPTY

_HEAD = '''"""Inside YOLO: one picture, and what the numbers of one cell mean.

Needs run.npz and picture.png beside it: both can be downloaded on the page.
"""
from __future__ import annotations

import keras
import numpy as np
from PIL import Image

SIDE, S, B, MOMENT, SCORE, OVERLAP = {side}, {grid}, {boxes}, {moment}, {score}, {overlap}
NAMES = "{names}".split()
ROW, COLUMN = {row}, {column}  # the cell looked into, from 0
EDITS = {edits}  # row, column, number, value: set by hand
THINGS = {things}  # class, left, top, right, bottom in pixels of the picture


class shape:
    grid, boxes, depth, outputs = S, B, {depth}, 5 * B + len(NAMES)'''

_NETWORK = """model = build(shape, 0)
stored = np.load("run.npz")["weights"][MOMENT].astype("float32")
ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.weights])[:-1]
model.set_weights([part.reshape(weight.shape) for part, weight in zip(np.split(stored, ends), model.weights)])
print("outputs:", S * S * (B * 5 + len(NAMES)))


# {fit}
picture = Image.open("picture.png").convert("L")
wide, high = {size}
left, top = (SIDE - wide) // 2, (SIDE - high) // 2
square = np.full((SIDE, SIDE), {bar}, "uint8")
square[top : top + high, left : left + wide] = picture.resize((wide, high), Image.Resampling.BILINEAR)
raw = np.array(model(square[None, ..., None].astype("float32") / 255))[0]
for row, column, number, value in EDITS:
    raw[row, column, number] = value"""

_DECODE = """def sigmoid(t):
    return 1 / (1 + np.exp(-t))


own = sigmoid(raw[..., : 5 * B].astype(float)).reshape(S, S, B, 5)  # x, y, w, h, confidence
rows, columns = np.mgrid[:S, :S]
x, y = (columns[..., None] + own[..., 0]) * SIDE / S, (rows[..., None] + own[..., 1]) * SIDE / S
w, h = own[..., 2] * SIDE, own[..., 3] * SIDE
boxes = np.stack([x - w / 2, y - h / 2, x + w / 2, y + h / 2], axis=-1)
logits = raw[..., 5 * B :].astype(float)
classes = np.exp(logits - logits.max(axis=-1, keepdims=True))
classes /= classes.sum(axis=-1, keepdims=True)
for b in range(B):
    place = ROW, COLUMN, b
    print(f"box {b + 1}: centre {x[place]:.2f}, {y[place]:.2f}, size {w[place]:.2f}, {h[place]:.2f}, "
          f"confidence {own[place][4]:.4f}")
best = classes[ROW, COLUMN].argmax()
print(f"class: {NAMES[best]} {classes[ROW, COLUMN, best]:.4f}")"""

_IOU = """def iou(a, b):
    wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(wide, 0) * max(high, 0)
    return shared / max(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared, 1e-12)"""

_LOSS = """# The loss: every box should be silent, but the best fitting one of a cell in which a thing is centred.
loss = {{"xy": 0.0, "wh": 0.0, "object": 0.0, "no object": {empty} * (own[..., 4] ** 2).sum(), "class": 0.0}}
taken = set()
for name, *sides in THINGS:
    true = np.array(sides) * ([wide / picture.width, high / picture.height] * 2) + [left, top] * 2
    middle, size = (true[:2] + true[2:]) / 2 / SIDE * S, (true[2:] - true[:2]) / SIDE
    column, row = np.minimum(middle.astype(int), S - 1)
    if (row, column) in taken:
        continue  # a cell answers for one thing
    taken.add((row, column))
    overlaps = [iou(box, true) for box in boxes[row, column]]
    b = int(np.argmax(overlaps))
    said = own[row, column, b]
    loss["xy"] += {coordinates} * ((said[:2] - (middle - [column, row])) ** 2).sum()
    loss["wh"] += {coordinates} * ((np.sqrt(said[2:4] + 1e-6) - np.sqrt(size + 1e-6)) ** 2).sum()
    loss["object"] += (said[4] - overlaps[b]) ** 2
    loss["no object"] -= {empty} * said[4] ** 2
    loss["class"] -= np.log(classes[row, column, NAMES.index(name)])
print("loss:", *(f"{{name}} {{value:.4f}}," for name, value in loss.items()), f"sum {{sum(loss.values()):.4f}}")"""

_FOUND = """# What stays: score = confidence × class probability; the best box of a class drops those that overlap it.
boxes, kept = np.clip(boxes, 0, SIDE), []
scores = own[..., 4][..., None] * classes[:, :, None]
for place in sorted(zip(*np.nonzero(scores >= SCORE)), key=lambda place: -scores[place]):
    rivals = [other for other in kept if other[3] == place[3]]
    if all(iou(boxes[other[:3]], boxes[place[:3]]) <= OVERLAP for other in rivals):
        kept.append(place)
for place in kept:
    print(f"found: {NAMES[place[3]]} {scores[place]:.3f} at", *(f"{side:.1f}" for side in boxes[place[:3]]))"""


def script(result: Result, view: View, seen: Seen) -> str:
    """Return the script; it prints the boxes of the cell looked into, the loss in its parts and the boxes found."""
    longest = max(result.width, result.height)
    kept = tuple(max(1, round(side * SIDE / longest)) for side in (result.width, result.height))
    stretched = seen.fit == STRETCH
    things = [
        (NAMES[kind], *(round(float(side), 3) for side in box))
        for kind, box in zip(result.kinds, result.boxes, strict=True)
    ]
    head = _HEAD.format(
        side=SIDE,
        grid=GRID,
        boxes=BOXES,
        moment=view.moment,
        score=view.score,
        overlap=view.overlap,
        names=" ".join(NAMES),
        row=seen.row,
        column=seen.column,
        edits=[(edit.row, edit.column, edit.number, edit.value) for edit in parse_edits(view.edits)],
        things="[\n" + "".join(f"    {thing!r},\n" for thing in things) + "]" if things else "[]",
        depth=network.Shape().depth,
    )
    net = _NETWORK.format(
        fit="The picture fills the square."
        if stretched
        else "The picture keeps its shape, in the middle of the square.",
        size=(SIDE, SIDE) if stretched else kept,
        bar=BAR,
    )
    parts = [head, source(network.build), net, _DECODE, _IOU]
    if things:
        parts.append(_LOSS.format(coordinates=COORDINATES, empty=EMPTY))
    return "\n\n\n".join([*parts, _FOUND]) + "\n"
