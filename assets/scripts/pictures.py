"""Make the README's pictures: the Optimizers page of the running app in headless Chromium, and faces nobody drew.

Run `python -m assets.scripts.pictures` after a change of the look; it needs what the browser tests need.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from assets.scripts import manifest
from engine.face_generator import source
from engine.faces.network import LATENT
from engine.style_generator import stored
from engine.style_generator.network import Shape
from engine.style_generator.source import borrowed
from tests.browser.helpers import wait_idle
from tests.browser.server import CHROMIUM_ARGUMENTS, find_chromium, running_server

FOLDER = manifest.TOP / "assets" / "readme"
PICTURE = FOLDER / "optimizers.png"
FACES = FOLDER / "faces.png"
STYLES = FOLDER / "styles.png"
ROWS, COLUMNS = 4, 8
COMMAND = "python -m assets.scripts.pictures"


def faces() -> Image.Image:
    """Return what both face generators make of the first seeds: drawn faces at the left, portraits at the right."""
    numbers = np.random.default_rng(0).standard_normal((ROWS * COLUMNS, LATENT)).astype(np.float32)
    made = [source.pictures(kind, len(source.moments(kind)) - 1, numbers) for kind in ("drawn", "portraits")]
    return beside(made)


def styles() -> Image.Image:
    """Return what the style-based generator makes of the first seeds, and at the right the one moved on to cars."""
    latents = np.random.default_rng(0).standard_normal((ROWS * COLUMNS, Shape().latent)).astype(np.float32)
    made = []
    for domain in (stored.FACES, stored.CARS):
        with borrowed(domain, -1) as maker:
            made.append(maker.pictures(maker.spread(maker.styles(latents))))
    return beside(made)


def beside(sets: list[np.ndarray]) -> Image.Image:
    """Return sets of pictures uint8 (ROWS · COLUMNS, side, side, channels) as grids beside each other."""
    sheets = []
    for made in sets:
        side = made.shape[1]
        rows = made.reshape(ROWS, COLUMNS, side, side, -1).transpose(0, 2, 1, 3, 4)
        sheet = rows.reshape(ROWS * side, COLUMNS * side, -1)
        sheets.append(np.repeat(sheet, 3 // sheet.shape[-1], axis=-1))
    return Image.fromarray(np.concatenate(sheets, axis=1))


def main() -> None:
    """Start the app, open the page, write the three pictures, and enter them in the manifest."""
    executable = find_chromium()
    if executable is None:
        raise SystemExit("No Chromium on PATH.")
    with running_server() as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(f"{server.url}/optimizers")
        wait_idle(page)
        page.locator(".stage canvas").first.wait_for()
        page.wait_for_timeout(2000)
        taken = page.screenshot()
        browser.close()
    FOLDER.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(taken)).convert("RGB").save(PICTURE, optimize=True)
    faces().save(FACES, optimize=True)
    styles().save(STYLES, optimize=True)
    manifest.record([PICTURE, FACES, STYLES], source="the app itself", licence="MIT, this project", command=COMMAND)
    for path in (PICTURE, FACES, STYLES):
        print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
