"""What the reader looks at in the stored tensor: a moment, a cell, a layer, numbers moved by hand. No network.

What the learner should see: every control but the picture's own answers at once, for the network has said all it says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.config import choice, integer, number, switch, text
from engine.detection.metrics import Marked, match
from engine.inside_yolo.cells import Edit, Loss, edited, loss_of, parse_edits
from engine.inside_yolo.experiment import (
    BOXES,
    GRID,
    MOST_THINGS,
    PICTURES,
    SCENE,
    Config,
    Result,
)
from engine.inside_yolo.fitting import FITS, STRETCH
from engine.yolo.compose import MOST_COVERED, NAMES, Scenes
from engine.yolo.experiment import LAST
from engine.yolo.network import SUPPRESSION, Said, decode, read
from engine.yolo.training import targets

PICTURE, CONFIDENCE, CLASSES, ALL, FOUND, LOSS = LAYERS = (
    "picture",
    "confidence",
    "classes",
    "all boxes",
    "found",
    "loss",
)
CHOSEN = -1  # as row or column: the cell of the largest thing, or without truth the most confident one
LIKELIEST = ""
RIGHT_FROM = 0.5


@dataclass(frozen=True)
class View(settings.Config):
    """All settings of the page: what the network looks at, and what is looked at in what it said.

    Attributes:
        source, things, seed, covered, upload, negative: As in `experiment.Config`.
        fit: How a picture that is not square is brought into the input, of FITS.
        moment: Which moment of the training, 0 (untrained) to LAST.
        layer: What is drawn over the picture, of LAYERS.
        row, column: The cell looked into, from 0; CHOSEN: a cell that has something to say.
        box: Which of its boxes, from 1; 0: the responsible one, without a thing the more confident one.
        kind: The class whose number can be moved; LIKELIEST: the one that the network finds likeliest.
        score: Smallest score of a box that counts as found.
        overlap: Largest IoU of two found boxes of a class.
        edits: Numbers set by hand, as `cells.with_edit` writes them.
    """

    source: str = choice(SCENE, PICTURES)
    things: int = integer(5, 1, MOST_THINGS)
    seed: int = integer(1, 0, 9999)
    covered: float = number(MOST_COVERED, 0.0, 0.9)
    upload: str = text("", 64)
    negative: bool = switch(False)
    fit: str = choice(STRETCH, FITS)
    moment: int = integer(LAST, 0, LAST)
    layer: str = choice(CONFIDENCE, LAYERS)
    row: int = integer(CHOSEN, CHOSEN, GRID - 1)
    column: int = integer(CHOSEN, CHOSEN, GRID - 1)
    box: int = choice(0, range(BOXES + 1))
    kind: str = choice(LIKELIEST, (LIKELIEST, *NAMES))
    score: float = number(0.25, 0.05, 0.95)
    overlap: float = number(SUPPRESSION, 0.05, 0.95)
    edits: str = text("", 1500)

    def run(self) -> Config:
        """Return what has to be computed for this view."""
        own = ("source", "things", "seed", "covered", "upload", "negative")
        return Config(**{name: getattr(self, name) for name in own}).settled()

    def tensor(self) -> tuple[object, ...]:
        """Return all that decides which numbers are looked at, before any is set by hand."""
        return (self.run(), self.fit if self.source != SCENE else STRETCH, self.moment)


@dataclass(frozen=True)
class Seen:
    """A result as a view looks at it; S is the grid, B the boxes of a cell, C the classes.

    Attributes:
        fit: How the picture was brought into the input.
        row, column: The cell looked into.
        box: Which of its boxes, from 0.
        kind: The class whose number can be moved, a number in NAMES.
        raw: float32 (S, S, 5 B + C), the tensor with what was set by hand.
        edits: What was set by hand.
        said: What the cells say, decoded; N = 1.
        truth: The input with its true boxes.
        wanted: (S, S, 6), see `training.targets`.
        loss: Cell by cell.
        found: Boxes that stay after threshold and suppression, best first, in input pixels.
        passed: How many passed the threshold.
        given: int (N,), for each found box the number of its true box; −1 for a wrong one.
    """

    fit: str
    row: int
    column: int
    box: int
    kind: int
    raw: np.ndarray
    edits: tuple[Edit, ...]
    said: Said
    truth: Scenes
    wanted: np.ndarray
    loss: Loss
    found: Marked
    passed: int
    given: np.ndarray

    @property
    def right(self) -> np.ndarray:
        """Return which found boxes are right, bool (N,)."""
        return np.asarray(self.given >= 0)

    @property
    def things(self) -> int:
        """Return how many things are there."""
        return int(self.truth.kinds.shape[1])

    @property
    def with_cell(self) -> int:
        """Return how many things have a cell that answers for them."""
        return int(self.wanted[..., 0].sum())


def look(result: Result, view: View) -> Seen:
    """Return what a view sees in a result; about a millisecond.

    Raises:
        InvalidSetting: The numbers set by hand cannot be read.
    """
    edits = parse_edits(view.edits)
    fit = result.fit(view.fit)
    untouched = result.raw[FITS.index(fit), view.moment]
    raw = edited(untouched, edits)
    said = read(raw[None], BOXES)
    truth = result.truth(fit)
    wanted = targets(truth, GRID)[0]
    found = decode(said, view.score, overlap=view.overlap)[0]
    score = said.confidence[0][..., None] * said.classes[0][:, :, None]
    true = Marked(truth.boxes[0], truth.kinds[0].astype(int))
    row, column = _cell(view, wanted, untouched)
    # Chosen by what the network said: moving a number by hand must not move the choice.
    own = int(loss_of(untouched, wanted).responsible[row, column])
    own = own if own >= 0 else int(untouched[row, column, 4 : 5 * BOXES : 5].argmax())
    likeliest = int(untouched[row, column, 5 * BOXES :].argmax())
    return Seen(
        fit,
        row,
        column,
        view.box - 1 if view.box else own,
        NAMES.index(view.kind) if view.kind else likeliest,
        raw,
        edits,
        said,
        truth,
        wanted,
        loss_of(raw, wanted),
        found,
        int((score >= view.score).sum()),
        match(found, true, RIGHT_FROM),
    )


def _cell(view: View, wanted: np.ndarray, raw: np.ndarray) -> tuple[int, int]:
    """Return the cell that the view means."""
    if view.row != CHOSEN and view.column != CHOSEN:
        return view.row, view.column
    size = wanted[..., 0] * wanted[..., 4] * wanted[..., 5]
    confidence = raw[..., 4 : 5 * BOXES : 5].max(axis=-1)
    place = int((size if size.any() else confidence).argmax())
    return place // GRID, place % GRID
