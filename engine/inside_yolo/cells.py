"""What one cell's numbers mean: decoded to pixels, held against the truth, and moved by hand.

What the learner should see: a box is five numbers pressed through a sigmoid. Its centre cannot leave its cell, its
size is a share of the picture, and only the box that fits best is judged by where it lies.

Redmon, Divvala, Girshick and Farhadi, "You Only Look Once", 2016, equation 3; classes by cross-entropy, as trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.detection.boxes import iou
from engine.errors import InvalidSetting
from engine.inside_yolo.experiment import BOXES, GRID
from engine.yolo.compose import NAMES, SIDE
from engine.yolo.network import CLASSES
from engine.yolo.training import COORDINATES, EMPTY

PARTS = ("xy", "wh", "object", "no object", "class")
LETTERS = ("x", "y", "w", "h", "c")
NUMBERS = (*(f"{letter}{box + 1}" for box in range(BOXES) for letter in LETTERS), *NAMES)
CELL = SIDE / GRID  # pixels
MOST_EDITS = 100


@dataclass(frozen=True)
class Box:
    """One box of one cell.

    Attributes:
        said: float64 (5,), x, y, w, h and confidence after the sigmoid, 0 to 1.
        center: Of the box, in input pixels, across and down.
        size: Width and height in input pixels.
    """

    said: np.ndarray
    center: tuple[float, float]
    size: tuple[float, float]

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom in input pixels, not cut at the picture's edge."""
        (x, y), (wide, high) = self.center, self.size
        return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def box_of(raw: np.ndarray, row: int, column: int, box: int) -> Box:
    """Return one box of a cell.

    Args:
        raw: (S, S, 5 B + C), what the network says.
        row: Of the cell, from 0.
        column: Of the cell, from 0.
        box: Which of its boxes, from 0.
    """
    said = sigmoid(raw[row, column, 5 * box : 5 * box + 5].astype(float))
    center = ((column + said[0]) * CELL, (row + said[1]) * CELL)
    return Box(said, (float(center[0]), float(center[1])), (float(said[2] * SIDE), float(said[3] * SIDE)))


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e^−t), 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))))


@dataclass(frozen=True)
class Loss:
    """YOLO's loss of one picture, cell by cell; S is the grid, B the boxes of a cell.

    Attributes:
        parts: float64 (S, S, 5) in the order of PARTS, weights included; their sum is the picture's loss.
        responsible: int (S, S), which box of the cell the truth is held against; −1 where no thing is centred.
        overlap: float64 (S, S, B), IoU of each box with the cell's thing; 0 where there is none.
    """

    parts: np.ndarray
    responsible: np.ndarray
    overlap: np.ndarray


def loss_of(raw: np.ndarray, wanted: np.ndarray) -> Loss:
    """Return the loss of one picture, cell by cell.

    Args:
        raw: (S, S, 5 B + C), what the network says.
        wanted: (S, S, 6), what it should say, see `training.targets`.
    """
    grid = raw.shape[0]
    own = sigmoid(raw[..., : 5 * BOXES].astype(float)).reshape(grid, grid, BOXES, 5)
    true = wanted[..., None, 2:6].astype(float)
    overlap = np.zeros((grid, grid, BOXES))
    responsible = np.full((grid, grid), -1)
    for row, column in np.argwhere(wanted[..., 0] > 0):
        said = np.stack([_sides(one, grid) for one in own[row, column, :, :4]])
        overlap[row, column] = iou(said, _sides(true[row, column, 0], grid)[None])[:, 0]
        responsible[row, column] = int(overlap[row, column].argmax())
    chosen = np.arange(BOXES) == responsible[..., None]
    off = (own[..., :2] - true[..., :2]) ** 2
    # The small number keeps the root's slope finite in training; it is part of the loss as it was trained.
    size = (np.sqrt(own[..., 2:4] + 1e-6) - np.sqrt(true[..., 2:4] + 1e-6)) ** 2
    logits = raw[..., 5 * BOXES :].astype(float)
    highest = logits.max(axis=-1)
    total = np.log(np.exp(logits - highest[..., None]).sum(axis=-1)) + highest
    named = total - np.take_along_axis(logits, wanted[..., 1:2].astype(int), axis=-1)[..., 0]
    parts = [
        COORDINATES * (off.sum(axis=-1) * chosen).sum(axis=-1),
        COORDINATES * (size.sum(axis=-1) * chosen).sum(axis=-1),
        ((own[..., 4] - overlap) ** 2 * chosen).sum(axis=-1),
        EMPTY * (own[..., 4] ** 2 * ~chosen).sum(axis=-1),
        named * (wanted[..., 0] > 0),
    ]
    return Loss(np.stack(parts, axis=-1), responsible, overlap)


def _sides(box: np.ndarray, grid: int) -> np.ndarray:
    """Return left, top, right, bottom, from the cell's corner, of x, y (in the cell) and w, h (of the picture)."""
    middle, half = box[:2] / grid, box[2:4] / 2
    return np.concatenate([middle - half, middle + half])


@dataclass(frozen=True)
class Edit:
    """One raw number set by hand: which cell, which of its 5 B + C numbers, and to what."""

    row: int
    column: int
    number: int
    value: float


def edited(raw: np.ndarray, edits: Sequence[Edit]) -> np.ndarray:
    """Return the tensor (S, S, 5 B + C) with the numbers set by hand; the one given stays as it is."""
    changed = raw.copy()
    for edit in edits:
        changed[edit.row, edit.column, edit.number] = edit.value
    return changed


def parse_edits(text: str) -> tuple[Edit, ...]:
    """Return the edits that a text describes: `3 4 w1 1.50; 3 4 Shirt −2`: row, column, number, value.

    Raises:
        InvalidSetting: A part cannot be read; it is named.
    """
    found = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        try:
            row, column, name, written = part.split()
            edit = Edit(int(row), int(column), NUMBERS.index(name), float(written.replace("\N{MINUS SIGN}", "-")))
        except ValueError:
            raise InvalidSetting(
                f"“{part:.40}” is no change of a number.", "Write row, column, number and value: 3 4 w1 1.5."
            ) from None
        if not (0 <= edit.row < GRID and 0 <= edit.column < GRID and abs(edit.value) <= 50):
            raise InvalidSetting(
                f"“{part:.40}” is outside the tensor.", f"Cells go from 0 to {GRID - 1}, values from −50 to 50."
            )
        found[edit.row, edit.column, edit.number] = edit
    if len(found) > MOST_EDITS:
        raise InvalidSetting(f"{len(found)} numbers are changed.", f"At most {MOST_EDITS}, please.")
    return tuple(found.values())


def with_edit(text: str, edit: Edit) -> str:
    """Return the text of edits with one more, which replaces an earlier one of the same number."""
    kept = {(one.row, one.column, one.number): one for one in parse_edits(text)}
    kept[edit.row, edit.column, edit.number] = edit
    return "; ".join(f"{one.row} {one.column} {NUMBERS[one.number]} {one.value:g}" for one in kept.values())


def room(things: int, grid: int) -> float:
    """Return how many of `things` scattered evenly find a cell of their own, on average: S² (1 − (1 − 1/S²)ⁿ)."""
    cells = grid * grid
    return cells * (1 - (1 - 1 / cells) ** things)


__all__ = ["CLASSES", "Box", "Edit", "Loss", "box_of", "edited", "loss_of", "parse_edits", "room", "with_edit"]
