"""What a person waits for, by the clock of a page in Chromium: from the act to the frame that shows its effect."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from engine.playground.experiment import Config
from engine.runs.store import Entry, Store
from engine.runs.tiers import DiskTier
from pages.catalogue import CHAPTERS
from tests.bench.harness import Row, at_most
from tests.bench.rows_server import EMPTY_APP, EVERYBODY
from tests.browser.helpers import wait_idle
from tests.browser.server import CHROMIUM_ARGUMENTS, Server, find_chromium, running_server, wait_until_quiet

# Notes on the page's own clock when an act happens, when a drawing command reaches a canvas that is on the page, and
# when text comes to the page; `shown` gives the time from the last act to the frame after the first effect.
_WATCH = """
window.watch = { act: Infinity, effect: Infinity, shown: null };
const noteEffect = () => {
    const now = performance.now(), watch = window.watch;
    if (now < watch.act || watch.effect < Infinity) return;
    watch.effect = now;
    requestAnimationFrame(() => requestAnimationFrame(() => { watch.shown = performance.now() - watch.act; }));
};
window.arm = (kind, word) => {
    Object.assign(window.watch, { act: Infinity, effect: Infinity, shown: null, kind, word });
};
for (const act of ["pointerup", "keydown"])
    window.addEventListener(act, () => { if (window.watch.kind) window.watch.act = performance.now(); }, true);
for (const name of ["stroke", "fill", "drawImage", "putImageData"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...rest) {
        if (window.watch.kind === "picture" && this.canvas.isConnected) noteEffect();
        return draw.apply(this, rest);
    };
}
new MutationObserver(() => {
    if (window.watch.kind === "text" && document.body.innerText.includes(window.watch.word)) noteEffect();
}).observe(document, { subtree: true, childList: true, characterData: true });
"""

# The first frame with a heading on it, counted from the navigation's start.
_FIRST_PAINT = """
new MutationObserver((_, observer) => {
    const heading = document.querySelector('[data-testid="stMain"] h1');
    if (!heading || !heading.innerText) return;
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { window.firstPaint = performance.now(); }));
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
CHANGES = 15
VISITS = 7


@contextmanager
def _chromium() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        raise RuntimeError("no Chromium on PATH")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


def _context(browser: Browser, script: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light", locale="en-US")
    context.set_default_timeout(30_000)
    context.add_init_script(script)
    return context


def slider_to_picture() -> list[Row]:
    """Releasing a slider on the Optimizers page until its picture has changed, against an empty page's text change."""
    with running_server() as app, running_server(EMPTY_APP) as plain, _chromium() as browser:
        wait_until_quiet(app)
        wait_until_quiet(plain)
        page, empty = (_context(browser, _WATCH).new_page() for _ in range(2))
        page.goto(f"{app.url}/optimizers?{EVERYBODY}")
        empty.goto(plain.url)
        wait_idle(page)
        wait_idle(empty)
        page.wait_for_timeout(1500)
        pictures, texts = [], []
        for change in range(CHANGES):
            page.bring_to_front()
            pictures.append(_drag_momentum(page, 12 if change % 2 else -12))
            empty.bring_to_front()
            texts.append(_change_text(empty, f"word{change}."))
    picture, text = statistics.median(pictures[2:]), statistics.median(texts[2:])
    note = f"medians of {CHANGES - 2}, all twelve over 300 steps: {picture:.0f} ms; empty page {text:.0f} ms"
    return [
        at_most("slider release to changed picture", picture, 350, "ms", note),
        at_most("the same against an empty page", picture / text, 3, "× empty", note),
    ]


def _drag_momentum(page: Page, pixels: int) -> float:
    """Drag the momentum's thumb, rest, release; return milliseconds from the release to the changed picture."""
    # The slider itself is an invisible input; what a hand takes hold of is the knob around it.
    box = page.get_by_role("slider", name="Momentum").locator("xpath=../..").bounding_box()
    if box is None:
        raise RuntimeError("the momentum slider is not on the screen")
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across + pixels, down, steps=3)
    page.wait_for_timeout(150)
    page.evaluate("window.arm('picture')")
    page.mouse.up()
    return _shown(page)


def _change_text(page: Page, word: str) -> float:
    field = page.get_by_role("textbox", name="Text")
    field.fill(word)
    page.wait_for_timeout(200)
    page.evaluate("word => window.arm('text', 'You wrote ' + word)", word)
    field.press("Enter")
    return _shown(page)


def _shown(page: Page) -> float:
    page.wait_for_function("window.watch.shown !== null")
    elapsed = float(page.evaluate("window.watch.shown"))
    wait_idle(page)
    page.wait_for_timeout(200)
    return elapsed


def first_paint() -> list[Row]:
    """Opening each page in a fresh browser session until its title is on the screen, against Streamlit's hello page."""
    addresses = ["", *(concept.address for chapter in CHAPTERS for concept in chapter.concepts)]
    with running_server() as app, running_server(("hello",)) as hello, _chromium() as browser:
        wait_until_quiet(app)
        for address in addresses:  # a running server: somebody has been there before
            _open(browser, f"{app.url}/{address}")
        _open(browser, hello.url)
        times: dict[str, list[float]] = {name: [] for name in (*addresses, "hello")}
        for _ in range(VISITS):
            for name in times:
                times[name].append(_open(browser, hello.url if name == "hello" else f"{app.url}/{name}"))
    medians = {name: statistics.median(each) for name, each in times.items()}
    base = medians.pop("hello")
    return [
        at_most(
            f"first paint of /{name} against Streamlit's hello",
            median / base,
            1.5,
            "× hello",
            f"title on the screen, fresh session, medians of {VISITS}: {median:.0f} ms; hello {base:.0f} ms",
        )
        for name, median in medians.items()
    ]


def _open(browser: Browser, url: str) -> float:
    context = _context(browser, _FIRST_PAINT)
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.firstPaint !== undefined")
    elapsed = float(page.evaluate("window.firstPaint"))
    wait_idle(page)
    context.close()
    return elapsed


def run_to_first_point() -> Row:
    """Pressing Train on the Playground until the first live point is drawn, on a worker that is warm."""
    with running_server() as app, _chromium() as browser:
        wait_until_quiet(app)
        times = []
        for seed in range(900, 906):
            context = _context(browser, _WATCH)
            page = context.new_page()
            page.goto(f"{app.url}/playground?seed={seed}&epochs=600")
            wait_idle(page)
            page.wait_for_timeout(1000)
            page.evaluate("window.arm('picture')")
            page.get_by_role("button", name="Train").first.click()
            page.wait_for_function("window.watch.shown !== null")
            times.append(float(page.evaluate("window.watch.shown")) / 1000)
            page.get_by_role("button", name="Stop training").click()
            wait_idle(page)
            context.close()
    # The first run compiles what the later ones of this shape use: the worker is warm from the second on.
    value = statistics.median(times[1:])
    return at_most("pressing Run to the first live point", value, 1, "s", f"median of {len(times) - 1}: {value:.2f} s")


def watched() -> Row:
    """The worker's seconds for a training that a Playground page shows live, and for one whose page is closed."""
    with running_server() as app, _chromium() as browser:
        wait_until_quiet(app)
        _train(app, browser, 800, watching=True)
        times: dict[bool, list[float]] = {True: [], False: []}
        for seed in range(801, 809):
            watching = seed % 2 == 0
            times[watching].append(_train(app, browser, seed, watching))
    seen, alone = statistics.median(times[True]), statistics.median(times[False])
    note = f"medians of {len(times[True])}: {seen:.2f} s watched in Chromium, {alone:.2f} s with nobody there"
    return at_most("training watched against unwatched", seen / alone, 1.1, "× unwatched", note)


def _train(app: Server, browser: Browser, seed: int, watching: bool) -> float:
    """Train the default network from `seed`; return the seconds that the worker says it took."""
    config = Config(seed=seed)
    context = _context(browser, "")
    page = context.new_page()
    page.goto(f"{app.url}/playground?seed={seed}")
    wait_idle(page)
    page.get_by_role("button", name="Train").first.click()
    page.get_by_role("button", name="Stop training").wait_for()
    if not watching:
        context.close()
    entry = _wait_for(app, config)
    if watching:
        context.close()
    return entry.provenance.seconds


def _wait_for(app: Server, config: Config, seconds: float = 120) -> Entry:
    """Wait until the app's store holds the result."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        entry = Store([DiskTier(app.cache, 2**30)]).find(config)
        if entry is not None:
            return entry
        time.sleep(0.2)
    raise RuntimeError(f"no result of seed {config.seed} after {seconds:.0f} s")
