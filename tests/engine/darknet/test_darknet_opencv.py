"""Every kind of layer gives the numbers of OpenCV's own Darknet reader, from the same two files."""

import os

import numpy as np
import pytest

from engine.darknet import build, cfg, decode, samples, weights
from engine.darknet.plan import plan
from tests.engine.darknet.nets import HEADS, NETS

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
cv2 = pytest.importorskip("cv2")
CLOSE = 1e-4


def both(text, content=None):
    """Return our outputs (the plan's heads decoded) and OpenCV's, for one random picture."""
    layout = plan(cfg.parse(text))
    content = content or samples.drawn(layout, 3)
    batch = np.random.default_rng(1).random((1, *layout.shape), np.float32)
    theirs = cv2.dnn.readNetFromDarknet(np.frombuffer(text.encode(), np.uint8), np.frombuffer(content, np.uint8))
    theirs.enableWinograd(False)  # its short cut for 3 × 3 kernels costs a digit
    theirs.setInput(np.ascontiguousarray(batch.transpose(0, 3, 1, 2)))
    outputs = build.outputs(build.build(layout, weights.arrays(layout, content)), batch)
    if layout.heads:
        pairs = zip(layout.heads, outputs, strict=True)
        outputs = [decode.rows(head, output[0], layout.shape) for head, output in pairs]
    else:
        outputs = [outputs[0].transpose(0, 3, 1, 2)]
    return outputs, theirs.forward(theirs.getUnconnectedOutLayersNames())


@pytest.mark.parametrize("name", NETS)
def test_a_layer_gives_what_opencv_gives(name):
    (ours,), (theirs,) = both(NETS[name])
    assert ours.size == theirs.size
    assert np.abs(ours - theirs.reshape(ours.shape)).max() <= CLOSE
    assert ours.std() > 0.01  # a comparison of nothing proves nothing


def compare_boxes(ours, theirs):
    assert np.abs(ours[:, :5] - theirs[:, :5]).max() <= CLOSE
    # OpenCV suppresses within [region] and sets what it dropped to 0.
    told = theirs[:, 5:] > 0
    assert told.any()
    assert np.abs(ours[:, 5:] - theirs[:, 5:])[told].max() <= CLOSE


@pytest.mark.parametrize("name", HEADS)
def test_boxes_and_scores_are_those_of_opencv(name):
    (ours,), (theirs,) = both(HEADS[name] + "thresh=0\n")
    compare_boxes(ours, theirs)


@pytest.mark.parametrize("name", [samples.YOLO2, samples.YOLO3])
def test_the_public_layouts_are_those_of_opencv(name):
    text = samples.cfg_text(name).replace("classes=80", "classes=80\nthresh=0")
    layout = plan(cfg.parse(text))
    own = list(weights.arrays(layout, samples.content(name, 5)))
    # Width and height are powers of e: with heads as large as random ones they have six digits before the point.
    for layer in layout.layers:
        if layer.settings.get("activation") == "linear":
            own[layer.number] = {key: 0.1 * values for key, values in own[layer.number].items()}
    for ours, theirs in zip(*both(text, weights.written(own, layout)), strict=True):
        compare_boxes(ours, theirs)


@pytest.mark.parametrize("name", [samples.FACE, samples.GROUPS])
def test_the_face_detector_is_that_of_opencv(name):
    (ours,), (theirs,) = both(
        samples.cfg_text(name).replace("classes=1", "classes=1\nthresh=0"), samples.content(name, 0)
    )
    compare_boxes(ours, theirs)


def test_yolov3_tiny_and_yolov2_tiny_have_the_published_numbers_of_parameters():
    counts = {name: plan(cfg.parse(samples.cfg_text(name))).parameters for name in (samples.YOLO2, samples.YOLO3)}
    # The sizes of the published files, less a header of 16 and 20 bytes: 44,948,600 and 35,434,956.
    assert 4 * counts[samples.YOLO2] == 44_948_600 - 20
    assert 4 * counts[samples.YOLO3] == 35_434_956 - 20
