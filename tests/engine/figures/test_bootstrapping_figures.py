"""The benchmark's board says what the result holds, at every number of splits, whatever is missing."""

import json

import numpy as np
import pytest
from scipy import stats

from engine.bootstrapping import judgement
from engine.bootstrapping.experiment import SEED, Config
from engine.bootstrapping.judgement import LOSS
from engine.figures.bootstrapping import board
from engine.figures.bootstrapping_view import bins, counts_so_far, so_far, view_of
from engine.figures.cards import CARDS
from tests.engine.bootstrapping.made import made_result

RANDOM = np.random.default_rng(0)
FIRST = np.round(143 * (0.95 + 0.01 * RANDOM.normal(size=20))) / 143
SECOND = np.round(143 * (FIRST + 0.01)) / 143
RESULT = made_result(FIRST, SECOND)


def panels(result, **arguments):
    sent = json.loads(json.dumps(board(result, **arguments), allow_nan=False))
    return sent, {panel["name"]: panel for panel in sent["panels"]}


def test_a_frame_a_split_with_a_verdict_each():
    sent, named = panels(RESULT, revision="r")
    assert (sent["kind"], sent["frames"], sent["unit"]) == ("board", 20, "split")
    lines = named["verdict"]["lines"]
    assert len(lines) == 20
    first, last = dict(lines[0]), dict(lines[-1])
    assert first["Verdict"] == "too early to say"
    assert last["A, mean"] == f"{100 * FIRST.mean():.2f} %"
    spreads = [value for label, value in lines[-1] if label == "spread of one split"]
    assert spreads[0] == f"{100 * FIRST.std(ddof=1):.2f} points"
    assert last["Won, B : A : even"].startswith("20")
    assert lines[-1][0] == ["Verdict", "B is better"]
    assert lines[-1][1][0] == "B ahead by"
    _, named = panels(made_result(FIRST, SECOND[::-1], Config(splits=20, differs=SEED)))
    assert named["verdict"]["lines"][-1][0] == ["Only seeds differ", "luck"]
    assert set(named) == {"means", "spread", "verdict", "differences", "intervals", "epochs", "enough"}
    for name, panel in named.items():
        assert name == "verdict" or len(panel["alt"]) > 30


def test_an_unfinished_run_shows_what_is_known():
    some = FIRST.copy()
    some[7:] = np.nan
    epochs = RESULT.epochs.copy()
    epochs[:, 12:] = 0
    sent, _ = panels(made_result(FIRST, some, epochs=epochs), running=True)
    assert (sent["frames"], sent["running"]) == (12, True)
    nothing = made_result([np.nan] * 3, [np.nan] * 3, epochs=np.zeros((2, 3), np.int32), held=np.zeros(3, np.int32))
    sent, named = panels(nothing)
    assert sent["frames"] == 1
    assert dict(named["verdict"]["lines"][0])["A, mean"] == "–"


@pytest.mark.parametrize("measure", ["score", LOSS])
def test_constant_scores_and_negative_ones_can_be_drawn(measure):
    panels(made_result([0.9] * 4, [0.9] * 4), measure=measure)
    result = made_result([-0.2, 0.1, 0.3], [0.2, -0.4, 0.3], Config(splits=3, dataset="diabetes"), classification=False)
    _, named = panels(result, measure=measure)
    if measure == "score":
        assert dict(named["verdict"]["lines"][-1])["B, mean"].startswith("3.33")
        assert "from −20.00 %" in named["spread"]["alt"]


def test_up_is_better_for_a_loss_too():
    _, named = panels(RESULT, measure=LOSS)
    assert named["means"]["y"]["low"] > named["means"]["y"]["high"]
    view = view_of(RESULT, LOSS, 0.5)
    assert view.better == pytest.approx(SECOND - FIRST)
    assert view.scores[0] == pytest.approx(1 - FIRST)


def test_the_axes_hold_the_intervals_a_run_ends_with():
    first, second = [0.55, 0.54, 0.41], [0.47, 0.53, 0.36]
    view = view_of(made_result(first, second), "score", 0.5)
    low, high = stats.t.interval(0.95, 2, 100 * np.mean(second), 100 * stats.sem(second))
    assert view.low < low
    assert view.high > high
    _, named = panels(made_result(first, second))
    reach = named["intervals"]["y"]["high"]
    gap = 100 * (np.array(second) - first)
    half = stats.t.ppf(0.975, 2) * gap.std(ddof=1) * np.sqrt(1 / 3 + 143 / 426)
    assert reach > abs(gap.mean() - half)


def test_the_corrected_half_width_never_falls_below_the_floor_of_its_moment():
    scores = np.concatenate([[0.95, 0.951, 0.949, 0.95], FIRST])  # a small spread first, a larger one later
    counts = np.arange(2, len(scores) + 1)
    spread = np.array([scores[:count].std(ddof=1) for count in counts])
    assert (judgement.half_width(spread, counts, 1 / 3) > judgement.floor(spread, 1 / 3)).all()


def test_means_and_half_widths_so_far_are_scipy_s():
    values = np.array([np.nan, *FIRST])
    mean, half, deviation = so_far(values, 0.0)
    assert np.isnan(mean[0])
    assert mean[-1] == pytest.approx(FIRST.mean())
    low, high = stats.t.interval(0.95, 19, FIRST.mean(), stats.sem(FIRST))
    assert half[-1] == pytest.approx((high - low) / 2)
    assert deviation[5] == pytest.approx(FIRST[:5].std(ddof=1))


def test_bins_hold_as_many_steps_each_and_every_score():
    edges = bins(100 * FIRST, 92, 98, 100 / 143)
    assert np.diff(edges) == pytest.approx(edges[1] - edges[0])
    steps = (edges[1] - edges[0]) * 1.43
    assert steps == pytest.approx(round(steps))
    counts = counts_so_far(100 * FIRST, edges)
    assert counts.sum(axis=1).tolist() == list(range(1, 21))
    assert counts[-1].tolist() == np.histogram(100 * FIRST, edges)[0].tolist()


def test_the_card_is_drawn_from_the_shipped_run():
    for dark in (False, True):
        drawn = CARDS["bootstrapping"](dark)
        assert drawn.count("<circle") == 100
        assert drawn.count("<polyline") == 2
