"""What lies inside a saved form, read from outside: ZIP directory, HDF5 groups, files of a folder. No model is made."""

from __future__ import annotations

import io
import json
import math
import zipfile
from pathlib import Path
from typing import Any

from engine.saving.experiment import FILES, HDF5, JSON, KERAS, SAVED_MODEL, WEIGHTS, Form, Member
from engine.saving.writer import FOLDER

INSIDE = "model.weights.h5"  # the file in a .keras archive that holds the numbers


def form_of(name: str, folder: Path) -> Form:
    """Return what can be seen of a written form without loading it; size −1 if the file is not there."""
    path = folder / FILES[name]
    if not path.exists():
        return Form(name)
    if name == SAVED_MODEL:
        return _saved_model(folder / FOLDER)
    size = path.stat().st_size
    if name == KERAS:
        return _keras(path, size)
    if name in (HDF5, WEIGHTS):
        tree, model, optimizer = _numbers(path)
        described = "model_config" in _attributes(path)
        return Form(name, size, tree, described, model > 0, optimizer > 0, numbers=model + optimizer)
    if name == JSON:
        layers = json.loads(path.read_text(encoding="utf-8"))["config"]["layers"]
        return Form(name, size, tuple(_layer(layer) for layer in layers), True, numbers=0)
    # A graph with constants: LiteRT's flatbuffer and ONNX's protocol buffer are one piece.
    return Form(name, size, (Member(path.name, size),), True, True)


def _layer(layer: dict[str, Any]) -> Member:
    named = layer["config"].get("name", "")
    return Member(f"{layer['class_name']} {named}", len(json.dumps(layer)))


def _keras(path: Path, size: int) -> Form:
    with zipfile.ZipFile(path) as archive:
        members = [Member(entry.filename, entry.file_size) for entry in archive.infolist()]
        described = "config.json" in archive.namelist()
        tree, model, optimizer = _numbers(io.BytesIO(archive.read(INSIDE)))
    inner = tuple(Member(f"{INSIDE}/{member.path}", member.size) for member in tree)
    return Form(KERAS, size, (*members, *inner), described, model > 0, optimizer > 0, numbers=model + optimizer)


def _saved_model(folder: Path) -> Form:
    import tensorflow as tf

    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    tree = tuple(Member(path.relative_to(folder.parent).as_posix(), path.stat().st_size) for path in files)
    # Each weight is listed twice, under two names of one object; the optimizer would stand beside them.
    reader = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
    shapes, kinds = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    own = [shape for name, shape in shapes.items() if name.startswith("variables/") and kinds[name].is_floating]
    numbers = sum(math.prod(shape) for shape in own)
    kept = any("optimizer" in name for name in shapes)
    return Form(SAVED_MODEL, sum(member.size for member in tree), tree, True, numbers > 0, kept, numbers=numbers)


def _attributes(path: Path) -> list[str]:
    import h5py

    with h5py.File(path, "r") as file:
        return list(file.attrs)


def _numbers(source: Any) -> tuple[tuple[Member, ...], int, int]:
    """Return the groups that hold numbers, how many belong to the model, and how many to the optimizer's state.

    The optimizer's step count and learning rate are single numbers; its state has one number or two a weight.
    """
    import h5py

    groups: dict[str, int] = {}
    counts = {"model": 0, "optimizer": 0}

    def visit(name: str, item: Any) -> None:
        if not isinstance(item, h5py.Dataset):
            return
        whose = "optimizer" if name.startswith("optimizer") else "model"
        if item.shape:
            counts[whose] += int(item.size)
        group = name.rsplit("/", 1)[0]
        groups[group] = groups.get(group, 0) + int(item.nbytes)

    with h5py.File(source, "r") as file:
        file.visititems(visit)
    return tuple(Member(group, size) for group, size in groups.items()), counts["model"], counts["optimizer"]
