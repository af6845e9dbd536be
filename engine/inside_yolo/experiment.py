"""One picture through the shipped YOLO, at every moment of its training: the raw tensor that leaves the network.

What the learner should see: the network runs once. What its numbers mean, which of them are moved, and what becomes of
a box is arithmetic on what it said.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PIL import Image

from engine import config as base
from engine.config import choice, integer, number, switch, text
from engine.data import fashion, pictures
from engine.inside_yolo.fitting import FITS, fitted, place_of
from engine.runs.store import store
from engine.yolo.compose import LARGEST, MOST, MOST_COVERED, SIDE, SMALLEST, Scenes, compose
from engine.yolo.experiment import LAST, RUN_FILE, SHIPPED_SHAPE, shipped_run

if TYPE_CHECKING:
    from engine.runs.context import Context

SCENE, WIDE, UPLOAD = "scene", "wide", "upload"
PICTURES = (SCENE, WIDE, UPLOAD)
GRID, BOXES = SHIPPED_SHAPE.grid, SHIPPED_SHAPE.boxes
MOMENTS = LAST + 1
MOST_THINGS = 80

_running = threading.Lock()


@dataclass(frozen=True)
class Config(base.Config):
    """What the network looks at.

    Attributes:
        source: SCENE: SIDE × SIDE pixels; WIDE: twice as wide; UPLOAD: the reader's own.
        things: How many things a scene should have; there are fewer where no place is left. Above MOST they
            are smaller.
        seed: The scene comes from it.
        covered: Largest share of a thing that another one may cover.
        upload: SHA-256 of the uploaded picture, as `keep` gives it.
        negative: Whether an uploaded picture is turned into its negative.
    """

    VERSION: ClassVar[int] = 1

    source: str = choice(SCENE, PICTURES)
    things: int = integer(5, 1, MOST_THINGS)
    seed: int = integer(1, 0, 9999)
    covered: float = number(MOST_COVERED, 0.0, 0.9)
    upload: str = text("", 64)
    negative: bool = switch(False)

    def settled(self) -> Config:
        """Return the config without what has no part in it."""
        if self.source == UPLOAD:
            return Config(source=UPLOAD, upload=self.upload, negative=self.negative)
        return self.changed(upload="", negative=False)

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the weights and, for scenes, of the items that they are made from."""
        items = () if self.source == UPLOAD else (_digest(str(fashion.FOLDER / f"{fashion.TEST}.npz")),)
        return (_digest(str(RUN_FILE)), *items)


@cache
def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Result:
    """What the network said; F ways to fit the picture (1 for a square one), K moments, S grid, B boxes, C classes.

    Attributes:
        config: What was run.
        width: Of the original picture, in pixels.
        height: Of the original picture.
        inputs: uint8 (F, SIDE, SIDE), what the network looked at, in the order of `fitting.FITS`.
        boxes: float32 (T, 4), the true boxes in pixels of the original picture: left, top, right, bottom.
        kinds: int8 (T,), their classes, numbers in `compose.NAMES`.
        steps: int32 (K,), training steps of each moment.
        raw: float32 (F, K, S, S, 5 B + C), the numbers as they leave the network.
    """

    config: Config
    width: int
    height: int
    inputs: np.ndarray
    boxes: np.ndarray
    kinds: np.ndarray
    steps: np.ndarray
    raw: np.ndarray

    def fit(self, wanted: str) -> str:
        """Return the way of fitting that is in force: a square picture has only one."""
        return wanted if len(self.inputs) > 1 else FITS[0]

    def truth(self, fit: str) -> Scenes:
        """Return the input with its true boxes in input pixels; without boxes for the reader's own picture."""
        place = place_of(self.width, self.height, fit)
        return Scenes(self.inputs[FITS.index(fit)][None], place.inward(self.boxes)[None], self.kinds[None])


def sizes(things: int) -> tuple[int, int]:
    """Return smallest and largest longer side of things, in pixels: as in training, or smaller where there are many."""
    shrink = min(1.0, (MOST / things) ** 0.5)
    return max(9, round(SMALLEST * shrink)), max(12, round(LARGEST * shrink))


def original(config: Config) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a config's picture, uint8 (height, width), with its true boxes (T, 4) float32 and their kinds (T,) int8.

    Raises:
        InvalidData: The uploaded picture is no longer there.
    """
    if config.source == UPLOAD:
        grey = np.asarray(Image.fromarray(pictures.read(store().get_blob(config.upload))).convert("L"))
        return (255 - grey if config.negative else grey), np.zeros((0, 4), np.float32), np.zeros(0, np.int8)
    generator = np.random.default_rng(config.seed)
    shares = [config.things] if config.source == SCENE else [(config.things + 1) // 2, config.things // 2]
    parts, boxes, kinds = [], [], []
    for number_of, things in enumerate(shares):
        scene = compose(
            1, generator, fashion.items(fashion.TEST), things, things, sizes(max(1, things)), config.covered
        )
        there = scene.kinds[0] >= 0
        parts.append(scene.pictures[0])
        boxes.append(scene.boxes[0, there] + np.array([SIDE * number_of, 0] * 2, np.float32))
        kinds.append(scene.kinds[0, there])
    return np.concatenate(parts, axis=1), np.concatenate(boxes), np.concatenate(kinds)


def keep(content: bytes) -> str:
    """Keep an uploaded picture as a plain JPEG; return the digest for `Config.upload`; raise InvalidData."""
    return store().put_blob(pictures.to_jpeg(pictures.read(content)))


def run(config: Config, context: Context) -> Result:
    """Look at the picture with the weights of every moment; in the worker, under a second once compiled."""
    context.report(0, MOMENTS, "Loading the network")
    picture, boxes, kinds = original(config)
    height, width = picture.shape
    ways = FITS[:1] if height == width else FITS
    inputs = np.stack([fitted(picture, fit) for fit in ways])
    stored = shipped_run()
    raw = np.empty((len(ways), MOMENTS, GRID, GRID, SHIPPED_SHAPE.outputs), np.float32)
    with _running:  # one network, whose weights are exchanged
        model, forward = _network()
        from engine.yolo.training import unflat

        for moment in range(MOMENTS):
            model.set_weights(unflat(stored["weights"][moment], model))
            raw[:, moment] = forward(inputs)
            context.report(moment + 1, MOMENTS)
    return Result(config, width, height, inputs, boxes, kinds, stored["steps"].astype(np.int32), raw)


@cache
def _network() -> tuple[Any, Callable[[np.ndarray], np.ndarray]]:
    """Return the network of this process and its compiled look at pictures."""
    from engine.yolo.live import forward_of
    from engine.yolo.network import build

    model = build(SHIPPED_SHAPE, 0)
    return model, forward_of(model)
