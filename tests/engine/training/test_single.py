import time
from dataclasses import replace
from functools import cache

import numpy as np
import oracle
import pytest

from engine.models.mlp import MLP, Hidden, flatten
from engine.runs.context import SilentContext
from engine.training import fleet
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, EarlyStopping, TrainingPlan, spread_epochs
from engine.training.schedules import Schedule
from engine.training.single import train

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(103, 2)).astype(np.float32)
HELD_X = RANDOM.normal(size=(40, 2)).astype(np.float32)
TWO = Data(X, (X[:, 0] * X[:, 1] > 0).astype(np.float32), None, HELD_X, (HELD_X.prod(axis=1) > 0).astype(np.float32))
THREE = Data(X, np.digitize(X[:, 0], [-0.5, 0.5]), None, HELD_X, np.digitize(HELD_X[:, 0], [-0.5, 0.5]))
VALUE = Data(X, X.sum(axis=1) + 3, RANDOM.uniform(0.2, 3, 103).astype(np.float32), HELD_X, HELD_X.sum(axis=1) + 3)
SMALL = MLP(2, (Hidden(4, "tanh"),))
EVERYTHING = MLP(
    2,
    (Hidden(6, "prelu", 0.2, True), Hidden(5, "gelu", 0.1, True), Hidden(4, "leaky_relu")),
    1,
    "linear",
    l1=1e-3,
    l2=1e-2,
)
SOFTMAX = MLP(2, (Hidden(5, "selu"),), 3, "softmax", kernel_initializer="he_normal")

CASES = {
    "adam": (MLP(2, (Hidden(8, "tanh"), Hidden(8, "relu"))), TrainingPlan(epochs=6, batch_size=10, seed=3), TWO),
    "everything": (
        EVERYTHING,
        TrainingPlan("huber", "mean_squared_error", Optimizer("nesterov"), 0.02, epochs=5, batch_size=20, seed=1),
        VALUE,
    ),
    "schedule": (
        SOFTMAX,
        TrainingPlan(
            "sparse_categorical_crossentropy",
            optimizer=Optimizer("momentum"),
            learning_rate=0.1,
            schedule=Schedule("warm_up_cosine"),
            epochs=5,
            seed=2,
        ),
        THREE,
    ),
    "hinge": (
        MLP(2, (Hidden(4, "relu"),), 1, "linear"),
        TrainingPlan("hinge", "", Optimizer("lion"), 0.01, epochs=4, seed=5),
        TWO,
    ),
}


@cache
def fitted(name):
    return oracle.fit(*CASES[name])


@pytest.mark.parametrize("xla", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_history_and_weights_are_those_of_fit(name, xla):
    architecture, plan, data = CASES[name]
    ours = train(architecture, replace(plan, xla=xla), data)
    theirs, weights, _ = fitted(name)
    pairs = [(ours.history.loss, "loss"), (ours.history.validation_loss, "val_loss")]
    if plan.metric:
        pairs += [(ours.history.metric, plan.metric), (ours.history.validation_metric, f"val_{plan.metric}")]
    for own, their_name in pairs:
        np.testing.assert_allclose(own[1:], theirs[their_name], rtol=2e-5, atol=2e-5, err_msg=their_name)
    np.testing.assert_allclose(ours.weights, weights, rtol=1e-4, atol=1e-4)
    assert ours.epochs == plan.epochs
    assert not ours.stopped
    assert ours.diverged_at is None


def test_epoch_0_is_the_untrained_network():
    architecture, plan, data = CASES["everything"]
    model = architecture.build(plan.seed)
    model.compile("sgd", plan.loss, metrics=[plan.metric])
    history = train(architecture, replace(plan, snapshot_epochs=(0,), epochs=0), data).history
    assert len(history.loss) == 1
    expected = model.evaluate(data.x, data.y, sample_weight=data.sample_weight, batch_size=200, verbose=0)
    np.testing.assert_allclose([history.loss[0], history.metric[0]], expected, rtol=1e-5)
    held = model.evaluate(data.validation_x, data.validation_y, batch_size=200, verbose=0)
    np.testing.assert_allclose([history.validation_loss[0], history.validation_metric[0]], held, rtol=1e-5)
    np.testing.assert_array_equal(history.snapshots[0], flatten(model.get_weights()))


def test_early_stopping_ends_and_restores_as_the_callback_does():
    architecture, plan, data = CASES["adam"]
    plan = replace(plan, epochs=40, learning_rate=0.1, early_stopping=EarlyStopping(patience=3))
    ours = train(architecture, plan, data)
    theirs, weights, _ = oracle.fit(architecture, plan, data)
    assert ours.early_stopped
    assert ours.epochs == len(theirs["loss"]) < 40
    assert ours.best_epoch == int(np.argmin(theirs["val_loss"])) + 1
    np.testing.assert_allclose(ours.weights, weights, rtol=1e-3, atol=1e-3)


def test_the_same_seed_gives_the_same_history_bit_for_bit():
    architecture, plan, data = CASES["everything"]
    plan = replace(plan, snapshot_epochs=(0, 2), norms=True)
    first, second = train(architecture, plan, data), train(architecture, plan, data)
    for name in ("loss", "validation_loss", "metric", "gradient_norm", "weight_norm", "snapshots"):
        np.testing.assert_array_equal(getattr(first.history, name), getattr(second.history, name), err_msg=name)
    np.testing.assert_array_equal(first.weights, second.weights)
    other = train(architecture, replace(plan, seed=9), data)
    assert not np.array_equal(other.history.loss, first.history.loss)


def test_a_loss_beyond_numbers_is_a_result_with_its_step():
    architecture = MLP(2, (Hidden(4, "relu"),), 1, "linear")
    plan = TrainingPlan("mean_squared_error", "", Optimizer("sgd"), 50.0, epochs=20, batch_size=20, seed=0)
    ours = train(architecture, plan, VALUE)
    model = architecture.build(0)
    model.compile(oracle.keras_optimizer(plan.optimizer, 50.0), plan.loss)
    losses = [
        model.train_on_batch(*batch) for batch in oracle.ordered_batches(VALUE, replace(plan, epochs=1), np.arange(103))
    ]
    assert not np.isfinite(losses[-1])
    assert ours.diverged_at == 1
    # train_on_batch reports the running mean, which stops being finite at the same step.
    assert ours.diverged_step == int(np.argmin(np.isfinite(losses)))
    assert ours.epochs == 1
    assert "step" in ours.diverged_reason
    np.testing.assert_array_equal(ours.weights, flatten(architecture.initial_weights(0)))


class Watching(SilentContext):
    """Collects what is reported and asks to stop after a number of questions."""

    def __init__(self, questions=10**9):
        super().__init__()
        self.rows, self.questions = [], questions

    def report(self, done, total, message="", **arrays):
        self.rows.append({"done": done, "total": total, **arrays})

    def stop_requested(self):
        self.questions -= 1
        return self.questions < 0


def test_reports_add_up_to_the_history():
    architecture, plan, data = CASES["adam"]
    watching = Watching()
    history = train(architecture, replace(plan, norms=True, snapshot_epochs=(0, 3)), data, watching).history
    series = {
        name: np.concatenate([row[name] for row in watching.rows if name in row])
        for name in watching.rows[0]
        if name not in ("done", "total")
    }
    assert watching.rows[0]["epoch"].tolist() == [0]
    np.testing.assert_array_equal(series["epoch"], np.arange(plan.epochs + 1))
    np.testing.assert_array_equal(series["loss"], history.loss)
    np.testing.assert_array_equal(series["weight_norm"], history.weight_norm)
    np.testing.assert_array_equal(series["snapshots"], history.snapshots)
    assert series["snapshot_epoch"].tolist() == [0, 3, plan.epochs]
    assert watching.rows[-1]["done"] == watching.rows[-1]["total"] == plan.epochs


def test_stop_keeps_what_was_done():
    architecture, plan, data = CASES["adam"]
    whole = train(architecture, plan, data)
    stopped = train(architecture, plan, data, Watching(questions=4))
    assert stopped.stopped
    assert 0 < stopped.epochs < plan.epochs
    np.testing.assert_array_equal(stopped.history.loss, whole.history.loss[: stopped.epochs + 1])
    at_once = train(architecture, plan, data, Watching(questions=0))
    assert at_once.stopped
    assert at_once.epochs == 0
    assert len(at_once.history.loss) == 1


def test_stop_does_not_wait_for_the_compiler(monkeypatch):
    slow = fleet.Fleet.prepare
    monkeypatch.setattr(fleet.Fleet, "prepare", lambda self, size: (time.sleep(1.5), slow(self, size)))
    architecture, plan, data = CASES["adam"]
    begun = time.perf_counter()
    stopped = train(architecture, plan, data, Watching(questions=2))
    assert stopped.stopped
    assert stopped.epochs == 0
    assert time.perf_counter() - begun < 1.0


def test_a_checkpoint_goes_on_as_if_the_run_had_never_paused():
    architecture, plan, data = CASES["everything"]
    whole = train(architecture, plan, data)
    half = train(architecture, replace(plan, epochs=2), data)
    rest = train(architecture, plan, data, start=half.checkpoint)
    np.testing.assert_array_equal(rest.history.loss[1:], whole.history.loss[3:])
    np.testing.assert_array_equal(rest.weights, whole.weights)


def test_norms_are_those_of_the_weights_and_of_keras_gradients():
    import tensorflow as tf

    architecture, plan, data = CASES["adam"]
    plan = replace(plan, epochs=1, batch_size=103, norms=True, snapshot_epochs=(0, 1))
    history = train(architecture, plan, data).history
    for epoch in (0, 1):
        kernels = [array for array in architecture.split(history.snapshots[epoch]) if array.ndim == 2]
        expected = [np.linalg.norm(kernel) for kernel in kernels]
        np.testing.assert_allclose(history.weight_norm[epoch], expected, rtol=1e-5)
    model = architecture.build(plan.seed)
    with tf.GradientTape() as tape:
        output = model(data.x)[:, 0]
        loss = tf.reduce_mean(-data.y * tf.math.log(output) - (1 - data.y) * tf.math.log(1 - output))
    gradients = tape.gradient(loss, [layer.kernel.value for layer in model.layers if hasattr(layer, "kernel")])
    np.testing.assert_allclose(history.gradient_norm[1], [np.linalg.norm(g) for g in gradients], rtol=1e-4)
    assert np.isnan(history.gradient_norm[0]).all()


def test_a_second_run_of_a_shape_traces_nothing():
    plan = TrainingPlan(epochs=2, batch_size=16)
    assert train(SMALL, plan, TWO).tracing_seconds > 0.1
    other = train(SMALL, replace(plan, learning_rate=0.3, seed=4, batch_size=30, schedule=Schedule("cosine")), TWO)
    assert other.tracing_seconds < 0.1


def test_spread_epochs_keeps_both_ends():
    assert spread_epochs(5, 10) == (0, 1, 2, 3, 4, 5)
    spread = spread_epochs(300, 40)
    assert len(spread) == len(set(spread)) == 40
    assert spread[0] == 0
    assert spread[-1] == 300
    assert list(spread) == sorted(spread)
    assert spread[10] < 300 / 4
