"""The networks' sizes, truncation and mixing by hand, a training that resumes exactly, and augmentation."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from engine.style_generator.augment import augmented
from engine.style_generator.network import Shape, discriminator, mapping, mixed, noise, synthesis, truncated
from engine.style_generator.training import Contest, Rules

TINY = Shape(latent=6, style=5, mapping=2, widths=(8, 6, 4))
RNG = np.random.default_rng(2)


def test_sizes_of_the_networks() -> None:
    assert TINY.sizes == (4, 8, 16)
    assert TINY.styles == 6
    assert TINY.noises == (4, 8, 8, 16, 16)
    assert mapping(TINY).count_params() == 6 * 5 + 5 + 5 * 5 + 5
    styles = RNG.standard_normal((3, 6, 5)).astype(np.float32)
    pictures = np.asarray(synthesis(TINY)([styles, *noise(TINY, 3, 0)]))
    assert pictures.shape == (3, 16, 16, 3)
    assert np.asarray(discriminator(TINY)(pictures)).shape == (3, 1)


def test_a_layer_listens_to_its_own_style_only() -> None:
    network, silent = synthesis(TINY, seed=1), [np.zeros_like(one) for one in noise(TINY, 1, 0)]
    styles = RNG.standard_normal((1, 6, 5)).astype(np.float32)
    before = np.asarray(network([styles, *silent]))
    changed = styles.copy()
    changed[:, 5] += 1  # the last layer of colours: nothing can change that its own colours do not
    difference = np.asarray(network([changed, *silent])) - before
    assert np.abs(difference).max() > 1e-4
    last = network.get_layer("b16_torgb")
    assert np.linalg.matrix_rank(difference.reshape(-1, 3), tol=1e-4) <= last.filters


def test_truncation_and_mixing_by_hand() -> None:
    average = np.array([1.0, 1.0])
    np.testing.assert_allclose(truncated(np.array([[3.0, -1.0]]), average, 0.5), [[2.0, 0.0]])
    both = mixed(np.zeros((1, 2)), np.ones((1, 2)), 1, 3, 4)
    np.testing.assert_allclose(both[0, :, 0], [0, 1, 1, 0])


def test_a_training_goes_on_as_if_there_had_been_no_pause() -> None:
    rules = Rules(batch=4, mixing=0.9)
    pictures = RNG.integers(0, 255, (4, 16, 16, 3), dtype=np.uint8)
    whole = Contest(TINY, rules, seed=3)
    first = [whole.step(pictures) for _ in range(18)]  # past the second penalized step
    resumed = Contest(TINY, rules, seed=3)
    [resumed.step(pictures) for _ in range(9)]
    again = Contest(TINY, rules, seed=3)
    again.restore(resumed.state())
    second = [again.step(pictures) for _ in range(9)]
    np.testing.assert_allclose(second, first[9:], rtol=1e-4, atol=1e-5)
    for one, other in zip(again.generator_weights(), whole.generator_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_the_share_of_augmented_pictures_follows_how_sure_the_judge_is() -> None:
    contest = Contest(TINY, Rules(batch=4, adapting=160, rate=0.01), seed=0)
    pictures = np.full((4, 16, 16, 3), 250, np.uint8)  # nothing is easier to tell from noise
    for _ in range(40):
        contest.step(pictures)
    assert contest.share > 0


def test_augmentation_of_no_pictures_and_of_all() -> None:
    pictures = RNG.uniform(-1, 1, (5, 16, 16, 3)).astype(np.float32)
    seed = tf.constant((1, 2))
    np.testing.assert_allclose(augmented(pictures, 0.0, seed), pictures, atol=1e-6)
    touched = np.asarray(augmented(pictures, 1.0, seed))
    assert (np.abs(touched - pictures).max(axis=(1, 2, 3)) > 0.05).all()
    hidden = (touched == 0).all(axis=3).mean(axis=(1, 2))
    assert ((hidden >= 0.06) & (hidden <= 0.26)).all()  # half the side: from a quarter of the square to all of it


@pytest.mark.parametrize("name", ["mapping", "synthesis", "discriminator"])
def test_the_networks_survive_a_keras_file(name: str, tmp_path: object) -> None:
    import keras

    model = {"mapping": mapping, "synthesis": synthesis, "discriminator": discriminator}[name](TINY, 4)
    path = f"{tmp_path}/model.keras"
    model.save(path)
    again = keras.saving.load_model(path)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
