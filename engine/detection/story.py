"""What happened, in sentences computed from this result and this choice."""

from __future__ import annotations

import numpy as np

from engine.detection.experiment import Result, classes
from engine.detection.view import BEYOND, Choice, Judgement, View
from engine.optimizers.words import joined


def counted(names: list[str]) -> str:
    """Return "2 chairs, a cat and a person" from names with repetitions, the most frequent first."""
    kinds = sorted(set(names), key=lambda name: (-names.count(name), names.index(name)))
    return joined([f"{names.count(name)} × {name}" if names.count(name) > 1 else name for name in kinds])


def story(result: Result, view: View, choice: Choice, judgement: Judgement | None) -> tuple[str, ...]:
    """Return two to four sentences (Markdown)."""
    names = classes(result.config.detector)
    return (
        _funnel(result, view, choice, names),
        _suppressed(result, choice, names),
        *(() if judgement is None else (_judged(view, judgement),)),
    )


def _funnel(result: Result, view: View, choice: Choice, names: tuple[str, ...]) -> str:
    start = f"The network gives an opinion at **{result.places:,} places**".replace(",", "\u2009")
    passed = len(choice.passed)
    if not passed:
        if not len(result.score):
            return f"{start}; not one has a score of 0.01 or more."
        best = f"{names[result.kind[0]]}, {result.score[0]:.2f}"
        return f"{start}; none passes a score of {view.score:.2f}. The best of them all is {best}."
    kept = [names[kind] for kind in result.kind[choice.kept]]
    noun = "box" if len(kept) == 1 else "boxes"
    return (
        f"{start}; **{passed}** pass a score of {view.score:.2f}, and suppression leaves **{len(kept)}** {noun}: "
        f"{counted(kept)}."
    )


def _suppressed(result: Result, choice: Choice, names: tuple[str, ...]) -> str:
    fallen = np.flatnonzero(choice.fate >= 0)
    if not len(fallen):
        return "No box covers another one enough to be dropped."
    keepers, times = np.unique(choice.fate[fallen], return_counts=True)
    busiest, most = int(keepers[times.argmax()]), int(times.max())
    beyond = int((choice.fate == BEYOND).sum())
    sentence = (
        f"The {names[result.kind[busiest]]} of score {result.score[busiest]:.2f} alone dropped "
        f"{most} {'box' if most == 1 else 'boxes'} that overlap it by up to {choice.overlap[fallen].max():.2f}."
    )
    return sentence + (f" {beyond} more found no place among the best." if beyond else "")


def _judged(view: View, judgement: Judgement) -> str:
    counts = judgement.counts
    total = counts.right + counts.missed
    found = counts.right + counts.wrong
    precision = "–" if found == 0 else f"{100 * counts.precision:.0f} %"
    return (
        f"Against your {total} true {'box' if total == 1 else 'boxes'} (right from an IoU of "
        f"{view.right_from:.2f}): {counts.right} found, {counts.wrong} wrong, {counts.missed} missed. Precision "
        f"{precision}, recall {100 * counts.recall:.0f} %, F1 {counts.f1:.2f}, average precision "
        f"{judgement.average:.2f}. "
        f"{'Things you have not marked count as wrong. ' if counts.wrong else ''}One picture is a sketch, no benchmark."
    )
