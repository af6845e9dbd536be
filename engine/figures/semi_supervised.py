"""The picture of a semi-supervised GAN: accuracy against labels, the pictures it has and makes, and what is kept of it.

What the learner should see: two curves that part where labels are few. At the end the generator fades: it was only
there to make the discriminator look closely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.figures.board import Axis, Band, Board, Line, Mark, Panel, Points, Rule, Segments, payload
from engine.figures.semi_supervised_panels import (
    ALONE_STYLE,
    WITH_STYLE,
    by_class,
    by_seed,
    drawing,
    labelled,
    made_up,
)
from engine.figures.theme import ACCENT, INK, MUTED, SERIES
from engine.semi_supervised.experiment import ALONE, COUNTS, WITH, Result
from engine.validation.statistics import Summary, paired, summary

SEEDS, CLASSES = "by seed", "by class"
LOOKS = (SEEDS, CLASSES)
STYLES = (WITH_STYLE, ALONE_STYLE)
SPREAD_STYLE = replace(SERIES["adagrad"], width=1.4)
NAMES = ("with unlabelled", "labels alone")
COUNT = "count"


@dataclass(frozen=True)
class View:
    """What of a result is drawn: the accuracies of each seed or of each class."""

    look: str = SEEDS


def board(
    result: Result, reference: Result | None, view: View, revision: str, running: bool = False
) -> Mapping[str, Any]:
    """Return what the stage draws.

    Args:
        result: Frames are moments of one training, or the ends of the trainings of a curve.
        reference: A whole curve of the same data, drawn behind a run of one count; None for none.
        view: What the last panel shows.
        revision: Changes with the content.
        running: Whether more is coming.
    """
    curve = result.config.curve
    side = by_seed(result) if view.look == SEEDS else by_class(result)
    panels = (
        _against_labels(result, result if curve else reference),
        _gains(result) if curve else _over_epochs(result),
        labelled(result),
        made_up(result),
        drawing(result, running),
        side,
    )
    return payload(
        Board(
            panels,
            columns=(1.25, 0.85, 0.85),
            rows=(1.2, 1.0),
            frames=len(result.frame_epoch),
            unit="count" if curve else "moment",
            revision=revision,
            running=running,
        )
    )


def intervals(accuracy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean and both ends of its 95 % interval, (n,) each, of accuracies (n, R); no end leaves 0 … 1."""
    found: list[Summary] = [summary(row) for row in accuracy]
    mean, low, high = (np.array([getattr(one, name) for one in found]) for name in ("mean", "low", "high"))
    return mean, np.clip(low, 0, 1), np.clip(high, 0, 1)


def _floor(accuracies: list[np.ndarray]) -> float:
    """Return where an axis of accuracy begins: the tenth below the lowest."""
    return float(np.floor(10 * min(float(one.min()) for one in accuracies) - 0.2) / 10)


def _ticks() -> tuple[tuple[float, str], ...]:
    return tuple((float(count), str(count)) for count in COUNTS)


def _against_labels(result: Result, curve: Result | None) -> Panel:
    own = result.config.curve
    trained = result.accuracy[result.frame_epoch > 0]
    shown = [
        part for part in (trained, curve.accuracy if curve is not None else None) if part is not None and part.size
    ]
    low = max(0.0, min(_floor(shown), 0.9)) if shown else 0.0
    marks: list[Mark] = []
    if curve is not None:
        counts = curve.frame_labels.astype(np.float32)
        reveal = np.arange(len(counts)) if own else None
        mean = curve.spread.mean(axis=1)
        marks.append(Line(counts, mean, SPREAD_STYLE, "neighbours only", reveal=reveal, ghost=own))
        for place in (ALONE, WITH):
            mean, bottom, top = intervals(curve.accuracy[:, place])
            marks.append(Band(counts, np.maximum(bottom, low), top, STYLES[place], opacity=0.16, reveal=reveal))
            marks.append(
                Line(counts, mean, STYLES[place], NAMES[place], reveal=reveal, emphasis=2 if own else 1, ghost=own)
            )
            marks.append(
                Points(counts, mean, STYLES[place], size=4, reveal=reveal, hover=_said(curve, place), name=COUNT)
            )
    if own:
        marks.append(Rule("x", result.frame_labels.astype(np.float32), style=ACCENT, framed=True))
    else:
        marks += _this_run(result, low, named=curve is None)
    with_all, alone = (float(result.accuracy[-1, place].mean()) for place in (WITH, ALONE))
    return Panel(
        "labels",
        "Accuracy against labels",
        Axis(0.85, 118, "labelled pictures of each class, log scale", log=True, ticks=_ticks()),
        Axis(low, 1, grid=True),
        tuple(marks),
        note="bands: 95 %" if own else "curve: shipped; bands: 95 %",
        alt=f"Accuracy against labels a class. At {result.frame_labels[-1]} labels: {with_all:.3f} with the unlabelled "
        f"pictures, {alone:.3f} with the labels alone.",
        labels=112,
        high=330,
    )


def _said(curve: Result, place: int) -> tuple[str, ...]:
    mean, low, high = intervals(curve.accuracy[:, place])
    return tuple(
        f"{count} labels a class, {NAMES[place]}: {100 * m:.1f} %, {100 * a:.1f} to {100 * b:.1f} %"
        for count, m, a, b in zip(curve.frame_labels, mean, low, high, strict=True)
    )


def _this_run(result: Result, low: float, named: bool) -> list[Mark]:
    """Return the two points of a run of one count, with the intervals of their means, moment by moment."""
    at = np.full((len(result.frame_epoch), 1), result.frame_labels[-1], np.float32)
    marks: list[Mark] = [Rule("x", float(at[0, 0]), style=ACCENT, label="this run")]
    for place in (ALONE, WITH):
        mean, bottom, top = (np.where(one >= low, one, np.nan) for one in intervals(result.accuracy[:, place]))
        bottom = np.where(np.isfinite(mean), np.fmax(np.nan_to_num(bottom, nan=low), low), np.nan)
        marks.append(
            Segments(at, bottom[:, None], at, top[:, None], INK if named else STYLES[place], width=2.6, framed=True)
        )
        marks.append(
            Points(at, mean[:, None], STYLES[place], size=7, hollow=place == ALONE, hover=(NAMES[place],), framed=True)
        )
    return marks


def _over_epochs(result: Result) -> Panel:
    epochs = result.frame_epoch.astype(np.float32)
    trained = result.accuracy[result.frame_epoch > 0]
    low = max(0.0, _floor([trained]) if len(trained) else 0.0)
    reveal = np.arange(len(epochs))
    marks: list[Mark] = [Rule("x", epochs, style=ACCENT, framed=True)]
    for place in (ALONE, WITH):
        known = np.where(result.accuracy[:, place] >= low, result.accuracy[:, place], np.nan)
        marks += [
            Line(epochs, seed, STYLES[place], reveal=reveal, emphasis=0.3, hover=f"{NAMES[place]}, seed {number}")
            for number, seed in enumerate(known.T, result.config.seed)
        ]
        marks.append(
            Line(epochs, known.mean(axis=1), STYLES[place], NAMES[place], emphasis=2, reveal=reveal, ghost=True)
        )
    return Panel(
        "epochs",
        "As it learns",
        Axis(0, max(float(result.config.epochs), 1), "epoch"),
        Axis(low, 1, grid=True),
        tuple(marks),
        note="accuracy; thin: each seed",
        alt=f"Accuracy over {int(epochs[-1])} epochs of both networks, each seed and the mean.",
        row=1,
        labels=112,
    )


def _gains(result: Result) -> Panel:
    counts = result.frame_labels.astype(np.float32)
    found = [paired(frame[WITH], frame[ALONE])[0] for frame in result.accuracy]
    mean, low, high = (100 * np.array([getattr(one, name) for one in found]) for name in ("mean", "low", "high"))
    reveal = np.arange(len(counts))
    bottom, top = min(-1.0, float(low.min())), max(2.0, float(high.max()))
    room = 0.08 * (top - bottom)
    marks: tuple[Mark, ...] = (
        Rule("y", 0.0, style=MUTED, label="no gain"),
        Band(counts, low, high, WITH_STYLE, reveal=reveal),
        Line(counts, mean, WITH_STYLE, emphasis=2, reveal=reveal),
        Points(
            counts,
            mean,
            WITH_STYLE,
            reveal=reveal,
            hover=tuple(
                f"{count} labels a class: {m:+.1f} points, 95 %: {a:+.1f} to {b:+.1f}".replace("-", "\N{MINUS SIGN}")
                for count, m, a, b in zip(result.frame_labels, mean, low, high, strict=True)
            ),
            labels=tuple(f"{m:+.1f}".replace("-", "\N{MINUS SIGN}") for m in mean),
        ),
        Rule("x", counts, style=ACCENT, framed=True),
    )
    return Panel(
        "gains",
        "What unlabelled pictures add",
        Axis(0.85, 118, "labelled pictures of each class, log scale", log=True, ticks=_ticks()),
        Axis(bottom - room, top + room, grid=True),
        marks,
        note="points, paired; 95 %",
        alt="Gain in points by labels a class: "
        + ", ".join(f"{count}: {m:+.1f}" for count, m in zip(result.frame_labels, mean, strict=True)),
        row=1,
        labels=112,
    )
