"""What happened, in sentences made from this run, with how sure they are."""

from __future__ import annotations

import numpy as np

from engine.initialization import spread
from engine.initialization.experiment import ALONE, DROPOUT, FOUR, TWICE, ZEROS, Result
from engine.initialization.scenes import percent
from engine.momentum.scenes import reached


def label(entry: str, together: int, result: Result) -> str:
    """Return what an entry is called in sentences and at its row."""
    return {
        ALONE: "alone",
        spread.AVERAGE: f"averages of {together}",
        spread.BAG: f"bags of {together}",
        DROPOUT: f"dropout {result.config.dropout:g}",
        TWICE: "2 × the rows",
        FOUR: "4 × the rows",
    }[entry]


def story(result: Result, together: int, goal: float) -> list[str]:
    """Return paragraphs about this run.

    Args:
        result: The run.
        together: Networks in a bag.
        goal: Training loss that counts as learned.
    """
    parts = [_alone(result, goal), _units(result), _cures(result, together)]
    if result.stopped:
        parts.append(f"You stopped it after epoch {len(result.loss) - 1} of {result.config.epochs}.")
    return [part for part in parts if part]


def _alone(result: Result, goal: float) -> str:
    known = result.final[0][np.isfinite(result.final[0])]
    gone = result.config.runs - len(known)
    told = f"{gone} of {result.config.runs} runs diverged: their loss was no number any more. " if gone else ""
    if len(known) < 3:
        return told.strip()
    found, epochs = spread.spread(result, ALONE), reached(result.loss, goal)
    there = epochs[np.isfinite(epochs)]
    needed = f"Training loss {goal:g} was reached by {len(there)} of {result.config.runs}"
    if len(there) > 1:
        needed += (
            f", after {there.min():.0f} to {there.max():.0f} epochs ({there.mean():.0f} ± {there.std(ddof=1):.0f}, "
            f"± one standard deviation)"
        )
    if found.deviation == 0:
        return f"{told}All {len(known)} networks end with {percent(found.mean)} of the test rows wrong. {needed}."
    return (
        f"{told}{len(known)} networks with the same rows and the same batches end with {percent(known.min())} to "
        f"{percent(known.max())} of the test rows wrong; mean {percent(found.mean)}, standard deviation "
        f"{percent(found.deviation)} (95 % interval {percent(found.low)} to {_top(found.high)}). Two disagree "
        f"about {percent(found.apart)} of the test rows. {needed}."
    )


def _top(high: float) -> str:
    return percent(high) if np.isfinite(high) else "unknown, since one run alone makes the spread"


def _units(result: Result) -> str:
    units = sum(result.config.layers)
    found = spread.distinct_units(result, result.weights[0])
    if int(found.max()) == units:
        return ""
    moved = np.abs(result.weights[0] - result.snapshots[0].astype(np.float32))
    hidden = sum(int(np.prod(shape)) for shape in result.config.architecture().shapes()[:-2])
    still = float(moved[:, :hidden].max()) == 0.0
    why = (
        "The hidden weights never moved: their gradient is a product with weights that are 0."
        if still and result.config.initializer == ZEROS
        else "Units that begin equal get equal gradients and stay equal, so a layer is worth one unit."
    )
    count = f"{found.min()}" if found.min() == found.max() else f"{found.min()} to {found.max()}"
    return f"At the end {count} of {units} hidden units differ. {why}"


def _cures(result: Result, together: int) -> str:
    told = []
    for entry in spread.ENTRIES[1:]:
        if not spread.has(result, entry):
            continue
        found = spread.spread(result, entry, together)
        if not np.isfinite(found.ratio):
            continue
        name = label(entry, together, result)
        span = f"{found.ratio:.2f} times ({found.ratio_low:.2f} to {found.ratio_high:.2f})"
        told.append(f"{name}: {span}{', not sure' if found.verdict == 'not sure' else ''}")
    if not told:
        return ""
    return (
        f"Deviation of the test error against networks alone, with 95 % intervals: {'; '.join(told)}. "
        f"{result.config.runs} networks hold {result.config.runs // together} bags that share none; the intervals come "
        f"from leaving out one first weight at a time."
    )
