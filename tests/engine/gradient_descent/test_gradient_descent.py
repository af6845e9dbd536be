"""Three descents against plain Keras, hand algebra and sampling, and their exported script."""

from __future__ import annotations

import json
import re
import statistics
from itertools import combinations
from pathlib import Path

import keras
import numpy as np
import pytest

from engine.errors import InvalidSetting
from engine.figures import gradient_descent as figures
from engine.gradient_descent import scenes, story, theory
from engine.gradient_descent.experiment import NAMES, RACERS, Config, Result, data, order, partial, run
from engine.gradient_descent.script import script
from engine.neuron.theory import best_line
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.scripts import printed_by

SHORT = Config(points=21, batch_size=8, epochs=3, learning_rate=0.03, seed=4, seeds=2)


@pytest.fixture(scope="module")
def short() -> Result:
    return run(SHORT, SilentContext())


@pytest.mark.parametrize("racer", RACERS)
def test_each_racer_goes_where_keras_goes(short: Result, racer: str) -> None:
    x, y = data(SHORT)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[SHORT.start_slope]]), np.array([SHORT.start_offset])])
    model.compile(keras.optimizers.SGD(SHORT.learning_rate), loss="mean_squared_error")
    size, update = SHORT.size(racer), 0
    for rows in order(SHORT):
        for first in range(0, len(rows), size):
            batch = rows[first : first + size]
            model.train_on_batch(x[batch, None], y[batch, None])
            update += 1
            found = [float(weight.ravel()[0]) for weight in model.get_weights()]
            np.testing.assert_allclose(short.path(racer)[update], found, atol=2e-5)
    assert update == len(short.loss(racer)) - 1
    error = model.evaluate(x[:, None], y[:, None], batch_size=len(x), verbose=0)
    assert error == pytest.approx(float(short.loss(racer)[-1]), rel=1e-4)


def test_the_noise_of_a_batch_is_that_of_all_batches_there_are() -> None:
    config = Config(points=8, batch_size=3, epochs=1)
    rows = theory.row_gradients(config, config.start_slope, config.start_offset)
    whole = rows.mean(axis=0)
    means = np.array([rows[list(chosen)].mean(axis=0) for chosen in combinations(range(8), 3)])
    expected = np.sqrt(np.square(means - whole).sum(axis=1).mean())
    assert theory.noise(config, np.array([3]))[0] == pytest.approx(expected, rel=1e-9)


def test_a_row_gradient_by_hand() -> None:
    x, y = (float(values[2]) for values in data(SHORT))
    wrong = 0.5 * x - 1 - y
    np.testing.assert_allclose(theory.row_gradients(SHORT, 0.5, -1)[2], [2 * wrong * x, 2 * wrong], rtol=1e-6)


def test_the_limit_of_all_rows_holds_for_the_run() -> None:
    limit = theory.limits(SHORT)[0]
    for factor in (0.97, 1.03):
        config = SHORT.changed(learning_rate=factor * limit, epochs=100)
        result = run(config, SilentContext())
        assert bool(result.batch_loss[-1] < result.batch_loss[0]) == (factor < 1)


def test_rows_come_once_an_epoch_and_sorted_where_never_shuffled() -> None:
    for epoch in order(SHORT):
        assert sorted(epoch) == list(range(21))
    fixed = order(SHORT.changed(shuffle=False))
    assert (np.diff(data(SHORT)[0][fixed[0]]) >= 0).all()
    assert (fixed == fixed[0]).all()


class Impatient(SilentContext):
    """Stops at the first question."""

    def stop_requested(self) -> bool:
        return True


def test_stop_keeps_what_there_is() -> None:
    result = run(SHORT, Impatient())
    assert result.stopped
    assert result.epochs == 1
    assert len(result.online_loss) == 22
    assert "You stopped it after epoch 1 of 3." in story.story(result)
    assert partial(SHORT, {}) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [({"points": 16, "batch_size": 16}, "holds all"), ({"points": 400, "epochs": 100}, "updates")],
)
def test_what_makes_no_sense_is_refused(values: dict[str, int], message: str) -> None:
    with pytest.raises(InvalidSetting, match=message):
        Config(**values)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    return {scene.name: store().find(scene.config).result for scene in scenes.SCENES}


def test_every_scene_answers_from_its_shipped_run(shipped: dict[str, Result]) -> None:
    right = {
        "Three ways": NAMES["online"],
        "Too small a rate": NAMES["online"],
        "Too large for one": scenes.LEAVE[1],
        "Left long enough": NAMES["mini"],
    }
    for scene in scenes.SCENES:
        assert scene.answer(shipped[scene.name], right[scene.name]).startswith("Right.")
        assert scene.answer(shipped[scene.name], "something else").startswith("You said")


def test_the_excess_is_measured_from_least_squares(shipped: dict[str, Result]) -> None:
    result = shipped["Left long enough"]
    fitted = np.polyfit(result.x.astype(float), result.y.astype(float), 1)
    lowest = float(np.square(np.polyval(fitted, result.x) - result.y).mean())
    assert best_line(result.x, result.y, True).loss == pytest.approx(lowest, rel=1e-6)
    assert scenes.excess(result, "batch") == pytest.approx(float(result.batch_loss[-1]) - lowest, abs=1e-6)


def test_the_other_seeds_are_what_they_are_alone(short: Result) -> None:
    alone = run(SHORT.changed(seed=SHORT.seed + 1, seeds=1), SilentContext())
    for place, racer in enumerate(RACERS):
        np.testing.assert_allclose(short.ends[1, place], alone.path(racer)[-1], atol=1e-6)
        assert short.excesses[0, place] == pytest.approx(scenes.excess(short, racer), abs=1e-5)
        assert short.excesses[1, place] == pytest.approx(scenes.excess(alone, racer), abs=1e-5)


def test_the_story_gives_mean_and_deviation_over_the_seeds(shipped: dict[str, Result]) -> None:
    result = shipped["Three ways"]
    values = [float(value) for value in result.excesses[:, RACERS.index("mini")]]
    assert len(values) == result.config.seeds
    expected = f"mini-batch {statistics.mean(values):.2g} ± {statistics.stdev(values):.1g}"
    assert expected in story.story(result)
    assert re.search(r"one row left in \d", story.story(shipped["Too large for one"]))


def test_the_story_says_who_rose(shipped: dict[str, Result]) -> None:
    assert "one row ended higher than it began" in story.story(shipped["Too large for one"])
    assert "One epoch is 1, 7, 100 updates" in story.story(shipped["Three ways"])


@pytest.mark.parametrize("count", figures.COUNTS)
def test_the_picture_in_every_view(shipped: dict[str, Result], count: str) -> None:
    for result in shipped.values():
        sent = json.loads(json.dumps(figures.board(result, figures.View(count), "r"), allow_nan=False))
        assert sent["frames"] <= figures.MOST_FRAMES + 1
        assert sent["panels"][1]["note"] == f"over {count}"


def test_the_script_prints_the_pages_numbers(tmp_path: Path, short: Result) -> None:
    unshuffled = SHORT.changed(shuffle=False, epochs=2)
    results = (short, run(unshuffled, SilentContext()))
    printed = printed_by((tmp_path, script(config)) for config in (SHORT, unshuffled))
    for result, said in zip(results, printed, strict=True):
        for racer, name in (("batch", "all rows"), ("mini", "mini-batch"), ("online", "one row")):
            lines = re.findall(rf"seed (\d) {name}: m (-?[\d.]+) c (-?[\d.]+) error ([\d.]+)", said)
            assert [line[0] for line in lines] == ["4", "5"]
            for line, end in zip(lines, result.ends[:, RACERS.index(racer)], strict=True):
                np.testing.assert_allclose([float(line[1]), float(line[2])], end, atol=2e-4)
            assert float(lines[0][3]) == pytest.approx(float(result.loss(racer)[-1]), rel=1e-3)
