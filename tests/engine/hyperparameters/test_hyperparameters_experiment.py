"""A tiny real search of each kind, its repeats, Stop at every moment, and what is sent on the way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.config import key
from engine.errors import InvalidSetting
from engine.hyperparameters import experiment, point
from engine.hyperparameters.experiment import TOP, Config, partial, run
from engine.hyperparameters.story import luck, story
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.tuning.network import evaluate_network
from engine.tuning.space import LEARNING_RATE
from engine.validation.model_file import MODEL_FILE

RATES = [float(f"{rate:.3g}") for rate in np.geomspace(1e-4, 1, 16)]
TINY = {"dataset": "wine", "points": 16, "epochs": 9, "splits": 2, "batch_size": 64, "patience": 0}


class Watching(SilentContext):
    """Keeps what is reported, and stops after so many reports."""

    def __init__(self, most: int = 10_000) -> None:
        super().__init__()
        self.series: dict[str, list[np.ndarray]] = {}
        self.progress: list[tuple[float, float]] = []
        self._most = most

    def report(self, done, total, message="", **arrays):
        self.progress.append((done, total))
        for name, values in arrays.items():
            self.series.setdefault(name, []).append(np.array(values, ndmin=1))

    def stop_requested(self):
        return len(self.progress) >= self._most

    def joined(self):
        return {name: np.concatenate(values) for name, values in self.series.items()}


@pytest.fixture(scope="module", autouse=True)
def one_network():
    """Points that differ in the learning rate only: their one network is traced once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "candidates", lambda *_: tuple((0.0, rate, 0.15, 0.01) for rate in RATES))
        yield


@pytest.fixture(scope="module")
def searched():
    context = Watching()
    config = Config(method="halving", repeats=2, **TINY)
    return run(config, context), context


def test_halving_trains_the_better_third_longer(searched):
    result, _ = searched
    assert [int((result.rung == stage).sum()) for stage in range(3)] == [16, 6, 2]
    for stage in range(2):
        here, following = (np.flatnonzero(result.rung == number) for number in (stage, stage + 1))
        kept = set(result.trial[following].tolist())
        worst_kept = min(result.score[i] for i in here if result.trial[i] in kept)
        assert worst_kept >= max(result.score[i] for i in here if result.trial[i] not in kept)
    assert set(result.epochs.tolist()) == {2 * 1, 2 * 3, 2 * 9}, "splits times epochs of the stage"
    assert result.best in result.trial[result.rung == 2]
    assert (np.isfinite(result.curve).sum(axis=1) == np.array([2, 4, 10])[result.rung]).all()


def test_a_longer_stage_goes_on_where_the_shorter_one_was(searched):
    """The same seeds and batches: the first epochs of the last stage are those of the first."""
    result, _ = searched
    for evaluation in np.flatnonzero(result.rung == 2):
        first = next(i for i in np.flatnonzero(result.rung == 0) if result.trial[i] == result.trial[evaluation])
        assert result.curve[evaluation, :2] == pytest.approx(result.curve[first, :2], abs=1e-6)


def test_scores_are_those_of_evaluate_network(searched):
    result, _ = searched
    last = len(result.trial) - 1
    expected = evaluate_network(*result.points[result.trial[last]], task=result.config.task())
    assert result.score[last] == pytest.approx(expected.score)
    assert result.parameters[result.trial[last]] == expected.parameters
    again = evaluate_network(*result.points[result.repeated[0]], task=result.config.task(seed=2))
    assert result.repeats[0, 1] == pytest.approx(again.score)


def test_what_was_sent_gives_the_result_without_its_surrogate(searched):
    result, context = searched
    sent = partial(result.config, context.joined())
    assert sent is not None
    for field in dataclasses.fields(sent):
        if field.name not in ("surrogate", "config"):
            assert np.array_equal(getattr(sent, field.name), getattr(result, field.name), equal_nan=True) or (
                getattr(sent, field.name) == getattr(result, field.name)
            )
    assert context.progress[-1] == (result.config.evaluations(), result.config.evaluations())
    assert partial(result.config, {}) is None


def test_the_result_can_be_stored_and_brings_a_model(searched, tmp_path):
    import keras

    from engine.tuning.network import table

    result, context = searched
    decoded, _ = decode(encode(result, {}), experiment.Result)
    assert decoded.best == result.best
    path = tmp_path / MODEL_FILE
    path.write_bytes(context.files[MODEL_FILE])
    rows = table("wine")
    output = keras.models.load_model(path).predict(rows.x, verbose=0)
    assert np.mean(output.argmax(axis=1) == rows.y) > 0.8, "it takes the rows unscaled"


@pytest.mark.parametrize("most", [0, 3, 24])
def test_stop_keeps_what_was_evaluated(most):
    context = Watching(most)
    result = run(Config(method="halving", repeats=1, **TINY), context)
    assert result.stopped
    assert len(result.trial) == min(most, 24)
    assert not context.files
    assert story(result)


def test_a_search_of_one_stage_has_no_repeats_unless_asked():
    result = run(Config(method="grid", repeats=0, **{**TINY, "epochs": 3, "splits": 1}), SilentContext())
    assert (result.rung == 0).all()
    assert result.repeats.size == 0
    assert luck(result) is None
    assert result.surrogate is not None
    assert result.score[result.latest[result.best]] == result.score.max()


def test_the_point_of_the_reader_is_evaluated_like_those_of_the_search(searched):
    result, _ = searched
    place = int(result.repeated[0])
    names = ("dropout", "learning_rate", "neuron_share", "neuron_shrink")
    numbers = dict(zip(names, map(float, result.points[place]), strict=True))
    task = {name: value for name, value in TINY.items() if name != "points"}
    own = point.run(point.Config(repeats=2, **task, **numbers), SilentContext())
    assert own.score == pytest.approx(result.score[result.latest[place]])
    assert own.repeats == pytest.approx(result.repeats[0])
    stopped = point.run(point.Config(repeats=2, **task), Watching(1))
    assert stopped.stopped
    assert np.isnan(stopped.repeats).sum() >= 1


def test_settings_are_checked_and_make_the_key():
    with pytest.raises(InvalidSetting, match="uploaded"):
        Config(dataset="upload")
    with pytest.raises(InvalidSetting, match="steps"):
        Config(points=54, epochs=200, splits=10, batch_size=8)
    assert key(Config()) != key(Config(method="grid"))
    assert Config().evaluations() == 36 + TOP * Config().repeats
    assert LEARNING_RATE.low >= point.LEARNING_RATES[0]
