"""What happened, in sentences computed from this result and this choice."""

from __future__ import annotations

import numpy as np

from engine.darknet.experiment import Result
from engine.darknet.samples import YOLO2, YOLO3
from engine.darknet.view import View, kept, name, passed
from engine.detection.story import counted


def thousands(value: int) -> str:
    """Return a whole number with thin spaces between its thousands."""
    return f"{value:,}".replace(",", "\u2009")


def large(value: float) -> str:
    """Return a count in words: 1.59 million, 2.78 billion."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{value / size:.3g} {word}"
    return thousands(int(value))


def share(values: np.ndarray, number: int) -> float:
    """Return how much of a total one entry is, 0 to 100."""
    return float(100 * values[number] / max(1, values.sum()))


def story(result: Result, view: View) -> tuple[str, ...]:
    """Return two to five sentences (Markdown)."""
    return (
        _files(result),
        _where(result),
        *_boxes(result, view),
        *((f"Passed over in the .cfg: {' '.join(result.notes[:6])}",) if result.notes else ()),
    )


def _files(result: Result) -> str:
    total = int(result.parameters.sum())
    drawn = result.config.network in (YOLO2, YOLO3)
    origin = " They are drawn from the seed: nobody has trained them." if drawn else ""
    return (
        f"The .cfg has **{len(result.kinds)} layers** and calls for **{thousands(total)} numbers**. The .weights file "
        f"of {result.file_bytes / 1e6:.1f} MB (format {result.version}) holds just as many behind its header.{origin}"
    )


def _where(result: Result) -> str:
    if not result.parameters.sum():
        return "No layer has parameters."
    heavy, busy = int(result.parameters.argmax()), int(result.operations.argmax())
    sentence = (
        f"Layer {heavy} alone holds **{share(result.parameters, heavy):.0f} %** of the parameters, and does "
        f"{share(result.operations, heavy):.0f} % of the {large(int(result.operations.sum()))} multiply-adds."
    )
    if share(result.operations, busy) > 1.3 * share(result.operations, heavy):
        rows, columns, _ = result.shapes[busy]
        sentence += (
            f" Most work is in layer {busy} ({share(result.operations, busy):.0f} %): its few numbers are used at "
            f"{rows} × {columns} places."
        )
    return sentence


def _boxes(result: Result, view: View) -> tuple[str, ...]:
    if not result.classes:
        return ("The network has no [region], [yolo] or [detection] layer: nothing in it means boxes.",)
    through, stay = passed(result, view), kept(result, view)
    broken = f" {thousands(result.broken)} of them are no finite numbers." if result.broken else ""
    start = f"It says **{thousands(result.places)} boxes**.{broken}"
    if not len(through):
        best = f"; the best has {result.score[0]:.2f}" if len(result.score) else ""
        return (f"{start} None passes a score of {view.score:.2f}{best}.",)
    names = counted([name(result, number) for number in stay[:12]])
    more = " among the first twelve" if len(stay) > 12 else ""
    left = f"suppression leaves **{len(stay)}**: {names}{more}."
    verb = "passes" if len(through) == 1 else "pass"
    sentence = f"{start} {thousands(len(through))} {verb} a score of {view.score:.2f}, and {left}"
    if result.config.lost:
        sentence += (
            " One number was lost on the way, so each one behind it stands for its neighbour. The file has its right "
            "length, and no reader can notice."
        )
    return (sentence,)
