"""The page's run: the detector from Darknet files is the Keras original; exports load; the oldest head by hand."""

import io
import os
import zipfile

import numpy as np
import pytest

from engine.darknet import build, cfg, decode, experiment, export, samples, scenes, weights
from engine.darknet.plan import plan
from engine.darknet.samples import section
from engine.darknet.story import story
from engine.darknet.view import View, kept, passed
from engine.detection import experiment as detection
from engine.errors import InvalidData
from engine.runs.codec import decode as unpack
from engine.runs.codec import encode
from engine.runs.context import SilentContext
from engine.runs.store import store
from tests.engine.darknet.nets import conv, net

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


def run(**values):
    return experiment.run(experiment.Config(**values), SilentContext())


@pytest.mark.parametrize("network", [samples.FACE, samples.GROUPS])
@pytest.mark.parametrize("photograph", ["astronaut", "busy"])
def test_the_detector_from_darknet_files_finds_the_boxes_of_the_keras_original(network, photograph):
    original = detection.run(
        detection.Config(photograph=photograph, detector=detection.FACE, size=416), SilentContext()
    )
    imported = run(network=network, photograph=photograph)
    assert len(imported.score) == len(original.score) > 0
    np.testing.assert_allclose(imported.score, original.score, atol=1e-5)
    np.testing.assert_allclose(imported.boxes, original.boxes, atol=0.01)
    assert imported.places == original.places


def test_a_result_survives_the_store_and_tells_its_story():
    result = run()
    again, _ = unpack(encode(result, {}), experiment.Result)
    assert again.sources == result.sources
    told = " ".join(story(again, View()))
    assert "1\u2009588\u2009158 numbers" in told
    assert "face" in told
    assert "74 %" in told


def test_uploaded_files_are_the_network_they_describe():
    text, content = samples.cfg_text(samples.GROUPS), samples.content(samples.GROUPS, 0)
    digests = {"cfg": experiment.keep_cfg(text.encode()), "weights": experiment.keep_weights(content)}
    own = run(network=experiment.UPLOAD, **digests)
    assert own.classes == ("class 0",)
    # In the middle of grey, as Darknet itself places a picture; this one is square, so nothing else changes.
    np.testing.assert_allclose(own.score, run(network=samples.GROUPS).score, atol=1e-5)
    lost = run(network=experiment.UPLOAD, lost=50, **digests)
    assert not np.array_equal(lost.score, own.score)
    short = experiment.keep_weights(content[:-400])
    with pytest.raises(InvalidData, match="100 are missing"):
        run(network=experiment.UPLOAD, cfg=digests["cfg"], weights=short)
    with pytest.raises(InvalidData, match="no longer stored"):
        run(network=experiment.UPLOAD)


def test_wide_grey_and_headless_networks_run():
    def uploaded(text):
        layout = plan(cfg.parse(text))
        return run(
            network=experiment.UPLOAD,
            cfg=experiment.keep_cfg(text.encode()),
            weights=experiment.keep_weights(samples.drawn(layout, 0)),
            photograph="coffee",
        )

    wide = section("net", width=64, height=32, channels=1) + conv(8, 3, "linear", stride=4)
    found = uploaded(wide + section("yolo", anchors="30,20", num=1, classes=3))
    assert found.places == 8 * 16
    assert found.boxes.max() <= max(found.width, found.height)
    headless = uploaded(wide)
    assert headless.classes == ()
    assert len(headless.score) == 0
    assert "nothing in it means boxes" in " ".join(story(headless, View()))
    with pytest.raises(InvalidData, match="4 channels"):
        uploaded(net() + conv())


def test_what_is_not_finite_is_counted_and_left_out():
    text = net(8, 3) + conv(6, 1, "linear", 0) + section("region", anchors="1,1", num=1, classes=1, softmax=1)
    layout = plan(cfg.parse(text))
    own = [{"biases": np.full(6, 3e38, np.float32), "kernel": np.full((6, 3, 1, 1), 3e38, np.float32)}, {}]
    found = run(
        network=experiment.UPLOAD,
        cfg=experiment.keep_cfg(text.encode()),
        weights=experiment.keep_weights(weights.written(own, layout)),
    )
    assert found.broken == found.places == 64
    assert len(found.score) == 0
    assert "no finite numbers" in " ".join(story(found, View()))


def test_the_models_of_the_export_load_and_say_the_same(tmp_path):
    import keras
    import tensorflow as tf

    context = SilentContext()
    result = export.run(export.Config(network=samples.GROUPS), context)
    assert result.keras_bytes == len(context.files[export.KERAS_FILE])
    path = tmp_path / "model.keras"
    path.write_bytes(context.files[export.KERAS_FILE])
    zipfile.ZipFile(io.BytesIO(context.files[export.SAVED_MODEL])).extractall(tmp_path)
    batch = np.random.default_rng(0).random((1, 416, 416, 3), np.float32)
    net_ = experiment.loaded(experiment.Config(network=samples.GROUPS))
    (wanted,) = build.outputs(net_.model, batch)
    (again,) = build.outputs(keras.models.load_model(path), batch)
    archive = tf.saved_model.load(str(tmp_path / "saved_model"))
    served = archive.serve(batch)
    np.testing.assert_allclose(again, wanted, atol=1e-5)
    np.testing.assert_allclose(np.asarray(served[0] if isinstance(served, list) else served), wanted, atol=1e-5)


def test_models_of_every_kind_can_be_saved(tmp_path):
    import keras

    text = net(16, 3) + conv(8) + section("route", layers="-1", groups=2, group_id=1) + section("reorg", stride=2)
    text += section("maxpool", size=3, stride=2) + section("upsample", stride=2, scale=2) + section("avgpool")
    text += section("connected", output=5, batch_normalize=1, activation="mish") + section("softmax")
    layout = plan(cfg.parse(text))
    model = build.build(layout, weights.arrays(layout, samples.drawn(layout, 0)))
    model.save(tmp_path / "model.keras")
    batch = np.random.default_rng(0).random((1, 16, 16, 3), np.float32)
    wanted, again = (build.outputs(one, batch)[0] for one in (model, keras.models.load_model(tmp_path / "model.keras")))
    np.testing.assert_allclose(again, wanted, atol=1e-6)


def test_a_normalized_dense_layer_reads_darknets_order():
    """As `load_connected_weights` of Darknet: biases, kernel, scales, means, variances; the map channels first."""
    layout = plan(cfg.parse(net(2, 3) + section("connected", output=4, batch_normalize=1, activation="relu")))
    content = samples.drawn(layout, 2)
    flat = np.frombuffer(content, "<f4", offset=20)
    bias, kernel, rest = flat[:4], flat[4:52].reshape(4, 12), flat[52:].reshape(3, 4)
    batch = np.random.default_rng(0).random((1, 2, 2, 3), np.float32)
    x = kernel @ batch[0].transpose(2, 0, 1).ravel()
    wanted = np.maximum(0, rest[0] * (x - rest[1]) / np.sqrt(rest[2] + 1e-6) + bias)
    found = build.outputs(build.build(layout, weights.arrays(layout, content)), batch)[0]
    np.testing.assert_allclose(found.ravel(), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("activation", ["elu", "relu6"])
def test_what_opencv_does_not_read_is_checked_by_hand(activation):
    layout = plan(cfg.parse(net(3, 2) + conv(2, 1, activation, 0)))
    content = samples.drawn(layout, 1)
    batch = 20 * np.random.default_rng(0).standard_normal((1, 3, 3, 2)).astype(np.float32)
    flat = np.frombuffer(content, "<f4", offset=20)
    x = batch[0] @ flat[2:].reshape(2, 2).T + flat[:2]
    wanted = np.where(x > 0, x, np.expm1(x)) if activation == "elu" else np.clip(x, 0, 6)
    found = build.outputs(build.build(layout, weights.arrays(layout, content)), batch)[0][0]
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_the_first_yolo_says_width_and_height_by_their_roots():
    text = net(2, 3) + section("connected", output=2 * 2 * (3 + 5), activation="linear")
    text += section("detection", classes=3, side=2, num=1, coords=4, sqrt=1)
    head = plan(cfg.parse(text)).layers[1]
    numbers = np.zeros(32, np.float32)
    numbers[3 * 3 : 3 * 4] = (0.2, 0.7, 0.1)  # classes of the last cell
    numbers[12 + 3] = 0.5
    numbers[16 + 12 : 16 + 16] = (0.5, 0.25, 0.6, 0.5)
    found = decode.rows(head, numbers.reshape(1, 1, 32), (2, 2, 3))
    np.testing.assert_allclose(found[3], [0.75, 0.625, 0.36, 0.25, 0.5, 0.1, 0.35, 0.05], atol=1e-6)


def test_every_answer_is_what_the_shipped_run_says():
    for scene in scenes.SCENES:
        entry = store().find(scene.config.run())
        assert entry is not None, scene.name
        assert entry.provenance.source == "shipped"
        right = [guess for guess in scene.options if scene.answer(entry.result, guess).startswith("Right.")]
        assert len(right) == 1, scene.name
    found = {scene.name: store().find(scene.config.run()).result for scene in scenes.SCENES}
    assert len(kept(found["A real one"], scenes.REAL)) == 1
    real = found["A real one"]
    grown = scenes.enlarged(real)
    assert grown.parameters == real.parameters.sum()
    assert 3.9 < grown.operations / real.operations.sum() < 4.2
    assert scenes.same_box(found["In groups"]) == scenes.FEWER[0]
    assert len(passed(found["One lost"], scenes.LOST)) > 100
    assert scenes.how_many(found["Untrained v2"], scenes.SOFTMAX) == "None"
    assert scenes.how_many(found["Untrained v3"], scenes.SIGMOID) == "Nearly all"
