"""Take the README's picture: the Optimizers page of the running app, as it opens, in headless Chromium.

Run `python -m assets.scripts.pictures` after a change of the look; it needs what the browser tests need.
"""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import sync_playwright

from assets.scripts import manifest
from tests.browser.helpers import wait_idle
from tests.browser.server import CHROMIUM_ARGUMENTS, find_chromium, running_server

PICTURE = manifest.TOP / "assets" / "readme" / "optimizers.png"
COMMAND = "python -m assets.scripts.pictures"


def main() -> None:
    """Start the app, open the page, write the picture, and enter it in the manifest."""
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
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(taken)).convert("RGB").save(PICTURE, optimize=True)
    manifest.record([PICTURE], source="the app itself", licence="MIT, this project", command=COMMAND)
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
