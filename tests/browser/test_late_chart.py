"""The scripts of a chart below the fold are fetched when somebody looks there: the picture above does not wait."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import wait_idle

pytestmark = pytest.mark.browser


def test_a_chart_below_the_fold_is_drawn_when_it_is_looked_at(open_page):
    page = open_page("/playground")
    page.wait_for_selector(".tp-track", timeout=120_000)
    wait_idle(page, 60)

    def fetched() -> bool:
        return any("plotly" in address.lower() for address in page.asked)

    assert not fetched()
    waiting = page.locator(".waiting")
    expect(waiting).to_have_count(1, timeout=30_000)
    waiting.scroll_into_view_if_needed()
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    expect(waiting).to_have_count(0, timeout=30_000)
    assert fetched()
    wait_idle(page, 60)
    assert not page.complaints
