"""The list of shipped files: where each came from, under which licence, and which command made it.

`assets/MANIFEST.json` holds `{"files": [{path, sha256, bytes, source, licence, command}]}` with paths from the
top of the repository, sorted. `tests/test_assets.py` compares it with what is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MANIFEST = TOP / "assets" / "MANIFEST.json"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record(paths: Iterable[Path], *, source: str, licence: str, command: str) -> None:
    """Enter files in the manifest, replacing what it said about them.

    Args:
        paths: Files inside the repository.
        source: Where the content comes from: a package with its version, or the script that draws it.
        licence: SPDX name, and whose the work is.
        command: What to run, from the top of the repository, to make the files again.
    """
    entries = {str(entry["path"]): entry for entry in read()}
    for path in paths:
        name = path.resolve().relative_to(TOP).as_posix()
        entries[name] = {
            "path": name,
            "sha256": digest(path),
            "bytes": path.stat().st_size,
            "source": source,
            "licence": licence,
            "command": command,
        }
    kept = [entry for name, entry in sorted(entries.items()) if (TOP / name).is_file()]
    MANIFEST.write_text(json.dumps({"files": kept}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read() -> list[dict[str, object]]:
    """Return the manifest's entries; none when it does not exist yet."""
    if not MANIFEST.exists():
        return []
    entries: list[dict[str, object]] = json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]
    return entries
