"""The fresh process: `python -m engine.saving.reader FOLDER` reads every form, compares, and trains on.

It gets a folder of saved models and the numbers to compare with, and leaves `read.json` and `read.npz` in it. It has
never seen the models: whatever comes back came out of the files.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.saving import training
from engine.saving.experiment import (
    ARMS,
    FILES,
    FORMS,
    FROM_HDF5,
    FROM_KERAS,
    FROM_WEIGHTS,
    HDF5,
    JSON,
    KERAS,
    LITERT,
    NEVER,
    ONNX,
    SAVED_MODEL,
    WEIGHTS,
    Config,
    data,
    orders,
)
from engine.saving.writer import FOLDER, FOREIGN, LAMBDA, quiet

TASK, WORDS, NUMBERS, PROGRESS, SAVED = "task.json", "read.json", "read.npz", "progress", "saved.npz"
Predict = Callable[[np.ndarray], np.ndarray]


def seed_folder(folder: Path, number: int) -> Path:
    """Return where the files of one network lie."""
    return folder / f"seed-{number}"


def main(folder: Path) -> None:
    """Do everything the task asks for."""
    import keras  # before the first clock starts

    config = Config(**json.loads((folder / TASK).read_text(encoding="utf-8")))
    words: dict[str, Any] = {"forms": {}, "version": keras.__version__}
    first = seed_folder(folder, 0)
    saved = np.load(first / SAVED)
    x, y, held, _ = data(config)
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is measured and shown
        for name in FORMS:
            if name in FILES and (first / FILES[name]).exists():
                words["forms"][name] = measured(name, first, held, saved)
                _tick(folder)
        words["state"] = states(config, first, saved)
        words["dropout"] = draws(_load(first / FILES[KERAS]))
        words |= risky(folder)
        after = np.full((len(ARMS), config.seeds, config.after * config.steps + 1), np.nan, np.float32)
        for number in range(config.seeds):
            place, seed = seed_folder(folder, number), config.seed + number
            for arm in (FROM_KERAS, FROM_HDF5, FROM_WEIGHTS):
                after[arm, number], refusal = trained_on(config, arm, place, seed, x, y)
                if arm == FROM_HDF5:
                    words["forms"][HDF5]["refusal"] = refusal
                _tick(folder)
    np.savez(folder / NUMBERS, after=np.delete(after, NEVER, axis=0))
    (folder / WORDS).write_text(json.dumps(words), encoding="utf-8")


def _tick(folder: Path) -> None:
    with (folder / PROGRESS).open("a") as file:
        file.write(".")


def _load(path: Path) -> Any:
    import keras

    return keras.saving.load_model(path)


def architecture(folder: Path) -> Any:
    """Return the model that the JSON describes, its weights as new."""
    import keras

    return keras.models.model_from_json((folder / FILES[JSON]).read_text(encoding="utf-8"))


def reloaded(config: Config, arm: int, folder: Path) -> Any:
    """Return the model that a training goes on with, as its file gives it; weights only get a fresh optimizer."""
    if arm == FROM_WEIGHTS:
        model = architecture(folder)
        model.load_weights(folder / FILES[WEIGHTS])
        return compiled_anew(config, model)
    return _load(folder / FILES[KERAS if arm == FROM_KERAS else HDF5])


def compiled_anew(config: Config, model: Any) -> Any:
    """Return a model with its weights, and an optimizer that has seen nothing."""
    model.compile(optimizer=training.optimizer(config), loss=training.LOSS)
    model.optimizer.build(model.trainable_variables)
    return model


def trained_on(config: Config, arm: int, folder: Path, seed: int, x: np.ndarray, y: np.ndarray) -> tuple[Any, str]:
    """Return the losses of the training that goes on, and what Keras said if the file's optimizer refused to."""
    batches = orders(config, seed)[config.before * config.steps :]
    try:
        return training.trainer(reloaded(config, arm, folder), x, y)(batches), ""
    except ValueError as error:
        # Keras 3.15 reads the optimizer's state of an HDF5 file into an optimizer that knows no weights.
        model = compiled_anew(config, reloaded(config, arm, folder))
        return training.trainer(model, x, y)(batches), " ".join(str(error).split())


def measured(name: str, folder: Path, held: np.ndarray, saved: Any) -> dict[str, Any]:
    """Return what came back of one form: parts, difference of the predictions, time to the first of them."""
    start = time.perf_counter()
    predict, model = reading(name, folder)
    said = predict(held)
    seconds = time.perf_counter() - start
    wanted = saved["said"]
    weights = [saved[f"weight{number}"] for number in range(int(saved["weights"]))]
    if model is None:
        came = (True, bool(np.allclose(said, wanted, atol=1e-3)), False)
    else:
        kept = model.get_weights()
        same = all(np.array_equal(one, other) for one, other in zip(kept, weights, strict=True))
        came = (name != WEIGHTS, same, name in (KERAS, HDF5) and difference(training.state(model), saved) == 0)
    return {
        "returns": came,
        "difference": float(np.abs(said.astype(np.float64) - wanted).max()),
        "same": float(np.mean(said.argmax(axis=1) == wanted.argmax(axis=1))),
        "seconds": seconds,
    }


def reading(name: str, folder: Path) -> tuple[Predict, Any]:
    """Return what predicts with one form, and the Keras model if it is one."""
    if name in (KERAS, HDF5, WEIGHTS, JSON):
        model = architecture(folder) if name in (WEIGHTS, JSON) else _load(folder / FILES[name])
        if name == WEIGHTS:
            model.load_weights(folder / FILES[name])
        return lambda x: np.asarray(model(x, training=False)), model
    readers = {SAVED_MODEL: _saved_model, LITERT: _litert, ONNX: _onnx}
    return readers[name](folder), None


def _saved_model(folder: Path) -> Predict:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(folder / FOLDER))
    return lambda x: np.asarray(loaded.serve(tf.constant(x)))


def _litert(folder: Path) -> Predict:
    import tensorflow as tf

    # TensorFlow's own interpreter is to go; its successor is a package of its own, which need not be installed.
    successor = importlib.util.find_spec("ai_edge_litert")
    reading_with = importlib.import_module("ai_edge_litert.interpreter") if successor else tf.lite
    interpreter = reading_with.Interpreter(str(folder / FILES[LITERT]))

    def predict(x: np.ndarray) -> np.ndarray:
        into, out = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
        interpreter.resize_tensor_input(into, x.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(into, x)
        interpreter.invoke()
        return np.array(interpreter.get_tensor(out))

    return predict


def _onnx(folder: Path) -> Predict:
    model = importlib.import_module("onnx").load(folder / FILES[ONNX])
    evaluator = importlib.import_module("onnx.reference").ReferenceEvaluator(model)
    return lambda x: np.asarray(evaluator.run(None, {model.graph.input[0].name: x})[0])


def difference(found: list[np.ndarray], saved: Any) -> float:
    """Return the largest difference of an optimizer's state from what was saved; NaN if part of it is gone."""
    wanted = [saved[f"state{number}"] for number in range(int(saved["states"]))]
    if len(found) != len(wanted):
        return float("nan")
    return max(float(np.abs(one.astype(np.float64) - other).max()) for one, other in zip(found, wanted, strict=True))


def states(config: Config, folder: Path, saved: Any) -> list[float]:
    """Return that difference for .keras, HDF5, and the weights-only file read by a model compiled and built before."""
    built = training.network(config, config.seed)
    built.load_weights(folder / FILES[WEIGHTS])
    models = (_load(folder / FILES[KERAS]), _load(folder / FILES[HDF5]), built)
    return [difference(training.state(model), saved) for model in models]


def draws(model: Any) -> int:
    """Return how many times the first dropout layer has drawn, or −1 if there is none."""
    counted = [int(np.asarray(one.seed_generator.state)[1]) for one in model.layers if hasattr(one, "seed_generator")]
    return counted[0] if counted else -1


def risky(folder: Path) -> dict[str, Any]:
    """Return what Keras said of a file with code in it and of one with an unknown class, and whether code can run."""
    import keras

    said = {}
    for key, name in (("lambda_refusal", LAMBDA), ("class_refusal", FOREIGN)):
        try:
            _load(folder / name)
            said[key] = ""
        except (ValueError, TypeError) as error:
            said[key] = _cause(str(error))
    # Our own file, written a moment ago by this very run; its code only names the process.
    trusted = keras.saving.load_model(folder / LAMBDA, safe_mode=False)
    answer = float(np.asarray(trusted(np.ones((1, 1), np.float32)))[0, 0])
    return {**said, "lambda_ran": answer == float(os.getpid())}


def _cause(message: str) -> str:
    """Return the sentences that say why, of a message that may quote the whole config of a model."""
    start = message.find("Could not locate")
    return " ".join(message[max(start, 0) :].split("\n")[0].split("Full object config")[0].split())


def _end_with_parent() -> None:
    """End when the standard input closes: a worker that is killed leaves nobody behind."""
    # Not through sys.stdin: its lock, held at the end of a good run, would make Python abort.
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(Path(sys.argv[1]))
