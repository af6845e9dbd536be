"""The tiers and the store on them: bounded, atomic, checked, and honest about where a result comes from."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from pathlib import Path

import numpy as np
import pytest

from engine.config import key
from engine.errors import InvalidData, StoreUnavailable
from engine.runs.store import SUFFIX, Entry, Provenance, Store, to_bytes, versions
from engine.runs.tiers import AddressTier, DiskTier, ShippedTier, cache_directory, seal, unseal
from tests.engine.runs.experiments import Config, Result


def an_entry(config: Config, size: int = 3, **files: bytes) -> Entry:
    """A result as a worker would make it."""
    provenance = Provenance("computed", 1.25, "CPU", versions(), "2026-01-01T00:00:00+00:00")
    return Entry(Result(np.random.default_rng(0).random(size), 1, False), provenance, key(config), files)


def a_store(directory: Path, most: int = 10**7) -> Store:
    """A store with a shipped and a local tier."""
    return Store([ShippedTier(directory / "shipped"), DiskTier(directory / "local", most)])


def test_what_is_put_is_found_with_its_files(tmp_path: Path) -> None:
    entry = an_entry(Config(), **{"model.keras": b"weights"})
    a_store(tmp_path).put(entry)
    store = a_store(tmp_path)
    found = store.find(Config())
    np.testing.assert_array_equal(found.result.numbers, entry.result.numbers)
    assert found.provenance == Provenance("cached", 1.25, "CPU", versions(), "2026-01-01T00:00:00+00:00")
    assert store.file(found, "model.keras") == b"weights"
    assert store.has(key(Config()))
    assert store.find(Config(seed=1)) is None
    assert not store.has(key(Config(seed=1)))


def test_a_shipped_result_says_so_and_is_never_written(tmp_path: Path) -> None:
    entry = an_entry(Config())
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / (entry.key + SUFFIX)).write_bytes(seal(to_bytes(entry)))
    store = a_store(tmp_path)
    assert store.find(Config()).provenance.source == "shipped"
    store.put(an_entry(Config(seed=1)))
    assert len(list((tmp_path / "shipped").iterdir())) == 1
    with pytest.raises(StoreUnavailable):
        ShippedTier(tmp_path / "shipped").write("x", b"")


def test_sessions_share_the_arrays_of_one_result(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.put(an_entry(Config()))
    assert store.find(Config()).result is store.find(Config()).result


def test_a_find_takes_about_a_millisecond(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.put(an_entry(Config(), 20_000))
    times = []
    for _ in range(20):
        fresh = a_store(tmp_path)
        start = time.perf_counter()
        fresh.find(Config())
        times.append(time.perf_counter() - start)
    assert sorted(times)[10] < 0.02  # 1.3 ms for 160 kB on a quiet machine


@pytest.mark.parametrize("place", [0, 10, 200, -1])
def test_a_damaged_file_is_dropped(tmp_path: Path, place: int) -> None:
    store = a_store(tmp_path)
    store.put(an_entry(Config()))
    file = tmp_path / "local" / (key(Config()) + SUFFIX)
    content = bytearray(file.read_bytes())
    content[place] ^= 0x40
    file.write_bytes(content)
    assert a_store(tmp_path).find(Config()) is None
    assert not file.exists()


def test_a_file_under_the_wrong_name_or_of_other_code_is_not_used(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    store.put(an_entry(Config()))
    directory = tmp_path / "local"
    (directory / (key(Config()) + SUFFIX)).rename(directory / (key(Config(seed=1)) + SUFFIX))
    assert a_store(tmp_path).find(Config(seed=1)) is None
    (directory / (key(Config()) + SUFFIX)).write_bytes(seal(b"well sealed, but no result"))
    assert a_store(tmp_path).find(Config()) is None


def test_the_bound_holds_and_the_longest_unused_goes_first(tmp_path: Path) -> None:
    tier = DiskTier(tmp_path, 10_000)
    for number in range(8):
        tier.write(f"{number}.run", bytes(1000))
        os.utime(tmp_path / f"{number}.run", (number, number))
    assert tier.read("0.run") is not None  # used just now
    for number in range(8, 12):
        tier.write(f"{number}.run", bytes(1000))
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) <= 10_000
    assert {file.stem for file in tmp_path.iterdir()} == {"0", "4", "5", "6", "7", "8", "9", "10", "11"}


def test_the_files_of_one_run_go_together(tmp_path: Path) -> None:
    tier = DiskTier(tmp_path, 5_000)
    for age, name in enumerate(["old.run", "old.model.keras", "new.run"]):
        tier.write(name, bytes(1000))
        os.utime(tmp_path / name, (age, age))
    tier.write("newest.run", bytes(2500))
    assert {file.name for file in tmp_path.iterdir()} == {"new.run", "newest.run"}


def test_what_is_larger_than_the_bound_is_refused_and_drops_nothing(tmp_path: Path) -> None:
    tier = DiskTier(tmp_path, 5_000)
    tier.write("small.run", bytes(1000))
    with pytest.raises(StoreUnavailable, match="more than the whole cache"):
        tier.write("large.run", bytes(6000))
    assert tier.read("small.run") is not None


def test_a_full_disk_is_named_and_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    store = a_store(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreUnavailable, match="No space left on device") as refusal:
        store.put(an_entry(Config()))
    assert refusal.value.advice
    assert list((tmp_path / "local").iterdir()) == []
    with pytest.raises(StoreUnavailable):
        store.put_blob(b"data")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "local").write_text("a file, not a directory")
    store = a_store(tmp_path)
    with pytest.raises(StoreUnavailable):
        store.put(an_entry(Config()))
    assert store.find(Config()) is None


def test_half_written_files_of_dead_processes_are_removed(tmp_path: Path) -> None:
    tier = DiskTier(tmp_path, 10_000)
    for name, age in ((".writing-old", 7200), (".writing-new", 10)):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    tier.write("a.run", b"whole")
    assert {file.name for file in tmp_path.iterdir()} == {".writing-new", "a.run"}


def test_uploaded_data_is_kept_by_its_content(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    digest = store.put_blob(b"x,y\n1,2\n")
    assert digest == hashlib.sha256(b"x,y\n1,2\n").hexdigest()
    assert a_store(tmp_path).get_blob(digest) == b"x,y\n1,2\n"
    for missing in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(InvalidData, match="no longer stored"):
            store.get_blob(missing)


@pytest.mark.parametrize("name", ["../evil", "run", "", ".hidden", "a/b", "Ü"])
def test_an_attached_file_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be named"):
        a_store(tmp_path).put(an_entry(Config(), **{name: b""}))


@pytest.mark.parametrize("scheme", ["memory://runs-of-a-test", "file://"])
def test_an_address_is_shared_by_machines(tmp_path: Path, scheme: str) -> None:
    address = scheme if scheme.startswith("memory") else f"file://{tmp_path}/shared"
    one = Store([DiskTier(tmp_path / "one", 10**7), AddressTier(address)])
    other = Store([DiskTier(tmp_path / "other", 10**7), AddressTier(address)])
    config = Config(seed=7)
    assert other.find(config) is None
    one.put(an_entry(config, **{"model.keras": b"weights"}))
    other.tiers[1].MISSING_SECONDS = 0.0  # a page that asked a moment ago waits two seconds
    found = other.find(config)
    assert found.provenance.source == "cached"
    assert other.file(found, "model.keras") == b"weights"
    assert (tmp_path / "other" / (key(config) + SUFFIX)).exists(), "fetched once, then local"


def test_an_address_out_of_reach_is_the_same_as_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tier = AddressTier(f"file://{tmp_path}/file/below")
    assert tier.read("a.run") is None
    with pytest.raises(StoreUnavailable, match="shared store"):
        tier.write("a.run", b"")


def test_the_environment_describes_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_CACHE_BYTES", "12345")
    monkeypatch.setenv("PLAYGROUND_STORE", "memory://x")
    _, local, shared = Store.from_environment().tiers
    assert (local.directory, local.most_bytes, shared.address) == (tmp_path, 12345, "memory://x")
    monkeypatch.setenv("PLAYGROUND_CACHE_BYTES", "lots")
    assert Store.from_environment().tiers[1].most_bytes == 512 * 2**20
    monkeypatch.delenv("PLAYGROUND_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert cache_directory() == tmp_path / "xdg" / "deep-learning-playground"


def test_a_seal_holds_its_content_only() -> None:
    assert unseal(seal(b"content")) == b"content"
    assert unseal(seal(b"")) == b""
    assert unseal(b"") is None
    assert unseal(seal(b"content")[:-1]) is None
