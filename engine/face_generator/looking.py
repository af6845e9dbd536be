"""The closer look itself: every picture of it is made by one compiled call; in the worker only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.face_generator import reading, source
from engine.face_generator.closer import (
    NEAREST,
    PAIRS,
    PLANE,
    PLANE_HIGH,
    PLANE_LOW,
    QUIZ_COLUMNS,
    STRENGTHS,
    WALK,
    WALK_COLUMNS,
    Config,
    Result,
)
from engine.face_generator.experiment import FACES
from engine.face_generator.noise import latents
from engine.face_generator.sheets import FINE, as_array, sheet

if TYPE_CHECKING:
    from engine.runs.context import Context

NOTHING = np.zeros(0, np.uint8)


def mixed(parts: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Return mixtures of latents, as long as the same mixture of their lengths.

    A mixture of two random latents is shorter than either, and lies closer to the middle than any latent the network
    was trained on.

    Args:
        parts: (n, k), how much of each corner; rows add up to 1.
        corners: (k, LATENT).
    """
    mixture = parts @ corners
    wanted = np.maximum(parts @ np.linalg.norm(corners, axis=1), 0)
    length = np.linalg.norm(mixture, axis=1)
    scale = np.divide(wanted, length, out=np.ones_like(length), where=length > 1e-9)
    return np.asarray(mixture * scale[:, None], np.float32)


def plane(corners: np.ndarray) -> np.ndarray:
    """Return the latents of the plane through A, B and C, (PLANE², LATENT): A lower left, B to the right, C upwards."""
    along = np.linspace(PLANE_LOW, PLANE_HIGH, PLANE)
    x, y = (values.ravel() for values in np.meshgrid(along, along[::-1]))
    return mixed(np.stack([1 - x - y, x, y], axis=1), corners)


def walk(corners: np.ndarray) -> np.ndarray:
    """Return the latents on the way from the first corner to the second, (WALK, LATENT)."""
    part = np.linspace(0, 1, WALK)
    return mixed(np.stack([1 - part, part], axis=1), corners[:2])


def moved(base: np.ndarray, strengths: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return a latent moved along directions: (LATENT,) + strengths (A,) or (n, A) @ directions (A, LATENT)."""
    return np.asarray(base + strengths @ directions, np.float32)


def rows(base: np.ndarray, strengths: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Return for each attribute the latents with that one at each of STRENGTHS, (A · S, LATENT), the others kept."""
    count = len(directions)
    all_of = np.tile(strengths, (count, len(STRENGTHS), 1))
    all_of[np.arange(count), :, np.arange(count)] = STRENGTHS
    return moved(base, all_of.reshape(-1, count), directions)


def closer(config: Config, context: Context) -> Result:
    """Return the closer look at one moment and three faces."""
    context.report(0, 1, "Making the faces around it")
    grid = latents(config.noise, FACES, config.seed, config.truncation)
    directions, correlation = reading.directions(config.kind, config.moment)
    strengths = np.asarray(config.strengths, np.float32)
    corners = grid[list(config.faces)].copy()
    corners[0] = moved(corners[0], strengths, directions)
    parts = [plane(corners), walk(corners), rows(grid[config.faces[0]], strengths, directions), grid, corners[:1]]
    made = source.pictures(config.kind, config.moment, np.concatenate(parts))
    ends = np.cumsum([len(part) for part in parts])[:-1]
    planes, walks, changed, faces, own = np.split(made, ends)
    near, distances, generated, fresh = reading.nearest(own[0], faces, config.kind, NEAREST)
    return Result(
        config=config,
        plane=as_array(sheet(planes, PLANE)),
        walk=as_array(sheet(walks, WALK_COLUMNS, FINE)),
        change=_steps(walks),
        attributes=as_array(sheet(changed, len(STRENGTHS), FINE)),
        correlation=correlation,
        neighbours=as_array(sheet(np.concatenate([own, near]), NEAREST + 1, FINE)) if len(near) else NOTHING,
        distances=distances,
        generated=generated,
        fresh=fresh,
        **_quiz(faces, config),
    )


def _steps(pictures: np.ndarray) -> np.ndarray:
    values = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    return np.asarray(np.sqrt(np.square(np.diff(values, axis=0)).mean(axis=1)), np.float32)


def _quiz(faces: np.ndarray, config: Config) -> dict[str, np.ndarray]:
    """Return pairs of a real and a generated picture in random order."""
    real = source.fresh_pictures(config.kind, PAIRS)
    if not len(real):
        return {"quiz": NOTHING, "fake": NOTHING}
    random = np.random.default_rng([config.seed, config.moment])
    fakes = faces[random.choice(FACES, PAIRS, replace=False)]
    fake = random.integers(0, 2, PAIRS).astype(np.uint8)
    first = np.where((fake == 0)[:, None, None, None], fakes, real)
    second = np.where((fake == 0)[:, None, None, None], real, fakes)
    pairs = np.stack([first, second], axis=1).reshape(-1, *faces.shape[1:])
    return {"quiz": as_array(sheet(pairs, QUIZ_COLUMNS, FINE)), "fake": fake}
