"""What a network sees in a picture: the maps that the perceptual distance compares.

What the learner should see: a network that knows things in photographs has its own idea of which differences matter.
It is EfficientNet-Lite0, which judges the faces, too. No enlarger was trained against it: what the adversarial ones
were held to is another network (`engine.super_resolution.perceptual`), so this one is an impartial judge.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from engine.faces import efficientnet

# At a half, a quarter, an eighth and a sixteenth of the size.
MAPS = ("stem_active", "block2_expand_active", "block4_expand_active", "block8_expand_active")
STEP = 32  # sides must be multiples of it


def feature_maps(picture: np.ndarray) -> list[np.ndarray]:
    """Return feature maps of a picture at its own size, each (rows, columns, channels); in the worker.

    Args:
        picture: uint8 (height, width, 3); it is continued at its borders by its mirror image where sides are no
            multiples of STEP.
    """
    height, width, _ = picture.shape
    around = np.pad(picture, ((0, -height % STEP), (0, -width % STEP), (0, 0)), mode="symmetric")
    prepared = ((around.astype(np.float32) - 127) / 128)[None]
    return [maps.numpy()[0] for maps in _compiled()(prepared)]


@cache
def _compiled() -> Any:
    import keras
    import tensorflow as tf

    model = efficientnet.build(None, efficientnet.weights())
    first = keras.Model(model.input, [model.get_layer(name).output for name in MAPS])
    signature = [tf.TensorSpec((1, None, None, 3), tf.float32)]
    return tf.function(lambda pixels: first(pixels), input_signature=signature)
