"""Which pictures are for what: parts are disjoint, labels are counted by class, more labels hold the fewer."""

import numpy as np
import pytest

from engine.semi_supervised.experiment import COUNTS
from engine.semi_supervised.pictures import CLASSES, DIGITS, FASHION, POOLS, chosen, pictures, spread_labels


def test_digits_are_cut_into_three_parts_without_a_row_twice():
    from sklearn.datasets import load_digits

    raw, y = load_digits(return_X_y=True)
    own = pictures(DIGITS)
    parts = [own.x, own.validation_x, own.test_x]
    assert [len(part) for part in parts] == [1200, 200, 397]
    both = np.concatenate(parts)
    kinds = np.concatenate([own.y, own.validation_y, own.test_y])
    # Each row of the file is there once, with its own class.
    ours = sorted(map(bytes, np.column_stack([np.round((both + 1) * 8), kinds]).astype(np.uint8)))
    assert ours == sorted(map(bytes, np.column_stack([raw, y]).astype(np.uint8)))


def test_clothes_are_averaged_and_tests_are_of_the_other_file():
    from engine.data import fashion

    own = pictures(FASHION)
    raw, kinds = fashion.items(fashion.TEST)
    assert (len(own.x), len(own.validation_x), len(own.test_x)) == (10_000, 2_000, 3_000)
    first = raw[0].astype(float)
    small = (first[0::2, 0::2] + first[1::2, 0::2] + first[0::2, 1::2] + first[1::2, 1::2]) / 4
    np.testing.assert_allclose(own.test_x[0], small.ravel() / 127.5 - 1, atol=1e-6)
    assert np.array_equal(own.test_y, kinds)


@pytest.mark.parametrize("name", [DIGITS, FASHION])
@pytest.mark.parametrize("labels", COUNTS)
def test_so_many_labels_of_each_class(name, labels):
    y = pictures(name).y
    kept, looked = chosen(y, labels, 1000, 3)
    assert np.array_equal(np.bincount(y[kept]), np.full(CLASSES, labels))
    assert len(set(kept)) == len(kept)
    assert len(set(looked)) == len(looked) == max(1000, CLASSES * labels)
    assert set(kept) <= set(looked)
    assert looked.max() < POOLS[name]


def test_more_labels_hold_the_fewer_and_seeds_differ():
    y = pictures(DIGITS).y
    few, many = (set(chosen(y, count, 100, 0)[0]) for count in (5, 25))
    assert few < many
    assert few != set(chosen(y, 5, 100, 1)[0])


def test_with_all_labels_known_spreading_is_near_its_nearest_neighbours():
    from sklearn.neighbors import KNeighborsClassifier

    own = pictures(DIGITS)
    everything = np.arange(len(own.y))
    neighbours = KNeighborsClassifier(7).fit(own.x, own.y).score(own.test_x, own.test_y)
    assert spread_labels(own, everything, everything) == pytest.approx(neighbours, abs=0.02)
