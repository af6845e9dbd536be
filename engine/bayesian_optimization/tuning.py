"""The real thing: the `bayesian-optimization` package tunes a real network, against three rivals with equal budgets.

What the learner should see: every evaluation is a training of seconds, so it pays to think about the next one; how much
it pays is seen over several searches, and it may be less than luck. The best of many noisy scores is too good to be
true: the winners are judged again, on splits and initial weights that no search has seen.

Shapes: E evaluations in the order they were made, S searches a method, R judgements.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as base
from engine.bayesian_optimization import recipe, state
from engine.bayesian_optimization.acquisition import NAMES
from engine.bayesian_optimization.evaluator import FRESH, Evaluator
from engine.config import choice, integer, number, several, text
from engine.data.tabular import DATA_SETS, UPLOAD
from engine.errors import InvalidSetting
from engine.tuning.network import Task, table

if TYPE_CHECKING:
    from engine.runs.context import Context

METHODS = tuple(recipe.METHODS)
FRESH_SEED = 1000  # tasks for judging have seeds from here on
STATE_FILE = "state.json"
ROW = ("method", "search", "score", "deviation", "weights", "allowed", "deciding", "training")
JUDGED = ("method", "search", "score")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of a comparison, or of one search.

    Attributes:
        dataset: What the network learns.
        upload: Digest of an uploaded table.
        methods: Who searches.
        searches: How often each method searches, from other first points.
        init_points: Random evaluations before the first thought.
        n_iter: Evaluations after that; every method gets `init_points + n_iter` in all.
        acquisition, kappa, xi: As in one dimension.
        alpha: Variance of the noise that the process assumes in a score, in units of the scores' variance.
        most_weights: Networks with more weights are not allowed; 0 for no limit.
        splits, epochs: Of each evaluation: how many splits, and at most how many epochs.
        resumed: Digest of a saved search that goes on: its evaluations come first, then `n_iter` more.
        seed: Of the first search; the next ones follow. The splits and networks of all evaluations have it too.
    """

    dataset: str = choice("digits", (*DATA_SETS, UPLOAD))
    upload: str = text("", 64)
    methods: tuple[str, ...] = several(METHODS, choice("bayesian", METHODS), 1, len(METHODS))
    searches: int = integer(3, 1, 5)
    init_points: int = integer(10, 2, 20)
    n_iter: int = integer(30, 1, 60)
    acquisition: str = choice("ucb", NAMES)
    kappa: float = number(2.5, 0.0, 10.0)
    xi: float = number(0.01, 0.0, 1.0)
    alpha: float = number(1e-6, 1e-8, 1.0)
    most_weights: int = integer(0, 0, 100_000)
    splits: int = integer(2, 1, 10)
    epochs: int = integer(8, 5, 100)
    resumed: str = text("", 64)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse an upload that is not there, a limit nobody keeps, and a resumed search that is not alone."""
        if self.dataset == UPLOAD and len(self.upload) != 64:
            raise InvalidSetting("No table has been uploaded yet.", "Upload a CSV file or choose another data set.")
        if len(set(self.methods)) < len(self.methods):
            raise InvalidSetting("A method is chosen twice.", "Choose each method once.")
        if 0 < self.most_weights < 500:
            raise InvalidSetting(
                f"Hardly a network has {self.most_weights} weights.", "Take 0 (no limit) or 500 and more."
            )
        if self.resumed and (self.methods != ("bayesian",) or self.searches != 1):
            raise InvalidSetting(
                "Only one Bayesian search can be taken up again.", "Choose one search, Bayesian alone."
            )

    @property
    def weighed(self) -> str:
        """The acquisition that is used: UCB cannot be weighed by the chance that a limit is kept."""
        return "ei" if self.most_weights and self.acquisition == "ucb" else self.acquisition

    @property
    def budget(self) -> int:
        """New evaluations a search."""
        return self.n_iter if self.resumed else self.init_points + self.n_iter

    def task(self, fresh: int = 0) -> Task:
        """Return what is evaluated; `fresh` from 1 on: other splits, initial weights and batches."""
        return Task(
            dataset=self.dataset,
            upload=self.upload,
            splits=self.splits,
            epochs=self.epochs,
            seed=self.seed + (FRESH_SEED + fresh if fresh else 0),
        )


@dataclass(frozen=True)
class Result:
    """What was evaluated.

    Attributes:
        config: The settings.
        classification: Whether the score is an accuracy; else it is R².
        former: How many of the evaluations come from the saved search.
        method: int (E,), place in METHODS.
        search: int (E,), 0 … S − 1.
        point: (E, 4), in the order of `recipe.NAMES`.
        score: (E,), what the search was told.
        deviation: (E,), of the score over the splits.
        weights: int (E,), of the network.
        allowed: bool (E,), whether it keeps the limit.
        deciding: (E,) seconds spent on the choice.
        training: (E,) seconds spent on the evaluation; a point that was evaluated before counts as much as then.
        judged_method: int (R,).
        judged_search: int (R,).
        judged_score: (R,), the winner's score on splits and weights of its own.
        state: The first Bayesian search as JSON, empty while it is not there yet.
        stopped: True if Stop came before the end.
    """

    config: Config
    classification: bool
    former: int
    method: np.ndarray
    search: np.ndarray
    point: np.ndarray
    score: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray
    allowed: np.ndarray
    deciding: np.ndarray
    training: np.ndarray
    judged_method: np.ndarray
    judged_search: np.ndarray
    judged_score: np.ndarray
    state: str = ""
    stopped: bool = False

    @property
    def score_name(self) -> str:
        """What the score is."""
        return "accuracy" if self.classification else "R²"

    def of(self, method: str, search: int) -> np.ndarray:
        """Return the places (n,) of a search's evaluations, in their order."""
        return np.flatnonzero((self.method == METHODS.index(method)) & (self.search == search))

    def best(self, method: str, search: int) -> np.ndarray:
        """Return the best allowed score after each evaluation of a search, (n,); not-a-number before there is one."""
        places = self.of(method, search)
        scores = np.where(self.allowed[places], self.score[places], -np.inf)
        best = np.maximum.accumulate(scores) if len(scores) else scores
        return np.where(np.isfinite(best), best, np.nan)

    def curves(self, method: str) -> np.ndarray:
        """Return `best` of all searches of a method, (S, n), cut to the shortest search that has begun."""
        found = [self.best(method, search) for search in range(self.config.searches)]
        found = [curve for curve in found if len(curve)]
        shortest = min((len(curve) for curve in found), default=0)
        return np.array([curve[:shortest] for curve in found]).reshape(len(found), shortest)

    def winner(self, method: str, search: int) -> int:
        """Return the place of a search's best allowed evaluation, −1 if there is none."""
        places = self.of(method, search)
        places = places[self.allowed[places]]
        return int(places[self.score[places].argmax()]) if len(places) else -1

    def judged(self, method: str) -> np.ndarray:
        """Return the winners' scores on fresh splits, one mean a search, (S,)."""
        mine = self.judged_method == METHODS.index(method)
        searches = np.unique(self.judged_search[mine])
        return np.array([self.judged_score[mine & (self.judged_search == one)].mean() for one in searches])


def run(config: Config, context: Context) -> Result:
    """Search and judge, in a worker only; seconds an evaluation.

    All methods of one search come before the next search. Evaluations are reported as the series "evaluation", the
    winners' judgements as "judgement"; the first Bayesian search is attached as "state.json".

    Raises:
        InvalidData: The table or the saved search is not in the store, or is none.
    """
    from engine.runs.store import store

    evaluator = Evaluator(config, context)
    kept: Any = None
    content = state.read(store().get_blob(config.resumed)) if config.resumed else None
    for search in range(config.searches):
        for name in config.methods:
            seed, method = config.seed + search, METHODS.index(name)
            ask = evaluator.ask(method, search)
            try:
                if name == "bayesian":
                    made = recipe.optimizer(config, seed)
                    kept = kept or made
                    if content is not None:
                        sizes = evaluator.former(content)
                        state.put_into(made, content, sizes if config.most_weights else None)
                    recipe.bayesian(ask, config, seed, config.budget, made)
                else:
                    recipe.METHODS[name](ask, config, seed, config.budget)
            except recipe.Spent:
                if evaluator.stopped:
                    break
        if evaluator.stopped:
            break
    _judge(evaluator)
    saved = state.saved(kept, _settings(config)) if kept is not None and len(kept.space) else ""
    if saved:
        context.attach(STATE_FILE, saved.encode())
    result = partial(config, evaluator.series(), stopped=evaluator.stopped)
    if result is None:
        raise InvalidSetting("It was stopped before the first evaluation.", "Run it again.")
    return dataclasses.replace(result, state=saved)


def _judge(evaluator: Evaluator) -> None:
    """Evaluate every search's winner again with other splits and weights."""
    sofar = partial(evaluator.config, evaluator.series())
    if sofar is None or evaluator.stopped:
        return
    for search in range(evaluator.config.searches):
        for name in evaluator.config.methods:
            winner = sofar.winner(name, search)
            for fresh in range(1, FRESH + 1) if winner >= 0 else ():
                try:
                    found = evaluator.evaluation(sofar.point[winner], fresh)
                except recipe.Spent:
                    return
                evaluator.done += 1
                evaluator.tell("judgement", (METHODS.index(name), search, found.score))


def _settings(config: Config) -> dict[str, Any]:
    return dataclasses.asdict(config.task())


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, or None before the first evaluation.

    Args:
        config: What is being run.
        series: "evaluation" (E, 12) and "judgement" (R, 3), as `run` reports them.
        stopped: Whether Stop ended it.
    """
    rows = series.get("evaluation")
    if rows is None or not len(rows):
        return None
    columns = dict(zip(ROW, np.asarray(rows, dtype=float).T, strict=False))
    judged = np.asarray(series.get("judgement", np.empty((0, len(JUDGED)))), dtype=float)
    return Result(
        config=config,
        classification=table(config.dataset, config.upload).classification,
        former=int(np.isnan(columns["deviation"]).sum()),
        method=columns["method"].astype(np.int32),
        search=columns["search"].astype(np.int32),
        point=np.asarray(rows, dtype=float)[:, len(ROW) :],
        score=columns["score"],
        deviation=columns["deviation"],
        weights=columns["weights"].astype(np.int32),
        allowed=columns["allowed"] > 0,
        deciding=columns["deciding"],
        training=columns["training"],
        judged_method=judged[:, 0].astype(np.int32),
        judged_search=judged[:, 1].astype(np.int32),
        judged_score=judged[:, 2],
        stopped=stopped,
    )


def shipped() -> tuple[Config, ...]:
    """Return the configs whose results come with the app."""
    return (Config(),)
