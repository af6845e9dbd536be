"""What happened, in sentences computed from this tensor."""

from __future__ import annotations

from engine.inside_yolo.cells import PARTS
from engine.inside_yolo.experiment import GRID, UPLOAD, Result
from engine.inside_yolo.view import Seen, View, look

SURE = 0.5
WORDS = {"xy": "the boxes’ places", "wh": "their sizes", "object": "confidence that is not the overlap reached",
         "no object": "confidence where nothing is", "class": "class names"}  # fmt: skip


def story(result: Result, view: View, seen: Seen) -> tuple[str, ...]:
    """Return two to four sentences (Markdown)."""
    told = (_cells(result, seen), _found(view, seen), _loss(seen), _edits(result, view, seen))
    return tuple(sentence for sentence in told if sentence)


def _cells(result: Result, seen: Seen) -> str:
    sure = int((seen.said.confidence[0].max(axis=-1) >= SURE).sum())
    start = f"Of {GRID * GRID} cells **{sure}** state{'s' if sure == 1 else ''} a confidence of {SURE} or more"
    if result.config.source == UPLOAD:
        return (
            f"{start}. The network knows ten kinds of clothes and three shapes, bright on dark ground, and answers "
            "with the nearest of them."
        )
    left_out = seen.things - seen.with_cell
    if not left_out:
        return (
            f"{start}; {seen.things} things have their centres in as many cells, so that each has one to answer for it."
        )
    return (
        f"{start}; {seen.things} things have their centres in {seen.with_cell} cells. **{left_out}** "
        f"{'has' if left_out == 1 else 'have'} no cell of {'its' if left_out == 1 else 'their'} own: a cell answers "
        "for one thing."
    )


def _found(view: View, seen: Seen) -> str:
    count, passed = len(seen.found.boxes), seen.passed
    if not passed:
        return f"No box passes a score (confidence × class probability) of {view.score:.2f}."
    start = (
        f"{passed} {'box and class passes' if passed == 1 else 'pairs of box and class pass'} a score of "
        f"{view.score:.2f}; suppression leaves **{count}**"
    )
    return f"{start}, {int(seen.right.sum())} of them right." if seen.things else f"{start}."


def _loss(seen: Seen) -> str:
    if not seen.things:
        return ""
    parts = seen.loss.parts.sum(axis=(0, 1))
    largest = int(parts.argmax())
    share = 100 * parts[largest] / parts.sum()
    return (
        f"The picture’s loss is {parts.sum():.2f}; {share:.0f} % of it is for {WORDS[PARTS[largest]]}. The cell looked "
        f"into has {seen.loss.parts[seen.row, seen.column].sum():.2f} of it."
    )


def _edits(result: Result, view: View, seen: Seen) -> str:
    if not seen.edits:
        return ""
    before = look(result, view.changed(edits=""))
    count = len(seen.edits)
    told = f"{count} number{' was' if count == 1 else 's were'} set by hand: "
    if seen.things:
        told += f"the loss went from {before.loss.parts.sum():.2f} to {seen.loss.parts.sum():.2f}, "
    return told + f"boxes found from {len(before.found.boxes)} to {len(seen.found.boxes)}."
