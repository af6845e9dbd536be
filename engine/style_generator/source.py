"""Makes pictures with the shipped generators: numbers to styles, styles to pictures; in workers only.

What the learner should see: the generator is two networks. Between them lies the style, and that is where one can
reach in: pull it to the average, give other layers another one, or walk from one to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from engine.style_generator import stored
from engine.style_generator.network import Shape, mapping, noise, synthesis, truncated

BATCH = 64  # pictures made by one call of the compiled network
NOISE_SEED = 0  # of the noise that all pictures share unless they are given their own


class Maker:
    """Mapping and synthesis, compiled once; the weights in them can be exchanged.

    Attributes:
        shape: Sizes of the networks.
        average: The average style, (style,).
    """

    def __init__(self) -> None:
        """Build both networks; `take` gives them weights."""
        import tensorflow as tf

        self.shape = Shape()
        self._mapping, self._synthesis = mapping(self.shape), synthesis(self.shape)
        self.average = np.zeros(self.shape.style, np.float32)
        self._noise = noise(self.shape, 1, NOISE_SEED)

        @tf.function(autograph=False, reduce_retracing=True)
        def make(styles: Any, *noises: Any) -> Any:
            values = (self._synthesis([styles, *noises], training=False) + 1) * 127.5
            return tf.cast(tf.round(tf.clip_by_value(values, 0, 255)), tf.uint8)

        sides = [tf.TensorSpec((None, side, side, 1), tf.float32) for side in self.shape.noises]
        self._make = make.get_concrete_function(
            tf.TensorSpec((None, self.shape.styles, self.shape.style), tf.float32), *sides
        )

    def take(self, weights: list[np.ndarray]) -> None:
        """Take weights as `Contest.generator_weights` gives them."""
        variables = [*self._mapping.trainable_variables, *self._synthesis.trainable_variables]
        for variable, weight in zip(variables, weights[:-1], strict=True):
            variable.assign(weight)
        self.average = np.asarray(weights[-1], np.float32)

    def styles(self, latents: np.ndarray) -> np.ndarray:
        """Return the styles w (n, style) of latents (n, latent)."""
        return np.asarray(self._mapping(latents, training=False))

    def spread(self, styles: np.ndarray, psi: float = 1.0) -> np.ndarray:
        """Return one style for every layer, (n, layers, style), pulled to the average: w̄ + ψ (w − w̄)."""
        pulled = truncated(styles, self.average, psi).astype(np.float32)
        return np.repeat(pulled[:, None], self.shape.styles, axis=1)

    def pictures(self, styles: np.ndarray, noises: list[np.ndarray] | None = None) -> np.ndarray:
        """Return pictures uint8 (n, side, side, channels).

        Args:
            styles: float32 (n, layers, style).
            noises: Of each layer float32 (n, side, side, 1); all pictures share one where there are none.
        """
        import tensorflow as tf

        parts = []
        for first in range(0, len(styles), BATCH):
            part = np.asarray(styles[first : first + BATCH], np.float32)
            own = noises if noises is not None else [np.repeat(one, len(part), axis=0) for one in self._noise]
            given = [one[first : first + BATCH] if noises is not None else one for one in own]
            parts.append(np.asarray(self._make(*map(tf.constant, (part, *given)))))
        return np.concatenate(parts)

    def scales(self, styles: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """Return for every modulated layer its name and the factors of its input channels, (n, channels), for w."""
        from engine.style_generator.layers import ModulatedConvolution

        layers = [layer for layer in self._synthesis.layers if isinstance(layer, ModulatedConvolution)]
        return [(layer.name, np.asarray(layer.affine(styles))) for layer in layers]

    def strengths(self) -> np.ndarray:
        """Return the learned strength of every layer's noise, float32 (noises,)."""
        from engine.style_generator.layers import ModulatedConvolution

        layers = [layer for layer in self._synthesis.layers if isinstance(layer, ModulatedConvolution)]
        return np.array([float(layer.strength) for layer in layers if not layer.colours], np.float32)


_building = threading.RLock()


@cache
def _shared() -> tuple[Maker, list[tuple[str, int]]]:
    return Maker(), []


@contextmanager
def borrowed(domain: str, moment: int) -> Iterator[Maker]:
    """Lend the one maker of this process, with a generator's weights in it, to one thread at a time.

    Args:
        domain: FACES or CARS.
        moment: As in `stored.generator`.
    """
    last = len(stored.steps(domain)) - 1
    which = (domain, last if moment < 0 else min(moment, last))
    with _building:
        maker, held = _shared()
        if held != [which]:
            maker.take(stored.generator(*which))
            held[:] = [which]
        yield maker
