"""Bagging (Breiman 1996): one learner on many bootstrap samples, averaged.

What the learner should see: the average of unstable learners is better than they are, the gain comes with the first
ten, and what all have in common no average removes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.tabular import Rows
from engine.ensembles.experiment import Config, Splits
from engine.ensembles.members import network
from engine.ensembles.watch import Watch
from engine.validation.network import Split, fit_splits, score

if TYPE_CHECKING:
    from engine.runs.context import Context

CHOICES = 30  # random choices of m models out of the bag, for each m
BAGGED_NETWORK = "deep"


def samples(config: Config, splits: Splits) -> list[list[Split]]:
    """Return for each outer split the bootstrap samples of its training rows; the same for trees and networks."""
    drawn: list[list[Split]] = []
    for repeat, outer in enumerate(splits.outer):
        random = np.random.default_rng((config.seed, repeat))
        count = len(outer.train)
        drawn.append([Split(outer.train[random.integers(0, count, count)], outer.test) for _ in range(config.bags)])
    return drawn


def train_bags(
    kind: str, config: Config, table: Rows, splits: Splits, context: Context
) -> dict[str, np.ndarray] | None:
    """Train a bag on every outer split and score the averages; None if Stop came before it was finished.

    Args:
        kind: "tree" for decision trees grown to the end, "network" for the deep Keras network, in lock-step.
        config: How many, and from which seed.
        table: The rows.
        splits: Outer splits.
        context: May ask to stop.

    Returns:
        bag_single, bag_mean, bag_deviation: (R, B) each, see `experiment.Result`.
    """
    drawn = samples(config, splits)
    predict = _networks if kind == "network" else _trees
    said = predict(config, table, drawn, context)
    if said is None:
        return None
    curves = [_curve(config, table, said[repeat], outer) for repeat, outer in enumerate(splits.outer)]
    single, mean, deviation = (np.stack([curve[part] for curve in curves]) for part in range(3))
    return {"bag_single": single, "bag_mean": mean, "bag_deviation": deviation}


def _trees(config: Config, table: Rows, drawn: list[list[Split]], context: Context) -> list[list[np.ndarray]] | None:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    made = DecisionTreeClassifier if table.classification else DecisionTreeRegressor
    said: list[list[np.ndarray]] = []
    for bag in drawn:
        if context.stop_requested():
            return None
        said.append([])
        for sample in bag:
            tree = made(random_state=config.seed).fit(table.x[sample.train], table.y[sample.train])
            says = tree.predict_proba if table.classification else tree.predict
            found = says(table.x[sample.test])
            if table.classification and found.shape[1] < table.classes:
                # A class that no row of the sample has gets no chance.
                whole = np.zeros((len(found), table.classes))
                whole[:, tree.classes_.astype(int)] = found
                found = whole
            said[-1].append(found)
    return said


def _networks(config: Config, table: Rows, drawn: list[list[Split]], context: Context) -> list[list[np.ndarray]] | None:
    settings = network(BAGGED_NETWORK, config.learning_rate, config.epochs)
    jobs = [sample for bag in drawn for sample in bag]
    fitted = fit_splits(settings, table, jobs, [config.seed] * len(jobs), Watch(context))
    if fitted.trained.stopped:
        return None
    said = [fitted.predict(table.x[sample.test], place) for place, sample in enumerate(jobs)]
    return [said[start : start + config.bags] for start in range(0, len(said), config.bags)]


def _curve(
    config: Config, table: Rows, said: list[np.ndarray], outer: Split
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return scores of the single models, and mean and deviation of the averages' of 1 … B, (B,) each."""
    random = np.random.default_rng(config.seed)
    predictions, truth = np.stack(said), table.y[outer.test]
    count = len(predictions)
    scores = np.empty((CHOICES, count))
    for place in range(CHOICES):
        sums = np.cumsum(predictions[random.permutation(count)], axis=0)
        for models in range(count):
            scores[place, models] = score(table, truth, sums[models] / (models + 1))
    single = np.array([score(table, truth, prediction) for prediction in predictions])
    return single, scores.mean(axis=0), scores.std(axis=0)
