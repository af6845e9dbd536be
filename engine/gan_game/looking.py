"""A game as one compiled function of many steps, and a look at it; imported in the worker only.

What the learner should see: what the discriminator says everywhere, where the same noise lands as the generator learns,
and the very next step taken apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from engine.gan_game import divergence
from engine.gan_game.divergence import WATCHED
from engine.gan_game.losses import discriminator_loss, generator_loss
from engine.gan_game.networks import Game, Rules
from engine.gan_game.stretches import DISCRIMINATOR, GENERATOR
from engine.gan_game.targets import WINDOW, Target, coverage, drawn_from

SHOWN = 150  # fakes drawn, with their arrows
TURN = 24  # points of a batch that the slow motion follows
HEAT = 21
GRID = 11
ALONG = 101  # places on the line of a one-dimensional noise
NORMAL_REACH = 1.6
WATCHED_SEED = 4_111

Rows = dict[str, np.ndarray]


def advancing(game: Game, rules: Rules) -> Callable[[Any, Any], None]:
    """Return the compiled function (first step, count) that plays `count` steps, numbered from `first`."""

    def one(step: Any) -> None:
        if rules.who != GENERATOR:
            for turn in range(rules.discriminator_updates):
                game.discriminator_turn(rules, step, turn)
        if rules.who != DISCRIMINATOR:
            for turn in range(rules.generator_updates):
                game.generator_turn(rules, step, turn)

    @tf.function(autograph=False, reduce_retracing=True)
    def advance(first: Any, count: Any) -> None:
        def body(offset: Any) -> Any:
            one(first + offset)
            return (offset + 1,)

        tf.while_loop(lambda offset: offset < count, body, (tf.constant(0),))

    return advance


def window() -> np.ndarray:
    """Return the places of the heat map, float32 (HEAT², 2), row after row from below."""
    along = np.linspace(-WINDOW, WINDOW, HEAT, dtype=np.float32)
    x, y = np.meshgrid(along, along)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def noise_grid(dimension: int, kind: str) -> np.ndarray:
    """Return regular noise, float32 (M, D): a line, or a grid in the first two numbers with the others zero."""
    reach = 1.0 if kind == "uniform" else NORMAL_REACH
    if dimension == 1:
        return np.linspace(-reach, reach, ALONG, dtype=np.float32)[:, None]
    along = np.linspace(-reach, reach, GRID, dtype=np.float32)
    x, y = np.meshgrid(along, along)
    grid = np.zeros((GRID * GRID, dimension), np.float32)
    grid[:, 0], grid[:, 1] = x.ravel(), y.ravel()
    return grid


def watched_noise(dimension: int, kind: str) -> np.ndarray:
    """Return the noise that every look uses, float32 (WATCHED, D)."""
    generator = np.random.default_rng(WATCHED_SEED)
    size = (WATCHED, dimension)
    values = generator.standard_normal(size) if kind == "normal" else generator.uniform(-1, 1, size)
    return values.astype(np.float32)


class Looker:
    """Looks at a game without changing it."""

    def __init__(self, game: Game, target: Target, histogram: np.ndarray) -> None:
        """Prepare the places and points that every look uses; `histogram` is that of the real points."""
        self._game, self._target = game, target
        shape = game.shape
        self._noise = _each(watched_noise(shape.noise_dimension, shape.noise), shape.seeds)
        self._regular = _each(noise_grid(shape.noise_dimension, shape.noise), shape.seeds)
        real = drawn_from(target, WATCHED, np.random.default_rng(WATCHED_SEED + 1))
        self._reals = _each(real, shape.seeds)
        self._window = _each(window(), shape.seeds)
        self._histogram = histogram
        self._compiled: dict[Rules, tuple[Any, Any]] = {}

    def look(self, rules: Rules, step: int) -> Rows:
        """Return one row of every array of a result, see `experiment.Result`; the game is left as it was."""
        if rules not in self._compiled:
            self._compiled[rules] = _compiled(self._game, rules)
        state, turn = self._compiled[rules]
        seen = [np.asarray(one) for one in state(self._noise, self._reals, self._regular, self._window)]
        losses, said, heat, fakes, arrows, manifold = seen
        before = self._game.state()
        turns = [np.asarray(one) for one in turn(tf.constant(step), self._window)]
        self._game.restore(before)
        histograms = [divergence.histogram(own) for own in fakes]
        good, shares = zip(*(coverage(own, self._target) for own in fakes), strict=True)
        half = np.float16
        rows: dict[str, Any] = {
            "step": np.int32(step),
            "losses": losses,
            "said": said,
            "kl": np.array([divergence.kl(self._histogram, one) for one in histograms], np.float32),
            "js": np.array([divergence.js(self._histogram, one) for one in histograms], np.float32),
            "good": np.array(good, np.float32),
            "shares": np.stack(shares),
            "heat": heat.reshape(HEAT, HEAT).astype(half),
            "fakes": fakes[0, :SHOWN].astype(half),
            "arrows": arrows[:SHOWN].astype(half),
            "manifold": manifold.astype(half),
        }
        names = ("noise", "fakes", "real", "said", "heat", "arrows", "after", "moved")
        for name, values in zip(names, turns, strict=True):
            rows[f"turn_{name}"] = values.astype(np.float32 if name == "moved" else half)
        return {name: np.asarray(values)[None] for name, values in rows.items()}


def _each(points: np.ndarray, seeds: int) -> Any:
    return tf.constant(np.repeat(points[None], seeds, axis=0))


def _compiled(game: Game, rules: Rules) -> tuple[Any, Any]:
    """Return the compiled look at the state and the compiled next step, whose changes must be taken back."""

    def arrows_at(fakes: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(fakes)
            said = game.discriminator(fakes)
            loss = generator_loss(rules.loss, said)
        return said, -tape.gradient(loss, fakes) * tf.cast(tf.shape(fakes)[1], tf.float32)

    @tf.function(autograph=False)
    def state(noise: Any, reals: Any, regular: Any, places: Any) -> tuple[Any, ...]:
        fakes = game.generator(noise)
        said_fake, arrows = arrows_at(fakes)
        said_real = game.discriminator(reals)
        losses = tf.stack(
            [discriminator_loss(rules.loss, said_real, said_fake), generator_loss(rules.loss, said_fake)], axis=-1
        )
        said = tf.stack([tf.reduce_mean(one, axis=(1, 2)) for one in (said_real, said_fake)], axis=-1)
        return losses, said, game.discriminator(places)[0], fakes, arrows[0], game.generator(regular)[0]

    def weights() -> list[Any]:
        # Copies: an assignment in the same function must not reach what was read before it.
        models = (game.discriminator, game.generator)
        return [[tf.identity(one) for one in model.trainable_variables] for model in models]

    def moved(since: list[Any]) -> Any:
        return tf.stack(
            [
                tf.sqrt(tf.add_n([tf.reduce_sum((new[0] - old[0]) ** 2) for new, old in zip(now, then, strict=True)]))
                for now, then in zip(weights(), since, strict=True)
            ]
        )

    @tf.function(autograph=False)
    def turn(step: Any, places: Any) -> tuple[Any, ...]:
        first, own_noise = weights(), game.noise(step, 2)
        real, fakes = game.real(step, 0), game.generator(own_noise)
        judged = [game.discriminator(real), game.discriminator(fakes)]
        if rules.who != GENERATOR:
            game.discriminator_turn(rules, step, 0)
        heat, after_judge = game.discriminator(places), moved(first)
        second, noise = weights(), game.noise(step, 4)
        made = game.generator(noise)
        said, arrows = arrows_at(made)
        if rules.who != DISCRIMINATOR:
            game.generator_turn(rules, step, 0)
        after = game.generator(noise)
        noises = tf.stack([_two(own_noise), _two(noise)])
        return (
            noises,
            tf.stack([fakes[0, :TURN], made[0, :TURN]]),
            real[0, :TURN],
            tf.stack([one[0, :TURN, 0] for one in (*judged, said)]),
            tf.reshape(heat[0], (HEAT, HEAT)),
            arrows[0, :TURN],
            after[0, :TURN],
            tf.stack([after_judge, moved(second)]),
        )

    return state, turn


def _two(noise: Any) -> Any:
    """Return the first two numbers of the first game's noise, (TURN, 2); the second is 0 if there is only one."""
    return tf.pad(noise[0, :TURN, :2], [[0, 0], [0, max(0, 2 - noise.shape[-1])]])
