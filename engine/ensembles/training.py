"""Training of all members: scikit-learn's one after another, each Keras network on all splits in lock-step.

What the learner should see: five folds and ten outer splits make sixty fits of each network; side by side they take
little more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.tabular import Rows
from engine.ensembles.bagging import train_bags
from engine.ensembles.experiment import BAGS, Config, Splits
from engine.ensembles.members import MEMBERS, estimator, network
from engine.ensembles.watch import Watch
from engine.validation.network import Split, fit_splits

if TYPE_CHECKING:
    from engine.runs.context import Context


def train_all(config: Config, table: Rows, splits: Splits, context: Context) -> tuple[Mapping[str, np.ndarray], bool]:
    """Train members and bags, report each when it is finished, and return what was reported and whether it stopped.

    Returns:
        The series of `experiment.SERIES`, each with a leading axis of members, and the bags' three with a leading
        axis of kinds; and whether Stop ended it. The first member is always finished.
    """
    kept: dict[str, list[np.ndarray]] = {}
    total = len(MEMBERS) + (len(BAGS) if config.bags else 0)
    done = 0

    def finished(message: str, arrays: Mapping[str, np.ndarray]) -> None:
        nonlocal done
        done += 1
        for name, values in arrays.items():
            kept.setdefault(name, []).append(values.astype(np.float32)[None])
        context.report(done, total, message, **{name: values[-1] for name, values in kept.items() if name in arrays})

    stopped = False
    for name, member in MEMBERS.items():
        context.report(done, total, f"{member.label} on {config.repeats * (config.folds + 1)} samples")
        train = _network_member if member.is_network else _library_member
        arrays = train(name, config, table, splits, context, first=done == 0)
        if arrays is None:
            stopped = True
            break
        finished(member.label, arrays)
    for kind in BAGS if config.bags and not stopped else ():
        context.report(done, total, f"A bag of {config.bags} {kind}s on {config.repeats} splits")
        bag = train_bags(kind, config, table, splits, context)
        if bag is None:
            stopped = True
            break
        finished("Bagging", bag)
    return {name: np.concatenate(values) for name, values in kept.items()}, stopped


def numbers(table: Rows, prediction: np.ndarray) -> np.ndarray:
    """Return what is kept of a prediction, (m, K): the second class's probability, all classes', or the value."""
    if not table.classification:
        return prediction[:, None]
    return prediction[:, 1:] if table.classes == 2 else prediction


def _empty(config: Config, table: Rows, splits: Splits) -> dict[str, np.ndarray]:
    columns = table.classes if table.classes > 2 else 1
    train, test = len(splits.outer[0].train), len(splits.outer[0].test)
    return {
        "out_of_fold": np.empty((config.repeats, train, columns)),
        "in_sample": np.empty((config.repeats, train, columns)),
        "test": np.empty((config.repeats, test, columns)),
    }


def _library_member(
    name: str, config: Config, table: Rows, splits: Splits, context: Context, first: bool
) -> dict[str, np.ndarray] | None:
    """Fit a scikit-learn member on every split; None if Stop came before it was finished."""
    found = _empty(config, table, splits)

    def fitted(places: np.ndarray) -> Any:
        made = estimator(name, table.classification, trees=config.trees, neighbours=config.neighbours, seed=config.seed)
        return made.fit(table.x[places], table.y[places])

    def said(model: Any, places: np.ndarray) -> np.ndarray:
        says = model.predict_proba if table.classification else model.predict
        return numbers(table, says(table.x[places]))

    for repeat, (outer, folds) in enumerate(zip(splits.outer, splits.folds, strict=True)):
        if not first and context.stop_requested():
            return None
        place_of = _places(outer)
        for fold in folds:
            found["out_of_fold"][repeat, place_of[fold.test]] = said(fitted(fold.train), fold.test)
        whole = fitted(outer.train)
        found["in_sample"][repeat] = said(whole, outer.train)
        found["test"][repeat] = said(whole, outer.test)
    return found


def _network_member(
    name: str, config: Config, table: Rows, splits: Splits, context: Context, first: bool
) -> dict[str, np.ndarray] | None:
    """Train a Keras member on every split in lock-step; None if Stop came before it was finished."""
    del first
    jobs: list[Split] = []
    for outer, folds in zip(splits.outer, splits.folds, strict=True):
        jobs += [*folds, outer]
    settings = network(name, config.learning_rate, config.epochs)
    fitted = fit_splits(settings, table, jobs, [config.seed] * len(jobs), Watch(context))
    if fitted.trained.stopped:
        return None
    found = _empty(config, table, splits)
    each = config.folds + 1
    for repeat, (outer, folds) in enumerate(zip(splits.outer, splits.folds, strict=True)):
        place_of = _places(outer)
        for fold, split in enumerate(folds):
            says = fitted.predict(table.x[split.test], repeat * each + fold)
            found["out_of_fold"][repeat, place_of[split.test]] = numbers(table, says)
        whole = repeat * each + config.folds
        found["in_sample"][repeat] = numbers(table, fitted.predict(table.x[outer.train], whole))
        found["test"][repeat] = numbers(table, fitted.predict(table.x[outer.test], whole))
    return found


def _places(outer: Split) -> np.ndarray:
    """Return at each training row's place in the table its position among the training rows."""
    place_of = np.full(int(outer.train.max()) + 1, -1)
    place_of[outer.train] = np.arange(len(outer.train))
    return place_of
