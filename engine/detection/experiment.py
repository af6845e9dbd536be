"""One picture through a pretrained detector: every place's opinion, before anybody chooses among them.

What the learner should see: the network runs once. Whatever is chosen afterwards, a threshold, a class, how much
boxes may overlap, is arithmetic on what it said, and costs nothing.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from engine import config as settings
from engine.data import photographs, pictures
from engine.detection import coco, nanodet, tiny_face
from engine.detection.candidates import Candidates
from engine.runs.context import Context
from engine.runs.store import store

NANODET, FACE = "nanodet", "face"
DETECTORS: dict[str, ModuleType] = {NANODET: nanodet, FACE: tiny_face}
LABELS = {NANODET: "NanoDet, 80 classes", FACE: "Tiny face detector"}
FILES = {NANODET: "nanodet-g.npz", FACE: "tiny-face.npz"}
CREDITS = {
    NANODET: "NanoDet-g © 2020-2021 RangiLyu, Apache-2.0; TF.js conversion © 2021 Vladimir Mandic, MIT; weights "
    "converted to Keras. Trained on COCO.",
    FACE: "Tiny face detector © 2018 Vincent Mühler, MIT; weights converted to Keras.",
}
CLASSES = {NANODET: coco.CLASSES, FACE: ("face",)}
WEIGHTS = Path(__file__).parents[2] / "assets" / "detectors"
SIZES = (224, 320, 416, 512, 640)
UPLOAD = "upload"
PICTURES = (*photographs.BY_NAME, UPLOAD)
LEAST_SCORE = 0.01
MOST_CANDIDATES = 3600

_building = threading.Lock()


@dataclass(frozen=True)
class Config(settings.Config):
    """What a detector's run depends on; thresholds are not among it.

    Attributes:
        photograph: A shipped photograph, or UPLOAD.
        upload: SHA-256 of the uploaded picture, as `keep` gives it.
        detector: NANODET or FACE.
        size: Side of the square that the network looks at, in pixels.
    """

    photograph: str = settings.choice("busy", PICTURES)
    upload: str = settings.text("", 64)
    detector: str = settings.choice(NANODET, tuple(DETECTORS))
    size: int = settings.choice(416, SIZES)

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the weights and of the shipped photograph."""
        shipped = () if self.photograph == UPLOAD else (_digest(photographs.BY_NAME[self.photograph].path),)
        return (_digest(WEIGHTS / FILES[self.detector]), *shipped)


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Result:
    """All candidates of one picture with a score of LEAST_SCORE or more, best first, at most MOST_CANDIDATES.

    Attributes:
        config: What was run.
        width: Of the picture, in pixels.
        height: Of the picture.
        places: At how many places the network gives an opinion.
        boxes: (N, 4) float32: left, top, right, bottom, in pixels of the picture.
        score: (N,) float32 in 0…1.
        kind: (N,) int16: number of the class in `CLASSES[detector]`.
        stride: (N,) int16: input pixels between neighbours on the grid that the box comes from.
    """

    config: Config
    width: int
    height: int
    places: int
    boxes: np.ndarray
    score: np.ndarray
    kind: np.ndarray
    stride: np.ndarray


def classes(detector: str) -> tuple[str, ...]:
    """Return the names of a detector's classes."""
    return CLASSES[detector]


def keep(content: bytes) -> str:
    """Keep an uploaded picture as a plain JPEG; return the digest for `Config.upload`; raise InvalidData."""
    return store().put_blob(pictures.to_jpeg(pictures.read(content)))


def jpeg_of(picture: str, upload: str = "") -> bytes:
    """Return the JPEG of a shipped photograph or of an upload; raise InvalidData when the upload is gone."""
    return store().get_blob(upload) if picture == UPLOAD else photographs.BY_NAME[picture].path.read_bytes()


def run(config: Config, context: Context) -> Result:
    """Detect; in the worker, a fraction of a second once the network is compiled."""
    context.report(0, 1, "Loading the detector")
    image = pictures.opened(jpeg_of(config.photograph, config.upload))
    found, places = detect(image, config.detector, config.size)
    context.report(1, 1)
    return Result(config, image.width, image.height, places, found.boxes, found.score, found.kind, found.stride)


def detect(
    picture: np.ndarray | Image.Image, detector: str, size: int, least: float = LEAST_SCORE
) -> tuple[Candidates, int]:
    """Return a picture's candidates, and at how many places the network looked.

    Args:
        picture: (height, width, 3) uint8, or the same as `pictures.opened` gives it: that spares two copies.
        detector: NANODET or FACE.
        size: Side of the network's input.
        least: Smallest score kept.
    """
    module = DETECTORS[detector]
    prepared, place = module.prepared(picture, size)
    outputs = [output.numpy() for output in network(detector, size)(prepared)]
    places = sum(output.shape[1] * output.shape[2] for output in outputs)
    if detector == FACE:
        places *= len(tiny_face.ANCHORS)
    return module.decode(outputs, place, least).first(MOST_CANDIDATES), places


def network(detector: str, size: int) -> Callable[[np.ndarray], list[Any]]:
    """Return the compiled network of this process: its input (1, size, size, 3) float32 → its output maps."""
    with _building:  # two threads that ask at once wait for one compilation
        return _network(detector, size)


@cache
def _network(detector: str, size: int) -> Callable[[np.ndarray], list[Any]]:
    import tensorflow as tf

    module = DETECTORS[detector]
    model = module.build(size, weights(detector))

    @tf.function(input_signature=[tf.TensorSpec((1, size, size, 3), tf.float32)])
    def compiled(prepared: Any) -> list[Any]:
        outputs = model(prepared, training=False)
        return list(outputs) if isinstance(outputs, list | tuple) else [outputs]

    compiled(np.zeros((1, size, size, 3), np.float32))
    return compiled


@cache
def weights(detector: str) -> dict[str, np.ndarray]:
    """Return a detector's arrays by name, as stored: half precision."""
    with np.load(WEIGHTS / FILES[detector]) as stored:
        return {name: stored[name] for name in stored.files}
