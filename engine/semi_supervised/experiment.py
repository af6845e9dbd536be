"""Semi-supervised GAN: a classifier learns from a handful of labels and from pictures that nobody has labelled.

What the learner should see: with few labels the pictures alone are worth many points; with many they are worth
nothing. The generator only helped to learn and is thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine import config as base
from engine.config import choice, integer, number, switch
from engine.semi_supervised.network import FORMS, STACKED
from engine.semi_supervised.pictures import CLASSES, DIGITS, FASHION, POOLS

if TYPE_CHECKING:
    from engine.runs.context import Context

MATCHING, SATURATING = "feature matching", "non-saturating"
COUNTS = (1, 2, 5, 10, 25, 50, 100)
"""Labels a class of a whole curve."""
MOMENTS = 11
MADE = 20  # made-up pictures kept of a frame
MODEL_FILE = "model.keras"
WITH, ALONE = 0, 1  # places of the two networks wherever both are kept
SERIES = ("frame_labels", "frame_epoch", "accuracy", "right", "made", "losses", "spread")


@dataclass(frozen=True)
class Config(base.Config):
    """Settings of one experiment.

    Attributes:
        data: DIGITS or FASHION.
        curve: Whether all of COUNTS are run, one after another, instead of `labels`.
        labels: Pictures of each class whose label is known.
        form: How the discriminator says “real”, see `network.real_logit`.
        loss: The generator's: MATCHING compares means of the last hidden layer, SATURATING is −log D(G(z)).
        epochs: Passes over the unlabelled pictures.
        seed: First of the seeds.
        seeds: How many seeds: each has its own labels, initial weights and batches.
        unlabelled: Pictures looked at without label, at most those there are.
        weight: Of the real-or-made-up part of the discriminator's loss; 0 leaves the labels alone.
        noise: Deviation of the noise that is added to all pictures, which run from −1 to 1.
        learning_rate: Of the discriminator and of the network with the labels alone (Adam, β₁ 0.5).
        generator_rate: Of the generator.
        width, depth: Of the discriminator: neurons of a hidden layer, hidden layers.
        latent: Random numbers that a made-up picture is made from.
        batch_size: Unlabelled, made-up and labelled pictures a step, each.
    """

    VERSION: ClassVar[int] = 2

    data: str = choice(DIGITS, (DIGITS, FASHION))
    curve: bool = switch(False)
    labels: int = integer(1, 1, 100)
    form: str = choice(STACKED, FORMS)
    loss: str = choice(MATCHING, (MATCHING, SATURATING))
    epochs: int = integer(60, 1, 200)
    seed: int = integer(0, 0, 9999)
    seeds: int = integer(5, 2, 10)
    unlabelled: int = integer(1200, 100, 6000)
    weight: float = number(1.0, 0.0, 3.0)
    noise: float = number(0.3, 0.0, 1.0)
    learning_rate: float = number(0.003, 1e-5, 0.1)
    generator_rate: float = number(0.001, 1e-5, 0.1)
    width: int = integer(128, 16, 256)
    depth: int = integer(3, 1, 4)
    latent: int = integer(32, 2, 64)
    batch_size: int = integer(64, 16, 128)

    def settled(self) -> Config:
        """Return the config without what has no part in it: a curve's own count, pictures that are not there."""
        most = min(self.unlabelled, POOLS[self.data])
        return self.changed(unlabelled=most, labels=1 if self.curve else self.labels)

    def counts(self) -> tuple[int, ...]:
        """Return the labels a class that are run."""
        return COUNTS if self.curve else (self.labels,)

    def looked_at(self, labels: int) -> int:
        """Return how many pictures are looked at without label: all labelled ones are among them."""
        return min(max(self.unlabelled, CLASSES * labels), POOLS[self.data])


@dataclass(frozen=True)
class Result:
    """What was recorded; F frames, R seeds, K classes, S the side of a picture.

    A frame is a moment of the training, or of a curve the end of one training.

    Attributes:
        config: The settings that were run.
        frame_labels: int32 (F,), labels a class.
        frame_epoch: int32 (F,), epochs trained; below `config.epochs` in the last frame of a curve that was stopped.
        accuracy: float32 (F, 2, R), share of right test pictures with the unlabelled ones, and with labels alone.
        right: float32 (F, 2, K), the same for each class, mean over the seeds.
        made: uint8 (F, MADE, S, S), pictures made up from always the same noise, of the first seed.
        losses: float32 (F, 4), mean over seeds and the epochs since the frame before: of the labels, of real or made
            up, of the generator, and of the labels in the network that has nothing else; not-a-number at epoch 0.
        spread: float32 (F, R), share of right test pictures by label spreading, which is no network at all: labels
            pass from picture to picture among the nearest (Zhou et al. 2004, scikit-learn's `LabelSpreading`).
        diverged: Whether a loss stopped being a finite number.
        stopped: Whether Stop ended the run early.
    """

    config: Config
    frame_labels: np.ndarray
    frame_epoch: np.ndarray
    accuracy: np.ndarray
    right: np.ndarray
    made: np.ndarray
    losses: np.ndarray
    spread: np.ndarray
    diverged: bool = False
    stopped: bool = False

    @property
    def finished(self) -> bool:
        """Whether the last training went to its end."""
        return bool(self.frame_epoch[-1] >= self.config.epochs)


def moments(epochs: int) -> list[int]:
    """Return after how many epochs the networks are looked at: closer at the beginning, 0 and the end among them."""
    return sorted({round(epochs * (place / (MOMENTS - 1)) ** 1.6) for place in range(MOMENTS)})


def run(config: Config, context: Context) -> Result:
    """Train both networks for every seed in lock-step, for one count of labels or for all; in the worker only.

    Args:
        config: What to train.
        context: Gets every row of the result as it comes, see SERIES, and may ask to stop; the discriminator of the
            first seed is attached as MODEL_FILE.
    """
    from engine.semi_supervised import live

    series, stopped = live.train(config.settled(), context)
    result = partial(config, series, stopped)
    if result is None:
        raise ValueError("nothing was recorded, not even the first frame")
    return result


def partial(config: Config, series: Mapping[str, np.ndarray], stopped: bool = False) -> Result | None:
    """Return the result so far, or None before the first frame."""
    if any(name not in series for name in SERIES):
        return None
    count = min(len(series[name]) for name in SERIES)
    arrays = {name: np.asarray(series[name])[:count] for name in SERIES}
    if not count:
        return None
    trained = arrays["frame_epoch"] > 0
    finite = bool(np.isfinite(arrays["losses"][trained]).all())
    return Result(config=config, diverged=not finite, stopped=stopped, **arrays)
