"""One real server and one headless Chromium for all browser tests; each test opens pages of its own.

A test takes `open_page` and gets Playwright pages on the running app; what else it needs is in `helpers.py`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.board_page import board_address, open_board
from tests.browser.helpers import is_complaint, wait_idle
from tests.browser.network_page import network_address, open_stage
from tests.browser.race_page import harness, race_address
from tests.browser.server import CHROMIUM_ARGUMENTS, Server, find_chromium, running_server

# Fixtures of the stage's own tests, which need no server.
__all__ = ["board_address", "harness", "network_address", "open_board", "open_stage", "race_address"]

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Headless Chromium. Where it is missing, the tests are skipped with the reason; on CI they fail."""
    executable = find_chromium()
    if executable is None:
        reason = "No Chromium on PATH: `make test` installs it where it can, or set CHROMIUM to its path."
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    chromium = playwright_driver.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The app, started once for all browser tests, with an empty store of computed runs."""
    with running_server() as started:
        yield started


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """When a test fails, show the end of the server's log with it: there the app says what the page does not."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for name in ("server", "cold_server"):
            running = getattr(item, "funcargs", {}).get(name)
            if isinstance(running, Server):
                report.sections.append((f"{name}'s log", running.log.read_text(errors="replace")[-3000:]))


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """Return `open_page(path, width=1280, height=900, dark=False, url=None)`: a page in a session of its own, idle.

    The page has two more attributes: `asked`, the addresses of all its requests, and `complaints`, the errors of its
    console and scripts.
    """
    contexts: list[BrowserContext] = []

    def open_(
        path: str = "/", width: int = 1280, height: int = 900, dark: bool = False, url: str | None = None
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="en-US"
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: page.complaints.append(message.text) if is_complaint(message) else None)
        page.goto((url or server.url) + path)
        wait_idle(page)
        return page

    yield open_
    for context in contexts:
        context.close()
