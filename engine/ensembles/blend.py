"""Combining: votes, averages, and a blend whose weights are learned from what the members say of unseen rows.

What the learner should see: the weights come from out-of-fold predictions (Wolpert 1992, stacked generalization).
Fitted on what the members say of their own training rows they would go to whoever has memorised those.

Shapes: see `engine.ensembles.experiment.Result`; C members are in the blend.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.ensembles.experiment import Result
from engine.validation.statistics import Summary, paired

SOLVER = "newton-cg"
MOST_STEPS = 1000
TOLERANCE = 1e-6  # Newton steps: a few, where L-BFGS needs dozens and starts threads for them


@dataclass(frozen=True)
class Fitted:
    """A meta model on every outer split.

    Attributes:
        scores: (R,) on the test rows.
        fitted_scores: (R,) on the predictions it was fitted on: what it promises.
        weights: (R, C) one a member, see `weights_of`.
        wrong: bool (R, t) for classes, or signed residuals float (R, t), of the test rows.
    """

    scores: np.ndarray
    fitted_scores: np.ndarray
    weights: np.ndarray
    wrong: np.ndarray


class Fits:
    """The honest and the leaking meta models of some members, each fitted when it is first asked for (60 ms)."""

    def __init__(self, result: Result, chosen: list[int], strength: float) -> None:
        """Remember what to fit; see `combine`."""
        self._result, self._chosen, self._strength = result, chosen, strength

    @cached_property
    def honest(self) -> Fitted:
        """The blend fitted on out-of-fold predictions."""
        return _fitted(self._result, self._chosen, self._result.out_of_fold, self._strength)

    @cached_property
    def leaking(self) -> Fitted:
        """The blend fitted on predictions of the training rows themselves."""
        return _fitted(self._result, self._chosen, self._result.in_sample, self._strength)


@dataclass(frozen=True)
class Blended:
    """Members and their combinations, side by side on the same test rows.

    Attributes:
        result: The run.
        members: C ids of the members combined, in the run's order.
        strength: The meta model's C.
        leak: Whether the leaking blend is the one shown.
        member_scores: (R, M) test scores of all members of the run, in or out.
        promised: (R, M) out-of-fold scores of all members.
        average: (R,) of the plain average of probabilities (soft voting) or values.
        vote: (R,) of the majority (hard voting); None for a value.
        picked: (R,) of the one member with the best out-of-fold score in that split: no combining, only choosing.
        fits: The blends.
        errors: (R, M, t) of all members: 1.0 where a class is wrong, or residuals in the target's unit.
        alike: (M, M) correlation of these errors over test rows, mean over splits; not-a-number where a member has
            no error.
    """

    result: Result
    members: tuple[str, ...]
    strength: float
    leak: bool
    member_scores: np.ndarray
    promised: np.ndarray
    average: np.ndarray
    vote: np.ndarray | None
    picked: np.ndarray
    fits: Fits
    errors: np.ndarray
    alike: np.ndarray

    @property
    def honest(self) -> Fitted:
        """The blend fitted on out-of-fold predictions."""
        return self.fits.honest

    @property
    def leaking(self) -> Fitted:
        """The blend fitted on predictions of the training rows themselves."""
        return self.fits.leaking

    @property
    def shown(self) -> Fitted:
        """The blend that the switch asks for."""
        return self.leaking if self.leak else self.honest

    @property
    def chosen(self) -> list[int]:
        """Positions of the combined members among the run's."""
        return [self.result.members.index(name) for name in self.members]

    def best_member(self, of: list[int] | None = None) -> int:
        """Return the position of the member with the highest mean test score: the best in hindsight, hard to beat."""
        among = list(range(len(self.result.members))) if of is None else of
        return among[int(self.member_scores[:, among].mean(axis=0).argmax())]

    def against(self, first: np.ndarray, second: np.ndarray) -> Summary:
        """Return the paired difference of two scores over the splits with its corrected 95 % interval."""
        return paired(first, second, share=self.result.share)[0]


def combine(result: Result, members: tuple[str, ...], strength: float, leak: bool) -> Blended:
    """Combine members of a run; milliseconds, nothing is trained but the meta models.

    Args:
        result: The run, finished or stopped.
        members: Ids; those the run has not finished are left out, and if none is left all are taken.
        strength: The meta model's C, above 0: the inverse of its penalty.
        leak: Which blend is shown.
    """
    names = tuple(name for name in result.members if name in members) or result.members
    chosen = [result.members.index(name) for name in names]
    member_scores = scores_of(result, result.test, result.test_y).T
    promised = scores_of(result, result.out_of_fold, result.train_y).T
    best = promised[:, chosen].argmax(axis=1)
    errors = np.stack([errors_of(result, says) for says in result.test], axis=1)
    return Blended(
        result=result,
        members=names,
        strength=strength,
        leak=leak,
        member_scores=member_scores,
        promised=promised,
        average=scores_of(result, result.test[chosen].mean(axis=0)[None], result.test_y)[0],
        vote=_vote(result, chosen) if result.classification else None,
        picked=member_scores[:, chosen][np.arange(len(best)), best],
        fits=Fits(result, chosen, strength),
        errors=errors,
        alike=_alike(errors),
    )


def classes_of(says: np.ndarray) -> np.ndarray:
    """Return class numbers of predictions (…, K): the likelier of two, or the likeliest."""
    return (says[..., 0] > 0.5).astype(int) if says.shape[-1] == 1 else says.argmax(axis=-1)


def errors_of(result: Result, says: np.ndarray) -> np.ndarray:
    """Return the errors (R, t) of test predictions (R, t, K): 1.0 for a wrong class, or truth minus prediction."""
    if result.classification:
        return (classes_of(says) != result.test_y).astype(float)
    return result.test_y.astype(float) - says[..., 0]


def scores_of(result: Result, says: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return accuracy or R² of predictions (N, R, rows, K) against the truth (R, rows), as (N, R)."""
    if result.classification:
        return np.asarray((classes_of(says) == truth).mean(axis=-1))
    residual = ((truth - says[..., 0].astype(float)) ** 2).sum(axis=-1)
    total = ((truth - truth.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    return np.asarray(1 - residual / total)


def _vote(result: Result, chosen: list[int]) -> np.ndarray:
    votes = classes_of(result.test[chosen])
    counts = np.stack([(votes == label).sum(axis=0) for label in range(len(result.class_names))])
    return np.asarray((counts.argmax(axis=0) == result.test_y).mean(axis=-1))  # a tie goes to the first class


def _alike(errors: np.ndarray) -> np.ndarray:
    """Return the correlation of errors (R, M, t) between members, (M, M): the mean over the splits that have one."""
    centred = errors - errors.mean(axis=-1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(length > 0, centred / length, np.nan)
    each = unit @ unit.transpose(0, 2, 1)
    known = np.isfinite(each)
    total = np.where(known, each, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / np.where(known.any(axis=0), known.sum(axis=0), np.nan))


def features(says: np.ndarray) -> np.ndarray:
    """Return what the meta model sees of one split's predictions (C, rows, K): (rows, C K), member by member."""
    return says.transpose(1, 0, 2).reshape(says.shape[1], -1).astype(float)


def meta_model(result: Result, truth: np.ndarray, strength: float) -> Any:
    """Return the unfitted meta model: logistic regression, or ridge regression for a value.

    The ridge penalty is the variance of the target over C, as if targets and predictions were scaled to variance 1.
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    if result.classification:
        return LogisticRegression(C=strength, solver=SOLVER, max_iter=MOST_STEPS, tol=TOLERANCE)
    return Ridge(alpha=float(truth.astype(float).var()) / strength)


def weights_of(result: Result, coefficients: np.ndarray, count: int) -> np.ndarray:
    """Return one weight a member, (C,).

    For a value it is the coefficient of the member's prediction. For two classes the coefficient of its probability:
    how far the log-odds of the second class move when the probability goes from 0 to 1. For more classes the same of
    a class's own probability on its own score, averaged over the classes.
    """
    if not result.classification or len(result.class_names) == 2:
        return coefficients.reshape(-1)
    labels = len(result.class_names)
    return np.einsum("kck->c", coefficients.reshape(labels, count, labels)) / labels


def _fitted(result: Result, chosen: list[int], learned: np.ndarray, strength: float) -> Fitted:
    scores, promised, weights, wrong = [], [], [], []
    for repeat in range(result.config.repeats):
        train, test = features(learned[chosen, repeat]), features(result.test[chosen, repeat])
        truth = result.train_y[repeat]
        model = meta_model(result, truth, strength).fit(train, truth)
        said = model.predict(test)
        scores.append(float(model.score(test, result.test_y[repeat])))
        promised.append(float(model.score(train, truth)))
        weights.append(weights_of(result, model.coef_, len(chosen)))
        wrong.append(said != result.test_y[repeat] if result.classification else result.test_y[repeat] - said)
    return Fitted(np.array(scores), np.array(promised), np.stack(weights), np.stack(wrong))
