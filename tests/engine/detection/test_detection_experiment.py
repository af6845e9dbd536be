"""The detectors on the shipped photographs: they see what is there, in the right place, with the known scores."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.config import key
from engine.detection import coco, nanodet, tiny_face
from engine.detection.boxes import iou
from engine.detection.candidates import letterbox
from engine.detection.experiment import FACE, LEAST_SCORE, Config, classes, detect, keep, network, run, weights
from engine.runs.context import SilentContext


def best(picture: str, name: str, detector: str = "nanodet") -> tuple[float, np.ndarray]:
    result = run(Config(photograph=picture, detector=detector), SilentContext())
    own = np.flatnonzero(result.kind == classes(detector).index(name))[0]
    return float(result.score[own]), result.boxes[own]


def overlap(box: np.ndarray, true: list[float]) -> float:
    return float(iou(box[None], np.array([true]))[0, 0])


def test_the_cat_is_a_cat_and_the_astronaut_a_person() -> None:
    score, box = best("chelsea", "cat")
    assert score == pytest.approx(0.56, abs=0.04)
    assert overlap(box, [0, 0, 440, 298]) > 0.9
    score, box = best("astronaut", "person")
    assert score > 0.7
    assert overlap(box, [14, 14, 364, 512]) > 0.9


def test_the_astronauts_face_is_found_where_it_is() -> None:
    score, box = best("astronaut", "face", FACE)
    assert score > 0.9
    assert overlap(box, [172, 70, 278, 190]) > 0.75
    assert detect(np.full((300, 400, 3), 127, np.uint8), FACE, 416)[0].score.max(initial=0) < 0.3


def test_the_networks_have_the_published_sizes() -> None:
    assert sum(array.size for array in weights("nanodet").values()) == 3_786_068
    assert sum(array.size for array in weights(FACE).values()) == 193_321
    assert len(coco.CLASSES) == len(coco.IDS) == 80
    assert (coco.CLASSES[0], coco.IDS[0]) == ("person", 1)
    assert (coco.CLASSES[-1], coco.IDS[-1]) == ("toothbrush", 90)
    assert coco.IDS[coco.CLASSES.index("cat")] == 17


def test_raw_candidates_are_sorted_inside_the_picture_and_above_the_least_score() -> None:
    result = run(Config(), SilentContext())
    assert (np.diff(result.score) <= 0).all()
    assert result.score.min() >= LEAST_SCORE
    assert result.boxes.dtype == result.score.dtype == np.float32
    assert (result.boxes >= 0).all()
    assert (result.boxes <= [800, 600, 800, 600]).all()
    assert result.places == 52**2 + 26**2 + 13**2


def test_distances_are_expectations_over_bins() -> None:
    """A map made by hand: bin 3 to the left, half bin 2 and half bin 4 to the top, and so on, at one place."""
    outputs = []
    for side in (52, 26, 13):
        output = np.full((1, side, side, 124), -20.0, np.float32)
        outputs.append(output)
    place = outputs[1][0, 5, 7]
    place[17] = np.log(0.7 / 0.3)
    bins = place[80:].reshape(4, 11)
    bins[0, 3] = bins[1, 2] = bins[1, 4] = bins[2, 0] = bins[3, 10] = 20
    _, where = nanodet.prepared(np.zeros((416, 416, 3), np.uint8), 416)
    found = nanodet.decode(outputs, where, 0.5)
    assert len(found.score) == 1
    assert (found.kind[0], found.stride[0]) == (17, 16)
    assert found.score[0] == pytest.approx(0.7)
    np.testing.assert_allclose(found.boxes[0], [120 - 48, 88 - 48, 120, 88 + 160], atol=1e-3)


def test_anchors_move_and_stretch() -> None:
    output = np.zeros((1, 13, 13, 25), np.float32)
    output.reshape(13, 13, 5, 5)[..., 4] = -9
    cell = output[0, 4, 6].reshape(5, 5)
    cell[2] = [0, 0, np.log(2), 0, 2]
    _, where = tiny_face.prepared(np.zeros((208, 416, 3), np.uint8), 416)
    found = tiny_face.decode([output], where, 0.5)
    wide, high = 2 * 2.882459 * 32, 3.518061 * 32
    expected = [208 - wide / 2, 144 - high / 2, 208 + wide / 2, min(208, 144 + high / 2)]
    np.testing.assert_allclose(found.boxes, [expected], atol=1e-2)


@pytest.mark.parametrize("shape", [(100, 300), (300, 100), (64, 64), (9, 400)])
@pytest.mark.parametrize("centred", [True, False])
def test_the_letterbox_and_back(shape: tuple[int, int], centred: bool) -> None:
    picture = np.full((*shape, 3), (200, 100, 50), np.uint8)
    mean, scale = np.array([20, 30, 40]), np.array([2, 4, 5])
    batch, where = letterbox(picture, 128, centred, mean, scale)
    from_image, _ = letterbox(Image.fromarray(picture), 128, centred, mean, scale)
    np.testing.assert_array_equal(batch, from_image)
    assert (batch.shape, batch.dtype) == ((1, 128, 128, 3), np.float32)
    pixels = np.unique(batch.reshape(-1, 3), axis=0)
    np.testing.assert_allclose(pixels, [[-10, -7.5, -8], [90, 17.5, 2]][-len(pixels) :], atol=1e-5)
    rows, columns = np.nonzero(batch[0, ..., 0] > 40)
    seen = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], float)
    np.testing.assert_allclose(where.back(seen), [[0, 0, shape[1], shape[0]]], atol=2.5)


def test_uploads_count_by_their_pixels(tmp_path, monkeypatch) -> None:
    content = (tmp_path / "a.png").as_posix()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 80, 3), np.uint8)).save(content)
    digest = keep((tmp_path / "a.png").read_bytes())
    config = Config(photograph="upload", upload=digest, size=224)
    assert run(config, SilentContext()).width == 80
    assert key(config) != key(config.changed(size=320))


def test_the_compiled_network_is_made_once() -> None:
    assert network("nanodet", 416) is network("nanodet", 416)
