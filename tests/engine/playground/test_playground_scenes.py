import numpy as np
import pytest

from engine.playground import scenes
from engine.playground.experiment import Config
from engine.playground.scenes import SCENES, shipped
from engine.playground.setup import store
from engine.scenes import matching
from tests.engine.playground.builders import made_result


def made(config: Config, final, epochs=100):
    """A result that ends at the given validation accuracies."""
    finals = np.atleast_1d(np.asarray(final, float))
    accuracy = np.linspace(0.5, finals, epochs + 1)
    loss = np.linspace(np.full(len(finals), 0.7), 0.1, epochs + 1)
    return made_result(config, loss, loss, accuracy)


def test_scenes_are_links_of_their_own_and_ship():
    assert 3 <= len(SCENES) <= 5
    assert len({scene.config for scene in SCENES}) == len({scene.name for scene in SCENES}) == len(SCENES)
    for scene in SCENES:
        assert scene.config in shipped()
        assert len(scene.name.split()) <= 4
        assert scene.question.endswith("?")
        assert matching(SCENES, scene.config) is scene
    assert matching(SCENES, Config()).name == "Just right"


def test_neurons_needed_is_the_fewest_that_solve_it():
    results = {width: made(Config(layers=(width,)), [score] * 5) for width, score in ((4, 0.6), (8, 0.96), (16, 0.99))}
    assert scenes.neurons_needed(results) == "8"
    assert scenes.neurons_needed({4: results[4]}) == scenes.NOT_ENOUGH


@pytest.mark.parametrize(
    ("finals", "right"),
    [
        ([0.96] * 5, "All five"),
        ([0.96, 0.97, 0.98, 0.9, 0.9], "Three or four"),
        ([0.96, 0.9, 0.9, 0.9, 0.9], "Two or fewer"),
    ],
)
def test_solved_by_counts_the_seeds(finals, right):
    assert scenes.solved_by(made(Config(), finals)) == right


def test_effect_of_a_step_is_judged_by_the_results():
    usual = made(Config(), [0.9] * 5)
    assert scenes.effect_of_step(made(Config(), [0.5] * 5), usual) == scenes.STEP[1]
    assert scenes.effect_of_step(made(Config(), [0.99] * 5), usual) == scenes.STEP[0]
    lost = made_result(
        Config(), np.full((9, 5), np.nan), np.full((9, 5), np.nan), np.full((9, 5), np.nan), diverged=np.full(5, 1)
    )
    assert scenes.effect_of_step(lost, usual) == scenes.STEP[2]


def test_depth_and_overfitting_are_judged_by_the_results():
    assert scenes.depth_needed(made(scenes.FEATURES, [0.99] * 5)) == "None"
    assert scenes.depth_needed(made(scenes.FEATURES, [0.7] * 5)) == "One or more"
    epoch = np.arange(401)
    for turn, right in ((20, scenes.WHEN[0]), (150, scenes.WHEN[1]), (500, scenes.WHEN[2])):
        validation = (0.4 + ((epoch - turn) / 400) ** 2)[:, None].repeat(5, axis=1)
        training = np.linspace(0.7, 0.01, 401)[:, None].repeat(5, axis=1)
        found, start = scenes.lowest_at(made_result(scenes.OVERFIT, training, validation, validation))
        assert found == right
        assert start == min(turn, 400)


def test_shipped_runs_show_what_the_scenes_claim():
    """Each scene's own shipped run, read as the page reads it."""
    for scene in SCENES:
        entry = store().find(scene.config)
        assert entry is not None, f"{scene.name} is not shipped: make assets"
        assert entry.provenance.source == "shipped"
        answers = {guess: scene.answer(entry.result, guess) for guess in scene.options}
        right = [guess for guess, answer in answers.items() if answer.startswith("Right.")]
        assert len(right) == 1, answers
        wrong = {guess: answer for guess, answer in answers.items() if guess not in right}
        assert all(answer.startswith(f"You said “{guess}”; it was “") for guess, answer in wrong.items())
    claims = {
        "Too few neurons": scenes.NOT_ENOUGH,
        "Just right": scenes.HOW_MANY[0],
        "Too large a step": scenes.STEP[1],
        "Overfit": scenes.WHEN[0],
        "Right features": scenes.DEPTH[0],
    }
    for scene in SCENES:
        answer = scene.answer(store().find(scene.config).result, claims[scene.name])
        assert answer.startswith("Right."), answer
