"""The shipped networks beat bicubic interpolation on pictures that no network was trained on."""

import numpy as np
import pytest

from engine.faces.drawing import draw
from engine.super_resolution import survey
from engine.super_resolution.experiment import compiled, losses, pair, scales
from engine.super_resolution.measure import psnr
from engine.super_resolution.network import PIXEL
from engine.super_resolution.sources import FACE_SCALE, FACES, smaller

LEAST = {2: 1.0, 4: 1.0}  # decibels of PSNR, mean over the shipped photographs
LEAST_ON_FACES = 1.5


def enlarged(scale, loss, small):
    values = compiled(scale, loss)(small[None].astype(np.float32) / 255).numpy()[0]
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("scale", scales())
def test_the_pixel_loss_beats_bicubic_on_photographs_kept_out_of_training(scale):
    gains = []
    for config in survey.configs(scale):
        small, truth = pair(config)
        bicubic, made = (psnr(enlarged(scale, loss, small), truth) for loss in (None, PIXEL))
        gains.append(made - bicubic)
    assert min(gains) > 0
    assert np.mean(gains) >= LEAST[scale]


@pytest.mark.skipif(not losses(FACE_SCALE), reason="the network for faces is not among the assets")
def test_the_network_for_faces_beats_bicubic_on_fresh_faces():
    gains = []
    for face in draw(40, 4711).pictures:
        small = smaller(face, FACE_SCALE)
        bicubic, made = (psnr(enlarged(FACE_SCALE, loss, small), face) for loss in (None, FACES))
        gains.append(made - bicubic)
    assert np.mean(gains) >= LEAST_ON_FACES
