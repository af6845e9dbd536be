"""The frame around every page: cold deep links, the gallery, light and dark, phones, links and their parameters."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.figures import theme
from pages.catalogue import CHAPTERS
from tests.browser.helpers import has_horizontal_scroll, is_local, take_picture, wait_idle
from tests.browser.server import Server, running_server

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
CONCEPTS = [concept for chapter in CHAPTERS for concept in chapter.concepts]
PATHS = ["/", *(f"/{concept.address}" for concept in CONCEPTS)]


def title_of(path: str) -> str:
    """The title of the page at a path."""
    return next((c.title for c in CONCEPTS if path == f"/{c.address}"), "Deep Learning Playground")


def in_rgb(color: str) -> str:
    """`#RRGGBB` as a browser computes it."""
    return "rgb({}, {}, {})".format(*(int(color[start : start + 2], 16) for start in (1, 3, 5)))


def say_what_is_wrong(page: Page) -> str:
    """What an exception or error box on the page says; empty when there is none."""
    boxes = page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]')
    return " ".join(boxes.all_inner_texts())


@pytest.fixture
def cold_server() -> Iterator[Server]:
    """A server that no browser has asked for anything yet."""
    with running_server() as started:
        yield started


@pytest.mark.parametrize("path", ["/optimizers?seed=3"])
def test_a_deep_link_as_the_first_request_shows_the_page_in_the_frame(
    cold_server: Server, browser: Browser, path: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    seen: list[str] = []

    def look() -> None:
        seen.append(page.evaluate("document.body ? document.body.innerText : ''"))

    page.goto(cold_server.url + path, wait_until="commit")
    until = time.monotonic() + 60
    while time.monotonic() < until and not page.get_by_role("heading", name="Optimizers", level=1).count():
        look()
        page.wait_for_timeout(50)
    wait_idle(page)
    look()
    # At no moment did the legacy mode show through: its dialog, or a menu made of file names.
    for text in seen:
        assert "Page not found" not in text
        assert "router" not in text.lower().split()
    expect(page.get_by_role("heading", name="Optimizers", level=1)).to_be_visible()
    expect(page.get_by_role("img", name="Logo").first).to_be_visible()
    expect(page.get_by_text("All concepts")).to_be_visible()
    assert urlsplit(page.url).path == "/optimizers"
    assert "seed=3" in page.url
    take_picture(page, "shell-cold-deep-link")
    context.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_opens_without_a_complaint_in_its_own_colours(open_page: OpenPage, path: str, dark: bool) -> None:
    page = open_page(path, dark=dark)
    expect(page.get_by_role("heading", name=title_of(path), level=1)).to_be_visible()
    assert say_what_is_wrong(page) == ""
    palette = theme.DARK if dark else theme.LIGHT
    app = page.get_by_test_id("stApp")
    assert app.evaluate("element => getComputedStyle(element).backgroundColor") == in_rgb(palette.background)
    assert app.evaluate("element => getComputedStyle(element).color") == in_rgb(palette.ink)
    assert not has_horizontal_scroll(page)
    assert page.complaints == []
    take_picture(page, f"shell{path.replace('/', '-')}-{'dark' if dark else 'light'}-1280", full=True)


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_never_scrolls_sideways(open_page: OpenPage, path: str) -> None:
    page = open_page(path, width=390, height=844)
    expect(page.get_by_role("heading", name=title_of(path), level=1)).to_be_visible()
    assert not has_horizontal_scroll(page)
    take_picture(page, f"shell{path.replace('/', '-')}-light-390", full=True)


def test_the_fonts_are_the_app_s_own_on_deep_links_too(open_page: OpenPage) -> None:
    page = open_page("/optimizers")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)")
    assert any("IBM Plex Sans" in family for family in loaded)
    heading = page.get_by_role("heading", level=1).first
    assert heading.evaluate("element => getComputedStyle(element).fontFamily").startswith('"IBM Plex Sans"')
    assert heading.evaluate("element => getComputedStyle(element).fontSize") == "28px"


def test_nothing_is_asked_of_the_network(open_page: OpenPage) -> None:
    for path in PATHS:
        page = open_page(path)
        page.wait_for_timeout(500)
        away = [address for address in page.asked if not is_local(address)]
        assert away == [], path


def expect_cards(page: Page, titles: list[str]) -> None:
    """The gallery shows the cards of these titles, in this order, as soon as it has settled."""
    expect(page.locator('[class*="st-key-card-"] a')).to_have_text(titles)


def test_the_gallery_shows_every_concept_with_a_picture_and_leads_to_it(open_page: OpenPage) -> None:
    page = open_page("/")
    expect_cards(page, [concept.title for concept in CONCEPTS])
    pictures = page.locator('[class*="st-key-card-"] img')
    assert pictures.count() == len(CONCEPTS)
    for index in range(len(CONCEPTS)):
        assert pictures.nth(index).get_attribute("alt")
        assert pictures.nth(index).evaluate("image => image.complete && image.naturalWidth > 0")
    # The whole card is the link: a click on the picture is enough.
    concept = CONCEPTS[-1]
    # (`force`: what is hit at the picture's place is the link above it.)
    page.locator(f".st-key-card-{concept.address} img").click(force=True)
    expect(page.get_by_role("heading", name=concept.title, level=1)).to_be_visible()
    assert urlsplit(page.url).path == f"/{concept.address}"


def test_the_gallery_can_be_searched_and_the_search_is_a_link(open_page: OpenPage) -> None:
    page = open_page("/")
    search = page.get_by_role("textbox", name="Find a concept")
    search.fill("race optimizers")
    search.press("Enter")
    wait_idle(page)
    expect(page.locator(".st-key-card-playground")).to_have_count(0)
    expect_cards(page, ["Optimizers"])
    assert "find=" in page.url
    again = open_page(page.url.removeprefix(re.match(r"https?://[^/]+", page.url).group()))
    expect_cards(again, ["Optimizers"])
    search.fill("transformers of the 1930s")
    search.press("Enter")
    expect(page.get_by_text("No concept matches")).to_be_visible()
    expect_cards(page, [])


def go_to(page: Page, chapter: str, concept: str) -> None:
    """Choose a concept in the menu at the top."""
    page.get_by_role("button", name=chapter).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=concept).click()
    expect(page.get_by_role("heading", name=concept, level=1)).to_be_visible()
    wait_idle(page)


def test_the_home_page_drops_the_last_page_s_parameters(open_page: OpenPage) -> None:
    page = open_page("/optimizers?seed=11&momentum=0.5")
    assert "seed=11" in page.url
    assert "momentum=0.5" in page.url
    page.get_by_text("All concepts").first.click()
    expect(page.get_by_role("heading", name="Deep Learning Playground", level=1)).to_be_visible()
    wait_idle(page)
    assert urlsplit(page.url).query == ""
    page.locator('[class*="st-key-card-playground"] a').click()
    expect(page.get_by_role("heading", name="Playground", level=1, exact=True)).to_be_visible()
    wait_idle(page)
    assert urlsplit(page.url).path == "/playground"
    assert urlsplit(page.url).query == ""


def test_the_menu_leads_from_page_to_page_without_parameters_of_the_last(open_page: OpenPage) -> None:
    page = open_page("/optimizers?seed=11&momentum=0.5&learning_rate=0.3")
    go_to(page, "Foundations", "Playground")
    page.wait_for_timeout(500)
    assert urlsplit(page.url).path == "/playground"
    assert urlsplit(page.url).query == ""
    rate = page.get_by_role("slider", name="Learning rate")
    assert rate.get_attribute("aria-valuetext") == "0.01"


@pytest.mark.parametrize(
    "path",
    [
        "/optimizers?seed=99999999999999999999",
        "/optimizers?seed=-1",
        "/playground?seed=NaN",
        "/playground?seed=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_a_hostile_link_falls_back_with_a_notice(open_page: OpenPage, path: str) -> None:
    alerts: list[str] = []
    page = open_page(path)
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    expect(page.get_by_role("heading", name=title_of(path.split("?")[0]), level=1)).to_be_visible()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    assert say_what_is_wrong(page) == ""
    assert alerts == []


def test_parameters_nobody_knows_do_no_harm(open_page: OpenPage) -> None:
    page = open_page("/optimizers?nobody=knows&__proto__=1&" + "x" * 1000 + "=1")
    expect(page.get_by_role("heading", name="Optimizers", level=1)).to_be_visible()
    assert say_what_is_wrong(page) == ""


def test_an_address_that_does_not_exist_says_so_and_the_frame_stays(open_page: OpenPage) -> None:
    page = open_page("/no-such-concept")
    expect(page.get_by_text("All concepts").first).to_be_visible()
    assert say_what_is_wrong(page) == ""
