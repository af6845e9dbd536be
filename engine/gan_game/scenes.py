"""Five scenes: a fair game, a collapse and its cure, a judge that gives way, and one that is too strong.

What the learner should see: a question that can be answered wrongly, and an answer taken from the stored games, all of
them.
"""

from __future__ import annotations

import numpy as np

from engine.gan_game import stretches, targets
from engine.gan_game.experiment import Config, Result
from engine.gan_game.losses import MINIMAX
from engine.gan_game.stretches import DISCRIMINATOR
from engine.runs.store import store
from engine.scenes import Scene, judged

RING = Config()
COLLAPSE = Config(distribution=targets.GRID, generator_rate=0.004, seeds=5)
CURED = COLLAPSE.changed(discriminator_updates=5)
CHEAT = Config(cheating=True, seeds=5, seed=1)
FAIR = Config(seeds=5, seed=1)
_ALONE = Config(distribution=targets.GRID, who=DISCRIMINATOR, discriminator_rate=0.01, steps=1500, seeds=5)
STRONG = Config(
    distribution=targets.GRID,
    loss=MINIMAX,
    discriminator_rate=0.01,
    discriminator_updates=3,
    before=stretches.encoded((_ALONE.last(),)),
    seeds=5,
)

WINNER = ("The judge’s", "The forger’s", "About the same")
HITS = ("All nine", "About half", "One or two at most")
CURE = ("Fewer", "As many", "Nearly all nine")
LOSS = ("It rises", "It falls, fakes get better", "It falls, fakes get worse")
TEACHER = ("Fast, a good teacher", "Slowly", "Hardly at all")


def hits(result: Result) -> str:
    """Return "8, 8 and 7 of 8", the parts hit at the end by each game; once if all are alike."""
    values = [str(int(value)) for value in result.hit[-1]]
    told = values[0] if len(set(values)) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
    return f"{told} of {result.parts}"


def spread(values: np.ndarray, digits: int = 2) -> str:
    """Return mean ± standard deviation over games; without a spread for one game."""
    mean = f"{values.mean():.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return mean if len(values) == 1 else f"{mean} ± {values.std(ddof=1):.{digits}f}"


def lower(result: Result) -> str:
    """Return the option of WINNER that is right of the losses at the end; about the same within 0.05."""
    judge, forger = result.losses[-1].mean(axis=0)
    return WINNER[2] if abs(judge - forger) < 0.05 else WINNER[0] if judge < forger else WINNER[1]


def how_many(result: Result) -> str:
    """Return the option of HITS that is right of the median game."""
    middle = float(np.median(result.hit[-1])) / result.parts
    return HITS[0] if middle > 0.95 else HITS[2] if middle <= 2 / 9 else HITS[1]


def shipped() -> tuple[Config, ...]:
    """Return every scene's settings, and what one of them is compared with."""
    return (RING, COLLAPSE, CURED, CHEAT, FAIR, STRONG)


def _other(config: Config) -> Result | None:
    entry = store().find(config)
    return entry.result if entry is not None else None


_MISSING = "The run that this is compared with is not stored here: make assets computes it."


def _tell_ring(result: Result, guess: str) -> str:
    evidence = (
        f"D {spread(result.losses[-1, :, 0])}, G {spread(result.losses[-1, :, 1])}: near ln 2 = 0.69, nobody can tell. "
        f"{hits(result)} parts are hit."
    )
    return judged(guess, lower(result), evidence)


def _tell_collapse(result: Result, guess: str) -> str:
    most = result.hit.max(axis=0)
    evidence = (
        f"At the end {hits(result)} clouds are hit, at the best moments {', '.join(map(str, most))}: the crowd jumps."
    )
    return judged(guess, how_many(result), evidence)


def _tell_cured(result: Result, guess: str) -> str:
    before = _other(COLLAPSE)
    if before is None:
        return _MISSING
    now, then = np.median(result.hit[-1]), np.median(before.hit[-1])
    right = CURE[2] if now >= 8 else CURE[0] if now < then else CURE[1]
    return judged(guess, right, f"{hits(result)} in five games, where without the cure it was {hits(before)}.")


def _tell_cheat(result: Result, guess: str) -> str:
    fair = _other(FAIR)
    if fair is None:
        return _MISSING
    loss, usual = result.losses[-1, :, 1], fair.losses[-1, :, 1]
    worse = result.js[-1].mean() > fair.js[-1].mean()
    right = LOSS[0] if loss.mean() > usual.mean() else LOSS[2] if worse else LOSS[1]
    evidence = (
        f"G’s loss is {spread(loss)}, played fair {spread(usual)}; but JS is {spread(result.js[-1])}, fair "
        f"{spread(fair.js[-1])}, and {hits(result)} parts are hit."
    )
    return judged(guess, right, evidence)


def _tell_strong(result: Result, guess: str) -> str:
    share = float(np.median(result.hit[-1])) / result.parts
    right = TEACHER[0] if share > 0.95 else TEACHER[2] if share < 0.35 else TEACHER[1]
    alone = int(np.searchsorted(result.step, _ALONE.steps))
    evidence = (
        f"After 3 000 steps of it {hits(result)} clouds are hit; JS went from {spread(result.js[alone])} to "
        f"{spread(result.js[-1])}."
    )
    return judged(guess, right, evidence)


SCENES = (
    Scene("Balanced", RING, "Whose loss is lower after 3 000 steps?", WINNER, _tell_ring),
    Scene("Collapse", COLLAPSE, "G learns 4 times as fast as D. How many clouds are hit?", HITS, _tell_collapse),
    Scene("Cured", CURED, "Now D has 5 updates a step. How many of nine clouds?", CURE, _tell_cured),
    Scene("Cheating", CHEAT, "D’s weights move in G’s turn too. G’s loss?", LOSS, _tell_cheat),
    Scene("Judge too strong", STRONG, "D trained alone first, and stays ahead. G learns:", TEACHER, _tell_strong),
)
