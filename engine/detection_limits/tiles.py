"""The same photograph, smaller and smaller: a sheet of n × n copies through NanoDet, whole and cut in slices.

What the learner should see: nothing about the things changes but their size in the network's input, and one after
the other they are lost. Cutting the sheet in overlapping slices and looking at each gives most of them back, at the
price of many looks.

Akyon, Altinuc and Temizel, "Slicing Aided Hyper Inference", 2022.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PIL import Image

from engine import config as settings
from engine.data import photographs, pictures
from engine.detection import experiment as detection
from engine.detection.boxes import suppress
from engine.detection.metrics import Marked, match
from engine.detection_limits.experiment import LEVELS, NOBODY, STEP, level
from engine.errors import InvalidData
from engine.yolo.evaluation import RIGHT_FROM

if TYPE_CHECKING:
    from engine.runs.context import Context

TILES = (1, 2, 3, 4, 5, 6, 8)
SURE = 0.35  # what the photograph alone must be found with, as on the page Detect
OVERLAP = 0.5  # of two boxes of a class that stay
MOST_BOXES = 3000
SLICES = (1, 2)
SERIES = ("tiles", "whole", "sliced", "looks", "wrong")


@dataclass(frozen=True)
class Config(settings.Config):
    """Settings of one measurement.

    Attributes:
        photograph: A shipped photograph, or UPLOAD.
        upload: SHA-256 of the uploaded picture, as `detection.keep` gives it.
        input: Side of the square that the network looks at, in pixels.
        slice: A slice shows this many tiles a side.
        overlap: Share of a slice's side that the next one shows again, in percent.
    """

    VERSION: ClassVar[int] = 1

    photograph: str = settings.choice("busy", detection.PICTURES)
    upload: str = settings.text("", 64)
    input: int = settings.choice(416, detection.SIZES)
    slice: int = settings.choice(1, SLICES)
    overlap: int = settings.integer(25, 0, 50)

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the weights and of the shipped photograph."""
        return detection.Config(photograph=self.photograph, upload=self.upload).digests()


@dataclass(frozen=True)
class Result:
    """What was found; P sheets, R things in the photograph, at most T² tiles.

    The truth is what the detector itself finds in the photograph alone, with a score of SURE or more.

    Attributes:
        config: What was measured.
        boxes: float32 (R, 4), those things in pixels of the photograph as the network sees it alone.
        kinds: int16 (R,), numbers in `coco.CLASSES`.
        scores: float32 (R,), best first.
        width, height: Of that photograph.
        tiles: int32 (P,), n: copies a side.
        whole: uint8 (P, T², R), level (see `experiment.Result`) with which each copy was found in the whole sheet.
        sliced: uint8 (P, T², R), the same from slices.
        looks: int32 (P,), how many slices there were.
        wrong: int32 (P, 2, LEVELS), boxes of each level that found no copy, whole and sliced.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    boxes: np.ndarray
    kinds: np.ndarray
    scores: np.ndarray
    width: int
    height: int
    tiles: np.ndarray
    whole: np.ndarray
    sliced: np.ndarray
    looks: np.ndarray
    wrong: np.ndarray
    stopped: bool = False


@lru_cache(8)
def photograph(config: Config) -> np.ndarray:
    """Return the photograph as the network sees it alone, uint8 (height, width, 3), its longer side the input's."""
    pixels = pictures.read(detection.jpeg_of(config.photograph, config.upload))
    height, width = pixels.shape[:2]
    scale = config.input / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))


def sheet(picture: np.ndarray, tiles: int) -> np.ndarray:
    """Return `tiles` by `tiles` copies of a picture side by side, uint8."""
    return np.tile(picture, (tiles, tiles, 1))


def starts(total: int, side: int, overlap: float) -> list[int]:
    """Return where slices of a side begin so that they cover a length and share at least `overlap` of their side."""
    if side >= total:
        return [0]
    count = int(np.ceil((total - side) / (side * (1 - overlap)) - 1e-9)) + 1
    return [round(start) for start in np.linspace(0, total - side, count)]


def slices(config: Config, width: int, height: int, tiles: int) -> list[tuple[int, int, int, int]]:
    """Return left, top, right and bottom of the slices of a sheet, in pixels of the sheet."""
    wide, high = min(config.slice, tiles) * width, min(config.slice, tiles) * height
    return [
        (left, top, left + wide, top + high)
        for top in starts(tiles * height, high, config.overlap / 100)
        for left in starts(tiles * width, wide, config.overlap / 100)
    ]


def looked(pixels: np.ndarray, size: int) -> Marked:
    """Return every candidate of a picture with a score of STEP or more, best first; no suppression yet."""
    found, _ = detection.detect(pixels, detection.NANODET, size, STEP)
    return Marked(found.boxes, found.kind.astype(int), found.score)


def together(parts: list[Marked]) -> Marked:
    """Return the boxes of several looks as one list, best first, suppressed class by class."""
    boxes, kinds, scores = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("boxes", "kind", "score")
    )
    order = np.argsort(-scores, kind="stable")
    boxes, kinds, scores = boxes[order], kinds[order], scores[order]
    kept = suppress(boxes, OVERLAP, kinds, MOST_BOXES).kept
    return Marked(boxes[kept], kinds[kept], scores[kept])


def copies(boxes: np.ndarray, kinds: np.ndarray, width: int, height: int, tiles: int) -> Marked:
    """Return the true boxes of a sheet, tile after tile, row by row: (n² R, 4)."""
    row, column = np.divmod(np.arange(tiles * tiles), tiles)
    moved = np.stack([column * width, row * height] * 2, axis=-1)
    return Marked((moved[:, None] + boxes).reshape(-1, 4), np.tile(kinds, tiles * tiles))


def run(config: Config, context: Context) -> Result:
    """Measure sheet by sheet; in the worker only. A look takes some hundredths of a second.

    Raises:
        InvalidData: The detector finds nothing in the photograph alone, so nothing can be lost.
    """
    context.report(0, 1, "Loading the detector")
    picture = photograph(config)
    height, width = picture.shape[:2]
    alone = together([looked(picture, config.input)])
    sure = alone.score >= np.float32(SURE)
    if not sure.any():
        raise InvalidData("The detector finds nothing in this photograph alone.", "Choose one with people or animals.")
    boxes, kinds, scores = alone.boxes[sure], alone.kind[sure], alone.score[sure]
    total = sum(1 + len(slices(config, width, height, tiles)) for tiles in TILES)
    rows: dict[str, list[np.ndarray]] = {name: [] for name in SERIES}
    done, stopped = 0, False

    def step() -> bool:
        nonlocal done
        done += 1
        context.report(done, total)
        return bool(rows["tiles"]) and context.stop_requested()  # the first sheet is always there

    for tiles in TILES:
        row = _measured(config, picture, copies(boxes, kinds, width, height, tiles), tiles, step)
        if row is None:
            stopped = True
            break
        if not rows["tiles"]:
            truth = {"boxes": boxes, "kinds": kinds.astype(np.int16), "scores": scores}
            context.report(done, total, "", **truth)
        for name in SERIES:
            rows[name].append(row[name])
        context.report(done, total, "", **row)
    series = {name: np.concatenate(parts) for name, parts in rows.items()}
    return Result(config, boxes, kinds.astype(np.int16), scores, width, height, stopped=stopped, **series)


def _measured(
    config: Config, picture: np.ndarray, truth: Marked, tiles: int, step: Callable[[], bool]
) -> dict[str, np.ndarray] | None:
    """Return a sheet's row of every series, or None when Stop was pressed meanwhile."""
    height, width = picture.shape[:2]
    large = sheet(picture, tiles)
    whole = together([looked(large, config.input)])
    if step():
        return None
    parts = []
    for left, top, right, bottom in slices(config, width, height, tiles):
        own = looked(large[top:bottom, left:right], config.input)
        parts.append(Marked(own.boxes + np.array([left, top, left, top], np.float32), own.kind, own.score))
        if step():
            return None
    sliced = together(parts)
    most, things = max(TILES) ** 2, len(truth.boxes) // tiles**2
    row: dict[str, np.ndarray] = {
        "tiles": np.array([tiles], np.int32),
        "looks": np.array([len(parts)], np.int32),
    }
    wrong = np.zeros((1, 2, LEVELS), np.int32)
    for way, (name, found) in enumerate((("whole", whole), ("sliced", sliced))):
        given = match(found, truth, RIGHT_FROM)
        levels = np.zeros(len(truth.boxes), np.uint8)
        levels[given[given >= 0]] = level(found.score[given >= 0])
        values = np.full((1, most, things), NOBODY, np.uint8)
        values[0, : tiles**2] = levels.reshape(tiles**2, things)
        row[name] = values
        wrong[0, way] = np.bincount(level(found.score[given < 0]), minlength=LEVELS)[:LEVELS]
    row["wrong"] = wrong
    return row


def partial(config: Config, series: Mapping[str, np.ndarray]) -> Result | None:
    """Return the result so far, or None before the first sheet is done."""
    names = ("boxes", "kinds", "scores", *SERIES)
    if any(name not in series or not len(series[name]) for name in names):
        return None
    count = min(len(series[name]) for name in SERIES)
    sheets, whole, sliced, looks, wrong = (np.asarray(series[name])[:count] for name in SERIES)
    boxes, kinds, scores = (np.asarray(series[name]) for name in names[:3])
    height, width = photograph(config).shape[:2]
    return Result(config, boxes, kinds, scores, width, height, sheets, whole, sliced, looks, wrong)


def shipped() -> tuple[photographs.Photograph, ...]:
    """Return the shipped photographs in which the detector finds something."""
    return tuple(one for one in photographs.PHOTOGRAPHS if one.name not in ("rocket", "china", "flower"))
