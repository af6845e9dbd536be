"""The stage's payload: what the browser decodes is what was raced, and levels are useful."""

import base64
import json

import numpy as np
import pytest

from engine.figures.race_payload import contour_levels, race_payload
from engine.figures.theme import SERIES
from engine.optimizers import race, surfaces
from engine.optimizers.catalogue import IDS
from engine.optimizers.race import Config


def decoded(packed):
    return np.frombuffer(base64.b64decode(packed["base64"]), dtype="<f4").reshape(packed["shape"])


@pytest.fixture(scope="module")
def config():
    return Config(optimizers=IDS, steps=50, noise=0.1)


@pytest.fixture(scope="module")
def payload(config):
    return json.loads(json.dumps(race_payload(config, race.run(config)), allow_nan=False))


def test_racers_travel_whole(config, payload):
    result = race.run(config)
    assert [racer["id"] for racer in payload["racers"]] == list(IDS)
    for sent, racer in zip(payload["racers"], result.racers, strict=True):
        np.testing.assert_array_equal(decoded(sent["path"]), racer.path.astype("f4"))
        np.testing.assert_array_equal(decoded(sent["loss"]), racer.loss.astype("f4"))
        assert decoded(sent["rate"]).shape == (51, 2)
        assert (sent["velocity"] is None) == (racer.velocity is None)
        assert (sent["square"] is None) == (racer.square is None)
        assert sent["valley_at"] == racer.valley_at
        assert sent["style"]["dash"] == list(SERIES[racer.id].dash)
    assert payload["steps"] == 50
    assert payload["selected"] == "adam"
    assert payload["kind"] == "race"
    assert payload["labels"] == {"x": "w₁", "y": "w₂"}


def test_surface_has_its_low_row_first(payload):
    surface = surfaces.named("ravine")
    heights = decoded(payload["surface"]["z"])
    assert heights.shape == (121, 121)
    for row, y in ((0, surface.y[0]), (-1, surface.y[1])):
        for column, x in ((0, surface.x[0]), (-1, surface.x[1])):
            assert heights[row, column] == pytest.approx(float(surface.value(x, y)), rel=1e-6)


def test_every_number_is_finite_even_after_divergence_and_beyond_the_formula():
    for config in (
        Config(learning_rate=10.0, optimizers=IDS),
        Config(surface="formula", formula="log(x) + 1/y", optimizers=IDS, learning_rate=5.0),
    ):
        payload = race_payload(config, race.run(config))
        json.dumps(payload, allow_nan=False)
        assert np.isfinite(decoded(payload["surface"]["z"])).all()
        for racer in payload["racers"]:
            for name in ("path", "loss", "gradient", "rate"):
                assert np.isfinite(decoded(racer[name])).all(), (racer["id"], name)


def test_revision_changes_with_the_settings_only(config):
    result = race.run(config)
    revision = race_payload(config, result)["revision"]
    assert race_payload(config, race.run(config))["revision"] == revision
    assert race_payload(config.changed(seed=8), result)["revision"] != revision


def test_selected_must_race():
    config = Config(optimizers=("sgd", "momentum"))
    assert race_payload(config, race.run(config), selected="adam")["selected"] == "sgd"


@pytest.mark.parametrize("name", surfaces.BUILDERS)
def test_levels_part_the_picture_into_bands(name):
    surface = surfaces.named(name)
    _, _, losses = surface.grid(121)
    levels = contour_levels(losses, surface.floor, surface.valley)
    assert 10 <= len(levels) <= 15
    assert levels == sorted(set(levels))
    assert losses.min() < levels[0]
    assert levels[-1] < losses.max()
    assert any(level == pytest.approx(surface.floor + surface.valley) for level in levels)
    # No band swallows the picture, however steep the surface; a plateau is flat indeed.
    shares = np.histogram(losses, bins=[-np.inf, *levels, np.inf])[0] / losses.size
    assert shares.max() < (0.75 if name == "plateau" else 0.4)


def test_flat_and_empty_pictures_have_no_levels():
    assert contour_levels(np.zeros((5, 5)), 0.0) == []
    assert contour_levels(np.full((5, 5), np.nan), 0.0) == []
