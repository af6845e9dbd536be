"""Runs against scikit-learn's metrics, against themselves in other groups, and stopped in the middle."""

import numpy as np
import pytest

from engine.bootstrapping import experiment
from engine.bootstrapping import groups as grouping
from engine.bootstrapping.draws import REPLACEMENT, draws
from engine.bootstrapping.experiment import MODEL_FILE, OWN, SEED, Config, partial, run
from engine.bootstrapping.final import epochs_needed
from engine.config import key
from engine.data.tabular import rows
from engine.errors import InvalidSetting
from engine.runs.context import SilentContext

QUICK = Config(dataset="wine", splits=4, layers=(6,), learning_rate=0.02, epochs=12, patience=2, differs="dropout")


class Recording(SilentContext):
    """Keeps what a run reports, and stops it after some reports."""

    def __init__(self, stop_after=10**9):
        super().__init__()
        self.series, self.progress, self.stop_after = {}, [], stop_after

    def report(self, done, total, message="", **arrays):
        self.progress.append((done, total))
        for name, values in arrays.items():
            self.series.setdefault(name, []).append(values)

    def stop_requested(self):
        return len(self.progress) >= self.stop_after

    def joined(self):
        return {name: np.concatenate(values) for name, values in self.series.items()}


@pytest.fixture(scope="module")
def context():
    return Recording()


@pytest.fixture(scope="module")
def result(context):
    return run(QUICK, context)


def test_everything_is_known_at_the_end(result):
    assert result.score.shape == (2, 4)
    assert np.isfinite(result.score).all()
    assert (result.epochs >= result.best_epoch).all()
    assert (result.best_epoch >= 1).all()
    early = result.epochs < QUICK.epochs
    assert (result.epochs[early] - result.best_epoch[early] == QUICK.patience).all()
    assert result.reached == 4
    assert result.share == pytest.approx(45 / 133)


def test_progress_rises_in_networks_and_the_live_result_is_the_final_one(context, result):
    done = [one for one, _ in context.progress]
    assert done == sorted(done)
    assert context.progress[-1] == (8, 8)
    live = partial(QUICK, context.joined())
    assert live.score == pytest.approx(result.score)
    assert live.best_epoch.tolist() == result.best_epoch.tolist()
    assert partial(QUICK, {}) is None


def test_groups_change_nothing(result, monkeypatch):
    monkeypatch.setattr(grouping, "SIZE", 3)
    other = run(QUICK, SilentContext())
    assert other.score == pytest.approx(result.score, abs=0.03)
    assert other.best_epoch == pytest.approx(result.best_epoch, abs=1)
    assert other.loss == pytest.approx(result.loss, abs=1e-3)


def test_groups_are_of_one_size_and_leave_nothing_out():
    for count in (2, 10, 11, 37, 200):
        made = grouping.groups(count)
        assert {last - first for first, last in made} == {min(10, count)}
        assert sorted({place for first, last in made for place in range(first, last)}) == list(range(count))
    assert {last - first for first, last in grouping.groups(50, numbers=40_000_000)} == {2}


def test_the_model_file_takes_raw_rows_and_was_trained_as_long_as_the_splits_needed(context, result, tmp_path):
    import keras

    path = tmp_path / "model.keras"
    path.write_bytes(context.files[MODEL_FILE])
    model = keras.models.load_model(path)
    table = rows("wine")
    output = model.predict(table.x.astype(np.float32), verbose=0)
    assert output.shape == (178, 3)
    assert np.mean(output.argmax(axis=1) == table.y) > 0.9
    assert epochs_needed(result) == round(result.best_epoch[0].mean())


def test_stop_keeps_what_was_done():
    context = Recording(stop_after=4)
    stopped = run(QUICK.changed(splits=30, epochs=100, patience=50), context)
    assert stopped.stopped
    assert stopped.score.shape == (2, 30)
    assert stopped.reached < 30
    assert MODEL_FILE not in context.files


def test_a_seed_only_comparison_has_the_same_settings_and_other_weights():
    config = QUICK.changed(differs=SEED, splits=2, method=REPLACEMENT, stopping=OWN, dataset="diabetes")
    assert config.network(0) == config.network(1)
    found = run(config, SilentContext())
    assert (found.loss[0] != found.loss[1]).all()
    drawn = draws(rows("diabetes"), REPLACEMENT, 2, 0.25, 0, True)
    assert found.learned.tolist() == [one.distinct for one in drawn]
    assert found.held.tolist() == [len(one.held) for one in drawn]


def test_divergence_is_a_result():
    found = run(QUICK.changed(dataset="diabetes", differs="learning_rate", other_learning_rate=10.0, optimizer="sgd",
                              splits=2), SilentContext())  # fmt: skip
    assert (found.diverged[1] > 0).all()
    assert (found.diverged[0] == -1).all()
    assert np.isfinite(found.score[0]).all()


def test_settings_that_would_take_hours_and_tables_that_are_not_there_are_refused():
    big = rows("digits").taken(np.arange(1797).repeat(30))
    with pytest.raises(InvalidSetting, match="would take hours"):
        experiment._check_visits(Config(dataset="digits", splits=200, epochs=500), big)
    with pytest.raises(InvalidSetting, match="No data have been uploaded"):
        Config(dataset="upload")


def test_b_differs_in_one_field_and_only_that_one_is_in_its_network():
    config = Config(differs="layers", other_layers=(), other_dropout=0.3)
    assert config.network(1).layers == ()
    assert config.network(1).dropout == config.network(0).dropout
    assert config.other_value == ()
    assert list(config.seeds(1)) == list(config.seeds(0))
    assert set(config.changed(differs=SEED).seeds(1)).isdisjoint(config.seeds(0))
    assert key(config) != key(config.changed(differs="dropout"))
