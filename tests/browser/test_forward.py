"""forward.js, run in Chromium, against Keras on the same weights and the same grid: equal to 1e-4."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import serving

pytestmark = pytest.mark.browser

DOMAIN = {"x": [-6.0, 6.0], "y": [-5.0, 7.0]}
COLUMNS, ROWS = 23, 17
ACTIVATIONS = (
    "linear",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softplus",
    "softsign",
    "mish",
    "prelu",
)
ALL_FEATURES = ("x", "y", "x2", "y2", "xy", "sin_x", "sin_y", "cos_x", "cos_y")


def _cases() -> list[dict]:
    """Every activation with and without batch normalization, 0 to 6 layers, 1 to 9 features, every kind of output."""
    cases = [
        {"features": ["x", "y"], "layers": [[5, name, normalized], [4, name, normalized]], "output": [1, "sigmoid"]}
        for name in ACTIVATIONS
        for normalized in (False, True)
    ]
    for depth in range(7):
        layers = [[3 + 2 * k, ACTIVATIONS[(depth + 3 * k) % len(ACTIVATIONS)], k % 2 == 1] for k in range(depth)]
        output = ([1, "sigmoid"], [4, "softmax"], [1, "linear"])[depth % 3]
        cases.append({"features": list(ALL_FEATURES[: 1 + depth]), "layers": layers, "output": output})
    wide = [[32, "relu", False], [32, "tanh", True]]
    cases.append({"features": list(ALL_FEATURES), "layers": wide, "output": [3, "softmax"]})
    return cases


_KERAS = """
import json, sys
import keras, numpy as np
cases, domain, columns, rows, target = json.loads(sys.stdin.read())
def grid_features(names):
    x, y = np.meshgrid(np.linspace(*domain["x"], columns), np.linspace(*domain["y"], rows))
    table = {"x": x, "y": y, "x2": x * x, "y2": y * y, "xy": x * y,
             "sin_x": np.sin(x), "sin_y": np.sin(y), "cos_x": np.cos(x), "cos_y": np.cos(y)}
    return np.stack([table[name].ravel() for name in names], axis=1).astype("float32")
random = np.random.default_rng(11)
saved = {}
for number, case in enumerate(cases):
    inputs = value = keras.Input((len(case["features"]),))
    outputs, flat = [], []
    for units, activation, normalized in case["layers"]:
        parts = [keras.layers.Dense(units)]
        if normalized:
            parts.append(keras.layers.BatchNormalization(epsilon=1e-3))
        special = {"prelu": keras.layers.PReLU, "leaky_relu": lambda: keras.layers.LeakyReLU(negative_slope=0.2)}
        parts.append(special.get(activation, lambda: keras.layers.Activation(activation))())
        for part in parts:
            value = part(value)
        outputs.append(value)
        flat.extend(parts)
    last = keras.layers.Dense(case["output"][0], activation=case["output"][1])
    outputs.append(last(value))
    flat.append(last)
    model = keras.Model(inputs, outputs)
    for weight in model.weights:
        scale = 0.6 if len(weight.shape) == 2 else 0.4
        new = random.normal(0, scale, weight.shape)
        if "variance" in weight.path:
            new = random.uniform(0.2, 3, weight.shape)
        weight.assign(new)
    saved[f"weights{number}"] = np.concatenate([w.ravel() for part in flat for w in part.get_weights()])
    answer = model(grid_features(case["features"]), training=False)
    for depth, maps in enumerate(answer if isinstance(answer, (list, tuple)) else [answer]):
        saved[f"maps{number}_{depth}"] = np.asarray(maps).T
np.savez(target, **saved)
"""

_PAGE = """
async ({cases, domain, columns, rows}) => {
  const {featureMaps, forwardMaps, weightPlan} = await import("/stage/forward.js");
  return cases.map(({features, layers, weights}) => {
    const plan = weightPlan(features.length, layers);
    const inputs = featureMaps(features, domain, columns, rows);
    const maps = forwardMaps(plan, Float32Array.from(weights), inputs, columns * rows);
    return {total: plan.total, maps: maps.map((values) => Array.from(values))};
  });
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory) -> Iterator[Page]:
    """A blank page that can import the stage's modules as they are."""
    blank = tmp_path_factory.mktemp("forward") / "blank.html"
    blank.write_text("<!doctype html><title>stage</title>", encoding="utf-8")
    with serving({"/blank.html": blank}) as address:
        page = browser.new_page()
        page.goto(f"{address}/blank.html")
        yield page
        page.close()


@pytest.fixture(scope="module")
def keras_maps(tmp_path_factory) -> dict[str, np.ndarray]:
    """Weights and activations of every case from Keras, in a process of its own."""
    target = tmp_path_factory.mktemp("forward") / "maps.npz"
    message = json.dumps([_cases(), DOMAIN, COLUMNS, ROWS, str(target)])
    subprocess.run(
        [sys.executable, "-c", _KERAS],
        input=message,
        text=True,
        check=True,
        timeout=300,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "KERAS_BACKEND": "tensorflow"},
    )
    with np.load(target) as archive:
        return dict(archive)


@pytest.fixture(scope="module")
def browser_maps(page, keras_maps) -> list[dict]:
    cases = []
    for number, case in enumerate(_cases()):
        hidden = [{"units": u, "activation": a, "batch_normalization": n} for u, a, n in case["layers"]]
        output = {"units": case["output"][0], "activation": case["output"][1], "output": True}
        weights = keras_maps[f"weights{number}"].astype(float).tolist()
        cases.append({"features": case["features"], "layers": [*hidden, output], "weights": weights})
    return page.evaluate(_PAGE, {"cases": cases, "domain": DOMAIN, "columns": COLUMNS, "rows": ROWS})


@pytest.mark.parametrize("number", range(len(_cases())))
def test_every_neuron_agrees_with_keras(number, keras_maps, browser_maps):
    answer = browser_maps[number]
    assert answer["total"] == keras_maps[f"weights{number}"].size
    for depth, values in enumerate(answer["maps"]):
        expected = keras_maps[f"maps{number}_{depth}"]
        found = np.asarray(values).reshape(expected.shape)
        # Large values (unbounded activations) are held to the same relative error.
        assert np.max(np.abs(found - expected) / np.maximum(1.0, np.abs(expected))) < 1e-4


def test_far_out_inputs_reach_the_limits_of_the_activations(page):
    """Beyond the tables: tanh is 1, sigmoid 0, SiLU and GELU 0 on the left and x on the right, softplus x."""
    values = page.evaluate("""async () => {
      const {activate} = await import("/stage/forward.js");
      return ["tanh", "sigmoid", "silu", "gelu", "softplus"].map((name) => {
        const pair = Float32Array.of(-60, 60);
        activate(name, pair, 0, 2);
        return Array.from(pair);
      });
    }""")
    np.testing.assert_allclose(values, [[-1, 1], [0, 1], [0, 60], [0, 60], [0, 60]], atol=1e-6)


def test_weights_that_are_not_numbers_stay_visible(page):
    """A diverged network must not turn into plausible colours: NaN goes through to the maps."""
    values = page.evaluate("""async () => {
      const {featureMaps, forwardMaps, weightPlan} = await import("/stage/forward.js");
      const plan = weightPlan(1, [{units: 1, activation: "tanh"}, {units: 1, activation: "sigmoid"}]);
      const inputs = featureMaps(["x"], {x: [-1, 1], y: [-1, 1]}, 2, 2);
      return Array.from(forwardMaps(plan, Float32Array.of(NaN, 0, 1, 0), inputs, 4)[1]);
    }""")
    assert np.isnan(np.asarray(values, dtype=float)).all()
