"""Every form of a saved model, written as Keras writes it today, and what Keras says where it refuses."""

from __future__ import annotations

import importlib.util
import logging
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.saving.experiment import FILES, HDF5, JSON, KERAS, LITERT, ONNX, SAVED_MODEL, WEIGHTS, YAML

FOLDER = "saved_model"
LAMBDA, FOREIGN = "lambda.keras", "foreign.keras"
EXPORTER = ("tf2onnx", "onnx")  # what Keras' ONNX export imports
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the archive's clock: the same model gives the same bytes


def write(model: Any, folder: Path, refused: dict[str, str]) -> Iterator[None]:
    """Write every form of a model into a folder, one at each turn; put form → what was said into `refused`."""
    write_trainable(model, folder)
    yield
    model.export(str(folder / FOLDER), verbose=False)
    pack(folder / FOLDER, folder / FILES[SAVED_MODEL])
    yield
    model.export(str(folder / FILES[LITERT]), format="litert", verbose=False)
    yield
    if missing := [name for name in EXPORTER if importlib.util.find_spec(name) is None]:
        refused[ONNX] = f"Not installed here: Keras' ONNX export needs {' and '.join(missing)}."
    else:
        model.export(str(folder / FILES[ONNX]), format="onnx", verbose=False)
    try:
        model.to_yaml()
    except AttributeError as error:
        refused[YAML] = f"{type(error).__name__}: {error}"


def write_trainable(model: Any, folder: Path) -> None:
    """Write the forms a training can go on from, and the architecture that a file of weights needs."""
    with quiet():
        (folder / FILES[JSON]).write_text(model.to_json(), encoding="utf-8")
        model.save(folder / FILES[KERAS])
        model.save(folder / FILES[HDF5])
        model.save_weights(folder / FILES[WEIGHTS])


def refusal_of_a_folder(model: Any, folder: Path) -> str:
    """Return what Keras says when asked to save to a bare folder, as was usual before Keras 3."""
    try:
        model.save(folder / "model")
    except ValueError as error:
        return str(error).split(" Received:")[0]
    return ""


def write_risky(folder: Path) -> None:
    """Write two files that Keras refuses to read: a layer made of code, and a layer whose class it does not know.

    The code in the first is harmless: it multiplies by the number of the process that runs it. It shows that code
    out of a file can run; the files stay in a temporary folder and go with it.
    """
    import keras

    class Foreign(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return 2 * inputs

    code = keras.layers.Lambda(lambda values: values * float(os.getpid()), output_shape=(1,))
    keras.Sequential([keras.Input((1,)), code]).save(folder / LAMBDA)
    keras.Sequential([keras.Input((1,)), Foreign()]).save(folder / FOREIGN)


def pack(folder: Path, archive: Path) -> None:
    """Write a folder into a ZIP archive, in the order of the names."""
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), LONG_AGO)
                packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back Keras' advice not to use HDF5: the page says it with numbers."""
    logger = logging.getLogger("absl")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
