"""Make assets/faces from trained networks: `python -m assets.scripts.faces`.

`python -m engine.faces.build drawn` and `portraits` train them, for an hour each, into build/faces; where that is not
there, what is shipped stays as it is.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from assets.scripts import manifest
from engine.face_generator import features, neighbours, reader, reading, source, stored
from engine.face_generator.source import ATTRIBUTES, DRAWN, MOMENTS, PORTRAITS
from engine.faces.build import device

TRAINED = manifest.TOP / "build" / "faces"
COMMAND = "python -m assets.scripts.faces"
REAL, REAL_SEED = 512, 30_001
LICENCES = {
    DRAWN: "MIT, this project",
    PORTRAITS: "weights MIT, this project; trained on the ORL portraits, AT&T Laboratories Cambridge, not included",
}


def chosen(folder: Path, count: int = MOMENTS) -> list[Path]:
    """Return `count` of the kept moments of a training, the first and the last among them, evenly along their list."""
    files = sorted(folder.glob("moment-*.npz"))
    if len(files) < count:
        raise ValueError(f"{len(files)} moments in {folder.name}, {count} are needed")
    return [files[round(place)] for place in np.linspace(0, len(files) - 1, count)]


def networks(kind: str, folder: Path) -> Path:
    """Write the networks of a kind at all moments; return the file."""
    files = chosen(folder)
    steps = np.array([int(file.stem.split("-")[1]) for file in files], np.int32)
    found: dict[str, np.ndarray] = {"steps": steps}
    for letter in "gd":
        moments = []
        for file in files:
            with np.load(file) as content:
                count = sum(name[0] == letter and name[1:].isdigit() for name in content.files)
                moments.append([content[f"{letter}{place}"] for place in range(count)])
        found |= stored.packed(letter, moments)
    path = stored.path_of(kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **found)
    return path


def real() -> Path:
    """Write what is compared with: features of real pictures, the reader, the training faces in short."""
    from engine.faces.drawing import draw

    extract, names = features.extractor(), [one.id for one in ATTRIBUTES]
    faces = draw(REAL, REAL_SEED)
    drawn = extract(faces.pictures)
    print(f"{len(drawn)} real faces described", flush=True)
    model = reader.build(len(names))
    fitted = draw(reader.FITTED_ON, reader.FITTED_SEED)
    reader.fit(model, fitted.pictures, reader.targets(fitted.attributes, names))
    said, true = reader.reading(model)(faces.pictures), np.stack([faces.attributes[name] for name in names], axis=1)
    print("the reader is fitted", flush=True)
    found = {
        f"{DRAWN}_features": drawn.astype(np.float16),
        "levels": np.array(
            [
                np.quantile(said[:, column], 1 - share)
                for column, share in zip(reading.columns(), reading.SHARES, strict=True)
            ],
            np.float32,
        ),
        "reader_agrees": np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(said.T, true.T, strict=True)], np.float32),
        **{f"reader{place}": weight.astype(np.float16) for place, weight in enumerate(model.get_weights())},
        **neighbours.described(),
    }
    portraits = _portraits()
    if portraits is not None:
        found[f"{PORTRAITS}_features"] = extract(portraits).astype(np.float16)
    path = stored.path_of("real")
    np.savez_compressed(path, allow_pickle=False, **found)
    return path


def _portraits() -> np.ndarray | None:
    """Return the portraits: this machine's, else from the package that the build fetches."""
    if (there := source.portraits()) is not None:
        return there
    from engine.faces.build import training_pictures

    return training_pictures(PORTRAITS)


def main() -> None:
    """Write and list the files."""

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trained", type=Path, default=TRAINED, help="folder of checkpoints, one folder a kind in it")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for kind in (DRAWN, PORTRAITS):
        folder = arguments.trained / kind
        if not folder.is_dir():
            print(f"{kind}: no trained networks in {folder.name}; what is shipped stays")
            continue
        path = networks(kind, folder)
        last = chosen(folder)[-1]
        with np.load(last) as content:
            minutes = float(content["spent"]) / 60
        how = f"{int(last.stem.split('-')[1])} steps, seed 0, {minutes:.0f} minutes on {device()}"
        made = f"trained by python -m engine.faces.build {kind}: {how}"
        manifest.record([path], source=made, licence=LICENCES[kind], command=COMMAND)
        print(f"{path.name} {path.stat().st_size / 1e6:.1f} MB")
    path = real()
    manifest.record([path], source="computed by assets.scripts.faces", licence="MIT, this project", command=COMMAND)
    print(f"{path.name} {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
