"""The Playground in a real browser on the real server: train, stop, lose the worker, compare, upload, share a link."""

import os
import signal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.helpers import has_horizontal_scroll, take_picture, wait_idle

pytestmark = pytest.mark.browser
LONG = 120_000  # milliseconds; a loaded machine with a cold worker is slow


def trained(page: Page, milliseconds: float = LONG) -> None:
    """Wait until the run that is on has ended and the page is drawn with its result."""
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible(timeout=milliseconds)
    wait_idle(page, 60)


def press_train(page: Page) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Stop training")).to_be_visible(timeout=LONG)


def shown_epoch(page: Page) -> str:
    return page.locator(".transport").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_the_first_visit_shows_the_shipped_run(open_page, dark, width):
    page = open_page("/playground", width=width, dark=dark)
    page.wait_for_selector(".stage canvas", timeout=LONG)
    page.wait_for_timeout(500)
    take_picture(page, f"playground-{width}-{'dark' if dark else 'light'}")
    assert "shipped" in page.locator(".st-key-strip").inner_text()
    assert not has_horizontal_scroll(page)
    assert not page.complaints


def test_a_run_streams_stops_and_keeps_what_it_computed(open_page):
    page = open_page("/playground?epochs=2000&seed=41")
    expect(page.get_by_text("Press Train").first).to_be_visible()
    press_train(page)
    expect(page.get_by_text("epoch", exact=False).first).to_be_visible()
    page.wait_for_function("() => /epoch [1-9]\\d* of 2000/.test(document.body.innerText)", timeout=LONG)
    take_picture(page, "playground-running")
    page.get_by_role("button", name="Stop training").click()
    trained(page)
    assert "2000 / 2000" not in shown_epoch(page)
    expect(page.get_by_text("You stopped it", exact=False).first).to_be_visible()
    take_picture(page, "playground-stopped")


def test_a_killed_worker_is_said_and_the_next_run_works(open_page, server):
    page = open_page("/playground?epochs=2000&seed=51")
    press_train(page)
    page.wait_for_function("() => /epoch [1-9]\\d* of 2000/.test(document.body.innerText)", timeout=LONG)
    worker = max(server.processes(), key=lambda process: process.memory_info().rss)
    os.kill(worker.pid, signal.SIGKILL)
    expect(page.get_by_text("The worker", exact=False).first).to_be_visible(timeout=LONG)
    trained(page)
    take_picture(page, "playground-worker-lost")
    page.goto(page.url.replace("epochs=2000", "epochs=20"))
    wait_idle(page, 60)
    press_train(page)
    trained(page)
    expect(page.get_by_text("just computed", exact=False).first).to_be_visible(timeout=LONG)


def test_a_link_opened_cold_shows_what_was_sent(open_page):
    link = "/playground?dataset=Xor&depth=1&width=5&units_1=4&activation=tanh&learning_rate=0.05&seed=12&noise=0.2"
    page = open_page(link)
    expect(page.locator(".st-key-strip")).to_contain_text("0.05", timeout=LONG)
    for part in ("depth=1", "width=5", "units_1=4", "learning_rate=0.05", "seed=12", "noise=0.2"):
        assert part in page.url
    assert not page.locator('[data-testid="stAlert"]').count()


def test_two_settings_train_side_by_side(open_page):
    page = open_page("/playground?versus=learning_rate%3D0.1&epochs=30&seed=61")
    press_train(page)
    trained(page)
    page.wait_for_function("() => document.querySelectorAll('.st-key-progress [data-testid=stProgress]').length === 0")
    page.wait_for_timeout(1500)
    take_picture(page, "playground-versus")
    assert "learning_rate=0.1" in page.locator(".stage").first.inner_text()


def test_uploads_are_checked_by_name_and_good_ones_are_trained_on(open_page):
    page = open_page("/playground?dataset=Your%20own%20CSV&epochs=20")
    chooser = page.locator('input[type="file"]')
    chooser.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": b"a,b,label\n1,nan,x\n2,3,y\n"})
    wait_idle(page)
    expect(page.locator('[data-testid="stAlert"]').first).to_be_visible()
    take_picture(page, "playground-bad-upload")
    rows = "\n".join(f"{i % 17 / 2},{i % 13},{'yes' if (i % 17) > 8 else 'no'}" for i in range(120))
    chooser.set_input_files({"name": "good.csv", "mimeType": "text/csv", "buffer": f"a,b,label\n{rows}\n".encode()})
    wait_idle(page)
    assert "upload=" in page.url
    press_train(page)
    trained(page)
    assert not page.locator('[data-testid="stAlert"]').count()
    take_picture(page, "playground-upload")
