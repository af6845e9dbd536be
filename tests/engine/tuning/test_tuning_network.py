"""`evaluate_network` against scikit-learn, plain Keras and itself."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidSetting
from engine.runs.context import SilentContext
from engine.tuning import network
from engine.tuning.network import Task, evaluate_many, evaluate_network, pyramid
from engine.tuning.space import SPACE, from_unit, to_unit

QUICK = Task(dataset="wine", splits=3, epochs=6, patience=2)
POINT = (0.2, 0.02, 0.15, 0.5)
SHARES = st.floats(0.01, 1)


def test_pyramid_by_hand():
    assert pyramid(1, 1) == (128,) * 6
    assert pyramid(1, 0.5) == (128, 64, 32, 16, 8)
    assert pyramid(0.01, 1) == (1,)
    assert pyramid(0.5, 0.01) == (64,)


@given(SHARES, SHARES)
def test_pyramid_is_one(share, shrink):
    layers = pyramid(share, shrink)
    assert 1 <= len(layers) <= network.MOST_LAYERS
    assert 1 <= layers[-1] <= layers[0] <= network.MOST_NEURONS
    assert all(a >= b for a, b in itertools.pairwise(layers))
    assert all(units >= network.FEWEST_NEURONS for units in layers[1:])


@pytest.mark.parametrize(("share", "shrink"), [(0, 0.5), (1.1, 0.5), (0.5, 0), (float("nan"), 0.5)])
def test_pyramid_refuses_what_is_outside(share, shrink):
    with pytest.raises(InvalidSetting):
        pyramid(share, shrink)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_unit_cube_there_and_back(place):
    point = from_unit(np.array(place))
    assert all(parameter.low <= value <= parameter.high for parameter, value in zip(SPACE, point, strict=True))
    assert to_unit(np.array([point]))[0] == pytest.approx(place, abs=0.006)


def test_scores_are_those_of_plain_keras():
    """One split of wine, trained by `model.fit` on the same rows, weights and batches, scored by scikit-learn."""
    import keras
    from sklearn.metrics import accuracy_score, log_loss
    from sklearn.preprocessing import StandardScaler

    evaluation = evaluate_network(0.0, *POINT[1:], task=QUICK)
    table = network.table("wine")
    split = network.splits(table, QUICK)[1]
    seed = network.seeds(QUICK)[1]
    scaler = StandardScaler().fit(table.x[split.train])
    x, held = scaler.transform(table.x[split.train]), scaler.transform(table.x[split.test])
    y = table.y[split.train]
    model = network.network((0.0, *POINT[1:]), QUICK).architecture(table).build(seed)
    model.compile(keras.optimizers.Adam(POINT[1]), "sparse_categorical_crossentropy")

    def batches():
        for epoch in range(1, QUICK.epochs + 1):
            order = np.random.default_rng((seed, epoch)).permutation(len(x))
            for first in range(0, len(x), QUICK.batch_size):
                part = order[first : first + QUICK.batch_size]
                yield x[part], y[part]

    stopping = keras.callbacks.EarlyStopping(patience=QUICK.patience, restore_best_weights=True)
    model.fit(
        batches(),
        steps_per_epoch=-(-len(x) // QUICK.batch_size),
        epochs=QUICK.epochs,
        validation_data=(held, table.y[split.test]),
        callbacks=[stopping],
        verbose=0,
    )
    probabilities = model.predict(held, verbose=0).astype(float)
    truth = table.y[split.test]
    assert evaluation.scores[1] == accuracy_score(truth, probabilities.argmax(axis=1))
    expected = log_loss(truth, probabilities / probabilities.sum(axis=1, keepdims=True))
    assert evaluation.losses[1] == pytest.approx(expected, rel=1e-3)
    assert evaluation.parameters == model.count_params()
    assert evaluation.layers == (19, 10)


def test_same_point_same_numbers_other_seed_others():
    first, second = (evaluate_network(*POINT, task=QUICK) for _ in range(2))
    assert (first.scores == second.scores).all()
    assert (first.curve == second.curve).all()
    other = evaluate_network(*POINT, task=dataclasses.replace(QUICK, seed=1))
    assert (first.losses != other.losses).all()
    assert first.score == pytest.approx(first.scores.mean())
    assert first.deviation == pytest.approx(np.std(first.scores, ddof=1))


def test_curve_holds_the_scores():
    """Without early stopping the last point of the curve is the score, for classes and for values."""
    for dataset in ("wine", "diabetes"):
        task = dataclasses.replace(QUICK, dataset=dataset, patience=0)
        evaluation = evaluate_network(*POINT, task=task)
        assert len(evaluation.curve) == task.epochs + 1
        assert evaluation.curve[-1] == pytest.approx(evaluation.score, abs=1e-5)
        assert evaluation.epochs == task.splits * task.epochs


def test_divergence_counts_as_the_worst_and_is_never_nan():
    task = Task(dataset="diabetes", splits=2, epochs=8, optimizer="sgd", activation="linear")
    evaluation = evaluate_network(0.0, 1.0, 1.0, 1.0, task=task)
    assert evaluation.diverged == 2
    assert (evaluation.scores == -1).all()
    assert (evaluation.losses == 2).all()
    assert np.isfinite(evaluation.curve).all()


def test_learning_rate_outside_is_refused():
    with pytest.raises(InvalidSetting):
        evaluate_network(0.0, 2.0, 0.5, 0.5, task=QUICK)


def test_large_tables_are_sampled(monkeypatch):
    monkeypatch.setattr(network, "MOST_ROWS", 100)
    network.table.cache_clear()
    small = network.table("wine")
    assert len(small.y) == 100
    network.table.cache_clear()


def test_many_stop_at_the_last_whole_one():
    class Stopping(SilentContext):
        asked = 0

        def stop_requested(self):
            return self.asked >= 1

    context, told = Stopping(), []

    def on_result(place, evaluation):
        told.append((place, evaluation.score))
        context.asked += 1

    found = evaluate_many([POINT, POINT], QUICK, context, on_result)
    assert told == [(0, found[0].score)]
    assert evaluate_network(*POINT, task=QUICK, context=context).stopped
