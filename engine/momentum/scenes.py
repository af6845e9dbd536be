"""Five scenes: a ball that swings, one damped just right, a step too far, a hole, and real networks.

What the learner should see: momentum allows a larger rate and forgives a flat floor; it also swings, and much of what
it wins in training is a larger rate by another name.
"""

from __future__ import annotations

import numpy as np

from engine.momentum import theory, valleys
from engine.momentum.experiment import MOMENTA, NETWORK, RACERS, VALLEYS, Config, Result, Walked
from engine.scenes import Scene, judged, matching

NAMES = {"sgd": "Plain", "momentum": "Momentum", "nesterov": "Nesterov"}
RIPPLES = Config()
CRITICAL = Config(learning_rate=2.78, momentum=0.45, steps=60)
TOO_FAR = Config(learning_rate=1.6)
HOLE = Config(task=VALLEYS, learning_rate=0.02, start_x=1.75, start_y=1.0, steps=150)
REAL = Config(task=NETWORK, learning_rate=0.02)

RISES = ("Never", "Under 10 times", "10 times or more")
PLAIN = ("Half as fast", "A tenth as fast", "It leaves")
WHO = (*NAMES.values(), "Nobody")
DEEP = ("Nobody", "Only Momentum", "Both with momentum", "All three")
LEFT = ("Most of it", "About half", "Next to nothing")
MOST, HALF = 2 / 3, 1 / 5  # of the epochs saved: what "most" and "next to nothing" mean
SHOWN = 2  # β = 0.9
ABOVE = 1.1


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship; the surfaces are walked where the page is, in milliseconds."""
    return (REAL,)


def rises(result: Walked, racer: str = "momentum") -> int:
    """Return at how many steps the loss of a racer grew."""
    loss = result.loss[RACERS.index(racer)]
    return int((np.diff(loss) > 1e-12).sum())


def how_often(result: Walked) -> str:
    """Return the option of RISES that is right."""
    count = rises(result)
    return RISES[0] if not count else RISES[1] if count < 10 else RISES[2]


def plain(result: Walked) -> str:
    """Return the option of PLAIN that is right: by the rates, or that it grows."""
    config = result.config
    alone = float(theory.slowest(np.array(config.learning_rate), np.array(0.0), config.condition))
    if alone >= 1:
        return PLAIN[2]
    with_momentum = float(theory.slowest(np.array(config.learning_rate), np.array(config.momentum), config.condition))
    share = float(theory.digits(np.array(alone)) / theory.digits(np.array(with_momentum)))
    return PLAIN[0] if share > 0.25 else PLAIN[1]


def who_leaves(result: Walked) -> str:
    """Return the option of WHO that is right: the first whose loss ends above where it began."""
    for racer, loss in zip(RACERS, result.loss, strict=True):
        if not loss[-1] < loss[0]:
            return NAMES[racer]
    return WHO[3]


def over_the_ridge(result: Walked) -> tuple[bool, ...]:
    """Return for each racer whether it ends in the deep valley."""
    return tuple(bool(x < valleys.ridge()) for x in result.path[:, -1, 0])


def who_is_deep(result: Walked) -> str:
    """Return the option of DEEP that is right; who ends there alone but is not Momentum counts with Momentum."""
    deep = over_the_ridge(result)
    return DEEP[3] if all(deep) else DEEP[2] if deep[1] and deep[2] else DEEP[1] if any(deep) else DEEP[0]


def reached(loss: np.ndarray, target: float) -> np.ndarray:
    """Return the first epoch at which each curve (E + 1, …) is at or below a loss; NaN where it never is."""
    below = loss <= target
    return np.where(below.any(axis=0), below.argmax(axis=0), np.nan)


def goal(result: Result) -> float:
    """Return a loss a tenth above the mean at which the networks without momentum ended: all of them reach it."""
    known = result.same_loss[:, 0]
    rows = np.flatnonzero(np.isfinite(known).all(axis=1))
    return ABOVE * float(known[rows[-1]].mean()) if len(rows) else float("nan")


def lead_left(result: Result) -> float:
    """Return which share of the epochs that β = 0.9 saves is left with η (1 − β); NaN where nothing is known."""
    target = goal(result)
    plain_epochs, same, fair = (
        float(np.mean(reached(curves, target)))
        for curves in (result.same_loss[:, 0], result.same_loss[:, SHOWN], result.fair_loss[:, SHOWN])
    )
    saved = plain_epochs - same
    if not np.isfinite(saved) or saved <= 0:
        return float("nan")
    # Who never gets there saves nothing.
    return (plain_epochs - fair) / saved if np.isfinite(fair) else 0.0


def how_much_is_left(result: Result) -> str:
    """Return the option of LEFT that is right."""
    share = lead_left(result)
    return LEFT[0] if share > MOST else LEFT[1] if share > HALF else LEFT[2]


def _ripples(result: Walked, guess: str) -> str:
    swing = float(np.sqrt(result.config.momentum))
    return judged(
        guess,
        how_often(result),
        f"It rose at {rises(result)} of {result.config.steps} steps; plain descent at {rises(result, 'sgd')}. Both "
        f"directions swing, and both shrink by √β = {swing:.3f} a step.",
    )


def _critical(result: Walked, guess: str) -> str:
    best = theory.best(result.config.condition)
    return judged(
        guess,
        plain(result),
        f"η = {result.config.learning_rate:g} is above its limit 2/λ = 2; momentum moves the limit to "
        f"{theory.largest_rate(result.config.momentum, 1.0):.2f}. At its own best rate it keeps {best.plain_rate:.3f} "
        f"of the error a step, momentum {best.rate:.3f}.",
    )


def _too_far(result: Walked, guess: str) -> str:
    share = result.config.momentum
    return judged(
        guess,
        who_leaves(result),
        f"The limits: plain 2, momentum 2 (1 + β) = {theory.largest_rate(share, 1.0):.2f}, Nesterov "
        f"{theory.largest_rate(share, 1.0, theory.LOOK_AHEAD):.2f}; η was {result.config.learning_rate:g}.",
    )


def _hole(result: Walked, guess: str) -> str:
    curve = valleys.escape_curve(result.config.learning_rate)
    place = int(np.abs(valleys.MOMENTA - result.config.momentum).argmin())
    return judged(
        guess,
        who_is_deep(result),
        f"Of {len(valleys.STARTS)} starts in the shallow valley {curve[0][0]:.0%} escape without momentum, "
        f"{curve[0][place]:.0%} with β = {valleys.MOMENTA[place]:g}, {curve[1][place]:.0%} with Nesterov.",
    )


def _real(result: Result, guess: str) -> str:
    target = goal(result)
    plain_epochs, same, fair = (
        reached(curves, target)
        for curves in (result.same_loss[:, 0], result.same_loss[:, SHOWN], result.fair_loss[:, SHOWN])
    )

    def told(epochs: np.ndarray) -> str:
        known = epochs[np.isfinite(epochs)]
        if not len(known):
            return "never"
        return f"after {known.mean():.1f} ± {known.std(ddof=1):.1f} epochs" if len(known) > 1 else f"after {known[0]:g}"

    return judged(
        guess,
        how_much_is_left(result),
        f"Loss {target:.3f} is reached by plain descent {told(plain_epochs)}, by β = {MOMENTA[SHOWN]:g} "
        f"{told(same)} with the same η, and {told(fair)} with η (1 − β).",
    )


SCENES = (
    Scene("Ripples", RIPPLES, "β = 0.9. At how many of 100 steps does its error rise?", RISES, _ripples),
    Scene(
        "Critically damped",
        CRITICAL,
        "η and β at Polyak’s best. What does plain descent do at this η?",
        PLAIN,
        _critical,
    ),
    Scene("Too far", TOO_FAR, "η = 1.6, curvature 1, β = 0.9. Who leaves?", WHO, _too_far),
    Scene("Out of the hole", HOLE, "From high on the wall: who ends in the deep valley?", DEEP, _hole),
    Scene("A real network", REAL, "With η (1 − β) for fairness, how much of β = 0.9’s lead is left?", LEFT, _real),
)


def fits(config: Config, result: object) -> bool:
    """Return whether the question that the page asks for these settings can be answered from this result."""
    asked = (matching(SCENES, config) or SCENES[0]).config
    return isinstance(result, Walked | Result) and isinstance(asked, Config) and result.config.task == asked.task
