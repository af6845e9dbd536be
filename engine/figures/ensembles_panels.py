"""Three panels of the ensemble's board: who errs with whom, who is wrong on which row, and what bagging gains.

What the learner should see: the forests form a family and the networks another; rows that all get wrong stay wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.ensembles.blend import Blended
from engine.ensembles.experiment import Result
from engine.ensembles.members import MEMBERS
from engine.ensembles.words import scored
from engine.figures.board import Axis, Band, Heat, Line, Mark, Panel, Texts
from engine.figures.theme import INK, MUTED, NEGATIVE, POSITIVE, SERIES

BAGS = (("Trees", SERIES["rmsprop"]), ("Networks", SERIES["adam"]))  # in the order of `experiment.BAGS`
FAINT = 0.06  # a cell that is right where others are wrong
DIMMED = 0.3  # opacity of errors of members that are out of the blend
GROUPS = 48  # columns at most of a map of residuals: more are a texture


def alike(blended: Blended, order: list[int], first: float, end: float) -> Panel:
    """Return the correlation of errors as the lower half of a matrix, each member's name on the diagonal.

    Args:
        blended: The members.
        order: Positions of the members, top row first.
        first: Row of the first one.
        end: Where the panel's last row ends.
    """
    members = [blended.result.members[position] for position in order]
    count = len(members)
    grid = blended.alike[np.ix_(order, order)]
    lower = np.tril(np.ones((count, count), dtype=bool), -1)
    values = np.where(lower, grid, np.nan)
    places = first + np.arange(count)
    row, column = np.nonzero(lower & np.isfinite(values))
    inside = np.array([name in blended.members for name in members])
    floor = 0.0 if not np.isfinite(values).any() or np.nanmin(values) < 0.5 else 0.5
    marks: list[Mark] = []
    if count > 1:
        marks.append(
            Heat(
                values,
                0.0,
                count - 1.0,
                float(places[0]),
                float(places[-1]),
                floor,
                1.0,
                NEGATIVE,
                strength=0.75,
                smooth=False,
                hover="correlation of errors",
            )
        )
    marks += [
        Texts(column, places[row], tuple(f"{values[i, j]:.2f}" for i, j in zip(row, column, strict=True)), size=12.5),
        *(
            Texts(
                np.flatnonzero(which) - 0.42,
                places[which],
                tuple(MEMBERS[name].label for name, there in zip(members, which, strict=True) if there),
                style,
                align="left",
                size=12.5,
                bold=style is INK,
            )
            for which, style in ((inside, INK), (~inside, MUTED))
            if which.any()
        ),
        Texts(
            np.full(3, -0.42), np.array([0.0, 1.1, 2.2]), _notes(blended, members, inside, values), MUTED, align="left"
        ),
    ]
    return Panel(
        "alike",
        "Errors alike",
        Axis(-0.5, count + 0.6, ticks=()),
        Axis(end, -0.6, ticks=()),
        tuple(marks),
        note="correlation, mean over splits",
        alt="Correlation of errors: "
        + ", ".join(
            f"{MEMBERS[members[i]].label} and {MEMBERS[members[j]].label} {values[i, j]:.2f}"
            for i, j in zip(row, column, strict=True)
        )
        + ".",
        column=2,
        high=380,
    )


def _notes(blended: Blended, members: list[str], inside: np.ndarray, values: np.ndarray) -> tuple[str, str, str]:
    """Return three short lines over the matrix: what it says, its extremes among the members of the blend."""
    values = np.where(inside[:, None] & inside, values, np.nan)
    known = np.isfinite(values)
    if not known.any():
        return ("One member: nothing to compare.", "", "")
    lines: list[str] = []
    extremes = (("Most", np.nanargmax(values)), ("Least", np.nanargmin(values)))
    for word, place in extremes if known.sum() > 1 else (("In the blend", extremes[0][1]),):
        i, j = np.unravel_index(int(place), values.shape)
        lines.append(f"{word}: {MEMBERS[members[j]].label} and {MEMBERS[members[i]].label}, {values[i, j]:.2f}")
    what = "1: always wrong together" if blended.result.classification else "1: the same errors"
    last = f"{what} · 0: unrelated"
    return (lines[0], lines[1], last) if lines[1:] else (lines[0], last, "")


def errors(blended: Blended, order: list[int]) -> Panel:
    """Return the map of test rows against members, a frame a split, sorted by how many are wrong there.

    Args:
        blended: The members and the blend, which has the first row.
        order: Positions of the members, top row first.
    """
    result = blended.result
    positions = order
    by_split = sorted_errors(blended, positions)
    values = np.full((len(by_split), len(positions) + 1, max(1, *(one.shape[1] for one in by_split))), np.nan)
    for frame, one in enumerate(by_split):
        values[frame, :, : one.shape[1]] = one
    if not result.classification:
        values = _grouped(values)
    count = len(positions)
    if result.classification:
        low, high, below, what = 0.0, 1.0, None, "wrong (1) or right (0)"
        values[values == 0] = FAINT
        note = "columns: test rows that someone gets wrong"
    else:
        high = 2.5 * float(np.median(np.abs(blended.errors))) / 0.6745 if blended.errors.size else 1.0
        low, below, what = -high, NEGATIVE, "truth minus prediction"
        note = "truth minus prediction · blue: said too little"
    end = float(values.shape[2]) - 1.0
    both: dict[str, Any] = {"low": low, "high": high, "below": below, "smooth": False, "framed": True, "hover": what}
    style = NEGATIVE if result.classification else POSITIVE
    names = [result.members[position] for position in positions]
    outside = np.array([name not in blended.members for name in names])
    marks: list[Mark] = [
        Heat(values[:, :1].repeat(2, axis=1), 0.0, end, -0.25, 0.25, style=INK if below is None else style, **both),
    ]
    if count == 1:
        marks.append(Heat(values[:, 1:].repeat(2, axis=1), 0.0, end, 1.05, 1.55, style=style, strength=0.85, **both))
    for which, strength in ((~outside, 0.85), (outside, DIMMED)) if count > 1 else ():
        if which.any():
            some = np.where(which[:, None], values[:, 1:], np.nan)
            marks.append(Heat(some, 0.0, end, 1.3, 0.3 + count, style=style, strength=strength, **both))
    told = Texts([-0.5], [-1.0], tuple(_counted(blended)), MUTED, align="left", framed=True)
    ticks = (
        (0.0, "Leaking blend" if blended.leak else "Blend"),
        *(
            (1.3 + place, MEMBERS[name].label + (" (out)" if out else ""))
            for place, (name, out) in enumerate(zip(names, outside, strict=True))
        ),
    )
    return Panel(
        "errors",
        "Who is wrong where",
        Axis(-0.5, end + 0.5, ticks=()),
        Axis(count + 0.85, -1.5, ticks=ticks),
        (*marks, told),
        note=note,
        alt=_errors_alt(blended),
        row=1,
        columns=2,
        high=300,
    )


def sorted_errors(blended: Blended, order: list[int]) -> list[np.ndarray]:
    """Return each split's errors (1 + M, columns), the blend's first, by how many err and then by who.

    Of classes only the rows that somebody gets wrong are left, most wrong first; of values all, lowest residual first.
    """
    everyone = np.concatenate([blended.shown.wrong.astype(float)[:, None], blended.errors[:, order]], axis=1)
    if not blended.result.classification:
        return [one[:, np.argsort(one[1:].mean(axis=0), kind="stable")] for one in everyone]
    kept = [one[:, one.any(axis=0)] for one in everyone]
    return [one[:, np.lexsort((*one[::-1], one[1:].sum(axis=0)))[::-1]] for one in kept]


def _grouped(values: np.ndarray) -> np.ndarray:
    """Return sorted residuals (R, 1 + M, t) as means over at most GROUPS groups of neighbouring columns."""
    groups = np.array_split(np.arange(values.shape[2]), min(GROUPS, values.shape[2]))
    return np.stack([values[..., group].mean(axis=-1) for group in groups], axis=-1)


def _counted(blended: Blended) -> list[tuple[str]]:
    """Return for each split one line that counts what the map shows."""
    result = blended.result
    chosen = blended.errors[:, blended.chosen]
    if not result.classification:
        rows = result.test_y.shape[1]
        grouped = f" in {GROUPS} groups" if rows > GROUPS else ""
        return [(f"{rows} test rows{grouped}, from said too much to said too little",) for _ in result.test_y]
    within = "" if len(blended.members) == len(result.members) else " that is in"
    return [
        (
            f"{int(members.any(axis=0).sum())} of {members.shape[1]} test rows wrong for a member{within}, "
            f"{int(members.all(axis=0).sum())} for all of them, {int(wrong.sum())} for the blend",
        )
        for members, wrong in zip(chosen, blended.shown.wrong, strict=True)
    ]


def _errors_alt(blended: Blended) -> str:
    if not blended.result.classification:
        return "Residuals of every member and the blend on every test row, split by split."
    members = blended.errors[:, blended.chosen]
    lost = members.all(axis=1).sum(axis=1).mean()
    anyone = members.any(axis=1).sum(axis=1).mean()
    return f"A split has {anyone:.0f} test rows that a member gets wrong, and {lost:.1f} that all get wrong (means)."


def bagging(result: Result) -> Panel:
    """Return the test score of averages of 1 … B trees, and of as many networks; the band is which ones are drawn."""
    scale = 100.0 if result.classification else 1.0
    marks: list[Mark] = []
    ends: list[float] = []
    told: list[str] = []
    count = result.bag_mean.shape[-1]
    models = np.arange(1, count + 1)
    for kind, (label, style) in enumerate(BAGS):
        mean = scale * result.bag_mean[kind].mean(axis=0)
        if not count or not np.isfinite(mean).all():
            continue
        spread = scale * result.bag_deviation[kind].mean(axis=0)
        marks += [
            Band(models, mean - spread, mean + spread, style, opacity=0.18),
            Line(models, mean, style, label, emphasis=1.4, hover=f"average of so many {label.lower()}"),
        ]
        ends += [float((mean - spread).min()), float((mean + spread).max())]
        told.append(
            f"one of the {label.lower()} {scored(result, mean[0] / scale)}, {count} {scored(result, mean[-1] / scale)}"
        )
    name = "accuracy" if result.classification else "R²"
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    pad = 0.08 * max(high - low, 1e-3)
    if not ends:
        marks.append(
            Texts([(1 + max(count, 2)) / 2], [0.5], ("Not trained yet." if count else "No bag was asked for.",), MUTED)
        )
    return Panel(
        "bagging",
        "Bagging",
        Axis(1, max(count, 2), "models averaged"),
        Axis(low - pad, high + pad, f"{name}, %" if result.classification else name, grid=True),
        tuple(marks),
        note=f"band: which of the {count}",
        alt="Test score of averages: " + ("; ".join(told) if told else "no bag was trained") + ".",
        row=1,
        column=2,
        labels=72,
    )
