"""Train the style-based generator that the app ships: python -m assets.scripts.style_generator.

It learns from faces drawn by the app's own renderer. A training of hours must survive a shutdown: everything it needs
to go on exactly where it was is kept in build/style-generator, and the same command goes on.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from assets.scripts import manifest

COMMAND = "python -m assets.scripts.style_generator"
WORK = manifest.TOP / "build" / "style-generator"
FUSED = "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit --tf_xla_ops_to_cluster=FUSIBLE"
STEPS = 24_000
SHOWN_TIMES = 24
SAVED_EVERY = 250


def moments(steps: int) -> list[int]:
    """Return after how many steps the networks are kept: closer at the beginning, the end among them."""
    return sorted({0, *(round(steps ** (place / (SHOWN_TIMES - 2))) for place in range(SHOWN_TIMES - 1))})


def train(steps: int, seed: int, work: Path) -> None:
    """Go on with the training in `work` until `steps`, or begin it."""
    from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, draw
    from engine.style_generator.network import Shape
    from engine.style_generator.training import Contest, Rules

    work.mkdir(parents=True, exist_ok=True)
    cached = work / "faces.npy"
    if not cached.exists():
        np.save(cached, draw(TRAINING_COUNT, TRAINING_SEED).pictures)
    faces = np.load(cached, mmap_mode="r")
    rules = Rules()
    contest, losses = Contest(Shape(), rules, seed), np.zeros((0, 3), np.float32)
    if (work / "state.npz").exists():
        with np.load(work / "state.npz") as stored:
            losses = stored["losses"]
            contest.restore({name: stored[name] for name in stored.files})
        print(f"goes on from step {contest.steps}", flush=True)
    wanted = set(moments(steps))
    start, first, fresh = time.monotonic(), contest.steps, []
    while True:
        if contest.steps in wanted:
            keep(work / f"moment-{contest.steps:06d}.npz", contest)
        if contest.steps and (contest.steps % SAVED_EVERY == 0 or contest.steps >= steps) and fresh:
            losses = np.concatenate([losses, np.asarray(fresh, np.float32)])
            save(work / "state.npz", contest, losses)
            rate = (contest.steps - first) / (time.monotonic() - start)
            said = " ".join(f"{value:.3f}" for value in np.mean(fresh, axis=0))
            share = f"augmented {contest.share:.3f}"
            print(f"{contest.steps} losses, sureness {said}, {share}, {rate:.2f} steps/s", flush=True)
            fresh = []
        if contest.steps >= steps:
            return
        # The batch follows from the seed and the step alone, so a pause changes nothing.
        chosen = np.random.default_rng((seed, contest.steps)).integers(len(faces), size=rules.batch)
        fresh.append(contest.step(faces[np.sort(chosen)]))


def keep(path: Path, contest: Any) -> None:
    """Write both networks as they are shown and trained on from."""
    own = {f"generator_{k}": weight for k, weight in enumerate(contest.generator_weights())}
    judge = {f"discriminator_{k}": weight for k, weight in enumerate(contest.discriminator.get_weights())}
    np.savez(path, **{name: weight.astype(np.float16) for name, weight in {**own, **judge}.items()})


def save(path: Path, contest: Any, losses: np.ndarray) -> None:
    """Write everything that the training needs to go on; the old file stays until the new one is whole."""
    state: dict[str, Any] = {**contest.state(), "losses": losses}
    new = path.with_suffix(".new.npz")
    np.savez(new, **state)
    new.replace(path)


def main() -> None:
    """Train, from where it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=WORK)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # What is not a convolution is fused, and convolutions are computed in bfloat16 where the processor can: together
    # a quarter less time a step. The weights stay float32.
    os.environ.setdefault("TF_XLA_FLAGS", FUSED)
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    train(arguments.steps, arguments.seed, arguments.work)


if __name__ == "__main__":
    main()
