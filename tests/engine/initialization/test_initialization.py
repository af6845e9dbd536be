"""N first weights, against plain Keras, the exported script, NumPy's variance, and a simulation of the interval."""

from __future__ import annotations

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.errors import InvalidSetting
from engine.initialization import scenes, spread, story
from engine.initialization.experiment import (
    BOOTSTRAP,
    EQUAL,
    GLOROT,
    GROUPS,
    HE,
    INITIALIZERS,
    LARGE,
    MODEL_FILE,
    SMALL,
    ZEROS,
    Config,
    Result,
    partial,
    rows,
    rows_of,
    run,
)
from engine.initialization.live import first_weights
from engine.initialization.script import script
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

TINY = Config(points=24, batch_size=8, epochs=8, runs=7, layers=(4, 3), noise=0.3, seed=5)
ALONE = TINY.changed(cures=False)


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY, SilentContext())


def test_every_group_is_trained_from_the_same_first_weights(tiny: Result) -> None:
    assert tiny.groups == GROUPS
    assert tiny.weights.shape == (5, 7, TINY.architecture().parameter_count())
    np.testing.assert_array_equal(tiny.snapshots[0], first_weights(TINY).astype(np.float16))
    np.testing.assert_array_equal(tiny.final[0], tiny.error[-1])
    assert len(tiny.loss) == TINY.epochs + 1


@pytest.mark.parametrize("place", [0, 3])
def test_a_run_is_what_keras_trains(tiny: Result, place: int) -> None:
    data, seed = rows(TINY), 1000 * (TINY.seed + place)
    model = keras.Sequential([keras.Input((2,))])
    for layer, units in enumerate((4, 3)):
        start = keras.initializers.GlorotUniform(seed=seed + layer)
        model.add(keras.layers.Dense(units, "tanh", kernel_initializer=start))
    start = keras.initializers.GlorotUniform(seed=seed + 2)
    model.add(keras.layers.Dense(1, "sigmoid", kernel_initializer=start))
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "binary_crossentropy", metrics=["accuracy"])
    for epoch in range(1, TINY.epochs + 1):
        order = np.random.default_rng((TINY.seed, epoch)).permutation(TINY.points)
        for batch in order.reshape(-1, TINY.batch_size):
            model.train_on_batch(data.x[batch], data.y[batch, None])
    trained = np.concatenate([array.ravel() for array in model.get_weights()])
    np.testing.assert_allclose(trained, tiny.weights[0, place], atol=2e-5)
    wrong = np.mean((model.predict_on_batch(data.test_x)[:, 0] > 0.5) != (data.test_y > 0.5))
    assert float(tiny.final[0, place]) == pytest.approx(float(wrong), abs=1.5e-3)
    np.testing.assert_allclose(
        spread.probabilities(tiny, "alone")[place], model.predict_on_batch(data.test_x)[:, 0], atol=1e-5
    )


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_have_the_deviation_of_their_papers(name: str) -> None:
    config = Config(layers=(32, 32), initializer=name, runs=40)
    weights = first_weights(config)
    kernel = weights[:, 2 * 32 + 32 : 2 * 32 + 32 + 32 * 32]
    expected = {ZEROS: 0.0, EQUAL: 0.0, SMALL: 0.001, LARGE: 5.0, GLOROT: (2 / 64) ** 0.5, HE: (2 / 32) ** 0.5}
    assert float(kernel.std()) == pytest.approx(expected[name], rel=0.03)
    assert float(kernel.mean()) == pytest.approx(0.5 if name == EQUAL else 0.0, abs=0.1)
    assert not weights[:, 64:96].any()  # biases


def test_bootstrap_samples_repeat_rows_and_more_data_holds_the_first_rows() -> None:
    samples = rows_of(TINY.changed(points=400), BOOTSTRAP)
    assert np.mean([len(np.unique(own)) / 400 for own in samples]) == pytest.approx(1 - np.exp(-1), abs=0.02)
    assert len(rows_of(TINY, "four")[0]) == 4 * len(rows_of(TINY, "alone")[0])
    assert TINY.epochs_of("four") * 4 == TINY.epochs  # as many updates


@pytest.mark.parametrize(("name", "moves"), [(ZEROS, False), (EQUAL, True)])
def test_equal_units_stay_equal(name: str, moves: bool) -> None:
    result = run(ALONE.changed(initializer=name, epochs=12), SilentContext())
    assert (spread.distinct_units(result, result.weights[0]) == 2).all()  # one a layer
    first = TINY.architecture().split(first_weights(ALONE.changed(initializer=name))[0])[0]
    last = TINY.architecture().split(result.weights[0, 0])[0]
    assert bool(np.abs(last - first).max() > 1e-4) is moves
    np.testing.assert_allclose(last, last[:, :1].repeat(4, axis=1), rtol=1e-3, atol=1e-6)
    assert float(result.final[0].std()) == 0.0


def test_random_units_all_differ(tiny: Result) -> None:
    assert (spread.distinct_units(tiny, tiny.snapshots) == 7).all()


def test_the_deviation_of_single_networks_is_that_of_numpy(tiny: Result) -> None:
    for entry in ("alone", "dropout", "twice", "four"):
        found = spread.spread(tiny, entry)
        own = tiny.final[GROUPS.index(entry)].astype(float)
        assert found.deviation == pytest.approx(own.std(ddof=1), abs=2e-4)
        assert found.mean == pytest.approx(own.mean(), abs=2e-4)
        assert found.independent == 7
    said = spread.probabilities(tiny, "alone") > 0.5
    pairs = [np.mean(said[i] != said[j]) for i in range(7) for j in range(i)]
    assert spread.spread(tiny, "alone").apart == pytest.approx(float(np.mean(pairs)), abs=1e-9)


def test_the_interval_is_millers_jackknife(tiny: Result) -> None:
    from scipy import stats

    own = spread.errors(tiny, "alone", 1)
    without = np.log([np.delete(own, place).var(ddof=1) for place in range(7)])
    pseudo = 7 * np.log(own.var(ddof=1)) - 6 * without
    half = stats.t.ppf(0.975, 6) * pseudo.std(ddof=1) / np.sqrt(7)
    found = spread.spread(tiny, "alone")
    expected = np.exp((np.log(own.var(ddof=1)) + np.array([-half, half])) / 2)
    np.testing.assert_allclose([found.low, found.high], expected, rtol=0.02)


def test_bags_share_no_network_and_answer_with_their_mean(tiny: Result) -> None:
    members = spread.groups(tiny, spread.BAG, 3)
    assert members.shape == (2, 3)
    assert len(set(members.ravel())) == 6
    truth = rows(TINY).test_y > 0.5
    said = spread.probabilities(tiny, BOOTSTRAP)
    expected = [np.mean((said[own].mean(axis=0) > 0.5) != truth) for own in members]
    np.testing.assert_allclose(spread.errors(tiny, spread.BAG, 3), expected)
    found = spread.spread(tiny, spread.BAG, 3)
    assert found.independent == 2
    assert found.ratio == pytest.approx(found.deviation / spread.spread(tiny, "alone").deviation, rel=1e-3)


def test_the_variance_of_bags_is_that_of_all_pairs_of_groups(tiny: Result) -> None:
    from itertools import combinations

    truth, said = rows(TINY).test_y > 0.5, spread.probabilities(tiny, "alone")
    halves = []
    for first in combinations(range(7), 2):
        for second in combinations(sorted(set(range(7)) - set(first)), 2):
            one, other = (np.mean((said[list(own)].mean(axis=0) > 0.5) != truth) for own in (first, second))
            halves.append((one - other) ** 2 / 2)
    found = spread.spread(tiny, spread.AVERAGE, 2)
    assert found.deviation == pytest.approx(float(np.sqrt(np.mean(halves))), rel=0.06)


def test_a_run_that_leaves_is_counted_and_left_out() -> None:
    result = run(ALONE.changed(activation="relu", initializer=LARGE, learning_rate=10.0, epochs=12), SilentContext())
    gone = int(np.isnan(result.final[0]).sum())
    assert gone == int(np.isnan(result.loss[-1]).sum())
    told = " ".join(story.story(result, 2, 0.3))
    assert (f"{gone} of 7 runs diverged" in told) == (gone > 0)
    assert "nan" not in told


class Impatient(SilentContext):
    """Stops after some questions."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.left = questions

    def stop_requested(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_stop_keeps_what_there_is() -> None:
    context = Impatient(0)
    result = run(TINY, context)
    assert result.stopped
    assert result.groups == GROUPS[:1]
    assert context.files[MODEL_FILE]
    assert "You stopped it" in " ".join(story.story(result, 2, 0.3))
    series = {
        "loss": result.loss,
        "error": result.error,
        "snapshot_epoch": result.moments,
        "snapshots": result.snapshots,
    }
    assert partial(TINY, series) is not None
    assert partial(TINY, {}) is None


def test_too_many_steps_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidSetting, match="steps") as caught:
        Config(points=400, batch_size=4, epochs=400)
    assert "fewer runs" in caught.value.advice


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES}


def test_every_scene_answers_from_its_shipped_run(shipped: dict[str, Result]) -> None:
    right = {
        "Thirty runs": scenes.GAPS[2],
        "Zeros": scenes.UNITS[0],
        "Too small": scenes.HOW_MANY[2],
        "Too large": scenes.HOW_MANY[1],
        "Which cure": scenes.NARROWEST[2],
    }
    for scene in scenes.SCENES:
        assert scene.answer(shipped[scene.name], right[scene.name]).startswith("Right.")
        assert scene.answer(shipped[scene.name], "something else").startswith("You said")


def test_the_cures_shrink_the_spread_measurably(shipped: dict[str, Result]) -> None:
    result = shipped["Thirty runs"]
    for entry in (spread.AVERAGE, spread.BAG, "twice", "four"):
        assert spread.spread(result, entry, 5).verdict == "narrower"
    assert spread.spread(result, "dropout").verdict == "not sure"
    told = " ".join(story.story(result, 5, 0.3))
    assert "not sure" in told
    assert "6 bags that share none" in told
    assert "hidden units differ" not in told  # all do


def test_the_story_of_zeros_says_why(shipped: dict[str, Result]) -> None:
    told = " ".join(story.story(shipped["Zeros"], 5, 0.3))
    assert "At the end 2 of 16 hidden units differ" in told
    assert "equal gradients" in told


def test_the_script_prints_the_pages_numbers(tmp_path: Path, tiny: Result) -> None:
    [printed] = printed_by([(tmp_path, script(TINY, 3))])
    names = ("alone", "average of 3", "bag of 3", "dropout", "2 x rows", "4 x rows")
    for name, entry in zip(names, spread.ENTRIES, strict=True):
        found = spread.errors(tiny, entry, 3)
        match = re.search(rf"^{name}: mean ([\d.]+) deviation ([\d.]+) of (\d+)", printed, re.MULTILINE)
        assert match is not None
        assert int(match[3]) == len(found)
        assert float(match[1]) == pytest.approx(found.mean(), abs=1e-3)
        assert float(match[2]) == pytest.approx(found.std(ddof=1), abs=1e-3)
