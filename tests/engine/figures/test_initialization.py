"""The picture of N first weights: borders against the networks themselves, and what the board sends."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.figures import initialization as figures
from engine.initialization import borders, scenes
from engine.initialization.experiment import Result
from engine.models.forward import forward
from engine.runs.store import store


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES}


def test_a_circle_is_found_by_marching_squares() -> None:
    x, y = np.meshgrid(borders.PLACES, borders.PLACES)
    pieces = borders.segments(9 - x**2 - y**2)
    ends = pieces.reshape(-1, 2)
    np.testing.assert_allclose(np.hypot(ends[:, 0], ends[:, 1]), 3, atol=0.02)
    length = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]).sum()
    assert length == pytest.approx(6 * np.pi, rel=0.01)


@pytest.mark.parametrize("corners", [(1, -1, 1, -1), (-1, 1, -1, 1)])
def test_a_saddle_has_two_pieces(corners: tuple[int, ...]) -> None:
    values = -np.ones((borders.GRID, borders.GRID))
    values[3, 3], values[3, 4], values[4, 4], values[4, 3] = corners
    own = borders.segments(values)
    middle = own.reshape(-1, 2, 2).mean(axis=1)
    cell = borders.PLACES[3:5]
    inside = ((middle > cell[0]) & (middle < cell[1])).all(axis=1)
    assert inside.sum() == 2


def test_at_its_border_a_network_is_undecided(shipped: dict[str, Result]) -> None:
    result = shipped["Thirty runs"]
    pieces, whose = borders.borders(result)
    own = pieces[-1][whose[-1] == 4][:, :2]
    around = own + np.array([(0.25, 0), (-0.25, 0), (0, 0.25), (0, -0.25)])[:, None]
    weights = result.snapshots[-1, 4].astype(float)
    said = forward(weights, around.reshape(-1, 2), result.config.architecture())[-1].reshape(4, -1)
    assert ((said > 0.5).any(axis=0) & (said < 0.5).any(axis=0)).mean() > 0.97
    assert borders.nearest(result, *own[0]) >= 0


def test_disagreement_is_the_share_of_pairs(shipped: dict[str, Result]) -> None:
    result = shipped["Thirty runs"]
    ones = borders.scores(result)[-1, :, 10, 12] > 0
    pairs = [ones[i] != ones[j] for i in range(30) for j in range(i)]
    assert borders.disagreement(result)[-1, 10, 12] == pytest.approx(float(np.mean(pairs)))


def test_the_board_holds_every_run(shipped: dict[str, Result]) -> None:
    for result in shipped.values():
        sent = json.loads(json.dumps(figures.board(result, figures.View(), "r"), allow_nan=False))
        assert sent["frames"] == len(result.moments)
        assert "nan" not in json.dumps(sent["panels"][-1])
        assert len(json.dumps(sent)) < 1_200_000
