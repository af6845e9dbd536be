"""Where stored files lie: shipped with the app, on the local disk, or at an address that a cluster shares.

Every file is sealed with a SHA-256 of its content. A file that does not match is damaged: it is dropped and
counts as missing, so the learner waits for a recomputation instead of seeing wrong numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Protocol

from engine.errors import StoreUnavailable

SEAL = b"DLP1"
SEAL_BYTES = len(SEAL) + hashlib.sha256().digest_size
TEMPORARY = ".writing-"
FORGOTTEN_SECONDS = 3600.0  # a temporary file this old belongs to a process that died while writing


def seal(content: bytes) -> bytes:
    """Return `content` with its checksum in front."""
    return SEAL + hashlib.sha256(content).digest() + content


def unseal(sealed: bytes) -> bytes | None:
    """Return the content, or None if it is damaged."""
    content = sealed[SEAL_BYTES:]
    if sealed[:SEAL_BYTES] != SEAL + hashlib.sha256(content).digest():
        return None
    return content


def cache_directory() -> Path:
    """Return the directory of the local tier: PLAYGROUND_CACHE, or this platform's place for caches."""
    if chosen := os.environ.get("PLAYGROUND_CACHE"):
        return Path(chosen)
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return base / "deep-learning-playground"


class Tier(Protocol):
    """A place that holds sealed files by name."""

    def read(self, name: str) -> bytes | None:
        """Return the content of `name`, or None if it is missing, damaged or out of reach."""

    def write(self, name: str, content: bytes) -> None:
        """Keep `content` under `name`, atomically; raise StoreUnavailable if that is impossible."""


class ShippedTier:
    """Read-only files that come with the app."""

    def __init__(self, directory: Path) -> None:
        """Read from `directory`, which need not exist."""
        self.directory = directory

    def read(self, name: str) -> bytes | None:
        """Return the content of `name`, or None."""
        try:
            return unseal((self.directory / name).read_bytes())
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Refuse: what is shipped is written by `python -m engine.runs.build` alone."""
        raise StoreUnavailable(f"{name} cannot be written beside the shipped runs.", f"It has {len(content)} bytes.")


class DiskTier:
    """A bounded directory: what was not used for longest goes first.

    Several processes may use it at once. The time of the last use is the file's modification time.
    """

    def __init__(self, directory: Path, most_bytes: int) -> None:
        """Keep at most `most_bytes` in `directory`, which is made when first needed."""
        self.directory = directory
        self.most_bytes = most_bytes
        self._lock = threading.Lock()

    def read(self, name: str) -> bytes | None:
        """Return the content of `name`, or None; a damaged file is deleted."""
        path = self.directory / name
        try:
            content = unseal(path.read_bytes())
        except OSError:
            return None
        with contextlib.suppress(OSError):
            if content is None:
                path.unlink()
            else:
                os.utime(path)
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write to a temporary file, rename it, and make room.

        Raises:
            StoreUnavailable: The disk is full, the directory may not be written, or the file alone is too large.
        """
        sealed = seal(content)
        if len(sealed) > self.most_bytes:
            raise StoreUnavailable(
                f"The result has {len(sealed) / 1e6:.0f} MB, more than the whole cache may hold.",
                "It is shown, and has to be computed again next time.",
            )
        temporary = self.directory / f"{TEMPORARY}{uuid.uuid4().hex}"
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self.make_room(len(sealed))
            try:
                temporary.write_bytes(sealed)
                os.replace(temporary, self.directory / name)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(
                f"The result cannot be kept on the disk ({error.strerror or type(error).__name__}).",
                "It is shown, and has to be computed again next time. Free some space or set PLAYGROUND_CACHE.",
            ) from error

    def make_room(self, wanted: int) -> None:
        """Delete what was not used for longest until `wanted` more bytes fit; files of one run go together."""
        with self._lock:
            groups: dict[str, list[tuple[float, int, Path]]] = {}
            for entry in os.scandir(self.directory):
                with contextlib.suppress(OSError):
                    facts = entry.stat()
                    if not entry.name.startswith(TEMPORARY):
                        group = groups.setdefault(entry.name.split(".")[0], [])
                        group.append((facts.st_mtime, facts.st_size, Path(entry.path)))
                    elif time.time() - facts.st_mtime > FORGOTTEN_SECONDS:
                        os.unlink(entry.path)
            total = sum(size for group in groups.values() for _, size, _ in group)
            for group in sorted(groups.values(), key=lambda group: max(used for used, _, _ in group)):
                if total + wanted <= self.most_bytes:
                    return
                for _, size, path in group:
                    with contextlib.suppress(OSError):
                        path.unlink()
                    total -= size


class AddressTier:
    """Any fsspec address (`s3://bucket/runs`, `file:///mnt/shared`) that the app and all workers reach.

    It is not bounded here: give the bucket a rule for old files.
    """

    MISSING_SECONDS = 2.0  # what was missing a moment ago is not asked for again: pages ask at every rerun

    def __init__(self, address: str) -> None:
        """Use `address`; nothing is opened before the first read or write."""
        self.address = address
        self._missing: dict[str, float] = {}
        self._opened: tuple[Any, str] | None = None

    def _open(self) -> tuple[Any, str]:
        if self._opened is None:
            from fsspec.core import url_to_fs

            filesystem, root = url_to_fs(self.address)
            self._opened = (filesystem, root.rstrip("/"))
        return self._opened

    def read(self, name: str) -> bytes | None:
        """Return the content of `name`, or None."""
        if time.monotonic() - self._missing.get(name, -self.MISSING_SECONDS) < self.MISSING_SECONDS:
            return None
        try:
            filesystem, root = self._open()
            content = unseal(filesystem.cat_file(f"{root}/{name}"))
        except Exception:  # each file system has errors of its own; out of reach is the same as missing
            content = None
        if content is None:
            if len(self._missing) > 1000:
                self._missing.clear()
            self._missing[name] = time.monotonic()
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write `name`; object stores do it atomically, a file system by a rename.

        Raises:
            StoreUnavailable: The address cannot be written.
        """
        try:
            filesystem, root = self._open()
            if "file" in filesystem.protocol:
                filesystem.makedirs(root, exist_ok=True)
                temporary = f"{root}/{TEMPORARY}{uuid.uuid4().hex}"
                filesystem.pipe_file(temporary, seal(content))
                filesystem.mv(temporary, f"{root}/{name}")
            else:
                filesystem.pipe_file(f"{root}/{name}", seal(content))
        except Exception as error:
            raise StoreUnavailable(
                f"The shared store cannot be written ({type(error).__name__}).",
                "The result is shown, and has to be computed again next time.",
            ) from error
        self._missing.pop(name, None)
