"""The picture of saving: one row a form, the tree of the picked one, and the loss around the restart.

What the learner should see: predictions hardly tell the forms apart; the loss after the restart does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.figures.board import Axis, Board, Mark, Panel, Points, Readout, Rectangles, Rule, Texts, payload
from engine.figures.saving_curves import restart, whole
from engine.figures.theme import ACCENT, CATEGORICAL, INK, MUTED
from engine.saving import measures, story
from engine.saving.experiment import FORMS, HDF5, JSON, KERAS, LITERT, ONNX, SAVED_MODEL, WEIGHTS, YAML, Form, Result

NAMES = {
    KERAS: ".keras",
    HDF5: "HDF5, .h5",
    WEIGHTS: ".weights.h5",
    JSON: "JSON",
    SAVED_MODEL: "SavedModel",
    LITERT: "LiteRT, .tflite",
    ONNX: "ONNX",
    YAML: "YAML",
}
PARTS = ("architecture", "weights", "optimizer")
COLUMNS, LAST, WIDE = (0.62, 1.95, 3.05), 4.2, 5.1  # where the marks and the word behind them stand
SIZES, INSIDE, PREDICTIONS = "sizes", "inside", "predictions"
PICKABLE = (SIZES, INSIDE, PREDICTIONS)
ZERO, SMALLEST = 1e-9, 1e-8  # where “no difference” stands on the log axis, and the smallest difference drawn as one
RESUMES = {
    measures.EXACTLY: "exactly",
    measures.NEARLY: "other draws",
    measures.FRESH: "fresh optimizer",
    measures.NO: "no",
}


def board(result: Result, picked: str, revision: str = "", running: bool = False) -> Mapping[str, Any]:
    """Return the stage's payload.

    Args:
        result: A run, finished or under way.
        picked: The form whose tree is shown.
        revision: Changes with the result.
        running: Whether more is coming.
    """
    epochs = result.config.before + result.config.after
    panels = (
        _sizes(result, picked),
        _inside(result, picked),
        _predictions(result, picked),
        _tree(result, picked),
        whole(result),
        restart(result),
    )
    return payload(
        Board(
            panels,
            columns=(1.15, 1.2, 1.0),
            rows=(1.0, 1.0),
            frames=epochs + 1,
            unit="epoch",
            first_frame=0,
            revision=revision,
            running=running,
        )
    )


def _shown(result: Result) -> list[tuple[float, Form]]:
    """Return the forms and the middle of their rows."""
    return [(FORMS.index(form.name) + 0.5, form) for form in result.forms]


def _down(ticks: bool) -> Axis:
    names = tuple((place + 0.5, NAMES[name]) for place, name in enumerate(FORMS))
    return Axis(len(FORMS), 0, ticks=names if ticks else ())


def _row(picked: str) -> Rule:
    place = FORMS.index(picked)
    return Rule("y", float(place), float(place + 1), ACCENT, opacity=0.12)


def _sizes(result: Result, picked: str) -> Panel:
    shown = _shown(result)
    made = [(place, form) for place, form in shown if form.size >= 0]
    largest = max((form.size / 1000 for _, form in made), default=1.0)
    marks: list[Mark] = [_row(picked)]
    if made:
        places = np.array([place for place, _ in made])
        sizes = np.array([form.size / 1000 for _, form in made])
        marks.append(
            Rectangles(
                np.zeros(len(made)),
                sizes,
                places - 0.3,
                places + 0.3,
                CATEGORICAL[0],
                opacity=0.75,
                hover=tuple(f"{NAMES[form.name]}: {form.size:,} bytes" for _, form in made),
                name="form",
            )
        )
        marks.append(
            Texts(
                sizes + 0.02 * largest,
                places,
                tuple(f"{size:.0f} kB" if size >= 10 else f"{size:.1f} kB" for size in sizes),
                INK,
                "left",
            )
        )
    absent = [(place, form) for place, form in shown if form.size < 0]
    if absent:
        words = tuple("gone since 2021" if form.name == YAML else "not installed here" for _, form in absent)
        marks.append(Texts(np.full(len(absent), 0.02 * largest), [place for place, _ in absent], words, MUTED, "left"))
    if not shown:
        marks.append(Texts([0.5 * largest], [0.5 * len(FORMS)], ("saved and read after the training",), MUTED))
    listed = ", ".join(f"{NAMES[form.name]} {form.size / 1000:.0f}" for _, form in made)
    return Panel(
        SIZES,
        "Size",
        Axis(0, 1.3 * largest, "kB"),
        _down(True),
        tuple(marks),
        note=f"{result.config.weights:,} weights",
        alt=f"Sizes in kB: {listed}.",
        pick=True,
        high=300,
    )


def _inside(result: Result, picked: str) -> Panel:
    """Return who holds what; filled came back, open is in the file and was not given back."""
    marks: list[Mark] = [_row(picked)]
    kept: list[tuple[float, float, str]] = []
    lost: list[tuple[float, float, str]] = []
    none: list[tuple[float, float]] = []
    for place, form in _shown(result):
        held = (form.architecture, form.weights, form.optimizer)
        for column, (part, has, came) in enumerate(zip(PARTS, held, form.returns, strict=True)):
            if has:
                said = f"{NAMES[form.name]}: {part} {'came back' if came else 'is in the file, not given back'}"
                (kept if came else lost).append((COLUMNS[column], place, said))
            elif form.size >= 0:
                none.append((COLUMNS[column], place))
    for found, hollow in ((kept, False), (lost, True)):
        if found:
            across, down = np.array([where[:2] for where in found]).T
            words = tuple(word for _, _, word in found)
            marks.append(Points(across, down, CATEGORICAL[2], size=6.5, hollow=hollow, hover=words))
    if none:
        across, down = np.array(none).T
        marks.append(Texts(across, down, ("–",) * len(none), MUTED))
    if result.forms:
        rows = [(place, RESUMES[measures.resumes(result, form)]) for place, form in _shown(result) if form.size >= 0]
        marks.append(
            Texts(np.full(len(rows), LAST), [place for place, _ in rows], tuple(word for _, word in rows), INK)
        )
    ticks = (*zip(COLUMNS, PARTS, strict=True), (LAST, "trains on"))
    return Panel(
        INSIDE,
        "Inside",
        Axis(0, WIDE, "", ticks=ticks),
        _down(False),
        tuple(marks),
        note="filled: came back · open: left in the file",
        alt=f"{len(kept)} parts came back, {len(lost)} are in a file and were not given back.",
        column=1,
        pick=True,
        high=300,
    )


def _predictions(result: Result, picked: str) -> Panel:
    marks: list[Mark] = [_row(picked)]
    found = [(place, form) for place, form in _shown(result) if np.isfinite(form.difference)]
    if found:
        where = np.array([ZERO if form.difference == 0 else max(form.difference, SMALLEST) for _, form in found])
        marks.append(
            Points(
                where,
                [place for place, _ in found],
                CATEGORICAL[4],
                size=6,
                hover=tuple(
                    f"{NAMES[form.name]}: by {story.tiny(form.difference)}; {form.same:.1%} the same class; read in "
                    f"{1000 * form.seconds:.0f} ms"
                    for _, form in found
                ),
            )
        )
        words = tuple(story.tiny(form.difference) for _, form in found)
        marks.append(Texts(where * 2.2, [place for place, _ in found], words, INK, "left"))
    ticks = ((ZERO, "0"), (1e-6, "10⁻⁶"), (1e-3, "10⁻³"), (1.0, "1"))
    exact = sum(1 for _, form in found if form.difference == 0)
    return Panel(
        PREDICTIONS,
        "Predictions differ by",
        Axis(3e-10, 30, "probability, log", log=True, ticks=ticks),
        _down(False),
        tuple(marks),
        note="360 digits",
        alt=f"{exact} of {len(found)} forms predict the same to the last digit.",
        column=2,
        pick=True,
        high=300,
    )


def tree(form: Form) -> list[tuple[str, str]]:
    """Return the lines of a form's tree: name, indented by where it lies, and size."""
    lines: list[tuple[str, str]] = []
    above: list[str] = []
    for member in form.tree:
        holder = next((one for one in reversed(above) if member.path.startswith(one + "/")), "")
        if not holder and "/" in member.path and form.name == SAVED_MODEL:
            holder = member.path.split("/")[0]
            above.append(holder)
            lines.append((holder + "/", ""))
        name = member.path[len(holder) + 1 :] if holder else member.path
        lines.append((("└ " if holder else "") + name, f"{member.size:,}"))
        above.append(member.path)
    return lines


def _tree(result: Result, picked: str) -> Readout:
    form = result.form(picked)
    if form is None:
        lines: list[tuple[str, str]] = [("nothing read yet", "")]
    elif form.size < 0:
        lines = [("no file", "")]
    else:
        inside = {member.path for member in form.tree}
        outer = [one for one in form.tree if not any(one.path.startswith(f"{path}/") for path in inside)]
        rest = form.size - sum(one.size for one in outer)
        lines = [*tree(form), *([("the container", f"{rest:,}")] if rest > 0 else []), ("all", f"{form.size:,}")]
    return Readout(
        "tree",
        f"Inside {NAMES[picked]}",
        tuple(lines),
        note="bytes",
        strong=(len(lines) - 1,),
        row=1,
    )
