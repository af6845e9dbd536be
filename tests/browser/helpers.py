"""What a browser test does again and again: wait for the page, look at it, keep a picture of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page

from tests.browser.server import TOP

PICTURES = TOP / "build" / "screenshots"


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
