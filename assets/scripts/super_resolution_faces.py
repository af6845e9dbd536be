"""Train the enlarger that knows only faces: python -m assets.scripts.super_resolution_faces.

It learns from faces of the app's own renderer, 64 × 64, made eight times smaller by Pillow's bicubic filter, towards
the right pixels. It never sees anything else: what it makes of a cup is what the page shows.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import numpy as np

from assets.scripts import manifest
from assets.scripts.super_resolution import write
from engine.faces.drawing import draw
from engine.super_resolution.network import FOLDER, enlarger, file_name
from engine.super_resolution.sources import FACE_SCALE, FACES, smaller
from engine.super_resolution.training import pixel_step

COMMAND = "python -m assets.scripts.super_resolution_faces"
COUNT, FACES_SEED = 12_000, 21
BATCH, STEPS, RATE = 32, 4_000, 1e-3
SAID_EVERY = 500


def train(seed: int, steps: int, keep: Path) -> None:
    """Train with cosine decay, and write the weights every few hundred steps."""
    import keras

    large = draw(COUNT, FACES_SEED).pictures
    small = np.stack([smaller(face, FACE_SCALE) for face in large])
    generator = np.random.default_rng(seed)
    model = enlarger(FACE_SCALE, seed)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps), beta_2=0.99)
    step = pixel_step(model, optimizer)
    losses: list[float] = []
    start = time.monotonic()
    for number in range(1, steps + 1):
        chosen = generator.integers(COUNT, size=BATCH)
        pair = [pixels[chosen].astype(np.float32) / 255 for pixels in (small, large)]
        losses.append(float(step(*pair)))
        if number % SAID_EVERY == 0 or number == steps:
            recent = float(np.mean(losses[-SAID_EVERY:]))
            print(f"{number} {(time.monotonic() - start) / 60:.1f} min, loss {recent:.5f}", flush=True)
            write(keep, model, losses)


def main() -> None:
    """Train the network if it is missing, and enter it in the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=FOLDER, help="folder to write to instead of the assets")
    parser.add_argument("--force", action="store_true", help="train again although the network is there")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments.keep.mkdir(parents=True, exist_ok=True)
    path = arguments.keep / file_name(FACE_SCALE, FACES)
    if path.exists() and not arguments.force:
        print(f"{path.name} is there; --force trains it again.")
        return
    train(arguments.seed, arguments.steps, path)
    if arguments.keep == FOLDER:
        manifest.record(
            [path],
            source=f"trained on {COUNT} faces drawn by engine/faces (seed {FACES_SEED})",
            licence="MIT, this project",
            command=COMMAND,
        )


if __name__ == "__main__":
    main()
