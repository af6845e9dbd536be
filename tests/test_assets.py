"""Everything shipped is in the manifest, with source, licence and command, and is byte for byte what it says."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path, PurePosixPath

import pytest

TOP = Path(__file__).parents[1]
ENTRIES = json.loads((TOP / "assets" / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
BUILT_FOLDERS = ("assets", "pages/static")
LARGEST = 20 * 1024 * 1024


def shipped_files() -> set[str]:
    """Every file under the built folders, apart from the manifest itself and the scripts that build."""
    found = (
        path.relative_to(TOP).as_posix()
        for folder in BUILT_FOLDERS
        for path in (TOP / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    return {name for name in found if name != "assets/MANIFEST.json" and not name.startswith("assets/scripts/")}


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    listed = [entry["path"] for entry in ENTRIES]
    assert len(listed) == len(set(listed)), "a file is listed twice"
    assert shipped_files() == set(listed)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["path"])
def test_a_file_is_what_the_manifest_says(entry: dict[str, str | int]) -> None:
    assert set(entry) == {"path", "sha256", "bytes", "source", "licence", "command"}
    assert all(entry.values()), "source, licence and command must be said"
    content = (TOP / str(entry["path"])).read_bytes()
    assert len(content) == entry["bytes"]
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(content) <= LARGEST
    assert ".." not in PurePosixPath(str(entry["path"])).parts


def test_a_listed_command_is_one_that_make_assets_runs() -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    for command in {str(entry["command"]) for entry in ENTRIES}:
        module = command.split()[2]
        assert command.startswith("python -m ")
        assert f"python -m {module}" in makefile, f"`make assets` does not run {module}"


def test_no_committed_file_is_large() -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=False).stdout
    for name in filter(None, names.split("\0")):
        if (TOP / name).is_file():
            assert (TOP / name).stat().st_size <= LARGEST, name


def test_the_logo_and_the_icon_are_what_the_script_draws() -> None:
    from assets.scripts import brand

    assert (TOP / "assets" / "brand" / "logo.svg").read_text(encoding="utf-8") == brand.svg()
    from PIL import Image

    shipped = Image.open(TOP / "assets" / "brand" / "icon.png").convert("RGBA")
    assert shipped.tobytes() == brand.png(shipped.width).tobytes()
