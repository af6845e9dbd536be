"""The Plotly figures of the Optimizers page: what is drawn is what was measured, named at the line's end."""

import numpy as np
import pytest

from engine.figures import optimizers as figures
from engine.figures.theme import SERIES
from engine.optimizers import keras_race, sparse


def measured():
    steps = np.arange(0, 101, 25, dtype=np.int32)
    generator = np.random.default_rng(0)
    shares = generator.random((4, 5, 5)).astype(np.float32)
    return sparse.Result(
        optimizers=sparse.OPTIMIZERS,
        step=steps,
        changed_at=50,
        frequent=shares,
        rare=shares / 2,
        frequent_rate=shares + 0.1,
        rare_rate=10 * shares + 1,
        occurrence=np.array([0.3, 0.005]),
        stopped=False,
    )


def kept():
    difference = np.array([[0, 1e-7, 2e-7], [0, 1e-5, np.nan]], dtype=np.float32)
    return keras_race.Result(
        optimizers=("sgd", "adam"),
        paths=np.zeros((2, 3, 2), np.float32),
        difference=difference,
        early=np.array([2e-7, 1e-5]),
        largest=np.array([2e-7, 1e-5]),
        compared=np.array([2, 1], np.int32),
        steps=2,
        stopped=False,
    )


def labels(figure):
    return {annotation.text for annotation in figure.layout.annotations}


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("group", ["frequent", "rare"])
def test_shares_are_means_with_the_range_of_the_seeds(group, dark):
    result = measured()
    figure = figures.share_figure(result, group, dark)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.name for trace in lines] == ["SGD", "Adagrad", "RMSprop", "Adadelta"]
    for place, (line, name) in enumerate(zip(lines, result.optimizers, strict=True)):
        np.testing.assert_allclose(line.y, getattr(result, group)[place].mean(axis=0))
        assert line.line.color == SERIES[name].color(dark)
    band = figure.data[0]
    np.testing.assert_allclose(band.y[:5], getattr(result, group)[0].max(axis=0))
    assert {"SGD", "Adagrad", "RMSprop", "Adadelta"} <= labels(figure)
    assert "common words" in figures.share_alt(result, "frequent")


def test_rates_are_on_a_log_scale_without_the_first_record():
    figure = figures.rate_figure(measured(), "rare", False)
    assert figure.layout.yaxis.type == "log"
    assert all(trace.x[0] == 25 for trace in figure.data if trace.mode == "lines")
    assert "log scale" in figures.rate_alt(measured(), "rare")


def test_names_at_the_ends_do_not_overlap():
    result = measured()
    result.frequent[:, :, -1] = 0.5  # all four lines end at one point
    figure = figures.share_figure(result, "frequent", False, height=260)
    heights = sorted(a.y for a in figure.layout.annotations if a.text in {"SGD", "Adagrad", "RMSprop", "Adadelta"})
    plot = 260 - figure.layout.margin.t - figure.layout.margin.b
    assert (np.diff(heights) * plot >= 16.9).all()
    assert heights[-1] <= 1


def test_stopped_runs_are_drawn_as_far_as_they_go():
    result = measured()
    result.frequent[1:] = np.nan
    result.frequent_rate[1:] = np.nan
    result.frequent[0, :, 3:] = np.nan
    figure = figures.share_figure(result, "frequent", False)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [trace.name for trace in lines] == ["SGD"]
    assert len(lines[0].x) == 3


def test_difference_figure_and_words():
    figure = figures.difference_figure(kept(), True)
    np.testing.assert_allclose(figure.data[0].y, [1e-9, 1e-7, 2e-7], rtol=1e-6)
    assert {"SGD", "Adam"} <= labels(figure)
    assert figures.difference_alt(kept()).endswith("SGD 2.0e−7, Adam 1.0e−5.")
