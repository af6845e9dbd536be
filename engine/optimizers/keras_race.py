"""The same race run by the real `keras.optimizers`, and how far the page's own arithmetic is from it.

See that the paths on the screen are Keras's paths: the largest difference over the first hundred steps is of the size
of float32 rounding. Afterwards rounding may grow, because RMSprop and its kin oscillate at the minimum and amplify
it; that is shown too, not hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import config as settings
from engine.optimizers import catalogue, race, scenes, words
from engine.optimizers.walk import Walk
from engine.runs.context import Context

EARLY_STEPS = 100
GROWN = 1e-3  # a difference that rounding alone cannot make in a few steps


@dataclass(frozen=True)
class Config(race.Config):
    """The settings of the race; `of` makes it from a race's config."""


@dataclass(frozen=True)
class Result:
    """Keras's paths beside the page's own.

    Attributes:
        optimizers: Ids of the racers.
        paths: (R, T+1, 2) float32, Keras's; after a divergence the last usable point.
        difference: (R, T+1) float32: the larger of the two coordinates' differences; NaN once the racer has left the
            picture (beyond it rounding grows with the numbers and says nothing about the rule).
        early: (R,) largest difference over the first 100 steps.
        largest: (R,) largest difference over all steps compared.
        compared: (R,) int32 steps compared.
        steps: Steps taken.
        stopped: Whether it was stopped before the last step.
    """

    optimizers: tuple[str, ...]
    paths: np.ndarray
    difference: np.ndarray
    early: np.ndarray
    largest: np.ndarray
    compared: np.ndarray
    steps: int
    stopped: bool


def of(config: race.Config) -> Config:
    """Return the config that races the same settings with Keras; the surface's unused settings do not count."""
    values = {name: getattr(config, name) for name in settings.settings(race.Config)}
    if config.surface != "formula":
        blank = race.Config()
        values |= {"formula": blank.formula, "reach": blank.reach}
    if config.surface != "network":
        values["network"] = race.Config().network
    return Config(**values)


def keras_optimizer(config: race.Config, name: str) -> Any:
    """Return an optimizer of `keras.optimizers` with the learning rate and parameters the race gives it."""
    import keras

    optimizer = catalogue.BY_ID[name]
    return getattr(keras.optimizers, optimizer.keras)(
        learning_rate=config.rate_of(name), **dict(optimizer.fixed), **config.parameters_of(name)
    )


def run(config: Config, context: Context) -> Result:
    """Race with Keras in float32; one compiled call moves all racers by a step. Runs in the worker."""
    import tensorflow as tf

    surface = race.surface_of(config)
    start = race.start_of(config, surface)
    draws = race.draws_of(config, surface)
    own = race.walks_of(config, surface)
    racers = [keras_optimizer(config, name) for name in config.optimizers]
    variables = [tf.Variable(start, dtype=tf.float32) for _ in racers]
    for optimizer, variable in zip(racers, variables, strict=True):
        optimizer.build([variable])

    @tf.function(input_signature=[tf.TensorSpec((len(racers), 2), tf.float32)])
    def step_all(gradients: Any) -> Any:
        for number, (optimizer, variable) in enumerate(zip(racers, variables, strict=True)):
            optimizer.apply([gradients[number]], [variable])
        return tf.stack(variables)

    points = np.tile(np.array(start, dtype=np.float32), (len(racers), 1))
    paths = np.empty((len(racers), config.steps + 1, 2), dtype=np.float32)
    paths[:, 0] = points
    taken = config.steps
    for step in range(config.steps):
        if context.stop_requested():
            taken = step
            break
        gradients = [
            _gradient(surface.gradient, point, draws[step] if draws and catalogue.BY_ID[name].sees_noise else None)
            for name, point in zip(config.optimizers, points.tolist(), strict=True)
        ]
        points = step_all(tf.constant(gradients, tf.float32)).numpy()
        usable = np.isfinite(points).all(axis=1)
        paths[:, step + 1] = np.where(usable[:, None], points, paths[:, step])
        context.report(step + 1, config.steps, "steps with keras.optimizers")
    paths = paths[:, : taken + 1]
    difference, compared = _differences(paths, own, surface.x, surface.y)
    return Result(
        optimizers=config.optimizers,
        paths=paths,
        difference=difference,
        early=np.nanmax(difference[:, : EARLY_STEPS + 1], axis=1),
        largest=np.nanmax(difference, axis=1),
        compared=compared,
        steps=taken,
        stopped=taken < config.steps,
    )


def _gradient(gradient: Any, point: list[float], draw: Any) -> tuple[float, float]:
    """Return the gradient a racer sees; nothing where there is none, so that it stands still."""
    x, y = point
    try:
        gx, gy = gradient(x, y)
    except (ArithmeticError, ValueError):
        return 0.0, 0.0
    if draw is not None:
        a, b, d, c, e = draw
        gx, gy = gx + a * x + b * y + c, gy + b * x + d * y + e
    return gx, gy


def _differences(
    paths: np.ndarray, own: list[Walk], x: tuple[float, float], y: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return differences (R, T+1), NaN once a racer is outside the picture, and the steps compared (R,)."""
    steps = paths.shape[1]
    ours = np.stack([walk.path[:steps] for walk in own])
    difference = np.abs(paths - ours).max(axis=2)
    outside = (ours[..., 0] < x[0]) | (ours[..., 0] > x[1]) | (ours[..., 1] < y[0]) | (ours[..., 1] > y[1])
    for number, walk in enumerate(own):
        if walk.diverged_at is not None:
            outside[number, walk.diverged_at :] = True
    gone = np.maximum.accumulate(outside, axis=1)
    gone[:, 0] = False  # a start on the rim is compared all the same
    compared = (~gone).sum(axis=1) - 1
    return np.where(gone, np.nan, difference).astype(np.float32), compared.astype(np.int32)


def story(result: Result) -> tuple[str, ...]:
    """Return how close the page is to Keras, in two sentences: the first hundred steps, and what rounding does."""
    steady = [number for number, early in enumerate(result.early) if early < GROWN]
    grown = [number for number, largest in enumerate(result.largest) if largest >= GROWN]
    labels = [catalogue.BY_ID[name].label for name in result.optimizers]
    sentences = []
    if steady:
        worst = max(steady, key=lambda number: float(result.early[number]))
        who = "all racers" if len(steady) == len(labels) else f"{len(steady)} of {len(labels)} racers"
        size = words.number(float(result.early[worst]))
        sentences.append(
            f"Over the first {min(EARLY_STEPS, result.steps)} steps {who} stay within {size} of `keras.optimizers`: "
            f"float32 rounding, most of it {labels[worst]}’s."
        )
    for number in grown:
        step = int(np.flatnonzero(result.difference[number] >= GROWN)[0])
        sentences.append(
            f"{labels[number]}’s difference passes {GROWN:g} at step {step}: it jumps to and fro there, "
            "and every jump enlarges the last bit’s rounding."
        )
    return tuple(sentences)


def shipped() -> tuple[Config, ...]:
    """Return the configs whose results come with the app: every scene's."""
    return tuple(of(config) for config in scenes.CONFIGS)
