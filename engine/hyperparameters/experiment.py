"""A search over four hyperparameters, every score from a real Keras network, and how far the winner can be trusted.

What the learner should see: a few dozen networks, a few good ones, and that one number decides most of it. And when
the best five are asked again with other seeds, that the winner won by luck at least in part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.config import choice
from engine.hyperparameters import surrogate
from engine.hyperparameters.search import BUDGETS, METHODS, RANDOM, Rung, candidates, ranking, rungs
from engine.hyperparameters.surrogate import Surrogate
from engine.hyperparameters.task import TaskConfig
from engine.tuning.final import final_model
from engine.tuning.network import Evaluation, evaluate_many, network, pyramid, table
from engine.tuning.space import Point, to_unit
from engine.validation.model_file import MODEL_FILE

if TYPE_CHECKING:
    from engine.runs.context import Context

TOP = 5  # the best so many are evaluated again


@dataclass(frozen=True)
class Config(TaskConfig):
    """Settings of one search; `repeats` is how many further seeds the best five are evaluated with."""

    method: str = choice(RANDOM, METHODS)
    points: int = choice(36, BUDGETS)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        self.check_upload()
        self.check_steps(self.splits * (self.points + self.repeats * TOP))

    def rungs(self) -> tuple[Rung, ...]:
        """Return the stages of the search."""
        return rungs(self.method, self.points, self.epochs)

    def candidates(self) -> tuple[Point, ...]:
        """Return the points that are tried."""
        return candidates(self.method, self.points, self.seed)

    def evaluations(self) -> int:
        """Return how many evaluations the run makes, the repeated ones included."""
        return sum(rung.count for rung in self.rungs()) + min(TOP, self.rungs()[-1].count) * self.repeats


@dataclass(frozen=True)
class Result:
    """What a search recorded, at its end or at any moment before; m evaluations of n points, S splits, E epochs.

    Attributes:
        config: The settings.
        classification: Whether scores are accuracies 0 … 1; else R², at most 1 and cut off at −1.
        points: float64 (n, 4), all candidates, tried already or not; columns as `engine.tuning.space.SPACE`.
        parameters: int32 (n,), number of weights of each candidate's network.
        trial: int32 (m,), which candidate each evaluation is about.
        rung: int32 (m,), the stage it belongs to.
        score: float32 (m,), mean over the splits.
        deviation: float32 (m,), over the splits.
        loss: float32 (m,).
        scores: float32 (m, S).
        curve: float32 (m, E + 1), score after each epoch; not-a-number after the last.
        epochs: int32 (m,), trained, all splits together.
        seconds: float32 (m,).
        diverged: int32 (m,), how many of the S networks did.
        needed: float32 (m,), mean over the splits of the epoch whose weights were judged.
        repeated: int32 (T,), the best candidates, best first; empty before the search is over.
        repeats: float32 (T, K), score of each with K further seeds, the same for all; not-a-number where not yet.
        surrogate: What a forest makes of the first stage's scores, or None.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    classification: bool
    points: np.ndarray
    parameters: np.ndarray
    trial: np.ndarray
    rung: np.ndarray
    score: np.ndarray
    deviation: np.ndarray
    loss: np.ndarray
    scores: np.ndarray
    curve: np.ndarray
    epochs: np.ndarray
    seconds: np.ndarray
    diverged: np.ndarray
    needed: np.ndarray
    repeated: np.ndarray
    repeats: np.ndarray
    surrogate: Surrogate | None
    stopped: bool = False

    @property
    def latest(self) -> np.ndarray:
        """int (n,): the last evaluation of each candidate, −1 for one not tried yet."""
        found = np.full(len(self.points), -1)
        found[self.trial] = np.arange(len(self.trial))
        return found

    @property
    def order(self) -> np.ndarray:
        """int: the candidates tried, best first; who came further in a halving counts as better."""
        tried = np.flatnonzero(self.latest >= 0)
        at = self.latest[tried]
        return tried[np.lexsort((self.loss[at], -self.score[at], -self.rung[at]))]

    @property
    def best(self) -> int:
        """The best candidate."""
        return int(self.order[0])

    def layers(self, trial: int) -> tuple[int, ...]:
        """Return the units of each hidden layer of a candidate's network."""
        return pyramid(float(self.points[trial, 2]), float(self.points[trial, 3]))


def run(config: Config, context: Context) -> Result:
    """Search, then evaluate the best five with further seeds (in a worker only).

    Args:
        config: What to search.
        context: Gets each evaluation as it comes; may ask to stop. The winner, trained on all rows, is attached as
            "model.keras".

    Raises:
        InvalidData: The upload is not in the store, or cannot be split.
    """
    points = config.candidates()
    log = _Log(config, context)
    alive = np.arange(len(points))
    stages = config.rungs()
    for stage, rung in enumerate(stages):
        found = evaluate_many(
            [points[trial] for trial in alive], config.task(rung.epochs), context, log.listener(stage, alive)
        )
        if len(found) < len(alive):
            return log.result(stopped=True)
        best = ranking([one.score for one in found], [one.loss for one in found])
        following = stages[stage + 1].count if stage + 1 < len(stages) else min(TOP, len(alive))
        alive = alive[best[:following]]
    for number in range(1, config.repeats + 1):
        again = config.task(seed=config.seed + number)
        found = evaluate_many([points[trial] for trial in alive], again, context, log.repeat_listener(alive, number))
        if len(found) < len(alive):
            return log.result(stopped=True)
    result = log.result(stopped=False)
    epochs = max(1, round(float(result.needed[result.latest[result.best]])))
    context.attach(MODEL_FILE, final_model(points[result.best], config.task(), epochs))
    return result


class _Log:
    """Keeps the series of a run and hands them to the context."""

    def __init__(self, config: Config, context: Context) -> None:
        self._config, self._context = config, context
        self._series: dict[str, list[np.ndarray]] = {}
        self._done, self._total = 0, config.evaluations()

    def listener(self, stage: int, trials: np.ndarray) -> Callable[[int, Evaluation], None]:
        """Return what takes the evaluations of a stage."""

        def listen(place: int, evaluation: Evaluation) -> None:
            curve = np.full(self._config.epochs + 1, np.nan, dtype=np.float32)
            curve[: len(evaluation.curve)] = evaluation.curve
            self._add(
                f"point {int(trials[place]) + 1}",
                trial=np.int32(trials[place]),
                rung=np.int32(stage),
                score=np.float32(evaluation.score),
                deviation=np.float32(evaluation.deviation),
                loss=np.float32(evaluation.loss),
                scores=evaluation.scores.astype(np.float32)[None],
                curve=curve[None],
                epochs=np.int32(evaluation.epochs),
                seconds=np.float32(evaluation.seconds),
                diverged=np.int32(evaluation.diverged),
                needed=np.float32(evaluation.needed),
            )

        return listen

    def repeat_listener(self, trials: np.ndarray, number: int) -> Callable[[int, Evaluation], None]:
        """Return what takes the evaluations of the best with a further seed."""

        def listen(place: int, evaluation: Evaluation) -> None:
            again = np.array([[trials[place], place, number - 1]], dtype=np.int32)
            self._add(f"the best again, seed {number}", again=again, again_score=np.float32(evaluation.score))

        return listen

    def _add(self, message: str, **rows: np.ndarray | np.generic) -> None:
        self._done += 1
        arrays = {name: np.array(values, ndmin=1) for name, values in rows.items()}
        for name, values in arrays.items():
            self._series.setdefault(name, []).append(values)
        self._context.report(self._done, self._total, message, **arrays)

    def result(self, stopped: bool) -> Result:
        """Return everything, with a surrogate where there are enough trials."""
        series = {name: np.concatenate(values) for name, values in self._series.items()}
        result = _result(self._config, series, stopped)
        first = result.rung == 0
        places = to_unit(result.points[result.trial[first]])
        fitted = surrogate.fit(places, result.score[first].astype(float), self._config.seed)
        return dataclasses.replace(result, surrogate=fitted)


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, without a surrogate, or None before the first evaluation is done.

    Args:
        config: What is searched.
        series: The appended arrays by name, as `run` reports them.
        stopped: Whether Stop ended the run.
    """
    return _result(config, series, stopped) if len(series.get("trial", ())) else None


def _result(config: Config, series: Mapping[str, np.ndarray], stopped: bool) -> Result:
    again, scores = series.get("again", np.zeros((0, 3), dtype=np.int32)), series.get("again_score", np.zeros(0))
    repeated = np.zeros(int(again[:, 1].max()) + 1 if len(again) else 0, dtype=np.int32)
    repeats = np.full((len(repeated), config.repeats), np.nan, dtype=np.float32)
    repeated[again[:, 1]] = again[:, 0]
    repeats[again[:, 1], again[:, 2]] = scores
    rows = table(config.dataset, config.upload)
    points, task = config.candidates(), config.task()
    counts = [network(point, task).architecture(rows).parameter_count() for point in points]
    recorded = {name: np.asarray(series.get(name, empty)) for name, empty in _empty(config).items()}
    return Result(
        config=config,
        classification=rows.classification,
        points=np.array(points),
        parameters=np.array(counts, dtype=np.int32),
        **recorded,
        repeated=repeated,
        repeats=repeats,
        surrogate=None,
        stopped=stopped,
    )


def _empty(config: Config) -> dict[str, np.ndarray]:
    """Return the series of no evaluations."""
    whole = {name: np.zeros(0, dtype=np.int32) for name in ("trial", "rung", "epochs", "diverged")}
    real = {name: np.zeros(0, dtype=np.float32) for name in ("score", "deviation", "loss", "seconds", "needed")}
    scores = np.zeros((0, config.splits), dtype=np.float32)
    return {**whole, **real, "scores": scores, "curve": np.zeros((0, config.epochs + 1), dtype=np.float32)}
