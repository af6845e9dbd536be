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
STEPS = 20_000
PLANNED = 24_000  # the moments are spread over so many steps, wherever the training ends
SHOWN_TIMES = 24
SAVED_EVERY = 250
SHIPPED_AT = (0.01, 0.03, 0.1, 0.25, 0.6)  # of the steps: the earlier generators that are shipped, the nearest kept


def moments(steps: int) -> list[int]:
    """Return after how many steps the networks are kept: closer at the beginning, the end among them."""
    planned = {round(PLANNED ** (place / (SHOWN_TIMES - 2))) for place in range(SHOWN_TIMES - 1)}
    return sorted({0, steps} | {step for step in planned if step < steps})


def train(steps: int, seed: int, work: Path) -> None:
    """Go on with the training in `work` until `steps`, or begin it."""
    from engine.faces.drawing import TRAINING_COUNT, TRAINING_SEED, draw
    from engine.style_generator.network import Shape
    from engine.style_generator.training import Contest, Rules

    work.mkdir(parents=True, exist_ok=True)
    cached = work / "faces.npy"
    if not cached.exists():
        np.save(cached, draw(TRAINING_COUNT, TRAINING_SEED).pictures)
    go_on(Contest(Shape(), Rules(), seed), np.load(cached, mmap_mode="r"), steps, moments(steps), seed, work)


def go_on(contest: Any, pictures: np.ndarray, steps: int, wanted: list[int], seed: int, work: Path) -> None:
    """Train a contest until `steps`, from where `work` says it was, and keep its networks at the wanted moments.

    Args:
        contest: As it starts; what is stored replaces it.
        pictures: uint8 (n, side, side, channels).
        steps: At which it ends.
        wanted: Steps at which both networks are kept.
        seed: Of the batches.
        work: Folder with all it keeps.
    """
    losses = np.zeros((0, 3), np.float32)
    if (work / "state.npz").exists():
        with np.load(work / "state.npz") as stored:
            losses = stored["losses"]
            contest.restore({name: stored[name] for name in stored.files})
        print(f"goes on from step {contest.steps}", flush=True)
    start, first = time.monotonic(), contest.steps
    fresh: list[np.ndarray] = []
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
        chosen = np.random.default_rng((seed, contest.steps)).integers(len(pictures), size=contest.rules.batch)
        fresh.append(contest.step(pictures[np.sort(chosen)]))


def keep(path: Path, contest: Any) -> None:
    """Write both networks as they are shown and trained on from, and the share of augmented pictures."""
    own = {f"generator_{k}": weight for k, weight in enumerate(contest.generator_weights())}
    judge = {f"discriminator_{k}": weight for k, weight in enumerate(contest.discriminator.get_weights())}
    np.savez(
        path, **{name: weight.astype(np.float16) for name, weight in {**own, **judge}.items()}, share=contest.share
    )


def save(path: Path, contest: Any, losses: np.ndarray) -> None:
    """Write everything that the training needs to go on; the old file stays until the new one is whole."""
    state: dict[str, Any] = {**contest.state(), "losses": losses}
    new = path.with_suffix(".new.npz")
    np.savez(new, **state)
    new.replace(path)


def ship(work: Path, seed: int) -> None:
    """Write assets/style-generator/faces.npz from the moments in `work`, and enter it in the manifest.

    Where nothing is trained, what is shipped stays.

    The last generator and its discriminator keep 16 bits a weight, since both are trained on from; the earlier
    generators, which are only looked at, take less.
    """
    from engine.face_generator.stored import packed
    from engine.faces.build import processor
    from engine.style_generator import stored

    files = sorted(work.glob("moment-*.npz"))
    if not files:
        print(f"nothing is trained in {work.name}; what is shipped stays")
        return
    steps = [int(file.stem.split("-")[1]) for file in files]
    early = [int(np.argmin([abs(step - steps[-1] * share) for step in steps])) for share in SHIPPED_AT]
    chosen = sorted({*early, len(files) - 1})
    parts = {place: networks(files[place]) for place in chosen}
    generator, judge = parts[chosen[-1]]
    arrays: dict[str, Any] = {"steps": np.array([steps[place] for place in chosen], np.int32)}
    arrays |= {f"generator_{k}": weight for k, weight in enumerate(generator)}
    arrays |= {f"discriminator_{k}": weight for k, weight in enumerate(judge)}
    if chosen[:-1]:
        arrays |= packed("g", [parts[place][0] for place in chosen[:-1]])
    path = stored.path_of(stored.FACES)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **arrays)
    made = f"{steps[-1]} steps, seed {seed}, {minutes(files)} minutes by the clock on two cores of {processor()}"
    manifest.record(
        [path], source=f"trained by {COMMAND}: {made}", licence="MIT, this project", command=f"{COMMAND} --ship"
    )
    print(f"{path.name} {path.stat().st_size / 1e6:.2f} MB, moments {[steps[place] for place in chosen]}")


def networks(file: Path) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the weights of generator and discriminator that `keep` wrote, float16."""
    with np.load(file) as content:
        counts = [sum(name.startswith(f"{part}_") for name in content.files) for part in ("generator", "discriminator")]
        return (
            [content[f"generator_{k}"] for k in range(counts[0])],
            [content[f"discriminator_{k}"] for k in range(counts[1])],
        )


def minutes(files: list[Path]) -> int:
    """Return how long it took from the first of these files to the last, pauses included."""
    return round((files[-1].stat().st_mtime - files[0].stat().st_mtime) / 60)


def main() -> None:
    """Train, from where it was; or put what is trained among the assets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--ship", action="store_true", help="train nothing; write assets/style-generator/faces.npz")
    arguments = parser.parse_args()
    if arguments.ship:
        ship(arguments.work, arguments.seed)
        return
    be_quick()
    train(arguments.steps, arguments.seed, arguments.work)


def be_quick() -> None:
    """Set TensorFlow up for this training, before it is imported.

    What is not a convolution is fused, and convolutions are computed in bfloat16 where the processor can: together a
    quarter less time a step. The weights stay float32.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_XLA_FLAGS", FUSED)
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})


if __name__ == "__main__":
    main()
