"""What happened, in sentences computed from this result."""

from __future__ import annotations

import numpy as np

from engine.face_generator import closer as near
from engine.face_generator import reading, source
from engine.face_generator.experiment import Config, Result
from engine.face_generator.noise import NOISES, NORMAL
from engine.runs.store import store

NARROW = "\u2009"
DONE = 0.9  # of the way from the first kernel distance to the best
COPIES = 0.5  # of the median distance of new pictures: nearer than this looks like a copy


def story(result: Result, look: near.Result | None) -> tuple[str, ...]:
    """Return two to four sentences (Markdown)."""
    if result.diverged:
        return (
            f"A loss stopped being a number at step {count(result.loss_step[-1])}: the steps of "
            f"{result.config.learning_rate:g} threw the weights out of range. Take a smaller learning rate.",
        )
    parts = (_progress(result), _seen(result), _other_numbers(result), _memory(look), _directions(look))
    return tuple(part for part in parts if part)


def count(value: float) -> str:
    """Return a whole number with thin spaces between its thousands."""
    return f"{int(value):,}".replace(",", NARROW)


def usual(result: Result) -> Result | None:
    """Return the shipped look with the usual numbers and ψ = 1, of the same kind; None where it is not stored."""
    entry = store().find(Config(kind=result.config.kind))
    return entry.result if entry is not None else None


def most_done(result: Result) -> int:
    """Return the first moment at which DONE of the fall of the kernel distance is over."""
    start, best = float(result.quality[0]), float(result.quality.min())
    return int(np.flatnonzero(result.quality <= start - DONE * (start - best))[0])


def appeared(result: Result, attribute: int) -> int:
    """Return the first moment from which an attribute is seen on half as many faces as at the end, or on more.

    Where there are no faces yet to read, it is not seen.
    """
    shares = np.nan_to_num(result.presence[:, attribute])
    below = np.flatnonzero(shares < shares[-1] / 2)
    return int(below[-1]) + 1 if len(below) else 0


def copies(look: near.Result) -> int:
    """Return how many of the generated faces lie nearer to a training picture than COPIES of what new ones do."""
    return int((look.generated < COPIES * np.median(look.fresh)).sum())


def _progress(result: Result) -> str:
    first, last = float(result.quality[0]), float(result.quality[-1])
    spread = float(result.quality_spread[-1])
    if result.config.steps:
        change = last - first
        sure = abs(change) > 2 * np.hypot(spread, float(result.quality_spread[0]))
        told = "better" if change < 0 else "worse"
        verdict = f"the faces have become {told}" if sure else "that is within its spread: no change that can be told"
        return (
            f"From step {count(result.step[0])} to {count(result.step[-1])} the kernel distance goes from {first:.3f} "
            f"to {last:.3f} (± {spread:.3f}): {verdict}."
        )
    place = most_done(result)
    return (
        f"The kernel distance to real faces falls from {first:.2f} to **{last:.3f}** (± {spread:.3f}); nine tenths of "
        f"that were done at step {count(result.step[place])} of {count(result.step[-1])}."
    )


def _seen(result: Result) -> str:
    if result.config.noise != NORMAL or not np.isfinite(result.presence[-1]).all():
        return ""
    told = [
        f"{name.lower()} on {100 * share:.0f} % (real ones: {100 * real:.0f} %)"
        for name, share, real in zip(reading.NAMES, result.presence[-1], reading.SHARES, strict=True)
    ]
    return f"A reader that was fitted on drawn faces sees {', '.join(told[:-1])} and {told[-1]}."


def _other_numbers(result: Result) -> str:
    config = result.config
    if config.noise == NORMAL and config.truncation == 1:
        return ""
    other = usual(result)
    if other is None:
        return ""
    change = result.variety[-1] / other.variety[-1]
    what = f"ψ = {config.truncation:g}" if config.noise == NORMAL else f"“{NOISES[config.noise].lower()}”"
    return (
        f"With {what} two faces lie {result.variety[-1]:.3f} apart on average, against {other.variety[-1]:.3f} as in "
        f"training: {100 * change:.0f} % of the variety; the kernel distance is {result.quality[-1]:.3f} instead of "
        f"{other.quality[-1]:.3f}."
    )


def _memory(look: near.Result | None) -> str:
    if look is None or not len(look.fresh):
        return ""
    generated, fresh = float(np.median(look.generated)), float(np.median(look.fresh))
    found = copies(look)
    verdict = "none of the 64 looks copied" if not found else f"{found} of the 64 lie suspiciously near"
    return (
        f"The nearest of {count(source.trained_on(look.config.kind))} training faces is {generated:.3f} away (median), "
        f"for new real faces {fresh:.3f}: {verdict}."
    )


def _directions(look: near.Result | None) -> str:
    if look is None or not len(look.correlation) or np.isnan(look.correlation).all():
        return ""
    names = [one.name for one in source.attributes(look.config.kind)]
    best, worst = int(np.nanargmax(look.correlation)), int(np.nanargmin(look.correlation))
    return (
        f"Of the directions, “{names[best].lower()}” agrees best with what is seen (correlation "
        f"{look.correlation[best]:.2f}), “{names[worst].lower()}” least ({look.correlation[worst]:.2f})."
    )
