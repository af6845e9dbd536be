"""Scenes, sentences, tables and pictures made from results, checked with results made up for the purpose."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest

from engine.face_generator.source import ATTRIBUTES
from engine.figures import style_generator as figures
from engine.runs.context import SilentContext
from engine.scenes import Scene
from engine.style_generator import scenes, story, table
from engine.style_generator.experiment import VIEWS, Config, Mixing, Path, Result, Transfer, Truncation, run
from engine.style_generator.view import View

EMPTY = np.zeros(0, np.uint8)


@cache
def looked(view: str) -> Result:
    return run(Config(view=view), SilentContext())


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_told_and_tabulated(view: str) -> None:
    result = looked(view)
    board = figures.board(result, View(view=view), "one")
    assert board["kind"] == "board"
    assert all(panel.get("alt", "numbers") for panel in board["panels"])
    assert 2 <= len(story.story(result, 1.0, 4)) <= 3
    header, rows = table.numbers(result)
    assert rows
    assert all(len(row) == len(header) for row in rows)


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_every_scene_is_answered_by_its_own_run(scene: Scene) -> None:
    config: View = scene.config
    answers = [scene.answer(run(config.run(), SilentContext()), guess) for guess in scene.options]
    assert sum(answer.startswith("Right.") for answer in answers) == 1
    assert len(set(answers)) == len(scene.options)


def test_variety_is_a_share_of_that_at_1() -> None:
    variety = np.array([0.9, 0.8, 0.0, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0], np.float32)
    found = Truncation(EMPTY, np.zeros(9, np.int32), variety, variety, variety)
    assert story.variety_left(found, 0.5) == pytest.approx(0.6 / 0.8)
    result = Result(Config(), truncation=found)
    assert scenes.left_at_half(result) == scenes.LEFT[2]


def test_only_sizes_whose_layers_all_listen_count() -> None:
    follows = np.zeros((len(ATTRIBUTES), 5), np.float32)
    follows[5] = (0.6, 0.2, 0, 0, 0)  # yaw
    follows[6] = (0, 0, 0, 0.3, 0.6)  # background
    found = Mixing(EMPTY, np.zeros((5, 6)), np.ones((5, 2)), follows)
    assert story.carried_most(found, 0, 3) == (5, pytest.approx(0.8))
    assert story.carried_most(found, 0, 2) == (5, pytest.approx(0.6))
    assert story.carried_most(found, 5, 10) == (6, pytest.approx(0.9))
    result = Result(Config(view="mixing", start=5, end=10), mixing=found)
    assert scenes.what_comes_along(result) == "The background"


@pytest.mark.parametrize(("extra", "option"), [(0.0, "Alike"), (0.4, "Through z"), (-0.4, "Through w")])
def test_a_way_is_longer_from_two_standard_errors_on(extra: float, option: str) -> None:
    ones = np.linspace(9, 11, 24)
    spread = np.where(np.arange(24) % 2, 0.05, -0.05)
    lengths = np.stack([ones, ones * (1 + extra + spread)]).astype(np.float32)
    found = Path(EMPTY, np.zeros(50, np.int32), np.ones((2, 24)), lengths, ones)
    assert scenes.which_is_longer(Result(Config(view="path"), path=found)) == option
    assert story.longer(found)[0] == pytest.approx(extra, abs=1e-6)


def test_the_transfer_is_judged_by_its_spread() -> None:
    quality = np.array([[9.0, 2.0, 1.0], [12.0, 6.0, 3.0]], np.float32)
    found = Transfer(np.array([0, 10, 40], np.int32), EMPTY, np.zeros(7, np.int32), quality, quality * 0 + 0.5, quality)
    assert story.lead(found) == (pytest.approx(2.0), pytest.approx(0.5**0.5))
    assert story.caught_up(found) == 1
    assert scenes.who_is_nearer(Result(Config(view="transfer"), transfer=found)) == "From faces"
    unsure = dataclasses.replace(found, spread=quality * 0 + 5)
    assert scenes.who_is_nearer(Result(Config(view="transfer"), transfer=unsure)) == "Alike"
