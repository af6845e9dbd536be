"""The run: networks are trained and saved here, read back in a process of its own, and their curves put together."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import RunFailed
from engine.saving import training
from engine.saving.contents import form_of
from engine.saving.experiment import (
    ARMS,
    FILES,
    FORMS,
    NEVER,
    YAML,
    Config,
    Form,
    Result,
    data,
    orders,
    uninterrupted,
)
from engine.saving.reader import NUMBERS, PROGRESS, SAVED, TASK, WORDS, draws, seed_folder
from engine.saving.writer import refusal_of_a_folder, write, write_risky, write_trainable

if TYPE_CHECKING:
    from engine.runs.context import Context

ROOT = Path(__file__).parents[2]
LONGEST = 300.0  # seconds for the fresh process
LOOK = 0.1  # seconds between two looks at it
IN_READER = (len(ARMS) - 1, len(FILES))  # what it does for each seed, and once
CALLED = "The fresh process that reads the saved models"


class ReaderFailed(RunFailed):
    """The fresh process did not do its work: it ended with an error, or took too long."""


def carry_out(config: Config, context: Context) -> Result:
    """Train, save, read back in a fresh process and train on there."""
    with tempfile.TemporaryDirectory(prefix="playground-saving-") as name:
        return _carry_out(config, context, Path(name))


def _carry_out(config: Config, context: Context, folder: Path) -> Result:
    total = 2 * config.seeds + IN_READER[0] * config.seeds + IN_READER[1]
    losses: list[np.ndarray] = []
    accuracies: list[float] = []
    refused: dict[str, str] = {}
    said: dict[str, Any] = {}
    done = 0
    for number in range(config.seeds):
        if number and context.stop_requested():
            return _so_far(config, losses, accuracies)
        model = training.network(config, config.seed + number)
        train = training.trainer(model, *data(config)[:2])
        batches = orders(config, config.seed + number)
        split = config.before * config.steps
        before = train(batches[:split])
        accuracy = _accuracy(config, model)
        place = seed_folder(folder, number)
        place.mkdir()
        context.report(done, total, f"Saving network {number + 1}")
        if number:
            write_trainable(model, place)
        else:
            for _ in write(model, place, refused):
                if context.stop_requested():
                    unknown = np.full(len(batches) - split, np.nan, np.float32)
                    return _so_far(config, [np.concatenate([before, unknown])], [accuracy])
            said = {"dropout": draws(model), "folder": refusal_of_a_folder(model, folder)}
            _remember(config, model, place)
        accuracies.append(accuracy)
        losses.append(np.concatenate([before, train(batches[split:])[1:]]))
        done += 2
        context.report(
            done,
            total,
            f"Trained network {number + 1} of {config.seeds}",
            loss=losses[-1][None],
            accuracy=np.array(accuracies[-1:], np.float32),
        )
    write_risky(folder)
    (folder / TASK).write_text(json.dumps(dataclasses.asdict(config)), encoding="utf-8")
    if not _read(folder, context, done, total):
        return _so_far(config, losses, accuracies)
    for name, file in FILES.items():
        path = seed_folder(folder, 0) / file
        if path.exists():
            context.attach(FILES[name], path.read_bytes())
    return _together(_so_far(config, losses, accuracies), folder, refused, said)


def _so_far(config: Config, losses: list[np.ndarray], accuracies: list[float]) -> Result:
    return uninterrupted(config, np.stack(losses), np.array(accuracies, np.float32))


def _accuracy(config: Config, model: Any) -> float:
    _, _, x, y = data(config)
    return float(np.mean(np.asarray(model(x, training=False)).argmax(axis=1) == y))


def _remember(config: Config, model: Any, folder: Path) -> None:
    """Write what the fresh process compares with: predictions, weights, and the optimizer's state."""
    weights, state = model.get_weights(), training.state(model)
    arrays: dict[str, Any] = {f"weight{number}": value for number, value in enumerate(weights)}
    arrays |= {f"state{number}": value for number, value in enumerate(state)}
    said = np.asarray(model(data(config)[2], training=False))
    np.savez(folder / SAVED, said=said, weights=len(weights), states=len(state), **arrays)


def surroundings() -> dict[str, str]:
    """Return the environment of the fresh process: this one's threads, no GPU, quiet logs, our modules."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""}
    threads = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    return {**threads, **os.environ, **quiet, "PYTHONPATH": path}


def _read(folder: Path, context: Context, done: int, total: int) -> bool:
    """Wait for the fresh process; return False if Stop was pressed.

    Raises:
        ReaderFailed: It ended with an error, or took longer than LONGEST.
    """
    progress, errors = folder / PROGRESS, folder / "errors"
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.saving.reader", str(folder)],
            env=surroundings(),
            stdin=subprocess.PIPE,  # the process ends when this one does
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
        try:
            start = time.monotonic()
            while process.poll() is None:
                if context.stop_requested():
                    return False
                if time.monotonic() - start > LONGEST:
                    raise ReaderFailed(f"{CALLED} took longer than {LONGEST:.0f} s.", "Take fewer seeds or epochs.")
                ticks = progress.stat().st_size if progress.exists() else 0
                context.report(done + ticks, total, "Reading the files in a fresh process")
                time.sleep(LOOK)
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
    if process.returncode or not (folder / WORDS).exists():
        last = (errors.read_text(errors="replace").strip().splitlines() or ["no word"])[-1]
        raise ReaderFailed(f"{CALLED} ended with code {process.returncode}: {last:.200}.", "Run again.")
    return True


def _together(result: Result, folder: Path, refused: Mapping[str, str], said: Mapping[str, Any]) -> Result:
    """Return the whole result: what was trained here and what the fresh process found."""
    words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    after = result.after.copy()
    after[NEVER + 1 :] = np.load(folder / NUMBERS)["after"]
    forms = []
    for name in FORMS:
        form = Form(name) if name == YAML else form_of(name, seed_folder(folder, 0))
        read = dict(words["forms"].get(name, {}))
        if read:
            read["returns"] = tuple(read["returns"])
        forms.append(dataclasses.replace(form, **{"refusal": refused.get(name, ""), **read}))
    return dataclasses.replace(
        result,
        after=after,
        forms=tuple(forms),
        state=tuple(words["state"]),
        dropout_state=(int(said["dropout"]), int(words["dropout"])),
        lambda_refusal=words["lambda_refusal"],
        lambda_ran=words["lambda_ran"],
        class_refusal=words["class_refusal"],
        folder_refusal=said["folder"],
        version=words["version"],
        stopped=False,
    )
