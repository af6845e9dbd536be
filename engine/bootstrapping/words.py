"""Numbers and names as the page says them: points for differences of shares, few digits, a real minus sign.

What the learner should see: "B ahead by 0.42 points" everywhere in the same words, on the picture and below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.bootstrapping import judgement
from engine.bootstrapping.draws import REPLACEMENT, SHUFFLE, STRATIFIED
from engine.bootstrapping.experiment import SEED, Config, Result
from engine.bootstrapping.judgement import LOSS, Verdict

MINUS = "\N{MINUS SIGN}"
METHOD_NAMES: Mapping[str, str] = {
    STRATIFIED: "Stratified",
    SHUFFLE: "Shuffled",
    REPLACEMENT: "With replacement",
}
DIFFERENCE_NAMES: Mapping[str, str] = {
    SEED: "nothing but the seed",
    "dropout": "dropout",
    "learning_rate": "learning rate",
    "layers": "layers",
    "activation": "activation",
    "l2": "L2 penalty",
    "batch_size": "batch size",
    "optimizer": "optimizer",
    "patience": "patience",
}


def factor(measure: str) -> float:
    """Return by what a stored value is multiplied to be shown: scores are shown in hundredths, losses as they are."""
    return 1.0 if measure == LOSS else 100.0


def as_shown(value: Any, measure: str) -> Any:
    """Return a value of `judgement.values` in its shown unit: a loss is turned back, a score comes in hundredths."""
    return factor(measure) * (-value if measure == LOSS else value)


def unit(measure: str) -> str:
    """Return the unit of a spread or a difference."""
    return "loss" if measure == LOSS else "points"


def measure_name(result: Result, measure: str) -> str:
    """Return what is measured, with its unit, as an axis says it."""
    if measure == LOSS:
        return "loss, held back (down is worse)"
    return "accuracy, held back, %" if result.classification else "R², held back, %"


def difference_unit(measure: str) -> str:
    """Return the name of the axis of differences."""
    return "lower loss" if measure == LOSS else "points"


def _digits(measure: str) -> int:
    return 3 if measure == LOSS else 2


def plain(value: float, measure: str) -> str:
    """Return a value in its shown unit with the digits of its kind; a dash where there is none."""
    if not np.isfinite(value):
        return "–"
    return f"{value:.{_digits(measure)}f}".replace("-", MINUS)


def signed(value: float, measure: str) -> str:
    """Return a difference in its shown unit with its sign."""
    return f"+{plain(value, measure)}" if value > 0 else plain(value, measure)


def shown(value: float, measure: str) -> str:
    """Return a score in its shown unit, with the unit."""
    return plain(value, measure) + ("" if measure == LOSS else " %")


def half(value: float, measure: str) -> str:
    """Return a half width in its shown unit, with the unit."""
    return f"{value:.4g}" if measure == LOSS else f"{value:.2g} points"


def better_by(value: float, measure: str) -> str:
    """Return who is ahead by how much, in the shown unit."""
    if not np.isfinite(value):
        return "not known"
    if value == 0:
        return "no difference"
    winner, of = "B" if value > 0 else "A", "in loss" if measure == LOSS else "points"
    return f"{winner} ahead by {plain(abs(value), measure)} {of}"


def gap(found: Verdict, measure: str) -> float:
    """Return by how much B is ahead, in the shown unit: the difference of the two means as they are written.

    Means of 97.03 and 95.08 are 1.95 apart for every reader, whatever the digits behind them say. Where a mean covers
    splits that the other does not know, it is the mean difference of the pairs.
    """
    if not found.first.count == found.second.count == found.count:
        return factor(measure) * found.plain.mean
    first, second = (round(factor(measure) * one.mean, _digits(measure)) for one in (found.first, found.second))
    return second - first


def probability(value: float) -> str:
    """Return a p value."""
    if not np.isfinite(value):
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def equals(written: str) -> str:
    """Return a written p value as it follows the letter p: "= 0.54", "< 0.001"."""
    return written if written.startswith("<") else f"= {written}"


def interval(low: float, high: float, measure: str) -> str:
    """Return an interval of a difference, given as stored."""
    if not np.isfinite(low):
        return "–"
    return f"{signed(factor(measure) * low, measure)} … {signed(factor(measure) * high, measure)}"


def judged(found: Verdict, config: Config) -> str:
    """Return the verdict in a few words; where only the seed differs, nothing but luck can be behind a difference."""
    if found.count < 2:
        return "too early to say"
    if config.differs == SEED:
        return "false alarm: only seeds differ" if found.real else "luck: only seeds differ"
    if not found.real:
        return "may be luck"
    return "B is better" if found.corrected.mean > 0 else "A is better"


def value_text(name: str, value: object) -> str:
    """Return a setting's value as words."""
    if name == "layers":
        return " + ".join(str(units) for units in value) if value else "none"  # type: ignore[attr-defined]
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")


def contestants(config: Config) -> tuple[str, str]:
    """Return what A and B are, e.g. "dropout 0" and "dropout 0.5"."""
    if config.differs == SEED:
        return "a seed", "the same setting, other seeds"
    name = DIFFERENCE_NAMES[config.differs]
    own, other = getattr(config, config.differs), config.other_value
    return f"{name} {value_text(config.differs, own)}", f"{name} {value_text(config.differs, other)}"


def splits_text(count: int | None) -> str:
    """Return "31 splits"; for None, that it takes more than can be thought of."""
    written = f"{judgement.MOST if count is None else count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    return f"{'over ' if count is None else ''}{written} splits"


def alt_means(result: Result, measure: str) -> str:
    """Say the panel of running means."""
    found = judgement.verdict(result, measure)
    means = " and ".join(
        f"{letter} {shown(as_shown(one.mean, measure), measure)}"
        for letter, one in (("A", found.first), ("B", found.second))
    )
    return f"Mean so far over the number of splits; after {result.reached} it is {means}."


def alt_spread(result: Result, measure: str) -> str:
    """Say the panel of all scores."""
    parts = []
    for letter, scores in zip("AB", as_shown(judgement.values(result, measure), measure), strict=True):
        known = scores[np.isfinite(scores)]
        if len(known):
            parts.append(f"{letter} from {shown(known.min(), measure)} to {shown(known.max(), measure)}")
    return f"Histogram of every split's score: {', '.join(parts) or 'none yet'}."


def alt_differences(result: Result, measure: str) -> str:
    """Say the panel of paired differences."""
    found = judgement.verdict(result, measure)
    return (
        f"Difference on each split: B is better on {found.wins}, A on {found.losses}, {found.ties} are ties; "
        f"on average {better_by(gap(found, measure), measure)}."
    )


def alt_intervals(result: Result, measure: str) -> str:
    """Say the panel of the two intervals."""
    found = judgement.verdict(result, measure)
    return (
        f"95 % intervals of the mean difference: plain {interval(found.plain.low, found.plain.high, measure)}, "
        f"corrected {interval(found.corrected.low, found.corrected.high, measure)}: {judged(found, result.config)}."
    )


def alt_epochs(result: Result) -> str:
    """Say the panel of epochs."""
    needed = [result.best_epoch[setting][result.epochs[setting] > 0] for setting in (0, 1)]
    means = [f"{letter} {each.mean():.1f}" for letter, each in zip("AB", needed, strict=True) if len(each)]
    return f"Epochs each split needed; on average {' and '.join(means) or 'not known yet'}."


def alt_enough(result: Result, measure: str, precision: float) -> str:
    """Say the panel of half widths."""
    found = judgement.verdict(result, measure)
    enough = judgement.enough(found.first.deviation, precision / 100)
    return (
        f"Half width of the interval of A's mean over the number of splits: {splits_text(enough)} bring the plain one "
        f"to ±{half(factor(measure) * precision / 100, measure)}; the corrected one stays above a floor."
    )
