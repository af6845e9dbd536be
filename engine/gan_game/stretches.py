"""What may change while the game goes on: a run is a row of stretches, each with settings of its own.

What the learner should see: take over at any moment, with other learning rates, another loss or one side alone, and
weights and optimizers go on as they are. The stretches before stand in the link as a short text, so that it opens cold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.errors import InvalidSetting
from engine.gan_game.losses import LOSSES

BOTH, DISCRIMINATOR, GENERATOR = "both", "discriminator", "generator"
WHO = (BOTH, DISCRIMINATOR, GENERATOR)
MOST_STRETCHES = 12
MOST_STEPS = 20_000
EVERY = 50  # steps between two moments that are kept
EARLY = (1, 2, 5, 10, 20, 35)
MOST_MOMENTS = 72


@dataclass(frozen=True)
class Stretch:
    """Steps under the same settings; each field is the Config's of that name.

    Attributes:
        steps: How many.
        loss, who, generator_updates, discriminator_updates, generator_rate, discriminator_rate, cheating, penalty: See
            `experiment.Config`.
    """

    steps: int
    loss: str
    who: str
    generator_updates: int
    discriminator_updates: int
    generator_rate: float
    discriminator_rate: float
    cheating: bool
    penalty: float


def joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Return the stretches with neighbours of the same settings made one."""
    found: list[Stretch] = []
    for stretch in stretches:
        if found and replace(found[-1], steps=stretch.steps) == stretch:
            found[-1] = replace(stretch, steps=found[-1].steps + stretch.steps)
        elif stretch.steps:
            found.append(stretch)
    return tuple(found)


def until(stretches: Sequence[Stretch], step: int) -> tuple[Stretch, ...]:
    """Return the stretches cut off after `step` steps."""
    found = []
    for stretch in stretches:
        if step <= 0:
            break
        found.append(replace(stretch, steps=min(stretch.steps, step)))
        step -= stretch.steps
    return tuple(found)


def at(stretches: Sequence[Stretch], step: int) -> Stretch:
    """Return the stretch that the step after `step` steps belongs to; at the end the last one."""
    for stretch in stretches:
        if step < stretch.steps:
            return stretch
        step -= stretch.steps
    return stretches[-1]


def end(stretches: Sequence[Stretch], step: int) -> int:
    """Return the step at which the stretch of the step after `step` steps ends."""
    reached = 0
    for stretch in stretches:
        reached += stretch.steps
        if step < reached:
            break
    return reached


def encoded(stretches: Sequence[Stretch]) -> str:
    """Return stretches as text, e.g. "1200_0_b_1_1_0.001_0.001_0_1"; several are joined by "~"."""
    return "~".join(
        f"{one.steps}_{LOSSES.index(one.loss)}_{one.who[0]}_{one.generator_updates}_{one.discriminator_updates}_"
        f"{one.generator_rate:.6g}_{one.discriminator_rate:.6g}_{int(one.cheating)}_{one.penalty:.6g}"
        for one in stretches
    )


def decoded(text: str) -> tuple[Stretch, ...]:
    """Return the stretches of `encoded`; their values are not checked yet, see `experiment.Config.check`.

    Raises:
        InvalidSetting: The text is not such a row.
    """
    found = []
    try:
        for part in text.split("~") if text else ():
            steps, loss, who, of_generator, of_discriminator, *rest = part.split("_")
            generator_rate, discriminator_rate, cheating, penalty = rest
            found.append(
                Stretch(
                    int(steps),
                    LOSSES["01234".index(loss)],
                    {one[0]: one for one in WHO}[who],
                    int(of_generator),
                    int(of_discriminator),
                    float(generator_rate),
                    float(discriminator_rate),
                    {"0": False, "1": True}[cheating],
                    float(penalty),
                )
            )
    except (ValueError, KeyError) as error:
        raise InvalidSetting(
            "The stretches before cannot be read.", "Go on from a moment of a run to make them anew."
        ) from error
    return tuple(found)


def moments(stretches: Sequence[Stretch]) -> list[int]:
    """Return after how many steps the game is looked at, rising: closer at the beginning, all ends among them.

    They depend on the step alone and not on how the run came there, so that a run gone on with has the moments of one
    that was never interrupted; a long run keeps every second, fourth, … of a shorter one's, about MOST_MOMENTS.
    """
    ends, total = {0}, 0
    for stretch in stretches:
        total += stretch.steps
        ends.add(total)
    apart = EVERY
    while total / apart > MOST_MOMENTS - len(EARLY) - 2:
        apart *= 2
    return sorted({*(step for step in EARLY if step < total), *range(0, total, apart), *ends})
