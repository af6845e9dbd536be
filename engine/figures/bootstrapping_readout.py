"""The numbers beside the benchmark's picture, for every number of splits: what may be said after so many.

What the learner should see: the verdict first, a verdict that changes its mind while splits are few and stops doing so.
"±" stands for an interval only; how far one split may lie from the mean is called its spread.
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
        note="95 % intervals, + for B",
        styles=(*[None] * 6, styles[0], None, styles[1], None, None),
        strong=(0, 1, 2),
        column=2,
        rows=2,
        framed=True,
    )


def _rows(result: Result, measure: str, precision: float, count: int) -> tuple[tuple[str, str], ...]:
    found = judgement.verdict(result, measure, count)
    factor = words.factor(measure)
    gap = words.gap(found, measure)
    forecast = judgement.enough(found.first.deviation, precision / 100)
    asked = words.half(factor * precision / 100, measure).removesuffix(" points")
    unknown = not np.isfinite(found.first.deviation)
    return (
        _verdict(words.judged(found, result.config)),
        _lead(gap, measure),
        ("Corrected interval", words.interval(found.corrected.low, found.corrected.high, measure)),
        ("Plain interval", words.interval(found.plain.low, found.plain.high, measure)),
        ("p, corrected", words.probability(found.corrected_p)),
        ("Won, B : A : even", f"{found.wins} : {found.losses} : {found.ties}"),
        ("A, mean", _mean(found.first.mean, measure)),
        ("spread of one split", _points(factor * found.first.deviation, measure)),
        ("B, mean", _mean(found.second.mean, measure)),
        ("spread of one split", _points(factor * found.second.deviation, measure)),
        (f"A’s mean to ±{asked}", "–" if unknown else words.splits_text(forecast)),
    )


def _verdict(judged: str) -> tuple[str, str]:
    """Return the verdict's row; a reason behind its colon is the label, for a long value would squeeze all labels."""
    verdict, _, reason = judged.partition(": ")
    return (reason[:1].upper() + reason[1:] or "Verdict", verdict)


def _lead(gap: float, measure: str) -> tuple[str, str]:
    if not np.isfinite(gap) or gap == 0:
        return "Ahead", "–" if not np.isfinite(gap) else "neither"
    return f"{'B' if gap > 0 else 'A'} ahead by", _points(abs(gap), measure)


def _points(value: float, measure: str) -> str:
    if not np.isfinite(value):
        return "–"
    return words.plain(value, measure) + ("" if measure == judgement.LOSS else " points")


def _mean(value: float, measure: str) -> str:
    return words.shown(words.as_shown(value, measure), measure) if np.isfinite(value) else "–"
