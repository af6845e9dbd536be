"""What happened, in sentences computed from this result."""

from __future__ import annotations

import numpy as np

from engine.detection.metrics import Marked
from engine.yolo.compose import NAMES
from engine.yolo.evaluation import SHOWN, truth, watched
from engine.yolo.experiment import SCRATCH, SHIPPED, Result

DECIDED = 0.9  # share of a class's or the whole's best precision
LOWEST = 0.25  # score from which a box is drawn by default


def story(result: Result) -> tuple[str, ...]:
    """Return two or three sentences (Markdown)."""
    if result.diverged:
        return (
            f"The loss stopped being a number at step {int(result.part_step[-1])}: the steps of "
            f"{result.config.learning_rate:g} threw the weights out of range. Take a smaller learning rate.",
        )
    return tuple(sentence for sentence in (_progress(result), _classes(result), _boxes(result)) if sentence)


def class_blind(result: Result, place: int) -> tuple[int, int, int]:
    """Return of the true boxes in the pictures shown: how many, how many boxed, and how many boxed by their name.

    A true box counts as boxed when some box with a score of LOWEST or more overlaps it by half.
    """
    from engine.detection.boxes import iou

    total = boxed = named = 0
    for picture, true in enumerate(truth(watched())[:SHOWN]):
        found: Marked = result.found(place, picture, LOWEST)
        total += len(true.boxes)
        if len(found.boxes):
            over = iou(found.boxes.astype(float), true.boxes.astype(float)) >= 0.5
            boxed += int(over.any(axis=0).sum())
            named += int((over & (found.kind[:, None] == true.kind)).any(axis=0).sum())
    return total, boxed, named


def shared_cells(grid: int) -> tuple[int, int]:
    """Return how many things of the watched scenes there are, and how many have to share their cell with another."""
    from engine.yolo.training import targets

    things = int((watched().kinds >= 0).sum())
    return things, things - int(targets(watched(), grid)[..., 0].sum())


def _progress(result: Result) -> str:
    mean, steps = result.mean_precision, result.step
    if len(steps) == 1:
        return f"Untrained, the network's mAP is {mean[0]:.3f}: every cell says the same."
    early = int(np.flatnonzero(mean >= DECIDED * mean.max())[0])
    start = f"mAP goes from {mean[0]:.2f} at step {steps[0]:,} to **{mean[-1]:.2f}** at step {steps[-1]:,}"
    whole = result.config.start == SHIPPED and result.config.steps == 0
    if not whole and result.config.start != SCRATCH:
        change = float(mean[-1] - mean[0])
        told = "hardly anything" if abs(change) < 0.01 else f"{100 * change:+.0f} points".replace("-", "\N{MINUS SIGN}")
        return f"{start.replace(',', NARROW)}: training on changed {told}."
    return f"{start}; nine tenths of that were there at step {steps[early]:,}.".replace(",", NARROW)


NARROW = "\u2009"


def _classes(result: Result) -> str:
    last = result.precision[-1]
    worst, best = int(np.nanargmin(last)), int(np.nanargmax(last))
    return (
        f"Easiest is {NAMES[best].lower()} ({last[best]:.2f}), hardest {NAMES[worst].lower()} ({last[worst]:.2f})."
        if last.max() > 0.1
        else ""
    )


def _boxes(result: Result) -> str:
    total, boxed, named = class_blind(result, len(result.step) - 1)
    shared = shared_cells(result.config.grid)[1]
    told = (
        f"In the {SHOWN} pictures {boxed} of {total} things have a box that overlaps them by half, {named} of them "
        "with the right name."
    )
    if shared:
        told += (
            f" In the 120 scenes {shared} things share their cell of the {result.config.grid} × {result.config.grid} "
            "grid with another; a cell has one name to give."
        )
    return told
