"""A tiny run: two networks on the same labels, against Keras's own fit, the exported script and the kept model."""

import contextlib
import io
import re

import numpy as np
import pytest

from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.semi_supervised.experiment import ALONE, MODEL_FILE, SATURATING, WITH, Config, Result, moments, partial, run
from engine.semi_supervised.network import EXTRA, HEADS
from engine.semi_supervised.pictures import CLASSES, DIGITS, FASHION, chosen, pictures
from engine.semi_supervised.script import script
from engine.semi_supervised.story import gain, story
from engine.semi_supervised.training import BETA, drawn, lone

TINY = Config(labels=2, epochs=2, seeds=2, unlabelled=200, width=32, depth=2, latent=4, batch_size=32)


class StopsAfter(SilentContext):
    """Asks to stop after so many questions."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        self.left = questions

    def stop_requested(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.fixture(scope="module")
def tiny() -> tuple[Result, SilentContext]:
    context = SilentContext()
    return run(TINY, context), context


def test_frames_have_their_shapes_and_begin_alike(tiny):
    result, _ = tiny
    count = len(moments(TINY.epochs))
    assert result.accuracy.shape == (count, 2, 2)
    assert result.right.shape == (count, 2, CLASSES)
    assert result.made.shape == (count, 20, 8, 8)
    assert list(result.frame_epoch) == moments(TINY.epochs)
    # The same initial weights: before the first step both say the same.
    assert np.array_equal(result.accuracy[0, WITH], result.accuracy[0, ALONE])
    assert result.finished
    assert not result.stopped
    assert not result.diverged
    assert decode(encode(result, {}), Result)[0].accuracy.tolist() == result.accuracy.tolist()


def test_the_same_settings_give_the_same_numbers(tiny):
    again = run(TINY, SilentContext())
    assert np.array_equal(again.accuracy, tiny[0].accuracy)
    assert np.array_equal(again.made, tiny[0].made)


def test_labels_alone_are_what_plain_fit_gives(tiny):
    import keras

    pool = pictures(DIGITS)
    for place in range(TINY.seeds):
        labelled, unlabelled = chosen(pool.y, TINY.labels, TINY.unlabelled, TINY.seed + place)
        generator = np.random.default_rng(TINY.seed + place)
        both = lone(TINY, 64, TINY.seed + place)[0]
        model = keras.Model(both.inputs, both.outputs[0])
        model.compile(
            keras.optimizers.Adam(TINY.learning_rate, beta_1=BETA),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        for _ in range(TINY.epochs):
            epoch = drawn(generator, labelled, unlabelled, TINY.batch_size, 64, TINY.latent)
            noisy = pool.x[epoch.labelled] + np.float32(TINY.noise) * epoch.noise[:, : TINY.batch_size]
            model.fit(
                noisy.reshape(-1, 64),
                pool.y[epoch.labelled].ravel(),
                batch_size=TINY.batch_size,
                shuffle=False,
                verbose=0,
            )
        said = np.asarray(model(pool.test_x)).argmax(axis=1)
        assert abs(np.mean(said == pool.test_y) - tiny[0].accuracy[-1, ALONE, place]) <= 1.5 / len(pool.test_y)


def test_without_weight_the_game_changes_nothing():
    result = run(TINY.changed(weight=0.0), SilentContext())
    np.testing.assert_allclose(result.accuracy[:, WITH], result.accuracy[:, ALONE], atol=1.5 / 397)


def test_a_seed_gets_what_it_would_get_in_other_company(tiny):
    other = run(TINY.changed(seed=1), SilentContext())
    np.testing.assert_allclose(other.accuracy[:, :, 0], tiny[0].accuracy[:, :, 1], atol=1.5 / 397)


@pytest.mark.parametrize(
    "config",
    [
        TINY,
        TINY.changed(form=EXTRA, loss=SATURATING),
        TINY.changed(data=FASHION, form=HEADS, epochs=1),
    ],
    ids=["digits", "classic", "clothes"],
)
def test_the_script_prints_the_page_s_numbers(config, monkeypatch):
    from engine.data import fashion

    monkeypatch.chdir(fashion.FOLDER)
    source = script(config)
    assert max(map(len, source.splitlines())) <= 120
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "script", "exec"), {"__name__": "script"})
    found = [float(value) for value in re.findall(r"\d\.\d{4}", printed.getvalue())]
    result = run(config, SilentContext())
    np.testing.assert_allclose(found, result.accuracy[-1].mean(axis=1), atol=0.003)


def test_the_kept_model_takes_raw_pictures(tiny, tmp_path):
    import keras
    from sklearn.datasets import load_digits

    path = tmp_path / MODEL_FILE
    path.write_bytes(tiny[1].files[MODEL_FILE])
    model = keras.models.load_model(path)
    raw, y = load_digits(return_X_y=True)
    test = np.random.default_rng(1234).permutation(len(raw))[1400:]
    said = np.asarray(model(raw[test].reshape(-1, 8, 8).astype(np.float32)))
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)
    assert np.mean(said.argmax(axis=1) == y[test]) == pytest.approx(tiny[0].accuracy[-1, WITH, 0], abs=1.5 / 397)


def test_stop_keeps_what_is_there_and_a_curve_keeps_its_points():
    result = run(TINY.changed(epochs=20), StopsAfter(3))
    assert result.stopped
    assert 0 < result.frame_epoch[-1] < 20
    assert "Stopped after" in story(result)[-1]
    curve = run(TINY.changed(curve=True), StopsAfter(3))
    assert curve.stopped
    assert list(curve.frame_labels) == [1, 2]
    assert list(curve.frame_epoch) == [2, 2]


def test_a_rate_out_of_range_is_a_result():
    result = run(TINY.changed(noise=1.0, learning_rate=0.1, epochs=3), SilentContext())
    assert story(result)  # whether it diverges or not, there is something to say
    broken = partial(TINY, {**_series(result), "losses": np.full_like(result.losses, np.nan)})
    assert broken is not None
    assert broken.diverged
    assert "stopped being a number" in story(broken)[0]


def test_the_gain_is_scipy_s_paired_test(tiny):
    from scipy import stats

    first, second = tiny[0].accuracy[-1]
    found, chance = gain(tiny[0])
    wanted = stats.ttest_rel(first.astype(float), second.astype(float))
    interval = wanted.confidence_interval()
    assert chance == pytest.approx(wanted.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_nothing_to_show_before_the_first_frame(tiny):
    assert partial(TINY, {}) is None
    series = _series(tiny[0])
    assert partial(TINY, {name: values[:0] for name, values in series.items()}) is None
    assert len(partial(TINY, series | {"made": series["made"][:2]}).frame_epoch) == 2


def _series(result: Result) -> dict[str, np.ndarray]:
    from engine.semi_supervised.experiment import SERIES

    return {name: getattr(result, name) for name in SERIES}
