"""What happened, in sentences made from the numbers of this run, and how sure they are."""

from __future__ import annotations

import numpy as np

from engine.semi_supervised.experiment import ALONE, WITH, Result
from engine.semi_supervised.pictures import CLASSES
from engine.validation.statistics import Summary, paired

FEW, MANY = 0.05, 0.10  # gains that the scenes tell apart
NARROW = "\u202f"


def gain(result: Result, frame: int = -1) -> tuple[Summary, float]:
    """Return the paired gain by the unlabelled pictures over the seeds (a share, not points), and its p value."""
    return paired(result.accuracy[frame, WITH], result.accuracy[frame, ALONE])


def is_sure(found: Summary) -> bool:
    """Return whether the 95 % interval of a gain is all above 0, or all below."""
    return found.low > 0 or found.high < 0


def points(value: float, sign: bool = True) -> str:
    """Return a share as points with a real minus sign."""
    return (f"{100 * value:+.1f}" if sign else f"{100 * value:.1f}").replace("-", "\N{MINUS SIGN}")


def interval(found: Summary) -> str:
    """Return a gain's interval, e.g. "10.7 to 20.0"."""
    return f"{points(found.low, sign=False)} to {points(found.high, sign=False)}"


def story(result: Result) -> tuple[str, ...]:
    """Return two or three sentences (Markdown)."""
    if result.diverged:
        return (
            f"A loss stopped being a number in epoch {int(result.frame_epoch[-1])}: steps of "
            f"{result.config.learning_rate:g} threw the weights out of range. Take smaller learning rates.",
        )
    if int(result.frame_epoch[-1]) == 0:
        return ("Nothing is learned yet: both networks guess.",)
    told = _curve(result) if result.config.curve else _one(result)
    if not result.finished:
        told = (*told, f"Stopped after {int(result.frame_epoch[-1])} of {result.config.epochs} epochs.")
    return told


def _one(result: Result) -> tuple[str, ...]:
    found, chance = gain(result)
    labels, seeds = int(result.frame_labels[-1]), result.config.seeds
    known, looked = CLASSES * labels, result.config.looked_at(labels)
    both = result.accuracy[-1].mean(axis=1)
    more = f"{looked - known:,}".replace(",", NARROW)
    first = (
        f"With {known} labelled pictures alone {100 * both[ALONE]:.1f} % of the test pictures are right; with {more} "
        f"more that nobody labelled, **{100 * both[WITH]:.1f} %**."
    )
    verdict = "more than luck" if is_sure(found) else "luck cannot be ruled out"
    second = (
        f"The gain is {points(found.mean)} points over {seeds} seeds, 95 % interval {interval(found)} "
        f"(paired, p = {chance:.3f}): {verdict}. It was positive in "
        f"{int((result.accuracy[-1, WITH] > result.accuracy[-1, ALONE]).sum())} of {seeds} seeds."
    )
    rival, _ = paired(result.accuracy[-1, WITH], result.spread[-1])
    third = (
        f"No network at all, labels that pass from picture to picture among the nearest, gets "
        f"{100 * result.spread[-1].mean():.1f} %: {_against(rival)}."
    )
    return first, second, third


def _against(rival: Summary) -> str:
    """Return how the discriminator does beside label spreading."""
    told = f"{points(rival.mean)} points ({interval(rival)})"
    if not is_sure(rival):
        return f"the GAN’s difference to it, {told}, may be luck"
    return f"the GAN is {'better' if rival.mean > 0 else 'worse'}, by {told}"


def sure_until(result: Result) -> int:
    """Return the place of the first count whose gain is not sure; the number of counts if all are."""
    return next(
        (place for place in range(len(result.accuracy)) if not is_sure(gain(result, place)[0])), len(result.accuracy)
    )


def _curve(result: Result) -> tuple[str, ...]:
    counts, until = result.frame_labels, sure_until(result)
    first, last = gain(result, 0)[0], gain(result)[0]
    ends = [
        f"With {counts[0]} label{'s' if counts[0] > 1 else ''} a class the pictures without label add "
        f"**{points(first.mean)}** points ({interval(first)}), with {counts[-1]} {points(last.mean)} "
        f"({interval(last)})."
    ]
    if until < len(counts):
        found = gain(result, until)[0]
        again = [int(counts[place]) for place in range(until, len(counts)) if is_sure(gain(result, place)[0])]
        rest = f"; at {' and '.join(map(str, again))} it is above 0 again" if again else ", and stays so"
        ends.append(
            f"At {counts[until]} a class the interval, {interval(found)}, takes in 0 for the first time: a gain that "
            f"may be luck{rest}."
        )
    else:
        ends.append("Every interval lies above 0, but the gain shrinks as labels come in.")
    rival, _ = paired(result.accuracy[0, WITH], result.spread[0])
    others = (
        f"With no network, labels passed on to the nearest pictures, {100 * result.spread[0].mean():.0f} % are right "
        f"there: {_against(rival)}. All intervals: 95 %, {result.config.seeds} seeds, paired."
    )
    ends.append(f"{_worth(result)} {others}".strip())
    return tuple(ends)


def _worth(result: Result) -> str:
    """Return how many labels the other network needs for what the first count reaches with the unlabelled pictures."""
    both = result.accuracy.mean(axis=2)
    enough = np.flatnonzero(both[:, ALONE] >= both[0, WITH])
    if not len(enough):
        return ""
    return (
        f"With labels alone, {result.frame_labels[enough[0]]} a class were the first to reach the "
        f"{100 * both[0, WITH]:.0f} % of {result.frame_labels[0]} a class with unlabelled pictures."
    )
