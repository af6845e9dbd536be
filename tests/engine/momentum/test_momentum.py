"""Momentum against Keras' own SGD, NumPy's eigenvalues, SciPy's minima and its own exported scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as some
from scipy.optimize import minimize_scalar

from engine.errors import InvalidSetting
from engine.figures import cards_momentum, momentum_network
from engine.figures import momentum as figures
from engine.momentum import scenes, story, theory, valleys
from engine.momentum.experiment import MOMENTA, NETWORK, RACERS, VALLEYS, Config, Result, partial, run, walk
from engine.momentum.script import script
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

TINY = Config(task=NETWORK, learning_rate=0.05, table="wine", layers=(4,), epochs=3, seeds=5, batch_size=64, seed=3)
WALKS = [scene.config for scene in scenes.SCENES if scene.config.task != NETWORK]


@given(some.floats(0.01, 5), some.floats(0, 0.99), some.floats(0.01, 1), some.sampled_from(["momentum", "nesterov"]))
def test_the_rate_is_the_largest_eigenvalue_of_a_step(rate: float, share: float, curvature: float, rule: str) -> None:
    left = 1 - rate * curvature
    trace, determinant = (share + left, share) if rule == "momentum" else ((1 + share) * left, share * left)
    expected = np.abs(np.linalg.eigvals([[trace, -determinant], [1, 0]])).max()
    assert float(theory.rate(np.array(rate), np.array(share), curvature, rule)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_it_leaves_just_above_the_largest_rate(share: float, rule: str) -> None:
    limit = theory.largest_rate(share, 0.7, rule)
    below, above = (float(theory.rate(np.array(limit * part), np.array(share), 0.7, rule)) for part in (0.999, 1.001))
    assert below < 1 < above


@pytest.mark.parametrize("condition", [4.0, 25.0, 100.0])
def test_polyaks_best_is_the_best_of_the_whole_map(condition: float) -> None:
    best = theory.best(condition)
    rates, shares = np.meshgrid(np.linspace(0.01, 4, 300), np.linspace(0, 0.99, 300))
    assert theory.slowest(rates, shares, condition).min() >= best.rate - 1e-9
    there = float(theory.slowest(np.array(best.learning_rate), np.array(best.momentum), condition))
    assert there == pytest.approx(best.rate, abs=1e-6)  # a double root: half the digits
    plain = minimize_scalar(lambda rate: float(theory.slowest(rate, np.array(0.0), condition)), bounds=(0.1, 2))
    assert plain.fun == pytest.approx(best.plain_rate, abs=1e-4)


def test_the_regions_by_hand() -> None:
    assert theory.region(0.25, 0.1, 1.0) == theory.SLOW
    assert theory.region(0.25, 0.25, 1.0) == theory.CRITICAL
    assert theory.region(0.25, 0.9, 1.0) == theory.RIPPLES
    assert theory.region(1.9, 0.0, 1.0) == theory.JUMPS
    assert theory.region(2.1, 0.0, 1.0) == theory.DIVERGES
    assert float(theory.digits(np.array(0.1), 3)) == pytest.approx(3)


@pytest.mark.parametrize("config", [*WALKS, Config(condition=3, momentum=0.3, steps=40)])
def test_every_path_is_that_of_keras(config: Config) -> None:
    result = walk(config.changed(steps=40))
    surface = config.surface()
    for racer, path in zip(RACERS, result.path, strict=True):
        share = 0.0 if racer == "sgd" else config.momentum
        optimizer = keras.optimizers.SGD(config.learning_rate, momentum=share, nesterov=racer == "nesterov")
        weights = keras.Variable(path[0], dtype="float32")
        optimizer.build([weights])
        for place in path[1:]:
            optimizer.apply(
                [tf.constant(surface.gradient(*(float(one) for one in weights.numpy())), "float32")], [weights]
            )
            if not np.isfinite(place).all() or np.abs(place).max() > 100:
                break
            np.testing.assert_allclose(weights.numpy(), place, rtol=2e-3, atol=2e-4)


def test_the_velocity_is_the_step_that_was_taken() -> None:
    result = walk(Config())
    np.testing.assert_allclose(np.diff(result.path[1], axis=0), result.velocity[1, 1:], atol=1e-12)
    sums = Config().momentum * result.velocity[1] - Config().learning_rate * result.gradient[1]
    np.testing.assert_allclose(sums[:-1], result.velocity[1, 1:], atol=1e-12)


def test_a_quadratic_shrinks_by_the_rate_of_theory() -> None:
    config = Config(steps=300, momentum=0.8, learning_rate=0.5)
    result = walk(config)
    keeps = float(theory.slowest(np.array(0.5), np.array(0.8), config.condition))
    peaks = np.sqrt(result.loss[1])
    seen = (peaks[200:260].max() / peaks[60:120].max()) ** (1 / 140)
    assert seen == pytest.approx(keeps, abs=0.003)


def test_the_valleys_and_their_ridge() -> None:
    (deep, _, low), (shallow, _, high) = valleys.minima()
    for place, loss in ((deep, low), (shallow, high)):
        found = minimize_scalar(lambda x: valleys.value(x, 0.0), bracket=(place - 0.2, place + 0.2))
        assert found.x == pytest.approx(place, abs=1e-4)
        assert found.fun == pytest.approx(loss)
    assert low < high
    assert deep < valleys.ridge() < shallow
    assert valleys.slope(valleys.ridge()) == pytest.approx(0, abs=1e-9)
    assert valleys.STARTS.min() > valleys.ridge()


def test_who_escapes_is_counted_by_the_same_rule() -> None:
    for racer, look_ahead in ((1, False), (2, True)):
        counted = 0
        for start in valleys.STARTS:
            config = Config(
                task=VALLEYS, learning_rate=0.02, momentum=0.9, start_x=float(start), start_y=0.0, steps=300
            )
            counted += scenes.over_the_ridge(walk(config))[racer]
        share = valleys.escaped(np.array([0.02]), np.array([0.9]), look_ahead)[0]
        assert share == pytest.approx(counted / len(valleys.STARTS), abs=0.041)  # float32: one start on the edge
    assert valleys.escape_map().shape == (len(valleys.MOMENTA), len(valleys.RATES))


@pytest.fixture(scope="module")
def shipped() -> Result:
    return store().find(scenes.REAL).result


def test_every_scene_answers_from_what_was_measured(shipped: Result) -> None:
    right = {
        "Ripples": scenes.RISES[2],
        "Critically damped": scenes.PLAIN[2],
        "Too far": scenes.WHO[2],
        "Out of the hole": scenes.DEEP[2],
        "A real network": scenes.LEFT[2],
    }
    for scene in scenes.SCENES:
        result = shipped if scene.config == scenes.REAL else walk(scene.config)
        assert scene.answer(result, right[scene.name]).startswith("Right.")
        assert scene.answer(result, "something else").startswith("You said")
        assert scenes.fits(scene.config, result)
        assert story.story(result)


def test_much_of_the_lead_is_a_larger_rate(shipped: Result) -> None:
    same, fair = shipped.same_loss[-1].mean(axis=1), shipped.fair_loss[-1].mean(axis=1)
    assert same[2] < 0.2 * same[0]
    np.testing.assert_allclose(fair, same[0], rtol=0.1)
    assert same[3] > shipped.same_loss[0, 3].mean()  # β = 0.99 at the same η: 100 times the rate
    assert scenes.lead_left(shipped) < scenes.HALF


def test_the_networks_are_trained_as_keras_trains_them_and_the_scripts_say_so(tmp_path: Path) -> None:
    result = run(TINY, SilentContext())
    assert isinstance(result, Result)
    np.testing.assert_array_equal(result.fair_loss[:, 0], result.same_loss[:, 0])
    asked = [TINY, Config(momentum=0.5, steps=20), scenes.HOLE.changed(steps=20)]
    networks, *walks = printed_by((tmp_path, script(config)) for config in asked)
    for kind, loss in (("same rate", result.same_loss), ("rate (1 - momentum)", result.fair_loss)):
        for which, momentum in enumerate(MOMENTA):
            match = re.search(rf"{re.escape(kind)}, momentum {momentum}: ([\d. ]+)", networks)
            assert match is not None
            np.testing.assert_allclose([float(one) for one in match[1].split()], loss[-1, which], rtol=2e-3)
    for config, printed in zip(asked[1:], walks, strict=True):
        walked = walk(config)
        for place, name in enumerate(("plain", "momentum", "nesterov")):
            match = re.search(rf"{name}: (\S+) (\S+) loss", printed)
            assert match is not None
            np.testing.assert_allclose([float(match[1]), float(match[2])], walked.path[place, -1], rtol=2e-3, atol=2e-4)


class Impatient(SilentContext):
    """Stops in the second training; keeps what was reported."""

    def __init__(self) -> None:
        super().__init__()
        self.series: dict[str, list[np.ndarray]] = {}

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        for name, rows in arrays.items():
            self.series.setdefault(name, []).append(rows)

    def stop_requested(self) -> bool:
        return sum(len(rows) for rows in self.series.get("loss", ())) > TINY.epochs + 1


def test_stop_keeps_what_there_is() -> None:
    context = Impatient()
    result = run(TINY, context)
    assert isinstance(result, Result)
    assert result.stopped
    assert np.isfinite(result.same_loss[:, 0]).all()
    assert not np.isfinite(result.fair_loss[-1, 3]).any()
    assert "You stopped it" in story.story(result)
    so_far = partial(TINY, {name: np.concatenate(rows) for name, rows in context.series.items()})
    assert so_far is not None
    np.testing.assert_array_equal(so_far.same_loss, result.same_loss)
    assert partial(TINY, {}) is None
    json.dumps(momentum_network.board(result, "r", running=True), allow_nan=False)


def test_the_pictures_hold_what_leaves_too(shipped: Result) -> None:
    for config in (*WALKS, Config(learning_rate=10.0, momentum=0.99, condition=1.0), Config(start_x=0.0, start_y=0.0)):
        sent = json.loads(json.dumps(figures.board(walk(config), "r"), allow_nan=False))
        assert sent["frames"] == config.steps + 1
        assert [panel["name"] for panel in sent["panels"]][:2] == [figures.MAP, figures.PATH]
        assert story.story(walk(config))
    assert json.dumps(momentum_network.board(shipped, "r"), allow_nan=False)
    assert "<polyline" in cards_momentum.momentum_card(True)


def test_too_many_steps_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="steps each") as caught:
        Config(task=NETWORK, batch_size=8, epochs=60, seeds=10)
    assert "larger batches" in caught.value.advice
