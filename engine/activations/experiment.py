"""What an activation function does: by itself, to the units of a network, to gradients over depth, and to a training.

What the learner should see: a ReLU unit that gives 0 for every row gets no gradient and stays dead; a sigmoid shrinks
the gradient at every layer; and which activation trains best is a question for several seeds.

Glorot and Bengio 2010 (saturation and depth); Maas et al. 2013 (dead units, leaky ReLU); He et al. 2015 (PReLU).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as settings
from engine.activations.functions import LEARNED, NAMES, SOFTMAX
from engine.data.tabular import rows
from engine.errors import InvalidSetting

if TYPE_CHECKING:
    from engine.runs.context import Context

FUNCTION, NETWORK, DEPTH, COMPARISON = "function", "network", "depth", "comparison"
TASKS = (FUNCTION, NETWORK, DEPTH, COMPARISON)
RATE, BIAS = "learning_rate", "bias"
SWEPT = {RATE: (0.01, 0.03, 0.1, 0.3, 1.0, 3.0), BIAS: (-4.0, -2.0, -1.0, -0.5, 0.0, 1.0)}
TRAINED = {
    NETWORK: ("relu", "leaky_relu", LEARNED, "tanh"),
    DEPTH: ("sigmoid", "tanh", "relu"),
    COMPARISON: NAMES,
}
SWEEPERS = ("relu", "leaky_relu")  # trained again for every swept value
DEPTHS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20)  # at which the first gradients are measured
NONE = "none"
INITIALIZERS = ("glorot_uniform", "he_normal", "lecun_normal")
MODEL_FILE = "model.keras"
HELD_BACK = 0.2
CLASSES, PIXELS, BRIGHTEST = 10, 64, 16
MOST_LOGITS, LARGEST_LOGIT = 8, 20.0
MOST_STEPS = 600_000  # of all networks, times their layers
_COMMON = ("task", "initializer", "learning_rate", "width", "depth", "batch_size", "epochs", "seeds", "seed")
# What each task looks at; the rest has its default in a run's key, so that the run is shared.
_USED = {
    FUNCTION: ("task", "function", "beside", "x", "share", "slope"),
    SOFTMAX: ("task", "function", "logits", "temperature", "share"),
    NETWORK: (*_COMMON, "slope", "bias", "vary"),
    DEPTH: _COMMON,
    COMPARISON: (*_COMMON, "slope"),
}


@dataclass(frozen=True)
class Config(settings.Config):
    """One experiment.

    Attributes:
        task: FUNCTION looks at one function; NETWORK at dead units and zeros; DEPTH at gradients; COMPARISON trains
            all.
        function: Which function; marked in the comparison.
        beside: A second one drawn beside it, or NONE.
        x: Input at which it is read.
        share: |f′| below it counts as saturated.
        logits: Of softmax, two to eight numbers with commas.
        temperature: They are divided by it.
        slope: Below 0: of leaky ReLU, and where PReLU begins.
        learning_rate: Of gradient descent.
        bias: Where the hidden layers' biases begin.
        vary: What the sweep of NETWORK varies: RATE or BIAS.
        initializer: Of all kernels.
        width: Units of a hidden layer.
        depth: Hidden layers.
        batch_size: Rows a step.
        epochs: Passes over the training rows.
        seeds: Networks an activation trains.
        seed: Of the first and of the split; the others follow.
    """

    task: str = settings.choice(FUNCTION, TASKS)
    function: str = settings.choice("sigmoid", (*NAMES, SOFTMAX))
    beside: str = settings.choice("relu", (NONE, *NAMES))
    x: float = settings.number(1.0, -6.0, 6.0)
    share: float = settings.number(0.1, 0.01, 0.5)
    logits: str = settings.text("2, 1, 0.5, -1", 60)
    temperature: float = settings.number(1.0, 0.05, 20.0)
    slope: float = settings.number(0.2, 0.0, 1.0)
    learning_rate: float = settings.number(0.1, 0.0001, 10.0)
    bias: float = settings.number(0.0, -5.0, 2.0)
    vary: str = settings.choice(RATE, (RATE, BIAS))
    initializer: str = settings.choice("glorot_uniform", INITIALIZERS)
    width: int = settings.integer(32, 4, 64)
    depth: int = settings.integer(3, 1, 20)
    batch_size: int = settings.integer(64, 16, 256)
    epochs: int = settings.integer(15, 2, 40)
    seeds: int = settings.integer(5, 3, 10)
    seed: int = settings.integer(0, 0, 9999)

    def check(self) -> None:
        """Refuse logits that are none, and trainings of too many steps."""
        _read(self.logits)
        if self.task == FUNCTION:
            return
        count = len(TRAINED[self.task]) + (len(SWEEPERS) * len(SWEPT[self.vary]) if self.task == NETWORK else 0)
        training = len(rows("digits").y) - held_back()
        steps = self.epochs * -(-training // self.batch_size) * count * self.seeds
        if steps * (self.depth + 1) > MOST_STEPS:
            raise InvalidSetting(
                f"{count * self.seeds} networks of {self.depth} hidden layers would take {steps:,} steps.",
                "Take larger batches, fewer epochs, fewer seeds or fewer layers.",
            )

    @property
    def numbers(self) -> tuple[float, ...]:
        """Return the logits as numbers."""
        return _read(self.logits)

    def bare(self) -> Config:
        """Return the config with everything at its default that its task does not look at; what is run and stored."""
        used = _USED[SOFTMAX if self.task == FUNCTION and self.function == SOFTMAX else self.task]
        return Config(**{name: getattr(self, name) for name in used})


def _read(text: str) -> tuple[float, ...]:
    parts = [part for part in re.split(r"[,;\s]+", text.replace("−", "-").strip()) if part]
    try:
        values = tuple(float(part) for part in parts)
    except ValueError:
        values = ()
    if not 2 <= len(values) <= MOST_LOGITS or not all(abs(value) <= LARGEST_LOGIT for value in values):
        raise InvalidSetting(
            f"“{text:.40}” are not logits.",
            f"Give two to {MOST_LOGITS} numbers from −{LARGEST_LOGIT:g} to {LARGEST_LOGIT:g}, with commas between.",
        )
    return values


@dataclass(frozen=True)
class Result:
    """The trained networks; A activations, S seeds, E + 1 rows, the first before training; L layers, u units.

    What is not (yet) known is not-a-number.

    Attributes:
        config: What was run, as `Config.bare` has it.
        loss: float32 (E + 1, A, S), cross-entropy: of the epoch's batches, and of all training rows at row 0.
        accuracy: (E + 1, A, S), on the rows held back.
        dead: (E + 1, A, S, L), share of units that give 0 for every training row.
        zeros: (E + 1, A, S, L), share of all activations that are exactly 0.
        gradient: (E + 1, A, S, L + 1), length of each kernel's gradient on all training rows; the output's last.
        slopes: (E + 1, S, L, 3), smallest, mean and largest learned slope of PReLU's units.
        active: (E + 1, L, u), for the first seed's ReLU network the share of rows for which each unit is above 0.
        swept_dead: (V, 2, S), share of dead units of all hidden layers at the end; SWEPT by SWEEPERS.
        swept_accuracy: (V, 2, S).
        ratio: (D, A, S), before training: first kernel's gradient through the output's, at each of DEPTHS.
        stopped: Whether Stop was pressed.
    """

    config: Config
    loss: np.ndarray
    accuracy: np.ndarray
    dead: np.ndarray
    zeros: np.ndarray
    gradient: np.ndarray
    slopes: np.ndarray
    active: np.ndarray
    swept_dead: np.ndarray
    swept_accuracy: np.ndarray
    ratio: np.ndarray
    stopped: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the activations, in the order of the axis A."""
        return TRAINED[self.config.task]


def held_back() -> int:
    """Return how many rows of the digits are held back."""
    return round(HELD_BACK * len(rows("digits").y))


@dataclass(frozen=True)
class Digits:
    """The digits, split: x float32 (n, 64) in 0 … 1, y int (n,)."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


def data(config: Config) -> Digits:
    """Return the rows all networks learn from, and those held back."""
    table = rows("digits")
    order = np.random.default_rng(config.seed).permutation(len(table.y))
    x, y = (table.x / BRIGHTEST).astype(np.float32), table.y.astype(int)
    held, kept = order[: held_back()], order[held_back() :]
    return Digits(x[kept], y[kept], x[held], y[held])


def run(config: Config, context: Context) -> Result:
    """Train the networks; in the worker, about half a minute."""
    from engine.activations.networks import train

    return train(config, context)


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far from a run's live series, or None before the first epoch."""
    return result_of(config, series, stopped=True) if len(series.get("dead", ())) > 1 else None


def result_of(config: Config, series: Mapping[str, Any], stopped: bool) -> Result:
    """Return the result of what was reported so far.

    Args:
        config: What is run.
        series: Rows with their places: `place` (rows, 2) is activation and epoch of `loss` and `accuracy` (rows, S);
            `measured` (rows, 2) that of `dead`, `zeros`, `gradient`, `slopes` and `active`; `swept` (rows, 2) swept
            value and sweeper of `swept_dead` and `swept_accuracy`; `deep` (rows, 2) depth and activation of `ratio`.
        stopped: Whether that is all there will be.
    """
    activations, seeds, layers = len(TRAINED[config.task]), config.seeds, config.depth
    network = config.task == NETWORK
    values = len(SWEPT[config.vary]) if network else 0
    shapes: dict[str, tuple[str, tuple[int, ...]]] = {
        "loss": ("place", (config.epochs + 1, activations, seeds)),
        "accuracy": ("place", (config.epochs + 1, activations, seeds)),
        "dead": ("measured", (config.epochs + 1, activations, seeds, layers)),
        "zeros": ("measured", (config.epochs + 1, activations, seeds, layers)),
        "gradient": ("measured", (config.epochs + 1, activations, seeds, layers + 1)),
        "slopes": ("measured", (config.epochs + 1, activations, seeds, layers, 3)),
        "active": ("measured", (config.epochs + 1, activations, layers, config.width if network else 0)),
        "swept_dead": ("swept", (values, len(SWEEPERS), seeds)),
        "swept_accuracy": ("swept", (values, len(SWEEPERS), seeds)),
        "ratio": ("deep", (len(DEPTHS) if config.task == DEPTH else 0, activations, seeds)),
    }
    arrays = {}
    for name, (place, shape) in shapes.items():
        arrays[name] = np.full(shape, np.nan, np.float32)
        if len(series.get(name, ())):
            first, second = series[place].astype(int).T
            arrays[name][first, second] = series[name]
    names = TRAINED[config.task]
    arrays["slopes"] = arrays["slopes"][:, names.index(LEARNED)] if LEARNED in names else arrays["slopes"][:, 0, :0]
    arrays["active"] = arrays["active"][:, names.index("relu")]
    return Result(config, **arrays, stopped=stopped)
