"""The networks: Z / (Z + 1) is a softmax over K + 1, and copies side by side say what each says alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

from engine.semi_supervised.experiment import Config
from engine.semi_supervised.network import EXTRA, FORMS, HEADS, STACKED, copy_weights, real_logit, side_by_side
from engine.semi_supervised.pictures import CLASSES
from engine.semi_supervised.training import lone

OUTPUTS = hnp.arrays(np.float32, (3, CLASSES), elements=st.floats(-20, 20, width=32))
TINY = Config(width=16, depth=2, latent=3)


@settings(deadline=None, max_examples=40)
@given(OUTPUTS)
def test_z_over_z_plus_one_is_a_softmax_whose_last_output_is_zero(outputs):
    real = special.expit(np.asarray(real_logit(outputs, STACKED), np.float64))
    with_zero = np.concatenate([outputs.astype(np.float64), np.zeros((3, 1))], axis=1)
    np.testing.assert_allclose(real, 1 - special.softmax(with_zero, axis=1)[:, -1], rtol=2e-5, atol=1e-12)
    z = np.exp(outputs.astype(np.float64)).sum(axis=1)
    np.testing.assert_allclose(real, z / (z + 1), rtol=2e-5, atol=1e-12)


@settings(deadline=None, max_examples=40)
@given(hnp.arrays(np.float32, (3, CLASSES + 1), elements=st.floats(-20, 20, width=32)))
def test_k_plus_one_outputs_are_one_softmax(outputs):
    real = special.expit(np.asarray(real_logit(outputs, EXTRA), np.float64))
    np.testing.assert_allclose(real, special.softmax(outputs.astype(np.float64), axis=1)[:, :-1].sum(1), rtol=1e-4)
    assert np.array_equal(np.asarray(real_logit(outputs, HEADS)), outputs[:, -1])


@pytest.mark.parametrize("form", FORMS)
def test_copies_side_by_side_say_what_each_says_alone(form):
    pairs = [lone(TINY.changed(form=form), 64, seed) for seed in (0, 7)]
    random = np.random.default_rng(0)
    x = random.standard_normal((5, 2, 64), np.float32)
    outputs, features = side_by_side([pair[0] for pair in pairs])(x)
    z = random.standard_normal((5, 2, 3), np.float32)
    together = side_by_side([pair[1] for pair in pairs])
    for training in (True, False):  # normalization by the batch, and by what it learned
        made = together(z, training=training)
        for place, (kept, maker) in enumerate(pairs):
            np.testing.assert_allclose(made[:, place], maker(z[:, place], training=training), atol=2e-6)
            said, hidden = kept(x[:, place])
            np.testing.assert_allclose(outputs[:, place], said, atol=2e-6)
            np.testing.assert_allclose(features[:, place], hidden, atol=2e-6)


def test_one_copy_comes_back_alone():
    pairs = [lone(TINY, 64, seed)[0] for seed in (0, 7)]
    alone = lone(TINY, 64, 3)[0]
    copy_weights(side_by_side(pairs), alone, 1, 2)
    for own, wanted in zip(alone.get_weights(), pairs[1].get_weights(), strict=True):
        assert np.array_equal(own, wanted)
