"""Train the generator of faces on cars, and a new one beside it: python -m assets.scripts.style_generator_cars.

Both see the same 600 drawn cars in the same order for equally many steps, with adaptive augmentation; one begins with
the shipped networks of the faces, the other with random weights. What both need to go on is kept in
build/style-generator-cars; the same command goes on, and writes assets/style-generator/cars.npz at the end.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from assets.scripts import manifest
from assets.scripts import style_generator as base

COMMAND = "python -m assets.scripts.style_generator_cars"
WORK = manifest.TOP / "build" / "style-generator-cars"
STEPS = 2000
TRANSFER, SCRATCH = "transfer", "scratch"
KINDS = (TRANSFER, SCRATCH)
LOOKS = 12
ADAPTING = 20_000.0  # pictures; with so few cars augmentation must come soon
MEASURED, SHOWN, COLUMNS = 256, 24, 6


def moments(steps: int) -> list[int]:
    """Return at which steps both are looked at: closer at the beginning, 0 and the end among them.

    Between 0 and a twentieth of the training nothing happens that is worth its bytes.
    """
    planned = {round(steps * (place / (LOOKS - 1)) ** 2) for place in range(LOOKS)}
    return sorted(step for step in planned if step == 0 or 20 * step >= steps)


def train(kind: str, steps: int, seed: int, work: Path) -> None:
    """Go on with one of KINDS until `steps`, or begin it."""
    from engine.style_generator import cars, stored
    from engine.style_generator.network import Shape
    from engine.style_generator.training import Contest, Rules

    folder = work / kind
    folder.mkdir(parents=True, exist_ok=True)
    contest = Contest(Shape(), Rules(adapting=ADAPTING), seed)
    if kind == TRANSFER:
        contest.adopt(stored.generator(stored.FACES, -1), stored.discriminator())
    print(kind, flush=True)
    base.go_on(contest, cars.draw(cars.TRAINING_COUNT, cars.TRAINING_SEED), steps, moments(steps), seed, folder)


def measured(kind: str, work: Path) -> dict[str, Any]:
    """Return what the page shows of one of KINDS: sheets on the same seeds, kernel distances to cars never shown."""
    from engine.face_generator import features
    from engine.face_generator.noise import NORMAL, latents
    from engine.face_generator.sheets import as_array, sheet
    from engine.style_generator import cars, source

    describe = features.extractor()
    real = describe(cars.draw(cars.FRESH_COUNT, cars.FRESH_SEED))
    numbers = latents(NORMAL, MEASURED, 0)
    found: dict[str, list[Any]] = {"steps": [], "sheet": [], "size": [], "quality": [], "spread": [], "share": []}
    for file in sorted((work / kind).glob("moment-*.npz")):
        maker = source.Maker()
        maker.take([weight.astype(np.float32) for weight in base.networks(file)[0]])
        pictures = maker.pictures(maker.spread(maker.styles(numbers)))
        quality, spread = features.distance(describe(pictures), real)
        packed = as_array(sheet(pictures[:SHOWN], COLUMNS, 60))
        with np.load(file) as content:
            share = float(content["share"])
        row = (int(file.stem.split("-")[1]), packed, len(packed), quality, spread, share)
        for name, value in zip(found, row, strict=True):
            found[name].append(value)
        print(f"{kind} {row[0]}: kernel distance {quality:.3f} ± {spread:.3f}, augmented {share:.2f}", flush=True)
    arrays = {name: np.asarray(values, np.float32) for name, values in found.items() if name != "sheet"}
    return arrays | {"sheet": np.concatenate(found["sheet"])}


def ship(seed: int, work: Path) -> None:
    """Write assets/style-generator/cars.npz from the moments of both, and enter it in the manifest.

    Where either has none, what is shipped stays.
    """
    from engine.face_generator.sheets import as_array, sheet
    from engine.faces.build import processor
    from engine.style_generator import cars, stored

    if not all(any((work / kind).glob("moment-*.npz")) for kind in KINDS):
        print(f"nothing is trained in {work.name}; what is shipped stays")
        return
    both = {kind: measured(kind, work) for kind in KINDS}
    same = min(len(found["steps"]) for found in both.values())
    arrays: dict[str, Any] = {"steps": both[TRANSFER]["steps"][:same].astype(np.int32)}
    for kind, found in both.items():
        sizes = found["size"][:same].astype(np.int32)
        arrays |= {f"{kind}_sheet": found["sheet"][: sizes.sum()], f"{kind}_size": sizes}
        arrays |= {f"{kind}_{name}": found[name][:same] for name in ("quality", "spread", "share")}
    arrays["real_sheet"] = as_array(sheet(cars.draw(SHOWN, cars.TRAINING_SEED), COLUMNS, 60))
    last = work / TRANSFER / f"moment-{arrays['steps'][-1]:06d}.npz"
    arrays |= {f"generator_{k}": weight for k, weight in enumerate(base.networks(last)[0])}
    path = stored.path_of(stored.CARS)
    np.savez_compressed(path, allow_pickle=False, **arrays)
    spent = [base.minutes(sorted((work / kind).glob("moment-*.npz"))) for kind in KINDS]
    made = f"{arrays['steps'][-1]} steps each, seed {seed}, {spent[0]} and {spent[1]} minutes by the clock"
    manifest.record(
        [path],
        source=f"trained by {COMMAND}: {made} on two cores of {processor()}",
        licence="MIT, this project",
        command=COMMAND,
    )
    print(f"{path.name} {path.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Train both, from where they were, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", type=Path, default=WORK)
    parser.add_argument("--ship", action="store_true", help="train nothing; write the file from the moments there are")
    arguments = parser.parse_args()
    base.be_quick()
    if not arguments.ship:
        for kind in KINDS:
            train(kind, arguments.steps, arguments.seed, arguments.work)
    ship(arguments.seed, arguments.work)


if __name__ == "__main__":
    main()
