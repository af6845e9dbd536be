"""The ensemble on the stage: scores and weights on shared rows, who errs with whom, which rows are lost, and bagging.

What the learner should see: the blend stands above its members where their errors differ, and where all are wrong on
the same row nothing can be blended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.ensembles.blend import Blended, Fitted
from engine.ensembles.members import MEMBERS
from engine.ensembles.words import combinations, measure, scored, signed
from engine.figures import board
from engine.figures.board import Axis, Board, Mark, Panel, Points, Rectangles, Rule, Segments, Texts
from engine.figures.ensembles_panels import alike, bagging, errors
from engine.figures.theme import ACCENT, INK, MUTED, NEGATIVE, SERIES, Series

FAMILIES: Mapping[str, Series] = {
    "forest": SERIES["rmsprop"],
    "extra": SERIES["rmsprop"],
    "boosting": SERIES["rmsprop"],
    "neighbours": SERIES["momentum"],
    "svm": SERIES["momentum"],
    "wide": SERIES["adam"],
    "deep": SERIES["adam"],
    "linear": SERIES["adam"],
}


NEGATIVE_DIAMOND = Series(NEGATIVE.light, NEGATIVE.dark, marker="diamond")
GAP = 0.7  # rows left free between the combinations and the members
LOWEST_R2 = -0.3  # a member below is drawn at the edge
NUMBERS_SHARE = 0.2  # of the score panel, at its right


@dataclass(frozen=True)
class _Rows:
    """Which row everything stands on: combinations first, then the members, best first."""

    order: list[int]
    first: float

    def at(self, position: int) -> float:
        """Return the row of the member at a position of the run's list."""
        return self.first + self.order.index(position)

    @property
    def end(self) -> float:
        """Return where the last row ends."""
        return self.first + len(self.order) - 0.5


def payload(blended: Blended, revision: str, running: bool = False) -> Mapping[str, Any]:
    """Return the board of members and their combinations.

    Args:
        blended: Members, their scores, and what is made of them.
        revision: Names the run; with the same one the playhead stays where it is.
        running: Whether more members are coming.
    """
    rows = _Rows(order(blended), len(combinations(blended)) + GAP)
    panels = (
        _scores(blended, rows),
        _weights(blended, rows),
        alike(blended, rows.order, rows.first, rows.end),
        errors(blended, rows.order),
        bagging(blended.result),
    )
    return board.payload(
        Board(
            panels,
            columns=(1.2, 0.72, 1.08),
            rows=(1.3, 1.0),
            frames=blended.result.config.repeats,
            unit="split",
            revision=revision,
            running=running,
        )
    )


def order(blended: Blended) -> list[int]:
    """Return the positions of all members of the run, best mean test score first: the rows of the picture."""
    return [int(place) for place in np.argsort(-blended.member_scores.mean(axis=0), kind="stable")]


def _row_ticks(blended: Blended, rows: _Rows) -> tuple[tuple[float, str], ...]:
    members = blended.result.members
    names = [(float(row), name) for row, (name, _) in enumerate(combinations(blended))]
    for position in rows.order:
        out = "" if members[position] in blended.members else " (out)"
        names.append((rows.at(position), MEMBERS[members[position]].label + out))
    return tuple(names)


def _row_axis(blended: Blended, rows: _Rows, named: bool) -> Axis:
    return Axis(rows.end, -0.6, ticks=_row_ticks(blended, rows) if named else ())


def _touchable(blended: Blended, rows: _Rows, low: float, high: float) -> Rectangles:
    """Return one box a member, as wide as the panel: a click on its row takes it out or in."""
    members = blended.result.members
    places = np.array([rows.at(position) for position in rows.order])
    inside = [members[position] in blended.members for position in rows.order]
    return Rectangles(
        np.full(len(places), low),
        np.full(len(places), high),
        places - 0.5,
        places + 0.5,
        MUTED,
        opacity=np.where(inside, 0.08, 0.0),
        gap=1.0,
        hover=tuple(
            f"{MEMBERS[members[position]].label}, {MEMBERS[members[position]].words}: "
            f"click to {'take it out' if there else 'take it in'}"
            for position, there in zip(rows.order, inside, strict=True)
        ),
        name="member",
    )


def _scores(blended: Blended, rows: _Rows) -> Panel:
    result = blended.result
    scale = 100.0 if result.classification else 1.0
    columns = [scale * scores for _, scores in combinations(blended)]
    columns += [scale * blended.member_scores[:, position] for position in rows.order]
    scores = np.stack(columns, axis=1)
    shown = scores if result.classification else np.maximum(scores, LOWEST_R2)
    places = np.array([float(row) for row in range(len(combinations(blended)))] + [rows.at(p) for p in rows.order])
    styles = [INK] * len(combinations(blended)) + [FAMILIES[result.members[position]] for position in rows.order]
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    promise = ""
    if blended.leak:
        high, promise = max(high, scale * float(blended.leaking.fitted_scores.mean())), "; diamond: promised"
        high += 0.06 * (high - low)  # so that the diamond keeps clear of the numbers
    reach = max(high - low, 1e-3)
    end = high + NUMBERS_SHARE * 1.35 * reach
    repeats = len(scores)
    means = shown.mean(axis=0)
    best = scale * float(blended.member_scores[:, blended.best_member(blended.chosen)].mean())
    marks: tuple[Mark, ...] = (
        _touchable(blended, rows, low - 0.05 * reach, end),
        *_promised(blended, scale),
        Rule("x", best, style=MUTED, label="best member", opacity=0.55),
        Points(
            shown.ravel(),
            np.tile(places, repeats),
            styles=tuple(styles),
            style_of=np.tile(np.arange(len(styles)), repeats),
            size=3.0,
            opacity=0.4,
            reveal=np.repeat(np.arange(repeats), len(styles)),
            name="score",
        ),
        Points(
            means,
            places,
            styles=tuple(styles),
            style_of=np.arange(len(styles)),
            size=np.array([7.0] + [5.5] * (len(styles) - 1)),
            hover=tuple(
                f"{name}: {scored(result, column.mean() / scale)}, standard deviation "
                f"{measure(result, column.std(ddof=1) / scale)} over {repeats} splits"
                for (_, name), column in zip(_row_ticks(blended, rows), scores.T, strict=True)
            ),
            name="score",
        ),
        Points(shown, np.tile(places, (repeats, 1)), ACCENT, size=3.5, hollow=True, framed=True, name="score"),
        Texts(
            np.full(len(places), end - 0.02 * reach),
            places,
            tuple(measure(result, column.mean() / scale) for column in scores.T),
            align="right",
        ),
    )
    name = "accuracy" if result.classification else "R²"
    listed = ", ".join(
        f"{label} {measure(result, column.mean() / scale)}"
        for (_, label), column in zip(_row_ticks(blended, rows), scores.T, strict=True)
    )
    return Panel(
        "scores",
        "Score on test rows",
        Axis(low - 0.05 * reach, end, f"{name}, %" if result.classification else name),
        _row_axis(blended, rows, True),
        marks,
        note=f"ring: this split{promise}",
        alt=f"Test {name}, mean over {repeats} splits: {listed}.",
        high=380,
    )


def _promised(blended: Blended, scale: float) -> tuple[Mark, ...]:
    """Return what a leaking blend promises: its score on the very predictions it was fitted on."""
    if not blended.leak:
        return ()
    promised = float(blended.leaking.fitted_scores.mean())
    told = f"promised on the training rows: {scored(blended.result, promised)}"
    return (Points([scale * promised], [0.0], NEGATIVE_DIAMOND, size=7.0, hollow=True, hover=(told,)),)


def _legend(reach: float) -> tuple[Mark, ...]:
    """Return what the looks of the members stand for, in the room beside the combinations, which have no weight."""
    kinds = (("networks", "wide"), ("k-NN and SVM", "svm"), ("trees", "forest"))
    places = np.array([0.5, 1.5, 2.5])
    return (
        Points(
            np.full(3, 0.06 * reach),
            places,
            styles=tuple(FAMILIES[name] for _, name in kinds),
            style_of=np.arange(3),
            size=4.5,
        ),
        Texts(np.full(3, 0.12 * reach), places, tuple(label for label, _ in kinds), MUTED, align="left"),
    )


def _weights(blended: Blended, rows: _Rows) -> Panel:
    fitted: Fitted = blended.shown
    mean, spread = fitted.weights.mean(axis=0), fitted.weights.std(axis=0, ddof=1)
    places = np.array([rows.at(position) for position in blended.chosen])
    low = min(0.0, float((mean - spread).min()), float(fitted.weights.min()))
    high = max(float((mean + spread).max()), float(fitted.weights.max()), 1e-3)
    edge = 0.06 * (high - low)
    labels = [MEMBERS[name].label for name in blended.members]
    styles = tuple(FAMILIES[name] for name in blended.members)
    marks: tuple[Mark, ...] = (
        _touchable(blended, rows, low - edge, high + edge),
        Rule("x", 0.0, style=INK, opacity=0.4),
        Rectangles(
            np.zeros(len(mean)),
            mean,
            places - 0.28,
            places + 0.28,
            styles=styles,
            style_of=np.arange(len(mean)),
            opacity=0.75,
            hover=tuple(
                f"{label}: {signed(value, 2)}, standard deviation {deviation:.2f} over the splits"
                for label, value, deviation in zip(labels, mean, spread, strict=True)
            ),
            name="weight",
        ),
        Segments(mean - spread, places, mean + spread, places, INK, width=1.5, opacity=0.7),
        Points(
            fitted.weights,
            np.tile(places, (len(fitted.weights), 1)),
            ACCENT,
            size=3.5,
            hollow=True,
            framed=True,
            name="weight",
        ),
        *_legend(high - low),
    )
    title = "Weight, leaking" if blended.leak else "Weight"
    listed = ", ".join(f"{label} {signed(value, 2)}" for label, value in zip(labels, mean, strict=True))
    return Panel(
        "weights",
        title,
        Axis(low - edge, high + edge, "coefficient"),
        _row_axis(blended, rows, False),
        marks,
        note="no shares; line: ± 1 SD",
        alt=f"{title}, mean coefficient over the splits: {listed}.",
        column=1,
        high=380,
    )
