"""Compute the runs that come with the app: `python -m engine.runs.build [--force]`.

Every page's default and its scenes are among them, so that the first visit shows a real result at once. What
is there already stays; what no module asks for any more goes; the manifest says what each file is.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.config import Config
from engine.config import key as key_of
from engine.runs.codec import Undecodable
from engine.runs.context import SilentContext
from engine.runs.store import SHIPPED, SUFFIX, attached_name, from_bytes, to_bytes
from engine.runs.tiers import ShippedTier, seal
from engine.runs.work import carry_out
from engine.runs.worker import find_devices

# Modules with `shipped() -> tuple[Config, ...]`, in this order: races run on the network's surface.
MODULES = (
    "engine.optimizers.network_surface",
    "engine.optimizers.keras_race",
    "engine.optimizers.sparse",
    "engine.playground.scenes",
    "engine.neuron.scenes",
    "engine.activations.scenes",
    "engine.gradient_descent.scenes",
    "engine.backpropagation.scenes",
    "engine.initialization.scenes",
    "engine.momentum.scenes",
    "engine.schedules.scenes",
    "engine.detection.scenes",
    "engine.darknet.scenes",
    "engine.yolo.scenes",
    "engine.inside_yolo.scenes",
    "engine.detection_limits.scenes",
    "engine.cross_validation.scenes",
    "engine.ensembles.scenes",
    "engine.bootstrapping.scenes",
    "engine.hyperparameters.scenes",
    "engine.bayesian_optimization.scenes",
    "engine.gan_game.scenes",
    "engine.face_generator.scenes",
    "engine.style_generator.scenes",
    "engine.semi_supervised.scenes",
    "engine.super_resolution.scenes",
    "engine.saving.scenes",
)
COMMAND = "python -m engine.runs.build"
LICENCE = "MIT, this project"
SMALLEST = 9  # zlib's level: built once, downloaded often


def shipped_configs(modules: Iterable[str] = MODULES) -> tuple[Config, ...]:
    """Return what every concept module wants to ship, each config once."""
    found: dict[str, Config] = {}
    for module in modules:
        for config in importlib.import_module(module).shipped():
            found.setdefault(key_of(config), config)
    return tuple(found.values())


def build(configs: Iterable[Config], directory: Path, manifest: Path, force: bool = False) -> list[str]:
    """Compute the missing runs, drop those nobody wants, and bring the manifest up to date.

    Args:
        configs: What to ship.
        directory: Where the runs lie; inside the manifest's own directory.
        manifest: The JSON file that lists every shipped file.
        force: Whether to compute again what is there.

    Returns:
        The names of the files that were written.
    """
    wanted: dict[str, str] = {}
    written: list[str] = []
    tier = ShippedTier(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for config in configs:
        key = key_of(config)
        source = f"computed by {type(config).__module__}"
        wanted[key] = source
        if not force and _is_there(tier, config, key):
            continue
        start = time.monotonic()
        context = SilentContext()
        entry, stopped = carry_out(config, context, key, "shipped", context.files)
        if stopped:
            raise ValueError(f"{config} stopped early; a shipped run must be whole")
        files = {attached_name(key, name): content for name, content in context.files.items()}
        packed = to_bytes(entry, SMALLEST)
        from_bytes(packed, config, "shipped")  # what nobody can read is not shipped
        for name, content in {**files, key + SUFFIX: packed}.items():
            _write(directory / name, seal(content))
            written.append(name)
            print(f"{time.monotonic() - start:6.1f} s {len(content) / 1e3:8.0f} kB  {name}  {source}", flush=True)
    for path in directory.iterdir():
        if path.name.split(".")[0] not in wanted:
            path.unlink()
    _list_in(manifest, directory, wanted)
    return written


def _is_there(tier: ShippedTier, config: Config, key: str) -> bool:
    content = tier.read(key + SUFFIX)
    try:
        return content is not None and from_bytes(content, config, "shipped").key == key
    except Undecodable:
        return False


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".writing")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def _list_in(manifest: Path, directory: Path, sources: dict[str, str]) -> None:
    top = manifest.parents[1]
    listed: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {"files": []}
    others = [entry for entry in listed["files"] if entry["command"] != COMMAND]
    ours = []
    for path in sorted(directory.iterdir()):
        content = path.read_bytes()
        ours.append(
            {
                "path": path.relative_to(top).as_posix(),
                "sha256": hashlib.sha256(content).hexdigest(),
                "bytes": len(content),
                "source": sources[path.name.split(".")[0]],
                "licence": LICENCE,
                "command": COMMAND,
            }
        )
    listed["files"] = sorted([*others, *ours], key=lambda entry: str(entry["path"]))
    _write(manifest, (json.dumps(listed, indent=1, ensure_ascii=False) + "\n").encode())


def main() -> None:
    """Build everything; for `python -m engine.runs.build`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true", help="compute again what is there")
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    find_devices()
    written = build(shipped_configs(), SHIPPED, SHIPPED.parent / "MANIFEST.json", arguments.force)
    print(f"{len(written)} files written to {SHIPPED.parent.name}/{SHIPPED.name}")


if __name__ == "__main__":
    main()
