"""The theme is decided once: configuration, figures and fonts agree, and each colour can be told from its page."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from engine.figures import theme

TOP = Path(__file__).parents[1]
CONFIG = tomllib.loads((TOP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
APPEARANCES = {"light": theme.LIGHT, "dark": theme.DARK}


def luminance(color: str) -> float:
    """Relative luminance of `#RRGGBB` as WCAG 2.2 defines it."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2.2 defines it: 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str) -> float:
    """Distance of two colours in red, green and blue, 0 to 441."""
    pairs = ((int(one[start : start + 2], 16), int(other[start : start + 2], 16)) for start in (1, 3, 5))
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def test_the_contrast_formula_gives_the_standard_s_own_examples() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("name", APPEARANCES)
def test_config_and_figures_use_the_same_page_colours(name: str) -> None:
    palette, section = APPEARANCES[name], CONFIG["theme"][name]
    assert section["backgroundColor"] == palette.background
    assert section["secondaryBackgroundColor"] == section["codeBackgroundColor"] == palette.panel
    assert section["textColor"] == palette.ink
    assert section["grayTextColor"] == palette.muted
    assert section["borderColor"] == palette.border
    assert section["primaryColor"] == palette.accent
    assert tuple(section["chartSequentialColors"][:4]) == palette.bands
    assert section["chartDivergingColors"][0] == palette.positive
    assert section["chartDivergingColors"][-1] == palette.negative
    assert section["chartCategoricalColors"] == [series.color(name == "dark") for series in theme.CATEGORICAL]


@pytest.mark.parametrize("name", APPEARANCES)
def test_palettes_have_the_ten_colours_streamlit_asks_for(name: str) -> None:
    for palette in ("chartSequentialColors", "chartDivergingColors"):
        assert len(CONFIG["theme"][name][palette]) == 10, palette


def test_config_uses_the_figures_font() -> None:
    assert CONFIG["theme"]["font"] == CONFIG["theme"]["headingFont"] == theme.FONT


def test_every_font_face_is_a_file_the_app_serves() -> None:
    faces = CONFIG["theme"]["fontFaces"]
    assert {face["family"] for face in faces} == {"IBM Plex Sans", "IBM Plex Mono"}
    for face in faces:
        # Streamlit serves the folder `static` beside the script that runs, pages/router.py.
        file = TOP / "pages" / "static" / face["url"].removeprefix("app/static/")
        assert file.read_bytes()[:4] == b"wOF2", face["url"]


@pytest.mark.parametrize("name", APPEARANCES)
@pytest.mark.parametrize("series", [*theme.SERIES, "training", "validation"])
def test_every_series_can_be_told_from_its_page_and_from_the_deepest_band(name: str, series: str) -> None:
    palette, dark = APPEARANCES[name], name == "dark"
    style = {**theme.SERIES, "training": theme.TRAINING, "validation": theme.VALIDATION}[series]
    # The look's floors, given with one decimal: momentum's blue has 4.06 on white and 2.88 on the deepest band.
    assert round(contrast(style.color(dark), palette.background), 1) >= 4.1
    assert round(contrast(style.color(dark), palette.bands[-1]), 1) >= 2.9


@pytest.mark.parametrize("name", APPEARANCES)
def test_text_can_be_read(name: str) -> None:
    palette, section = APPEARANCES[name], CONFIG["theme"][name]
    for page in (palette.background, palette.panel):
        assert contrast(palette.ink, page) >= 7
        assert contrast(palette.muted, page) >= 4.5
        assert contrast(section["linkColor"], page) >= 4.5
        # What says "act here" is a shape, not text: 3:1 is what WCAG asks of it.
        assert contrast(palette.accent, page) >= 3


def test_no_two_series_look_alike() -> None:
    looks = [(style.dash, style.marker) for style in theme.SERIES.values()]
    assert len(set(looks)) == len(looks), "two series share dash and marker, so only colour tells them apart"
    for dark in (False, True):
        colors = [style.color(dark) for style in theme.SERIES.values()]
        closest = min(distance(a, b) for index, a in enumerate(colors) for b in colors[:index])
        assert closest > 25, f"two series are nearly the same colour (dark: {dark})"


def test_the_accent_is_no_series() -> None:
    for dark, palette in ((False, theme.LIGHT), (True, theme.DARK)):
        for name, style in theme.SERIES.items():
            assert distance(style.color(dark), palette.accent) > 25, name
