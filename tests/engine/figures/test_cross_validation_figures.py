"""The board of a cross-validation: who is held out is drawn as it is, scores stand in their folds' rows."""

import base64
import json

import numpy as np
import pytest

from engine.cross_validation import scenes
from engine.cross_validation.experiment import Config, partial
from engine.cross_validation.scores import fold_scores, summaries, ways
from engine.cross_validation.setup import prepared
from engine.cross_validation.splits import splits
from engine.figures.cards_cross_validation import cross_validation_card
from engine.figures.cross_validation import View, board, chosen_fold
from engine.figures.cross_validation_folds import ORDERS, cells, columns_in_order, shades
from engine.figures.odd_digits import digit_image
from engine.runs.store import store


def stored(config=None):
    return store().find(config or Config()).result


def unpack(packed):
    kind = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(packed["base64"]), kind).reshape(packed["shape"])


def panels(payload):
    return {panel["name"]: panel for panel in payload["panels"]}


def marks(panel, kind):
    return [mark for mark in panel["marks"] if mark["kind"] == kind]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("config", [scenes.FIVE_FOLDS, scenes.SORTED, scenes.WRITERS_APART])
def test_every_cell_says_whether_its_row_is_held_out(config, order):
    result = stored(config)
    places = columns_in_order(result, 0, order)
    assert sorted(places) == list(range(len(result.y)))
    index, shade = cells(result, 0, places), shades(result)[0]
    classes = len(result.class_names)
    for fold, split in enumerate(splits(config, prepared(config).table)[: result.folds]):
        held = np.isin(places, split.test)
        assert np.array_equal(index[fold] >= classes, held)
        assert np.array_equal(index[fold] % classes, shade[places])


def test_by_time_later_rows_are_not_used():
    config = Config(dataset="wine", splitter="time", folds=4, repeats=1)
    table = prepared(config).table
    count = 4
    series = {name: np.ones((2, count), dtype=np.float32) for name in ("loss", "validation_loss", "validation_metric")}
    result = partial(config, series)
    index = cells(result, 0, columns_in_order(result, 0, ORDERS[0]))
    for fold, split in enumerate(splits(config, table)):
        assert np.array_equal(np.flatnonzero(index[fold] == -1), np.arange(split.test.max() + 1, len(table.y)))


def test_scores_stand_in_the_rows_of_their_folds():
    result = stored()
    found = panels(board(result, View()))
    points = next(mark for mark in marks(found["scores"], "points") if mark["name"] == "scores")
    assert unpack(points["x"]) == pytest.approx(100 * fold_scores(result)[0], abs=1e-4)
    assert unpack(points["y"]).tolist() == [0, 1, 2, 3, 4]
    assert {(panel["y"]["low"], panel["y"]["high"]) for name, panel in found.items() if name in (
        "folds", "scores", "balance"
    )} == {(4.5, -0.5)}  # fmt: skip
    ends = [mark for mark in marks(found["scores"], "rule") if mark["to"] is not None and mark["axis"] == "x"]
    assert len(ends) == 2
    means = marks(found["ways"], "points")[-1]
    assert unpack(means["x"])[1:] == pytest.approx(100 * ways(result).mean(axis=0), abs=1e-4)


def test_blocks_count_the_rows_held_out():
    result = stored(scenes.SORTED)
    blocks = marks(panels(board(result, View()))["folds"], "rectangles")[0]
    assert (unpack(blocks["x1"]) - unpack(blocks["x0"])).sum() == len(result.y)
    assert "47" in blocks["labels"]


def test_a_leak_is_drawn_as_strongly_as_the_truth():
    result = stored(scenes.LEAK)
    found = panels(board(result, View()))
    means = {mark["label"]: mark for mark in marks(found["scores"], "rule") if mark["axis"] == "x" and mark["label"]}
    assert list(means) == ["with leak 64.4 %", "without 31.6 %"]
    for mark, leaky in zip(means.values(), (True, False), strict=True):
        assert mark["at"] == pytest.approx(100 * summaries(result, leaky=leaky)[0].mean)
        assert mark["opacity"] == 1
        assert mark["style"]["dash"] == []
    large = [mark for mark in marks(found["scores"], "points") if mark["size"] == 5.5]
    assert unpack(large[0]["x"]) == pytest.approx(100 * fold_scores(result, leaky=True)[0], abs=1e-4)
    assert [text for _, text in found["ways"]["y"]["ticks"]][:2] == ["folds, with the leak", "folds, without it"]
    assert [mark["label"] for mark in marks(found["ways"], "rule")][:2] == ["64.4 %", "31.6 %"]


def test_rows_of_a_rare_class_are_counted_at_the_end_of_each_row():
    result = stored(scenes.RARE)
    found = panels(board(result, View()))
    ends = [mark["label"] for mark in marks(found["balance"], "rule") if mark["axis"] == "y" and mark["label"]]
    held = [result.y[result.fold[0] == fold] == 0 for fold in range(10)]
    assert ends == [f"{part.sum()} of {len(part)}" for part in held]
    assert sum(text.startswith("0 ") for text in ends) == 2
    # Counts of the benign ones alone would be taken for the others.
    assert not any(marks(found["folds"], "rectangles")[0]["labels"])


def test_the_text_at_a_row_s_end_comes_with_its_fold():
    found = panels(board(stored(), View()))
    ends = [mark for mark in marks(found["scores"], "rule") if mark["framed"]]
    assert [mark["label"] for mark in ends] == ["97.8 %", "95.6 %", "96.7 %", "97.8 %", "100.0 %"]
    assert np.isfinite(unpack(ends[3]["at"])).tolist() == [False, False, False, True, True]


def test_sorted_by_group_each_writer_lies_together():
    result = stored(scenes.WRITERS)
    places = columns_in_order(result, 0, "by group")
    assert (np.diff(result.groups[places]) >= 0).all()
    found = panels(board(result, View(order="by group")))["folds"]
    assert [text for _, text in found["x"]["ticks"]] == [str(number + 1) for number in np.unique(result.groups)]
    mixed, apart = (
        [len(np.unique(each.groups[each.fold[0] == fold])) for fold in range(5)]
        for each in (result, stored(scenes.WRITERS_APART))
    )
    assert mixed == [10] * 5
    assert sum(apart) == 10
    assert panels(board(stored(), View(order="by group")))["folds"]["x"]["label"] == "455 rows, by fold"


def test_neighbours_lend_the_folds_names_on_a_phone_and_no_accuracy_is_above_100():
    for config in scenes.shipped():
        found = panels(board(stored(config), View()))
        assert found["folds"]["y"]["ticks"]
        for name in ("scores", "balance"):
            assert name not in found or found[name]["y"]["ticks"] == []
        for name in ("scores", "ways"):
            axis = found[name]["x"]
            assert axis["high"] <= 100 + 0.04 * (100 - axis["low"])


def test_captions_are_short_enough_for_a_phone():
    for config in scenes.shipped():
        for panel in board(stored(config), View())["panels"]:
            assert len(panel["title"]) + len(panel["note"]) <= 55


def test_a_view_changes_what_is_looked_at():
    result = stored()
    assert chosen_fold(result, View(fold=2)) == 2
    assert chosen_fold(result, View(fold=99)) == chosen_fold(result, View())
    second = panels(board(result, View(repeat=1, metric="F1")))
    points = next(mark for mark in marks(second["scores"], "points") if mark["name"] == "scores")
    assert unpack(points["x"]) == pytest.approx(100 * fold_scores(result, "F1")[1], abs=1e-4)
    assert second["scores"]["x"]["label"].startswith("F1, %")


@pytest.mark.parametrize("config", scenes.shipped())
def test_every_shipped_run_has_a_picture_with_words(config):
    payload = board(stored(config), View())
    assert len(json.dumps(payload, allow_nan=False)) < 120_000
    for panel in payload["panels"]:
        assert panel["alt"]
        assert len(panel["title"].split()) <= 5


@pytest.mark.parametrize(
    "config",
    [
        Config(dataset="diabetes", splitter="plain", repeats=2),
        Config(dataset="wine", splitter="leave-one-out"),
        Config(dataset="wine", leak="scaling", folds=20, splitter="plain", repeats=1),
    ],
)
def test_a_run_under_way_is_drawn_from_its_first_epoch(config):
    count = len(splits(config, prepared(config).table))
    first = np.random.default_rng(0).random((1, count)).astype(np.float32)
    result = partial(config, {"loss": first, "validation_loss": first, "validation_metric": first})
    payload = board(result, View(), running=True)
    json.dumps(payload, allow_nan=False)
    assert payload["running"]
    assert payload["frames"] == result.folds


def test_digits_are_ink_on_paper():
    image = digit_image(np.r_[np.zeros(32), np.full(32, 16.0)], dark=False)
    assert image.shape == (96, 96, 3)
    assert image[0, 0].min() > 230 > 40 > image[-1, -1].max()


@pytest.mark.parametrize("dark", [False, True])
def test_the_card_is_drawn_from_the_shipped_run(dark):
    drawn = cross_validation_card(dark)
    assert drawn.count("<circle") == 5
    assert drawn.count("<rect") > 25
