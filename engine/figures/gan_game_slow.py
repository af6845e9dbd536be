"""One update of the game taken apart, beat by beat: noise, fakes, judgement, slopes, and whose weights move.

What the learner should see: each side has its turn. In the discriminator's turn real points and fakes are judged; in
the generator's turn there is no real point at all, only fakes, the target "real", and the judge's slope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.figures.board import Axis, Board, Mark, Panel, Points, Readout, Segments, Texts, payload
from engine.figures.gan_game import (
    DISCRIMINATOR,
    GENERATOR,
    REAL,
    SLOPE,
    View,
    count,
    heat_mark,
    number,
    place,
    scale_of,
)
from engine.figures.theme import INK, MUTED, NEGATIVE, POSITIVE
from engine.gan_game import stretches
from engine.gan_game.experiment import Result
from engine.gan_game.losses import HINGE, LEAST_SQUARES, WASSERSTEIN
from engine.gan_game.stretches import DISCRIMINATOR as ONLY_DISCRIMINATOR
from engine.gan_game.stretches import GENERATOR as ONLY_GENERATOR
from engine.gan_game.targets import WINDOW
from engine.gan_game.verdict import verdict

FARTHER = 20  # times as far as they went, the steps of the fakes are drawn
NOTHING = np.nan
JUDGED_REAL, JUDGED_FAKE = replace(POSITIVE, marker="square"), replace(NEGATIVE, marker="square")


@dataclass
class Beat:
    """What is there at one beat; arrays are (T, 2), or not-a-number where nothing is.

    Attributes:
        turn: 0 for the discriminator's turn, 1 for the generator's.
        words: Lines of the caption, the first is its title.
        noise, fakes, real: What is drawn.
        heat: (H, H), 0 … 1.
        lines: Ends of the lines from the fakes, or None.
        said: (T,) 0 … 1 of the fakes, or None while they are not judged.
        said_real: The same of the real points.
        moved: Lengths of the change of both networks' weights, as text.
    """

    turn: int
    words: tuple[str, ...]
    noise: np.ndarray
    fakes: np.ndarray
    real: np.ndarray
    heat: np.ndarray
    lines: np.ndarray | None = None
    said: np.ndarray | None = None
    said_real: np.ndarray | None = None
    moved: tuple[str, str] = ("0", "0")


def slow_board(result: Result, view: View, revision: str) -> Mapping[str, Any]:
    """Return what the stage draws: a frame for each beat of the next update at the chosen moment."""
    at = place(result, view)
    beats = _beats(result, at)
    panels = (_plane(result, beats, at), _noise(result, beats), _caption(beats), _moved(beats))
    return payload(
        Board(
            panels,
            columns=(1.22, 1.0),
            rows=(1.1, 1.0, 0.52),
            frames=len(beats),
            unit="beat",
            events=tuple((index, GENERATOR if beat.turn else DISCRIMINATOR) for index, beat in enumerate(beats)),
            revision=revision,
        )
    )


def target_words(loss: str) -> tuple[str, str]:
    """Return what the discriminator is taught, and what the generator aims at, in words."""
    if loss == WASSERSTEIN:
        return "real points as high, fakes as low as can be", "as high as can be"
    if loss == HINGE:
        return "real points above 1, fakes below −1", "as high as can be"
    if loss == LEAST_SQUARES:
        return "real points 1, fakes 0", "1"
    return "real points 1, fakes 0", "1, “real”"


def _beats(result: Result, at: int) -> list[Beat]:
    stretch = stretches.at(result.config.plan(), int(result.step[at]))

    def judged(values: np.ndarray) -> np.ndarray:
        return verdict(stretch.loss, values[None], result.said[at : at + 1, 0])[0]

    noise, fakes = result.turn_noise[at].astype(np.float32), result.turn_fakes[at].astype(np.float32)
    real, none = result.turn_real[at].astype(np.float32), np.full_like(result.turn_real[at], NOTHING, np.float32)
    says = judged(result.turn_said[at].astype(np.float32))
    before, after = judged(result.heat[at]), judged(result.turn_heat[at])
    moved = [[_length(value) for value in turn] for turn in result.turn_moved[at]]
    taught, aim = target_words(stretch.loss)
    beats: list[Beat] = []
    if stretch.who != ONLY_GENERATOR:
        change = after - before
        top = max(float(np.abs(change).max()), 1e-6)
        told = f"real points {_right(says[0], True)}, fakes {_right(says[1], False)}"
        origin = f"{_dimension(result)} a point, from the {result.config.noise} noise."
        begin = Beat(0, ("Sample noise", "The discriminator’s turn begins.", origin), noise[0], none, none, before)
        made = replace(begin, fakes=fakes[0], words=("Generate", "The generator makes a fake of each."))
        drawn = replace(made, real=real, words=("Draw real points", "Only the discriminator ever sees them."))
        judging = ("Judge", f"Taught: {taught}.", f"Called rightly: {told}.")
        stretched = f"Colours stretched {count(round(0.5 / top))} times."
        moving = ("Update the discriminator", "Only its weights move.", "Blue: more real than before.", stretched)
        beats += [
            begin,
            made,
            drawn,
            replace(drawn, said=says[1], said_real=says[0], words=judging),
            replace(drawn, heat=0.5 + 0.5 * change / top, moved=(moved[0][0], moved[0][1]), words=moving),
        ]
    if stretch.who != ONLY_DISCRIMINATOR:
        slope = result.turn_arrows[at].astype(np.float32)
        went = fakes[1] + FARTHER * (result.turn_after[at].astype(np.float32) - fakes[1])
        whose = "Cheating: the discriminator’s move too." if stretch.cheating else "Only its weights move."
        opening = ("Sample noise", "The generator’s turn begins.", "New noise. No real point from here on.")
        begin = Beat(1, opening, noise[1], none, none, after)
        made = replace(begin, fakes=fakes[1], words=("Generate", "Fakes as they are now."))
        verdicts = f"Judged real: {_count_real(says[2])} of {len(says[2])}."
        judging = ("Judge", f"The generator’s target: always {aim}.", verdicts)
        judged_fakes = replace(made, said=says[2], words=judging)
        sloping = ("Gradients", "The discriminator’s slope at each fake:", "where to go to look more real.")
        last = ("Update the generator", whose, f"Lines: where the fakes went, {FARTHER}×.")
        beats += [
            begin,
            made,
            judged_fakes,
            replace(judged_fakes, lines=fakes[1] + slope * scale_of(slope), words=sloping),
            replace(made, lines=went, moved=(moved[1][0], moved[1][1]), words=last),
        ]
    return beats


def _dimension(result: Result) -> str:
    size = result.config.noise_dimension
    return "One number" if size == 1 else f"{size} numbers"


def _length(value: float) -> str:
    return "0" if value == 0 else number(float(value), 3)


def _right(says: np.ndarray, real: bool) -> str:
    """Return "17 of 24" that are called what they are."""
    return f"{int(((says >= 0.5) == real).sum())} of {len(says)}"


def _count_real(says: np.ndarray) -> int:
    return int((says >= 0.5).sum())


def _plane(result: Result, beats: list[Beat], at: int) -> Panel:
    fakes, real = np.stack([beat.fakes for beat in beats]), np.stack([beat.real for beat in beats])
    lines = np.stack([beat.fakes * NOTHING if beat.lines is None else beat.lines for beat in beats])
    marks: list[Mark] = [
        heat_mark(np.stack([beat.heat for beat in beats])),
        Segments(
            fakes[..., 0], fakes[..., 1], lines[..., 0], lines[..., 1], SLOPE, width=2.0, opacity=0.9, framed=True
        ),
        _points(real, [beat.said_real for beat in beats], REAL, 4.5, "real point"),
        _points(fakes, [beat.said for beat in beats], GENERATOR, 5.5, "fake"),
    ]
    return Panel(
        "points",
        f"The update after step {count(result.step[at])}",
        Axis(-WINDOW, WINDOW, ticks=()),
        Axis(-WINDOW, WINDOW, ticks=()),
        tuple(marks),
        note="disc real, triangle fake; squares: as judged",
        alt=f"One update in {len(beats)} beats: {'; '.join(beat.words[0].lower() for beat in beats)}.",
        rows=3,
        square=True,
        high=380,
    )


def _points(places: np.ndarray, said: list[np.ndarray | None], style: Any, size: float, what: str) -> Points:
    many = places.shape[1]
    style_of = np.stack([np.zeros(many, int) if one is None else 1 + (one < 0.5) for one in said])
    hover: Any = tuple(
        (what,) * many if one is None else tuple(f"{what}, judged {number(float(value))}" for value in one)
        for one in said
    )
    return Points(
        places[..., 0],
        places[..., 1],
        style,
        styles=(style, JUDGED_REAL, JUDGED_FAKE),
        style_of=style_of.astype(np.int32),
        size=size,
        hover=hover,
        framed=True,
    )


def _noise(result: Result, beats: list[Beat]) -> Panel:
    reach = 1.15 if result.config.noise == "uniform" else 3.2
    noise = np.stack([beat.noise for beat in beats])
    flat = result.config.noise_dimension == 1
    return Panel(
        "noise",
        "Noise",
        Axis(-reach, reach, "first number"),
        Axis(-reach, reach, "" if flat else "second"),
        (Points(noise[..., 0], noise[..., 1], INK, size=4, framed=True),),
        note=result.config.noise if result.config.noise_dimension <= 2 else "its first two numbers",
        alt=f"{noise.shape[1]} points of {result.config.noise} noise.",
        column=1,
        square=True,
        high=240,
    )


def _caption(beats: list[Beat]) -> Panel:
    most = max(len(beat.words) for beat in beats) - 1
    turns = tuple((("Discriminator’s turn", "Generator’s turn")[beat.turn],) for beat in beats)
    titles = tuple((f"{index + 1}. {beat.words[0]}",) for index, beat in enumerate(beats))
    rest = tuple((*beat.words[1:], *[""] * (most - len(beat.words) + 1)) for beat in beats)
    below = [0.5 - 0.16 * line for line in range(most)]
    return Panel(
        "caption",
        "",
        None,
        None,
        (
            Texts([0.0], [0.95], turns, MUTED, "left", 14, framed=True),
            Texts([0.0], [0.74], titles, INK, "left", 22, bold=True, framed=True),
            Texts([0.0] * most, below, rest, INK, "left", 15.5, framed=True),
        ),
        alt="Captions of the beats.",
        row=1,
        column=1,
        high=170,
    )


def _moved(beats: list[Beat]) -> Readout:
    lines = tuple(
        (("Discriminator’s weights", beat.moved[0]), ("Generator’s weights", beat.moved[1])) for beat in beats
    )
    return Readout(
        "moved", "How far weights moved", lines, styles=(DISCRIMINATOR, GENERATOR), row=2, column=1, framed=True
    )
