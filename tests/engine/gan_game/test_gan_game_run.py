"""Short real games: whose weights move, going on, several games at once, Stop, the script, figures, scenes."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from engine.figures.gan_game import View, board
from engine.figures.gan_game_draw import drawing_board
from engine.figures.gan_game_slow import slow_board
from engine.gan_game import live, scenes, targets
from engine.gan_game.experiment import MODEL_FILES, Config, Result, gone_on, run
from engine.gan_game.losses import LOSSES
from engine.gan_game.script import script
from engine.gan_game.story import story
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.runs.store import store

TINY = Config(steps=60, width=8, depth=1, batch_size=8, seeds=2)
ARRAYS = ("losses", "js", "fakes", "heat", "turn_after", "step")


class StopsAfter(SilentContext):
    """Asks to stop at the n-th question."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self._left = questions

    def stop_requested(self) -> bool:
        self._left -= 1
        return self._left < 0


def same(one: Result, other: Result) -> None:
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


@pytest.fixture(scope="module")
def tiny() -> tuple[Result, SilentContext]:
    context = SilentContext()
    return run(TINY, context), context


def test_a_game_is_recorded_and_survives_the_store(tiny: tuple[Result, SilentContext]) -> None:
    result, context = tiny
    assert result.step.tolist() == [0, 1, 2, 5, 10, 20, 35, 50, 60]
    assert result.losses.shape == (9, 2, 2)
    assert result.shares.shape == (9, 2, 8)
    assert np.isfinite(result.losses).all()
    assert not result.stopped
    same(decode(encode(result, {}), Result)[0], result)
    import keras

    for name, width in zip(MODEL_FILES, (2, 1), strict=True):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(context.files[name])
            assert keras.models.load_model(path)(np.zeros((3, 2), "float32")).shape == (3, width)


def table(config: Config) -> live.Table:
    return live.Table(config)


def changed(before: list[np.ndarray], after: list[np.ndarray]) -> bool:
    return any(not np.array_equal(one, other) for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize(("who", "cheating"), [("discriminator", False), ("generator", False), ("generator", True)])
def test_only_the_side_whose_turn_it_is_moves(who: str, cheating: bool) -> None:
    config = TINY.changed(who=who, cheating=cheating)
    own = table(config)
    judge, forger = own.game.discriminator.get_weights(), own.game.generator.get_weights()
    own.advance(config.last(), 0, 3)
    assert changed(judge, own.game.discriminator.get_weights()) == (who == "discriminator" or cheating)
    assert changed(forger, own.game.generator.get_weights()) == (who == "generator")


def test_the_slow_motion_says_exactly_zero_for_the_side_that_stands_still(tiny: tuple[Result, SilentContext]) -> None:
    moved = tiny[0].turn_moved
    assert (moved[:, 0, 1] == 0).all()
    assert (moved[:, 1, 0] == 0).all()
    assert (moved[:, 0, 0] > 0).all()
    assert (moved[:, 1, 1] > 0).all()


def test_looking_leaves_the_game_as_it_was() -> None:
    own = table(TINY)
    before = own.game.state()
    own.look(TINY.last(), 0)
    assert not changed(before, own.game.state())


def test_going_on_equals_the_uninterrupted_run_warm_and_cold(tiny: tuple[Result, SilentContext]) -> None:
    on = gone_on(TINY, 35, TINY.changed(steps=25))
    same(run(on, SilentContext()), tiny[0])
    live.forget()
    same(run(on, SilentContext()), tiny[0])


def test_other_settings_take_over_in_mid_game(tiny: tuple[Result, SilentContext]) -> None:
    on = gone_on(TINY, 35, TINY.changed(steps=25, generator_rate=0.05))
    warm = run(on, SilentContext())
    live.forget()
    cold = run(on, SilentContext())
    same(warm, cold)
    until = int(np.flatnonzero(warm.step == 35)[0])
    np.testing.assert_array_equal(warm.js[: until + 1], tiny[0].js[: until + 1])
    assert not np.array_equal(warm.js[-1], tiny[0].js[-1])


def test_games_side_by_side_are_the_games_alone(tiny: tuple[Result, SilentContext]) -> None:
    alone = run(TINY.changed(seeds=1, seed=1, steps=20), SilentContext())
    at = int(np.flatnonzero(tiny[0].step == 20)[0])
    np.testing.assert_allclose(tiny[0].losses[at, 1], alone.losses[-1, 0], rtol=1e-4)


def test_stop_keeps_what_was_there() -> None:
    live.forget()
    result = run(TINY, StopsAfter(3))
    assert result.stopped
    assert result.step.tolist() == [0, 1, 2, 5]


@pytest.mark.parametrize("loss", LOSSES)
def test_the_script_alone_says_the_page_s_divergences(loss: str) -> None:
    more = {"non-saturating": {"cheating": True}, "hinge": {"distribution": "drawn", "drawn": "AAggzz__"}}.get(loss, {})
    config = TINY.changed(loss=loss, steps=12, noise="normal" if loss == "minimax" else "uniform", **more)
    if loss == "wasserstein":
        config = gone_on(config, 8, config.changed(steps=4, who="discriminator", discriminator_updates=2))
    source = script(config)
    assert max(map(len, source.splitlines())) <= 120
    assert "engine" not in source
    assert source.count("THE RULE OF THE GAME") == 1
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "script", "exec"), {"__name__": "__main__"})
    found = np.array(re.findall(r"KL ([\d.]+), JS ([\d.]+)", printed.getvalue()), float)
    result = run(config, SilentContext())
    np.testing.assert_allclose(found[:, 0], result.kl[-1], atol=2e-3)
    np.testing.assert_allclose(found[:, 1], result.js[-1], atol=2e-3)


def test_a_ruined_game_is_a_result() -> None:
    config = TINY.changed(generator_rate=0.1, discriminator_rate=0.1, steps=40, loss="wasserstein", penalty=20.0)
    result = run(config, SilentContext())
    assert story(result)
    board(result, View(), "a")


@pytest.mark.parametrize(
    "more", [{}, {"noise_dimension": 1}, {"noise_dimension": 4, "noise": "normal"}, {"who": "generator"}]
)
def test_boards_of_every_kind(more: dict[str, object]) -> None:
    result = run(TINY.changed(steps=3, **more), SilentContext())
    drawn = board(result, View(), "a")
    assert drawn["frames"] == len(result.step)
    assert len(board(result, View(layers=()), "a")["panels"][0]["marks"]) == 2
    slow = slow_board(result, View(moment=0), "a")
    assert slow["frames"] == (5 if "who" in more else 10)
    assert drawing_board("")["points"]["shape"] == [0, 2]


def test_every_scene_is_shipped_and_answered() -> None:
    for scene in scenes.SCENES:
        entry = store().find(scene.config)
        assert entry is not None, scene.name
        told = [scene.answer(entry.result, option) for option in scene.options]
        assert sum(one.startswith("Right.") for one in told) == 1, (scene.name, told)
        assert 2 <= len(story(entry.result)) <= 4


def test_the_scenes_show_what_they_promise() -> None:
    def of(config: Config) -> Result:
        entry = store().find(config)
        assert entry is not None
        return entry.result

    collapse, cured, cheat, fair, strong = map(of, scenes.shipped()[1:])
    assert np.median(collapse.hit[-1]) <= 2
    assert np.median(cured.hit[-1]) == 9
    assert cured.hit[-1].min() > collapse.hit[-1].max()
    assert cheat.losses[-1, :, 1].mean() < fair.losses[-1, :, 1].mean()
    assert cheat.js[-1].mean() > fair.js[-1].mean()
    assert strong.hit[-1].max() <= 4
    assert collapse.parts == targets.target(targets.GRID).parts == 9
