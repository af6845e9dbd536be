"""One step for both networks, against the same written plainly; batches, going on, and the command's clockwork."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from engine.faces import build
from engine.faces.network import FULL, LATENT, discriminator, generator
from engine.faces.training import HOLE, SHIFT, Settings, Trainer, augmented, batches, precision

PICTURES = np.random.default_rng(0).integers(0, 256, (12, 64, 64, 1)).astype(np.uint8)


def plainly_augmented(pictures, shifts, holes):
    """The same with loops."""
    found = np.zeros_like(pictures)
    for number, picture in enumerate(pictures):
        for row in range(64):
            for column in range(64):
                r, c = row + shifts[number][0], column + shifts[number][1]
                holed = abs(row - holes[number][0]) < HOLE // 2 and abs(column - holes[number][1]) < HOLE // 2
                if 0 <= r < 64 and 0 <= c < 64 and not holed:
                    found[number, row, column] = picture[r, c]
    return found


def test_augmentation_moves_by_whole_pixels_and_cuts_a_square():
    random = np.random.default_rng(1)
    pictures = random.uniform(-1, 1, (3, 64, 64, 2)).astype(np.float32)
    shifts, holes = np.array([[0, 0], [-8, 5], [3, -7]], np.int32), np.array([[64, 64], [20, 40], [0, 3]], np.int32)
    found = np.asarray(augmented(tf.constant(pictures), tf.constant(shifts), tf.constant(holes)))
    np.testing.assert_allclose(found, plainly_augmented(pictures, shifts, holes), atol=1e-4)


def test_a_step_is_the_plain_step():
    """Losses, both networks and the average after one step with R1, against the same written out eagerly."""
    settings = Settings(batch_size=6, penalty=2.0, penalty_every=16, learning_rate=1e-3)
    trainer = Trainer(1, 3, settings, precise=FULL)
    losses = trainer.step(PICTURES[:6])

    import keras

    own, judge = generator(1, 3), discriminator(1, 3)
    random = np.random.default_rng(4)
    latents = random.standard_normal((6, LATENT), np.float32)
    shifts, holes = random.integers(-SHIFT, SHIFT + 1, (2, 6, 2)), random.integers(0, 65, (2, 6, 2))
    real = tf.constant(PICTURES[:6].astype(np.float32) / 127.5 - 1)
    # Compiled, as in the step: else pixels at the edge differ in the last digit, and some fall outside.
    seen = tf.function(augmented, autograph=False)
    moves = [tf.constant(np.concatenate([shifts[part], holes[part]], axis=1), tf.int32) for part in (0, 1)]
    real = seen(real, moves[0][:, :2], moves[0][:, 2:])
    before = own.get_weights()
    optimizers = [keras.optimizers.Adam(1e-3, 0.0, 0.99) for _ in range(2)]
    with tf.GradientTape() as judging:
        fake = seen(own(latents, training=True), moves[1][:, :2], moves[1][:, 2:])
        with tf.GradientTape() as slope:
            slope.watch(real)
            says = judge(real)
        steep = tf.reduce_sum(slope.gradient(says, real) ** 2, axis=(1, 2, 3))
        loss = tf.reduce_mean(-tf.math.log_sigmoid(says)) - tf.reduce_mean(tf.math.log_sigmoid(-judge(fake)))
        whole = loss + 2.0 / 2 * 16 * tf.reduce_mean(steep)
    of_judge = judging.gradient(whole, judge.trainable_variables)
    own.set_weights(before)  # the forward pass above moved the running means
    with tf.GradientTape() as making:
        fake = seen(own(latents, training=True), moves[1][:, :2], moves[1][:, 2:])
        fooled = tf.reduce_mean(-tf.math.log_sigmoid(judge(fake)))
    of_own = making.gradient(fooled, own.trainable_variables)
    assert losses[:2] == pytest.approx([float(fooled), float(loss)], rel=1e-3)
    # The first step of Adam without momentum goes by the gradient's sign: kernels must agree nearly everywhere.
    for optimizer, model, gradients, found in zip(
        optimizers, (own, judge), (of_own, of_judge), (trainer.generator, trainer.discriminator), strict=True
    ):
        optimizer.apply(gradients, model.trainable_variables)
        for wanted, variable in zip(model.trainable_variables, found.trainable_variables, strict=True):
            assert np.mean(np.abs(np.asarray(wanted) - np.asarray(variable)) > 2e-4) < 0.02
    stay = 0.1
    for mean, old, new in zip(trainer.average.get_weights(), before, trainer.generator.get_weights(), strict=True):
        np.testing.assert_allclose(mean, stay * old + (1 - stay) * new, rtol=1e-4, atol=1e-5)


def test_training_goes_on_where_its_state_was_taken():
    settings = Settings(batch_size=2, penalty=0)
    first = Trainer(1, 0, settings)
    first.step(PICTURES[:2])
    second = Trainer(1, 7, settings)
    second.restore(first.state(), first.steps)
    for one, two in zip(first.state(), second.state(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert second.steps == 1
    third = Trainer(1, 9, settings, first.average.get_weights(), first.discriminator.get_weights())
    np.testing.assert_array_equal(third.average.get_weights()[0], first.average.get_weights()[0])


def test_batches_show_every_picture_once_before_any_again():
    pictures = np.arange(12, dtype=np.uint8)[:, None, None, None] * np.ones((1, 64, 64, 1), np.uint8)
    feed = batches(pictures, Settings(batch_size=4), 0)
    for _ in range(2):
        assert sorted(np.concatenate([next(feed)[:, 0, 0, 0] for _ in range(3)])) == list(range(12))
    lop_sided = np.zeros((4, 64, 64, 1), np.uint8)
    lop_sided[:, :, :10] = 255
    batch = np.concatenate([next(batches(lop_sided, Settings(batch_size=4, mirror=True), seed)) for seed in range(8)])
    assert 0.2 < (batch[:, 0, 0, 0] == 255).mean() < 0.8


def test_precision_is_one_of_two():
    assert precision() in ("float32", "mixed_bfloat16")


def test_moments_lie_closer_at_the_beginning():
    steps = [step for step in range(40_000) if build.is_moment(step)]
    assert steps[:5] == [0, 25, 50, 100, 150]
    assert len(steps) >= 30
    ratios = np.array(steps[6:]) / np.array(steps[5:-1])
    assert ratios.min() > 1.17
    assert ratios.max() < 1.21


def test_the_learning_rate_is_level_then_falls_to_a_twentieth():
    assert build.rate(1.0, 0.0) == build.rate(1.0, 0.5) == 1
    assert build.rate(1.0, 0.75) == pytest.approx(0.525)
    assert build.rate(1.0, 1.0) == pytest.approx(0.05)


def test_a_killed_training_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "training_pictures", lambda kind: np.repeat(PICTURES, 2, axis=0))
    clock = iter(np.arange(0, 100, 0.25))  # seconds: what the steps take here has no part in the test
    monkeypatch.setattr(build.time, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(build, "settings_of", lambda kind: Settings(batch_size=2, mirror=True, penalty=0))
    build.train("portraits", 2 / 60, 0, tmp_path)
    with np.load(tmp_path / "state.npz") as state:
        steps = int(state["steps"])
    assert steps >= 1
    build.train("portraits", 4 / 60, 0, tmp_path)
    assert f"from step {steps}" in capsys.readouterr().out
    with np.load(tmp_path / "state.npz") as state:
        assert int(state["steps"]) > steps
    with np.load(tmp_path / "moment-0000000.npz") as moment:
        np.testing.assert_array_equal(moment["g0"], generator(1, 0).get_weights()[0])
    assert (tmp_path / "about.json").exists()
