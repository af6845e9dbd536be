"""What the small YOLO must be: 0.90 mAP@0.5 on fresh scenes, and quick enough to train a few hundred steps live."""

from __future__ import annotations

import time

import numpy as np

from tests.bench.harness import Row, at_least, at_most

FRESH, SEED = 400, 20_077
STEPS = 300


def shipped_precision() -> Row:
    """mAP@0.5 of the shipped weights on 400 scenes of the test split that nothing else here has seen."""
    from engine.data import fashion
    from engine.yolo.compose import NAMES, compose
    from engine.yolo.evaluation import judged
    from engine.yolo.experiment import SHIPPED_SHAPE, shipped_run
    from engine.yolo.live import forward_of
    from engine.yolo.network import build
    from engine.yolo.training import unflat

    model = build(SHIPPED_SHAPE, 0)
    model.set_weights(unflat(shipped_run()["weights"][-1], model))
    scenes = compose(FRESH, np.random.default_rng(SEED), fashion.items(fashion.TEST))
    values = judged(forward_of(model), scenes, SHIPPED_SHAPE.boxes)
    clothes = values[: len(fashion.NAMES)].mean()
    listed = ", ".join(f"{name} {value:.2f}" for name, value in zip(NAMES, values, strict=True))
    note = f"{FRESH} scenes of 3-8 things; the ten kinds of clothes alone {clothes:.3f}; {listed}"
    return at_least("yolo: mAP@0.5 of the shipped network", float(values.mean()), 0.90, "mAP", note)


def live_training() -> Row:
    """A few hundred steps from nothing, all looks and judging included, in processor seconds of this machine."""
    from engine.runs.context import SilentContext
    from engine.yolo.experiment import SCRATCH, Config, run

    run(Config(start=SCRATCH, steps=2, batch_size=4), SilentContext())
    start, wall = time.process_time(), time.monotonic()
    result = run(Config(start=SCRATCH, steps=STEPS), SilentContext())
    spent, waited = time.process_time() - start, time.monotonic() - wall
    note = f"{waited:.0f} s by the clock; mAP {result.mean_precision[-1]:.2f} after {STEPS} steps of 32 pictures"
    return at_most("yolo: 300 steps live, processor time", spent, 180, "s", note)
