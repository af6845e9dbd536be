"""Where faces come from: the networks of all shipped moments, real pictures, and the names of what can be moved.

What the learner should see: nothing of this; it keeps what is drawn and trained apart from what is looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from engine.errors import InvalidSetting
from engine.face_generator import stored
from engine.faces import network
from engine.faces.network import LATENT

DRAWN, PORTRAITS = "drawn", "portraits"
KINDS = {DRAWN: "Drawn", PORTRAITS: "Portraits"}
MOMENTS = 24
FRESH_SEED = 20_077  # of drawn faces that no network has seen


@dataclass(frozen=True)
class Attribute:
    """One thing about a face that a direction of the numbers changes.

    Attributes:
        id: Its name in the address bar and among `engine.faces.drawing.ATTRIBUTES`.
        name: What the page calls it.
        low, high: What it is at its two ends.
    """

    id: str
    name: str
    low: str
    high: str


ATTRIBUTES = (
    Attribute("glasses", "Glasses", "none", "thick"),
    Attribute("smile", "Smile", "sad", "happy"),
    Attribute("beard", "Beard", "shaven", "full"),
    Attribute("hair_colour", "Hair", "dark", "light"),
    Attribute("skin", "Skin", "light", "dark"),
    Attribute("yaw", "Turned", "left", "right"),
    Attribute("background", "Background", "dark", "light"),
)
CREDITS = {DRAWN: "", PORTRAITS: "Trained on the ORL portraits, AT&T Laboratories Cambridge"}
BATCH = 64  # faces made by one call of the compiled generator

_building = threading.Lock()


def digests(kind: str) -> tuple[str, ...]:
    """Return the digests of the shipped files that a run reads, part of its key."""
    return stored.digest(kind), stored.digest("real")


def moments(kind: str) -> np.ndarray:
    """Return after how many training steps the shipped moments were taken, int32 (MOMENTS,)."""
    return stored.arrays(kind)["steps"]


def both_networks(kind: str, moment: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the weights of generator and discriminator at a moment, in the order of their models' `weights`."""
    found = stored.arrays(kind)
    return stored.unpacked("g", found, moment), stored.unpacked("d", found, moment)


def compiled(model: Any) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that makes pictures with a Keras generator: latents (n, LATENT) → uint8 (n, 64, 64, c).

    It is compiled for BATCH faces once; its weights are read at every call.
    """
    import tensorflow as tf

    @tf.function(autograph=False, input_signature=[tf.TensorSpec((BATCH, LATENT), tf.float32)])
    def batch(numbers: Any) -> Any:
        values = (model(numbers, training=False) + 1) * 127.5
        return tf.cast(tf.round(tf.clip_by_value(values, 0, 255)), tf.uint8)

    def make(numbers: np.ndarray) -> np.ndarray:
        count = len(numbers)
        padded = np.zeros((-(-count // BATCH) * BATCH, LATENT), np.float32)
        padded[:count] = numbers
        parts = [np.asarray(batch(padded[first : first + BATCH])) for first in range(0, len(padded), BATCH)]
        return np.concatenate(parts)[:count]

    return make


@cache
def _generator(kind: str) -> tuple[Any, Callable[[np.ndarray], np.ndarray], list[int]]:
    model = network.generator(network.CHANNELS[kind])
    return model, compiled(model), []


def pictures(kind: str, moment: int, numbers: np.ndarray) -> np.ndarray:
    """Return the pictures that a shipped moment makes of these numbers; in the worker.

    Args:
        kind: DRAWN or PORTRAITS.
        moment: 0 … MOMENTS − 1.
        numbers: float32 (n, LATENT).
    """
    with _building:  # one model a process holds one moment at a time
        model, make, held = _generator(kind)
        if held != [moment]:
            model.set_weights(stored.unpacked("g", stored.arrays(kind), moment))
            held[:] = [moment]
        return make(numbers)


def portraits() -> np.ndarray | None:
    """Return the portraits where this machine has the package that holds them, uint8 (400, 64, 64, 1), else None."""
    from engine.faces.portraits import installed

    return installed()


def no_portraits() -> str:
    """Return why real portraits cannot be shown and trained on here, in two sentences; empty where they can."""
    from engine.faces.portraits import INSTALL

    if portraits() is not None:
        return ""
    return (
        "The portraits have no open licence and are not shipped, only networks trained on them. After "
        f"“{INSTALL}” this view and training on work, too."
    )


def feed(kind: str, batch_size: int, seed: int) -> Iterator[np.ndarray]:
    """Give batches of real pictures without end, uint8 (batch_size, 64, 64, c); each comes once before any comes again.

    Drawn faces are drawn as they are needed: the 30,000 of the shipped training, in the order of this seed.

    Raises:
        InvalidSetting: There are no portraits on this machine.
    """
    random = np.random.default_rng(seed)
    pick, count = _training_set(kind)
    while True:
        order = random.permutation(count)
        for first in range(0, count - batch_size + 1, batch_size):
            yield pick(order[first : first + batch_size])


def _training_set(kind: str) -> tuple[Callable[[np.ndarray], np.ndarray], int]:
    if kind == DRAWN:
        from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, render
        from engine.faces.traits import draw_traits

        traits = draw_traits(TRAINING_COUNT, TRAINING_SEED)
        return lambda places: render({name: values[places] for name, values in traits.items()}), TRAINING_COUNT
    real = portraits()
    if real is None:
        raise InvalidSetting("The portraits are not on this machine.", no_portraits())
    return lambda places: real[places], len(real)


def fresh_pictures(kind: str, count: int) -> np.ndarray:
    """Return real pictures for the quiz, uint8 (count, 64, 64, c); none where there are none.

    Drawn ones come from another seed than the training's.
    """
    if kind == DRAWN:
        from engine.faces.drawing import draw

        return draw(count, FRESH_SEED).pictures
    real = portraits()
    if real is None:
        return np.zeros((0, 64, 64, 1), np.uint8)
    return real[np.random.default_rng(FRESH_SEED).permutation(len(real))[:count]]


def trained_on(kind: str) -> int:
    """Return how many pictures a kind was trained on."""
    from engine.faces.drawing import TRAINING_COUNT
    from engine.faces.portraits import COUNT

    return TRAINING_COUNT if kind == DRAWN else COUNT


def attributes(kind: str) -> tuple[Attribute, ...]:
    """Return what the rows of the attributes are called: portraits have no labels, so theirs have numbers."""
    if kind == DRAWN:
        return ATTRIBUTES
    return tuple(Attribute(one.id, f"Direction {n}", "one end", "other") for n, one in enumerate(ATTRIBUTES, 1))
