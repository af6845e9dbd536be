"""Panels of the semi-supervised GAN: pictures with labels, pictures made up, what is kept, and seeds or classes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.figures.board import Axis, Image, Mark, Panel, Points, Rectangles, Rule, Segments, Texts
from engine.figures.packing import picture_address
from engine.figures.theme import INK, MUTED, SERIES
from engine.semi_supervised.experiment import ALONE, MADE, WITH, Result
from engine.semi_supervised.network import EXTRA, HEADS, STACKED
from engine.semi_supervised.pictures import CLASSES, DIGITS, chosen, pictures
from engine.validation.statistics import paired

WITH_STYLE = replace(SERIES["rmsprop"], dash=(), marker="disc", width=2.4)
ALONE_STYLE = replace(SERIES["gradient_descent"], dash=(5, 3))
MAKER_STYLE = replace(SERIES["adam"], dash=())
ENLARGED, GAP = 4, 3  # pixels a pixel, and between pictures
SHOWN_A_CLASS = 10
FADED = 0.16
REAL = {STACKED: "Z / (Z + 1)", EXTRA: "output 11", HEADS: "own head"}


def mosaic(images: np.ndarray, columns: int, there: np.ndarray | None = None) -> np.ndarray:
    """Return grey pictures side by side with clear gaps, uint8 (height, width, 4).

    Args:
        images: uint8 (N, S, S), row by row.
        columns: Pictures in a row; the last row may be short.
        there: bool (N,), which are drawn; None for all.
    """
    count, side, _ = images.shape
    rows, cell = -(-count // columns), ENLARGED * side + GAP
    cells = np.zeros((rows * columns, cell, cell, 4), np.uint8)
    large = images.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    cells[:count, :-GAP, :-GAP, :3] = large[..., None]
    cells[:count, :-GAP, :-GAP, 3] = 255 if there is None else 255 * there.astype(np.uint8)[:, None, None]
    whole = cells.reshape(rows, columns, cell, cell, 4).swapaxes(1, 2)
    return np.ascontiguousarray(whole.reshape(rows * cell, columns * cell, 4)[:-GAP, :-GAP])


def known_pictures(result: Result, labels: int) -> tuple[np.ndarray, int]:
    """Return the labelled pictures of the first seed, by class, uint8 (N, S, S), and how many of each class."""
    pool = pictures(result.config.data)
    places, _ = chosen(pool.y, labels, 0, result.config.seed)
    each = min(labels, SHOWN_A_CLASS)
    places = places.reshape(CLASSES, labels)[:, :each].ravel()
    grey = np.clip(pool.x[places] * 127.5 + 127.5, 0, 255).round().astype(np.uint8)
    return grey.reshape(-1, pool.side, pool.side), each


def labelled(result: Result) -> Panel:
    """Return the panel of the labelled pictures of the first seed; in a curve each count's own, a column a class."""
    curve = result.config.curve
    found = [
        known_pictures(result, int(count)) for count in (result.frame_labels if curve else result.frame_labels[-1:])
    ]
    last, each = int(result.frame_labels[-1]), found[-1][1]
    if curve:
        columns = rows = SHOWN_A_CLASS
        shown = [_by_column(*one) for one in found]
    else:
        columns = int(np.ceil(np.sqrt(len(found[0][0]))))
        rows = -(-len(found[0][0]) // columns)
        shown = [mosaic(found[0][0], columns)]
    addresses = tuple(picture_address(one) for one in shown)
    total = CLASSES * last
    some = f"all {total}" if each == last else f"{CLASSES * each} of {total:,}".replace(",", "\u202f")
    return Panel(
        "labelled",
        "Pictures with a label",
        Axis(0, columns, ticks=()),
        Axis(rows, 0, ticks=()),
        (Image(addresses, 0, columns, 0, rows, smooth=False, framed=curve),),
        note="at most 10 a class" if curve else some,
        alt=f"{CLASSES * each} of the {total} labelled pictures of the first seed, by class.",
        column=1,
        square=True,
        high=300,
    )


def _by_column(images: np.ndarray, each: int) -> np.ndarray:
    """Return a mosaic with a column a class and room for SHOWN_A_CLASS rows, of which `each` are filled."""
    side = images.shape[1]
    whole = np.zeros((CLASSES, SHOWN_A_CLASS, side, side), np.uint8)
    whole[:, :each] = images.reshape(CLASSES, each, side, side)
    there = np.arange(SHOWN_A_CLASS) < each
    return mosaic(whole.swapaxes(0, 1).reshape(-1, side, side), CLASSES, np.repeat(there, CLASSES))


def made_up(result: Result) -> Panel:
    """Return the panel of the made-up pictures, frame by frame."""
    shown = tuple(picture_address(mosaic(images, 5)) for images in result.made)
    return Panel(
        "made",
        "Made up by the generator",
        Axis(0, 5, ticks=()),
        Axis(MADE // 5, 0, ticks=()),
        (Image(shown, 0, 5, 0, MADE // 5, smooth=False, framed=True),),
        note="same noise",
        alt=f"{MADE} made-up pictures at {len(shown)} moments of the training.",
        row=1,
        column=1,
        square=True,
        high=300,
    )


def drawing(result: Result, running: bool) -> Panel:
    """Return the drawing of both networks; when a training is over, what is thrown away fades."""
    count = len(result.frame_epoch)
    over = result.frame_epoch >= result.config.epochs
    if running and not result.config.curve:
        over = np.zeros(count, bool)
    fade = np.where(over, FADED, 1.0).astype(np.float32)

    def framed(values: Any, frames: int = count) -> np.ndarray:
        return np.broadcast_to(np.asarray(values, np.float32), (frames, len(values)))

    def said(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(after if done else before for done in over)

    kinds, names = np.arange(CLASSES), pictures(result.config.data).names
    marks: tuple[Mark, ...] = (
        # What only helps: noise, generator, made-up pictures, and the question whether a picture is real.
        Segments(
            framed([0.18, 0.18, 0.86]), framed([0.93, 0.66, 0.30]), framed([0.18, 0.18, 0.86]),
            framed([0.83, 0.46, 0.21]), MAKER_STYLE, width=1.6, opacity=fade[:, None] * np.ones(3, np.float32),
            framed=True,
        ),
        Rectangles(
            framed([0.02, 0.74]), framed([0.34, 0.98]), framed([0.69, 0.11]), framed([0.83, 0.21]), MAKER_STYLE,
            opacity=fade[:, None] * np.ones(2, np.float32), framed=True,
            labels=said(("Generator", REAL[result.config.form]), ("", REAL[result.config.form])),
        ),
        Texts((0.18, 0.18), (0.965, 0.60), said(("noise", "made up"), ("", "")), MUTED, framed=True, size=12.5),
        Texts((0.18, 0.86), (0.76, 0.05), said(("", "real?"), ("thrown away", "thrown away")), MUTED, framed=True,
              size=12.5),
        # What stays: a classifier.
        Segments((0.52, 0.84, 0.36), (0.57, 0.57, 0.30), (0.52, 0.84, 0.36), (0.46, 0.46, 0.21), WITH_STYLE, width=1.6),
        Rectangles((0.02,), (0.98,), (0.30,), (0.46,), WITH_STYLE, labels=("Discriminator",)),
        Rectangles(
            0.02 + 0.068 * kinds, 0.02 + 0.068 * (kinds + 1), np.full(CLASSES, 0.11), np.full(CLASSES, 0.21),
            WITH_STYLE, gap=1.0, hover=names,
            labels=names if result.config.data == DIGITS else (),
        ),
        Texts((0.52, 0.84), (0.60, 0.60), ("no label", "labelled"), INK, size=12.5),
        Texts((0.36,), (0.05,), said(("which of 10 classes?",), ("kept: a classifier",)), INK, framed=True, size=12.5,
              bold=True),
    )  # fmt: skip
    return Panel(
        "kept",
        "What is kept",
        None,
        None,
        marks,
        note="faces: the reverse",
        alt="Noise goes through the generator to made-up pictures; these, unlabelled and labelled pictures go to the "
        "discriminator, which says the class and whether the picture is real. After the training the generator and the "
        "question whether a picture is real are thrown away; the discriminator is kept as a classifier.",
        column=2,
        high=320,
    )


def _ends(result: Result, values: np.ndarray) -> tuple[float, float]:
    trained = values[result.frame_epoch > 0] if (result.frame_epoch > 0).any() else values
    low = float(np.floor(10 * trained.min()) / 10)
    return min(low, 0.9), 1.0


def by_seed(result: Result) -> Panel:
    """Return each seed's two accuracies, tied together: the gain is paired."""
    count, _, seeds = result.accuracy.shape
    low, high = _ends(result, result.accuracy)
    kept = np.where(result.accuracy >= low, result.accuracy, np.nan)
    rows = np.broadcast_to(np.arange(seeds, dtype=np.float32), (count, seeds))
    gains = tuple((_gain(frame),) for frame in result.accuracy)
    told: list[Any] = [
        tuple(
            tuple(f"seed {result.config.seed + seed}, {name}: {100 * value:.1f} %" for seed, value in enumerate(row))
            for row in result.accuracy[:, place]
        )
        for place, name in ((WITH, "with unlabelled"), (ALONE, "labels alone"))
    ]
    points = [
        Points(
            kept[:, place],
            rows,
            style,
            size=6,
            hollow=place == ALONE,
            hover=tuple(told[place]),
            framed=True,
        )
        for place, style in ((ALONE, ALONE_STYLE), (WITH, WITH_STYLE))
    ]
    marks: tuple[Mark, ...] = (
        Segments(kept[:, ALONE], rows, kept[:, WITH], rows, WITH_STYLE, width=2.2, framed=True),
        *points,
        Texts((low,), (seeds,), gains, WITH_STYLE, align="left", bold=True, framed=True),
    )
    return Panel(
        "seeds",
        "Gain by seed",
        Axis(low, high, "accuracy; open: labels alone"),
        Axis(
            seeds + 0.5,
            -0.5,
            ticks=(
                *((float(seed), f"seed {result.config.seed + seed}") for seed in range(seeds)),
                (float(seeds), "gain"),
            ),
        ),
        marks,
        note="with 95 % interval",
        alt=f"Accuracy of each seed without and with unlabelled pictures; mean gain at the end {gains[-1][0]}.",
        row=1,
        column=2,
    )


def _gain(accuracy: np.ndarray) -> str:
    found, _ = paired(accuracy[WITH], accuracy[ALONE])
    half = 100 * (found.high - found.mean)
    return f"{100 * found.mean:+.1f} ± {half:.1f} points".replace("-", "\N{MINUS SIGN}")


def by_class(result: Result) -> Panel:
    """Return each class's two accuracies, mean over the seeds, tied together."""
    names = pictures(result.config.data).names
    low, high = 0.0, 1.0
    rows = np.broadcast_to(np.arange(CLASSES, dtype=np.float32), (len(result.right), CLASSES))
    right = result.right
    marks: tuple[Mark, ...] = (
        Segments(right[:, ALONE], rows, right[:, WITH], rows, WITH_STYLE, width=2.2, framed=True),
        Points(right[:, ALONE], rows, ALONE_STYLE, size=5, hollow=True, framed=True),
        Points(right[:, WITH], rows, WITH_STYLE, size=5, framed=True),
        Rule("x", 1.0, style=MUTED),
    )
    worst = names[int(right[-1, WITH].argmin())]
    return Panel(
        "classes",
        "Gain by class",
        Axis(low, high, "accuracy; open: labels alone"),
        Axis(CLASSES - 0.5, -0.5, ticks=tuple((float(row), name) for row, name in enumerate(names))),
        marks,
        note="mean over seeds",
        alt=f"Accuracy of each class without and with unlabelled pictures; lowest with them: {worst}.",
        row=1,
        column=2,
    )
