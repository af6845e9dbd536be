"""The picture of softmax: logits that a click moves, probabilities, their derivatives, and the temperature.

What the learner should see: only differences of logits count, a low temperature makes the largest one take all, and
where it has taken all, every derivative is next to 0: softmax saturates too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.activations.experiment import Config
from engine.activations.functions import softmax, softmax_derivatives
from engine.figures.board import Axis, Board, Heat, Line, Mark, Panel, Readout, Rectangles, Rule, Texts, payload
from engine.figures.theme import CATEGORICAL, INK, MUTED, NEGATIVE, POSITIVE

LOGITS = "logits"
COLDEST, HOTTEST = 0.05, 20.0
SUBSCRIPTS = "₁₂₃₄₅₆₇₈"


def softmax_board(config: Config, revision: str = "") -> Mapping[str, Any]:
    """Return the stage's payload; a click on the logits sends the place of one and its new value."""
    logits = np.array(config.numbers)
    panels = (
        _logits(logits),
        _probabilities(logits, config),
        _temperatures(logits, config),
        _derivatives(logits, config),
        _numbers(logits, config),
    )
    return payload(Board(panels, columns=(1.1, 1.1, 1.0), rows=(1.0, 1.0), revision=revision))


def _ticks(letter: str, count: int) -> tuple[tuple[float, str], ...]:
    return tuple((float(place), f"{letter}{SUBSCRIPTS[place]}") for place in range(count))


def _bars(values: np.ndarray, texts: tuple[str, ...], away: float) -> tuple[Mark, ...]:
    """Return bars from 0 on, with their texts so far away from the ends, in units of the axis."""
    places = np.arange(len(values))
    styles = tuple(CATEGORICAL[place % len(CATEGORICAL)] for place in places)
    bars = Rectangles(
        places - 0.36, places + 0.36, np.zeros(len(values)), values, styles=styles, style_of=places, hover=texts
    )
    above = values + np.where(values >= 0, away, -away)
    return (Rule("y", 0.0, style=MUTED, opacity=0.6), bars, Texts(places, above, texts, INK, size=13))


def _logits(logits: np.ndarray) -> Panel:
    reach = max(3.0, float(np.abs(logits).max())) * 1.35
    texts = tuple(f"{value:g}".replace("-", "−") for value in logits)
    return Panel(
        LOGITS,
        "Logits",
        Axis(-0.6, len(logits) - 0.4, "", ticks=_ticks("z", len(logits))),
        Axis(-reach, reach, "zᵢ"),
        _bars(logits, texts, 0.12 * reach),
        note="click to set",
        alt="The logits: " + ", ".join(texts) + ".",
        pick=True,
    )


def _probabilities(logits: np.ndarray, config: Config) -> Panel:
    p = softmax(logits, config.temperature)
    texts = tuple(f"{value:.1%}" for value in p)
    return Panel(
        "probabilities",
        "Probabilities",
        Axis(-0.6, len(p) - 0.4, "", ticks=_ticks("p", len(p))),
        Axis(0.0, 1.12, "pᵢ"),
        _bars(p, texts, 0.05),
        note=f"T = {config.temperature:g}",
        alt="The probabilities: " + ", ".join(texts) + ".",
        row=1,
    )


def _temperatures(logits: np.ndarray, config: Config) -> Panel:
    temperatures = np.geomspace(COLDEST, HOTTEST, 121)
    curves = softmax(logits[None], temperatures[:, None])
    marks: list[Mark] = [Rule("x", config.temperature, style=INK, label="T")]
    for place in range(len(logits)):
        style = CATEGORICAL[place % len(CATEGORICAL)]
        marks.append(Line(temperatures, curves[:, place], style, label=f"p{SUBSCRIPTS[place]}", emphasis=1.4))
    ticks = tuple((value, f"{value:g}") for value in (0.1, 0.3, 1.0, 3.0, 10.0))
    return Panel(
        "temperature",
        "Over the temperature",
        Axis(COLDEST, HOTTEST, "temperature T, log", log=True, ticks=ticks),
        Axis(0.0, 1.02, "pᵢ"),
        tuple(marks),
        note="low: the largest takes all",
        alt="Every probability over the temperature: one of them near 1 at the left, all equal at the right.",
        column=1,
        labels=36,
    )


def _derivatives(logits: np.ndarray, config: Config) -> Panel:
    matrix = softmax_derivatives(logits, config.temperature)
    reach, count = max(float(np.abs(matrix).max()), 1e-9), len(logits)
    across, down = np.meshgrid(np.arange(count), np.arange(count))
    words = tuple(_short(float(value)) for value in matrix.ravel())
    return Panel(
        "derivatives",
        "Derivatives ∂pᵢ/∂zⱼ",
        Axis(-0.5, count - 0.5, "logit", ticks=_ticks("z", count)),
        Axis(count - 0.5, -0.5, "", ticks=_ticks("p", count)),
        (
            Heat(
                matrix, 0, count - 1, 0, count - 1, -reach, reach, POSITIVE, NEGATIVE, smooth=False, hover="derivative"
            ),
            Texts(across.ravel(), down.ravel(), words, INK, size=12 if count < 6 else 10),
        ),
        note="each column adds up to 0",
        alt=f"The matrix of derivatives; the largest is {matrix.max():.3f}.",
        row=1,
        column=1,
    )


def _short(value: float) -> str:
    text = f"{value:.2f}" if abs(value) >= 0.005 else "0"
    return text.replace("-", "−")


def _numbers(logits: np.ndarray, config: Config) -> Readout:
    p = softmax(logits, config.temperature)
    entropy = float(-(p * np.log2(np.maximum(p, 1e-300))).sum())
    matrix = softmax_derivatives(logits, config.temperature)
    flat = bool(np.abs(matrix).max() < config.share)
    rows = [("", "z", "p")]
    rows += [
        (f"{place + 1}", f"{z:g}".replace("-", "−"), f"{share:.3f}")
        for place, (z, share) in enumerate(zip(logits, p, strict=True))
    ]
    rows += [
        ("entropy, bits", f"{entropy:.3f}", f"of {np.log2(len(p)):.3f}"),
        ("largest |∂p/∂z|", f"{np.abs(matrix).max():.4f}", "saturated" if flat else ""),
    ]
    return Readout(
        "numbers", "Softmax", tuple(rows), note=f"T = {config.temperature:g}", strong=(len(p) + 2,), column=2, rows=2
    )
