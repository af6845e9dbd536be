"""Fifty splits instead of one: how far a score can be trusted, and whether one setting beats another.

What the learner should see: each split gives another score. Their mean settles as splits come in, and so does the
number of epochs needed. Two settings that meet on the same splits, with the same initial seeds and the same order of
batches, can be compared pair by pair, and then it can be said whether a difference is real or luck.

Shapes: R splits; axis 0 of the arrays is the setting, A then B.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import config as base
from engine.bootstrapping.draws import METHODS, REPLACEMENT, STRATIFIED, Draw, draws
from engine.bootstrapping.groups import Watch, groups
from engine.bootstrapping.measuring import measured
from engine.config import choice, integer, number, several, text
from engine.data.tabular import DATA_SETS, UPLOAD, Rows, check_upload, rows
from engine.errors import InvalidSetting
from engine.models.mlp import ACTIVATIONS
from engine.training.optimizers import OPTIMIZERS
from engine.validation.model_file import MODEL_FILE
from engine.validation.network import Fitted, Network, Split, fit_splits

if TYPE_CHECKING:
    from engine.runs.context import Context

SEED = "seed"
DIFFERENCES = (SEED, "dropout", "learning_rate", "layers", "activation", "l2", "batch_size", "optimizer", "patience")
HELD, OWN = "held-back rows", "own tenth"
OTHER_SEEDS = 10_000  # how far B's seeds lie from A's where nothing else differs
MEASURED = ("score", "loss", "train_score", "best_epoch", "epochs", "diverged", "seconds")
SERIES = ("setting", "split", "learned", "held", *MEASURED)
MOST_VISITS = 500_000_000  # of rows by networks, epochs counted: an hour or so


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one benchmark; see the functions of `engine.config` for how bounds are declared.

    Setting A is what the fields say; setting B differs in the one field that `differs` names, and has there what
    `other_…` says. With `differs="seed"` B is A with other initial weights and another order of batches. `held_out`
    does not count for samples with replacement. Split r has seed `seed + r` for weights, dropout masks and batch order.
    """

    dataset: str = choice("breast_cancer", (*DATA_SETS, UPLOAD))
    upload: str = text("", 64)
    method: str = choice(STRATIFIED, METHODS)
    splits: int = integer(50, 2, 200)
    held_out: float = number(0.25, 0.05, 0.6)
    stopping: str = choice(HELD, (HELD, OWN))
    layers: tuple[int, ...] = several((32, 16), integer(32, 1, 128), 0, 4)
    activation: str = choice("relu", ACTIVATIONS)
    dropout: float = number(0.0, 0.0, 0.8)
    l2: float = number(0.0, 0.0, 0.1)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.003, 1e-5, 10.0)
    batch_size: int = integer(32, 4, 1024)
    epochs: int = integer(150, 1, 500)
    patience: int = integer(10, 1, 50)
    differs: str = choice("l2", DIFFERENCES)
    other_dropout: float = number(0.5, 0.0, 0.8)
    other_learning_rate: float = number(0.001, 1e-5, 10.0)
    other_layers: tuple[int, ...] = several((8,), integer(8, 1, 128), 0, 4)
    other_activation: str = choice("tanh", ACTIVATIONS)
    other_l2: float = number(0.01, 0.0, 0.1)
    other_batch_size: int = integer(128, 4, 1024)
    other_optimizer: str = choice("sgd", OPTIMIZERS)
    other_patience: int = integer(3, 1, 50)
    seed: int = integer(0, 0, 9999)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        check_upload(self.dataset, self.upload)

    @property
    def other_value(self) -> Any:
        """What B has where it differs; None if only its seeds do."""
        return None if self.differs == SEED else getattr(self, f"other_{self.differs}")

    def network(self, setting: int) -> Network:
        """Return the network of A (0) or B (1)."""
        fields = {field.name for field in dataclasses.fields(Network)} & {
            field.name for field in dataclasses.fields(self)
        }
        first = Network(**{name: getattr(self, name) for name in fields})
        if setting == 0 or self.differs == SEED:
            return first
        return dataclasses.replace(first, **{self.differs: self.other_value})

    def seeds(self, setting: int) -> range:
        """Return the seed of each split's network, for A (0) or B (1)."""
        start = self.seed + (OTHER_SEEDS if setting == 1 and self.differs == SEED else 0)
        return range(start, start + self.splits)


@dataclass(frozen=True)
class Result:
    """What was measured, in the order of the splits; a split that was not reached has not-a-number and 0.

    Attributes:
        config: The settings that were run.
        classification: Whether classes are predicted rather than a value.
        total_rows: n, rows of the table.
        learned: int32 (R,), different rows each split learned from (those that said when to stop included).
        held: int32 (R,), rows held back, or out of the bag.
        group_name: What rows of an upload belong together by, e.g. "patient"; empty if nothing says so.
        score: float64 (2, R), share of right classes, or R², of the held-back rows.
        loss: float64 (2, R), cross-entropy or mean squared error (the target scaled) of the held-back rows, without
            penalties.
        train_score: float64 (2, R), the score on the rows drawn to learn from, repeats included.
        best_epoch: int32 (2, R), epoch of the lowest loss on the rows that say when to stop: the epochs needed.
        epochs: int32 (2, R), epochs trained.
        diverged: int32 (2, R), epoch in which the loss was no longer a number, or −1.
        seconds: float64 (2,), of training, all splits of a setting together.
        stopped: True if Stop ended the run early.
    """

    config: Config
    classification: bool
    total_rows: int
    learned: np.ndarray
    held: np.ndarray
    group_name: str
    score: np.ndarray
    loss: np.ndarray
    train_score: np.ndarray
    best_epoch: np.ndarray
    epochs: np.ndarray
    diverged: np.ndarray
    seconds: np.ndarray
    stopped: bool = False

    @property
    def share(self) -> float:
        """Held-back rows divided by rows learned from, averaged over the splits; 0 before there is one."""
        known = self.learned > 0
        return float(np.mean(self.held[known] / self.learned[known])) if known.any() else 0.0

    @property
    def mean_held(self) -> float:
        """Held-back rows of a split, on average; 0 before there is one."""
        known = self.held > 0
        return float(self.held[known].mean()) if known.any() else 0.0

    @property
    def mean_learned(self) -> float:
        """Different rows a split learned from, on average; 0 before there is one."""
        known = self.learned > 0
        return float(self.learned[known].mean()) if known.any() else 0.0

    @property
    def reached(self) -> int:
        """Number of splits up to the last one of which something is known."""
        known = np.flatnonzero((self.epochs > 0).any(axis=0))
        return int(known[-1]) + 1 if len(known) else 0

    @property
    def replacement(self) -> bool:
        """Whether the samples were drawn with replacement."""
        return self.config.method == REPLACEMENT


def run(config: Config, context: Context) -> Result:
    """Train A and B on every split, some splits at a time in lock-step, and then A once more on all rows.

    That last network, trained for the mean number of epochs needed, is attached as "model.keras": it takes rows as they
    are in the table. In a worker only.

    Args:
        config: What to train.
        context: Gets each group of networks when it is done; may ask to stop.

    Raises:
        InvalidData: The table cannot be split this way.
        InvalidSetting: That would take hours, or not even two scaled copies of the table fit in memory.
    """
    table = rows(config.dataset, config.upload)
    _check_visits(config, table)
    all_draws = draws(table, config.method, config.splits, config.held_out, config.seed, config.stopping == OWN)
    context.report(0, 2 * config.splits, "the first splits")
    series: dict[str, list[np.ndarray]] = {name: [] for name in SERIES}
    stopped = False
    for first, last in groups(config.splits, table.x.size):
        for setting in (0, 1):
            if stopped:
                break
            watch = Watch(context, 2 * first + setting * (last - first), last - first, 2 * config.splits)
            begun = time.perf_counter()
            fitted = _fit(config, table, all_draws[first:last], setting, first, watch)
            stopped = fitted.trained.stopped or context.stop_requested()
            found = measured(fitted, table, all_draws[first:last], setting, first)
            found["seconds"] = np.full(len(found["split"]), (time.perf_counter() - begun) / (last - first))
            for name, values in found.items():
                series[name].append(values)
            context.report(2 * first + (1 + setting) * (last - first), 2 * config.splits, "", **found)
    result = partial(config, {name: np.concatenate(values) for name, values in series.items()}, stopped)
    assert result is not None, "every series has its rows, if only none"
    if not stopped:
        from engine.bootstrapping.final import final_model

        context.attach(MODEL_FILE, final_model(config, table, result))
    return result


def _check_visits(config: Config, table: Rows) -> None:
    visits = 2 * config.splits * config.epochs * len(table.y)
    if visits > MOST_VISITS:
        raise InvalidSetting(
            f"{config.splits} splits of {len(table.y):,} rows for up to {config.epochs} epochs would take hours.",
            f"Take at most {max(2, config.splits * MOST_VISITS // visits)} splits, or fewer epochs.",
        )


def _fit(config: Config, table: Rows, drawn: list[Draw], setting: int, first: int, context: Context) -> Fitted:
    splits = [Split(draw.learn, draw.stop) for draw in drawn]
    seeds = list(config.seeds(setting)[first : first + len(drawn)])
    return fit_splits(config.network(setting), table, splits, seeds, context)


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far of a run that is under way, or None before the first group of networks is done.

    Args:
        config: What is being trained.
        series: The appended arrays by name, as `run` reports them (`Status.series`).
        stopped: Whether Stop ended the run.
    """
    if any(name not in series for name in SERIES):
        return None
    table = rows(config.dataset, config.upload)
    setting, split = np.asarray(series["setting"]), np.asarray(series["split"])
    shape = (2, config.splits)
    found: dict[str, np.ndarray] = {name: np.full(shape, np.nan) for name in ("score", "loss", "train_score")}
    found |= {name: np.zeros(shape, np.int32) for name in ("best_epoch", "epochs")}
    found |= {"diverged": np.full(shape, -1, np.int32), "seconds": np.zeros(shape)}
    for name, values in found.items():
        values[setting, split] = series[name]
    found["seconds"] = found["seconds"].sum(axis=1)
    sizes = {name: np.zeros(config.splits, np.int32) for name in ("learned", "held")}
    for name, values in sizes.items():
        values[split] = series[name]
    return Result(
        config=config,
        classification=table.classification,
        total_rows=len(table.y),
        group_name=table.group_name if config.dataset == UPLOAD else "",
        stopped=stopped,
        **sizes,
        **found,
    )
