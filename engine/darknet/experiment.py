"""A Darknet pair of files becomes a Keras model, looks at a photograph, and says all it has to say.

What the learner should see: two files are a whole detector. The text says the shapes, the other file fills them in
order, and nothing in it says which number is which.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from engine import config as settings
from engine.darknet import build, cfg, decode, samples, weights
from engine.darknet.layers import Plan
from engine.darknet.plan import plan
from engine.data import pictures
from engine.detection import coco
from engine.detection import experiment as detection
from engine.detection.candidates import Candidates, Letterbox
from engine.errors import InvalidData
from engine.runs.context import Context
from engine.runs.store import store

UPLOAD = "upload"
NETWORKS = (*samples.SAMPLES, UPLOAD)
LABELS = {**samples.LABELS, UPLOAD: "Your own files"}
LEAST_SCORE = 0.01
MOST_CANDIDATES = 3000
MOST_LOST = 200
MOST_LAYERS = cfg.MOST_SECTIONS
GREY = 128

_building = threading.Lock()


@dataclass(frozen=True)
class Config(settings.Config):
    """What a run depends on; thresholds are not among it.

    Attributes:
        network: A sample's name, or UPLOAD.
        cfg: SHA-256 of the uploaded .cfg, as `keep_cfg` gives it.
        weights: SHA-256 of the uploaded .weights, as `keep_weights` gives it.
        seed: For the samples whose weights are drawn.
        lost: The first number of this layer with parameters is lost, counted from 1; 0: none is.
        photograph: A shipped photograph, or UPLOAD.
        upload: SHA-256 of the uploaded picture.
    """

    network: str = settings.choice(samples.FACE, NETWORKS)
    cfg: str = settings.text("", 64)
    weights: str = settings.text("", 64)
    seed: int = settings.integer(0, 0, 9999)
    lost: int = settings.integer(0, 0, MOST_LOST)
    photograph: str = settings.choice("astronaut", detection.PICTURES)
    upload: str = settings.text("", 64)

    def digests(self) -> tuple[str, ...]:
        """Return those of the shipped face detector and photograph, where they are read."""
        own = detection.Config(photograph=self.photograph, upload=self.upload, detector=detection.FACE).digests()
        return own if self.network in (samples.FACE, samples.GROUPS) else own[1:]


@dataclass(frozen=True)
class Result:
    """A network of L layers, and its candidates in one picture, best first.

    Attributes:
        config: What was run.
        width: Of the picture, in pixels.
        height: Of the picture.
        input: (3,) int32: rows, columns, channels of what the network looks at.
        kinds: L section names.
        texts: L excerpts of the .cfg.
        lines: (L,) int32: where each begins.
        sources: L tuples of the layers each reads; −1 for the picture.
        shapes: (L, 3) int32: rows, columns, channels of what each gives.
        parameters: (L,) int64 numbers in the .weights file.
        operations: (L,) int64 multiply-adds.
        notes: What was passed over in the .cfg, a sentence each.
        version: Of the .weights file, as major.minor.revision.
        seen: Pictures its training has seen, by its own word.
        file_bytes: Its length.
        classes: Names of the classes; empty without a head.
        places: For how many boxes the network gives an opinion.
        broken: How many of those are not finite numbers.
        boxes, score, kind, stride: As in `detection.experiment.Result`.
    """

    config: Config
    width: int
    height: int
    input: np.ndarray
    kinds: tuple[str, ...]
    texts: tuple[str, ...]
    lines: np.ndarray
    sources: tuple[tuple[int, ...], ...]
    shapes: np.ndarray
    parameters: np.ndarray
    operations: np.ndarray
    notes: tuple[str, ...]
    version: str
    seen: int
    file_bytes: int
    classes: tuple[str, ...]
    places: int
    broken: int
    boxes: np.ndarray
    score: np.ndarray
    kind: np.ndarray
    stride: np.ndarray


def keep_cfg(content: bytes) -> str:
    """Check an uploaded .cfg and keep it; return the digest for `Config.cfg`; raise InvalidData."""
    plan(cfg.parse(cfg.decoded(content)))
    return store().put_blob(content)


def keep_weights(content: bytes) -> str:
    """Check the header of an uploaded .weights and keep it; return the digest for `Config.weights`."""
    weights.header(content)
    if len(content) > weights.MOST_BYTES:
        raise InvalidData(f"The .weights file has {len(content) / 1e6:.0f} MB.", "Choose a smaller network.")
    return store().put_blob(content)


def texts(config: Config) -> str:
    """Return the .cfg of a config."""
    return cfg.decoded(store().get_blob(config.cfg)) if config.network == UPLOAD else samples.cfg_text(config.network)


def content(config: Config) -> bytes:
    """Return the .weights of a config, one number lost where that is asked for."""
    whole = (
        store().get_blob(config.weights) if config.network == UPLOAD else samples.content(config.network, config.seed)
    )
    if not config.lost:
        return whole
    layout = plan(cfg.parse(texts(config)))
    weights.arrays(layout, whole)  # only a file that fits can lose a number and still seem to
    return weights.without_one(layout, whole, config.lost)


@dataclass(frozen=True)
class Loaded:
    """A network that is ready: its plan, its Keras model, and what its weights file says of itself."""

    plan: Plan
    model: Any
    header: weights.Header
    file_bytes: int


def loaded(config: Config) -> Loaded:
    """Return the network of a config, in the worker; raise InvalidData with the line and the reason."""
    with _building:
        return _loaded(config.network, config.cfg, config.weights, config.seed, config.lost)


@lru_cache(maxsize=2)
def _loaded(network: str, text: str, numbers: str, seed: int, lost: int) -> Loaded:
    config = Config(network=network, cfg=text, weights=numbers, seed=seed, lost=lost)
    layout = plan(cfg.parse(texts(config)))
    file = content(config)
    model = build.build(layout, weights.arrays(layout, file))
    return Loaded(layout, model, weights.header(file), len(file))


def run(config: Config, context: Context) -> Result:
    """Read both files, build the network, and detect."""
    context.report(0, 2, "Reading the files")
    pixels = pictures.read(detection.jpeg_of(config.photograph, config.upload))
    net = loaded(config)
    context.report(1, 2, "Looking at the picture")
    own = _classes(config, net.plan)
    found, places, broken = detect(net, pixels, centred=config.network not in (samples.FACE, samples.GROUPS))
    context.report(2, 2)
    layers = net.plan.layers
    head = net.header
    return Result(
        config,
        pixels.shape[1],
        pixels.shape[0],
        np.array(net.plan.shape, np.int32),
        tuple(layer.kind for layer in layers),
        tuple(layer.text[:600] for layer in layers),
        np.array([layer.line for layer in layers], np.int32),
        tuple(layer.sources for layer in layers),
        np.array([layer.shape for layer in layers], np.int32),
        np.array([layer.parameters for layer in layers], np.int64),
        np.array([layer.operations for layer in layers], np.int64),
        net.plan.notes,
        f"{head.major}.{head.minor}.{head.revision}",
        head.seen,
        net.file_bytes,
        own,
        places,
        broken,
        found.boxes,
        found.score,
        found.kind,
        found.stride,
    )


def _classes(config: Config, layout: Plan) -> tuple[str, ...]:
    count = max((head.settings["classes"] for head in layout.heads), default=0)
    if config.network in (samples.FACE, samples.GROUPS):
        return ("face",)
    return coco.CLASSES if count == len(coco.CLASSES) else tuple(f"class {number}" for number in range(count))


def prepared(pixels: np.ndarray, shape: tuple[int, int, int], centred: bool) -> tuple[np.ndarray, Letterbox]:
    """Return the network's input (1, rows, columns, channels) float32 in 0…1, and where the picture lies in it.

    Args:
        pixels: (height, width, 3) uint8.
        shape: What the network takes.
        centred: In the middle of grey, as Darknet does it; else at the upper left of black, as the face detector does.

    Raises:
        InvalidData: The network takes neither colours nor grey.
    """
    rows, columns, channels = shape
    if channels not in (1, 3):
        raise InvalidData(
            f"The network looks at {channels} channels; a photograph has 3, or 1 in grey.", "Set channels=3 in [net]."
        )
    height, width = pixels.shape[:2]
    scale = min(columns / width, rows / height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(pixels).resize((wide, high), Image.Resampling.BILINEAR)
    if channels == 1:
        small = small.convert("L")
    left, top = ((columns - wide) // 2, (rows - high) // 2) if centred else (0, 0)
    square = np.full((rows, columns, channels), GREY if centred else 0, np.uint8)
    square[top : top + high, left : left + wide] = np.asarray(small).reshape(high, wide, channels)
    return square[None].astype(np.float32) / np.float32(255), Letterbox(scale, left, top, width, height)


def detect(net: Loaded, pixels: np.ndarray, centred: bool) -> tuple[Candidates, int, int]:
    """Return the candidates of a picture, of how many boxes they are the best, and how many were no numbers."""
    batch, place = prepared(pixels, net.plan.shape, centred)
    outputs = build.outputs(net.model, batch)
    rows, columns, _ = net.plan.shape
    boxes, scores, kinds, strides = [np.zeros((0, 4))], [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    places = broken = 0
    for head, output in zip(net.plan.heads, outputs, strict=False):
        found = decode.rows(head, output[0], net.plan.shape)
        places += len(found)
        whole = np.isfinite(found).all(axis=1)
        broken += int((~whole).sum())
        score = found[:, 5:].max(axis=1)
        good = found[whole & (score >= LEAST_SCORE)]
        middle, half = good[:, :2].astype(np.float64), good[:, 2:4].astype(np.float64) / 2
        boxes.append(
            place.back(np.concatenate([middle - half, middle + half], axis=1) * [columns, rows, columns, rows])
        )
        scores.append(good[:, 5:].max(axis=1, initial=0))
        kinds.append(good[:, 5:].argmax(axis=1) if len(good) else np.zeros(0))
        strides.append(np.full(len(good), rows // max(1, head.shape[0])))
    parts = (np.concatenate(each) for each in (boxes, scores, kinds, strides))
    return Candidates.sorted(*parts).first(MOST_CANDIDATES), places, broken
