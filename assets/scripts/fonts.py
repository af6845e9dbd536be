"""Fetch the fonts: IBM Plex Sans (variable, Latin and Greek) and IBM Plex Mono (400 and 500).

The app serves them itself, so that the page looks the same with no network, and every digit has one width.
Run `python -m assets.scripts.fonts`; it needs npm. Every file is checked before it is written.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from assets.scripts import manifest

FONTS = manifest.TOP / "pages" / "static" / "fonts"
LICENCES = manifest.TOP / "assets" / "licences"
COMMAND = "python -m assets.scripts.fonts"
LICENCE = "OFL-1.1, © IBM Corp."

SANS = "@fontsource-variable/ibm-plex-sans@5.3.0"
MONO = "@fontsource/ibm-plex-mono@5.3.0"

# package → (file inside it, file here, SHA-256)
FILES: dict[str, tuple[tuple[str, Path, str], ...]] = {
    SANS: (
        (
            "files/ibm-plex-sans-latin-wght-normal.woff2",
            FONTS / "ibm-plex-sans-latin.woff2",
            "e2291e842cf5af167122a22881a740c7f2dda7716f1e8cd76680264f4a859470",
        ),
        (
            "files/ibm-plex-sans-greek-wght-normal.woff2",
            FONTS / "ibm-plex-sans-greek.woff2",
            "f598dd0700f155e2facfaa8ecfacace397d4c2c153e9ce37ab7ad310e8505bc2",
        ),
        ("LICENSE", LICENCES / "ibm-plex-sans.txt", "d0283623ef57e722fd0eb688a8041589670c608ab780cd3612d06ba6f153d3fd"),
    ),
    MONO: (
        (
            "files/ibm-plex-mono-latin-400-normal.woff2",
            FONTS / "ibm-plex-mono-latin-400.woff2",
            "08949f728dc52d528e69b1667d15c89a5686a4ee9a296ff90983985f99c380f7",
        ),
        (
            "files/ibm-plex-mono-latin-500-normal.woff2",
            FONTS / "ibm-plex-mono-latin-500.woff2",
            "01d285447409c8a588692162439a038b8cbd7871309ee20267b0d2d91c6e8e22",
        ),
        ("LICENSE", LICENCES / "ibm-plex-mono.txt", "23b0a9d0c6d3f140a0b77e483c5cfa6bba574325ef5cb189ed9f2fec4884533f"),
    ),
}


def fetch(package: str) -> dict[str, bytes]:
    """Download an npm package and return its files by name, without the leading `package/`."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True
        )
        packed = (Path(folder) / done.stdout.strip().splitlines()[-1]).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        return {
            member.name.removeprefix("package/"): archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }


def main() -> None:
    """Fetch both packages, check and write their files, and enter them in the manifest."""
    for package, files in FILES.items():
        content = fetch(package)
        for name, target, expected in files:
            found = hashlib.sha256(content[name]).hexdigest()
            if found != expected:
                raise SystemExit(f"{package}: {name} has SHA-256 {found}, expected {expected}; nothing written.")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content[name])
        manifest.record(
            [target for _, target, _ in files], source=f"npm package {package}", licence=LICENCE, command=COMMAND
        )
        print(f"{package}: {len(files)} files")


if __name__ == "__main__":
    main()
