"""The numbers beside the benchmark's picture, for every number of splits: what may be said after so many.

What the learner should see: a verdict that changes its mind while splits are few, and stops doing so.
"""

from __future__ import annotations

import numpy as np

from engine.bootstrapping import judgement, words
from engine.bootstrapping.experiment import Result
from engine.figures.board import Readout
from engine.figures.theme import Series


def readout(result: Result, measure: str, precision: float, styles: tuple[Series, Series], frames: int) -> Readout:
    """Return the read-out, one set of rows a frame.

    Args:
        result: The run.
        measure: What is compared.
        precision: Half width that is asked for, in points (hundredths).
        styles: Of A and B.
        frames: N, splits on the board.
    """
    return Readout(
        "verdict",
        "Real or luck?",
        tuple(_rows(result, measure, precision, count) for count in range(1, frames + 1)),
        note="95 % intervals",
        styles=(styles[0], styles[1], *[None] * 12),
        strong=(0, 1, 3),
        column=2,
        rows=2,
        framed=True,
    )


def _rows(result: Result, measure: str, precision: float, count: int) -> tuple[tuple[str, str], ...]:
    found = judgement.verdict(result, measure, count)
    factor = words.factor(measure)
    needed = [result.best_epoch[setting, :count][result.epochs[setting, :count] > 0] for setting in (0, 1)]
    epochs = " · ".join(f"{each.mean():.1f}" if len(each) else "–" for each in needed)
    first = judgement.enough(found.first.deviation, precision / 100)
    corrected = judgement.enough(found.first.deviation, precision / 100, result.share)
    asked = f"±{words.half(factor * precision / 100, measure).removesuffix(' points')}"
    unknown = not np.isfinite(found.first.deviation)
    return (
        ("A", _spread(found.first.mean, found.first.deviation, measure)),
        ("B", _spread(found.second.mean, found.second.deviation, measure)),
        ("B better by", words.signed(factor * found.plain.mean, measure)),
        ("Verdict", words.judged(found)),
        ("Corrected", words.interval(found.corrected.low, found.corrected.high, measure)),
        ("p, corrected", words.probability(found.corrected_p)),
        ("Plain", words.interval(found.plain.low, found.plain.high, measure)),
        ("p, plain", words.probability(found.plain_p)),
        ("Unpaired", _with("±", factor * found.unpaired, measure)),
        ("B : A : ties", f"{found.wins} : {found.losses} : {found.ties}"),
        ("Can detect", _with("≥", factor * found.smallest, measure)),
        ("Epochs A · B", epochs),
        (f"{asked} takes", "–" if unknown else words.splits_text(first)),
        ("… corrected", "–" if unknown else "never" if corrected is None else words.splits_text(corrected)),
    )


def _with(sign: str, value: float, measure: str) -> str:
    return f"{sign} {words.plain(value, measure)}" if np.isfinite(value) else "–"


def _spread(mean: float, deviation: float, measure: str) -> str:
    factor = words.factor(measure)
    if not np.isfinite(mean):
        return "–"
    return f"{words.plain(words.as_shown(mean, measure), measure)} ± {words.plain(factor * deviation, measure)}"
