"""One look at a trained style-based generator: truncation, mixing, noise, a path, the scales, or a second domain.

What the learner should see: the numbers a picture starts from go through a network of their own first. What comes out
is the style, and every layer listens to it. Whoever holds the style can hold each layer by itself.

Karras et al. 2019 (StyleGAN: mixing, noise, truncation, paths), Karras et al. 2020 (StyleGAN2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import config as base
from engine.config import choice, integer, number
from engine.errors import InvalidSetting
from engine.style_generator import stored
from engine.style_generator.stored import CARS, FACES

if TYPE_CHECKING:
    from engine.runs.context import Context

TRUNCATION, MIXING, NOISE, PATH, SCALES, TRANSFER = "truncation", "mixing", "noise", "path", "scales", "transfer"
VIEWS = (TRUNCATION, MIXING, NOISE, PATH, SCALES, TRANSFER)
DOMAINS = (FACES, CARS)
COLUMNS, ROWS = 8, 8
COUNT = COLUMNS * ROWS
PSIS = (-1.0, -0.5, 0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
LAYERS = 10
GROUPS = ((0, 1), (1, 3), (3, 5), (5, 7), (7, 10))  # layers that take a style at 4, 8, 16, 32 and 64 pixels
SIZES = (4, 8, 16, 32, 64)
SOURCES, TARGETS = 5, 6  # rows and columns of the table of mixtures
FRESH = 3  # pictures of one style with other noise
FRAMES = 25  # of a path
SCALED = 10  # pictures whose scales are shown
LAST = 5


@dataclass(frozen=True)
class Config(base.Config):
    """What is looked at.

    Attributes:
        view: One of VIEWS; it decides which part of the result there is.
        domain: FACES, or CARS: what the faces' generator made after it was trained on cars.
        moment: Which shipped moment of the faces' training, 0 (early) to LAST.
        seed: Of the numbers that pictures start from.
        psi: ψ, how far styles keep away from the average one, w̄ + ψ (w − w̄).
        start, end: The layers start … end − 1 take the style of the column.
        a, b: Numbers of two pictures among the seed's COUNT.
    """

    VERSION: ClassVar[int] = 1

    view: str = choice(TRUNCATION, VIEWS)
    domain: str = choice(FACES, DOMAINS)
    moment: int = integer(LAST, 0, LAST)
    seed: int = integer(0, 0, 9999)
    psi: float = number(1.0, PSIS[0], PSIS[-1])
    start: int = integer(0, 0, LAYERS - 1)
    end: int = integer(3, 1, LAYERS)
    a: int = integer(0, 0, COUNT - 1)
    b: int = integer(1, 0, COUNT - 1)

    def check(self) -> None:
        """Check that there is a layer between `start` and `end`; raise InvalidSetting."""
        if self.start >= self.end:
            raise InvalidSetting("The range holds no layer.", "Let it end behind its first layer.")

    def settled(self) -> Config:
        """Return the config with what has no part in its view at the defaults."""
        used = {
            TRUNCATION: ("domain", "moment", "seed"),
            MIXING: ("domain", "moment", "seed", "psi", "start", "end"),
            NOISE: ("domain", "moment", "seed", "psi", "a"),
            PATH: ("domain", "moment", "seed", "psi", "a", "b"),
            SCALES: ("domain", "moment", "seed"),
            TRANSFER: (),
        }[self.view]
        own = {name: getattr(self, name) for name in used}
        if own.get("domain") == CARS:
            own["moment"] = LAST
        return Config(view=self.view, **own)

    def digests(self) -> tuple[str, ...]:
        """Return the digest of the shipped weights."""
        return (stored.digest(CARS if self.view == TRANSFER else self.domain),)


@dataclass(frozen=True)
class Truncation:
    """COUNT pictures at each of PSIS (P).

    Attributes:
        sheet: uint8 (N,), WebP sheets one behind the other, COLUMNS pictures a row.
        size: int32 (P,), bytes of each.
        variety: float32 (P,), how far two of the pictures lie apart on average, see `sheets.variety`.
        quality, spread: float32 (P,), kernel distance to drawn pictures, and its deviation over subsets.
    """

    sheet: np.ndarray
    size: np.ndarray
    variety: np.ndarray
    quality: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True)
class Mixing:
    """The table of mixtures, and what layers carry.

    Attributes:
        sheet: uint8 (N,), WebP: a first row of an empty place and the TARGETS, then SOURCES rows: a source, and its
            mixtures with every target.
        taken: float32 (SOURCES, TARGETS), how far the mixture lies from its row's picture, as a share of its distances
            to both: 0 the row's picture, 1 the column's.
        change: float32 (5, 2), mean distance that a picture moves when the layers of one size take another style, and
            its deviation over PAIRS.
        follows: float32 (A, 5), for faces: which share of the difference in an attribute follows each size's layers;
            empty for cars.
    """

    sheet: np.ndarray
    taken: np.ndarray
    change: np.ndarray
    follows: np.ndarray


@dataclass(frozen=True)
class Noise:
    """One style, other noise.

    Attributes:
        sheet: uint8 (N,), WebP, 1 + FRESH pictures in a row: without noise, then with fresh noise.
        deviation: float16 (1 + L, 64, 64), standard deviation over fresh noise in all layers, and in each alone,
            mean of the colours, 0 … 255.
        strength: float32 (L,), what each layer multiplies its noise with.
        styles: The same deviation between the seed's pictures, mean over the picture.
    """

    sheet: np.ndarray
    deviation: np.ndarray
    strength: np.ndarray
    styles: float


@dataclass(frozen=True)
class Path:
    """From picture A to picture B in FRAMES pictures.

    Attributes:
        sheets: uint8 (N,), WebP pictures one behind the other: FRAMES in w, then FRAMES in z.
        size: int32 (2 FRAMES,), bytes of each.
        change: float32 (2, FRAMES − 1), how far a frame's features lie from those of the frame before.
        lengths: float32 (2, PAIRS), the same, summed along the way, of PAIRS pairs.
        straight: float32 (PAIRS,), distance of the features at the ends.
    """

    sheets: np.ndarray
    size: np.ndarray
    change: np.ndarray
    lengths: np.ndarray
    straight: np.ndarray


@dataclass(frozen=True)
class Scales:
    """What the style multiplies channels with.

    Attributes:
        sheet: uint8 (N,), WebP, SCALED pictures in one column.
        values: float16 (SCALED, C), factors of all layers' input channels side by side.
        width: int32 (14,), channels of each layer.
        names: Of the layers.
    """

    sheet: np.ndarray
    values: np.ndarray
    width: np.ndarray
    names: tuple[str, ...]

    def of(self, layer: int) -> np.ndarray:
        """Return the factors of one layer, (SCALED, channels)."""
        ends = np.cumsum(self.width)
        return self.values[:, ends[layer] - self.width[layer] : ends[layer]].astype(np.float32)


@dataclass(frozen=True)
class Transfer:
    """Two trainings on cars at K moments: from the generator of faces, and from scratch.

    Attributes:
        steps: int32 (K,).
        sheets: uint8 (N,), WebP sheets of the transfer's moments, the other training's moments, and drawn cars.
        size: int32 (2 K + 1,), bytes of each.
        quality, spread: float32 (2, K), kernel distance to drawn cars that neither has seen, and its deviation.
        share: float32 (2, K), of augmented pictures.
    """

    steps: np.ndarray
    sheets: np.ndarray
    size: np.ndarray
    quality: np.ndarray
    spread: np.ndarray
    share: np.ndarray


@dataclass(frozen=True)
class Result:
    """What was seen: the part that belongs to the config's view."""

    config: Config
    truncation: Truncation | None = None
    mixing: Mixing | None = None
    noise: Noise | None = None
    path: Path | None = None
    scales: Scales | None = None
    transfer: Transfer | None = None


def piece(content: np.ndarray, size: np.ndarray, place: int) -> bytes:
    """Return one of several files that lie one behind the other."""
    ends = np.cumsum(size)
    return content[ends[place] - size[place] : ends[place]].tobytes()


def run(config: Config, context: Context) -> Result:
    """Look; in the worker only, a second or two."""
    from engine.style_generator import looks

    context.report(0, 1, "Making pictures")
    config = config.settled()
    return Result(config, **{config.view: looks.LOOKS[config.view](config)})
