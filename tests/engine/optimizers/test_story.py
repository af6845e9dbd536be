"""The words under a race: right, and only where they are right."""

import numpy as np
import pytest

from engine.optimizers import race, scenes, surfaces
from engine.optimizers.catalogue import IDS
from engine.optimizers.race import Config
from engine.optimizers.story import NOBODY, first, guessed, scoreboard, story
from engine.optimizers.words import joined, number, ordinal
from engine.scenes import matching


def told(**values):
    return " ".join(story(race.run(Config(**values))))


def test_two_over_lambda_is_said_below_and_above_it():
    below = told(learning_rate=0.06)
    assert "SGD stays stable, because 0.06 is below 2/λ = 0.08, where λ = 25" in below
    above = told(learning_rate=0.09)
    assert "SGD left the picture" in above
    assert "because 0.09 is above 2/λ = 0.08" in above
    assert "stays stable" not in above


@pytest.mark.parametrize(
    "name", [name for name in surfaces.OPTIONS if name not in ("bowl", "ravine", "batches", "network")]
)
def test_no_lambda_where_no_theorem_holds(name):
    for rate in (0.001, 0.05, 1.0):
        assert "λ" not in told(surface=name, learning_rate=rate, optimizers=IDS)


def test_with_small_batches_the_theorem_is_about_the_full_batch_only():
    assert "λ" not in told(surface="batches", learning_rate=0.1)
    assert "Gradient descent stays stable" in told(surface="batches", learning_rate=0.1, optimizers=IDS)


@pytest.mark.parametrize("beta", [0.3, 0.9, 0.97])
@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_limits_of_momentum_and_nesterov_are_those_of_their_recurrence(name, beta):
    """Independent: the largest root of the recurrence, bisected to where it leaves the unit circle."""

    def radius(rate):
        h = 25 * rate
        middle = 1 + beta - h if name == "momentum" else (1 + beta) * (1 - h)
        last = beta if name == "momentum" else beta * (1 - h)
        return np.abs(np.roots([1, -middle, last])).max()

    low, high = 1e-6, 0.5
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if radius(middle) < 1 else (low, middle)
    result = race.run(Config(learning_rate=high * 1.15, momentum=beta, optimizers=(name,), steps=300))
    (racer,) = result.racers
    assert racer.left_at is not None
    text = " ".join(story(result))
    assert f"= {number(low)}, where λ = 25" in text
    stays = race.run(Config(learning_rate=low * 0.9, momentum=beta, optimizers=(name,), steps=300)).racers[0]
    assert stays.diverged_at is None


def test_who_was_first_and_last():
    result = race.run(Config())
    order = sorted(racer.valley_at for racer in result.racers if racer.valley_at is not None)
    sentence = story(result)[0]
    assert sentence.startswith("**SGD** was in the valley for good after **38 steps**")
    assert f"Adam last, after {order[-1]}" in sentence
    # By algebra: the flat direction decides, ½·(4.5-ish)²·(1 − η)^2t < 0.1.
    turn = np.radians(-24)
    along = -4.5 * np.cos(turn) + 1.1 * np.sin(turn)
    assert order[0] == next(t for t in range(200) if 0.5 * along**2 * (1 - 0.06) ** (2 * t) < 0.1)


def test_nobody_in_the_valley_is_said():
    sentence = story(race.run(Config(learning_rate=0.0001, steps=10)))[0]
    assert sentence.startswith("Nobody was in the valley after 10 steps")


def test_another_valley_is_said():
    text = told(surface="camel", learning_rate=0.03, optimizers=("sgd", "momentum"))
    assert "SGD came to rest in another valley, 3.14 above the lowest" in text  # 2.1043 + 1.0316


def test_scoreboard_puts_arrivals_before_the_rest_and_divergence_last():
    rows = scoreboard(race.run(Config(optimizers=IDS)))
    assert [row.id for row in rows[:4]] == ["gradient_descent", "sgd", "momentum", "rmsprop"]
    assert rows[0].place == rows[1].place == 1
    assert rows[2].place == 3
    assert rows[-1].id == "nesterov"
    assert "diverged" in rows[-1].note
    arrivals = [row.valley_at for row in rows if row.valley_at is not None]
    assert arrivals == sorted(arrivals)
    rest = [row.above_lowest for row in rows if row.valley_at is None and row.left_at is None]
    assert rest == sorted(rest)


def test_the_guess_is_answered():
    result = race.run(Config())
    assert guessed(result, "SGD") == "You said SGD. It was first, after 38 steps."
    assert guessed(result, "Adam") == "You said Adam. It finished fourth; SGD was first."
    assert guessed(result, "Adagrad") == "You said Adagrad. It did not get there; SGD was first."
    assert guessed(result, NOBODY) == "You said none of them. SGD was."
    assert guessed(result, "Lion") == "You said Lion. It did not race."
    nobody = race.run(Config(learning_rate=0.0001, steps=10))
    assert first(nobody) == ()
    assert guessed(nobody, NOBODY) == "You said none of them, and none was."
    assert guessed(nobody, "Adam") == "You said Adam. It did not get there; nobody did."


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
def test_every_scene_answers_every_guess_and_exactly_one_is_right(scene):
    result = race.run(scene.config)
    answers = {option: scene.answer(result, option) for option in scene.options}
    right = [option for option, words in answers.items() if "you are right" in words or "It was first" in words]
    assert len(right) == 1
    assert all(words.endswith(".") for words in answers.values())
    assert len(scene.name.split()) <= 3
    assert matching(scenes.SCENES, scene.config) is scene


def test_default_settings_are_a_scene():
    assert matching(scenes.SCENES, Config()).name == "Just right"


def test_noisy_scene_does_not_rest_on_one_seed():
    counts = scenes.last_places(scenes.NOISY)
    assert sum(counts.values()) == scenes.SEEDS
    assert max(counts, key=counts.get) == "Momentum"


def test_words():
    assert [ordinal(place) for place in (1, 2, 12)] == ["first", "second", "twelfth"]
    assert joined(["A"]) == "A"
    assert joined(["A", "B", "C"]) == "A, B and C"
    assert joined(list("ABCDEFGH")) == "A, B, C and 5 others"
    assert number(-0.0123) == "−0.0123"
    assert number(0.000123) == "1.2e−4"
    assert number(123456) == "1.2e5"
    assert number(0.0) == "0"
