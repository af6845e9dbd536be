"""The sparse demonstration: its data, its training against a lone plain one, and what it claims."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from engine.optimizers import sparse
from engine.optimizers.sparse import BATCH, Config, batches, documents
from engine.optimizers.sparse_training import effective_rates, train
from engine.runs.context import SilentContext


@pytest.fixture(scope="module")
def result():
    return sparse.run(Config(steps=800), SilentContext())


def test_words_follow_zipf_and_labels_the_meanings():
    bags, meanings, labels = documents(0)
    counts = bags.sum(axis=0)
    # A word of chance p per draw is in a document of 8 draws with chance 1 − (1 − p)⁸.
    chance = (1 / np.arange(1, 301)) / (1 / np.arange(1, 301)).sum()
    expected = 3000 * (1 - (1 - chance) ** 8)
    assert counts[0] == pytest.approx(expected[0], rel=0.05)
    assert counts[-100:].sum() == pytest.approx(expected[-100:].sum(), rel=0.1)
    assert set(np.unique(meanings)) == {-1.0, 1.0}
    agree = (bags @ meanings > 0) == (labels[0] > 0.5)
    assert agree.mean() > 0.7
    turned = (bags @ meanings > 0) == (labels[1] > 0.5)
    assert turned.mean() < 0.4


@pytest.mark.parametrize("name", sparse.OPTIMIZERS)
def test_every_seed_is_trained_as_it_would_be_alone(name):
    config = Config(steps=200)
    data = [documents(seed) for seed in (0, 1)]
    order = np.stack([batches(seed, 400) for seed in (0, 1)])
    for _, (weights, _rates) in zip(range(3), train(config, name, data, order, 25), strict=False):
        together = weights
    # Alone: a plain Dense layer in a compiled Keras model.
    bags, _, labels = data[1]
    model = keras.Sequential(
        [keras.Input((sparse.WORDS,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(sparse.keras_optimizer(config, name), keras.losses.BinaryCrossentropy(from_logits=True))
    for rows in order[1, :50]:
        model.train_on_batch(bags[rows], labels[0][rows, None])
    np.testing.assert_allclose(together[1], model.get_weights()[0][:, 0], atol=2e-4)


@pytest.mark.parametrize("name", ["sgd", "adagrad", "rmsprop"])
def test_effective_rate_times_gradient_is_the_step(name):
    config = Config()
    optimizer = sparse.keras_optimizer(config, name)
    weights = keras.Variable(np.zeros((2, 3), np.float32), name="kernel")
    optimizer.build([weights])
    gradient = np.array([[1.0, -0.1, 0.01], [2.0, 0.3, -0.5]], np.float32)
    for _ in range(3):
        before = weights.numpy()
        optimizer.apply([tf.constant(gradient)], [weights])
        rates = effective_rates(optimizer, config.rate_of(name), weights)
        np.testing.assert_allclose(weights.numpy() - before, -rates * gradient, rtol=1e-4, atol=1e-7)


def test_sgd_leaves_rare_words_behind_and_adagrad_catches_up(result):
    before = int(np.flatnonzero(result.step == result.changed_at)[0])
    at = result.optimizers.index
    # In every one of the five seeds, not on average only.
    sgd, adagrad = result.rare[at("sgd"), :, before], result.rare[at("adagrad"), :, before]
    assert (sgd < 0.35).all()
    assert (adagrad > sgd + 0.2).all()
    common = [result.frequent[at(name), :, before].mean() for name in ("sgd", "adagrad")]
    assert abs(common[0] - common[1]) < 0.15
    rates = result.rare_rate[at("adagrad"), :, before] / result.frequent_rate[at("adagrad"), :, before]
    assert (rates > 4).all()


def test_adagrads_rate_dies_while_the_others_recover(result):
    at = result.optimizers.index
    adagrad = result.frequent_rate[at("adagrad")][:, 1:]
    assert (np.diff(adagrad, axis=1) <= 1e-6).all()
    assert (adagrad[:, -1] < adagrad[:, 0] / 5).all()
    slow = sparse.half_learned(result, "adagrad", "frequent", after_change=True)
    for name in ("rmsprop", "adadelta"):
        quick = sparse.half_learned(result, name, "frequent", after_change=True)
        assert (2 * quick <= slow).all()
        later = result.frequent_rate[at(name)][:, -1]
        assert (later > 0.5 * result.frequent_rate[at(name)][:, 4]).all()


def test_story_says_these_numbers(result):
    sentences = sparse.story(result)
    before = int(np.flatnonzero(result.step == result.changed_at)[0])
    assert len(sentences) == 3
    mean = result.rare[0, :, before].mean()
    assert f"{mean:.3g} ± " in sentences[0]
    assert "A common word stands in 29 % of the documents" in sentences[0]
    assert "never rises again" in sentences[2]


def test_stop_keeps_what_was_computed():
    class Stopping(SilentContext):
        asked = 0

        def stop_requested(self):
            self.asked += 1
            return self.asked > 3

    stopped = sparse.run(Config(steps=200), Stopping())
    assert stopped.stopped
    assert np.isfinite(stopped.frequent[0, :, :4]).all()
    assert np.isnan(stopped.frequent[1]).all()
    assert len(sparse.story(stopped)) == 1


def test_batches_depend_on_the_seed_only():
    np.testing.assert_array_equal(batches(3, 10), batches(3, 10))
    assert batches(3, 10).shape == (10, BATCH)
    assert (batches(3, 10) != batches(4, 10)).any()
