"""What was computed once is not computed again: results by the content hash of their config.

A page asks the store first, so a first visit shows a real result (shipped) and a second visit to any setting
shows the stored one at once. Nothing here needs a worker, TensorFlow or Keras.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import importlib.metadata
import os
import re
import sys
import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from engine.config import Config
from engine.config import key as key_of
from engine.errors import InvalidData, StoreUnavailable
from engine.runs.codec import Undecodable, decode, encode
from engine.runs.tiers import AddressTier, DiskTier, ShippedTier, Tier, cache_directory

SHIPPED = Path(__file__).parents[2] / "assets" / "runs"
MOST_BYTES = 512 * 2**20
SUFFIX = ".run"
KEPT_IN_MEMORY = 8  # results; more of them stay as long as a session holds them
LARGEST_KEPT = 2 * 2**20
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,60}")
PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "numpy")


@dataclass(frozen=True)
class Provenance:
    """Where a result comes from; the quiet line at the foot of a page.

    Attributes:
        source: "shipped" with the app, "cached" from an earlier run, or "computed" just now.
        seconds: How long the run took where it was computed.
        device: "CPU", or the name of the GPU.
        versions: Package name → version it was computed with.
        created: When, in UTC, as ISO 8601.
    """

    source: str
    seconds: float
    device: str
    versions: Mapping[str, str]
    created: str

    @classmethod
    def now(cls, source: str, seconds: float, device: str) -> Provenance:
        """Return the provenance of a run that just ended in this process."""
        created = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        return cls(source, round(seconds, 3), device, versions(), created)


@dataclass(frozen=True)
class Entry:
    """A result with its provenance.

    Attributes:
        result: The concept's Result; its arrays are read-only and may be shared by many sessions.
        provenance: Where it comes from.
        key: The content hash of its config.
        files: Attached files that are at hand; ask `Store.file` for those in the store.
    """

    result: Any
    provenance: Provenance
    key: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the installed packages that decide a run's numbers."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


def result_class(config: Config) -> type[Any]:
    """Return the Result class of a config's own module; the only class a stored file may become."""
    found = getattr(sys.modules[type(config).__module__], "Result", None)
    if not (isinstance(found, type) and dataclasses.is_dataclass(found)):
        raise TypeError(f"{type(config).__module__} has no dataclass named Result")
    return found


def to_bytes(entry: Entry, level: int = 1) -> bytes:
    """Return an entry as one file's content (not its attached files)."""
    return encode(entry.result, {**dataclasses.asdict(entry.provenance), "key": entry.key}, level)


def from_bytes(content: bytes, config: Config, source: str = "") -> Entry:
    """Return the entry that `to_bytes` wrote, its source replaced if one is given; raise Undecodable."""
    result, meta = decode(content, result_class(config))
    try:
        key = str(meta.pop("key"))
        return Entry(result, Provenance(**{**meta, "source": source or meta["source"]}), key)
    except (KeyError, TypeError) as error:
        raise Undecodable(str(error)) from error


class Store:
    """Results, attached files and uploaded data; every method may be called from any thread and process."""

    def __init__(self, tiers: Sequence[Tier]) -> None:
        """Ask `tiers` in this order; write to all that are not shipped."""
        self.tiers = tuple(tiers)
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, type], tuple[weakref.ref[Any], Provenance]] = OrderedDict()
        self._kept: deque[Any] = deque(maxlen=KEPT_IN_MEMORY)

    @classmethod
    def from_environment(cls) -> Store:
        """Return the store that PLAYGROUND_CACHE, PLAYGROUND_CACHE_BYTES and PLAYGROUND_STORE describe."""
        try:
            most = int(os.environ.get("PLAYGROUND_CACHE_BYTES", MOST_BYTES))
        except ValueError:
            most = MOST_BYTES
        tiers: list[Tier] = [ShippedTier(SHIPPED), DiskTier(cache_directory(), most)]
        if address := os.environ.get("PLAYGROUND_STORE"):
            tiers.append(AddressTier(address))
        return cls(tiers)

    def find(self, config: Config) -> Entry | None:
        """Return the stored result of `config`, or None; about a millisecond, less when asked again."""
        key = key_of(config)
        wanted = result_class(config)
        with self._lock:
            reference, provenance = self._seen.get((key, wanted), (None, None))
        result = reference() if reference is not None else None
        if result is not None and provenance is not None:
            return Entry(result, provenance, key)
        for number, tier in enumerate(self.tiers):
            content = tier.read(key + SUFFIX)
            if content is None:
                continue
            source = "shipped" if isinstance(tier, ShippedTier) else "cached"
            try:
                entry = from_bytes(content, config, source)
            except Undecodable:
                continue  # written by other code; the next run replaces it
            if entry.key != key:
                continue
            self._remember(entry, len(content))
            if isinstance(tier, AddressTier):
                self._write(key + SUFFIX, content, self.tiers[:number], needed=False)
            return entry
        return None

    def has(self, key: str) -> bool:
        """Return whether a result is stored under `key`."""
        return any(tier.read(key + SUFFIX) is not None for tier in self.tiers)

    def put(self, entry: Entry) -> None:
        """Keep an entry and its attached files; raise StoreUnavailable if any tier refuses."""
        content = to_bytes(entry)
        # Attached files first: whoever finds the result finds them too.
        for name, attached in entry.files.items():
            self._write(attached_name(entry.key, name), attached, self.tiers)
        self._write(entry.key + SUFFIX, content, self.tiers)

    def remember(self, entry: Entry) -> None:
        """Let later finds share this entry's arrays instead of reading them anew."""
        provenance = dataclasses.replace(entry.provenance, source="cached")
        self._remember(dataclasses.replace(entry, provenance=provenance), LARGEST_KEPT)

    def file(self, entry: Entry, name: str) -> bytes | None:
        """Return a file attached to `entry`, or None."""
        if name in entry.files:
            return entry.files[name]
        return self._read(attached_name(entry.key, name))

    def put_blob(self, content: bytes) -> str:
        """Keep uploaded data; return the SHA-256 that names it (64 hexadecimal digits).

        Raises:
            StoreUnavailable: It cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        self._write(f"{digest}.blob", content, self.tiers)
        return digest

    def get_blob(self, digest: str) -> bytes:
        """Return uploaded data by its SHA-256.

        Raises:
            InvalidData: It is not, or no longer, in the store.
        """
        content = self._read(f"{digest}.blob") if re.fullmatch(r"[0-9a-f]{64}", digest) else None
        if content is None:
            raise InvalidData("The uploaded data is no longer stored here.", "Upload the file again.")
        return content

    def _read(self, name: str) -> bytes | None:
        return next((content for tier in self.tiers if (content := tier.read(name)) is not None), None)

    def _write(self, name: str, content: bytes, tiers: Sequence[Tier], needed: bool = True) -> None:
        refusals: list[StoreUnavailable] = []
        for tier in tiers:
            if not isinstance(tier, ShippedTier):
                try:
                    tier.write(name, content)
                except StoreUnavailable as refusal:
                    refusals.append(refusal)
        if refusals and needed:
            raise refusals[0]

    def _remember(self, entry: Entry, size: int) -> None:
        seen = (entry.key, type(entry.result))
        with self._lock:
            self._seen[seen] = (weakref.ref(entry.result), entry.provenance)
            self._seen.move_to_end(seen)
            while len(self._seen) > 256:
                self._seen.popitem(last=False)
            if size <= LARGEST_KEPT:
                self._kept.append(entry.result)


def attached_name(key: str, name: str) -> str:
    """Return the file name under which `name` is kept beside the run `key`; raise ValueError for a bad name."""
    if not FILE_NAME.fullmatch(name) or f".{name}" == SUFFIX:
        raise ValueError(f"an attached file cannot be named {name!r}")
    return f"{key}.{name}"


@cache
def store() -> Store:
    """Return this process's store."""
    return Store.from_environment()
