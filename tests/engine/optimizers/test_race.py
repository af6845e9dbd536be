"""The race: equal conditions for all, and honest words for what became of them."""

import numpy as np
import pytest

from engine.config import from_untrusted
from engine.errors import InvalidFormula, InvalidSetting
from engine.optimizers import race, surfaces, walk
from engine.optimizers.catalogue import CLASSICS, IDS
from engine.optimizers.race import Config
from engine.optimizers.surface import Surface


def line_surface(**changed):
    """A slope-free surface whose value is x: what a path is worth is known by heart."""
    values = {
        "id": "line",
        "label": "Line",
        "line": "",
        "source": "",
        "value": lambda x, y: x + 0 * y,
        "gradient": lambda x, y: (1.0, 0.0),
        "x": (0.0, 10.0),
        "y": (-1.0, 1.0),
        "start": (5.0, 0.0),
        "minima": ((0.0, 0.0, 0.0),),
        "rate": 0.1,
        "valley": 1.0,
    }
    return Surface(**{**values, **changed})


def judged(xs, diverged_at=None):
    path = np.column_stack([np.array(xs, dtype=float), np.zeros(len(xs))])
    memory = np.full((len(xs), 6), np.nan)
    walked = walk.Walk(path, np.zeros_like(path), memory, diverged_at, "")
    return walk.judge("sgd", 0.1, walked, path[:, 0], line_surface(), 1.0)


def test_in_the_valley_means_to_stay_there():
    assert judged([5, 0.5, 3, 0.5, 0.2, 0.1]).valley_at == 3
    assert judged([5, 0.5, 0.2, 0.1, 0.2, 3]).valley_at is None
    assert judged([0.5, 0.2, 0.1]).valley_at == 0
    assert judged([5, 4, 3, 0.5]).valley_at == 3
    assert judged([5, 4, 1.0]).valley_at is None  # the rim itself is outside


def test_leaving_means_not_to_come_back():
    assert judged([5, 12, 5, 11, 12]).left_at == 3
    assert judged([5, 12, 5]).left_at is None
    assert judged([5, -1, -2]).left_at == 1
    assert judged([5, -1, -2]).valley_at is None  # low, but out of the picture


def test_diverged_counts_as_left_and_never_as_arrived():
    racer = judged([5, 0.5, 0.5, 0.5], diverged_at=2)
    assert (racer.valley_at, racer.left_at, racer.diverged_at) == (None, 2, 2)


def test_length_is_the_length_of_the_path():
    assert judged([5, 3, 4]).length == pytest.approx(3.0)


def test_divergence_has_a_step_and_a_reason():
    (racer,) = race.run(Config(surface="bowl", learning_rate=10.0, optimizers=("sgd",))).racers
    # |1 − 2η| = 19: the first step beyond 1000 picture widths, by algebra.
    factor = 19.0
    far_x, far_y = 1000 * 9.0, 1000 * 6.4
    step = next(n for n in range(99) if 3.5 * factor**n > far_x or 2.2 * factor**n > far_y)
    assert racer.diverged_at == step
    assert "picture widths" in racer.diverged_reason
    assert racer.left_at == 1
    assert np.isfinite(racer.path).all()
    assert (racer.path[step:] == racer.path[step - 1]).all()


def test_a_place_without_value_ends_a_racer_with_that_reason():
    config = Config(surface="formula", formula="x + log(x + 1)", learning_rate=0.5, optimizers=("sgd", "adam"))
    result = race.run(config.changed(start=(2.0, 0.0)))
    for racer in result.racers:
        assert racer.diverged_at is not None
        assert "no finite value" in racer.diverged_reason


def test_a_start_without_value_diverges_at_once():
    config = Config(surface="formula", formula="log(x) + y^2", start=(-1.0, 0.0), optimizers=("adam",))
    (racer,) = race.run(config).racers
    assert racer.diverged_at == 0
    assert racer.path.shape == (201, 2)


def test_all_race_from_the_same_start_with_the_same_noise():
    config = Config(optimizers=IDS, noise=0.5, surface="plateau", learning_rate=0.01)
    result = race.run(config)
    starts = {tuple(racer.path[0]) for racer in result.racers}
    assert starts == {surfaces.named("plateau").start}
    first = {tuple(racer.gradient[0]) for racer in result.racers if racer.id != "gradient_descent"}
    assert len(first) == 1
    exact = result.racer("gradient_descent").gradient[0]
    np.testing.assert_allclose(exact, surfaces.named("plateau").gradient(*result.start))
    assert tuple(exact) not in first


def test_noise_has_the_size_that_was_asked_for():
    config = Config(optimizers=("sgd",), noise=2.0, steps=300, surface="bowl", learning_rate=0.01)
    (racer,) = race.run(config).racers
    noise = racer.gradient - 2 * racer.path
    assert noise.std() == pytest.approx(2.0, rel=0.1)
    again = race.run(config).racers[0]
    np.testing.assert_array_equal(racer.path, again.path)
    other = race.run(config.changed(seed=8)).racers[0]
    assert np.abs(other.path - racer.path).max() > 0.01


def test_gradient_descent_on_a_bowl_is_a_geometric_series():
    (racer,) = race.run(Config(surface="bowl", learning_rate=0.1, optimizers=("gradient_descent",))).racers
    expected = np.outer(0.8 ** np.arange(201), surfaces.named("bowl").start)
    np.testing.assert_allclose(racer.path, expected, atol=1e-12)
    np.testing.assert_allclose(racer.loss, (expected**2).sum(axis=1), atol=1e-12)


def test_every_racer_has_the_memory_its_rule_keeps():
    memories = {r.id: (r.velocity is not None, r.square is not None) for r in race.run(Config(optimizers=IDS)).racers}
    assert memories == {
        "gradient_descent": (False, False),
        "sgd": (False, False),
        "momentum": (True, False),
        "nesterov": (True, False),
        "adagrad": (False, True),
        "rmsprop": (False, True),
        "adadelta": (False, True),
        "adam": (True, True),
        "adamw": (True, True),
        "nadam": (True, True),
        "adamax": (True, True),
        "lion": (True, False),
    }


def test_start_is_brought_into_the_picture():
    surface = surfaces.named("ravine")
    assert race.start_of(Config(start=(-999.0, 0.5)), surface) == (surface.x[0], 0.5)
    assert race.start_of(Config(), surface) == surface.start


def test_config_orders_its_racers_and_refuses_nonsense():
    assert Config(optimizers=("adam", "sgd", "adam")).optimizers == ("sgd", "adam")
    assert Config().optimizers == CLASSICS
    with pytest.raises(InvalidSetting, match="two numbers"):
        Config(start=(1.0,))
    with pytest.raises(InvalidSetting, match="Lion"):
        Config(betas=(-1.0,) * 11 + (0.0,))
    with pytest.raises(InvalidSetting):
        Config(optimizers=())
    config, notices = from_untrusted(Config, {"learning_rate": 1e9, "surface": "../etc", "steps": 50, "seed": True})
    assert config == Config(steps=50)
    assert len(notices) == 3


def test_a_wrong_formula_is_an_error_with_words():
    with pytest.raises(InvalidFormula, match="sine"):
        race.run(Config(surface="formula", formula="sine(x)"))


def test_twelve_optimizers_times_300_steps_take_milliseconds():
    import time

    config = Config(optimizers=IDS, steps=300)
    race.run(config)
    times = []
    for _ in range(5):
        start = time.process_time()
        race.run(config)
        times.append(time.process_time() - start)
    assert min(times) < 0.03
