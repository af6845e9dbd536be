"""Five scenes: whose thing is it, two in one cell, nothing learned yet, one number moved, and a wide picture.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored tensor.
"""

from __future__ import annotations

import numpy as np

from engine.inside_yolo.cells import CELL, box_of, parse_edits
from engine.inside_yolo.experiment import GRID, WIDE, Config, Result
from engine.inside_yolo.fitting import FITS, LETTERBOX, STRETCH
from engine.inside_yolo.view import ALL, CONFIDENCE, FOUND, PICTURE, Seen, View, look
from engine.scenes import Scene, judged
from engine.yolo.compose import NAMES

WHOSE = View(layer=CONFIDENCE)
PAIR = View(seed=10, covered=0.5, layer=FOUND, row=1, column=4)
UNTRAINED = View(moment=0, layer=ALL)
MOVED = View(layer=PICTURE, row=6, column=6, edits="6 6 x1 8")
STRETCHED = View(source=WIDE, things=8, seed=3, layer=FOUND)

ANSWERS = ("Every one of them", "The one of its centre", "The top left one")
NAMED = ("Both", "One of the two", "Neither")
STATED = ("Near 0", "Near 0.5", "Anything from 0 to 1")
PLACES = ("To the picture’s edge", "Two cells on", "To its cell’s edge")
MANY = ("7 or 8", "4 to 6", "3 or fewer")
SURE = 0.5


def view_of(result: Result, view: View) -> View:
    """Return a scene's view put on another result's picture."""
    config = result.config
    return view.changed(
        source=config.source,
        things=config.things,
        seed=config.seed,
        covered=config.covered,
        upload=config.upload,
        negative=config.negative,
    )


def largest(seen: Seen) -> int:
    """Return the number of the largest thing."""
    boxes = seen.truth.boxes[0]
    return int((boxes[:, 2:] - boxes[:, :2]).prod(axis=1).argmax())


def covered_cells(seen: Seen) -> np.ndarray:
    """Return the cells that the largest thing covers at least in part, bool (S, S)."""
    left, top, right, bottom = seen.truth.boxes[0, largest(seen)]
    edge = np.arange(GRID) * CELL
    across, down = (edge < right) & (edge + CELL > left), (edge < bottom) & (edge + CELL > top)
    return np.asarray(down[:, None] & across)


def whose(result: Result) -> str:
    """Return the option of ANSWERS that is right: which of the cells that the largest thing covers are confident."""
    seen = look(result, view_of(result, WHOSE))
    under = covered_cells(seen)
    confidence = np.where(under, seen.said.confidence[0].max(axis=-1), -1)
    if (confidence >= SURE).sum() > under.sum() / 2:
        return ANSWERS[0]
    row, column = np.argwhere(under)[0]
    return ANSWERS[2] if confidence.argmax() == row * GRID + column else ANSWERS[1]


def sharing(seen: Seen) -> np.ndarray:
    """Return the numbers of the things that share their cell with another."""
    boxes = seen.truth.boxes[0]
    cell = np.minimum(((boxes[:, :2] + boxes[:, 2:]) / 2 / CELL).astype(int), GRID - 1)
    place = cell[:, 1] * GRID + cell[:, 0]
    return np.flatnonzero((place[:, None] == place).sum(axis=1) > 1)


def named(result: Result) -> str:
    """Return the option of NAMED that is right of the things that share a cell."""
    seen = look(result, view_of(result, PAIR))
    pair = sharing(seen)
    found = int(np.isin(pair, seen.given).sum())
    return NAMED[0] if found == len(pair) else NAMED[2] if not found else NAMED[1]


def stated(result: Result) -> str:
    """Return the option of STATED that is right of all confidences of the untrained network."""
    confidence = look(result, view_of(result, UNTRAINED)).said.confidence
    low, high = float(confidence.min()), float(confidence.max())
    return STATED[0] if high < 0.3 else STATED[1] if low > 0.3 and high < 0.7 else STATED[2]


def moved(result: Result) -> str:
    """Return the option of PLACES that is right of the centre of the box whose number is moved."""
    (edit,) = parse_edits(MOVED.edits)
    seen = look(result, MOVED)
    x = box_of(seen.raw, edit.row, edit.column, edit.number // 5).center[0]
    return PLACES[2] if x <= (edit.column + 1) * CELL else PLACES[1] if x < (GRID - 1) * CELL else PLACES[0]


def many(result: Result) -> str:
    """Return the option of MANY that is right of the things found in the stretched picture."""
    found = int(look(result, view_of(result, STRETCHED)).right.sum())
    return MANY[0] if found >= 7 else MANY[1] if found >= 4 else MANY[2]


def shipped() -> tuple[Config, ...]:
    """Return the scenes' pictures, and a few more seeds: the control then answers at once."""
    more = [View(seed=seed) for seed in (0, 2, 3)]
    return tuple(dict.fromkeys(view.run() for view in (WHOSE, PAIR, UNTRAINED, MOVED, STRETCHED, *more)))


def _tell_whose(result: Result, guess: str) -> str:
    seen = look(result, view_of(result, WHOSE))
    if not seen.things:
        return "Your own picture has no true boxes: nobody has said whose cell is whose."
    confidence, under = seen.said.confidence[0].max(axis=-1), covered_cells(seen)
    best = divmod(int(np.where(under, confidence, -1).argmax()), GRID)
    thing = largest(seen)
    middle = seen.truth.boxes[0, thing].reshape(2, 2).mean(axis=0) // CELL
    whose_cell = "its centre’s" if best == (int(middle[1]), int(middle[0])) else "not its centre’s"
    sure = int((confidence[under] >= SURE).sum())
    return judged(
        guess,
        whose(result),
        f"The {NAMES[result.kinds[thing]].lower()} covers {int(under.sum())} cells; {sure} "
        f"state{'s' if sure == 1 else ''} 0.5 or more. Surest: row {best[0]}, column {best[1]}, "
        f"{whose_cell} ({confidence[best]:.2f}).",
    )


def _tell_named(result: Result, guess: str) -> str:
    seen = look(result, view_of(result, PAIR))
    pair = sharing(seen)
    if not len(pair):
        return "In this picture no two things share a cell. Let them cover each other more, or take another seed."
    names = " and ".join(NAMES[result.kinds[one]].lower() for one in pair)
    found = [NAMES[result.kinds[one]].lower() for one in pair if one in seen.given]
    return judged(
        guess,
        named(result),
        f"{names.capitalize()}: found {'is the ' + ', the '.join(found) if found else 'is neither'}. A cell has two "
        "boxes, but one set of class probabilities.",
    )


def _tell_stated(result: Result, guess: str) -> str:
    seen = look(result, view_of(result, UNTRAINED))
    confidence, parts = seen.said.confidence, seen.loss.parts.sum(axis=(0, 1))
    evidence = f"From {confidence.min():.2f} to {confidence.max():.2f}, for σ(0) = 0.5."
    if seen.things:
        evidence += f" Of a loss of {parts.sum():.1f}, {parts[3]:.1f} is for confidence where nothing is."
    return judged(guess, stated(result), evidence)


def _tell_moved(result: Result, guess: str) -> str:
    (edit,) = parse_edits(MOVED.edits)
    before, after = (look(result, view) for view in (MOVED.changed(edits=""), MOVED))
    was, now = (box_of(seen.raw, edit.row, edit.column, edit.number // 5) for seen in (before, after))
    return judged(
        guess,
        moved(result),
        f"From {was.center[0]:.1f} to {now.center[0]:.1f} pixels, and the cell ends at {(edit.column + 1) * CELL:.0f}: "
        f"x went from {was.said[0]:.2f} to {now.said[0]:.2f}, a sigmoid’s limit.",
    )


def _tell_many(result: Result, guess: str) -> str:
    seen = {fit: look(result, view_of(result, STRETCHED).changed(fit=fit)) for fit in FITS[: len(result.inputs)]}
    if len(seen) < len(FITS):
        return "This picture is square: nothing had to be fitted."
    counts = {fit: int(one.right.sum()) for fit, one in seen.items()}
    return judged(
        guess,
        many(result),
        f"{counts[STRETCH]} of {seen[STRETCH].things} stretched, {counts[LETTERBOX]} with bars, in this picture: so "
        "thin, or so small, it was never shown any.",
    )


SCENES = (
    Scene("Whose cell?", WHOSE, "A thing covers many cells. Which of them answers for it?", ANSWERS, _tell_whose),
    Scene("Two in one cell", PAIR, "Two centres in one cell, which has two boxes. What is found?", NAMED, _tell_named),
    Scene("Untrained", UNTRAINED, "Nothing is learned yet. What confidence do the boxes state?", STATED, _tell_stated),
    Scene(
        "Move one number",
        MOVED,
        "Box 1’s raw x is pushed up to 8. Where does the box’s centre go?",
        PLACES,
        _tell_moved,
    ),
    Scene("Wide picture", STRETCHED, "8 things, twice as wide as high. How many are still found?", MANY, _tell_many),
)


def lesson(view: View) -> View:
    """Return the scene's view when only what is looked at differs from it, so that a click does not leave the scene."""
    for scene in SCENES:
        own = scene.config
        if isinstance(own, View) and own.tensor() == view.tensor() and own.edits == view.edits:
            return own
    return view
