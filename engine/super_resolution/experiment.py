"""One picture, enlarged in several ways: blocks, bicubic interpolation, and two networks.

What the learner should see: both networks are the same one, with the same number of weights. Only what they were
told to make small differs: one was to be near the truth at every pixel, the other was also to pass for a photograph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from engine import config as settings
from engine.data import photographs
from engine.errors import InvalidSetting
from engine.super_resolution import measure, network, sources
from engine.super_resolution.features import feature_maps
from engine.super_resolution.network import ADVERSARIAL, PIXEL, SCALES
from engine.super_resolution.sources import ENLARGE, FACE_SCALE, FACE_SIDE, FACES, JUDGE, MODES, PICTURES, SHEET

NEAREST, BICUBIC = "nearest", "bicubic"
LABELS = {
    NEAREST: "Blocks",
    BICUBIC: "Bicubic",
    PIXEL: "Pixel loss",
    ADVERSARIAL: "Adversarial",
    FACES: "Faces only",
}
MEASURES = ("psnr", "psnr_luma", "ssim", "perceptual")
PSNR, PSNR_LUMA, SSIM, PERCEPTUAL = range(len(MEASURES))
TILE = 128  # side of the piece a network enlarges at a time, in small pixels
MARGIN = 20  # around it, so that the seams are not seen: a new pixel depends on 18 small ones on each side
LOADING, ENLARGING = "Loading the network", "Enlarging"

Features = Callable[[np.ndarray], Sequence[np.ndarray]]


@dataclass(frozen=True)
class Config(settings.Config):
    """What is enlarged, and how much.

    Attributes:
        photograph: One of PICTURES.
        upload: SHA-256 of the uploaded picture, as `sources.keep` gives it.
        mode: JUDGE makes the picture smaller first, so that the truth is known; ENLARGE takes it as it is.
        scale: How many times wider and higher; FACE_SCALE for the SHEET, and for it alone.
        across: Where the part of a large picture lies that is used, 0 (left) to 1 (right).
        down: The same, 0 (top) to 1 (bottom).
    """

    VERSION: ClassVar[int] = 2  # the perceptual distance is EfficientNet-Lite0's

    photograph: str = settings.choice("chelsea", PICTURES)
    upload: str = settings.text("", 64)
    mode: str = settings.choice(JUDGE, MODES)
    scale: int = settings.choice(4, (*SCALES, FACE_SCALE))
    across: float = settings.number(0.5, 0, 1)
    down: float = settings.number(0.5, 0, 1)

    def check(self) -> None:
        """Refuse the network for faces for anything but the sheet, and the sheet for any other."""
        if (self.photograph == SHEET) != (self.scale == FACE_SCALE) or (self.photograph, self.mode) == (SHEET, ENLARGE):
            raise InvalidSetting("Only the sheet of faces and things is enlarged eight times.", "Choose ×2 or ×4.")

    def digests(self) -> tuple[str, ...]:
        """Return the digests of the networks and of the shipped photograph."""
        shipped = photographs.BY_NAME.get(self.photograph)
        files = [network.FOLDER / network.file_name(self.scale, loss) for loss in losses(self.scale)]
        return tuple(_digest(file) for file in [*files, *([shipped.path] if shipped else [])])


def losses(scale: int) -> tuple[str, ...]:
    """Return what the networks of a scale were trained for, as far as they are among the assets."""
    trained = (FACES,) if scale == FACE_SCALE else network.LOSSES
    return tuple(loss for loss in trained if (network.FOLDER / network.file_name(scale, loss)).exists())


def scales() -> tuple[int, ...]:
    """Return the scales that there is a network for."""
    return tuple(scale for scale in SCALES if losses(scale))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Result:
    """All enlargements of one picture, and how near they are to it.

    Attributes:
        config: What was run.
        width: Of the enlarged pictures, in pixels.
        height: Of the enlarged pictures.
        methods: How the picture was enlarged: NEAREST, BICUBIC, then the networks by their loss.
        pictures: One for each of them but the first, which is only blocks: the files of the enlarged pictures, WebP
            without loss, as uint8 arrays.
        measures: (methods, measures) float64: PSNR, PSNR of the brightness, SSIM and perceptual distance; NaN where
            there is no truth.
        strength: (rows, columns) float32: the detail that the last method has and the one before it has not, around
            every `measure.CELL`-th pixel, in levels of 255.
        right: (rows, columns) float32: the share of it that is in the truth, 0 … 1; NaN without a truth.
        invented: Share of the energy of that detail which is not in the truth; NaN without a truth.
        stopped: Whether the run was stopped; what was not done then is bicubic.
    """

    config: Config
    width: int
    height: int
    methods: tuple[str, ...]
    pictures: tuple[np.ndarray, ...]
    measures: np.ndarray
    strength: np.ndarray
    right: np.ndarray
    invented: float
    stopped: bool = False


def source_part(config: Config) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the part of the picture that is used, uint8 (height, width, 3), and the whole's width and height.

    Raises:
        InvalidData: The upload is not there any more.
    """
    picture = sources.whole(config.photograph, config.upload)
    size = (picture.shape[1], picture.shape[0])
    left, top, right, bottom = sources.part(size, config.scale, config.mode, config.across, config.down)
    return picture[top:bottom, left:right], size


def pair(config: Config) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the small picture that the networks get, and the truth; None where nobody knows it.

    Both uint8, (height, width, 3) and (scale·height, scale·width, 3).
    """
    picture, _ = source_part(config)
    if config.photograph == SHEET:
        return sources.smaller_pieces(picture, config.scale, FACE_SIDE), picture
    return (sources.smaller(picture, config.scale), picture) if config.mode == JUDGE else (picture, None)


def enlargements(result: Result, small: np.ndarray) -> dict[str, np.ndarray]:
    """Return every enlarged picture by its method, uint8 (height, width, 3)."""
    found = {NEAREST: sources.nearest(small, result.config.scale)}
    return found | {
        method: sources.unpacked(packed) for method, packed in zip(result.methods[1:], result.pictures, strict=True)
    }


def run(config: Config, context: Any) -> Result:
    """Enlarge; in the worker, seconds."""
    small, truth = pair(config)
    context.report(0, 1, LOADING)
    piece = FACE_SIDE // FACE_SCALE if config.photograph == SHEET else 0
    tiles, margin = list(_tiles(small.shape, piece or TILE)), 0 if piece else MARGIN
    wanted = losses(config.scale)
    methods = (NEAREST, BICUBIC, *wanted)
    total = len(wanted) * len(tiles) + 1
    bicubic = np.empty_like(sources.nearest(small, config.scale))
    for tile in tiles:
        _put(bicubic, small, tile, margin, compiled(config.scale, None))
    made = {NEAREST: sources.nearest(small, config.scale), BICUBIC: bicubic}
    done, stopped = 0, False
    for loss in wanted:
        enlarge = compiled(config.scale, loss)
        made[loss] = bicubic.copy()
        for tile in tiles:
            stopped = stopped or context.stop_requested()
            if not stopped:
                _put(made[loss], small, tile, margin, enlarge)
            done += 1
            context.report(done, total, ENLARGING)
    measures = np.full((len(methods), len(MEASURES)), np.nan)
    if truth is not None:
        features = feature_maps
        for row, method in enumerate(methods):
            measures[row] = judged(made[method], truth, features)
    detail = measure.added_detail(made[methods[-2]], made[methods[-1]], truth)
    context.report(total, total)
    height, width, _ = bicubic.shape
    return Result(
        config,
        width,
        height,
        methods,
        tuple(sources.webp(made[method]) for method in methods[1:]),
        measures,
        detail.strength,
        detail.right,
        detail.invented,
        stopped,
    )


def judged(picture: np.ndarray, truth: np.ndarray, features: Features) -> tuple[float, float, float, float]:
    """Return the MEASURES of a picture, both uint8 (height, width, 3)."""
    return (
        measure.psnr(picture, truth),
        measure.psnr_luma(picture, truth),
        measure.ssim(picture, truth),
        measure.perceptual(features(picture), features(truth)),
    )


@cache
def compiled(scale: int, loss: str | None) -> Callable[[np.ndarray], Any]:
    """Return a compiled network of this process: (1, h, w, 3) float32 in 0 … 1 → (1, scale·h, scale·w, 3).

    Args:
        scale: One of SCALES.
        loss: What it was trained for; None for bicubic interpolation, which is the untrained network.
    """
    import tensorflow as tf

    model = network.enlarger(scale) if loss is None else network.shipped(scale, loss)
    if loss is None:
        model = model.get_layer("bicubic")

    @tf.function(input_signature=[tf.TensorSpec((1, None, None, 3), tf.float32)])
    def enlarge(small: Any) -> Any:
        return model(small)

    return enlarge


def _tiles(shape: tuple[int, ...], side: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield top, left, bottom, right of the pieces of a small picture."""
    height, width = shape[:2]
    for top in range(0, height, side):
        for left in range(0, width, side):
            yield top, left, min(top + side, height), min(left + side, width)


def _put(
    large: np.ndarray,
    small: np.ndarray,
    tile: tuple[int, int, int, int],
    margin: int,
    enlarge: Callable[[np.ndarray], Any],
) -> None:
    """Enlarge one piece with the pixels around it, and put it in its place."""
    top, left, bottom, right = tile
    scale = large.shape[0] // small.shape[0]
    above, before = max(0, top - margin), max(0, left - margin)
    piece = small[above : bottom + margin, before : right + margin]
    made = _bytes(enlarge(_floats(piece)).numpy()[0])
    y, x = (top - above) * scale, (left - before) * scale
    height, width = (bottom - top) * scale, (right - left) * scale
    large[top * scale : bottom * scale, left * scale : right * scale] = made[y : y + height, x : x + width]


def _floats(pixels: np.ndarray) -> np.ndarray:
    return pixels[None].astype(np.float32) / 255


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)
