"""Schedules against Keras' own objects and callbacks, its `fit`, SciPy, and their own exported scripts."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from scipy.stats import ttest_1samp

from engine.errors import InvalidSetting
from engine.runs.context import SilentContext
from engine.schedules import compare, curves, drawn, range_test
from engine.schedules.data import table
from engine.schedules.experiment import (
    CONSTANT,
    COSINE,
    CYCLIC,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    LADDER,
    ONE_CYCLE,
    PLATEAU,
    SCHEDULES,
    WARM_UP,
    Config,
    Result,
    partial,
    range_rates,
    run,
)
from engine.schedules.plateau import Plateau
from engine.schedules.script import CORNERS, script
from tests.engine.scripts import printed_by

CONFIGS = (Config(), Config(learning_rate=0.1, epochs=7, end=0.2, drops=(50, 150), drop=0.3, warm_up=0.4, cycles=3))
TINY = Config(table="wine", epochs=5, units=4, batch_size=32, seeds=3, seed=2, patience=1, learning_rate=0.3)


def keras_object(config: Config, name: str):
    """The schedule made by Keras' classes, from the config's numbers alone."""
    schedules, total = keras.optimizers.schedules, config.steps * config.epochs
    if name == EXPONENTIAL:
        return schedules.ExponentialDecay(config.learning_rate, total, config.end)
    if name == COSINE:
        return schedules.CosineDecay(config.learning_rate, total, config.end)
    climb = round(config.warm_up * total)
    return schedules.CosineDecay(0.0, total - climb, config.end, warmup_target=config.learning_rate, warmup_steps=climb)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("name", [EXPONENTIAL, COSINE, WARM_UP])
def test_every_step_is_that_of_the_keras_schedule(config: Config, name: str) -> None:
    oracle = keras_object(config, name)
    expected = keras.ops.convert_to_numpy(keras.ops.vectorized_map(oracle, np.arange(config.steps * config.epochs)))
    np.testing.assert_allclose(curves.rates(config, name), expected, atol=1e-7)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_drops_are_those_of_the_callback_of_the_resnet_rule(config: Config) -> None:
    """As the Keras example for CIFAR-10 counts them: by epoch, through LearningRateScheduler."""

    def rule(epoch: int) -> float:
        rate = config.learning_rate
        for number, at in enumerate(config.drops):
            if epoch >= max(1, round(config.epochs * at / 200)):
                rate *= 0.5 if number == 3 else config.drop
        return rate

    np.testing.assert_allclose(curves.rates(config, DROPS), by_callback(config, rule), atol=1e-7)


def by_callback(config: Config, rule) -> np.ndarray:
    """What LearningRateScheduler puts on a Keras optimizer, repeated for each step of an epoch."""
    optimizer = keras.optimizers.SGD(config.learning_rate)
    callback = keras.callbacks.LearningRateScheduler(rule)
    callback.set_model(SimpleNamespace(optimizer=optimizer))
    taken = []
    for epoch in range(config.epochs):
        callback.on_epoch_begin(epoch)
        taken.append(float(optimizer.learning_rate))
    return np.repeat(taken, config.steps)


def test_a_drawing_is_what_the_callback_would_take() -> None:
    config = Config(drawn="1 0.5 0.01", epochs=5)
    expected = [0.5, 0.5 * 0.5**0.5, 0.25, 0.5 * (0.5 * 0.01) ** 0.5, 0.005]  # halfway on a log scale
    np.testing.assert_allclose(
        curves.rates(config, DRAWN), by_callback(config, lambda epoch: expected[epoch]), atol=1e-7
    )
    assert drawn.moved("1 0.5 0.01", 0.4, 0.2) == "1 0.2 0.01"
    assert drawn.points(drawn.encoded([99.0, 1e-9])) == (10.0, 1e-4)
    for wrong, word in (("1", "has 1 numbers"), ("1 x", "not a number"), ("1 20", "bounds"), ("1 nan", "bounds")):
        with pytest.raises(InvalidSetting, match=word):
            Config(drawn=wrong)


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("name", [ONE_CYCLE, CYCLIC])
def test_corners_are_those_of_the_scripts_keras_schedule(config: Config, name: str) -> None:
    scope: dict = {"keras": keras, "schedules": keras.optimizers.schedules}
    exec(CORNERS, scope)
    oracle = scope["Corners"](*curves.corners(config, name))
    expected = keras.ops.convert_to_numpy(keras.ops.vectorized_map(oracle, np.arange(config.steps * config.epochs)))
    np.testing.assert_allclose(curves.rates(config, name), expected, atol=1.5e-7)


def test_cycles_and_the_one_cycle_by_hand() -> None:
    config = Config(epochs=20, cycles=2, low=0.1)
    cyclic = curves.rates(config, CYCLIC)
    quarter = len(cyclic) // 4
    np.testing.assert_allclose(cyclic[[0, quarter, 2 * quarter, 3 * quarter]], [0.05, 0.5, 0.05, 0.5], atol=1e-6)
    # Smith 2017: base + (max − base) · (1 − |position|)
    position = np.abs(np.arange(len(cyclic)) / quarter % 2 - 1)
    np.testing.assert_allclose(cyclic, 0.05 + 0.45 * (1 - position), atol=1e-6)
    once = curves.rates(config, ONE_CYCLE)
    assert once.argmax() == round(0.45 * len(once))
    assert once.max() == pytest.approx(0.5)
    assert once[-1] < once[0] / 20


@pytest.mark.parametrize("patience", [1, 3])
def test_reduce_on_plateau_is_the_callback(patience: int) -> None:
    random = np.random.default_rng(patience)
    losses = np.exp(-np.linspace(0, 2, 40))[:, None] + random.normal(0, 0.1, (40, 3))
    losses[30:, 2] = np.nan
    ours = Plateau(0.5, 3, 0.3, patience, 0.005)
    for network in range(3):
        optimizer = keras.optimizers.SGD(0.5)
        callback = keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=patience, min_lr=0.005)
        callback.monitor_op = keras.ops.less
        callback.min_delta *= -1  # as Keras does when it finds out that less is better
        callback.set_model(SimpleNamespace(optimizer=optimizer))
        callback.on_train_begin()
        alone = Plateau(0.5, 3, 0.3, patience, 0.005)
        for epoch, row in enumerate(losses):
            callback.on_epoch_end(epoch, {"val_loss": float(row[network])})
            alone.judge(row)
            assert float(optimizer.learning_rate) == pytest.approx(float(alone.rate[network]), abs=1e-7)
    for row in losses:
        ours.judge(row)
    assert ours.rate.max() < 0.5


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY, SilentContext())


def test_all_begin_alike_and_the_same_rates_are_the_same_run(tiny: Result) -> None:
    assert (tiny.loss[0] == tiny.loss[0, :1]).all()
    same = TINY.changed(drawn="1 1", end=1.0, warm_up=0.01)
    again = run(same, SilentContext())
    places = [SCHEDULES.index(name) for name in (CONSTANT, EXPONENTIAL, COSINE, DRAWN)]
    np.testing.assert_allclose(again.loss[:, places], again.loss[:, :1].repeat(4, axis=1), rtol=1e-4)
    np.testing.assert_allclose(again.loss[:, 0], tiny.loss[:, 0], rtol=1e-4)
    assert (again.loss[1:, len(SCHEDULES)] > again.loss[1:, 0]).all()  # a 32nd of the rate is behind


def test_plateau_in_the_run_follows_the_held_back_losses(tiny: Result) -> None:
    rule = Plateau(TINY.learning_rate, TINY.seeds, TINY.factor, TINY.patience, TINY.learning_rate * TINY.end)
    place = SCHEDULES.index(PLATEAU)
    for epoch in range(TINY.epochs):
        np.testing.assert_array_equal(tiny.plateau_rate[epoch], rule.rate)
        rule.judge(tiny.held_loss[epoch + 1, place])


def test_the_script_gives_the_numbers_of_the_page(tmp_path: Path, tiny: Result) -> None:
    ends, held = compare.last(tiny.loss), compare.last(tiny.held_accuracy)
    whole = (PLATEAU, COSINE)
    for name, printed in zip(whole, printed_by((tmp_path, script(TINY, name)) for name in whole), strict=True):
        for kind in (CONSTANT, name):
            match = re.search(rf"^{kind}: loss ([\d. ]+) accuracy ([\d. ]+)$", printed, re.MULTILINE)
            assert match is not None
            place = SCHEDULES.index(kind)
            np.testing.assert_allclose([float(one) for one in match[1].split()], ends[place], rtol=2e-3)
            np.testing.assert_allclose([float(one) for one in match[2].split()], held[place], atol=1e-4)
        tested = re.findall(r"range test: step (\d+) rate (\S+) loss (\S+)", printed)
        assert len(tested) == 15
        for step, rate, loss in tested:
            assert float(rate) == pytest.approx(range_rates()[int(step)], rel=1e-3)
            if float(rate) < 0.5:  # beyond, rounding grows
                assert float(loss) == pytest.approx(float(tiny.range_loss[int(step), 0]), rel=5e-3)


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != PLATEAU])
def test_every_script_makes_the_rates_of_the_page(name: str) -> None:
    head = script(TINY, name).split("def build(")[0]
    scope: dict = {}
    exec(head, scope)
    rate, callbacks = scope["rate_and_callbacks"](name)
    total = TINY.steps * TINY.epochs
    if callbacks:
        taken = by_callback(TINY, callbacks[0].schedule)
    else:
        taken = np.array([float(rate(step)) if callable(rate) else rate for step in range(total)])
    np.testing.assert_allclose(taken, curves.rates(TINY, name), atol=2e-7)


def test_the_range_test_is_read_right() -> None:
    rates = range_rates()
    # A loss made by hand: falls fastest at 0.02, lowest at 0.3, back at its beginning by 2.
    place = np.log10(rates)
    loss = 2.0 - 1.5 / (1 + np.exp(-(place - np.log10(0.02)) * 6)) + 3.0 * np.clip(place - np.log10(0.6), 0, None)
    made = Result(Config(seeds=3), *[np.zeros((31, 16, 3))] * 3, np.zeros((30, 3)), np.repeat(loss[:, None], 3, axis=1))
    reading = range_test.read(made)
    assert reading is not None
    assert reading.steepest == pytest.approx(0.02, rel=0.2)
    assert 0.2 < reading.lowest < 0.8
    assert reading.diverges == pytest.approx(0.6 * 10**0.5, rel=0.2)
    broken = made.range_loss.copy()
    broken[250:] = np.nan
    lost = range_test.read(Result(Config(seeds=3), *[np.zeros((31, 16, 3))] * 3, np.zeros((30, 3)), broken))
    assert lost is not None
    assert np.isfinite(lost.loss).all()


def test_differences_are_paired_students_t() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=(4, len(SCHEDULES) + len(LADDER), 6))
    found = compare.difference(values, COSINE)
    gaps = values[-1, SCHEDULES.index(COSINE)] - values[-1, 0]
    low, high = ttest_1samp(gaps, 0).confidence_interval(0.95)
    assert found.mean == pytest.approx(gaps.mean())
    assert found.mean - found.half == pytest.approx(low)
    assert found.mean + found.half == pytest.approx(high)
    assert found.sure == (low > 0 or high < 0)


def test_wrong_labels_are_in_the_training_rows_only() -> None:
    clean, wrong = table(TINY.changed(flipped=0.0)), table(TINY.changed(flipped=0.5))
    np.testing.assert_array_equal(clean.held_y, wrong.held_y)
    np.testing.assert_array_equal(clean.x, wrong.x)
    assert 0.35 < np.mean(clean.y != wrong.y) < 0.65
    assert abs(clean.x.mean(axis=0)).max() < 1e-5


class Impatient(SilentContext):
    """Stops as soon as two epochs are reported; keeps what was."""

    def __init__(self) -> None:
        super().__init__()
        self.series: dict[str, list[np.ndarray]] = {}

    def report(self, done: float, total: float, message: str = "", **arrays: np.ndarray) -> None:
        assert done <= total
        for name, rows in arrays.items():
            self.series.setdefault(name, []).append(rows)

    def stop_requested(self) -> bool:
        return sum(len(rows) for rows in self.series.get("loss", ())) > 2


def test_stop_keeps_what_there_is() -> None:
    context = Impatient()
    result = run(TINY.changed(epochs=40), context)
    assert result.stopped
    assert 2 <= result.epochs_run < 40
    assert np.isfinite(compare.last(result.loss)).all()
    so_far = partial(result.config, {name: np.concatenate(rows) for name, rows in context.series.items()})
    assert so_far is not None
    np.testing.assert_array_equal(so_far.range_loss, result.range_loss)
    assert partial(TINY, {}) is None


def test_too_many_steps_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="too many") as caught:
        Config(batch_size=8, epochs=100)
    assert "larger batches" in caught.value.advice
