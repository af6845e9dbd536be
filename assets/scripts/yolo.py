"""Train the small YOLO that the app ships, and keep it as it was at a dozen moments: python -m assets.scripts.yolo.

It trains on scenes of all 60 000 training items (the app carries 12 000 of them), with a moving average of the weights,
25 minutes on two busy cores. Needs the Debian package dataset-fashion-mnist.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
from itertools import pairwise
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np

from assets.scripts import fashion_mnist, manifest
from engine.data import fashion
from engine.yolo.compose import Scenes, compose
from engine.yolo.experiment import LAST
from engine.yolo.network import Shape, build
from engine.yolo.training import PARTS, Average, compiled_step, flat, targets

FOLDER = manifest.TOP / "assets" / "yolo"
COMMAND = "python -m assets.scripts.yolo"
CHECKPOINTS = (0, 50, 100, 200, 400)  # and one every 90 seconds
EVERY = 90.0  # seconds
BATCH, FRESH = 32, 16
POOL = 6000
PEAK, WARM_UP = 3e-3, 150
AVERAGE = 0.998
MEAN = 25  # steps whose mean loss is kept
SMOOTHING = 0.05


def mirrored(scenes: Scenes, side: int = 128) -> Scenes:
    """Return the scenes with left and right exchanged."""
    boxes = scenes.boxes.copy()
    there = scenes.kinds >= 0
    boxes[..., 0] = np.where(there, side - scenes.boxes[..., 2], 0)
    boxes[..., 2] = np.where(there, side - scenes.boxes[..., 0], 0)
    return Scenes(scenes.pictures[:, :, ::-1], boxes, scenes.kinds)


def batches(seed: int, queue: Queue[Any], shape: Shape) -> None:
    """Put batches into a queue without end: half of it new scenes, half earlier ones mirrored."""
    generator = np.random.default_rng(seed)
    items = fashion_mnist.originals("train")
    pool = compose(FRESH, generator, items)
    while True:
        fresh = compose(FRESH, generator, items)
        chosen = generator.integers(len(pool.pictures), size=BATCH - FRESH)
        old = mirrored(Scenes(pool.pictures[chosen], pool.boxes[chosen], pool.kinds[chosen]))
        both = _joined(fresh, old)
        queue.put((both.pictures, targets(both, shape.grid)))
        whole = _joined(fresh, pool)
        pool = Scenes(whole.pictures[:POOL], whole.boxes[:POOL], whole.kinds[:POOL])


def _joined(first: Scenes, second: Scenes) -> Scenes:
    return Scenes(
        np.concatenate([first.pictures, second.pictures]),
        np.concatenate([first.boxes, second.boxes]),
        np.concatenate([first.kinds, second.kinds]),
    )


def train(minutes: float, seed: int, keep: Path) -> None:
    """Train for so long, with cosine decay by the clock, and write the file after every checkpoint."""
    import keras

    shape = Shape()
    model = build(shape, seed)
    optimizer = keras.optimizers.Adam(0.0)
    step = compiled_step(model, optimizer, shape, SMOOTHING)
    average = Average(model, AVERAGE)
    queue: Queue[Any] = Queue(8)
    threading.Thread(target=batches, args=(seed, queue, shape), daemon=True).start()
    parts: list[np.ndarray] = []
    kept: list[np.ndarray] = []
    at: list[int] = []
    start, number, last_kept = time.monotonic(), 0, 0.0
    while (spent := (time.monotonic() - start) / (60 * minutes)) < 1 or number == 0:
        if number in CHECKPOINTS or time.monotonic() - last_kept > EVERY:
            kept.append(flat(average.weights()))
            at.append(number)
            last_kept = time.monotonic()
            np.savez(keep, steps=at, weights=np.stack(kept), parts=np.asarray(parts, np.float32).reshape(-1, 4))
        optimizer.learning_rate.assign(PEAK * min(1, number / WARM_UP) * (0.5 + 0.5 * np.cos(np.pi * spent)) + 1e-6)
        parts.append(step(*queue.get()).numpy())
        number += 1
        average.update()
        if number % 50 == 0:
            recent = np.mean(parts[-50:], axis=0)
            told = " ".join(f"{name} {value:.3f}" for name, value in zip(PARTS, recent, strict=True))
            print(f"{number} {(time.monotonic() - start) / 60:.1f} min, {queue.qsize()} waiting: {told}", flush=True)
    kept.append(flat(average.weights()))
    at.append(number)
    write(keep, np.array(at), np.stack(kept), np.array(parts))


def write(path: Path, steps: np.ndarray, weights: np.ndarray, parts: np.ndarray) -> None:
    """Write LAST + 1 of the moments, closer at the beginning, and the loss in means over 25 steps."""
    wanted = np.geomspace(1, steps[-1], LAST + 1)
    order = [int(np.abs(np.log((steps + 1) / (step + 1))).argmin()) for step in wanted]
    chosen = sorted({0, len(steps) - 1, *order})
    # Two wishes may fall on one moment: then the widest gaps are filled.
    while len(chosen) < LAST + 1:
        gaps = [(np.log((steps[b] + 1) / (steps[a] + 1)), a, b) for a, b in pairwise(chosen) if b > a + 1]
        _, a, b = max(gaps)
        chosen = sorted({*chosen, (a + b) // 2})
    rows = len(parts) // MEAN
    np.savez_compressed(
        path,
        steps=steps[chosen].astype(np.int32),
        weights=weights[chosen],
        part_step=(MEAN * np.arange(1, rows + 1)).astype(np.int32),
        parts=parts[: rows * MEAN].reshape(rows, MEAN, -1).mean(axis=1).astype(np.float32),
    )


def main() -> None:
    """Train and write, unless the run is there; the manifest is brought up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=None, help="write there instead of the assets")
    parser.add_argument("--force", action="store_true", help="train again although the run is there")
    arguments = parser.parse_args()
    keep = arguments.keep or FOLDER / "run.npz"
    if keep.exists() and not arguments.force:
        print(f"{keep.name} is there; --force trains it again.")
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(2)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keep.parent.mkdir(parents=True, exist_ok=True)
    train(arguments.minutes, arguments.seed, keep)
    if arguments.keep is None:
        manifest.record(
            [keep],
            source=f"trained on {fashion_mnist.PACKAGE}",
            licence=f"{fashion.CREDIT}; weights MIT, this project",
            command=COMMAND,
        )


if __name__ == "__main__":
    main()
