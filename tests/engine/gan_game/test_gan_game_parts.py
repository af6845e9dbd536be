"""Losses, penalty, divergences, shapes and stretches against hand algebra, Keras and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from engine.errors import InvalidSetting
from engine.gan_game import divergence, stretches, targets
from engine.gan_game.experiment import Config, gone_on
from engine.gan_game.losses import LOSSES, discriminator_loss, generator_loss, gradient_penalty
from engine.gan_game.targets import DRAWN, GRID, SHAPES, coverage, decoded, drawn_from, encoded, parts_hit, target

REAL = np.random.default_rng(0).normal(1, 2, (3, 40, 1)).astype("float32")
FAKE = np.random.default_rng(1).normal(-1, 2, (3, 40, 1)).astype("float32")


def test_cross_entropy_is_keras_s_own() -> None:
    import keras

    entropy_of = keras.losses.BinaryCrossentropy(from_logits=True)
    for game in range(3):
        real, fake = REAL[game], FAKE[game]
        judge = 0.5 * float(entropy_of(np.ones_like(real), real) + entropy_of(np.zeros_like(fake), fake))
        for kind in ("non-saturating", "minimax"):
            assert float(discriminator_loss(kind, REAL, FAKE)[game]) == pytest.approx(judge, rel=1e-5)
        forger = float(entropy_of(np.ones_like(fake), fake))
        assert float(generator_loss("non-saturating", FAKE)[game]) == pytest.approx(forger, rel=1e-5)
        minimax = -float(entropy_of(np.zeros_like(fake), fake))
        assert float(generator_loss("minimax", FAKE)[game]) == pytest.approx(minimax, rel=1e-5)


def test_the_other_losses_are_what_their_papers_say() -> None:
    real, fake = REAL[..., 0], FAKE[..., 0]
    wanted = {
        "least squares": (((real - 1) ** 2).mean(1) / 2 + (fake**2).mean(1) / 2, ((fake - 1) ** 2).mean(1) / 2),
        "wasserstein": (fake.mean(1) - real.mean(1), -fake.mean(1)),
        "hinge": (np.maximum(0, 1 - real).mean(1) + np.maximum(0, 1 + fake).mean(1), -fake.mean(1)),
    }
    for kind, (judge, forger) in wanted.items():
        np.testing.assert_allclose(discriminator_loss(kind, REAL, FAKE), judge, rtol=2e-5, atol=1e-6)
        np.testing.assert_allclose(generator_loss(kind, FAKE), forger, rtol=2e-5, atol=1e-6)


def test_no_real_point_stands_in_the_generator_s_loss() -> None:
    import inspect

    assert list(inspect.signature(generator_loss).parameters) == ["kind", "fake"]


def test_the_penalty_of_a_linear_critic_is_its_slope_s() -> None:
    import tensorflow as tf

    weights = tf.constant([[3.0], [4.0]])  # its slope is 5 everywhere, so the penalty is (5 − 1)²
    points = tf.random.normal((2, 16, 2), seed=0)
    found = gradient_penalty(lambda x: tf.matmul(x, weights) + 7.0, points, -points, tf.fill((2, 16, 1), 0.3))
    np.testing.assert_allclose(found, [16.0, 16.0], rtol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 400))
def test_divergences_are_scipy_s(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    one = divergence.histogram(generator.normal(0, 0.5, (count, 2)))
    other = divergence.histogram(generator.uniform(-1, 1, (count, 2)))
    assert divergence.kl(one, other) == pytest.approx(entropy(one, other), rel=1e-9)
    assert divergence.js(one, other) == pytest.approx(jensenshannon(one, other) ** 2, rel=1e-9)
    assert 0 <= divergence.js(one, other) <= np.log(2)
    assert divergence.kl(one, one) == 0


def test_a_histogram_counts_every_point_once_and_forgets_what_is_no_number() -> None:
    points = np.array([[0.01, 0.01], [9, 9], [np.nan, 0]])
    counts = divergence.histogram(points) * (2 + divergence.ADDED * divergence.CELLS**2) - divergence.ADDED
    assert counts.sum() == pytest.approx(2)
    assert counts[-1] == pytest.approx(1)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != DRAWN])
def test_real_points_cover_their_own_shape(shape: str) -> None:
    own = target(shape)
    good, shares = coverage(drawn_from(own, 2000, np.random.default_rng(3)), own)
    assert good > 0.97
    assert parts_hit(shares) == own.parts
    assert shares.sum() == pytest.approx(good, abs=1e-6)
    assert np.abs(own.skeleton).max() < targets.WINDOW - 3 * own.sigma


def test_a_collapsed_crowd_hits_one_cloud_of_nine() -> None:
    own = target(GRID)
    good, shares = coverage(np.full((50, 2), own.skeleton[4]), own)
    assert (good, int(parts_hit(shares)), int(shares.argmax())) == (1.0, 1, 4)
    assert coverage(np.full((5, 2), np.nan), own)[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-1.1, 1.1), st.floats(-1.1, 1.1)), min_size=1, max_size=targets.MOST_DRAWN))
def test_a_drawing_survives_the_link(points: list[tuple[float, float]]) -> None:
    text = encoded(np.array(points))
    back = decoded(text)
    assert len(text) <= 2 * targets.MOST_DRAWN
    for point in points:
        assert np.abs(back - point).max(axis=1).min() <= targets.REACH / 63 + 1e-6
    assert encoded(back) == text
    own = target(DRAWN, text)
    assert 1 <= own.parts <= 9


def test_bad_drawings_are_refused_and_endless_ones_cut() -> None:
    for bad in ("A", "A!", "é" * 2):
        with pytest.raises(InvalidSetting):
            Config(drawn=bad)
    many = np.random.default_rng(0).uniform(-1, 1, (3000, 2))
    assert len(encoded(many)) == 2 * targets.MOST_DRAWN
    assert encoded(np.array([[np.nan, 0], [np.inf, 1]])) == ""
    with pytest.raises(InvalidSetting, match="Nothing is drawn"):
        target(DRAWN, "")


def test_stretches_survive_the_link_and_bad_ones_are_refused() -> None:
    config = Config(loss="hinge", cheating=True, generator_rate=0.0015)
    row = (config.last(), Config(who="discriminator", steps=7).last())
    assert stretches.decoded(stretches.encoded(row)) == row
    for bad in (
        "1_2",
        "x_0_b_1_1_0.1_0.1_0_1",
        "10_9_b_1_1_0.1_0.1_0_1",
        "10_0_b_99_1_0.1_0.1_0_1",
        "5_0_b_1_1_9_9_0_1",
    ):
        with pytest.raises(InvalidSetting):
            Config(before=bad)
    with pytest.raises(InvalidSetting, match="at most"):
        Config(before=stretches.encoded((Config(steps=10_000).last(), Config(steps=9_000, seed=1).last())), steps=5000)


def test_going_on_changes_what_may_change_and_joins_what_is_alike() -> None:
    shown = Config(seed=5, steps=400)
    on = gone_on(shown, 150, Config(seed=9, steps=50, generator_rate=0.01, distribution=GRID))
    assert (on.seed, on.distribution, on.generator_rate, on.steps) == (5, "ring", 0.01, 50)
    assert [one.steps for one in on.plan()] == [150, 50]
    assert [one.steps for one in gone_on(shown, 400, shown).plan()] == [800]


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_has_a_place_in_the_text(loss: str) -> None:
    assert stretches.decoded(stretches.encoded((Config(loss=loss).last(),)))[0].loss == loss


def test_moments_have_both_ends_and_stay_few() -> None:
    row = (Config(steps=3000).last(), Config(steps=1).last())
    found = stretches.moments(row)
    assert {0, 3000, 3001} <= set(found)
    assert len(found) <= stretches.MOST_MOMENTS
    longer = stretches.moments((Config(steps=3000).last(), Config(steps=4000, seed=1, generator_rate=0.1).last()))
    assert {one for one in longer if one <= 3000} <= set(found)
    assert found == sorted(found)
