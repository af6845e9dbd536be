import numpy as np
import pytest

from engine.figures import playground as figures
from engine.figures import theme
from engine.playground.experiment import Config
from engine.playground.forward import confusion_matrix
from tests.engine.playground.builders import made_result

CONFIG = Config(dataset="blobs", classes=4, layers=(5, 4), seeds=3, epochs=80)
LOSS = np.linspace(1, 0.2, 81)[:, None] + np.array([[0.0, 0.1, -0.05]])
RESULT = made_result(CONFIG, LOSS, LOSS + 0.1, 1 - LOSS / 2)


@pytest.mark.parametrize("dark", [False, True])
def test_confusion_shows_the_counts_with_readable_digits(dark):
    picture = figures.confusion(RESULT, 80, dark)
    matrix = confusion_matrix(RESULT, 80)
    assert [int(note.text) for note in picture.figure.layout.annotations] == matrix.ravel().tolist()
    assert f"{np.trace(matrix)} of {matrix.sum()} validation points are right" in picture.alt
    ground, blue = (theme.DARK, theme.LIGHT)[not dark].background, (theme.DARK, theme.LIGHT)[not dark].positive
    share = matrix / matrix.sum(axis=1, keepdims=True)
    for note, part in zip(picture.figure.layout.annotations, share.ravel(), strict=True):
        cell = [a + part * (b - a) for a, b in zip(rgb(ground), rgb(blue), strict=True)]
        assert contrast(rgb(note.font.color), cell) >= 3.9


def rgb(color):
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def contrast(first, second):
    """Contrast ratio of WCAG 2.2, written down from its definition."""

    def luminance(channels):
        linear = [c / 3294.6 if c <= 10.31 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_norms_have_a_line_and_a_label_for_each_layer(dark):
    for draw, values in ((figures.gradient_norms, RESULT.gradient_norm), (figures.weight_norms, RESULT.weight_norm)):
        picture = draw(RESULT, dark)
        assert [line.name for line in picture.figure.data] == ["layer 1", "layer 2", "output"]
        for line, expected in zip(picture.figure.data, values.T, strict=True):
            np.testing.assert_array_equal(line.y, expected)
        assert {note.text for note in picture.figure.layout.annotations} == {"layer 1", "layer 2", "output"}
        assert "output" in picture.alt
    assert figures.gradient_norms(RESULT, dark).figure.layout.yaxis.type == "log"


def test_losses_show_every_seed_and_the_range():
    picture = figures.losses(RESULT, False)
    lines = {line.name: line for line in picture.figure.data if line.name}
    np.testing.assert_allclose(lines["training, seed 1"].y, LOSS[:, 1], rtol=1e-6)
    np.testing.assert_allclose(lines["validation, shown"].y, LOSS[:, 0] + 0.1, rtol=1e-6)
    bands = [line for line in picture.figure.data if line.fill == "toself"]
    assert len(bands) == 2
    assert bands[0].y.max() == pytest.approx(LOSS.max())
    assert "between 0.25 and 0.4" in picture.alt


def test_seconds_are_told_in_milliseconds():
    picture = figures.seconds(RESULT, True)
    np.testing.assert_allclose(picture.figure.data[0].y, 20, rtol=1e-5)
    assert "median 20 milliseconds, 1.6 seconds in all" in picture.alt


def test_what_is_not_a_number_and_a_single_epoch_are_drawn_too():
    lost = LOSS.copy()
    lost[3:] = np.nan
    diverged = made_result(
        CONFIG, lost, lost, lost, gradient_norm=np.full((81, 3), np.nan, np.float32), diverged=np.full(3, 3, np.int32)
    )
    first = made_result(CONFIG, LOSS[:1], LOSS[:1], LOSS[:1], gradient_norm=np.full((1, 3), np.nan, np.float32))
    for result in (diverged, first):
        for draw in (figures.gradient_norms, figures.weight_norms, figures.seconds, figures.losses):
            assert draw(result, False).alt
    assert "at no finite number" in figures.losses(diverged, False).alt
