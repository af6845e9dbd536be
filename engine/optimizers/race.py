"""The race: every chosen optimizer from the same start, over the same steps, with the same noise.

See who is first in the valley *and stays there*, who runs out of the picture, and that the answer turns with the
learning rate. Computed in plain floats within milliseconds, so that a slider answers at once; `keras_race`
runs the same with `keras.optimizers` and measures the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.errors import InvalidSetting
from engine.optimizers import catalogue, network_surface, surfaces
from engine.optimizers.formula_surface import formula_surface
from engine.optimizers.rules import RULES, Rule
from engine.optimizers.surface import Draw, Surface
from engine.optimizers.walk import Racer, Walk, follow, judge
from engine.runs.context import Context

SHARED = 0.0
KERAS_DEFAULT = -1.0


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
        network: The data whose network gives the loss, where the surface is "network".
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
    network: str = settings.choice(network_surface.DATA[0], network_surface.DATA)
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

    def digests(self) -> tuple[str, ...]:
        """Return what else a stored run depends on: the network's surface, if it is raced on."""
        if self.surface != surfaces.NETWORK:
            return ()
        return (settings.key(network_surface.Config(data=self.network)),)

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
class Result:
    """A whole race.

    Attributes:
        racers: In catalogue order.
        start: Where they started.
        valley: Loss above `floor` that counted as "in the valley".
        floor: The lowest known loss of the surface.
        surface: The surface's id.
        steps: Steps taken.
        noise: Standard deviation of the noise added to the gradients.
        momentum: β of Momentum and of Nesterov, in this order.
        minima: Known minima (x, y, loss), the lowest first.
        largest_curvature: λ where the surface is a quadratic, else None.
        batches: Whether the surface's own gradients come from small batches.
    """

    racers: tuple[Racer, ...]
    start: tuple[float, float]
    valley: float
    floor: float
    surface: str
    steps: int
    noise: float
    momentum: tuple[float, float]
    minima: tuple[tuple[float, float, float], ...]
    largest_curvature: float | None
    batches: bool

    def racer(self, name: str) -> Racer | None:
        """Return the racer of this id, or None if it was off."""
        return next((racer for racer in self.racers if racer.id == name), None)


def surface_of(config: Config) -> Surface:
    """Return the surface a config names.

    Raises:
        InvalidFormula: The typed formula cannot be read or has no value in the picture.
        StoreUnavailable: The network's surface did not come with the app.
    """
    if config.surface == surfaces.FORMULA:
        return formula_surface(config.formula, config.reach)
    if config.surface == surfaces.NETWORK:
        return network_surface.shipped_surface(config.network)
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


def walks_of(config: Config, surface: Surface) -> list[Walk]:
    """Return the bare walk of every racer, in the config's order."""
    start = start_of(config, surface)
    draws = draws_of(config, surface)
    return [
        follow(
            rule_of(config, name, start),
            start,
            surface,
            draws if catalogue.BY_ID[name].sees_noise else None,
            config.steps,
        )
        for name in config.optimizers
    ]


def run(config: Config, context: Context | None = None, surface: Surface | None = None) -> Result:
    """Race; takes milliseconds, so it is run where the page is.

    Args:
        config: What to race.
        context: Not used; races are too short to report on.
        surface: Instead of the config's (a network's surface other than the shipped one).
    """
    del context
    surface = surface or surface_of(config)
    start = start_of(config, surface)
    walks = walks_of(config, surface)
    paths = np.stack([walk.path for walk in walks])
    with np.errstate(all="ignore"):
        losses = np.asarray(surface.value(paths[..., 0], paths[..., 1]), dtype=float)
    valley = config.valley or surface.valley
    racers = tuple(
        judge(name, config.rate_of(name), walk, loss, surface, valley)
        for name, walk, loss in zip(config.optimizers, walks, losses, strict=True)
    )
    return Result(
        racers,
        start,
        valley,
        surface.floor,
        surface.id,
        config.steps,
        config.noise,
        (config.parameters_of("momentum")["momentum"], config.parameters_of("nesterov")["momentum"]),
        surface.minima,
        surface.largest_curvature,
        surface.draws is not None,
    )
