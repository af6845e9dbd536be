"""What happened, in sentences computed from this result, over all of its games."""

from __future__ import annotations

import numpy as np

from engine.gan_game.divergence import of_real
from engine.gan_game.experiment import Result
from engine.gan_game.losses import MINIMAX, NON_SATURATING
from engine.gan_game.scenes import hits, spread

THIN = "\u2009"


def story(result: Result) -> tuple[str, ...]:
    """Return two to four sentences (Markdown)."""
    last = f"{int(result.step[-1]):,}".replace(",", THIN)
    if result.diverged:
        return (
            f"The numbers left the range of floats before step {last}: a learning rate threw the weights away. Take a "
            "smaller one.",
        )
    said = [_fakes(result, last), _losses(result), _turns(result)]
    return tuple(sentence for sentence in said if sentence)


def collapsed(result: Result) -> int:
    """Return how many games hit at most a third of the parts at the end."""
    return int((result.hit[-1] <= result.parts / 3).sum())


def _fakes(result: Result, last: str) -> str:
    games = result.hit.shape[1]
    floor = of_real(result.config.distribution, result.config.drawn)[1]
    where = f" in {games} games" if games > 1 else ""
    share = spread(100 * result.good[-1], 0)
    told = (
        f"After {last} steps {hits(result)} parts of the shape are hit{where}, and **{share} %** of the fakes lie on "
        f"it. JS is {spread(result.js[-1])} nats; other real points would have {floor:.2f}."
    )
    few = collapsed(result)
    if few and len(result.step) > 1:
        told += f" {few} of {games} games hit a third of the parts or less: the fakes crowd together."
    return told if games > 1 else f"{told} One game says little: play several seeds."


def _losses(result: Result) -> str:
    judge, forger = result.losses[-1, :, 0], result.losses[-1, :, 1]
    told = f"The loss of D ends at {spread(judge)}, that of G at {spread(forger)}"
    if result.config.loss in (NON_SATURATING, MINIMAX):
        fair = np.abs(judge - np.log(2)).mean() < 0.03
        told += "; ln 2 ≈ 0.69 means that D cannot tell" if fair else "; 0.69 = ln 2 would mean that D cannot tell"
        if fair and collapsed(result):
            told += ", and still the fakes are not the shape: losses do not show a collapse"
    return told + "."


def _turns(result: Result) -> str:
    judge, forger = result.turn_moved[-1]
    if result.config.cheating:
        return f"The rule is switched off: in G’s turn D’s weights moved too, by {forger[0]:.3f} in the last update."
    if judge[0] > 0 and forger[1] > 0:
        return (
            f"In D’s turn D’s weights moved by {judge[0]:.3f} and G’s by exactly {judge[1]:g}; in G’s turn D’s by "
            f"exactly {forger[0]:g} and G’s by {forger[1]:.3f}."
        )
    side = "discriminator" if judge[0] > 0 else "generator"
    return f"In the last stretch only the {side} trained; the other side’s weights are bit for bit what they were."
