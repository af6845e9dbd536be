"""Tiny runs from beginning to end, against Keras's own `fit`."""

import os

import numpy as np
import pytest

from engine.config import from_untrusted, key
from engine.data.csv_upload import preview, read
from engine.errors import InvalidData, InvalidSetting, RunFailed
from engine.playground import experiment
from engine.playground.experiment import Config, partial, run
from engine.playground.setup import (
    architecture,
    keep,
    plan,
    recorded_epochs,
    samples,
    training_data,
)
from engine.playground.training import OTHER, SHOWN
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

TINY = Config(dataset="xor", points=60, layers=(4, 3), activation="tanh", batch_size=8, epochs=5, seeds=2, seed=11)


class Listener(SilentContext):
    """Keeps what is reported, and asks to stop at a given epoch."""

    def __init__(self, stop_at=None):
        super().__init__()
        self.series, self.progress, self.stop_at = {}, [], stop_at

    def report(self, done, total, message="", **arrays):
        self.progress.append((done, total))
        for name, values in arrays.items():
            self.series.setdefault(name, []).append(np.array(values, ndmin=1))

    def stop_requested(self):
        return self.stop_at is not None and bool(self.progress) and self.progress[-1][0] >= self.stop_at

    def joined(self):
        return {name: np.concatenate(parts) for name, parts in self.series.items()}


@pytest.fixture(scope="module")
def tiny():
    listener = Listener()
    return run(TINY, listener), listener


def fitted(config, seed):
    """Train with Keras's `fit` alone, in the same order of rows; return losses per epoch and the final weights."""
    import keras

    data = samples(config)
    rows = training_data(config, data)
    model = architecture(config, data).build(seed)
    model.compile(keras.optimizers.Adam(config.learning_rate), "binary_crossentropy")
    y, held = rows.y[:, None], rows.validation_y[:, None]
    losses, validation = [], [model.evaluate(rows.validation_x, held, verbose=0)]
    for epoch in range(1, config.epochs + 1):
        order = np.random.default_rng((seed, epoch)).permutation(len(rows.x))
        history = model.fit(rows.x[order], y[order], config.batch_size, shuffle=False, verbose=0)
        losses.append(history.history["loss"][0])
        validation.append(model.evaluate(rows.validation_x, held, batch_size=len(held), verbose=0))
    return losses, validation, model.get_weights()


def test_every_seed_has_the_losses_and_weights_of_a_plain_fit(tiny):
    result, _ = tiny
    for replica in range(2):
        losses, validation, weights = fitted(TINY, TINY.seed + replica)
        np.testing.assert_allclose(result.loss[1:, replica], losses, atol=1e-5)
        np.testing.assert_allclose(result.validation_loss[:, replica], validation, atol=1e-5)
        if replica == 0:
            shown = result.architecture.split(result.snapshots[-1])
            for ours, theirs in zip(shown, weights, strict=True):
                np.testing.assert_allclose(ours, theirs, atol=1e-4)
            lengths = [np.linalg.norm(array) for array in weights[::2]]
            np.testing.assert_allclose(result.weight_norm[-1], lengths, rtol=1e-4)


def test_shapes_and_epoch_0(tiny):
    result, _ = tiny
    assert result.epoch.tolist() == list(range(6))
    assert result.loss.shape == result.validation_metric.shape == (6, 2)
    assert result.gradient_norm.shape == result.weight_norm.shape == (6, 3)
    assert result.snapshot_epoch.tolist() == list(range(6))
    initial = architecture(TINY, samples(TINY)).initial_weights(TINY.seed)
    np.testing.assert_array_equal(result.snapshots[0], np.concatenate([array.ravel() for array in initial]))
    assert result.diverged.tolist() == [-1, -1]
    assert (result.diverged_at, result.diverged_reason, result.stopped) == (None, "", False)


def test_what_is_streamed_rebuilds_the_result(tiny):
    result, listener = tiny
    again = partial(TINY, listener.joined())
    for name in ("loss", "validation_loss", "metric", "gradient_norm", "snapshots", "snapshot_epoch"):
        np.testing.assert_array_equal(getattr(again, name), getattr(result, name))
    assert listener.progress[-1] == (5, 5)
    assert partial(TINY, {}) is None


def test_a_result_in_the_middle_has_the_first_epochs(tiny):
    result, listener = tiny
    series = {name: values[:3] for name, values in listener.joined().items()}
    middle = partial(TINY, series)
    np.testing.assert_array_equal(middle.loss, result.loss[:3])
    assert middle.snapshot_epoch.tolist() == [0, 1, 2]


def test_more_epochs_go_on_from_the_same_ones(tiny):
    result, _ = tiny
    longer = run(TINY.changed(epochs=9), SilentContext())
    np.testing.assert_allclose(longer.loss[:6], result.loss, atol=1e-6)
    np.testing.assert_allclose(longer.snapshots[:6], result.snapshots, atol=1e-5)


def test_result_survives_the_store(tiny):
    result, _ = tiny
    again, _ = decode(encode(result, {}), experiment.Result)
    assert again.config == TINY
    assert again.architecture == result.architecture
    np.testing.assert_array_equal(again.snapshots, result.snapshots)


def test_attached_model_is_the_shown_network(tiny, tmp_path):
    import keras

    result, listener = tiny
    path = tmp_path / "model.keras"
    path.write_bytes(listener.files["model.keras"])
    model = keras.saving.load_model(path)
    np.testing.assert_array_equal(np.concatenate([w.ravel() for w in model.get_weights()]), result.snapshots[-1])


def test_stop_keeps_what_was_recorded():
    result = run(TINY.changed(epochs=1000, dataset="moons"), Listener(stop_at=2))
    assert result.stopped
    assert 2 <= len(result.epoch) - 1 < 1000
    assert len(result.snapshots) >= 2


def test_divergence_is_a_result():
    config = Config(dataset="plane", points=100, layers=(), optimizer="sgd", learning_rate=1.0, epochs=8, seeds=2)
    result = run(config, SilentContext())
    assert not result.stopped
    assert (result.diverged >= 0).all()
    # One linear neuron under squared error: steps above 2/λ = 2/24 must diverge, λ = 2·E[x²] for x in −6 … 6.
    assert result.diverged_at is not None
    assert result.diverged_at <= 8
    assert "no longer a number" in result.diverged_reason
    assert np.isfinite(result.snapshots).all()
    assert len(result.snapshots) >= 1


def test_a_band_that_fails_fails_the_run_at_once(monkeypatch):
    def broken(*_):
        raise RunFailed("The band broke.", "Try again.")

    monkeypatch.setattr("engine.training.replicas.train_replicas", broken)
    listener = Listener()
    with pytest.raises(RunFailed, match="The band broke"):
        run(TINY.changed(epochs=2000), listener)
    assert listener.progress[-1][0] < 2000


def test_others_that_are_behind_are_left_open_and_those_ahead_are_cut(tiny):
    _, listener = tiny
    series = listener.joined()
    behind = partial(TINY, {**series, **{name: series[name][:2] for name in OTHER}})
    assert np.isnan(behind.loss[2:, 1]).all()
    assert np.isfinite(behind.loss[:, 0]).all()
    assert behind.diverged.tolist() == [-1, -1]
    ahead = partial(TINY, {**series, **{name: series[name][:2] for name in SHOWN}})
    assert ahead.loss.shape == (2, 2)
    lost = {**series, "other_loss": np.where(np.arange(6)[:, None] >= 3, np.nan, series["other_loss"])}
    assert partial(TINY, lost).diverged.tolist() == [-1, 3]


def test_upload_trains_and_a_missing_one_is_named():
    rows = "\n".join(f"{i % 7},{i % 5},{'a' if (i % 7) > 3 else 'b'}" for i in range(40))
    upload = read(preview(f"width,height,kind\n{rows}".encode()), "width", "height", "kind")
    config = Config(dataset="upload", upload=keep(upload), layers=(3,), epochs=2, seeds=1)
    result = run(config, SilentContext())
    assert result.class_names == ("a", "b")
    assert np.abs(result.points).max() == pytest.approx(5)
    with pytest.raises(InvalidData, match="no longer stored"):
        samples(config.changed(upload="0" * 64))


def test_settings_that_do_not_fit_together_are_named():
    with pytest.raises(InvalidSetting, match="chosen twice"):
        Config(features=("x", "x"))
    with pytest.raises(InvalidSetting, match="No data have been uploaded"):
        Config(dataset="upload")
    with pytest.raises(InvalidSetting, match="training steps"):
        Config(points=2000, batch_size=1, epochs=2000)
    config, notices = from_untrusted(Config, {"dataset": "upload", "layers": [3, 99], "seed": "DROP TABLE"})
    assert config == Config()
    assert len(notices) == 3


def test_a_layers_own_activation_wins_over_the_common_one():
    config = Config(layers=(2, 3, 4), activation="relu", activations=("same", "tanh"))
    assert config.layer_activations() == ("relu", "tanh", "relu")
    assert Config(layers=(), activations=("tanh",)).layer_activations() == ()


@pytest.mark.parametrize(
    ("changes", "loss", "output"),
    [
        ({}, "binary_crossentropy", "sigmoid"),
        ({"loss": "hinge"}, "hinge", "linear"),
        ({"loss": "squared error"}, "mean_squared_error", "sigmoid"),
        ({"dataset": "blobs", "classes": 3}, "sparse_categorical_crossentropy", "softmax"),
        ({"dataset": "blobs", "classes": 3, "loss": "hinge"}, "categorical_hinge", "linear"),
        ({"dataset": "plane", "loss": "hinge"}, "mean_squared_error", "linear"),
        ({"dataset": "gaussians", "regression_loss": "huber"}, "huber", "linear"),
    ],
)
def test_the_loss_and_the_output_fit_the_task(changes, loss, output):
    config = Config(**changes)
    data = samples(config)
    assert plan(config, data).loss == loss
    assert architecture(config, data).output_activation == output


def test_recorded_epochs_do_not_depend_on_the_total():
    for short, long in ((5, 9), (100, 300), (300, 2000)):
        assert set(recorded_epochs(short)[:-1]) <= set(recorded_epochs(long))
    assert recorded_epochs(0) == (0,)
    assert recorded_epochs(3) == (0, 1, 2, 3)
    kept = recorded_epochs(2000)
    assert len(kept) <= 125
    assert kept[-1] == 2000


def test_keys_differ_where_settings_do():
    assert key(TINY) == key(TINY.changed())
    assert key(TINY) != key(TINY.changed(data_seed=1))
