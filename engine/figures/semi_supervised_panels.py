"""Panels of the semi-supervised GAN: pictures with labels, pictures made up, what is kept, and seeds or classes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from engine.figures.board import Axis, Image, Mark, Panel, Points, Rectangles, Rule, Segments, Texts
from engine.figures.packing import picture_address
from engine.figures.theme import INK, MUTED, SERIES
from engine.semi_supervised.experiment import ALONE, MADE, WITH, Result
from engine.semi_supervised.pictures import CLASSES, chosen, pictures
from engine.validation.statistics import paired

WITH_STYLE = replace(SERIES["rmsprop"], dash=(), marker="disc", width=2.4)
ALONE_STYLE = replace(SERIES["gradient_descent"], dash=(5, 3))
MAKER_STYLE = replace(SERIES["adam"], dash=())
GUTTER = 70  # grey between pictures
SHOWN_A_CLASS = 10
FADED = 0.12


def mosaic(images: np.ndarray, columns: int) -> np.ndarray:
    """Return pictures uint8 (N, S, S) side by side, a grey line between, uint8; N is a multiple of `columns`."""
    count, side, _ = images.shape
    framed = np.full((count, side + 1, side + 1), GUTTER, np.uint8)
    framed[:, :side, :side] = images
    rows = framed.reshape(count // columns, columns, side + 1, side + 1).swapaxes(1, 2)
    return rows.reshape(count // columns * (side + 1), columns * (side + 1))[:-1, :-1]


def known_pictures(result: Result, labels: int) -> tuple[np.ndarray, int]:
    """Return the labelled pictures of the first seed, by class, uint8 (N, S, S), and how many of each class."""
    pool = pictures(result.config.data)
    places, _ = chosen(pool.y, labels, 0, result.config.seed)
    each = min(labels, SHOWN_A_CLASS)
    places = places.reshape(CLASSES, labels)[:, :each].ravel()
    grey = np.clip(pool.x[places] * 127.5 + 127.5, 0, 255).round().astype(np.uint8)
    return grey.reshape(-1, pool.side, pool.side), each


def _columns(each: int) -> int:
    """Return in how many columns pictures of ten classes fill a rectangle that is not too flat."""
    return {1: 5, 2: 5, 3: 6, 4: 8}.get(each, 10)


def labelled(result: Result) -> Panel:
    """Return the panel of the labelled pictures; in a curve each count's own."""
    counts = result.frame_labels if result.config.curve else result.frame_labels[-1:]
    found = [known_pictures(result, int(count)) for count in counts]
    # One shape for all frames: the pictures keep their size where there are few.
    shapes = [(_columns(each), len(images) // _columns(each)) for images, each in found]
    columns, rows = max(shape[0] for shape in shapes), max(shape[1] for shape in shapes)
    framed = result.config.curve
    size = columns if not framed else 10
    marks: list[Mark] = []
    if not framed:
        marks.append(Image((picture_address(mosaic(found[0][0], columns)),), 0, columns, 0, rows, smooth=False))
    else:
        padded = []
        for images, each in found:
            whole = np.zeros((CLASSES, SHOWN_A_CLASS, *images.shape[1:]), np.uint8)
            whole[:, :each] = images.reshape(CLASSES, each, *images.shape[1:])
            padded.append(picture_address(mosaic(whole.swapaxes(0, 1).reshape(-1, *images.shape[1:]), CLASSES)))
        rows = SHOWN_A_CLASS
        marks.append(Image(tuple(padded), 0, size, 0, rows, smooth=False, framed=True))
    last, each = int(counts[-1]), found[-1][1]
    total = CLASSES * last
    some = "" if framed else f"all {total}" if each == last else f"{CLASSES * each} of {total}"
    return Panel(
        "labelled",
        "Pictures with a label",
        Axis(0, size, ticks=()),
        Axis(rows, 0, ticks=()),
        tuple(marks),
        note=some or "a column a class, at most 10",
        alt=f"{CLASSES * each} of the {total} labelled pictures of the first seed, by class.",
        column=1,
        square=True,
        high=300,
    )


def made_up(result: Result) -> Panel:
    """Return the panel of the made-up pictures, frame by frame."""
    shown = tuple(picture_address(mosaic(images, 5)) for images in result.made)
    return Panel(
        "made",
        "Made up by the generator",
        Axis(0, 5, ticks=()),
        Axis(MADE // 5, 0, ticks=()),
        (Image(shown, 0, 5, 0, MADE // 5, smooth=False, framed=True),),
        note="same noise throughout",
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

    kinds = np.arange(CLASSES)
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
            labels=said(("Generator", "Z / (Z + 1)"), ("", "")),
        ),
        Texts((0.18, 0.18, 0.86), (0.965, 0.60, 0.05), said(("noise", "made up", "real?"), ("", "", "")), MUTED,
              framed=True, size=12.5),
        Texts((0.18, 0.86), (0.76, 0.16), said(("", ""), ("thrown away", "thrown away")), MUTED, framed=True,
              size=12.5),
        # What stays: a classifier.
        Segments((0.52, 0.84, 0.36), (0.57, 0.57, 0.30), (0.52, 0.84, 0.36), (0.46, 0.46, 0.21), WITH_STYLE, width=1.6),
        Rectangles((0.02,), (0.98,), (0.30,), (0.46,), WITH_STYLE, labels=("Discriminator",)),
        Rectangles(
            0.02 + 0.068 * kinds, 0.02 + 0.068 * (kinds + 1), np.full(CLASSES, 0.11), np.full(CLASSES, 0.21),
            WITH_STYLE, gap=1.0, hover=pictures(result.config.data).names,
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
        note="a face generator: the reverse",
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
    found = paired(result.accuracy[-1, WITH], result.accuracy[-1, ALONE])[0]
    gain = f"{100 * found.mean:+.1f} points, 95 %: {100 * found.low:+.1f} to {100 * found.high:+.1f}"
    points = [
        Points(
            kept[:, place],
            rows,
            style,
            size=6,
            hollow=place == ALONE,
            hover=tuple(
                tuple(
                    f"seed {result.config.seed + seed}, {name}: {100 * value:.1f} %" for seed, value in enumerate(row)
                )
                for row in result.accuracy[:, place]
            ),
            framed=True,
        )
        for place, style, name in ((ALONE, ALONE_STYLE, "labels alone"), (WITH, WITH_STYLE, "with unlabelled"))
    ]
    marks = (Segments(kept[:, ALONE], rows, kept[:, WITH], rows, WITH_STYLE, width=2.2, framed=True), *points)
    return Panel(
        "seeds",
        "Gain by seed",
        Axis(low, high, "accuracy; open: labels alone"),
        Axis(
            seeds - 0.5,
            -0.5,
            ticks=tuple((float(seed), f"seed {result.config.seed + seed}") for seed in range(seeds)),
        ),
        marks,
        note=_short(result),
        alt=f"Accuracy of each seed without and with unlabelled pictures; at the end {gain}.",
        row=1,
        column=2,
    )


def _short(result: Result) -> str:
    found = paired(result.accuracy[-1, WITH], result.accuracy[-1, ALONE])[0]
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
