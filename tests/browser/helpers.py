"""What a browser test does again and again: wait for the page, look at it, keep a picture of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.server import TOP

PICTURES = TOP / "build" / "screenshots"
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def wait_idle(page: Page, seconds: float = 30) -> None:
    """Wait until the app's frame is there, something is drawn in it, and its script has run to the end.

    The state must hold for a moment: between a click and the run it starts there is a short idle time.
    """
    page.wait_for_selector('[data-testid="stApp"]', timeout=seconds * 1000)
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const still = app && app.dataset.testScriptState === 'notRunning';
            const drawn = app && app.querySelector('[data-testid="stMain"] [data-testid="stElementContainer"]');
            const idle = still && drawn && !app.querySelector('[data-stale="true"]');
            if (!idle) { window.playgroundIdleSince = undefined; return false; }
            window.playgroundIdleSince ??= performance.now();
            return performance.now() - window.playgroundIdleSince > 250;
        }""",
        timeout=seconds * 1000,
    )
    page.evaluate("window.playgroundIdleSince = undefined")


def press_run(page: Page, name: str = "Run") -> None:
    """Press the button that starts a run and wait until the run is on."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("button", name="Stop training")).to_be_visible(timeout=LONG)


def finished(page: Page, name: str = "Run", milliseconds: float = 3 * LONG) -> None:
    """Wait until the run that is on has ended and the page is drawn with its result."""
    expect(page.get_by_role("button", name=name, exact=True)).to_be_visible(timeout=milliseconds)
    wait_idle(page, 60)


def board_drawn(page: Page) -> None:
    """Wait until the board shows something, and a moment for its transitions."""
    page.wait_for_selector(".board-canvas", timeout=LONG)
    page.wait_for_timeout(500)


def panel(page: Page, name: str) -> Locator:
    """Return the canvas of a board's panel."""
    return page.locator(f'[data-panel="{name}"] .board-canvas').first


def playhead(page: Page) -> str:
    """Return what the transport bar says, in one line."""
    return re.sub(r"\s+", " ", page.locator(".transport").inner_text())


def take_picture(page: Page, name: str, full: bool = False) -> None:
    """Write what the page shows (`full`: all of it, below the fold too) to build/screenshots/<name>.png."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full)


def has_horizontal_scroll(page: Page) -> bool:
    """Return True when something is wider than the window."""
    return bool(
        page.evaluate(
            """() => {
                const wide = (element) => element && element.scrollWidth > element.clientWidth + 1;
                return wide(document.documentElement) || wide(document.querySelector('[data-testid="stMain"]'));
            }"""
        )
    )


def is_local(address: str) -> bool:
    """Return True for addresses that need no network: this machine's, and content carried in the page itself."""
    parts = urlsplit(address)
    return parts.scheme in {"data", "blob", "about"} or parts.hostname in {"127.0.0.1", "localhost", "::1"}


def is_complaint(message: ConsoleMessage) -> bool:
    """Return True for errors in the console, but for Streamlit's own search for its root from a deep link."""
    return message.type == "error" and "/_stcore/" not in str(message.location.get("url", ""))
