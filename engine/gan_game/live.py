"""A run of the game in the worker: stretch after stretch, looked at now and then, gone on with at once.

What the learner should see: a change of the settings in mid-game goes on from the very numbers at that moment. The
states of the last runs stay in the worker's memory; after a restart, or on another worker, the stretches before are
played again, with the same result.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.gan_game.divergence import of_real
from engine.gan_game.experiment import MODEL_FILES, SERIES, Config
from engine.gan_game.stretches import Stretch, at, encoded, end, moments, until

if TYPE_CHECKING:
    from engine.gan_game.looking import Looker, Rows
    from engine.gan_game.networks import Game, Rules, Shape
    from engine.runs.context import Context

Frozen = tuple[object, ...]
State = tuple[list[np.ndarray], tuple["Rows", ...]]
MOST_STATES = 400  # about 60 kB each with three games
_STATES: OrderedDict[tuple[Frozen, str], State] = OrderedDict()
_TABLES: OrderedDict[Frozen, Table] = OrderedDict()
_LOCK = threading.RLock()


class Table:
    """Networks, optimizers and compiled functions of one game, used again by every run with the same."""

    def __init__(self, config: Config) -> None:
        from engine.gan_game.looking import Looker
        from engine.gan_game.networks import Game

        target = config.target()
        self.game: Game = Game(shape_of(config), target.skeleton, target.sigma)
        self.looker: Looker = Looker(self.game, target, of_real(config.distribution, config.settled().drawn)[0])
        self.fresh = self.game.state()
        self._advances: dict[Rules, object] = {}

    def advance(self, stretch: Stretch, first: int, count: int) -> None:
        """Play `count` steps of a stretch, numbered from `first`."""
        import tensorflow as tf

        from engine.gan_game.looking import advancing

        rules = rules_of(stretch)
        function = self._advances.setdefault(rules, advancing(self.game, rules))
        for optimizer, rate in zip(
            self.game.optimizers, (stretch.discriminator_rate, stretch.generator_rate), strict=True
        ):
            optimizer.learning_rate.assign(rate)
        function(tf.constant(first), tf.constant(count))  # type: ignore[operator]

    def look(self, stretch: Stretch, step: int) -> Rows:
        """Return one row of everything that is recorded."""
        for optimizer, rate in zip(
            self.game.optimizers, (stretch.discriminator_rate, stretch.generator_rate), strict=True
        ):
            optimizer.learning_rate.assign(rate)
        return self.looker.look(rules_of(stretch), step)


def shape_of(config: Config) -> Shape:
    """Return the part of a config that the networks are built from."""
    from engine.gan_game.networks import Shape

    return Shape(**{field.name: getattr(config, field.name) for field in fields(Shape)})


def rules_of(stretch: Stretch) -> Rules:
    """Return the part of a stretch that is compiled."""
    from engine.gan_game.networks import Rules

    return Rules(**{field.name: getattr(stretch, field.name) for field in fields(Rules)})


def frozen(config: Config) -> Frozen:
    """Return what cannot change in mid-game."""
    return (config.distribution, config.settled().drawn, shape_of(config))


def play(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    """Return the rows of a game at its moments, and whether Stop ended it; the networks are attached."""
    with _LOCK:
        return _play(config, context)


def forget() -> None:
    """Drop every state and network that is kept; for tests."""
    _STATES.clear()
    _TABLES.clear()


def _table(config: Config) -> Table:
    key = frozen(config)
    if key not in _TABLES:
        _TABLES[key] = Table(config)
        while len(_TABLES) > 3:
            _TABLES.popitem(last=False)
    _TABLES.move_to_end(key)
    return _TABLES[key]


def _play(config: Config, context: Context) -> tuple[dict[str, np.ndarray], bool]:
    plan = config.plan()
    looks, total = moments(plan), sum(stretch.steps for stretch in plan)
    context.report(0, total, "Building the networks")
    table, known = _table(config), _known(config, plan)
    rows = {int(row["step"][0]): row for row in (known[1] if known else ())}
    table.game.restore(known[0] if known else table.fresh)
    step = max(rows, default=0)
    rows.pop(step, None)  # what comes next there may be another stretch now: looked at anew
    for moment in [one for one in looks if one in rows]:
        context.report(moment, total, "", **rows[moment])
    stopped = False
    for moment in looks:
        if moment in rows:
            continue
        if stopped := bool(rows) and context.stop_requested():
            break
        while step < moment:
            stretch = at(plan, step)
            count = min(moment, end(plan, step)) - step
            table.advance(stretch, step, count)
            step += count
        rows[moment] = table.look(at(plan, moment), moment)
        _keep(config, plan, moment, table, tuple(rows.values()))
        context.report(moment, total, "", **rows[moment])
        if not np.isfinite(rows[moment]["losses"]).all():
            break
    _attach(table, context)
    chosen = [rows[one] for one in looks if one in rows]
    return {name: np.concatenate([row[name] for row in chosen]) for name in SERIES}, stopped


def _known(config: Config, plan: Sequence[Stretch]) -> State | None:
    """Return the latest state that is kept on the way of a plan, looked at before its last stretch begins or there."""
    start = sum(stretch.steps for stretch in plan) - config.steps
    looks = moments(plan)
    for moment in [one for one in reversed(looks) if 0 < one <= start]:
        found = _STATES.get((frozen(config), encoded(until(plan, moment))))
        if found is not None and {one for one in looks if one < moment} <= {int(row["step"][0]) for row in found[1]}:
            return found
    return None


def _keep(config: Config, plan: Sequence[Stretch], moment: int, table: Table, rows: tuple[Rows, ...]) -> None:
    _STATES[frozen(config), encoded(until(plan, moment))] = (table.game.state(), rows)
    while len(_STATES) > MOST_STATES:
        _STATES.popitem(last=False)


def _attach(table: Table, context: Context) -> None:
    for name, model in zip(MODEL_FILES, (table.game.generator, table.game.discriminator), strict=True):
        with TemporaryDirectory() as folder:
            path = Path(folder) / name
            _plain(model).save(path)
            context.attach(name, path.read_bytes())


def _plain(model: Any) -> Any:
    """Return a network of the first game alone, of Keras's own layers, so that any Keras opens its file."""
    import keras

    layers = [keras.Input((model.input_shape[-1],))]
    for layer in model.layers:
        layers.append(
            keras.layers.Dense(layer.units)
            if layer.weights
            else keras.layers.LeakyReLU(negative_slope=layer.negative_slope)
        )
    plain = keras.Sequential(layers)
    plain.set_weights(
        [values[0] if weight.name == "kernel" else values[0, 0]
         for weight, values in zip(model.weights, model.get_weights(), strict=True)]
    )  # fmt: skip
    return plain
