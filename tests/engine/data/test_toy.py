import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from engine.data.features import inputs
from engine.data.toy import DATA_SETS, sample, split


@pytest.mark.parametrize("name", DATA_SETS)
def test_same_arguments_give_the_same_points_and_another_seed_gives_others(name):
    first, second = (sample(name, 120, 3, 0.1, 0.3, 7) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)
    np.testing.assert_array_equal(first.target, second.target)
    np.testing.assert_array_equal(first.validation, second.validation)
    assert not np.array_equal(first.points, sample(name, 120, 3, 0.1, 0.3, 8).points)


@pytest.mark.parametrize("name", DATA_SETS)
@pytest.mark.parametrize("count", [20, 401])
def test_shapes_types_and_window(name, count):
    drawn = sample(name, count, 2, 0.0, 0.5, 0)
    assert drawn.points.shape == (count, 2)
    assert drawn.points.dtype == drawn.target.dtype == np.float32
    assert drawn.target.shape == drawn.validation.shape == (count,)
    assert np.abs(drawn.points).max() <= 6


@pytest.mark.parametrize("name", ["circles", "xor", "moons", "blobs", "spirals"])
def test_without_noise_the_two_classes_are_equally_many(name):
    counts = np.bincount(sample(name, 400, 2, 0.0, 0.5, 3).target.astype(int))
    assert counts.tolist() == [200, 200]


@pytest.mark.parametrize("name", ["blobs", "spirals"])
@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_class_count_is_followed_and_balanced(name, classes):
    drawn = sample(name, 301, classes, 0.1, 0.2, 1)
    counts = np.bincount(drawn.target.astype(int))
    assert drawn.classes == len(counts) == len(drawn.class_names) == classes
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", ["circles", "xor", "moons", "plane", "gaussians"])
def test_fixed_data_sets_ignore_the_class_count(name):
    assert sample(name, 100, 5, 0.0, 0.5, 0).classes == (2 if DATA_SETS[name].task == "classification" else 1)


def test_spirals_and_circles_defeat_a_line_but_not_their_neighbours():
    for name in ("spirals", "circles", "xor"):
        drawn = sample(name, 600, 2, 0.0, 0.5, 0)
        held = drawn.validation
        line = LogisticRegression().fit(drawn.points[~held], drawn.target[~held])
        near = KNeighborsClassifier(1).fit(drawn.points[~held], drawn.target[~held])
        assert line.score(drawn.points[held], drawn.target[held]) < 0.7
        assert near.score(drawn.points[held], drawn.target[held]) > 0.95


def test_circles_and_xor_are_straight_lines_in_the_right_features():
    for name, features in (("circles", ("x2", "y2")), ("xor", ("xy",))):
        drawn = sample(name, 400, 2, 0.0, 0.5, 0)
        x = inputs(drawn.points, features)
        assert LogisticRegression(C=1e4).fit(x, drawn.target).score(x, drawn.target) == 1.0


def test_moons_are_those_of_scikit_learn_three_times_as_large():
    drawn = sample("moons", 300, 2, 0.0, 0.5, 0)
    reference, label = make_moons(4000, shuffle=False)
    reference = 3 * (reference - [0.5, 0.25])
    for each in (0, 1):
        ours = drawn.points[drawn.target == each].astype(float)
        distance = np.linalg.norm(ours[:, None] - reference[None, label == each], axis=2).min(axis=1)
        assert distance.max() < 0.01


def test_blobs_have_the_stated_variance():
    drawn = sample("blobs", 2000, 2, 0.3, 0.5, 5)
    ours = drawn.points[drawn.target == 0]
    np.testing.assert_allclose(ours.mean(axis=0), [2, 2], atol=0.2)
    np.testing.assert_allclose(ours.var(axis=0), 0.5 + 7 * 0.3, rtol=0.15)


def test_plane_is_linear_and_gaussians_are_one_at_their_centres():
    drawn = sample("plane", 200, 2, 0.0, 0.5, 0)
    np.testing.assert_allclose(drawn.target, drawn.points.sum(axis=1) / 10, atol=1e-6)
    drawn = sample("gaussians", 2000, 2, 0.0, 0.5, 0)
    near = np.linalg.norm(drawn.points - [0, 2.5], axis=1)
    np.testing.assert_allclose(drawn.target[near < 1], near[near < 1] / 2 - 1, atol=1e-5)
    assert drawn.target[np.abs(drawn.points[:, 1]) < 0.4].tolist().count(0.0) > 0


def test_noise_moves_labels_across_the_boundary():
    clean, noisy = (sample("xor", 1000, 2, noise, 0.5, 2) for noise in (0.0, 0.4))
    assert np.mean((clean.points.prod(axis=1) >= 0) == clean.target) == 1.0
    assert 0.6 < np.mean((noisy.points.prod(axis=1) >= 0) == noisy.target) < 0.95


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_split_holds_back_the_share_of_every_class(share):
    drawn = sample("blobs", 200, 4, 0.1, share, 0)
    for label in range(4):
        assert drawn.validation[drawn.target == label].sum() == round(share * 50)


def test_split_leaves_something_on_both_sides():
    generator = np.random.default_rng(0)
    held = split(np.array([0, 0, 1, 1]), True, 0.9, generator)
    assert held.sum() == 2
    assert set(np.array([0, 0, 1, 1])[~held]) == {0, 1}
