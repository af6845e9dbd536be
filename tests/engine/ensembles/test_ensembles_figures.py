"""The ensemble's board says what the result says: scores, weights, errors sorted, and rows that can be clicked."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
from ensemble_builders import made

from engine.ensembles.blend import combine
from engine.ensembles.members import MEMBERS
from engine.figures.ensembles import order, payload
from engine.figures.ensembles_looks import one_by_one, pairs
from engine.figures.ensembles_panels import GROUPS, _grouped, sorted_errors

KINDS = [0, 2, 3]


def array(packed):
    dtype = {"float32": "<f4", "int32": "<i4"}[packed.get("dtype", "float32")]
    return np.frombuffer(base64.b64decode(packed["base64"]), dtype).reshape(packed["shape"])


def panel(drawn, name):
    return next(one for one in drawn["panels"] if one["name"] == name)


def marks(drawn, name, kind):
    return [mark for mark in panel(drawn, name)["marks"] if mark["kind"] == kind]


@pytest.mark.parametrize("classes", KINDS)
@pytest.mark.parametrize("leak", [False, True])
def test_the_board_is_json_and_has_a_frame_a_split(classes, leak):
    result = made(members=4, classes=classes)
    drawn = payload(combine(result, result.members, 1.0, leak), "name")
    json.dumps(drawn, allow_nan=False)
    assert drawn["frames"] == 3
    assert [one["name"] for one in drawn["panels"]] == ["scores", "weights", "alike", "errors", "bagging"]
    assert all(one["alt"] for one in drawn["panels"])


def test_every_member_has_a_row_to_click_best_first():
    result = made(members=4)
    blended = combine(result, result.members[:2], 1.0, leak=False)
    rows = marks(payload(blended, ""), "scores", "rectangles")[0]
    assert rows["name"] == "member"
    means = blended.member_scores.mean(axis=0)
    assert list(np.diff(means[order(blended)]) <= 0) == [True] * 3
    for place, position in enumerate(order(blended)):
        assert rows["hover"][place].startswith(MEMBERS[result.members[position]].label)
        assert ("take it out" in rows["hover"][place]) == (position < 2)


@pytest.mark.parametrize("classes", KINDS)
def test_mean_scores_and_weights_are_those_of_the_blend(classes):
    result = made(members=3, classes=classes)
    blended = combine(result, result.members, 1.0, leak=False)
    drawn = payload(blended, "")
    means = array(next(mark for mark in marks(drawn, "scores", "points") if mark.get("hover"))["x"])
    scale = 100 if classes else 1
    assert means[0] == pytest.approx(scale * blended.honest.scores.mean(), rel=1e-5)
    assert means[-3:] == pytest.approx(scale * blended.member_scores.mean(axis=0)[order(blended)], rel=1e-5)
    bars = next(mark for mark in marks(drawn, "weights", "rectangles") if mark["name"] == "weight")
    assert array(bars["x1"]) == pytest.approx(blended.honest.weights.mean(axis=0), rel=1e-4)


@pytest.mark.parametrize("classes", KINDS)
def test_members_out_of_the_blend_are_dimmed_and_not_counted(classes):
    result = made(members=4, classes=classes)
    blended = combine(result, result.members[:2], 1.0, leak=False)
    drawn = payload(blended, "")
    maps = marks(drawn, "errors", "heat")
    assert [mark["strength"] for mark in maps[1:]] == [0.85, 0.3]
    inside, outside = (np.isfinite(array(mark["values"])).any(axis=(0, 2)) for mark in maps[1:])
    assert list(inside) == [position < 2 for position in order(blended)]
    assert list(outside) == [position >= 2 for position in order(blended)]
    said = str(marks(drawn, "alike", "texts"))
    assert "In the blend: " in said
    assert "Least: " not in said


def test_a_map_of_many_residuals_is_grouped_without_changing_their_mean():
    values = np.random.default_rng(0).normal(size=(2, 3, 96))
    assert _grouped(values).shape == (2, 3, GROUPS)
    assert _grouped(values).mean(axis=-1) == pytest.approx(values.mean(axis=-1))


def test_errors_are_sorted_and_only_rows_that_somebody_gets_wrong_are_left():
    result = made(members=3)
    blended = combine(result, result.members, 1.0, leak=False)
    for split, errors in enumerate(sorted_errors(blended, order(blended))):
        assert (np.diff(errors[1:].sum(axis=0)) <= 0).all()
        assert errors.any(axis=0).all()
        assert errors[0].sum() == blended.honest.wrong[split].sum()
        assert errors[1:].sum() == blended.errors[split].sum()


def test_a_single_member_without_a_bag_and_perfect_members_are_drawn():
    result = made(members=1, bag_mean=np.full((2, 3, 4), np.nan, np.float32))
    drawn = payload(combine(result, result.members, 1.0, leak=False), "")
    assert "Not trained yet." in str(panel(drawn, "bagging"))
    assert "One member" in str(panel(drawn, "alike"))
    perfect = made(members=2)
    perfect = replace(perfect, test=np.repeat(perfect.test_y[None, ..., None], 2, axis=0))
    json.dumps(payload(combine(perfect, perfect.members, 1.0, leak=False), ""), allow_nan=False)


@pytest.mark.parametrize("look", [pairs, one_by_one])
@pytest.mark.parametrize("classes", KINDS)
@pytest.mark.parametrize("members", [1, 4])
def test_closer_looks_have_a_sentence_for_who_cannot_see_them(look, classes, members):
    result = made(members=members, classes=classes)
    picture = look(combine(result, result.members, 1.0, leak=False), False)
    assert picture.alt
    assert "nan" not in picture.alt
