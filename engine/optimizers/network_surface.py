"""A real surface: the loss of a small Keras network on real measurements, along two directions of its weights.

See that a network's loss is no bowl. The network is trained three times from three seeds, and the picture is the plane
through the three trained networks: three valleys and the ridges between them (Garipov and others, "Loss surfaces, mode
connectivity, and fast ensembling", NeurIPS 2018, figure 1). The other choice is two random directions around one
trained network, scaled filter by filter to the size of its weights, which shows how wide that one valley is (Li and
others, "Visualizing the loss landscape of neural nets", NeurIPS 2018).

The loss is computed by Keras at every point of a grid; a race runs on the bicubic spline through them, and the largest
difference between spline and Keras, measured at random points, is part of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine import config as settings
from engine.errors import StoreUnavailable
from engine.optimizers.spline import Spline, corner_values
from engine.optimizers.surface import Surface
from engine.runs.context import Context
from engine.runs.store import store

DATA = ("breast_cancer", "iris", "wine")
DIRECTIONS = ("three", "random")
TRAINING_STEPS, TRAINING_RATE = 400, 0.02
TEST_POINTS = 400
CHUNK = 512  # networks evaluated in one compiled call


@dataclass(frozen=True)
class Config(settings.Config):
    """Which network and which plane.

    Attributes:
        data: A data set that comes with scikit-learn; its columns are standardised.
        units: Width of the hidden tanh layer.
        directions: "three" (the plane through three trained ones) or "random" (around one of them).
        penalty: L2 penalty on all weights; it keeps the valleys finite.
        seed: Seeds the initial weights and the random directions.
        points: Points of the grid along either direction.
    """

    data: str = settings.choice("breast_cancer", DATA)
    units: int = settings.integer(6, 2, 32)
    directions: str = settings.choice("three", DIRECTIONS)
    penalty: float = settings.number(1e-3, 0.0, 0.1)
    seed: int = settings.integer(0, 0, 9999)
    points: int = settings.integer(129, 33, 193)


@dataclass(frozen=True)
class Result:
    """The surface.

    Attributes:
        x: (points,) coordinates along the first direction.
        y: (points,) along the second.
        corners: (4, points, points) float32: loss, ∂/∂x, ∂/∂y, ∂²/∂x∂y of the spline at the grid points.
        largest_error: Largest |spline − Keras| at random points inside the grid.
        usual_error: Median of the same.
        trained: (3, 3) x, y, loss of the three trained networks ((1, 3) for random directions).
        origin: (P,) weights at x = y = 0, in the order of `model.get_weights()`.
        first: (P,) the first direction.
        second: (P,) the second.
        accuracy: Of the trained networks on the data they were trained on.
        stopped: Whether it was stopped before the grid was done; then nothing else is usable.
    """

    x: np.ndarray
    y: np.ndarray
    corners: np.ndarray
    largest_error: float
    usual_error: float
    trained: np.ndarray
    origin: np.ndarray
    first: np.ndarray
    second: np.ndarray
    accuracy: np.ndarray
    stopped: bool


def run(config: Config, context: Context) -> Result:
    """Train the networks and evaluate the plane; runs in the worker, some seconds."""
    from engine.optimizers.network_plane import Plane

    plane = Plane(config)
    trained, accuracy = plane.train(TRAINING_STEPS, TRAINING_RATE, context)
    origin, first, second, centres = plane.directions(trained)
    axis_x, axis_y = plane.axes(centres)
    grid = np.stack(np.meshgrid(axis_x, axis_y), axis=-1).reshape(-1, 2)
    generator = np.random.default_rng((config.seed, 1))
    tests = generator.uniform((axis_x[0], axis_y[0]), (axis_x[-1], axis_y[-1]), (TEST_POINTS, 2))
    places = np.concatenate([grid, tests, centres])
    losses = np.empty(len(places))
    stopped = False
    for low in range(0, len(places), CHUNK):
        if stopped := context.stop_requested():
            losses[low:] = 0.0
            break
        chunk = places[low : low + CHUNK]
        losses[low : low + CHUNK] = plane.losses(origin + chunk[:, :1] * first + chunk[:, 1:] * second)
        context.report(low + len(chunk), len(places), "the loss on a grid")
    on_grid = losses[: len(grid)].reshape(len(axis_y), len(axis_x))
    corners = corner_values(axis_x, axis_y, on_grid).astype(np.float32)
    spline = Spline(axis_x, axis_y, corners)
    error = np.abs(spline.value(tests[:, 0], tests[:, 1]) - losses[len(grid) : len(grid) + TEST_POINTS])
    return Result(
        x=axis_x,
        y=axis_y,
        corners=corners,
        largest_error=float(error.max()),
        usual_error=float(np.median(error)),
        trained=np.column_stack([centres, losses[len(grid) + TEST_POINTS :]]),
        origin=origin.astype(np.float32),
        first=first.astype(np.float32),
        second=second.astype(np.float32),
        accuracy=accuracy,
        stopped=stopped,
    )


def shipped() -> tuple[Config, ...]:
    """Return the configs whose results come with the app: a surface for each data set."""
    return tuple(Config(data=data) for data in DATA)


def shipped_surface(data: str) -> Surface:
    """Return the surface of a data set's network that comes with the app.

    Raises:
        StoreUnavailable: It did not come.
    """
    config = Config(data=data)
    entry = store().find(config)
    if entry is None:
        raise StoreUnavailable(
            "The real network’s surface is not there.", "Choose another surface, or run `make assets` to compute it."
        )
    return _surface(config, _Same(entry.result))


def surface_of(config: Config, result: Result) -> Surface:
    """Return a computed plane as a surface to race on."""
    return _surface(config, _Same(result))


class _Same:
    """A result that is equal to itself only, so that its surface can be kept."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def __hash__(self) -> int:
        return id(self.result)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Same) and other.result is self.result


@lru_cache(maxsize=4)
def _surface(config: Config, same: _Same) -> Surface:
    result = same.result
    spline = Spline(result.x, result.y, result.corners)
    minima = _minima(result)
    trained = "three trained networks" if config.directions == "three" else "one trained network"
    return Surface(
        id="network",
        label="A real network",
        line=f"The loss of a real Keras network ({config.data.replace('_', ' ')}) in a plane through {trained}.",
        source=f"{config.data}, tanh layer of {config.units}, seed {config.seed}",
        value=spline.value,
        gradient=spline.gradient,
        x=spline.x,
        y=spline.y,
        start=_start(result),
        minima=minima,
        rate=0.1,
        valley=0.01,
        exact=False,
        labels=("direction 1", "direction 2"),
    )


def _minima(result: Result) -> tuple[tuple[float, float, float], ...]:
    """Return the trained networks, led by the lowest point of the grid where that is lower than they are."""
    found = sorted(((float(x), float(y), float(loss)) for x, y, loss in result.trained), key=lambda point: point[2])
    row, column = np.unravel_index(int(np.argmin(result.corners[0])), result.corners[0].shape)
    lowest = (float(result.x[column]), float(result.y[row]), float(result.corners[0][row, column]))
    if lowest[2] < found[0][2]:
        near = [point for point in found if abs(point[0] - lowest[0]) + abs(point[1] - lowest[1]) > 0.1]
        found = [lowest, *near]
    return tuple(found)


def _start(result: Result) -> tuple[float, float]:
    """Return where the loss is highest, the rim left out: a start that leaves every valley open."""
    losses = result.corners[0]
    rim = losses.shape[0] // 8
    inner = losses[rim:-rim, rim:-rim]
    row, column = np.unravel_index(int(np.argmax(inner)), inner.shape)
    return round(float(result.x[column + rim]), 3), round(float(result.y[row + rim]), 3)
