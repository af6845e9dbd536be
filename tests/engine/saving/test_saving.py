"""Saving models, against plain Keras, h5py, zipfile and TensorFlow's own reader, and the exported script."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.errors import InvalidSetting
from engine.figures import saving as figures
from engine.runs.context import SilentContext
from engine.runs.store import store
from engine.saving import live, measures, reader, scenes, story, training, writer
from engine.saving.contents import form_of
from engine.saving.experiment import (
    ADAM,
    ARMS,
    FILES,
    FORMS,
    FROM_HDF5,
    FROM_KERAS,
    FROM_WEIGHTS,
    HDF5,
    JSON,
    KERAS,
    LITERT,
    NEVER,
    ONNX,
    SAVED_MODEL,
    TRAINING,
    WEIGHTS,
    YAML,
    Config,
    Result,
    data,
    orders,
    partial,
    run,
)
from engine.saving.script import script
from tests.engine.scripts import printed_by

SMALL = Config(before=2, after=1, width=8, depth=1, batch_size=256, seeds=2, seed=3, dropout=0.2)


@pytest.fixture(scope="module")
def ran() -> tuple[Result, dict[str, bytes]]:
    context = SilentContext()
    return run(SMALL, context), context.files


@pytest.fixture(scope="module")
def shipped() -> dict[str, Result]:
    found = {}
    for scene in scenes.SCENES:
        entry = store().find(scene.config)
        assert entry is not None
        found[scene.name] = entry.result
    return found


def plain(config: Config, seed: int) -> Any:
    """Return the network trained up to the save by Keras' own `train_on_batch`."""
    x, y, _, _ = data(config)
    model = training.network(config, seed)
    for batch in orders(config, seed)[: config.before * config.steps]:
        rows = batch[batch >= 0]
        model.train_on_batch(x[rows], y[rows])
    return model


def test_the_training_is_that_of_train_on_batch(ran: tuple[Result, dict[str, bytes]]) -> None:
    result, _ = ran
    x, y, held, wanted = data(SMALL)
    model = plain(SMALL, SMALL.seed)
    assert model.evaluate(x, y, batch_size=len(x), verbose=0) == pytest.approx(float(result.before[0, -1]), rel=1e-4)
    right = float(np.mean(model.predict(held, verbose=0).argmax(axis=1) == wanted))
    assert right == pytest.approx(float(result.accuracy[0]), abs=0.006)


def test_every_digit_is_in_one_batch_an_epoch_and_none_is_held_back_too() -> None:
    order = orders(SMALL, 3).reshape(3, -1)
    for epoch in order:
        assert sorted(epoch[epoch >= 0]) == list(range(TRAINING))
    x, y, held, wanted = data(SMALL)
    assert (len(x), len(held)) == (1437, 360) == (len(y), len(wanted))
    assert training.network(SMALL, 0).count_params() == SMALL.weights
    assert Config(width=128, depth=3).weights < 50_000


def test_the_attached_files_are_what_the_forms_say(ran: tuple[Result, dict[str, bytes]], tmp_path: Path) -> None:
    result, files = ran
    assert {form.name for form in result.forms} == set(FORMS)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    archive = zipfile.ZipFile(io.BytesIO(files[FILES[KERAS]]))
    tree = {member.path: member.size for member in result.form(KERAS).tree}
    for entry in archive.infolist():
        assert tree[entry.filename] == entry.file_size
    with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        kept = [np.asarray(value) for value in file["optimizer/vars"].values()]
        assert sum(value.size for value in kept if value.shape) == 2 * SMALL.weights  # Adam's two means
    assert result.form(KERAS).numbers == 3 * SMALL.weights == result.form(HDF5).numbers
    assert result.form(SAVED_MODEL).numbers == SMALL.weights
    assert len(files[FILES[HDF5]]) == result.form(HDF5).size
    zipfile.ZipFile(io.BytesIO(files[FILES[SAVED_MODEL]])).extractall(tmp_path)
    _, _, held, _ = data(SMALL)
    model = keras.saving.load_model(tmp_path / FILES[KERAS])
    graph = tf.saved_model.load(str(tmp_path / "saved_model"))
    served = graph.serve(held)
    difference = float(np.abs(np.asarray(served) - np.asarray(model(held))).max())
    assert difference == pytest.approx(result.form(SAVED_MODEL).difference, abs=1e-6)
    assert result.form(JSON).difference > 0.1  # another network's weights
    assert 0 <= result.form(LITERT).difference < 1e-5


def test_only_keras_goes_on_and_its_dropout_starts_anew(ran: tuple[Result, dict[str, bytes]], tmp_path: Path) -> None:
    result, files = ran
    assert result.state[0] == 0
    assert result.state[2] == 0
    assert result.dropout_state == (2 * SMALL.steps, 0)
    path = tmp_path / "model.h5"
    path.write_bytes(files[FILES[HDF5]])
    x, y, _, _ = data(SMALL)
    again = keras.saving.load_model(path)
    with pytest.raises(ValueError, match="Unknown variable"):
        again.fit(x, y, verbose=0)
    assert "Unknown variable" in result.form(HDF5).refusal
    np.testing.assert_array_equal(result.after[FROM_HDF5], result.after[FROM_WEIGHTS])  # both a fresh optimizer
    assert measures.resumes(result, result.form(HDF5)) == measures.FRESH
    assert measures.resumes(result, result.form(KERAS)) == measures.NEARLY
    assert measures.resumes(result, result.form(SAVED_MODEL)) == measures.NO
    # The weights came back, so all begin at the same loss.
    np.testing.assert_allclose(result.after[1:, :, 0], np.tile(result.before[:, -1], (3, 1)), rtol=1e-6)


def test_trained_on_as_plain_keras_trains_on(ran: tuple[Result, dict[str, bytes]], tmp_path: Path) -> None:
    result, files = ran
    for name in (KERAS, WEIGHTS, JSON):
        (tmp_path / FILES[name]).write_bytes(files[FILES[name]])
    x, y, _, _ = data(SMALL)
    fresh = keras.models.model_from_json((tmp_path / FILES[JSON]).read_text())
    fresh.load_weights(tmp_path / FILES[WEIGHTS])
    fresh.compile(optimizer=keras.optimizers.Adam(SMALL.learning_rate), loss="sparse_categorical_crossentropy")
    for arm, model in ((FROM_KERAS, keras.saving.load_model(tmp_path / FILES[KERAS])), (FROM_WEIGHTS, fresh)):
        for batch in orders(SMALL, SMALL.seed)[SMALL.before * SMALL.steps :]:
            rows = batch[batch >= 0]
            model.train_on_batch(x[rows], y[rows])
        error = model.evaluate(x, y, batch_size=len(x), verbose=0)
        assert error == pytest.approx(float(result.after[arm, 0, -1]), rel=1e-3)


def test_what_keras_refuses_is_said_in_its_words(ran: tuple[Result, dict[str, bytes]]) -> None:
    result, _ = ran
    assert "arbitrary code execution" in result.lambda_refusal
    assert result.lambda_ran
    assert "Could not locate class" in result.class_refusal
    assert ".keras" in result.folder_refusal
    assert "to_yaml" in result.form(YAML).refusal
    assert result.version == keras.__version__
    assert "accepts no such file" in story.security(result)
    for name in ("YAML", "HDF5", "bare folder"):
        assert name in story.refusals(result)


def test_onnx_predicts_the_same_where_its_exporter_is_installed(ran: tuple[Result, dict[str, bytes]]) -> None:
    form = ran[0].form(ONNX)
    if any(importlib.util.find_spec(name) is None for name in writer.EXPORTER):
        assert form.size == -1
        assert "Not installed here" in form.refusal
        pytest.skip("onnx and tf2onnx are not installed")
    assert 0 <= form.difference < 1e-5


def test_an_absent_file_has_no_size(tmp_path: Path) -> None:
    assert form_of(ONNX, tmp_path).size == -1


def test_a_failing_fresh_process_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / reader.TASK).write_text("{}")
    monkeypatch.setattr(live, "LONGEST", 0.0)
    with pytest.raises(live.ReaderFailed, match="longer than 0 s"):
        live._read(tmp_path, SilentContext(), 0, 1)
    monkeypatch.setattr(live, "LONGEST", 60.0)
    monkeypatch.setattr(live.sys, "executable", "/bin/false")
    with pytest.raises(live.ReaderFailed, match="ended with code 1"):
        live._read(tmp_path, SilentContext(), 0, 1)


class Stopping(SilentContext):
    """Asks to stop once a network is trained."""

    def stop_requested(self) -> bool:
        return True


def test_a_stop_keeps_what_was_trained() -> None:
    result = run(SMALL, Stopping())
    assert result.stopped
    assert result.before.shape == (1, 2 * SMALL.steps + 1)
    assert not result.forms
    assert "stopped" in story.story(result)
    sent = json.loads(json.dumps(figures.board(result, KERAS, "r"), allow_nan=False))
    assert sent["frames"] == 4
    again = partial(
        SMALL, {"loss": np.concatenate([result.before, result.after[NEVER][:, 1:]], 1), "accuracy": result.accuracy}
    )
    assert again is not None
    np.testing.assert_array_equal(again.before, result.before)
    assert partial(SMALL, {}) is None


def test_a_training_that_leaves_is_a_result() -> None:
    config = SMALL.changed(optimizer="sgd", learning_rate=1.0, dropout=0.0, seeds=1)
    result = run(config, SilentContext())
    broken = Result(config, np.full_like(result.before, np.nan), np.full_like(result.after, np.nan), result.accuracy)
    assert broken.diverged
    assert "left for good" in story.story(broken)
    json.dumps(figures.board(broken, HDF5, "r"), allow_nan=False)
    # Nothing is gathered between two steps, so a fresh optimizer is the same one.
    assert measures.gap(result, FROM_WEIGHTS) == 0
    assert measures.resumes(result, result.form(WEIGHTS)) == measures.EXACTLY
    assert not result.form(KERAS).optimizer


def test_too_many_steps_are_refused() -> None:
    with pytest.raises(InvalidSetting, match="steps"):
        Config(before=40, after=20, batch_size=16)


def test_every_scene_answers_from_its_shipped_run(shipped: dict[str, Result]) -> None:
    right = {
        "Adam": scenes.HEIGHTS[2],
        "Three files": scenes.GO_ON[0],
        "Momentum": scenes.HEIGHTS[0],
        "No state": scenes.LEAVES[0],
        "Dropout": scenes.DIGITS[1],
    }
    for scene in scenes.SCENES:
        assert scene.answer(shipped[scene.name], right[scene.name]).startswith("Right."), scene.name
        assert scene.answer(shipped[scene.name], "something else").startswith("You said")
        assert "nan" not in story.story(shipped[scene.name])


def test_the_picture_has_a_row_a_form_and_the_tree_of_the_picked_one(shipped: dict[str, Result]) -> None:
    for result in shipped.values():
        for name in FORMS:
            sent = json.loads(json.dumps(figures.board(result, name, "r"), allow_nan=False))
            assert [panel["name"] for panel in sent["panels"]][:3] == list(figures.PICKABLE)
    saved = shipped["Adam"].form(SAVED_MODEL)
    assert figures.tree(saved)[0] == ("saved_model/", "")
    assert ("└ saved_model.pb", f"{saved.tree[1].size:,}") in figures.tree(saved)
    keras_tree = figures.tree(shipped["Adam"].form(KERAS))
    assert any(line.startswith("└ optimizer") for line, _ in keras_tree)
    assert shipped["Adam"].config.optimizer == ADAM


def test_the_script_prints_the_pages_numbers(ran: tuple[Result, dict[str, bytes]], tmp_path: Path) -> None:
    result, _ = ran
    (printed,) = printed_by([(tmp_path, script(SMALL))])
    saved = re.search(r"saved at loss ([\d.]+)", printed)
    assert saved is not None
    assert float(saved[1]) == pytest.approx(float(result.before[0, -1]), rel=1e-4)
    for arm in (NEVER, FROM_KERAS, FROM_WEIGHTS):
        found = re.search(rf"^{re.escape(ARMS[arm])}: first epoch up to ([\d.]+), at the end ([\d.]+)", printed, re.M)
        assert found is not None
        losses = result.after[arm, 0]
        assert float(found[1]) == pytest.approx(float(losses[1 : SMALL.steps + 1].max()), rel=1e-3)
        assert float(found[2]) == pytest.approx(float(losses[-1]), rel=1e-3)
    for name in (KERAS, HDF5, WEIGHTS, LITERT):
        found = re.search(rf"^{re.escape(FILES[name])}: (\d+) bytes, predictions differ by ([\d.e+-]+)", printed, re.M)
        assert found is not None
        assert int(found[1]) == pytest.approx(result.form(name).size, rel=0.02)
        assert float(found[2]) == pytest.approx(result.form(name).difference, abs=2e-6)
    assert "this line was printed by reading a file" in printed
    assert "refused: " in printed
