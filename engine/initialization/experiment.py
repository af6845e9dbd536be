"""One network from N different first weights: the same rows, the same batches, and N different results.

What the learner should see: one training is one draw from a distribution. How wide it is depends on the initializer;
averaging networks, dropout and more rows make it narrower, which is measured here on the same first weights.

Initializers: Glorot and Bengio 2010, He et al. 2015. Bagging: Breiman 1996. Dropout: Srivastava et al. 2014.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine import config as settings
from engine.data.toy import DATA_SETS
from engine.errors import InvalidSetting
from engine.models.mlp import MLP, Hidden
from engine.training.plan import spread_epochs

if TYPE_CHECKING:
    from engine.runs.context import Context

DATA = ("moons", "circles", "xor", "spirals", "blobs")
ACTIVATIONS = ("tanh", "relu", "sigmoid")
ZEROS, EQUAL, SMALL, LARGE, GLOROT, HE = "zeros", "equal", "small", "large", "glorot", "he"
INITIALIZERS = (ZEROS, EQUAL, SMALL, LARGE, GLOROT, HE)
SMALL_DEVIATION, LARGE_DEVIATION, ONE_VALUE = 0.001, 5.0, 0.5
OPTIMIZERS = ("sgd", "momentum", "adam")
MOMENTUM = 0.9  # of the optimizer of that name

ALONE, BOOTSTRAP, DROPOUT, TWICE, FOUR = "alone", "bootstrap", "dropout", "twice", "four"
GROUPS = (ALONE, BOOTSTRAP, DROPOUT, TWICE, FOUR)
MORE = {TWICE: 2, FOUR: 4}  # times the rows
TEST_ROWS = 1000
MOMENTS = 13  # whose weights are kept
MOST_STEPS = 150_000  # of all networks of the first group together
LARGEST = 6e4  # what a weight of a kept moment is cut at: the next is beyond what 16 bits hold
MODEL_FILE = "model.keras"


@dataclass(frozen=True)
class Config(settings.Config):
    """One experiment.

    Attributes:
        dataset: What is learned, one of DATA; two classes.
        points: Training rows of the networks alone.
        noise: Of the data, see `engine.data.toy`.
        layers: Units of each hidden layer.
        activation: Of the hidden layers.
        initializer: Of the kernels, one of INITIALIZERS; biases begin at 0.
        optimizer: One of OPTIMIZERS.
        learning_rate: Step size.
        batch_size: Rows a step.
        epochs: Passes over the training rows.
        runs: N, how many first weights are drawn.
        cures: Whether the other groups are trained too.
        dropout: Share of units switched off in the group with dropout.
        seed: Of the data, the batch order and the first network's weights; the others' seeds follow.
    """

    dataset: str = settings.choice("moons", DATA)
    points: int = settings.integer(48, 16, 400)
    noise: float = settings.number(0.25, 0.0, 0.5)
    layers: tuple[int, ...] = settings.several((8, 8), settings.integer(8, 1, 32), 1, 3)
    activation: str = settings.choice("tanh", ACTIVATIONS)
    initializer: str = settings.choice(GLOROT, INITIALIZERS)
    optimizer: str = settings.choice("momentum", OPTIMIZERS)
    learning_rate: float = settings.number(0.1, 0.0001, 10.0)
    batch_size: int = settings.integer(16, 4, 128)
    epochs: int = settings.integer(200, 4, 400)
    runs: int = settings.integer(30, 6, 60)
    cures: bool = settings.switch(True)
    dropout: float = settings.number(0.2, 0.05, 0.8)
    seed: int = settings.integer(0, 0, 9000)

    def check(self) -> None:
        """Refuse a training of too many steps."""
        steps = self.epochs * -(-self.points // self.batch_size) * self.runs
        if steps > MOST_STEPS:
            raise InvalidSetting(
                f"{self.runs} runs of {self.epochs} epochs in batches of {self.batch_size} are {steps:,} steps.",
                f"Take larger batches, fewer epochs or fewer runs: at most {MOST_STEPS:,} steps.",
            )

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that are trained, the networks alone first."""
        return GROUPS if self.cures else GROUPS[:1]

    def architecture(self, group: str = ALONE) -> MLP:
        """Return the network of a group; the initializer's weights are given apart."""
        dropout = self.dropout if group == DROPOUT else 0.0
        return MLP(2, tuple(Hidden(units, self.activation, dropout) for units in self.layers))

    def epochs_of(self, group: str) -> int:
        """Return the epochs of a group: more rows are passed less often, so that all make as many updates."""
        return -(-self.epochs // MORE.get(group, 1))


@dataclass(frozen=True, eq=False)  # by identity, so that what is computed from one can be kept
class Result:
    """N networks of each group; E + 1 rows a curve, the first before training; M moments, P weights.

    Attributes:
        config: What was run.
        loss: float32 (E + 1, N) of the networks alone, as `fit` reports it; not-a-number after a divergence.
        error: float32 (E + 1, N), their share of wrong test rows after each epoch.
        moments: int32 (M,), epochs whose weights are kept.
        snapshots: float16 (M, N, P), the weights of the networks alone at these.
        weights: float32 (G, N, P), last weights of the G groups that are finished, in the order of `GROUPS`.
        final: float32 (G, N), their share of wrong test rows; not-a-number for a network that diverged.
        stopped: Whether Stop was pressed.
    """

    config: Config
    loss: np.ndarray
    error: np.ndarray
    moments: np.ndarray
    snapshots: np.ndarray
    weights: np.ndarray
    final: np.ndarray
    stopped: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that are finished."""
        return GROUPS[: len(self.final)]


@dataclass(frozen=True)
class Rows:
    """Training rows, four times as many as `points`, of which each group takes the first; and test rows.

    Attributes:
        x: float32 (4 n, 2).
        y: float32 (4 n,), classes 0 and 1.
        test_x: float32 (TEST_ROWS, 2), drawn anew from the same distribution; the same for all networks.
        test_y: float32 (TEST_ROWS,).
    """

    x: np.ndarray
    y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray


@lru_cache(maxsize=32)
def rows(config: Config) -> Rows:
    """Return the data of a config; drawn once, since a picture asks for it several times."""
    draw = DATA_SETS[config.dataset].draw
    generator = np.random.default_rng((config.seed, 1))
    x, y = draw(max(MORE.values()) * config.points, 2, config.noise, generator)
    order = generator.permutation(len(y))  # the first rows are a fair sample of all, also of a spiral's arms
    test_x, test_y = draw(TEST_ROWS, 2, config.noise, np.random.default_rng((config.seed, 2)))
    x, y, test_x, test_y = (part.astype(np.float32) for part in (x[order], y[order], test_x, test_y))
    return Rows(x, y, test_x, test_y)


def rows_of(config: Config, group: str) -> list[np.ndarray]:
    """Return which training rows each of the N networks of a group takes, int (rows,) each."""
    if group == BOOTSTRAP:
        generators = [np.random.default_rng((config.seed, 3, run)) for run in range(config.runs)]
        return [generator.integers(0, config.points, config.points) for generator in generators]
    return [np.arange(config.points * MORE.get(group, 1))] * config.runs


def moments(config: Config) -> tuple[int, ...]:
    """Return the epochs whose weights are kept."""
    return spread_epochs(config.epochs, MOMENTS)


def run(config: Config, context: Context) -> Result:
    """Train all groups in the worker, each in lock-step."""
    from engine.initialization.live import train

    return train(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first weights are known."""
    return result_of(config, series, stopped=True) if len(series.get("snapshots", ())) else None


def result_of(config: Config, series: Mapping[str, np.ndarray], stopped: bool) -> Result:
    """Return a result from the rows reported so far.

    Args:
        config: What is run.
        series: `loss`, `error` (epochs, N), `snapshot_epoch` (M,), `snapshots` (M, N, P) of the networks alone, and
            of each other finished group `weights` (1, N, P) and `final` (1, N).
        stopped: Whether that is all there will be.
    """
    kept = series["snapshots"].astype(np.float32)
    weights, final = kept[-1:], series["error"][-1:].astype(np.float32)
    if "final" in series:
        weights, final = np.concatenate([weights, series["weights"]]), np.concatenate([final, series["final"]])
    return Result(
        config,
        series["loss"].astype(np.float32),
        series["error"].astype(np.float32),
        series["snapshot_epoch"].astype(np.int32),
        np.clip(kept, -LARGEST, LARGEST).astype(np.float16),
        weights.astype(np.float32),
        final,
        stopped,
    )
