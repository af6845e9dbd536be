"""What happened, in sentences made from this run: did combining pay, who errs with whom, and who got the weight.

What the learner should see: "better" with its interval. Ten splits of one table overlap, so the interval is the
corrected one, and where it contains 0 the story says so.
"""

from __future__ import annotations

import numpy as np

from engine.ensembles.blend import Blended
from engine.ensembles.members import MEMBERS
from engine.ensembles.words import difference, scored, signed
from engine.validation.statistics import Summary


def story(blended: Blended) -> list[str]:
    """Return two or three paragraphs about this run and what is made of it."""
    paragraphs = [
        " ".join((_gain(blended), _others(blended))).strip(),
        f"{_errors(blended)} {_weights(blended)}".strip(),
    ]
    if blended.leak:
        paragraphs.insert(1, _leak(blended))
    if blended.result.stopped:
        paragraphs.append(f"You stopped it when {len(blended.result.members)} of {len(MEMBERS)} members were finished.")
    return [paragraph for paragraph in paragraphs if paragraph]


def verdict(found: Summary) -> str:
    """Return "better", "worse" or "unsettled": what the interval of a paired difference allows to say."""
    if found.low > 0:
        return "better"
    return "worse" if found.high < 0 else "unsettled"


def _label(blended: Blended, position: int) -> str:
    return MEMBERS[blended.result.members[position]].label


def interval(blended: Blended, found: Summary) -> str:
    """Return "+0.7 points (95 % interval −0.3 to +1.8)"."""
    result = blended.result
    low, high = difference(result, found.low).replace(" points", ""), difference(result, found.high)
    return f"{difference(result, found.mean)} (95 % interval {low} to {high.replace(' points', '')})"


def _gain(blended: Blended) -> str:
    result, shown = blended.result, blended.shown
    count = len(shown.scores)
    name = "leaking blend" if blended.leak else "blend"
    of = f"{len(blended.members)} members" if len(blended.members) > 1 else "one member"
    start = f"The {name} of {of} scores **{scored(result, shown.scores.mean())}** on test rows, mean of {count} splits."
    if len(blended.members) == 1:
        return f"{start} With one member there is nothing to combine: take in another."
    best = blended.best_member(blended.chosen)
    found = blended.against(shown.scores, blended.member_scores[:, best])
    typical = blended.against(shown.scores, blended.member_scores[:, blended.chosen].mean(axis=1))
    ahead = int((shown.scores > blended.member_scores[:, best]).sum())
    says = {
        "better": "that gain, too, is more than luck",
        "worse": "combining did harm",
        "unsettled": "the splits share rows and cannot tell the two apart",
    }[verdict(found)]
    return (
        f"{start} Against the mean of its members that is {interval(blended, typical)}. Against the best of them in "
        f"hindsight, {_label(blended, best)}, it is {interval(blended, found)}, ahead on {ahead} of {count}: {says}."
    )


def _others(blended: Blended) -> str:
    """Return what needs no weights: the plain average, and choosing instead of combining."""
    if len(blended.members) < 2:
        return ""
    result, shown = blended.result, blended.shown
    average, chosen = blended.against(shown.scores, blended.average), blended.against(shown.scores, blended.picked)
    says = {"better": "lower", "worse": "higher", "unsettled": "no sure difference"}
    return (
        f"The plain average has {scored(result, blended.average.mean())} ({says[verdict(average)]}). Taking only the "
        "member with the best out-of-fold score, split by split, as one would without the test rows, gives "
        f"{scored(result, blended.picked.mean())}; against that the blend is {interval(blended, chosen)}."
    )


def _errors(blended: Blended) -> str:
    chosen = blended.chosen
    if len(chosen) < 2:
        return ""
    grid = np.where(np.tril(np.ones((len(chosen), len(chosen)), dtype=bool), -1), _among(blended), np.nan)
    if not np.isfinite(grid).any():
        return ""
    most = np.unravel_index(int(np.nanargmax(grid)), grid.shape)
    least = np.unravel_index(int(np.nanargmin(grid)), grid.shape)

    def pair(place: tuple[np.intp, ...]) -> str:
        first, second = sorted(int(each) for each in place)
        return f"{_label(blended, chosen[first])} and {_label(blended, chosen[second])} ({signed(grid[place], 2)})"

    if len(chosen) == 2:
        return f"The errors of {pair(most)[:-1].replace(' (', ' correlate by ')}."
    return f"Most alike in their errors are {pair(most)}, least alike {pair(least)}."


def _among(blended: Blended) -> np.ndarray:
    return blended.alike[np.ix_(blended.chosen, blended.chosen)]


def _weights(blended: Blended) -> str:
    if len(blended.members) < 2:
        return ""
    weights = blended.shown.weights
    mean, spread = weights.mean(axis=0), weights.std(axis=0, ddof=1)
    top, low = int(mean.argmax()), int(mean.argmin())
    second = int(np.argsort(-mean, kind="stable")[1])
    close = second != low and mean[top] - mean[second] < max(spread[top], spread[second])
    hardly = f", hardly more than {MEMBERS[blended.members[second]].label}" if close else ""
    return (
        f"{MEMBERS[blended.members[top]].label} has the largest weight ({signed(mean[top], 2)} ± {spread[top]:.2f}"
        f"{hardly}), {MEMBERS[blended.members[low]].label} the smallest ({signed(mean[low], 2)} ± {spread[low]:.2f}; "
        "mean ± standard deviation over the splits)."
    )


def _leak(blended: Blended) -> str:
    result = blended.result
    found = blended.against(blended.leaking.scores, blended.honest.scores)
    says = {
        "better": "here the leak did no harm",
        "worse": "the leak costs that much",
        "unsettled": "on these splits the harm is not certain",
    }[verdict(found)]
    return (
        "**The leak:** the meta model was fitted on what the members say of their own training rows. There it reaches "
        f"{scored(result, blended.leaking.fitted_scores.mean())}, a promise that the test rows do not keep. Against "
        f"the blend fitted on out-of-fold predictions, {scored(result, blended.honest.scores.mean())}: "
        f"{interval(blended, found)}; {says}."
    )
