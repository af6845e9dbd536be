from dataclasses import replace

import numpy as np
import oracle
import pytest

from engine.models.mlp import MLP, Hidden
from engine.training import fleet
from engine.training.optimizers import Optimizer
from engine.training.plan import Data, EarlyStopping, TrainingPlan
from engine.training.replicas import train_replicas
from engine.training.schedules import Schedule
from engine.training.single import train

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(64, 2)).astype(np.float32)
HELD_X = RANDOM.normal(size=(30, 2)).astype(np.float32)
WEIGHT = RANDOM.uniform(0.2, 3, 64).astype(np.float32)
TWO = Data(X, X.prod(axis=1) > 0, None, HELD_X, HELD_X.prod(axis=1) > 0)
WEIGHTED = replace(TWO, sample_weight=WEIGHT)
SEEDS = (4, 0, 9)

# Between them: every activation, dropout, batch normalization, penalties, and six of the optimizers. Batch
# normalization comes without Adam and its kin: they turn the rounding noise that is the gradient of a bias before it
# into steps, which the moving averages pass on to the validation loss (Keras differs from itself by as much).
CASES = {
    "adam": (MLP(2, (Hidden(6, "tanh"), Hidden(5, "elu"))), Optimizer("adam"), TWO),
    "normalized": (MLP(2, (Hidden(6, "relu", 0, True), Hidden(5, "silu", 0, True))), Optimizer("adadelta"), WEIGHTED),
    "dropout": (MLP(2, (Hidden(6, "prelu", 0.3), Hidden(5, "gelu", 0.2)), l2=0.01), Optimizer("adagrad"), WEIGHTED),
    "all": (
        MLP(2, (Hidden(6, "prelu", 0.3, True), Hidden(5, "leaky_relu", 0.2, True)), l1=1e-3),
        Optimizer("nesterov"),
        WEIGHTED,
    ),
    "smooth": (MLP(2, (Hidden(4, "softplus"), Hidden(4, "sigmoid"), Hidden(4, "selu"))), Optimizer("nadam"), TWO),
    "others": (MLP(2, (Hidden(4, "mish"), Hidden(4, "softsign"), Hidden(4, "linear"))), Optimizer("adamax"), TWO),
}
PLAN = TrainingPlan(learning_rate=0.02, batch_size=12, epochs=20, schedule=Schedule("cosine"))


def lone(architecture, plan, data, seed, rows=None, held=None):
    if rows is not None:
        weight = None if data.sample_weight is None else data.sample_weight[rows]
        data = replace(data, x=data.x[rows], y=data.y[rows], sample_weight=weight)
    if held is not None:
        data = replace(data, validation_x=data.validation_x[held], validation_y=data.validation_y[held])
    return train(architecture, replace(plan, seed=seed), data)


def assert_same(trained, replica, alone, names=("loss", "validation_loss", "metric", "validation_metric")):
    epochs = alone.epochs + 1
    for name in names:
        own = getattr(trained.history, name)[..., replica]
        np.testing.assert_allclose(own[:epochs], getattr(alone.history, name), atol=1e-4, rtol=1e-4, err_msg=name)
        assert np.isnan(own[epochs:]).all()
    np.testing.assert_allclose(trained.weights[replica], alone.weights, atol=1e-3)
    assert trained.epochs[replica] == alone.epochs
    assert trained.best_epoch[replica] == alone.best_epoch


@pytest.mark.parametrize("name", CASES)
def test_each_replica_is_its_lone_run(name):
    architecture, optimizer, data = CASES[name]
    plan = replace(PLAN, optimizer=optimizer, norms=name == "all", snapshot_epochs=(0, 5))
    trained = train_replicas(architecture, plan, data, SEEDS)
    extra = ("gradient_norm", "weight_norm") if name == "all" else ()
    for replica, seed in enumerate(SEEDS):
        alone = lone(architecture, plan, data, seed)
        assert_same(trained, replica, alone, ("loss", "validation_loss", "metric", "validation_metric", *extra))
        np.testing.assert_allclose(trained.history.snapshots[:, replica], alone.history.snapshots, atol=1e-3)


def test_rows_of_different_number_and_own_early_stopping():
    architecture, optimizer, data = CASES["all"]
    plan = replace(PLAN, optimizer=optimizer, learning_rate=0.1, early_stopping=EarlyStopping(patience=3))
    # A bootstrap sample with repeats, a fold with one batch less, and one with a smaller last batch.
    rows = [RANDOM.integers(0, 64, 64), np.arange(36), np.arange(10, 51)]
    held = [np.arange(30), np.arange(11), np.arange(5, 25)]
    trained = train_replicas(architecture, plan, data, SEEDS, rows=rows, validation_rows=held)
    for replica, seed in enumerate(SEEDS):
        assert_same(trained, replica, lone(architecture, plan, data, seed, rows[replica], held[replica]))
    assert trained.early_stopped.any()
    assert len(set(trained.epochs.tolist())) > 1


def test_compiled_with_xla_it_is_the_same():
    architecture, optimizer, data = CASES["all"]
    plan = replace(PLAN, optimizer=optimizer, epochs=10)
    trained = train_replicas(architecture, replace(plan, xla=True), data, SEEDS)
    for replica, seed in enumerate(SEEDS):
        assert_same(trained, replica, lone(architecture, plan, data, seed))


def test_many_replicas_draw_their_dropout_masks_in_a_loop():
    architecture, optimizer, data = CASES["dropout"]
    plan = replace(PLAN, optimizer=optimizer, epochs=2)
    trained = train_replicas(architecture, plan, data, range(12))
    assert_same(trained, 11, lone(architecture, plan, data, 11))


@pytest.mark.parametrize("xla", [False, True])
def test_who_stops_early_is_left_out_and_nobody_notices(xla, monkeypatch):
    monkeypatch.setattr(fleet, "COMPILING", 0)
    sizes = []
    rest = fleet.Fleet.rest
    monkeypatch.setattr(fleet.Fleet, "rest", lambda self, active: (rest(self, active), sizes.append(len(self.group))))
    architecture = MLP(2, (Hidden(4, "tanh", 0.1),))
    plan = replace(PLAN, learning_rate=0.1, epochs=25, early_stopping=EarlyStopping(patience=2), xla=xla, norms=True)
    seeds, data = range(18), replace(TWO, sample_weight=WEIGHT)
    rows = [RANDOM.integers(0, 64, 40) for _ in seeds]
    held = [np.setdiff1d(np.arange(30), RANDOM.integers(0, 30, 20)) for _ in seeds]
    trained = train_replicas(architecture, plan, data, seeds, rows=rows, validation_rows=held)
    assert min(sizes) < 10 < max(sizes)
    for replica in (int(trained.epochs.argmin()), int(trained.epochs.argmax())):
        alone = lone(architecture, replace(plan, xla=False), data, replica, rows[replica], held[replica])
        names = ("loss", "validation_loss", "metric", "validation_metric", "gradient_norm", "weight_norm")
        assert_same(trained, replica, alone, names)


def test_a_replica_is_what_fit_gives():
    architecture, optimizer, data = CASES["all"]
    plan = replace(PLAN, optimizer=optimizer, epochs=4)
    trained = train_replicas(architecture, plan, data, SEEDS)
    history, weights, _ = oracle.fit(architecture, replace(plan, seed=SEEDS[2]), data)
    np.testing.assert_allclose(trained.history.loss[1:, 2], history["loss"], rtol=1e-5)
    np.testing.assert_allclose(trained.history.validation_loss[1:, 2], history["val_loss"], rtol=1e-5)
    np.testing.assert_allclose(trained.weights[2], weights, atol=1e-4)


def test_one_replica_may_diverge_while_the_others_go_on():
    architecture = MLP(2, (Hidden(4, "relu"),), 1, "linear")
    data = Data(X, X.sum(axis=1))
    plan = TrainingPlan("mean_squared_error", "", Optimizer("sgd"), 0.01, batch_size=16, epochs=3)
    start = np.stack([np.concatenate([w.ravel() for w in architecture.initial_weights(seed)]) for seed in SEEDS])
    start[1] *= 1e18
    trained = train_replicas(architecture, plan, data, SEEDS, initial_weights=start)
    assert trained.diverged_at.tolist() == [-1, 1, -1]
    assert trained.diverged_step[1] >= 0
    assert trained.epochs.tolist() == [3, 1, 3]
    np.testing.assert_array_equal(trained.weights[1], start[1])
    assert np.isfinite(trained.history.loss[:, [0, 2]]).all()
    assert not np.isfinite(trained.history.loss[1:, 1]).any()
    for replica in (0, 2):
        assert_same(trained, replica, lone(architecture, plan, data, SEEDS[replica]), ("loss",))


def test_the_same_seeds_give_the_same_numbers_and_a_checkpoint_goes_on():
    architecture, optimizer, data = CASES["all"]
    plan = replace(PLAN, optimizer=optimizer, epochs=4)
    whole, again = (train_replicas(architecture, plan, data, SEEDS) for _ in range(2))
    np.testing.assert_array_equal(whole.history.loss, again.history.loss)
    half = train_replicas(architecture, replace(plan, epochs=2, schedule=Schedule()), data, SEEDS)
    rest = train_replicas(architecture, replace(plan, schedule=Schedule()), data, SEEDS, start=half.checkpoint)
    straight = train_replicas(architecture, replace(plan, schedule=Schedule()), data, SEEDS)
    np.testing.assert_array_equal(rest.history.loss[1:], straight.history.loss[3:])
    np.testing.assert_array_equal(rest.weights, straight.weights)


class Halved:
    """Replica r takes a constant rate of 0.08 / 2^r; remembers which epochs it was told of."""

    def __init__(self):
        self.judged = []

    def rates(self, epoch):
        return np.repeat(0.08 * 0.5 ** np.arange(3, dtype=np.float32)[:, None], 6, axis=1)

    def judge(self, epoch, curves):
        self.judged.append((epoch, curves["validation_loss"].copy()))


def test_a_pace_gives_each_replica_its_own_rates():
    architecture, plan, pace = (
        MLP(2, (Hidden(4, "tanh"),)),
        replace(PLAN, epochs=3, optimizer=Optimizer("sgd")),
        Halved(),
    )
    trained = train_replicas(architecture, plan, TWO, SEEDS, pace=pace)
    for replica, seed in enumerate(SEEDS):
        own = replace(plan, schedule=Schedule(), learning_rate=0.08 * 0.5**replica)
        assert_same(trained, replica, lone(architecture, own, TWO, seed))
    assert [epoch for epoch, _ in pace.judged] == [1, 2, 3]
    np.testing.assert_array_equal(np.stack([loss for _, loss in pace.judged]), trained.history.validation_loss[1:])
