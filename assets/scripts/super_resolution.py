"""Train the enlargers that the app ships: python -m assets.scripts.super_resolution.

They learn from nine photographs of the Debian package lomiri-wallpapers-16.04 (CC BY 4.0 and CC0), made half and a
third as large so that camera noise and JPEG blocks are gone, and cut into pieces with something in them. The app's
own photographs are kept out of training. Pieces are made smaller by Pillow's bicubic filter.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from assets.scripts import manifest
from engine.super_resolution.network import ADVERSARIAL, FOLDER, LOSSES, PIXEL, SCALES, critic, enlarger, file_name
from engine.super_resolution.perceptual import features
from engine.super_resolution.training import adversarial_step, pixel_step

COMMAND = "python -m assets.scripts.super_resolution"
PACKAGE = "lomiri-wallpapers-16.04"
VERSION = "20.04.0-2"
PHOTOGRAPHS = {
    "Picture_0B_by_freespace": "Trevor “Freespace”, CC BY 4.0",
    "Picture_1A_by_freespace": "Trevor “Freespace”, CC BY 4.0",
    "Wine_by_Jakkub_Mede": "Jakub Mede, CC BY 4.0",
    "aitzgorri_by_Aitzol_Berasategi": "Aitzol Berasategi, CC BY 4.0",
    "friends_by_Aitzol_Berasategi": "Aitzol Berasategi, CC BY 4.0",
    "life_by_Aitzol_Berasategi": "Aitzol Berasategi, CC BY 4.0",
    "picosdeeuropa_by_Aitzol_Berasategi": "Aitzol Berasategi, CC BY 4.0",
    "seeding_by_Clements_Engelhardt": "Clemens Engelhardt, CC0",
    "sunset_by_Aitzol_Berasategi": "Aitzol Berasategi, CC BY 4.0",
}
SHRUNK = (2, 3)
SMALL = 32  # side of a small piece, in pixels
PIECES = 300  # a photograph and size
TRIED = 3  # the busiest one of so many places is taken
BATCH = 16
STEPS = 15_000
RATE = 5e-4
ADVERSARIAL_STEPS = 2500
ADVERSARIAL_RATE, CRITIC_RATE = 2e-4, 4e-4
SAVED_EVERY = 500


def originals() -> dict[str, Image.Image]:
    """Return the photographs by name, from the Debian package, which is fetched but not installed."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["apt-get", "download", "-qq", f"{PACKAGE}={VERSION}"], cwd=folder, check=True)
        subprocess.run(["dpkg", "-x", str(next(Path(folder).glob("*.deb"))), folder], check=True)
        found = {path.stem: path for path in Path(folder).rglob("*.jpg")}
        return {name: Image.open(found[name]).convert("RGB") for name in PHOTOGRAPHS}


def pieces(scale: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return small and large pieces, uint8 (N, SMALL, SMALL, 3) and (N, scale·SMALL, scale·SMALL, 3)."""
    side = SMALL * scale
    small, large = [], []
    for photograph in originals().values():
        for factor in SHRUNK:
            size = (photograph.width // factor, photograph.height // factor)
            pixels = np.asarray(photograph.resize(size, Image.Resampling.LANCZOS))
            for _ in range(PIECES):
                rows = generator.integers(pixels.shape[0] - side, size=TRIED)
                columns = generator.integers(pixels.shape[1] - side, size=TRIED)
                tried = [pixels[y : y + side, x : x + side] for y, x in zip(rows, columns, strict=True)]
                piece = max(tried, key=lambda one: float(one.std(axis=(0, 1)).mean()))
                large.append(piece)
                small.append(np.asarray(Image.fromarray(piece).resize((SMALL, SMALL), Image.Resampling.BICUBIC)))
    return np.stack(small), np.stack(large)


def batch(small: np.ndarray, large: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return BATCH pairs in 0 … 1, float32, mirrored and turned at random."""
    chosen = generator.integers(len(small), size=BATCH)
    pair = [pixels[chosen].astype(np.float32) / 255 for pixels in (small, large)]
    if generator.random() < 0.5:
        pair = [pixels[:, :, ::-1] for pixels in pair]
    if generator.random() < 0.5:
        pair = [pixels.transpose(0, 2, 1, 3) for pixels in pair]
    return np.ascontiguousarray(pair[0]), np.ascontiguousarray(pair[1])


def train_pixel(scale: int, seed: int, steps: int, keep: Path) -> None:
    """Train towards the right pixels with cosine decay, and write the weights every few hundred steps."""
    import keras

    generator = np.random.default_rng(seed)
    small, large = pieces(scale, generator)
    print(f"{len(small)} pieces", flush=True)
    model = enlarger(scale, seed)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(RATE, steps), beta_2=0.99)
    step = pixel_step(model, optimizer)
    losses: list[float] = []
    start = time.monotonic()
    for number in range(1, steps + 1):
        losses.append(float(step(*batch(small, large, generator))))
        if number % SAVED_EVERY == 0 or number == steps:
            recent = float(np.mean(losses[-SAVED_EVERY:]))
            print(f"x{scale} {number} {(time.monotonic() - start) / 60:.1f} min, loss {recent:.5f}", flush=True)
            write(keep, model, losses)


def train_adversarial(scale: int, seed: int, steps: int, start: Path, keep: Path) -> None:
    """Train past a critic, from the weights that the pixel loss found, and write them every hundred steps."""
    import keras

    generator = np.random.default_rng((seed, 1))
    small, large = pieces(scale, generator)
    model, judge = enlarger(scale, seed), critic(seed)
    with np.load(start) as stored:
        model.set_weights([stored[f"weight_{number}"].astype(np.float32) for number in range(len(model.weights))])
    schedule = keras.optimizers.schedules.CosineDecay
    own = keras.optimizers.Adam(schedule(ADVERSARIAL_RATE, steps, 0.1), beta_1=0.5, beta_2=0.99)
    other = keras.optimizers.Adam(schedule(CRITIC_RATE, steps, 0.1), beta_1=0.5, beta_2=0.99)
    step = adversarial_step(model, judge, own, other, features())
    losses: list[np.ndarray] = []
    began = time.monotonic()
    for number in range(1, steps + 1):
        losses.append(step(*batch(small, large, generator)).numpy())
        if number % 100 == 0 or number == steps:
            said = " ".join(f"{value:.4f}" for value in np.mean(losses[-100:], axis=0))
            print(f"x{scale} adversarial {number} {(time.monotonic() - began) / 60:.1f} min, {said}", flush=True)
            write(keep, model, [float(loss[0]) for loss in losses])


def write(path: Path, model: Any, losses: list[float]) -> None:
    """Write the weights in half precision, and the loss in means over 100 steps."""
    rows = len(losses) // 100
    np.savez_compressed(
        path,
        **{f"weight_{number}": weight.astype(np.float16) for number, weight in enumerate(model.get_weights())},
        losses=np.asarray(losses[: 100 * rows], np.float32).reshape(rows, 100).mean(axis=1),
    )


def main() -> None:
    """Train whichever network is missing, and enter it in the manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS, help="towards the right pixels")
    parser.add_argument("--adversarial-steps", type=int, default=ADVERSARIAL_STEPS, help="past the critic, after that")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scale", type=int, choices=SCALES, help="only this one")
    parser.add_argument("--keep", type=Path, default=FOLDER, help="folder to write to instead of the assets")
    parser.add_argument("--force", action="store_true", help="train again although the network is there")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    arguments.keep.mkdir(parents=True, exist_ok=True)
    for scale, loss in [(scale, loss) for scale in reversed(SCALES) for loss in LOSSES]:
        path = arguments.keep / file_name(scale, loss)
        if arguments.scale not in (None, scale):
            continue
        if path.exists() and not arguments.force:
            print(f"{path.name} is there; --force trains it again.")
            continue
        if loss == PIXEL:
            train_pixel(scale, arguments.seed, arguments.steps, path)
        else:
            first = arguments.keep / file_name(scale, PIXEL)
            train_adversarial(scale, arguments.seed, arguments.adversarial_steps, first, path)
        if arguments.keep == FOLDER:
            record(path)


def record(path: Path) -> None:
    """Enter a network in the manifest."""
    authors = ", ".join(sorted({credit.rsplit(",", 1)[0] for credit in PHOTOGRAPHS.values()}))
    judge = " and NanoDet-g’s first layers" if ADVERSARIAL in path.name else ""
    manifest.record(
        [path],
        source=f"trained on photographs of the Debian package {PACKAGE} {VERSION}{judge}",
        licence=f"weights MIT, this project; photographs CC BY 4.0 and CC0, © {authors}",
        command=COMMAND,
    )


if __name__ == "__main__":
    main()
