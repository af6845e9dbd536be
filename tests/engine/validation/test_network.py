"""Networks on splits against Keras's own `fit`, scikit-learn's scaler, and the exported script's parts run alone."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.metrics import r2_score
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from engine.data.tabular import DATA_SETS, rows
from engine.errors import InvalidSetting
from engine.validation import script
from engine.validation.network import Network, Split, fit_splits, scaling, score

NETWORK = Network(layers=(8,), dropout=0.2, l2=1e-3, learning_rate=0.01, batch_size=32, epochs=12, patience=3)


def folds(table, k=3):
    return [Split(train, test) for train, test in KFold(k, shuffle=True, random_state=0).split(table.x)]


def run_script(network, table):
    space = {}
    parts = (
        script.OPENING,
        script.read_table(table),
        script.build_network(network, table),
        script.train_network(network),
    )
    exec(compile("\n\n\n".join(parts), "script", "exec"), space)
    return space


def test_every_data_set_is_scikit_learn_s():
    assert rows("wine").x == pytest.approx(load_wine().data)
    assert rows("diabetes").y == pytest.approx(load_diabetes().target)
    assert {name: rows(name).x.shape for name in DATA_SETS}["digits"] == (1797, 64)
    assert rows("breast_cancer").class_names == ("malignant", "benign")


def test_each_split_is_scaled_by_its_own_training_rows():
    table = rows("digits")
    splits = folds(table)
    found = scaling(table, splits)
    for place, split in enumerate(splits):
        theirs = StandardScaler().fit(table.x[split.train])
        assert found.inputs(table.x[split.test], place) == pytest.approx(
            theirs.transform(table.x[split.test]), abs=1e-5
        )
    leaked = scaling(table, splits, everything=True)
    assert leaked.centre[0] == pytest.approx(table.x.mean(axis=0))


@pytest.mark.parametrize("name", ["wine", "breast_cancer", "diabetes"])
def test_each_network_is_what_the_script_trains_alone(name):
    table = rows(name)
    splits = folds(table)
    fitted = fit_splits(NETWORK, table, splits, [5] * 3)
    space = run_script(NETWORK, table)
    split = splits[1]
    scaler = StandardScaler().fit(space["x"][split.train])
    x, y = scaler.transform(space["x"]).astype(np.float32), space["y"].astype(np.float32)
    centre, scale = (0, 1) if table.classification else (y[split.train].mean(), y[split.train].std())
    target = (y - centre) / scale
    model, history = space["train"](5, x[split.train], target[split.train], x[split.test], target[split.test])
    epochs = int(fitted.trained.epochs[1])
    assert len(history["loss"]) == epochs
    assert history["val_loss"] == pytest.approx(fitted.trained.history.validation_loss[1 : epochs + 1, 1], abs=2e-4)
    theirs = model.predict(x[split.test], verbose=0)
    ours = fitted.predict(table.x[split.test], 1)
    if table.classification:
        assert ours[:, -1] == pytest.approx(theirs[:, -1], abs=1e-3)
        assert score(table, table.y[split.test], ours) == np.mean(ours.argmax(axis=1) == table.y[split.test])
    else:
        assert ours == pytest.approx(theirs[:, 0] * scale + centre, abs=0.2)
        assert score(table, table.y[split.test], ours) == pytest.approx(r2_score(table.y[split.test], ours))


def test_too_many_copies_of_a_large_table_are_refused():
    table = rows("digits")
    with pytest.raises(InvalidSetting, match="do not fit"):
        fit_splits(NETWORK, table, [Split(np.arange(9), np.arange(9))] * 1797, [0] * 1797)
