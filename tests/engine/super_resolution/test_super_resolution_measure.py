"""The measures against TensorFlow's own and hand algebra; the layers against Pillow and TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.super_resolution import measure, sources
from engine.super_resolution.layers import Bicubic, PixelsFromChannels
from engine.super_resolution.network import enlarger


def pictures(seed=0, shape=(40, 52, 3)):
    random = np.random.default_rng(seed)
    truth = random.integers(0, 256, shape).astype(np.uint8)
    noisy = np.clip(truth + random.normal(0, 12, shape), 0, 255).astype(np.uint8)
    return noisy, truth


def test_psnr_and_ssim_are_tensorflow_s():
    picture, truth = pictures()
    assert measure.psnr(picture, truth) == pytest.approx(float(tf.image.psnr(picture, truth, 255)), abs=1e-4)
    assert measure.ssim(picture, truth) == pytest.approx(float(tf.image.ssim(picture, truth, 255)), abs=1e-5)
    luma = [tf.image.rgb_to_yuv(one.astype(np.float32))[..., :1] for one in (picture, truth)]
    assert measure.psnr_luma(picture, truth) == pytest.approx(float(tf.image.psnr(*luma, 255)), abs=1e-3)


def test_equal_pictures_have_no_error():
    _, truth = pictures()
    assert measure.psnr(truth, truth) == float("inf")
    assert measure.ssim(truth, truth) == pytest.approx(1)
    assert measure.perceptual([truth], [truth]) == 0
    assert np.isnan(measure.ssim(truth[:8], truth[:8]))


def test_the_perceptual_distance_of_vectors_at_right_angles_is_two():
    one, other = np.zeros((2, 3, 4)), np.zeros((2, 3, 4))
    one[..., 0], other[..., 1] = 5, 0.1
    assert measure.perceptual([one], [other]) == pytest.approx(2, rel=1e-3)


def test_detail_that_is_the_truth_is_right_and_noise_is_invented():
    random = np.random.default_rng(1)
    plain = np.full((96, 96, 3), 120, np.uint8)
    truth = np.clip(plain + random.normal(0, 20, (96, 96, 1)), 0, 255).astype(np.uint8)
    half = ((plain.astype(int) + truth) // 2).astype(np.uint8)
    other = np.clip(plain + random.normal(0, 20, (96, 96, 1)), 0, 255).astype(np.uint8)
    assert measure.added_detail(plain, half, truth).invented < 0.01
    assert measure.added_detail(plain, other, truth).invented > 0.97
    mirrored = (2 * plain.astype(int) - half).astype(np.uint8)
    assert measure.added_detail(plain, mirrored, truth).invented == pytest.approx(1)
    unknown = measure.added_detail(plain, other, None)
    assert np.isnan(unknown.invented)
    assert unknown.strength.shape == (12, 12)
    assert unknown.strength.mean() == pytest.approx(20, rel=0.05)


@pytest.mark.parametrize("scale", [2, 4])
def test_bicubic_is_pillow_s_in_the_interior(scale):
    small = np.random.default_rng(2).random((14, 18)).astype(np.float32)
    pillow = np.asarray(Image.fromarray(small).resize((18 * scale, 14 * scale), Image.Resampling.BICUBIC))
    ours = Bicubic(scale)(np.repeat(small[None, ..., None], 3, axis=-1)).numpy()[0, ..., 0]
    inside = (slice(3 * scale, -3 * scale),) * 2
    assert np.abs(ours - pillow)[inside].max() < 2e-6


def test_pixels_from_channels_is_depth_to_space_in_another_order():
    channels = np.random.default_rng(3).random((2, 3, 4, 12)).astype(np.float32)
    reordered = channels.reshape(2, 3, 4, 3, 4).transpose(0, 1, 2, 4, 3).reshape(2, 3, 4, 12)
    expected = tf.nn.depth_to_space(reordered, 2).numpy()
    assert np.array_equal(PixelsFromChannels(2)(channels).numpy(), expected)


def test_an_untrained_enlarger_is_bicubic():
    small = np.random.default_rng(4).random((1, 9, 7, 3)).astype(np.float32)
    assert np.array_equal(enlarger(4)(small).numpy(), Bicubic(4)(small).numpy())


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(8, 1600), st.integers(8, 1600)),
    st.sampled_from([2, 4]),
    st.sampled_from(sources.MODES),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_the_part_used_lies_in_the_picture_and_is_not_too_large(size, scale, mode, across, down):
    left, top, right, bottom = sources.part(size, scale, mode, across, down)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    pixels = (right - left) * (bottom - top)
    if mode == sources.JUDGE:
        assert (right - left) % scale == (bottom - top) % scale == 0
        assert pixels <= sources.MOST_JUDGED
    else:
        assert pixels * scale**2 <= sources.MOST_ENLARGED + 1e-6


def test_a_packed_picture_comes_back_exactly():
    picture, _ = pictures(5)
    assert np.array_equal(sources.unpacked(sources.webp(picture)), picture)


def test_pieces_of_the_sheet_do_not_look_into_each_other():
    sheet = sources.sheet()
    assert sheet.shape == (192, 256, 3)
    changed = sheet.copy()
    changed[:, 64:] = 0
    small, other = (sources.smaller_pieces(one, 8, 64) for one in (sheet, changed))
    assert np.array_equal(small[:, :8], other[:, :8])
