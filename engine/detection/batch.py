"""Several pictures, or the frames of a clip, through one detector; and what to do when a chosen thing appears.

What the learner should see: a detector becomes useful when something acts on it. The traffic light is green, the cat
is at the door: an event is a change of what is there, not a box; one frame's wrong box must not ring the bell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import config as settings
from engine.data import photographs, pictures
from engine.detection import experiment
from engine.detection.experiment import DETECTORS, NANODET, SIZES
from engine.errors import InvalidData
from engine.runs.context import Context
from engine.runs.store import store

MOST_PICTURES = 32
LEAST_SCORE = 0.05
MOST_CANDIDATES = 600


@dataclass(frozen=True)
class Config(settings.Config):
    """What a batch depends on.

    Attributes:
        pictures: Names of shipped photographs, or digests of kept pictures, in order.
        detector: As in `experiment.Config`.
        size: As there.
    """

    pictures: tuple[str, ...] = settings.several(tuple(photographs.BY_NAME), settings.text("", 64), 1, MOST_PICTURES)
    detector: str = settings.choice(NANODET, tuple(DETECTORS))
    size: int = settings.choice(416, SIZES)


@dataclass(frozen=True)
class Picture:
    """The candidates of one picture; arrays as in `experiment.Result`, from a score of LEAST_SCORE on."""

    width: int
    height: int
    places: int
    boxes: np.ndarray
    score: np.ndarray
    kind: np.ndarray
    stride: np.ndarray


@dataclass(frozen=True)
class Result:
    """What was found in each picture.

    Attributes:
        config: What was run.
        found: One entry a picture; fewer when stopped.
        stopped: Whether it was stopped before the end.
    """

    config: Config
    found: tuple[Picture, ...]
    stopped: bool

    def one(self, place: int) -> experiment.Result:
        """Return one picture's candidates as a single run would give them."""
        own = self.found[place]
        config = experiment.Config(detector=self.config.detector, size=self.config.size)
        return experiment.Result(config, own.width, own.height, own.places, own.boxes, own.score, own.kind, own.stride)


def jpeg_of(name: str) -> bytes:
    """Return the JPEG of a shipped photograph or of a kept picture; raise InvalidData when it is gone."""
    known = photographs.BY_NAME.get(name)
    return known.path.read_bytes() if known else store().get_blob(name)


def run(config: Config, context: Context) -> Result:
    """Detect in one picture after another; Stop keeps those that are done."""
    found: list[Picture] = []
    stopped = False
    for name in config.pictures:
        context.report(len(found), len(config.pictures), "Detecting")
        if stopped := context.stop_requested():
            break
        image = pictures.opened(jpeg_of(name))
        candidates, places = experiment.detect(image, config.detector, config.size, LEAST_SCORE)
        best = candidates.first(MOST_CANDIDATES)
        found.append(Picture(image.width, image.height, places, best.boxes, best.score, best.kind, best.stride))
    if stopped and not found:
        raise InvalidData("Stopped before the first picture was done.", "Run it again.")
    context.report(len(found), len(config.pictures))
    return Result(config, tuple(found), stopped)


@dataclass(frozen=True)
class Event:
    """A change of how many things of the watched class are there.

    Attributes:
        frame: Where it is first seen.
        seconds: When.
        before: How many there were.
        after: How many there are now.
    """

    frame: int
    seconds: float
    before: int
    after: int

    @property
    def words(self) -> str:
        """Return "appears", "leaves", or how the number changed."""
        if not self.before:
            return "appears" if self.after == 1 else f"{self.after} appear"
        return "is gone" if not self.after else f"from {self.before} to {self.after}"


def events(counts: list[int], seconds: list[float], steady: int = 2) -> list[Event]:
    """Return the changes of a count over frames; a new count must hold for `steady` frames to be believed.

    Args:
        counts: How many things of the watched class each frame has.
        seconds: When each frame is shown.
        steady: Frames in a row that a new count needs; 1 believes every frame.
    """
    found: list[Event] = []
    believed = 0
    for frame, count in enumerate(counts):
        window = counts[frame : frame + steady]
        if count != believed and len(window) == steady and set(window) == {count}:
            found.append(Event(frame, seconds[frame], believed, count))
            believed = count
    return found
