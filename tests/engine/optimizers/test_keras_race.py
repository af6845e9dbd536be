"""The race with real Keras: how far apart the paths are, on the surfaces themselves."""

import numpy as np
import pytest

from engine.optimizers import keras_race, race
from engine.optimizers.catalogue import IDS
from engine.optimizers.race import Config
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext


class Watched(SilentContext):
    def __init__(self, stop_after=10**9):
        super().__init__()
        self.stop_after = stop_after
        self.done = []

    def report(self, done, total, message="", **arrays):
        self.done.append((done, total))

    def stop_requested(self):
        return len(self.done) >= self.stop_after


@pytest.mark.parametrize(
    "config",
    [
        Config(optimizers=IDS, steps=100, surface="rosenbrock", learning_rate=0.0005),
        Config(optimizers=IDS, steps=100, surface="batches", learning_rate=0.1, noise=0.5),
    ],
    ids=["exact", "noisy"],
)
def test_hundred_steps_of_all_twelve_agree_with_keras(config):
    result = keras_race.run(keras_race.of(config), SilentContext())
    own = race.run(config)
    assert (result.compared == 100).all()
    for name, path, early, racer in zip(result.optimizers, result.paths, result.early, own.racers, strict=True):
        # float32 against float64; 5e-5 of paths that are some units long.
        assert early < 5e-5, name
        np.testing.assert_allclose(path, racer.path, atol=6e-5)
        assert early == pytest.approx(np.abs(path - racer.path).max(), rel=1e-3)


def test_what_leaves_the_picture_is_compared_until_then():
    config = Config(optimizers=("sgd", "adam"), steps=60, learning_rate=0.2)
    sgd, adam = race.run(config).racers
    result = keras_race.run(keras_race.of(config), SilentContext())
    assert sgd.left_at is not None
    assert result.compared[0] < sgd.left_at + 1
    assert np.isnan(result.difference[0, -1])
    assert result.compared[1] == 60
    assert np.isfinite(result.paths).all()
    assert result.largest.max() < 1e-3
    assert adam.left_at is None


def test_stop_keeps_what_was_computed():
    config = Config(optimizers=("sgd",), steps=100)
    watched = Watched(stop_after=7)
    result = keras_race.run(keras_race.of(config), watched)
    assert result.stopped
    assert result.steps == 7
    assert result.paths.shape == (1, 8, 2)
    assert watched.done[-1] == (7, 100)
    back, _ = decode(encode(result, {}), keras_race.Result)
    np.testing.assert_array_equal(back.paths, result.paths)


def test_a_place_without_value_ends_nothing():
    config = Config(optimizers=("sgd",), steps=20, surface="formula", formula="x + log(x + 1)", learning_rate=0.5)
    result = keras_race.run(keras_race.of(config), SilentContext())
    assert np.isfinite(result.paths).all()
    assert result.compared[0] < 20


def test_settings_that_do_not_count_do_not_change_the_key():
    assert keras_race.of(Config(formula="x^2")) == keras_race.of(Config(reach=9.0))
    one, other = (Config(surface="formula", formula=text) for text in ("x^2+y", "x^2+2y"))
    assert keras_race.of(one) != keras_race.of(other)


def test_story_names_the_size_and_what_rounding_does():
    difference = np.array([[0, 1e-7, 2e-6], [0, 1e-5, 0.02]], dtype=np.float32)
    result = keras_race.Result(
        optimizers=("sgd", "rmsprop"),
        paths=np.zeros((2, 3, 2), np.float32),
        difference=difference,
        early=difference.max(axis=1),
        largest=difference.max(axis=1),
        compared=np.array([2, 2], np.int32),
        steps=2,
        stopped=False,
    )
    first, second = keras_race.story(result)
    assert "1 of 2 racers stay within 2.0e−6" in first
    assert second.startswith("RMSprop’s difference passes 0.001 at step 2")


def test_scenes_are_shipped():
    shipped = keras_race.shipped()
    assert len(set(shipped)) == 5
    assert keras_race.of(Config()) in shipped
