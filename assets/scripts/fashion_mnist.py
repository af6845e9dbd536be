"""Make the two files of Fashion-MNIST that the app ships: 12 000 training and 3 000 test items, as they are.

All 70 000 would weigh 31 MB, more than an app that is fetched often should carry. The first items are taken, in their
order; the original order is random. Run `python -m assets.scripts.fashion_mnist`; it reads the Debian package
dataset-fashion-mnist (`apt-get install dataset-fashion-mnist`).
"""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from assets.scripts import manifest

SOURCE = Path("/usr/share/datasets/fashion-mnist")
COPYRIGHT = Path("/usr/share/doc/dataset-fashion-mnist/copyright")
FOLDER = manifest.TOP / "assets" / "fashion-mnist"
LICENCE_TEXT = manifest.TOP / "assets" / "licences" / "fashion-mnist.txt"
COMMAND = "python -m assets.scripts.fashion_mnist"
PACKAGE = "Debian package dataset-fashion-mnist 0.0~git20200523.55506a9-1"
LICENCE = "MIT, © 2017 Zalando SE"
SHIPPED = {"train": ("train", 12_000), "test": ("t10k", 3_000)}


def originals(stem: str) -> tuple[np.ndarray, np.ndarray]:
    """Return all pictures, uint8 (N, 28, 28), and kinds, uint8 (N,), of "train" or "t10k"."""
    pictures = gzip.decompress((SOURCE / f"{stem}-images-idx3-ubyte.gz").read_bytes())
    kinds = gzip.decompress((SOURCE / f"{stem}-labels-idx1-ubyte.gz").read_bytes())
    # IDX files: 16 and 8 bytes that say what follows.
    return np.frombuffer(pictures, np.uint8, offset=16).reshape(-1, 28, 28), np.frombuffer(kinds, np.uint8, offset=8)


def main() -> None:
    """Write both files and the licence, and enter them in the manifest."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = [LICENCE_TEXT]
    LICENCE_TEXT.write_bytes(COPYRIGHT.read_bytes())
    for name, (stem, count) in SHIPPED.items():
        pictures, kinds = originals(stem)
        path = FOLDER / f"{name}.npz"
        np.savez_compressed(path, pictures=pictures[:count], kinds=kinds[:count])
        paths.append(path)
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    manifest.record(paths, source=PACKAGE, licence=LICENCE, command=COMMAND)


if __name__ == "__main__":
    main()
