"""What each view of the style-based generator needs, made with the shipped weights; in the worker only.

What the learner should see: every claim about styles measured on the network, not asserted: what truncation costs, what
a layer carries, what noise moves, which path is the shorter one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from engine.face_generator import features, reading
from engine.face_generator import stored as faces_stored
from engine.face_generator.noise import NORMAL, latents
from engine.face_generator.sheets import FINE, as_array, sheet, variety
from engine.face_generator.source import ATTRIBUTES
from engine.style_generator import cars, stored
from engine.style_generator.experiment import (
    COLUMNS,
    COUNT,
    FRAMES,
    FRESH,
    GROUPS,
    MIXING,
    NOISE,
    PATH,
    PSIS,
    SCALED,
    SCALES,
    SOURCES,
    TARGETS,
    TRANSFER,
    TRUNCATION,
    Config,
    Mixing,
    Noise,
    Path,
    Scales,
    Transfer,
    Truncation,
)
from engine.style_generator.network import mixed, noise, truncated
from engine.style_generator.source import Maker, borrowed
from engine.style_generator.stored import FACES

MEASURE_SEED = 70_001
PAIRS = 48  # of pictures, for what layers carry
WALKS, WALK_STEPS = 24, 9  # pairs, and pictures on each path between them
DRAWS = 24  # of noise
MEDIUM = 40  # quality of WebP where nine sheets are kept


def truncation(config: Config) -> Truncation:
    """Return COUNT pictures at every ψ, how various they are, and how far from drawn ones."""
    real = _real(config.domain)
    found: list[tuple[Any, ...]] = []
    with borrowed(config.domain, config.moment) as maker:
        styles = maker.styles(latents(NORMAL, COUNT, config.seed))
        for psi in PSIS:
            pictures = maker.pictures(maker.spread(styles, psi))
            packed = as_array(sheet(pictures, COLUMNS, MEDIUM))
            found.append((packed, len(packed), variety(pictures), *features.distance(_describe(pictures), real)))
    sheets, size, *measured = zip(*found, strict=True)
    return Truncation(np.concatenate(sheets), np.array(size, np.int32), *np.asarray(measured, np.float32))


def mixing(config: Config) -> Mixing:
    """Return the table of mixtures, and what the layers of each size carry."""
    with borrowed(config.domain, config.moment) as maker:
        styles = maker.styles(latents(NORMAL, SOURCES + TARGETS, config.seed))
        styles = truncated(styles, maker.average, config.psi).astype(np.float32)
        rows, columns = styles[:SOURCES], styles[SOURCES:]
        first, second = np.repeat(rows, TARGETS, axis=0), np.tile(columns, (SOURCES, 1))
        layers = maker.shape.styles
        both = mixed(first, second, config.start, config.end, layers)
        ends = np.repeat(styles[:, None], layers, axis=1)
        pictures = maker.pictures(np.concatenate([ends, both]))
    alone, table = pictures[: SOURCES + TARGETS], pictures[SOURCES + TARGETS :]
    table = table.reshape(SOURCES, TARGETS, *table.shape[1:])
    empty = np.full_like(alone[:1], 255)
    lines = [np.concatenate([empty, alone[SOURCES:]])]
    lines += [np.concatenate([alone[row : row + 1], table[row]]) for row in range(SOURCES)]
    from_row = _apart(table, alone[:SOURCES, None])
    from_column = _apart(table, alone[None, SOURCES:])
    change, follows = carried(config.domain, config.moment)
    whole = as_array(sheet(np.concatenate(lines), TARGETS + 1, FINE))
    return Mixing(whole, from_row / np.maximum(from_row + from_column, 1e-6), change, follows)


@cache
def carried(domain: str, moment: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what moves when the layers of one size take another picture's style, see `Mixing.change` and `.follows`.

    An attribute's share is the slope of its change on the difference of the two pictures, over PAIRS.
    """
    with borrowed(domain, moment) as maker:
        styles = maker.styles(latents(NORMAL, 2 * PAIRS, MEASURE_SEED))
        ends = maker.pictures(maker.spread(styles))
        first, second = styles[:PAIRS], styles[PAIRS:]
        layers = maker.shape.styles
        swapped = [maker.pictures(mixed(first, second, start, end, layers)) for start, end in GROUPS]
    moved = np.array([_apart(one, ends[:PAIRS]) for one in swapped])
    change = np.stack([moved.mean(axis=1), moved.std(axis=1)], axis=1).astype(np.float32)
    if domain != FACES:
        return change, np.zeros((0, len(GROUPS)), np.float32)
    read = reading.sees(faces_stored.arrays("real"))
    before, other = read(ends[:PAIRS]), read(ends[PAIRS:])
    difference = other - before
    follows = [((read(one) - before) * difference).sum(axis=0) / (difference**2).sum(axis=0) for one in swapped]
    return change, np.asarray(follows, np.float32).T


def fresh_noise(config: Config) -> Noise:
    """Return one picture without noise and with fresh noise, and where noise moves it."""
    with borrowed(config.domain, config.moment) as maker:
        own = maker.styles(latents(NORMAL, COUNT, config.seed))
        others = maker.pictures(maker.spread(own, config.psi))
        style = maker.spread(own[config.a : config.a + 1], config.psi)
        drawn = noise(maker.shape, DRAWS, config.seed)
        silent = [np.zeros_like(one[:1]) for one in drawn]
        plain = maker.pictures(style, silent)
        repeated = np.repeat(style, DRAWS, axis=0)
        all_layers = maker.pictures(repeated, drawn)
        deviation = [_deviation(all_layers)]
        for place in range(len(drawn)):
            alone = [one if number == place else np.zeros_like(one) for number, one in enumerate(drawn)]
            deviation.append(_deviation(maker.pictures(repeated, alone)))
        strength = maker.strengths()
    shown = as_array(sheet(np.concatenate([plain, all_layers[:FRESH]]), 1 + FRESH, FINE))
    return Noise(shown, np.asarray(deviation, np.float16), strength, float(_deviation(others).mean()))


def path(config: Config) -> Path:
    """Return the way from A to B in w and in z, and how long such ways are."""
    numbers = latents(NORMAL, COUNT, config.seed)[[config.a, config.b]]
    with borrowed(config.domain, config.moment) as maker:
        both = [
            maker.pictures(maker.spread(one[0], config.psi)) for one in _ways(maker, numbers[:1], numbers[1:], FRAMES)
        ]
    change = np.array([_steps(one) for one in both], np.float32)
    sheets = [as_array(sheet(one[place : place + 1], 1, FINE)) for one in both for place in range(FRAMES)]
    size = np.array([len(one) for one in sheets], np.int32)
    lengths, straight = walked(config.domain, config.moment)
    return Path(np.concatenate(sheets), size, change, lengths, straight)


@cache
def walked(domain: str, moment: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `Path.lengths` and `Path.straight` of WALKS pairs at ψ = 1."""
    numbers = latents(NORMAL, 2 * WALKS, MEASURE_SEED + 1)
    with borrowed(domain, moment) as maker:
        ways = _ways(maker, numbers[:WALKS], numbers[WALKS:], WALK_STEPS)
        shown = [maker.pictures(maker.spread(one.reshape(-1, one.shape[-1]))) for one in ways]
    told = [_describe(one).reshape(WALKS, WALK_STEPS, -1) for one in shown]
    lengths = [np.linalg.norm(np.diff(one, axis=1), axis=2).sum(axis=1) for one in told]
    straight = np.linalg.norm(told[0][:, -1] - told[0][:, 0], axis=1)
    return np.asarray(lengths, np.float32), straight.astype(np.float32)


def scales(config: Config) -> Scales:
    """Return what the styles of some pictures multiply the channels of every layer with."""
    with borrowed(config.domain, config.moment) as maker:
        styles = maker.styles(latents(NORMAL, COUNT, config.seed))[:SCALED]
        pictures = maker.pictures(maker.spread(styles))
        layers = maker.scales(styles)
    values = np.concatenate([factors for _, factors in layers], axis=1).astype(np.float16)
    width = np.array([factors.shape[1] for _, factors in layers], np.int32)
    return Scales(as_array(sheet(pictures, 1, FINE)), values, width, tuple(name for name, _ in layers))


def transfer(config: Config) -> Transfer:
    """Return what the two trainings on cars left."""
    del config
    found = stored.arrays(stored.CARS)
    kinds = ("transfer", "scratch")
    names = [*(f"{kind}_sheet" for kind in kinds), "real_sheet"]
    size = np.concatenate([*(found[f"{kind}_size"] for kind in kinds), [len(found["real_sheet"])]]).astype(np.int32)
    quality, spread, share = (
        np.stack([found[f"{kind}_{name}"] for kind in kinds]).astype(np.float32)
        for name in ("quality", "spread", "share")
    )
    return Transfer(found["steps"], np.concatenate([found[name] for name in names]), size, quality, spread, share)


LOOKS: dict[str, Callable[[Config], Any]] = {
    TRUNCATION: truncation,
    MIXING: mixing,
    NOISE: fresh_noise,
    PATH: path,
    SCALES: scales,
    TRANSFER: transfer,
}


def _ways(maker: Maker, first: np.ndarray, second: np.ndarray, count: int) -> list[np.ndarray]:
    """Return styles (n, count, style) along a straight line in w, and along a great circle in z."""
    shares = np.linspace(0, 1, count, dtype=np.float32)[None, :, None]
    ends = [maker.styles(numbers)[:, None] for numbers in (first, second)]
    straight = ends[0] + shares * (ends[1] - ends[0])
    unit = [numbers / np.linalg.norm(numbers, axis=1, keepdims=True) for numbers in (first, second)]
    angle = np.arccos(np.clip((unit[0] * unit[1]).sum(axis=1), -1, 1))[:, None, None]
    sine = np.maximum(np.sin(angle), 1e-6)
    round_ = (np.sin((1 - shares) * angle) * unit[0][:, None] + np.sin(shares * angle) * unit[1][:, None]) / sine
    own = maker.styles(round_.reshape(-1, round_.shape[-1]).astype(np.float32))
    return [straight, own.reshape(straight.shape)]


def _steps(pictures: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(np.diff(_describe(pictures), axis=0), axis=1))


def _apart(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the root mean squared difference of pictures, of pixels in 0…1, without the last three axes."""
    difference = (first.astype(np.float32) - second.astype(np.float32)) / 255
    return np.asarray(np.sqrt(np.square(difference).mean(axis=(-3, -2, -1))), np.float32)


def _deviation(pictures: np.ndarray) -> np.ndarray:
    """Return the standard deviation of pictures at each pixel, mean of the colours, (side, side), 0 … 255."""
    return np.asarray(pictures.astype(np.float32).std(axis=0).mean(axis=2))


def _describe(pictures: np.ndarray) -> np.ndarray:
    return features.extractor()(pictures)


@cache
def _real(domain: str) -> np.ndarray:
    """Return the features of drawn pictures of a domain."""
    if domain == FACES:
        return faces_stored.arrays("real")["drawn_features"].astype(np.float32)
    return _describe(cars.draw(cars.FRESH_COUNT, cars.FRESH_SEED))


__all__ = ["ATTRIBUTES", "LOOKS"]
