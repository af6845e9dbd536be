"""What the board says of a search: the right points at the right places, and nothing that is not there."""

from __future__ import annotations

import base64
import dataclasses
import json

import numpy as np
import pytest

from engine.figures import hyperparameters as figures
from engine.figures import hyperparameters_closer as closer_figures
from engine.figures.cards_hyperparameters import hyperparameters_card
from engine.figures.hyperparameters_network import shown_neurons
from engine.figures.hyperparameters_style import groups, score_ticks
from engine.hyperparameters import point
from engine.hyperparameters.experiment import Config
from engine.hyperparameters.surrogate import PAIRS
from engine.runs.store import store
from tests.engine.hyperparameters.made import made

OWN = point.Config(dataset="wine", splits=2, repeats=2)


def values(packed):
    return np.frombuffer(base64.b64decode(packed["base64"]), "<f4")


def panels(payload):
    return {panel["name"]: panel for panel in payload["panels"]}


def marks(panel, kind):
    return [mark for mark in panel["marks"] if mark["kind"] == kind]


@pytest.fixture(scope="module")
def shipped():
    entry = store().find(Config())
    assert entry is not None
    return entry.result


def test_the_board_has_every_part_and_can_travel(shipped):
    payload = figures.board(shipped, point.Config())
    assert set(panels(payload)) == {
        "parallel",
        "network",
        "readout",
        "noise",
        *(f"slice-{name}" for name in ("dropout", "learning_rate", "neuron_share", "neuron_shrink")),
    }
    assert payload["frames"] == 36
    assert len(json.dumps(payload)) < 200_000
    assert all(panel["alt"] for panel in payload["panels"] if panel["kind"] == "panel")


def test_every_tried_point_is_a_line_and_one_s_own_too():
    result = made()
    lines = marks(panels(figures.board(result, OWN))["parallel"], "line")
    assert len(lines) == 4
    assert [line["emphasis"] for line in lines] == sorted(line["emphasis"] for line in lines), "the best on top"
    assert lines[2]["hover"].startswith("Point 1: 99.0 %")


def test_a_clicked_point_can_be_found_by_its_place():
    """The dots lie axis by axis, so that the place modulo the number of points is the point."""
    result = made()
    dots = next(mark for mark in marks(panels(figures.board(result, OWN))["parallel"], "points") if mark["name"])
    assert dots["hover"][:16] == dots["hover"][16:32]
    assert len(dots["hover"]) == 5 * 16
    drawn = np.isfinite(values(dots["y"]).reshape(5, 16))
    assert (drawn == (np.arange(16) < 3)).all(), "what has not been tried yet is not drawn"


def test_a_point_with_the_numbers_of_a_trial_has_its_score():
    result = made()
    names = ("dropout", "learning_rate", "neuron_share", "neuron_shrink")
    same = OWN.changed(**dict(zip(names, map(float, result.points[1]), strict=True)))
    assert figures.same_point(result, same) == 1
    assert figures.same_point(result, OWN) == -1
    assert figures.own_score(result, same, None) == pytest.approx(0.95)
    assert np.isnan(figures.own_score(result, OWN, None))
    untried = OWN.changed(**dict(zip(names, map(float, result.points[9]), strict=True)))
    assert figures.same_point(result, untried) == -1, "it is a candidate, but has not been tried"


def test_the_read_out_follows_the_best_so_far():
    result = made(trial=np.array([2, 1, 0], dtype=np.int32), score=np.array([0.5, 0.95, 0.99], dtype=np.float32))
    frames = panels(figures.board(result, OWN))["readout"]["lines"]
    assert [frame[0][1] for frame in frames] == ["№ 3", "№ 2", "№ 1"]
    assert frames[0][1][2] == "not known"


def test_the_network_is_drawn_from_the_four_numbers():
    network = panels(figures.board(made(), OWN.changed(neuron_share=1.0, neuron_shrink=0.5)))["network"]
    assert "hidden layers of 128, 64, 32, 16, 8" in network["alt"]
    assert marks(network, "texts")[0]["text"] == ["13", "128", "64", "32", "16", "8", "3"]
    assert [shown_neurons(units) for units in (1, 3, 128)] == [1, 3, 11]


def test_an_evaluation_that_failed_to_finish_and_a_search_without_points_are_drawn():
    stopped = point.Result(OWN, float("nan"), float("nan"), np.zeros(2), 10, 0, 0.1, 0, np.full(2, np.nan), True)
    figures.board(made(), OWN, stopped)
    none = {name: np.zeros(0, dtype=np.int32) for name in ("trial", "rung", "epochs", "diverged")}
    none |= {name: np.zeros(0, dtype=np.float32) for name in ("score", "deviation", "loss", "seconds", "needed")}
    empty = made(**none, scores=np.zeros((0, 2)), curve=np.zeros((0, 28)), repeats=np.zeros((0, 2)))
    payload = figures.board(empty, OWN)
    assert payload["frames"] == 1


def test_the_closer_look_compares_methods_at_their_cost(shipped):
    order = closer_figures.pairs_by_importance(shipped)
    assert 1 in PAIRS[order[0]], "the learning rate matters most"
    grid = store().find(Config(method="grid"))
    assert grid is not None
    payload = closer_figures.closer(shipped, (grid.result,), point.Config(), order[0], revision="r")
    lines = marks(panels(payload)["race"], "line")
    assert [line["label"] for line in lines] == ["random", "grid"]
    spent, best = closer_figures.best_so_far(shipped)
    assert spent[-1] == shipped.epochs.sum()
    assert (np.diff(best) >= 0).all()
    assert len(json.dumps(payload)) < 200_000


def test_only_fully_trained_points_race_in_a_halving():
    halving = store().find(Config(method="halving"))
    assert halving is not None
    spent, best = closer_figures.best_so_far(halving.result)
    assert len(best) == 4
    assert spent[0] > halving.result.epochs[halving.result.rung < 2].sum()


def test_looks_go_by_rank_and_ticks_are_round():
    result = made()
    assert groups(result)[:3].tolist() == [4, 3, 1]
    texts = [text for _, text in score_ticks(result, 0.0, 1.0)]
    assert texts == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    value = dataclasses.replace(result, classification=False)
    assert [text for _, text in score_ticks(value, -0.5, 0.5)] == ["−0.40", "−0.20", "0.00", "0.20", "0.40"]


def test_the_card_is_drawn_in_both_appearances():
    assert hyperparameters_card(False).count("<polyline") == 36
    assert hyperparameters_card(False) != hyperparameters_card(True)
