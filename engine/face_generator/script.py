"""The runnable script of exactly these settings: generator, numbers and, if it trains, the contest, in plain Keras.

What the learner should see: a generator is a dozen layers; the contest is one page.
"""

from __future__ import annotations

import io

import numpy as np

from engine.face_generator import source
from engine.face_generator.experiment import COLUMNS, FACES, LAST, ROWS, Config
from engine.face_generator.live import CHUNK
from engine.face_generator.noise import CONSTANT, LENGTH, NORMAL, ONE_HOT, POSITIVE, UNIFORM, WIDE, WIDER
from engine.faces.network import CHANNELS, DISCRIMINATOR_WIDTHS, GENERATOR_WIDTHS, LATENT, MOMENTUM, SLOPE
from engine.faces.training import HOLE, SHIFT, SIDE, Settings

WEIGHTS_FILE, REAL_FILE = "weights.npz", "real.npz"

_NOISES = {
    NORMAL: "z = normal",
    WIDE: f"z = {WIDER:g} * normal",
    UNIFORM: "z = np.sqrt(np.float32(3)) * (2 * random.random((FACES, LATENT), np.float32) - 1)",
    POSITIVE: "z = random.random((FACES, LATENT), np.float32)",
    CONSTANT: "z = np.repeat(normal[:, :1], LATENT, axis=1)",
    ONE_HOT: f"z = np.eye(LATENT, dtype=np.float32)[np.arange(FACES) % LATENT] * np.float32({LENGTH:g})",
}

_OPENING = '''"""{title}. Needs {files} beside it, from the page's downloads.
Needs NumPy, Pillow and Keras with TensorFlow.
"""
import keras
import numpy as np{tensorflow}
from keras import layers
from PIL import Image

LATENT, CHANNELS, FACES, PSI = {latent}, {channels}, {faces}, {truncation}


def generator():
    """64 numbers become 4 x 4 places; every step doubles the side."""
    latent = keras.Input((LATENT,))
    x = layers.Dense(4 * 4 * {first}, use_bias=False)(latent)
    x = layers.ReLU()(layers.BatchNormalization(momentum={momentum})(layers.Reshape((4, 4, {first}))(x)))
    for width in {widths}:
        x = layers.Conv2DTranspose(width, 4, 2, "same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum={momentum})(x))
    return keras.Model(latent, layers.Conv2D(CHANNELS, 3, 1, "same", activation="tanh")(x))


def with_weights(model, flat):
    """Fill a model from one long row of numbers."""
    ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.weights])[:-1]
    parts = np.split(flat.astype("float32"), ends)
    model.set_weights([part.reshape(weight.shape) for part, weight in zip(parts, model.weights)])
    return model


def pictures(model, z):
    values = model.predict(z, verbose=0)
    return np.clip(np.rint((values + 1) * 127.5), 0, 255).astype(np.uint8)


stored = np.load("{weights}")
model = with_weights(generator(), stored["generator"])
random = np.random.default_rng([{seed}, 64])
normal = random.standard_normal((FACES, LATENT), np.float32)
{noise}
z = (PSI * z).astype(np.float32)'''

_TRAINING = '''def discriminator():
    """The same way back, to one number: above 0 says "real"."""
    picture = keras.Input((64, 64, CHANNELS))
    x = picture
    for width in {judge_widths}:
        x = layers.LeakyReLU({slope})(layers.Conv2D(width, 4, 2, "same")(x))
    # How much the pictures of this batch differ, as one more channel.
    spread = keras.ops.sqrt(keras.ops.var(x, axis=0, keepdims=True) + 1e-6)
    spread = keras.ops.mean(spread, axis=(1, 2, 3), keepdims=True)
    x = keras.ops.concatenate([x, keras.ops.zeros_like(x[..., :1]) + spread], axis=-1)
    return keras.Model(picture, layers.Dense(1)(layers.Flatten()(x)))


def augmented(x, shifts, holes):
    """Move pictures by whole pixels and blank a square: both networks see everything through this."""
    offset = tf.cast(shifts, tf.float32) / {last_pixel}
    moved = tf.image.crop_and_resize(x, tf.concat([offset, offset + 1], 1), tf.range(len(x)), (64, 64))
    inside = tf.abs(tf.range(64)[None, None] - holes[:, :, None]) < {half_hole}
    hole = tf.logical_and(inside[:, 0, :, None], inside[:, 1, None, :])
    return moved * tf.cast(tf.logical_not(hole), tf.float32)[..., None]


judge = with_weights(discriminator(), stored["discriminator"])
average = keras.models.clone_model(model)
average.set_weights(model.get_weights())
optimizers = [keras.optimizers.Adam({rate}, 0.0, 0.99) for _ in range(2)]
random, real, losses = np.random.default_rng({seed} + 1), np.load("{real}")["pictures"], []
for step in range({steps}):
    x = tf.cast(real[step], tf.float32) / 127.5 - 1
    noise = random.standard_normal((len(x), LATENT), np.float32)
    shifts = random.integers(-{shift}, {shift} + 1, (2, len(x), 2)).astype(np.int32)
    holes = random.integers(0, 65, (2, len(x), 2)).astype(np.int32)
    x = augmented(x, shifts[0], holes[0])
    with tf.GradientTape(persistent=True) as tape:
        with tf.GradientTape() as slope:
            slope.watch(x)
            says_real = judge(x, training=True)
        says_fake = judge(augmented(model(noise, training=True), shifts[1], holes[1]), training=True)
        making = tf.reduce_mean(tf.nn.softplus(-says_fake))
        judging = tf.reduce_mean(tf.nn.softplus(says_fake)) + tf.reduce_mean(tf.nn.softplus(-says_real))
        penalty = 0.0
        if step % {every} == 0:  # R1: the discriminator must not be steep at real pictures
            steep = tf.reduce_sum(slope.gradient(says_real, x) ** 2, axis=(1, 2, 3))
            penalty = {penalty} / 2 * {every} * tf.reduce_mean(steep)
        judging_all = judging + penalty
    for loss, network, optimizer in zip((making, judging_all), (model, judge), optimizers):
        optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
    stay = np.float32(min({average}, (1 + step) / (10 + step)))
    pairs = zip(average.get_weights(), model.get_weights())
    average.set_weights([mean * stay + (1 - stay) * value for mean, value in pairs])
    losses.append((float(making), float(judging)))
print("last losses:", *np.mean(losses[-({steps} % {chunk} or {chunk}):], axis=0).round(5))
model = average'''

_CLOSING = """faces = pictures(model, z)
flat = faces.reshape(FACES, -1) / 255.0
print("variety:", round(float(np.sqrt(2 * flat.var(axis=0).mean() * FACES / (FACES - 1))), 5))
whole = np.broadcast_to(faces, (FACES, 64, 64, 3)).reshape({rows}, {columns}, 64, 64, 3).swapaxes(1, 2)
Image.fromarray(whole.reshape({rows} * 64, {columns} * 64, 3)).save("faces.png")"""


def script(config: Config) -> str:
    """Return the script; it prints the last losses, if it trains, and the faces' variety, and saves the faces."""
    settings = Settings()
    first, *widths = GENERATOR_WIDTHS
    files = [WEIGHTS_FILE, *([REAL_FILE] if config.steps else [])]
    opening = _OPENING.format(
        title="Train the face generator on" if config.steps else "Faces from a generator",
        files=" and ".join(files),
        tensorflow="\nimport tensorflow as tf" if config.steps else "",
        latent=LATENT,
        channels=CHANNELS[config.kind],
        faces=FACES,
        truncation=config.truncation,
        first=first,
        widths=tuple(widths),
        momentum=MOMENTUM,
        weights=WEIGHTS_FILE,
        seed=config.seed,
        noise=_NOISES[config.noise],
    )
    parts = [opening]
    if config.steps:
        parts.append(
            _TRAINING.format(
                judge_widths=DISCRIMINATOR_WIDTHS,
                slope=SLOPE,
                last_pixel=SIDE - 1,
                half_hole=HOLE // 2,
                rate=config.learning_rate,
                seed=config.seed,
                real=REAL_FILE,
                steps=config.steps,
                shift=SHIFT,
                every=settings.penalty_every,
                penalty=settings.penalty,
                average=settings.average,
                chunk=CHUNK,
            )
        )
    parts.append(_CLOSING.format(rows=ROWS, columns=COLUMNS))
    return "\n\n\n".join(parts) + "\n"


def weights_file(config: Config) -> bytes:
    """Return the weights that the script reads, as .npz: of the last moment, or of both networks to train on from."""
    moment = config.moment if config.steps else LAST
    own, judge = source.both_networks(config.kind, moment)
    arrays = {"generator": _flat(own)} | ({"discriminator": _flat(judge)} if config.steps else {})
    return _npz(**arrays)


def real_file(config: Config) -> bytes:
    """Return the real pictures of a training's steps, as .npz: uint8 (steps, batch, 64, 64, c)."""
    feed = source.feed(config.kind, config.batch_size, config.seed)
    return _npz(pictures=np.stack([next(feed) for _ in range(config.steps)]))


def _flat(weights: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.asarray(weight, np.float32).ravel() for weight in weights])


def _npz(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    return stream.getvalue()
