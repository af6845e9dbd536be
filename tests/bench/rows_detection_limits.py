"""Where a detector fails: hundreds of scenes a point are only possible when the network looks at many at once."""

from __future__ import annotations

import numpy as np

from tests.bench.harness import Row, at_least, at_most, median_seconds, side_by_side

SCENES = 80


def scenes_a_second() -> list[Row]:
    """Scenes through the network 40 at a time in one compiled function, against `predict` one by one."""
    from engine.detection_limits.experiment import BATCH, Config, _forward, pictured
    from engine.yolo.experiment import SHIPPED_SHAPE, shipped_run
    from engine.yolo.network import build
    from engine.yolo.training import unflat

    pictures = np.stack([pictured(Config(), 16, number).picture for number in range(SCENES)])
    model = build(SHIPPED_SHAPE, 0)
    model.set_weights(unflat(shipped_run()["weights"][-1], model))
    forward = _forward()

    def batched() -> None:
        for first in range(0, SCENES, BATCH):
            forward(pictures[first : first + BATCH])

    def one_by_one() -> None:
        for picture in pictures:
            model.predict(picture[None, ..., None].astype("float32") / 255, verbose=0)

    ours, theirs = side_by_side(batched, one_by_one, repeats=3)
    note = f"{SCENES / ours:.0f} scenes a second against {SCENES / theirs:.0f}"
    return [at_least("detection limits: scenes, batched vs predict", theirs / ours, 5, "× predict", note)]


def another_point() -> Row:
    """A click on the curve: twelve other scenes put together, drawn, and sent; nothing of them was made before."""
    from engine.detection_limits.view import View
    from engine.figures import detection_limits as figures
    from engine.runs.store import store

    entry = store().find(View().run())
    assert entry is not None

    def anew() -> None:
        figures.scene_of.cache_clear()
        figures.scene_address.cache_clear()
        figures.board(entry.result, View(), "bench")

    return at_most("detection limits: another point shown", 1000 * median_seconds(anew), 250, "ms")
