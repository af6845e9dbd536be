"""The picture of the game: real points and fakes over what the discriminator says, and how the contest goes.

What the learner should see: dark points are real, purple ones fake; where it is blue the discriminator says "real". The
short lines are its slope, the only thing the generator ever gets to know. Scrub, and the net of noise is pulled over
the shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.figures.board import (
    Axis,
    Board,
    Heat,
    Line,
    Mark,
    Panel,
    Points,
    Readout,
    Rectangles,
    Rule,
    Segments,
    payload,
)
from engine.figures.theme import ACCENT, INK, MUTED, NEGATIVE, POSITIVE, SERIES
from engine.gan_game.divergence import of_real
from engine.gan_game.experiment import Result
from engine.gan_game.losses import MINIMAX, NON_SATURATING
from engine.gan_game.targets import HIT_SHARE, WINDOW, drawn_from
from engine.gan_game.verdict import judged

GENERATOR = SERIES["adagrad"]
SLOPE = replace(GENERATOR, dash=())
DISCRIMINATOR = SERIES["rmsprop"]
REAL = INK
NET = replace(MUTED, width=1.0)
MOMENT = "moment"
LAYERS = ("map", "net", "slopes")
RUN, SLOW, DRAW = "run", "slow", "draw"
SHOWN_REAL = 260
LIVE_FRAMES = 12
ARROW = 0.22  # length of the line that nine in ten are shorter than, in the picture's units
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class View:
    """What of a result is drawn.

    Attributes:
        look: RUN, SLOW (one update taken apart) or DRAW (the board to draw on).
        layers: Which of LAYERS lie over the points.
        moment: Number of the moment to go on from and to take apart; −1 for the last.
    """

    look: str = RUN
    layers: tuple[str, ...] = LAYERS
    moment: int = -1


def place(result: Result, view: View) -> int:
    """Return the number of the chosen moment among those of the result."""
    last = len(result.step) - 1
    return view.moment if 0 <= view.moment <= last else last


def number(value: float, digits: int = 2) -> str:
    """Return a number with a real minus sign, a dash where there is none."""
    return "–" if not np.isfinite(value) else f"{value:.{digits}f}".replace("-", MINUS)


def count(value: int) -> str:
    """Return a whole number with thin spaces between the thousands."""
    return f"{int(value):,}".replace(",", "\u2009")


def board(result: Result, view: View, revision: str, running: bool = False) -> Mapping[str, Any]:
    """Return what the stage draws: a frame for each moment at which the game was looked at.

    Args:
        result: A run, finished or under way.
        view: Which layers, and the chosen moment.
        revision: Changes with the content.
        running: Whether more is coming: then only some of the moments are sent.
    """
    kept = np.arange(len(result.step))
    if running and len(kept) > LIVE_FRAMES:
        kept = np.unique(np.linspace(0, len(kept) - 1, LIVE_FRAMES).round().astype(int))
    panels = (
        _picture(result, view, kept),
        _losses(result, kept),
        _divergences(result, view, kept),
        _parts(result, kept),
        _readout(result, kept),
    )
    ends = np.cumsum([stretch.steps for stretch in result.config.plan()])[:-1]
    changes = tuple((int(np.searchsorted(result.step[kept], end)), ACCENT) for end in ends if end < result.step[-1])
    return payload(
        Board(
            panels,
            columns=(1.22, 1.0),
            rows=(1.0, 1.0, 0.8, 0.92),
            frames=len(kept),
            unit="moment",
            events=changes,
            revision=revision,
            running=running,
        )
    )


def heat_mark(values: np.ndarray, framed: bool = True) -> Heat:
    """Return the map of what the discriminator says, values in 0 … 1."""
    edge = (-WINDOW, WINDOW, -WINDOW, WINDOW)
    return Heat(
        values, *edge, 0, 1, POSITIVE, below=NEGATIVE, strength=0.5, hover="judged real:", framed=framed, key=False
    )


def real_points(result: Result, strength: float = 1.0) -> Points:
    """Return some real points."""
    points = drawn_from(result.config.target(), SHOWN_REAL, np.random.default_rng(1))
    return Points(points[:, 0], points[:, 1], REAL, size=2.1, opacity=0.75 * strength)


def net(result: Result, kept: np.ndarray) -> Line:
    """Return where a regular net of noise lands, as one broken line; of one number a line."""
    nodes = result.manifold[kept].astype(np.float32)
    if result.config.noise_dimension > 1:
        side = round(nodes.shape[1] ** 0.5)
        grid = nodes.reshape(len(kept), side, side, 2)
        both = np.concatenate([grid, grid.swapaxes(1, 2)], axis=1)
        gap = np.full((*both.shape[:2], 1, 2), np.nan, np.float32)
        nodes = np.concatenate([both, gap], axis=2).reshape(len(kept), -1, 2)
    return Line(nodes[..., 0], nodes[..., 1], NET, emphasis=0.75, framed=True)


def scale_of(arrows: np.ndarray) -> float:
    """Return by how much slopes (..., 2) are multiplied for the picture."""
    lengths = np.linalg.norm(arrows.astype(np.float32), axis=-1)
    known = lengths[np.isfinite(lengths)]
    usual = float(np.quantile(known, 0.9)) if len(known) else 0.0
    return ARROW / usual if usual > 1e-9 else 0.0


def slopes(fakes: np.ndarray, arrows: np.ndarray, scale: float) -> Segments:
    """Return a short line from each fake to where it looks more real, none longer than twice ARROW."""
    drawn = arrows.astype(np.float32) * scale
    length = np.linalg.norm(drawn, axis=-1, keepdims=True)
    ends = fakes.astype(np.float32) + drawn * np.minimum(1, 2 * ARROW / np.maximum(length, 1e-9))
    x, y = fakes[..., 0], fakes[..., 1]
    return Segments(x, y, ends[..., 0], ends[..., 1], SLOPE, width=1.3, opacity=0.75, framed=True)


def _picture(result: Result, view: View, kept: np.ndarray) -> Panel:
    fakes = result.fakes[kept].astype(np.float32)
    marks: list[Mark] = []
    if "map" in view.layers:
        marks.append(heat_mark(judged(result, kept, result.heat[kept])))
    if "net" in view.layers:
        marks.append(net(result, kept))
    marks.append(real_points(result))
    if "slopes" in view.layers:
        marks.append(slopes(fakes, result.arrows[kept], scale_of(result.arrows)))
    marks.append(Points(fakes[..., 0], fakes[..., 1], GENERATOR, size=3.2, framed=True))
    hit, parts = int(result.hit[-1, 0]), result.parts
    return Panel(
        "points",
        "Real points and fakes",
        Axis(-WINDOW, WINDOW, ticks=()),
        Axis(-WINDOW, WINDOW, ticks=()),
        tuple(marks),
        note="disc real, triangle fake; blue: judged real",
        alt=f"Real points and fakes in the plane. At the last moment, step {result.step[-1]}, fakes hit {hit} of "
        f"{parts} parts of the shape and {100 * result.good[-1, 0]:.0f} % lie on it.",
        rows=4,
        square=True,
        high=380,
    )


def steps_axis(result: Result, label: str = "") -> Axis:
    """Return the axis of steps that all curves share."""
    return Axis(0, max(1, int(result.step[-1])), label)


def _playhead(result: Result, kept: np.ndarray) -> list[Mark]:
    marks: list[Mark] = [
        Rule("x", float(end), style=replace(MUTED, dash=(3, 3)))
        for end in np.cumsum([stretch.steps for stretch in result.config.plan()])[:-1]
    ]
    return [*marks, Rule("x", result.step[kept].astype(np.float32), style=ACCENT, framed=True)]


def _revealed(result: Result, kept: np.ndarray) -> np.ndarray:
    return np.minimum(np.searchsorted(kept, np.arange(len(result.step))), len(kept) - 1)


def _losses(result: Result, kept: np.ndarray) -> Panel:
    reveal, x = _revealed(result, kept), result.step
    marks = _playhead(result, kept)
    if result.config.loss in (NON_SATURATING, MINIMAX):
        at = -np.log(2) if result.config.loss == MINIMAX else np.log(2)
        marks.append(Rule("y", float(at), style=replace(MUTED, dash=(2, 3)), label=f"{MINUS if at < 0 else ''}ln 2"))
    for side, style, name in ((0, DISCRIMINATOR, "D"), (1, GENERATOR, "G")):
        for game in range(result.losses.shape[1] - 1, -1, -1):
            marks.append(
                Line(
                    x,
                    result.losses[:, game, side],
                    style,
                    label=name if game == 0 else "",
                    emphasis=1.0 if game == 0 else 0.28,
                    reveal=reveal,
                    ghost=game == 0,
                    hover=f"{'discriminator' if side == 0 else 'generator'}, game {game + 1}",
                )
            )
    known = result.losses[np.isfinite(result.losses)]
    low, high = (float(one) for one in np.quantile(known, (0.01, 0.99))) if len(known) else (0.0, 1.0)
    room = max(0.05, 0.1 * (high - low))
    return Panel(
        "losses",
        "Losses",
        steps_axis(result),
        Axis(low - room, high + room),
        tuple(marks),
        note="green: discriminator, purple: generator",
        alt=f"Losses over {result.step[-1]} steps; at the end discriminator {number(result.losses[-1, 0, 0])}, "
        f"generator {number(result.losses[-1, 0, 1])}.",
        column=1,
        labels=46,
        link="steps",
        high=210,
    )


def _divergences(result: Result, view: View, kept: np.ndarray) -> Panel:
    reveal, x = _revealed(result, kept), result.step
    floor = of_real(result.config.distribution, result.config.settled().drawn)[1]
    marks = _playhead(result, kept)
    marks.append(Rule("y", floor, style=replace(MUTED, dash=(2, 3)), label="best"))
    for values, style, name in ((result.kl, SERIES["adadelta"], "KL"), (result.js, INK, "JS")):
        for game in range(values.shape[1] - 1, -1, -1):
            marks.append(
                Line(
                    x,
                    np.maximum(values[:, game], 1e-4),
                    style,
                    label=name if game == 0 else "",
                    emphasis=1.0 if game == 0 else 0.28,
                    reveal=reveal,
                    ghost=game == 0,
                    hover=f"{name}, game {game + 1}",
                )
            )
    chosen = place(result, view)
    said = tuple(f"step {count(step)}: go on from here" for step in x)
    marks.append(
        Points(
            x,
            np.maximum(result.js[:, 0], 1e-4),
            INK,
            size=2.6,
            hover=said,
            name=MOMENT,
            selected=chosen,
        )
    )
    known = np.concatenate([result.kl, result.js])
    known = known[np.isfinite(known)]
    high = float(known.max()) if len(known) else 1.0
    return Panel(
        "divergences",
        "How far fakes are from real",
        steps_axis(result),
        Axis(floor * 0.6, max(high * 1.2, floor * 4), log=True),
        tuple(marks),
        note="nats, log scale; click a moment",
        alt=f"KL and JS divergence over {result.step[-1]} steps; JS of the first game ends at "
        f"{number(result.js[-1, 0], 3)} nats, {number(floor, 3)} would be perfect.",
        row=1,
        column=1,
        labels=46,
        link="steps",
        high=210,
    )


def _parts(result: Result, kept: np.ndarray) -> Panel:
    shares = 100 * result.shares[kept, 0]
    parts = result.parts
    fair = 100 / parts
    place_of = np.broadcast_to(np.arange(1, parts + 1, dtype=np.float32), shares.shape)
    top = max(2.2 * fair, min(100.0, 1.1 * float(np.nan_to_num(shares).max())))
    ticks = tuple((float(one), str(one)) for one in range(1, parts + 1))
    return Panel(
        "parts",
        "Which parts are hit",
        Axis(0.4, parts + 0.6, ticks=ticks),
        Axis(0, top),
        (
            Rectangles(
                place_of - 0.36,
                place_of + 0.36,
                np.zeros_like(shares),
                shares,
                styles=(MUTED, GENERATOR),
                style_of=(result.shares[kept, 0] >= HIT_SHARE / parts).astype(np.int32),
                opacity=0.85,
                framed=True,
            ),
            Rule("y", fair, style=replace(MUTED, dash=(2, 3)), label="fair"),
        ),
        note="% of all fakes that lie on each part",
        alt=f"{result.hit[-1, 0]} of {parts} parts are hit at the last moment.",
        row=2,
        column=1,
        labels=46,
        high=180,
    )


def each_game(values: np.ndarray, digits: int = 0) -> str:
    """Return the values of all games in a row, "8 · 8 · 7"."""
    return " · ".join(number(float(value), digits) for value in values)


def _readout(result: Result, kept: np.ndarray) -> Readout:
    said = judged(result, np.arange(len(result.step)), result.said[:, 0])
    lines = tuple(
        (
            ("Step", count(result.step[at])),
            ("Judged: real points, fakes", f"{number(said[at, 0])}, {number(said[at, 1])}"),
            (f"Parts hit of {result.parts}, each game", each_game(result.hit[at])),
            ("% on the shape, each game", each_game(100 * result.good[at])),
            ("JS divergence, each game", each_game(result.js[at], 2)),
        )
        for at in kept
    )
    return Readout("numbers", "", lines, strong=(2,), row=3, column=1, framed=True)
