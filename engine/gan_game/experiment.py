"""Two networks in a contest in the plane: one makes points out of noise, the other tells them from real ones.

What the learner should see: the cloud of fakes is pulled to the real points by nothing but the other network's slope.
If only one side may move at a time, both get better; if the judge gives way while the other side trains, the losses
look fine and the fakes are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, switch, text
from engine.errors import InvalidSetting
from engine.gan_game import stretches, targets
from engine.gan_game.losses import LOSSES, NON_SATURATING
from engine.gan_game.stretches import BOTH, MOST_STEPS, MOST_STRETCHES, WHO, Stretch

if TYPE_CHECKING:
    from engine.runs.context import Context

NOISES = ("uniform", "normal")
MODEL_FILES = ("generator.keras", "discriminator.keras")
# Names of the rows that a run reports and a result is made of.
SERIES = (
    "step", "losses", "said", "kl", "js", "good", "shares", "heat", "fakes", "arrows", "manifold",
    "turn_noise", "turn_fakes", "turn_real", "turn_said", "turn_heat", "turn_arrows", "turn_after", "turn_moved",
)  # fmt: skip


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one game.

    Attributes:
        distribution: Shape of the real points, one of `targets.SHAPES`.
        drawn: Hand-drawn points as text, see `targets.encoded`.
        noise_dimension: Numbers the generator gets for each point it makes.
        noise: How they are drawn: uniform in −1 … 1, or standard normal.
        loss: One of `losses.LOSSES`.
        who: Who trains: both, or one side alone.
        generator_updates, discriminator_updates: Updates of each side in one step.
        generator_rate, discriminator_rate: Learning rates of the two Adams.
        cheating: Whether the discriminator's weights move too when the generator trains.
        penalty: Weight of the gradient penalty, with the Wasserstein loss only.
        steps: Steps of this (the last) stretch.
        before: Stretches before it as text, see `stretches.encoded`; empty: from new weights.
        width, depth: Units and number of the hidden layers, of both networks.
        batch_size: Real points and fakes in each update.
        momentum: Adam's β₁, of both sides.
        seed: Every random draw comes from it; game s of several has seed + s.
        seeds: Games played side by side, with other weights and noise.
    """

    distribution: str = choice(targets.RING, targets.SHAPES)
    drawn: str = text("", 2 * targets.MOST_DRAWN)
    noise_dimension: int = integer(2, 1, 16)
    noise: str = choice("uniform", NOISES)
    loss: str = choice(NON_SATURATING, LOSSES)
    who: str = choice(BOTH, WHO)
    generator_updates: int = integer(1, 1, 10)
    discriminator_updates: int = integer(1, 1, 10)
    generator_rate: float = number(0.001, 1e-5, 0.1)
    discriminator_rate: float = number(0.001, 1e-5, 0.1)
    cheating: bool = switch(False)
    penalty: float = number(1.0, 0.0, 20.0)
    steps: int = integer(3000, 1, 10_000)
    before: str = text("", 800)
    width: int = integer(32, 2, 64)
    depth: int = integer(2, 1, 3)
    batch_size: int = integer(64, 4, 256)
    momentum: float = number(0.5, 0.0, 0.95)
    seed: int = integer(0, 0, 9999)
    seeds: int = integer(3, 1, 5)

    def check(self) -> None:
        """Check the drawing and the stretches before; raise InvalidSetting."""
        targets.decoded(self.drawn)
        earlier = stretches.decoded(self.before)
        if len(earlier) >= MOST_STRETCHES:
            raise InvalidSetting(f"A run has at most {MOST_STRETCHES} stretches.", "Start a new one with Run.")
        for stretch in earlier:
            for name, setting in base.settings(Config).items():
                if hasattr(stretch, name):
                    setting.check(name, getattr(stretch, name))
        if sum(stretch.steps for stretch in earlier) + self.steps > MOST_STEPS:
            raise InvalidSetting(f"A run has at most {MOST_STEPS} steps in all.", "Start a new one with Run.")

    def settled(self) -> Config:
        """Return the config without what has no part in it: a drawing that is not played with."""
        return self if self.distribution == targets.DRAWN else self.changed(drawn="")

    def last(self) -> Stretch:
        """Return this stretch."""
        return Stretch(
            self.steps,
            self.loss,
            self.who,
            self.generator_updates,
            self.discriminator_updates,
            self.generator_rate,
            self.discriminator_rate,
            self.cheating,
            self.penalty,
        )

    def plan(self) -> tuple[Stretch, ...]:
        """Return all stretches in order; neighbours with the same settings are one."""
        return stretches.joined((*stretches.decoded(self.before), self.last()))

    def target(self) -> targets.Target:
        """Return the real points' shape."""
        return targets.target(self.distribution, self.drawn)


def gone_on(shown: Config, step: int, wanted: Config) -> Config:
    """Return the settings that go on from a moment of a run.

    Args:
        shown: The run.
        step: After how many of its steps to go on.
        wanted: What to go on with; what cannot change in mid-game (points, noise, networks, seeds) stays as in `shown`.

    Raises:
        InvalidSetting: The run would get too long.
    """
    live = {name: getattr(wanted, name) for name in Stretch.__dataclass_fields__}
    return shown.changed(**live, before=stretches.encoded(stretches.until(shown.plan(), step)))


@dataclass(frozen=True)
class Result:
    """What was recorded; F moments, S games side by side, P parts of the shape, N fakes shown, M places of noise.

    The pictures (heat, fakes, arrows, manifold, turn_*) are of the first game.

    Attributes:
        config: The settings that were run.
        step: int32 (F,), steps after which the game was looked at.
        losses: float32 (F, S, 2), loss of discriminator and generator on watched points, without the penalty.
        said: float32 (F, S, 2), what the discriminator says on average of real points and of fakes.
        kl, js: float32 (F, S), divergences in nats, see `divergence`.
        good: float32 (F, S), share of fakes on the shape, see `targets.coverage`.
        shares: float32 (F, S, P), share of all fakes that are good and lie on each part.
        heat: float16 (F, H, H), what the discriminator says over the window, row 0 below.
        fakes: float16 (F, N, 2), always of the same noise.
        arrows: float16 (F, N, 2), against the slope of the generator's loss at each of them, times N.
        manifold: float16 (F, M, 2), where a regular grid (or line) of noise lands.
        turn_noise: float16 (F, 2, T, 2), of the very next step: first two numbers of the noise in the discriminator's
            turn and in the generator's; T points of the batch.
        turn_fakes: float16 (F, 2, T, 2), the fakes made of it.
        turn_real: float16 (F, T, 2), the real points of the discriminator's turn.
        turn_said: float16 (F, 3, T), what it says of real points and fakes in its turn, and of fakes in the other's.
        turn_heat: float16 (F, H, H), what it says over the window after its turn.
        turn_arrows: float16 (F, T, 2), as `arrows`, of the fakes in the generator's turn.
        turn_after: float16 (F, T, 2), where those fakes are after it.
        turn_moved: float32 (F, 2, 2), length of the change of the discriminator's and of the generator's weights in
            each turn.
        diverged: Whether weights stopped being finite numbers.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    step: np.ndarray
    losses: np.ndarray
    said: np.ndarray
    kl: np.ndarray
    js: np.ndarray
    good: np.ndarray
    shares: np.ndarray
    heat: np.ndarray
    fakes: np.ndarray
    arrows: np.ndarray
    manifold: np.ndarray
    turn_noise: np.ndarray
    turn_fakes: np.ndarray
    turn_real: np.ndarray
    turn_said: np.ndarray
    turn_heat: np.ndarray
    turn_arrows: np.ndarray
    turn_after: np.ndarray
    turn_moved: np.ndarray
    diverged: bool = False
    stopped: bool = False

    @property
    def hit(self) -> np.ndarray:
        """Parts hit at each moment by each game, int (F, S)."""
        return targets.parts_hit(self.shares)

    @property
    def parts(self) -> int:
        """P."""
        return int(self.shares.shape[-1])


def run(config: Config, context: Context) -> Result:
    """Play the game; in the worker only.

    Args:
        config: What to play.
        context: Gets every row of the result as it comes, see SERIES, and may ask to stop; the two networks of the
            first game are attached as MODEL_FILES.

    Raises:
        InvalidSetting: Nothing is drawn.
    """
    from engine.gan_game.live import play

    series, stopped = play(config, context)
    result = partial(config, series, stopped)
    if result is None:
        raise ValueError("nothing was recorded, not even the first moment")
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, or None before the first moment was looked at."""
    if any(name not in series or not len(series[name]) for name in SERIES):
        return None
    count = min(len(series[name]) for name in SERIES)
    rows = {name: np.asarray(series[name])[:count] for name in SERIES}
    return Result(config=config, diverged=not bool(np.isfinite(rows["losses"]).all()), stopped=stopped, **rows)
