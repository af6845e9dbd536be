"""Every page as a visitor's first run meets it, without a browser: no exception, and the parts each page must have."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.catalogue import CHAPTERS

ROUTER = str(Path(__file__).parents[2] / "pages" / "router.py")
FILES = [concept.file for chapter in CHAPTERS for concept in chapter.concepts]


def opened(file: str) -> AppTest:
    at = AppTest.from_file(ROUTER, default_timeout=60).run()
    at.session_state["kit.chart.seen"] = True  # as if the visitor had looked at a chart before: they are drawn
    return at.switch_page(file).run()


@pytest.mark.parametrize("file", FILES)
def test_page_opens_with_every_part(file):
    at = opened(file)
    assert not at.exception
    assert not at.error
    assert len(at.title) == 1
    headings = [heading.value for heading in at.subheader]
    for part in ("What happened", "Why", "Code"):
        assert part in headings
    assert any("**Predict.**" in text.value for text in at.markdown)
    assert at.code[0].value.count("keras") > 0
    assert at.get("bidi_component"), "the stage is on the page"


@pytest.mark.parametrize("file", FILES)
def test_why_is_at_most_150_words(file):
    at = opened(file)
    why = next(text.value for text in at.markdown if "**The pitfall:**" in text.value)
    words = [word for word in why.split("$$")[-1].split() if word.strip("*:.,;") != ""]
    assert len(words) <= 150


@pytest.mark.parametrize("file", FILES)
def test_every_scene_opens_its_shipped_result(file):
    at = opened(file)
    scene = next(control for control in at.button_group if control.label == "Scene")
    for name in scene.options:
        at = next(control for control in at.button_group if control.label == "Scene").set_value([name]).run()
        assert not at.exception
        assert not at.error
        assert not [info for info in at.info if "Press Train" in info.value], name
        assert not [note for note in at.caption if "Press Train" in note.value], name


@pytest.mark.parametrize("file", FILES)
def test_every_control_says_what_it_does(file):
    at = opened(file)
    for widget in (*at.slider, *at.select_slider, *at.toggle, *at.number_input):
        assert widget.help, widget.label


def test_home_finds_concepts_by_word():
    at = AppTest.from_file(ROUTER, default_timeout=60).run()
    at.text_input(key="find").set_value("neuron").run()
    assert [caption.value for caption in at.caption].count("Look inside every neuron as it learns.") == 1
    at.text_input(key="find").set_value("zebra").run()
    assert "No concept matches" in at.info[0].value
