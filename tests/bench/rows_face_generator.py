"""What must be quick on the page of faces: a face under the hand, 64 faces from their numbers, and all moments."""

from __future__ import annotations

import statistics
import time

import numpy as np

from tests.bench.harness import Row, at_most, median_seconds
from tests.bench.rows_browser import _WATCH, _chromium, _context
from tests.browser.helpers import wait_idle
from tests.browser.server import running_server, wait_until_quiet

CHANGES = 20


def faces_latent_drag() -> Row:
    """Moving the pointer over the latent plane until the face beside it has changed, by the page's own clock."""
    watch = _WATCH.replace('["pointerup", "keydown"]', '["pointerup", "keydown", "pointermove"]')
    with running_server() as app, _chromium() as browser:
        wait_until_quiet(app)
        page = _context(browser, watch).new_page()
        page.goto(f"{app.url}/face-generator?view=Plane")
        wait_idle(page)
        page.wait_for_selector('.stage[data-view="plane"]')
        box = page.locator(".faces-canvas").bounding_box()
        if box is None:
            raise RuntimeError("the plane is not on the screen")
        times = []
        for change in range(CHANGES):
            page.evaluate("window.arm('picture')")
            x = box["x"] + box["width"] / 2 + 15 * (change % 7) - 40
            page.mouse.move(x, box["y"] + 60 + 20 * (change % 11))
            page.wait_for_function("window.watch.shown !== null")
            times.append(float(page.evaluate("window.watch.shown")))
    value = statistics.median(times[3:])
    return at_most(
        "faces: latent drag to new face", value, 100, "ms", f"median of {CHANGES - 3}; worst {max(times):.0f} ms"
    )


def faces_from_seeds() -> Row:
    """64 faces from their numbers, in a worker whose generator is compiled."""
    from engine.face_generator import source
    from engine.face_generator.experiment import FACES, LAST
    from engine.face_generator.noise import NORMAL, latents

    numbers = latents(NORMAL, FACES, 0)
    value = 1000 * median_seconds(lambda: source.pictures(source.DRAWN, LAST, numbers), repeats=9, warm_up=2)
    return at_most("faces: 64 faces from seeds", value, 120, "ms", "drawn faces, 64 × 64 in colour, as uint8")


def faces_all_moments() -> Row:
    """64 faces at every moment of the training, measured and packed: what another seed costs, in processor seconds."""
    from engine.face_generator.experiment import Config, run
    from engine.runs.context import SilentContext

    run(Config(seed=1), SilentContext())
    spent, wall = [], []
    for seed in (2, 3, 4):
        start, clock = time.process_time(), time.monotonic()
        run(Config(seed=seed), SilentContext())
        spent.append(time.process_time() - start)
        wall.append(time.monotonic() - clock)
    note = f"by the clock {np.median(wall):.1f} s"
    return at_most(
        "faces: 24 moments × 64 faces", float(np.median(wall)), 10, "s", f"{note}; processor {np.median(spent):.1f} s"
    )
