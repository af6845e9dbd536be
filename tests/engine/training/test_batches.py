import numpy as np

from engine.training import batches


def test_an_order_is_a_permutation_that_depends_on_seed_and_epoch_only():
    np.random.seed(5)  # noqa: NPY002 - the global state must not matter
    first = batches.order(3, 1, 100)
    np.random.seed(6)  # noqa: NPY002
    np.testing.assert_array_equal(batches.order(3, 1, 100), first)
    np.testing.assert_array_equal(np.sort(first), np.arange(100))
    orders = [tuple(batches.order(seed, epoch, 100)) for seed in range(3) for epoch in range(1, 5)]
    assert len(set(orders)) == 12


def test_the_last_batch_counts():
    assert [batches.steps(rows, 10) for rows in (1, 10, 11)] == [1, 1, 2]
