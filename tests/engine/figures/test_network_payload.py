import base64
import json
import time

import numpy as np

from engine.figures.network_payload import payload
from engine.figures.packing import packed as pack
from engine.playground.experiment import Config
from tests.engine.playground.builders import made_result

CONFIG = Config(dataset="blobs", classes=3, features=("x", "xy", "sin_y"), layers=(5, 4), batch_normalization=True)
LOSS = np.linspace(1, 0.2, 81)[:, None] + np.array([[0.0, 0.1, -0.05]])


def unpacked(packed):
    """Decode as the browser does: little-endian bytes behind base64."""
    order = {"float32": "<f4", "int32": "<i4", "uint8": "<u1"}[packed["dtype"]]
    return np.frombuffer(base64.b64decode(packed["base64"]), order).reshape(packed["shape"])


def made(config=CONFIG, **changes):
    return made_result(config, LOSS, LOSS + 0.1, 1 - LOSS / 2, **changes)


def test_arrays_travel_unchanged():
    values = np.random.default_rng(0).normal(size=(3, 4))
    np.testing.assert_array_equal(unpacked(pack(values)), values.astype(np.float32))
    assert unpacked(pack(np.array([True, False]), "uint8")).tolist() == [1, 0]
    assert unpacked(pack(values[:, ::2], "float32")).shape == (3, 2)


def test_the_payload_says_what_the_result_holds():
    result = made()
    sent = json.loads(json.dumps(payload(result, revision="r1"), allow_nan=False))
    assert (sent["kind"], sent["revision"], sent["running"]) == ("network", "r1", False)
    assert (sent["task"], sent["classes"], sent["features"]) == ("multiclass", 3, ["x", "xy", "sin_y"])
    assert sent["layers"] == [
        {"units": 5, "activation": "relu", "batch_normalization": True},
        {"units": 4, "activation": "relu", "batch_normalization": True},
        {"units": 3, "activation": "softmax", "output": True},
    ]
    weights = unpacked(sent["snapshots"]["weights"])
    # kernel, bias, and four numbers a neuron for batch normalization; then the output's kernel and bias.
    assert weights.shape[1] == (3 * 5 + 5 + 4 * 5) + (5 * 4 + 4 + 4 * 4) + (4 * 3 + 3)
    np.testing.assert_array_equal(weights, result.snapshots)
    np.testing.assert_array_equal(unpacked(sent["snapshots"]["epoch"]), result.snapshot_epoch)
    np.testing.assert_array_equal(unpacked(sent["points"]["x"]), result.points)
    np.testing.assert_array_equal(unpacked(sent["points"]["validation"]), result.validation)
    np.testing.assert_array_equal(unpacked(sent["curves"]["loss"]), LOSS[:, 0].astype(np.float32))
    assert sent["curves"]["metric_name"] == "accuracy"
    assert (sent["total_epochs"], sent["loss_name"], sent["versus"]) == (300, "cross-entropy", None)


def test_the_band_is_the_range_over_the_seeds():
    loss = LOSS.copy()
    loss[40:, 2] = np.nan
    band = payload(made_result(CONFIG, loss, loss, loss), revision=1)["curves"]["band"]
    assert band["count"] == 3
    low, high = unpacked(band["low"]), unpacked(band["high"])
    np.testing.assert_allclose(low[:40], LOSS[:40, 2], rtol=1e-6)
    np.testing.assert_allclose(low[40:], LOSS[40:, 0], rtol=1e-6)
    np.testing.assert_allclose(high, LOSS[:, 1], rtol=1e-6)
    alone = made_result(CONFIG, LOSS[:, :1], LOSS[:, :1], LOSS[:, :1])
    assert payload(alone, revision=1)["curves"]["band"] is None


def test_versus_and_tasks():
    result = made()
    other = made(CONFIG.changed(layers=(2,), batch_normalization=False, features=("x", "y")))
    beside = payload(result, revision=1, versus=other, versus_label="layers=2", running=True)["versus"]
    assert beside["label"] == "layers=2"
    assert beside["features"] == ["x", "y"]
    assert [layer["units"] for layer in beside["layers"]] == [2, 3]
    assert unpacked(beside["snapshots"]["weights"]).shape[1] == 2 * 2 + 2 + 2 * 3 + 3
    binary = payload(made(Config(loss="hinge")), revision=1)
    assert (binary["task"], binary["layers"][-1]["activation"]) == ("binary", "sigmoid")
    value = payload(made(Config(dataset="plane")), revision=1)
    assert (value["task"], value["layers"][-1]["activation"]) == ("regression", "linear")
    assert value["curves"]["metric_name"] == "mean squared error"


def test_the_largest_network_is_packed_in_ten_milliseconds():
    config = Config(layers=(32,) * 6, features=("x", "y", "x2", "y2", "xy", "sin_x", "sin_y", "cos_x", "cos_y"))
    result = made(config)
    best = min(_timed(result) for _ in range(7))
    assert best < 0.010, f"{1000 * best:.1f} ms"


def _timed(result):
    start = time.process_time()
    payload(result, revision=1)
    return time.process_time() - start
