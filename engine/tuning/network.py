"""`evaluate_network`: four numbers in, how good the network they describe is out. What a search calls again and again.

What the learner should see: an evaluation is not a formula but a small experiment. A pyramid of layers is built,
trained on several splits of the rows at once, stopped when the held-back rows are not served better, and judged on
them; another seed would have said something a little different.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows, rows
from engine.errors import InvalidData, InvalidSetting
from engine.tuning.space import Point
from engine.validation.network import Fitted, Network, Split, fit_splits, score

if TYPE_CHECKING:
    from engine.runs.context import Context
    from engine.training.plan import TrainingPlan

MOST_NEURONS = 128  # of the first layer; more would not fit a search into a minute and a half on two cores
FEWEST_NEURONS = 8  # a layer with fewer is not added
MOST_LAYERS = 6
MOST_ROWS = 2000  # of larger tables so many are drawn: an evaluation has to stay short
SEEDS_APART = 100  # split s of seed n trains with network seed 100 n + s
LEARNING_RATES = (1e-5, 1.0)
SURE = 1e-7  # probabilities are kept so far from 0 and 1, as in Keras
WORST_SCORE = {True: 0.0, False: -1.0}  # by whether classes are predicted; also where an R² is cut off
WORST_LOSS = {True: float(-np.log(SURE)), False: 2.0}


@dataclass(frozen=True)
class Task:
    """What all evaluations of one search have in common.

    Attributes:
        dataset: One of `engine.data.tabular.DATA_SETS`, or "upload".
        upload: Digest of an uploaded table.
        splits: S, how many splits the score is a mean of; all train in lock-step.
        held_share: Share of the rows held back in each.
        epochs: Most epochs.
        patience: Epochs without improvement before a network stops and takes its best weights back; 0 for never.
        batch_size: Rows a step.
        activation: Of the hidden layers.
        optimizer: Name, see `engine.training.optimizers.OPTIMIZERS`.
        l1: Weight of the sum of |w|.
        l2: Weight of the sum of w².
        seed: Of the splits, the initial weights, the batches and the dropout.
    """

    dataset: str = "breast_cancer"
    upload: str = ""
    splits: int = 5
    held_share: float = 0.3
    epochs: int = 30
    patience: int = 5
    batch_size: int = 32
    activation: str = "relu"
    optimizer: str = "adam"
    l1: float = 0.0
    l2: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation found: S splits, E epochs.

    Attributes:
        score: Mean of `scores`: what a search makes large.
        deviation: Standard deviation of `scores`, S − 1 in the denominator; 0 for one split.
        scores: float64 (S,), accuracy or R² on each split's held-back rows, with the best weights where there is
            early stopping. A network that diverged counts as WORST_SCORE, as does any R² below it. Never NaN.
        loss: Mean of `losses`.
        losses: float64 (S,), mean log loss, or mean squared error in units of the training targets' variance (1 is
            what predicting the mean gives); at most WORST_LOSS.
        curve: float32 (E + 1,), the score on the held-back rows after each epoch, mean over the splits; a network
            that has stopped keeps its last.
        epochs: Epochs trained, all splits together: what the evaluation cost, whatever the machine.
        layers: Units of each hidden layer.
        parameters: Number of weights.
        seconds: Wall-clock time, tracing a new architecture included.
        diverged: How many of the S networks ended with a loss that is no number.
        needed: Mean over the splits of the epoch whose weights were judged.
        stopped: True if Stop came first: the scores are those of unfinished networks then.
    """

    score: float
    deviation: float
    scores: np.ndarray
    loss: float
    losses: np.ndarray
    curve: np.ndarray
    epochs: int
    layers: tuple[int, ...]
    parameters: int
    seconds: float
    diverged: int
    needed: float
    stopped: bool = False


@dataclass(frozen=True)
class _ShortNetwork(Network):
    """A network that is trained for too short a time for XLA's compiling (seconds an architecture) to pay."""

    def plan(self, table: Rows) -> TrainingPlan:
        return dataclasses.replace(super().plan(table), xla=False)


class _Ear:
    """Hears Stop for a training whose curves nobody draws."""

    def __init__(self, context: Context) -> None:
        self.stop_requested = context.stop_requested

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        """Say nothing."""

    def attach(self, name: str, content: bytes) -> None:
        """Keep nothing."""


def pyramid(neuron_share: float, neuron_shrink: float) -> tuple[int, ...]:
    """Return the units of each hidden layer: the first has a share of 128, each next one is that much narrower.

    Layers are added until one would have fewer than 8 units, at most 6; the first is always there, with at least one
    unit (the idea of a share and a shrink is Heaton's, Applications of Deep Neural Networks, 2022, section 8.4).

    Args:
        neuron_share: 0.01 … 1, of MOST_NEURONS.
        neuron_shrink: 0.01 … 1, width of a layer divided by that of the layer before.

    Raises:
        InvalidSetting: One of them is outside its range.
    """
    for name, value in (("neuron_share", neuron_share), ("neuron_shrink", neuron_shrink)):
        if not 0.01 <= value <= 1:
            raise InvalidSetting(f"“{name}” cannot be {value:g}.", "Keep it from 0.01 to 1.")
    layers = [max(1, round(neuron_share * MOST_NEURONS))]
    while len(layers) < MOST_LAYERS:
        units = round(neuron_share * MOST_NEURONS * neuron_shrink ** len(layers))
        if units < FEWEST_NEURONS:
            break
        layers.append(units)
    return tuple(layers)


def network(point: Point, task: Task) -> Network:
    """Return the network of a point of the search; raises InvalidSetting outside the ranges."""
    dropout, learning_rate, neuron_share, neuron_shrink = point
    if not LEARNING_RATES[0] <= learning_rate <= LEARNING_RATES[1]:
        raise InvalidSetting(f"“learning_rate” cannot be {learning_rate:g}.", "Keep it from 0.00001 to 1.")
    return _ShortNetwork(
        layers=pyramid(neuron_share, neuron_shrink),
        activation=task.activation,
        dropout=float(dropout),
        l1=task.l1,
        l2=task.l2,
        optimizer=task.optimizer,
        learning_rate=float(learning_rate),
        batch_size=task.batch_size,
        epochs=task.epochs,
        patience=task.patience,
    )


@lru_cache(maxsize=4)
def table(dataset: str, upload: str = "") -> Rows:
    """Return the rows that the evaluations use: all of them, or of a large table a sample of MOST_ROWS.

    The sample is the same for every seed, so that seeds differ in what they train, not in what they are asked.

    Raises:
        InvalidData: The upload is not in the store.
    """
    whole = rows(dataset, upload)
    if len(whole.y) <= MOST_ROWS:
        return whole
    return whole.taken(np.sort(np.random.default_rng(0).permutation(len(whole.y))[:MOST_ROWS]))


def splits(whole: Rows, task: Task) -> list[Split]:
    """Return S random splits, stratified by class: scikit-learn's `StratifiedShuffleSplit` (`ShuffleSplit` for values).

    Raises:
        InvalidData: A class has too few rows to be in both parts.
    """
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

    kind = StratifiedShuffleSplit if whole.classification else ShuffleSplit
    try:
        drawn = list(kind(task.splits, test_size=task.held_share, random_state=task.seed).split(whole.x, whole.y))
    except ValueError as error:
        raise InvalidData(
            "This table has too few rows of one class to be split.", "Leave that class out, or hold back more rows."
        ) from error
    return [Split(train, held) for train, held in drawn]


def seeds(task: Task) -> list[int]:
    """Return the seed of each split's network."""
    return [SEEDS_APART * task.seed + place for place in range(task.splits)]


def evaluate_network(
    dropout: float,
    learning_rate: float,
    neuron_share: float,
    neuron_shrink: float,
    *,
    task: Task,
    context: Context | None = None,
) -> Evaluation:
    """Train the network that four numbers describe on all splits and return how good it was; in a worker only.

    Args:
        dropout: Share of units switched off in training, 0 ≤ dropout < 1.
        learning_rate: Step size, 1e-5 … 1.
        neuron_share: See `pyramid`.
        neuron_shrink: See `pyramid`.
        task: Everything else. The same task gives every point the same splits and the same seeds.
        context: Is asked whether to stop; nothing is reported to it.

    Raises:
        InvalidSetting: A number is outside its range.
        InvalidData: The table is not there or cannot be split.
    """
    begun = time.perf_counter()
    whole = table(task.dataset, task.upload)
    cut = splits(whole, task)
    settings = network((dropout, learning_rate, neuron_share, neuron_shrink), task)
    fitted = fit_splits(settings, whole, cut, seeds(task), None if context is None else _Ear(context))
    diverged = fitted.trained.diverged_at >= 0
    judged = np.array([_judge(whole, fitted, cut, place) for place in range(task.splits)])
    scores, losses = _bounded(whole, judged, diverged)
    return Evaluation(
        score=float(scores.mean()),
        deviation=float(scores.std(ddof=1)) if len(scores) > 1 else 0.0,
        scores=scores,
        loss=float(losses.mean()),
        losses=losses,
        curve=_curve(whole, fitted, cut),
        epochs=int(fitted.trained.epochs.sum()),
        layers=settings.layers,
        parameters=fitted.architecture.parameter_count(),
        seconds=time.perf_counter() - begun,
        diverged=int(diverged.sum()),
        needed=float(fitted.trained.best_epoch.mean()),
        stopped=fitted.trained.stopped,
    )


def evaluate_many(
    points: Iterable[Point],
    task: Task,
    context: Context | None = None,
    on_result: Callable[[int, Evaluation], None] | None = None,
) -> list[Evaluation]:
    """Evaluate points one after another; those that differ in the learning rate alone share their tracing.

    Args:
        points: What to evaluate.
        task: As in `evaluate_network`.
        context: As in `evaluate_network`; Stop ends the list at the last point that was evaluated to its end.
        on_result: Is told each point's place and evaluation.
    """
    found: list[Evaluation] = []
    for place, point in enumerate(points):
        if context is not None and context.stop_requested():
            break
        evaluation = evaluate_network(*point, task=task, context=context)
        if evaluation.stopped:
            break
        found.append(evaluation)
        if on_result is not None:
            on_result(place, evaluation)
    return found


def _judge(whole: Rows, fitted: Fitted, cut: list[Split], place: int) -> tuple[float, float]:
    """Return score and loss of one split's network on its held-back rows."""
    y = whole.y[cut[place].test]
    prediction = fitted.predict(whole.x[cut[place].test], place)
    if whole.classification:
        sure = np.clip(prediction[np.arange(len(y)), y.astype(int)], SURE, 1 - SURE)
        return score(whole, y, prediction), float(-np.log(sure).mean())
    return score(whole, y, prediction), float(np.mean(((y - prediction) / fitted.scaling.target_scale[place]) ** 2))


def _bounded(whole: Rows, judged: np.ndarray, diverged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and losses (S,) with the worst ones where a network diverged or went beyond them."""
    worst, most = WORST_SCORE[whole.classification], WORST_LOSS[whole.classification]
    scores, losses = np.nan_to_num(judged[:, 0], nan=worst), np.nan_to_num(judged[:, 1], nan=most)
    return np.where(diverged, worst, np.maximum(scores, worst)), np.where(diverged, most, np.minimum(losses, most))


def _curve(whole: Rows, fitted: Fitted, cut: list[Split]) -> np.ndarray:
    values = np.array(fitted.trained.history.validation_metric, dtype=float)
    for epoch in range(1, len(values)):
        values[epoch] = np.where(np.isfinite(values[epoch]), values[epoch], values[epoch - 1])
    if not whole.classification:
        variances = [whole.y[split.test].var() for split in cut] / fitted.scaling.target_scale**2
        values = 1 - values / np.maximum(variances, np.finfo(float).tiny)
    worst = WORST_SCORE[whole.classification]
    return np.maximum(np.nan_to_num(values, nan=worst, neginf=worst), worst).mean(axis=1).astype(np.float32)
