"""The lens's payload, the trade-off and the card, from a small result made by hand."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from engine.figures import super_resolution as figures
from engine.figures.cards_super_resolution import super_resolution_card
from engine.super_resolution import experiment, sources, survey
from engine.super_resolution.experiment import BICUBIC, NEAREST, Config, Result
from engine.super_resolution.network import ADVERSARIAL, PIXEL
from engine.super_resolution.sources import ENLARGE
from engine.super_resolution.view import View

METHODS = (NEAREST, BICUBIC, PIXEL, ADVERSARIAL)


def made(mode="judge"):
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (32, 48, 3)).astype(np.uint8) for _ in range(3)]
    measures = np.array([[20, 20, 0.5, 0.6], [24, 24, 0.7, 0.4], [26, 26, 0.8, 0.3], [23, 23, 0.6, 0.2]], float)
    judged = mode == "judge"
    grid = np.ones((4, 6), np.float32)
    result = Result(
        Config(mode=mode),
        48,
        32,
        METHODS,
        tuple(map(sources.webp, pictures)),
        measures if judged else np.full_like(measures, np.nan),
        3 * grid,
        0.25 * grid if judged else np.nan * grid,
        0.75 if judged else float("nan"),
    )
    small, truth = random.integers(0, 256, (8, 12, 3)).astype(np.uint8), pictures[0] if judged else None
    return result, small, truth, pictures


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch):
    monkeypatch.setattr(experiment, "losses", lambda scale: ())


def decoded(address):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB"))


def test_pictures_travel_without_loss_and_with_their_numbers():
    result, small, truth, pictures = made()
    payload = figures.payload(result, View(lens_x=0.2), small, truth, "somebody", "r")
    json.dumps(payload)
    assert [view["id"] for view in payload["views"]] == ["truth", BICUBIC, PIXEL, ADVERSARIAL]
    assert np.array_equal(decoded(payload["views"][0]["url"]), truth)
    for view, picture in zip(payload["views"][1:], pictures, strict=True):
        assert np.array_equal(decoded(view["url"]), picture)
    best = {number["name"]: view["id"] for view in payload["views"][1:] for number in view["numbers"] if number["best"]}
    assert best == {"PSNR dB": PIXEL, "SSIM": PIXEL, "distance": ADVERSARIAL}
    assert payload["lens"] == [0.2, View().lens_y]


def test_without_a_truth_there_are_no_numbers():
    result, small, _, _ = made(ENLARGE)
    payload = figures.payload(result, View(mode=ENLARGE), small, None, "somebody", "r")
    assert json.loads(json.dumps(payload, allow_nan=False))["judged"] is False
    assert payload["views"][0] == payload["views"][0] | {"id": "given", "url": ""}
    assert all(view["numbers"] == [] for view in payload["views"][1:])
    assert payload["detail"]["right"] is None


def test_the_tradeoff_says_every_mean():
    result, _, _, _ = made()
    measured = survey.Result(survey.Config(4), ("Cat", "Cup"), METHODS, np.stack([result.measures] * 2), np.ones(2))
    picture = figures.tradeoff(measured, result, False)
    assert "means over 2 photographs" in picture.alt
    assert "Pixel loss 26.0 dB at distance 0.300" in picture.alt
    assert len(figures.tradeoff(measured, None, True).figure.data) == 2 * len(METHODS)


def test_the_card_is_there_with_and_without_its_run(monkeypatch):
    assert super_resolution_card(False).startswith("<svg")
    assert super_resolution_card(True).endswith("</svg>")
