"""Settings of the page and what becomes of a run's series; a tiny real training, and Stop."""

from __future__ import annotations

import numpy as np
import pytest

from engine.config import key
from engine.errors import InvalidSetting
from engine.face_generator import closer, live
from engine.face_generator.experiment import COLUMNS, FACES, LAST, MODEL_FILE, Config, partial, run
from engine.face_generator.sheets import pictures_of
from engine.face_generator.source import ATTRIBUTES
from engine.face_generator.view import View
from engine.runs.context import SilentContext

ROWS = ("step", "size", "variety", "presence", "quality", "quality_spread")


class Stopping(SilentContext):
    """Asks to stop after so many questions."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def stop_requested(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_look_does_not_depend_on_what_only_a_training_uses():
    assert key(View(moment=3, learning_rate=0.01).run()) == key(Config())
    assert key(View(moment=3, steps=10).run()) != key(View(steps=10).run())
    assert View(view="plane", moment=3, a=9, smile=1.5).closer() == closer.Config(
        moment=3, faces=(9, 1, 2), strengths=tuple(1.5 if one.id == "smile" else 0.0 for one in ATTRIBUTES)
    )


def test_three_faces_must_differ():
    with pytest.raises(InvalidSetting, match="three different faces"):
        View(a=4, b=4)
    with pytest.raises(InvalidSetting, match="three different faces"):
        closer.Config(faces=(1, 2, 1))


def test_a_scene_stays_a_scene_with_other_faces_chosen():
    assert View(a=7, b=9, smile=2.0).plain() == View()
    assert View(view="walk").plain() != View()


def test_a_partial_result_ends_with_the_last_whole_moment():
    assert partial(Config(), {}) is None
    series = {name: np.arange(3.0, dtype=np.float32) for name in ROWS}
    series |= {"size": np.array([4, 5, 6], np.int32), "sheet": np.arange(15, dtype=np.uint8), "step": np.arange(2)}
    found = partial(Config(), series)
    assert len(found.step) == len(found.quality) == 2
    assert found.sheet_at(0) == bytes([0, 1, 2, 3])
    assert found.sheet_at(1) == bytes([4, 5, 6, 7, 8])
    assert not found.diverged


def test_a_loss_that_is_not_a_number_is_a_result():
    series = {name: np.ones(1, np.float32) for name in ROWS} | {
        "size": np.ones(1, np.int32),
        "sheet": np.ones(1, np.uint8),
    }
    losses = np.array([[0.7, 1.3], [np.nan, 1.0]], np.float32)
    assert partial(Config(), series | {"losses": losses, "loss_step": np.array([5, 10])}).diverged


def test_moments_of_a_training_begin_at_0_and_end_at_its_end():
    for steps in (1, 2, 7, 120, 600):
        looks = live.moments(steps)
        assert looks[0] == 0
        assert looks[-1] == steps
        assert len(looks) <= live.LOOKS_OF_A_TRAINING


@pytest.fixture(scope="module")
def trained():
    context = SilentContext()
    return run(Config(moment=5, steps=4, batch_size=4), context), context


def test_a_tiny_training_goes_on_from_its_moment(trained):
    result, context = trained
    first = int(result.step[0])
    assert list(result.step) == [first + done for done in live.moments(4)]
    assert result.losses.shape == (1, 2)
    assert np.isfinite(result.losses).all()
    assert pictures_of(result.sheet_at(0), 64, FACES).shape == (FACES, 64, 64, 3)
    assert context.files[MODEL_FILE][:2] == b"PK"
    assert COLUMNS**2 == FACES


def test_a_training_starts_with_the_faces_of_its_moment(trained):
    look = run(Config(), SilentContext())
    assert len(look.step) == LAST + 1
    before = pictures_of(look.sheet_at(5), 64, FACES).astype(int)
    after = pictures_of(trained[0].sheet_at(0), 64, FACES).astype(int)
    assert np.abs(before - after).mean() < 1.5


def test_stop_keeps_what_is_there():
    stopped = run(Config(moment=5, steps=50, batch_size=4), Stopping(3))
    assert stopped.stopped
    assert int(stopped.step[-1] - stopped.step[0]) == 3
    looked = run(Config(), Stopping(2))
    assert looked.stopped
    assert len(looked.step) == 3
