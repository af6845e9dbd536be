"""Five scenes: weights alone under Adam, which files go on, momentum, an optimizer without state, and a seeded dropout.

What the learner should see: what is missing from a file shows only when the training goes on, never in a prediction.
"""

from __future__ import annotations

from engine.saving import measures, story
from engine.saving.experiment import (
    ADAM,
    FROM_HDF5,
    FROM_KERAS,
    FROM_WEIGHTS,
    HDF5,
    MOMENTUM,
    SGD,
    Config,
    Result,
)
from engine.scenes import Scene, judged

DEFAULT = Config()
FILES = Config(width=64, depth=1)
WITH_MOMENTUM = Config(optimizer=MOMENTUM, learning_rate=0.1)
STATELESS = Config(optimizer=SGD, learning_rate=0.2)
DROPOUT = Config(optimizer=ADAM, dropout=0.2)

HEIGHTS = ("No higher", "Up to 2 times", "Over 2 times")
GO_ON = ("Only .keras", ".keras and HDF5", "All three")
LEAVES = ("Nobody", "Weights only", "All reloaded")
DIGITS = ("Yes, to the last digit", "Close, but not the same", "No, it jumps")


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return (DEFAULT, FILES, WITH_MOMENTUM, STATELESS, DROPOUT)


def how_high(result: Result) -> str:
    """Return the option of HEIGHTS that is right for the weights with a fresh optimizer."""
    times = measures.higher(result, FROM_WEIGHTS)
    return HEIGHTS[0] if times < story.NO_HIGHER else HEIGHTS[1] if times <= 2 else HEIGHTS[2]


def which_go_on(result: Result) -> str:
    """Return the option of GO_ON that is right: which trainings stay with the one that was never interrupted."""
    if not measures.follows(result, FROM_HDF5):
        return GO_ON[0]
    return GO_ON[2] if measures.follows(result, FROM_WEIGHTS) else GO_ON[1]


def who_leaves(result: Result) -> str:
    """Return the option of LEAVES that is right: whose loss leaves that of the training never interrupted."""
    if not measures.follows(result, FROM_KERAS):
        return LEAVES[2]
    return LEAVES[0] if measures.follows(result, FROM_WEIGHTS) else LEAVES[1]


def to_the_digit(result: Result) -> str:
    """Return the option of DIGITS that is right for .keras."""
    if measures.gap(result, FROM_KERAS) == 0:
        return DIGITS[0]
    return DIGITS[1] if measures.higher(result, FROM_KERAS) < 2 else DIGITS[2]


def _height(result: Result, guess: str) -> str:
    jumps = measures.jumps(result)[FROM_WEIGHTS]
    return judged(
        guess,
        how_high(result),
        f"With a fresh optimizer the first epoch’s worst loss is {measures.higher(result, FROM_WEIGHTS):.1f} times as "
        f"high as without a stop; it is {jumps.min():.1f} to {jumps.max():.1f} times the loss at the save.",
    )


def _files(result: Result, guess: str) -> str:
    form = result.form(HDF5)
    refused = " Keras refused to train on from HDF5 until it was compiled anew." if form and form.refusal else ""
    return judged(
        guess,
        which_go_on(result),
        f"Largest difference of the loss: .keras {measures.gap(result, FROM_KERAS):.2g}, HDF5 "
        f"{measures.gap(result, FROM_HDF5):.2g}, weights only {measures.gap(result, FROM_WEIGHTS):.2g}.{refused}",
    )


def _leaves(result: Result, guess: str) -> str:
    return judged(
        guess,
        who_leaves(result),
        "Plain SGD keeps nothing between two steps, so a fresh one is the same one: largest difference "
        f"{measures.gap(result, FROM_WEIGHTS):.2g}.",
    )


def _digits(result: Result, guess: str) -> str:
    saved, read = result.dropout_state
    return judged(
        guess,
        to_the_digit(result),
        f"The dropout had drawn {saved} times when it was saved, {read} after reading: its counter is not in the file, "
        f"so it repeats its first masks. The loss differs by up to {measures.gap(result, FROM_KERAS):.2g}.",
    )


SCENES = (
    Scene(
        "Adam",
        DEFAULT,
        "Go on from the weights alone, with a fresh Adam: how high does the loss rise, compared with no stop?",
        HEIGHTS,
        _height,
    ),
    Scene("Three files", FILES, "From which file does the training go on as if nothing had happened?", GO_ON, _files),
    Scene(
        "Momentum",
        WITH_MOMENTUM,
        "SGD with momentum starts at rest again. How high does the loss rise?",
        HEIGHTS,
        _height,
    ),
    Scene(
        "No state",
        STATELESS,
        "Plain SGD keeps no state. Whose loss leaves the training without a stop?",
        LEAVES,
        _leaves,
    ),
    Scene("Dropout", DROPOUT, "The dropout has a seed. Does the training from .keras go on exactly?", DIGITS, _digits),
)
