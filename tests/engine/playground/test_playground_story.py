import statistics

import numpy as np

from engine.playground.experiment import Config
from engine.playground.story import final_metric, overfitting_from, spread, story
from tests.engine.playground.builders import made_result

CONFIG = Config(epochs=100, seeds=3)
FALLING = np.linspace(0.7, 0.1, 101)[:, None].repeat(3, axis=1)
ACCURACY = np.linspace(0.5, 0.9, 101)[:, None] + np.array([[0.0, 0.02, -0.03]])


def test_the_end_is_told_with_mean_and_deviation_over_the_seeds():
    result = made_result(CONFIG, FALLING, FALLING + 0.05, ACCURACY)
    ends = [0.9, 0.92, 0.87]
    told = story(result)
    assert f"{100 * statistics.mean(ends):.1f} ± {100 * statistics.stdev(ends):.1f} %" in told
    assert "over 3 seeds" in told
    assert "network shown 90.0 %" in told
    assert "overfit" not in told.replace("no overfitting", "")


def test_overfitting_is_found_where_the_validation_loss_turns():
    epoch = np.arange(101)
    validation = (0.3 + ((epoch - 40) / 60) ** 2)[:, None].repeat(3, axis=1)
    result = made_result(CONFIG, FALLING, validation, ACCURACY)
    assert overfitting_from(result) == 40
    told = story(result)
    assert "overfits from about epoch 40 on" in told
    assert "0.30 to 1.30" in told


def test_no_overfitting_where_the_validation_loss_only_jitters():
    jitter = FALLING + 0.01 * np.sin(np.arange(101))[:, None]
    assert overfitting_from(made_result(CONFIG, FALLING, jitter, ACCURACY)) is None


def test_divergence_is_told_with_epoch_and_learning_rate():
    loss = FALLING.copy()
    loss[7:, 0] = np.nan
    weights = np.ones((101, 3), np.float32)
    weights[:7] = 10.0 ** np.arange(7)[:, None]
    lost = np.array([7, -1, -1], np.int32)
    config = CONFIG.changed(learning_rate=3.0)
    result = made_result(config, loss, loss, ACCURACY, diverged=lost, weight_norm=weights)
    assert result.diverged_at == 7
    told = story(result)
    assert "diverged at epoch 7" in told
    assert "learning rate of 3" in told
    assert "over 2 seeds" in told
    assert np.isnan(final_metric(result)[0])


def test_all_seeds_lost():
    loss = FALLING.copy()
    loss[3:] = np.nan
    result = made_result(CONFIG, loss, loss, ACCURACY, diverged=np.full(3, 3, np.int32))
    assert "All 3 seeds diverged" in story(result)


def test_learning_nothing_stopping_and_regression_are_told():
    flat = np.full((11, 1), 0.69)
    result = made_result(Config(seeds=1, epochs=100), flat, flat, np.full((11, 1), 0.5), stopped=True)
    told = story(result)
    assert "no better than guessing, which is right in 50 %" in told
    assert "stopped it at epoch 10 of 100" in told
    plane = Config(dataset="plane", seeds=1)
    assert "learned next to nothing" in story(made_result(plane, flat, flat, flat))
    told = story(made_result(plane, FALLING[:, :1], FALLING[:, :1], FALLING[:, :1]))
    assert "mean squared error" in told
    assert "%" not in told


def test_a_run_that_has_only_epoch_0_has_a_story_too():
    for seeds in (1, 3):
        result = made_result(Config(seeds=seeds), FALLING[:1, :seeds], FALLING[:1, :seeds], ACCURACY[:1, :seeds])
        assert "Nothing has been trained yet" in story(result)


def test_spread_leaves_out_what_is_no_number():
    mean, deviation = spread(np.array([1.0, np.nan, 3.0]))
    assert (mean, round(deviation, 6)) == (2.0, round(statistics.stdev([1, 3]), 6))
    assert spread(np.array([4.0])) == (4.0, 0.0)
