"""Five scenes: a blend of all, twins, a weak member, the leak, and bagging, from two shipped runs.

What the learner should see: different errors are what a committee lives on; a blend can ignore a weak member where an
average cannot; and weights learned from the wrong predictions go to whoever has memorised the rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.ensembles.blend import Blended, combine
from engine.ensembles.experiment import Config, View
from engine.ensembles.members import MEMBERS, NAMES
from engine.ensembles.pairs import pairs
from engine.ensembles.story import interval, verdict
from engine.ensembles.words import difference, scored, signed
from engine.scenes import Scene, judged

ALL = View()
TWINS = ALL.changed(members=("forest", "extra"), strength=1.0)
STRANGERS = ("extra", "linear")
WEAK = View(dataset="diabetes", members=("deep", "linear"))
LEAK = View(dataset="diabetes", members=("neighbours", "svm", "deep", "linear"), leak=True, strength=1.0)
BAGGING = View(dataset="diabetes", members=("forest", "deep"))

AHEAD = ("On all ten", "On six to nine", "On five or fewer")
PAIRS = ("The twins", "The strangers", "Neither gains")
DRAGGED = ("Both clearly fall", "Only the average clearly falls", "Neither clearly falls")
MEMORY = ("Linear net, the best", "Deep net, the worst", "They share it")
BAGGED = ("Still below 0", "Between 0 and 0.3", "Above 0.3")


def shipped() -> tuple[Config, ...]:
    """Return every run that must ship: two serve all scenes."""
    return tuple(dict.fromkeys(view.run_config() for view in (ALL, TWINS, WEAK, LEAK, BAGGING)))


def ahead_of_best(blended: Blended) -> tuple[str, int]:
    """Return the option of AHEAD that is right, and on how many splits the blend is above its best member."""
    best = blended.best_member(blended.chosen)
    ahead = int((blended.shown.scores > blended.member_scores[:, best]).sum())
    count = len(blended.shown.scores)
    return AHEAD[0] if ahead == count else AHEAD[1] if ahead > count / 2 else AHEAD[2], ahead


def gain(blended: Blended) -> np.ndarray:
    """Return the blend's score minus that of its best member in hindsight, on every split."""
    return np.asarray(blended.shown.scores - blended.member_scores[:, blended.best_member(blended.chosen)])


def pair_that_gains(twins: Blended, strangers: Blended) -> str:
    """Return the option of PAIRS that is right: whose blend is further above its better half, if any is above."""
    first, second = float(gain(twins).mean()), float(gain(strangers).mean())
    if max(first, second) <= 0:
        return PAIRS[2]
    return PAIRS[0] if first > second else PAIRS[1]


def dragged_down(blended: Blended) -> str:
    """Return the option of DRAGGED that is right: who falls below the best member, interval and all."""
    best = blended.member_scores[:, blended.best_member(blended.chosen)]
    average, blend = (
        verdict(blended.against(scores, best)) == "worse" for scores in (blended.average, blended.honest.scores)
    )
    return DRAGGED[0] if average and blend else DRAGGED[1] if average else DRAGGED[2]


def trusted(blended: Blended) -> str:
    """Return the option of MEMORY that is right: who has more than half of all weight in the blend shown."""
    weights = np.abs(blended.shown.weights.mean(axis=0))
    name = blended.members[int(weights.argmax())]
    if weights.max() <= weights.sum() / 2:
        return MEMORY[2]
    best = blended.result.members[blended.best_member(blended.chosen)]
    return MEMORY[0] if name == best else MEMORY[1]


def bagged(blended: Blended) -> str:
    """Return the option of BAGGED that is right: the R² of the average of all trees of the bag."""
    reached = float(blended.result.bag_mean[0, :, -1].mean())
    return BAGGED[0] if reached < 0 else BAGGED[1] if reached <= 0.3 else BAGGED[2]


def _again(view: View, blended: Blended) -> Blended:
    """Return the scene's own blend of the run that is shown, whatever the reader has changed since."""
    if (blended.members, blended.strength, blended.leak) == (view.members, view.strength, view.leak):
        return blended
    return combine(blended.result, view.members, view.strength, view.leak)


def _tell_all(blended: Blended, guess: str) -> str:
    right, ahead = ahead_of_best(blended)
    best = blended.best_member(blended.chosen)
    found = blended.against(blended.shown.scores, blended.member_scores[:, best])
    return judged(
        guess,
        right,
        f"Ahead of {MEMBERS[blended.result.members[best]].label} on {ahead} of {found.count}: "
        f"{interval(blended, found)}. {_certainty(verdict(found))}",
    )


def _unsure(found: str) -> str:
    return " (no sure change)" if found == "unsettled" else ""


def _certainty(found: str) -> str:
    return {
        "better": "The gain is more than luck.",
        "worse": "It is a loss.",
        "unsettled": "The splits share rows: so many wins are fewer than they look.",
    }[found]


def _tell_twins(blended: Blended, guess: str) -> str:
    twins = _again(TWINS, blended)
    strangers = combine(blended.result, STRANGERS, TWINS.strength, TWINS.leak)
    words, sure = [], []
    for name, pair in (("twins", twins), ("strangers", strangers)):
        first, second = pair.chosen[0], pair.chosen[-1]
        found = pair.against(gain(pair), np.zeros(len(gain(pair))))
        sure.append(verdict(found) != "unsettled")
        alike = signed(float(pair.alike[first, second]), 2)
        words.append(f"{name} {difference(pair.result, found.mean)} (errors alike {alike})")
    certain = "Neither is sure alone. " if not any(sure) else ""
    return judged(
        guess,
        pair_that_gains(twins, strangers),
        f"Blend against better half: {', '.join(words)}. {certain}Over all 28 pairs (chart Pairs) likeness and the "
        f"average’s gain correlate by {signed(pairs(blended).together, 2)}.",
    )


def _tell_weak(blended: Blended, guess: str) -> str:
    weak = _again(WEAK, blended)
    best = weak.best_member(weak.chosen)
    scores = weak.member_scores[:, best]
    average, blend = weak.against(weak.average, scores), weak.against(weak.honest.scores, scores)
    return judged(
        guess,
        dragged_down(weak),
        f"Against {MEMBERS[weak.result.members[best]].label}: average {interval(weak, average)}, blend "
        f"{difference(weak.result, blend.mean)}{_unsure(verdict(blend))}. The deep net’s weight is "
        f"{signed(weak.honest.weights.mean(axis=0)[0], 2)}.",
    )


def _tell_leak(blended: Blended, guess: str) -> str:
    leak = _again(LEAK, blended)
    result = leak.result
    weights = leak.leaking.weights.mean(axis=0)
    heaviest = MEMBERS[leak.members[int(weights.argmax())]].label
    return judged(
        guess,
        trusted(leak),
        f"{heaviest} has memorised the rows: weight {signed(weights.max(), 2)}. The blend promises "
        f"{scored(result, leak.leaking.fitted_scores.mean())} and gets {scored(result, leak.leaking.scores.mean())}; "
        f"fitted out of fold {scored(result, leak.honest.scores.mean())}.",
    )


def _tell_bagging(blended: Blended, guess: str) -> str:
    result = blended.result
    single, last = result.bag_single[0].mean(), result.bag_mean[0, :, -1].mean()
    network, networks = result.bag_single[1].mean(), result.bag_mean[1, :, -1].mean()
    return judged(
        guess,
        bagged(blended),
        f"On bootstrap samples one tree has {scored(result, single)}, {result.config.bags} {scored(result, last)}; "
        f"deep nets {scored(result, network)} and {scored(result, networks)}. What varies by sample averages out.",
    )


def _whole(tell: Callable[[Blended, str], str]) -> Callable[[Blended, str], str]:
    """Return the answer, or a word that a stopped run or another data set cannot give it."""

    def answer(blended: Blended, guess: str) -> str:
        if blended.result.members != NAMES:
            return "The run was stopped before all members were finished: run it to the end for the answer."
        return tell(blended, guess)

    return answer


SCENES = (
    Scene(
        "Blend of all",
        ALL,
        "On how many of ten splits does the blend beat its best member, the one chosen in hindsight?",
        AHEAD,
        _whole(_tell_all),
    ),
    Scene(
        "Twins",
        TWINS,
        "Which pair’s blend gains more over its better half: Forest and Extra trees, or Extra trees and Linear net?",
        PAIRS,
        _whole(_tell_twins),
    ),
    Scene(
        "A weak member",
        WEAK,
        "The deep net is far worse than the linear one. What does it do to their average, and to their blend?",
        DRAGGED,
        _whole(_tell_weak),
    ),
    Scene(
        "The leak",
        LEAK,
        "The blend is fitted on what four members say of their own training rows. Who gets most of the weight?",
        MEMORY,
        _whole(_tell_leak),
    ),
    Scene(
        "Bagging",
        BAGGING,
        "One tree’s R² is below 0, worse than always saying the mean. What do twenty reach, averaged?",
        BAGGED,
        _whole(_tell_bagging),
    ),
)
