"""What a network sees in a picture: the maps that the perceptual distance compares.

What the learner should see: a network that finds things in photographs has its own idea of which differences matter.
It is NanoDet's backbone, the detector of the page Detect. None of the enlargers was trained against it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from engine.detection import nanodet
from engine.detection.experiment import NANODET, weights

MAPS = ("leaky_0", "leaky_4", "leaky_10", "leaky_16")  # at a half, a quarter, an eighth and a sixteenth of the size
STEP = 32  # sides must be multiples of it


def feature_maps(picture: np.ndarray) -> list[np.ndarray]:
    """Return feature maps of a picture at its own size, each (rows, columns, channels); in the worker.

    Args:
        picture: uint8 (height, width, 3); it is continued at its borders by its mirror image where sides are no
            multiples of STEP.
    """
    height, width, _ = picture.shape
    around = np.pad(picture, ((0, -height % STEP), (0, -width % STEP), (0, 0)), mode="symmetric")
    prepared = ((around - nanodet.MEAN) / nanodet.SCALE)[None].astype(np.float32)
    return [maps.numpy()[0] for maps in _compiled()(prepared)]


@cache
def _compiled() -> Any:
    import keras
    import tensorflow as tf

    model = nanodet.build(None, weights(NANODET))  # type: ignore[arg-type] # any size: the backbone has no fixed side
    backbone = keras.Model(model.input, [model.get_layer(name).output for name in MAPS])
    signature = [tf.TensorSpec((1, None, None, 3), tf.float32)]
    return tf.function(lambda pixels: backbone(pixels), input_signature=signature)
