"""The race: every chosen optimizer from the same start, over the same steps, with the same noise.

See who is first in the valley *and stays there*, who runs out of the picture, and that the answer turns with the
learning rate. Computed in plain floats within milliseconds, so that a slider answers at once; `keras_race`
runs the same with `keras.optimizers` and measures the difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.errors import InvalidSetting
from engine.optimizers import catalogue, surfaces
from engine.optimizers.rules import RULES, Rule
from engine.optimizers.surfaces import Draw, Surface

SHARED = 0.0
KERAS_DEFAULT = -1.0
FAR = 1000.0  # picture widths from the middle at which a racer counts as diverged


@dataclass(frozen=True)
class Config(settings.Config):
    """What is raced.

    Attributes:
        optimizers: Ids of the racers, any order, at least one.
        learning_rate: η shared by all that have none of their own.
        momentum: β of Momentum and Nesterov unless they have their own.
        noise: Standard deviation of the normal noise on each component of every gradient but the full batch's.
        surface: Id of the surface.
        formula: The loss as typed, where the surface is "formula".
        reach: Half the width of the picture of a typed formula.
        start: () for the surface's own start, or (x, y); clamped to the picture.
        steps: Steps taken.
        seed: Draws the noise and the batches.
        valley: Loss above the lowest known one that counts as "in the valley"; 0 for the surface's own.
        rates: Learning rate of each of the twelve (catalogue order); 0 means the shared one.
        betas: β, or β₁, of each of the twelve; −1 means Keras's default (Momentum, Nesterov: the shared momentum).
        averages: ρ, β₂ or Adagrad's initial sum of each of the twelve; −1 means Keras's default.
        weight_decay: AdamW's pull towards zero.
    """

    optimizers: tuple[str, ...] = settings.several(
        catalogue.CLASSICS, settings.choice("adam", catalogue.IDS), 1, len(catalogue.IDS)
    )
    learning_rate: float = settings.number(0.06, 1e-4, 10.0)
    momentum: float = settings.number(0.9, 0.0, 0.999)
    noise: float = settings.number(0.0, 0.0, 10.0)
    surface: str = settings.choice("ravine", surfaces.OPTIONS)
    formula: str = settings.text("x^2 + 3y^2 + sin(3x)", 200)
    reach: float = settings.number(3.0, 0.1, 100.0)
    start: tuple[float, ...] = settings.several((), settings.number(0.0, -1000.0, 1000.0), 0, 2)
    steps: int = settings.integer(200, 10, 300)
    seed: int = settings.integer(7, 0, 9999)
    valley: float = settings.number(0.0, 0.0, 1000.0)
    rates: tuple[float, ...] = settings.several((SHARED,) * 12, settings.number(0.0, 0.0, 10.0), 12, 12)
    betas: tuple[float, ...] = settings.several((KERAS_DEFAULT,) * 12, settings.number(-1.0, -1.0, 0.999), 12, 12)
    averages: tuple[float, ...] = settings.several((KERAS_DEFAULT,) * 12, settings.number(-1.0, -1.0, 0.99999), 12, 12)
    weight_decay: float = settings.number(0.004, 0.0, 1.0)

    def check(self) -> None:
        """Put the racers in catalogue order, and refuse half a start point and parameters out of range."""
        chosen = tuple(name for name in catalogue.IDS if name in self.optimizers)
        object.__setattr__(self, "optimizers", chosen)
        if len(self.start) == 1:
            raise InvalidSetting("A start point needs two numbers.", "Click the surface to choose one.")
        for index, optimizer in enumerate(catalogue.OPTIMIZERS):
            for parameter in optimizer.parameters:
                if parameter.field == "weight_decay":
                    continue
                value = getattr(self, parameter.field)[index]
                if value != KERAS_DEFAULT and not parameter.low <= value <= parameter.high:
                    raise InvalidSetting(
                        f"{optimizer.label}’s {parameter.symbol} cannot be {value:g}.",
                        f"Keep it from {parameter.low:g} to {parameter.high:g}, or −1 for Keras’s own.",
                    )

    def rate_of(self, optimizer: str) -> float:
        """Return the learning rate an optimizer races with."""
        return self.rates[catalogue.IDS.index(optimizer)] or self.learning_rate

    def parameters_of(self, optimizer: str) -> dict[str, float]:
        """Return an optimizer's parameters, by their Keras name, learning rate not included."""
        index = catalogue.IDS.index(optimizer)
        values: dict[str, float] = {}
        for parameter in catalogue.BY_ID[optimizer].parameters:
            if parameter.field == "weight_decay":
                values[parameter.name] = self.weight_decay
                continue
            own = getattr(self, parameter.field)[index]
            default = self.momentum if parameter.default is None else parameter.default
            values[parameter.name] = default if own == KERAS_DEFAULT else own
        return values


@dataclass(frozen=True)
class Racer:
    """What one optimizer did; arrays have one row per step, 0 (the start) included.

    Attributes:
        id: Its id in the catalogue.
        rate: Its learning rate.
        path: (T+1, 2) weights; from `diverged_at` on the last ones before it.
        loss: (T+1,) losses along the path.
        gradient: (T+1, 2) gradient it saw there, noise included.
        velocity: (T+1, 2) or None; memory *after* that gradient, as `rules` describes it; the same for the next two.
        square: (T+1, 2) or None.
        effective_rate: (T+1, 2).
        valley_at: First step from which it stays in the valley to the end, or None.
        left_at: First step from which it stays outside the picture to the end, or None.
        diverged_at: First step without a usable value, or None.
        diverged_reason: Why, in words.
        length: Length of the path.
    """

    id: str
    rate: float
    path: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    velocity: np.ndarray | None
    square: np.ndarray | None
    effective_rate: np.ndarray
    valley_at: int | None
    left_at: int | None
    diverged_at: int | None
    diverged_reason: str
    length: float

    @property
    def label(self) -> str:
        """Its name on the page."""
        return catalogue.BY_ID[self.id].label

    @property
    def final_loss(self) -> float:
        """Loss after the last step (of a diverged racer: the last one it had)."""
        return float(self.loss[-1])


@dataclass(frozen=True)
class Result:
    """A whole race.

    Attributes:
        racers: In catalogue order.
        start: Where they started.
        valley: Loss above `floor` that counted as "in the valley".
        floor: The lowest known loss of the surface.
        surface: The surface's id.
        steps: Steps taken.
    """

    racers: tuple[Racer, ...]
    start: tuple[float, float]
    valley: float
    floor: float
    surface: str
    steps: int


def surface_of(config: Config) -> Surface:
    """Return the surface a config names; may raise InvalidFormula."""
    return surfaces.named(config.surface)


def start_of(config: Config, surface: Surface) -> tuple[float, float]:
    """Return where a race starts: the config's point, brought into the picture, or the surface's own."""
    if not config.start:
        return surface.start
    x, y = config.start
    return min(max(x, surface.x[0]), surface.x[1]), min(max(y, surface.y[0]), surface.y[1])


def draws_of(config: Config, surface: Surface) -> list[Draw] | None:
    """Return the noise of each of steps + 1 gradients, the same for every racer; None where there is none."""
    generator = np.random.default_rng(config.seed)
    count = config.steps + 1
    draws = surface.draws(count, generator) if surface.draws else None
    if config.noise:
        added = (config.noise * generator.standard_normal((count, 2))).tolist()
        draws = draws or [(0.0, 0.0, 0.0, 0.0, 0.0)] * count
        draws = [(a, b, d, c + x, e + y) for (a, b, d, c, e), (x, y) in zip(draws, added, strict=True)]
    return draws


def rule_of(config: Config, optimizer: str, start: tuple[float, float]) -> Rule:
    """Return an optimizer's rule at the start point, with its learning rate and parameters."""
    return RULES[optimizer](*start, config.rate_of(optimizer), **config.parameters_of(optimizer))


def run(config: Config, context: object = None, surface: Surface | None = None) -> Result:
    """Race; takes milliseconds, so it is run where the page is.

    Args:
        config: What to race.
        context: Not used; races are too short to report on.
        surface: Instead of the config's (a network's surface other than the shipped one).
    """
    del context
    surface = surface or surface_of(config)
    start = start_of(config, surface)
    draws = draws_of(config, surface)
    followed = [
        _follow(
            rule_of(config, name, start),
            start,
            surface,
            draws if catalogue.BY_ID[name].sees_noise else None,
            config.steps,
        )
        for name in config.optimizers
    ]
    paths = np.stack([path for path, *_ in followed])
    with np.errstate(all="ignore"):
        losses = np.asarray(surface.value(paths[..., 0], paths[..., 1]), dtype=float)
    valley = config.valley or surface.valley
    racers = tuple(
        _racer(name, config.rate_of(name), surface, valley, loss, *trace)
        for name, loss, trace in zip(config.optimizers, losses, followed, strict=True)
    )
    return Result(racers, start, valley, surface.floor, surface.id, config.steps)


def _follow(
    rule: Rule, start: tuple[float, float], surface: Surface, draws: Sequence[Draw] | None, steps: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int | None, str]:
    """Let one rule walk; return path, gradients (T+1, 2), states (T+1, 6), step of divergence and its reason."""
    (x_low, x_high), (y_low, y_high) = (_far(surface.x), _far(surface.y))
    gradient_at = surface.gradient
    next(rule)
    send = rule.send
    x, y = start
    walked: list[tuple[float, ...]] = []
    states: list[tuple[float | None, ...]] = []
    diverged_at, reason = None, ""
    try:
        for step in range(steps + 1):
            gx, gy = gradient_at(x, y)
            if draws:
                a, b, d, c, e = draws[step]
                gx, gy = gx + a * x + b * y + c, gy + b * x + d * y + e
            state = send((gx, gy))
            walked.append((x, y, gx, gy))
            states.append(state)
            x, y = state[0], state[1]  # type: ignore[assignment]
            if not (x_low < x < x_high and y_low < y < y_high):  # also when it is not a number
                if step < steps:
                    diverged_at, reason = step + 1, f"more than {FAR:.0f} picture widths away"
                break
    except (ArithmeticError, ValueError):
        diverged_at, reason = len(walked), "the surface has no finite value there"
    missing = steps + 1 - len(walked)
    walked += walked[-1:] * missing
    states += states[-1:] * missing
    table = np.array(walked)
    return table[:, :2], table[:, 2:], np.array(states, dtype=float)[:, 2:], diverged_at, reason


def _far(ends: tuple[float, float]) -> tuple[float, float]:
    middle, reach = (ends[0] + ends[1]) / 2, FAR * (ends[1] - ends[0])
    return middle - reach, middle + reach


def _racer(
    name: str,
    rate: float,
    surface: Surface,
    valley: float,
    loss: np.ndarray,
    path: np.ndarray,
    gradient: np.ndarray,
    states: np.ndarray,
    diverged_at: int | None,
    reason: str,
) -> Racer:
    def memory(column: int) -> np.ndarray | None:
        return None if math.isnan(states[0, column]) else states[:, column : column + 2]

    x, y = path[:, 0], path[:, 1]
    outside = (x < surface.x[0]) | (x > surface.x[1]) | (y < surface.y[0]) | (y > surface.y[1])
    in_valley = (loss - surface.floor < valley) & ~outside
    step = np.diff(path, axis=0)
    return Racer(
        id=name,
        rate=rate,
        path=path,
        loss=loss,
        gradient=gradient,
        velocity=memory(0),
        square=memory(2),
        effective_rate=states[:, 4:6],
        valley_at=None if diverged_at is not None else stays_from(in_valley),
        left_at=diverged_at if diverged_at is not None and not outside[-1] else stays_from(outside),
        diverged_at=diverged_at,
        diverged_reason=reason,
        length=float(np.hypot(step[:, 0], step[:, 1]).sum()),
    )


def stays_from(holds: np.ndarray) -> int | None:
    """Return the first index from which a (T+1,) truth holds to the end; None where it does not hold at the end."""
    if not holds[-1]:
        return None
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 1 if fails.size else 0
