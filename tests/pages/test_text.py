import pytest

from pages.kit.text import number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0.000"),
        (0.0456, "0.046"),
        (0.35, "0.35"),
        (-3.17, "−3.17"),
        (18.84, "18.8"),
        (732.4, "732"),
        (0.000011, "1.1e−5"),
        (123456.0, "1.2e5"),
    ],
)
def test_numbers_follow_the_style_guide(value, shown):
    assert number(value) == shown
