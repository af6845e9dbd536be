"""What detection must be: hardly slower than the bare network, at once under a slider, and quick to suppress."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.bench.harness import Row, at_least, at_most, seconds, side_by_side

CHANGES = 20
CANDIDATES = 2000


def detection_end_to_end() -> Row:
    """A JPEG of 640 × 480 to the boxes that stay, against the network alone in a `tf.function` on the same machine."""
    import tensorflow as tf

    from engine.data import pictures
    from engine.data.photographs import BY_NAME
    from engine.detection import nanodet
    from engine.detection.boxes import suppress
    from engine.detection.experiment import detect, weights

    buffer = io.BytesIO()
    Image.open(BY_NAME["busy"].path).resize((640, 480)).save(buffer, "JPEG", quality=90)
    content = buffer.getvalue()
    model = nanodet.build(416, weights("nanodet"))
    bare = tf.function(lambda x: model(x, training=False))
    square = tf.constant(np.random.default_rng(0).normal(size=(1, 416, 416, 3)).astype(np.float32))

    def network() -> None:
        [output.numpy() for output in bare(square)]

    def whole() -> int:
        found, _ = detect(pictures.opened(content), "nanodet", 416, least=0.35)
        return len(suppress(found.boxes, 0.5, found.kind).kept)

    boxes = whole()
    network()
    times = [(_cpu(network), _cpu(whole), seconds(network), seconds(whole)) for _ in range(31)]
    alone, everything, wall_alone, wall = (1000 * statistics.median(column) for column in zip(*times, strict=True))
    note = (
        f"CPU ms, medians of 31, alternating: network {alone:.1f}, JPEG to {boxes} boxes {everything:.1f}; "
        f"on the wall {wall_alone:.1f} and {wall:.1f}"
    )
    return at_most("detection: JPEG to boxes against the network", everything / alone, 1.2, "× network", note)


def _cpu(function: Callable[[], object]) -> float:
    """Return the CPU seconds of one call, all threads counted: other work on the machine disturbs them least."""
    start = time.process_time()
    function()
    return time.process_time() - start


def suppression() -> list[Row]:
    """NumPy's suppression of 2,000 candidates against TensorFlow's combined one, all boxes of 80 classes."""
    import tensorflow as tf

    from engine.detection.boxes import suppress

    random = np.random.default_rng(0)
    middle, half = random.uniform(0, 600, (CANDIDATES, 2)), random.uniform(5, 60, (CANDIDATES, 2))
    boxes = np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)
    score = np.sort(random.random(CANDIDATES).astype(np.float32))[::-1].copy()
    kind = random.integers(0, 80, CANDIDATES)
    by_class = np.zeros((1, CANDIDATES, 80), np.float32)
    by_class[0, np.arange(CANDIDATES), kind] = score
    sent, scores, alone = tf.constant(boxes[None, :, None]), tf.constant(by_class), tf.constant(score[None, :, None])

    def theirs(values: tf.Tensor) -> int:
        found = tf.image.combined_non_max_suppression(sent, values, CANDIDATES, CANDIDATES, 0.5, 1e-6, clip_boxes=False)
        return int(found.valid_detections[0])

    same = theirs(scores) == len(suppress(boxes, 0.5, kind).kept)
    tensorflow, own = side_by_side(lambda: theirs(scores), lambda: suppress(boxes, 0.5, kind), repeats=21)
    one_tensorflow, one_own = side_by_side(lambda: theirs(alone), lambda: suppress(boxes, 0.5), repeats=21)
    note = (
        f"80 classes: TensorFlow {1000 * tensorflow:.1f} ms, NumPy with its trace {1000 * own:.1f} ms; in one "
        f"class (not required): {1000 * one_tensorflow:.1f} and {1000 * one_own:.1f} ms"
    )
    row = at_least("detection: suppression against TensorFlow's", tensorflow / own, 1, "×", note)
    return [row if same else Row(row.row, row.value, row.unit, row.must, False, "different boxes stay")]


def detection_slider() -> Row:
    """One change of the score slider on the page, about 2,000 candidates above it: real server, no browser."""
    from streamlit.proto.Common_pb2 import DoubleArray
    from streamlit.proto.WidgetStates_pb2 import WidgetState

    from tests.bench.client import Visitor
    from tests.browser.server import running_server, wait_until_quiet

    with running_server() as app:
        wait_until_quiet(app)
        with Visitor(app.url, "detection", "score=0.02") as reader:
            reader.visit()
            times = []
            for change in range(CHANGES):
                slider = reader.widget("slider", lambda element: element.label == "Score from")
                value = DoubleArray(data=[0.02 if change % 2 else 0.03])
                times.append(reader.change(WidgetState(id=slider.id, double_array_value=value)))
                time.sleep(0.05)
    server = 1000 * statistics.median(times[3:])
    return at_most("detection: server time of the score slider", server, 60, "ms", f"medians of {CHANGES - 3} changes")
