"""The runnable script of exactly these settings: both networks, both turns and the whole run in plain Keras.

What the learner should see: a GAN is a page of code, and the rule of the game is one line of it.
"""

from __future__ import annotations

from engine.gan_game.divergence import ADDED, CELLS, MANY, SEED, WATCHED
from engine.gan_game.experiment import Config
from engine.gan_game.losses import HINGE, LEAST_SQUARES, MINIMAX, NON_SATURATING, WASSERSTEIN
from engine.gan_game.stretches import DISCRIMINATOR, GENERATOR, Stretch
from engine.gan_game.targets import DRAWN, GRID, LINE, MOONS, RING, SIGMA, WINDOW

_SKELETONS = {
    GRID: """x, y = np.meshgrid((-0.7, 0.0, 0.7), (-0.7, 0.0, 0.7))
skeleton = np.stack([x.ravel(), y.ravel()], axis=1).astype("float32")""",
    RING: """along = (np.arange(240) + 0.5) / 240
skeleton = 0.8 * np.stack([np.cos(2 * np.pi * along), np.sin(2 * np.pi * along)], axis=1).astype("float32")""",
    LINE: """along = (np.arange(240) + 0.5) / 240
skeleton = np.stack([1.8 * along - 0.9, 1.0 * along - 0.5], axis=1).astype("float32")""",
    MOONS: """along = (np.arange(240) + 0.5) / 240
half = np.pi * ((2 * along) % 1)
x = np.where(along < 0.5, np.cos(half), 1 - np.cos(half)) - 0.5
y = np.where(along < 0.5, np.sin(half), 0.5 - np.sin(half)) - 0.25
skeleton = 0.68 * np.stack([x, y], axis=1).astype("float32")""",
}
_DISCRIMINATOR_LOSS = {
    LEAST_SQUARES: "0.5 * (mean((real - 1.0) ** 2) + mean(fake**2))",
    WASSERSTEIN: "mean(fake) - mean(real)",
    HINGE: "mean(tf.nn.relu(1.0 - real)) + mean(tf.nn.relu(1.0 + fake))",
    NON_SATURATING: "0.5 * (mean(tf.nn.softplus(-real)) + mean(tf.nn.softplus(fake)))",
    MINIMAX: "0.5 * (mean(tf.nn.softplus(-real)) + mean(tf.nn.softplus(fake)))",
}
_GENERATOR_LOSS = {
    LEAST_SQUARES: "0.5 * mean((fake - 1.0) ** 2)",
    WASSERSTEIN: "-mean(fake)",
    HINGE: "-mean(fake)",
    NON_SATURATING: "mean(tf.nn.softplus(-fake))",
    MINIMAX: "-mean(tf.nn.softplus(fake))",
}
_PENALTY = """
            share = draw(tf.random.stateless_uniform, step, 5 * turn + 3, BATCH, 1)
            between = share * points + (1.0 - share) * fakes
            with tf.GradientTape() as inner:
                inner.watch(between)
                values = D(between)
            slope = tf.sqrt(tf.reduce_sum(inner.gradient(values, between) ** 2, axis=-1) + 1e-12)
            loss += {penalty!r} * tf.reduce_mean((slope - 1.0) ** 2, axis=-1)"""

_OPENING = '''"""A GAN in the plane: G turns noise into points, D tells them from real ones."""
import keras
import numpy as np
import tensorflow as tf

SEED, GAMES, BATCH, NOISE = {seed}, {seeds}, {batch}, {noise}

# Real points: a random point of this skeleton, plus a little noise.
{skeleton}


class SideBySide(keras.layers.Layer):
    """A dense layer for several games at once: game s has kernel[s] and bias[s]."""

    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[0], shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(shape[0], 1, self.units), initializer="zeros")

    def call(self, inputs):
        return tf.matmul(inputs, self.kernel) + self.bias


def network(inputs, outputs, slope, number):
    layers = [keras.Input(batch_shape=(GAMES, None, inputs))]
    for _ in range({depth}):
        layers += [SideBySide({width}), keras.layers.LeakyReLU(negative_slope=slope)]
    model = keras.Sequential([*layers, SideBySide(outputs)])
    seeded = [np.random.default_rng((SEED + game, number)) for game in range(GAMES)]
    for weight in model.weights:
        _, rows, columns = weight.shape
        if weight.name == "kernel":
            limit = np.sqrt(6 / (rows + columns))
            weight.assign(np.stack([one.uniform(-limit, limit, (rows, columns)) for one in seeded]))
    return model


G, D = network(NOISE, 2, 0.0, 0), network(2, 1, 0.2, 1)
adam_d, adam_g = (keras.optimizers.Adam(0.001, beta_1={momentum}) for _ in range(2))
adam_d.build(D.trainable_variables)
adam_g.build(G.trainable_variables)


def draw(kind, step, slot, *size, **more):
    return tf.stack([kind(size, tf.stack([SEED + game, step * 64 + slot]), **more) for game in range(GAMES)])


def noise(step, slot):
    return {sample}


def mean(values):
    return tf.reduce_mean(values, axis=(-2, -1))'''

_STRETCH = """# {title}
def one_step(step):
{turns}


@tf.function(autograph=False)
def play(first, count):
    tf.while_loop(lambda i: i < count, lambda i: (one_step(first + i), i + 1)[1:], (tf.constant(0),))


adam_d.learning_rate.assign({discriminator_rate})
adam_g.learning_rate.assign({generator_rate})
play(tf.constant({first}), tf.constant({steps}))"""

_DISCRIMINATOR_TURN = """    for turn in range({updates}):  # D's turn: it sees real points and fakes
        places = draw(tf.random.stateless_uniform, step, 5 * turn, BATCH, maxval=len(skeleton), dtype=tf.int32)
        blur = draw(tf.random.stateless_normal, step, 5 * turn + 1, BATCH, 2)
        points, fakes = tf.gather(skeleton, places) + {sigma} * blur, G(noise(step, 5 * turn + 2))
        with tf.GradientTape() as tape:
            real, fake = D(points), D(fakes)
            loss = {loss}{penalty}
        adam_d.apply_gradients(zip(tape.gradient(loss, D.trainable_variables), D.trainable_variables))"""

_GENERATOR_TURN = """    for turn in range({updates}):  # G's turn: no real point, its target is always "real"
        with tf.GradientTape() as tape:
            fake = D(G(noise(step, 5 * turn + 4)))
            loss = {loss}
        moving = {moving}  # THE RULE OF THE GAME: {rule}
        slopes = tape.gradient(loss, [one.trainable_variables for one in moving])
        for one, slope in zip(moving, slopes):
            (adam_g if one is G else adam_d).apply_gradients(zip(slope, one.trainable_variables))"""

_JUDGING = """# How far are the fakes from real points? Histograms of {cells} x {cells} cells, {added} added to each.
def histogram(points):
    places = np.clip(((points + {window}) / {twice} * {cells}).astype(int), 0, {cells} - 1)
    counts = np.bincount(places[:, 1] * {cells} + places[:, 0], minlength={cells} ** 2) + {added}
    return counts / counts.sum()


judge = np.random.default_rng({judge})
places = judge.integers(len(skeleton), size={many})
real = histogram((skeleton[places] + {sigma} * judge.standard_normal(({many}, 2))).astype("float32"))
watched = np.random.default_rng({judge}){watched}.astype("float32")
for game, fakes in enumerate(np.asarray(G(np.repeat(watched[None], GAMES, axis=0)))):
    fake = histogram(fakes)
    middle = (real + fake) / 2
    kl = (real * np.log(real / fake)).sum()
    js = ((real * np.log(real / middle)).sum() + (fake * np.log(fake / middle)).sum()) / 2
    print(f"game {{game + 1}}: KL {{kl:.4f}}, JS {{js:.4f}}")"""


def script(config: Config) -> str:
    """Return the script; it prints KL and JS divergence of every game at the end."""
    settled = config.settled()
    uniform = config.noise == "uniform"
    sample = (
        "2.0 * draw(tf.random.stateless_uniform, step, slot, BATCH, NOISE) - 1.0"
        if uniform
        else "draw(tf.random.stateless_normal, step, slot, BATCH, NOISE)"
    )
    opening = _OPENING.format(
        seed=config.seed,
        seeds=config.seeds,
        batch=config.batch_size,
        noise=config.noise_dimension,
        skeleton=_drawn(settled) if config.distribution == DRAWN else _SKELETONS[config.distribution],
        depth=config.depth,
        width=config.width,
        momentum=config.momentum,
        sample=sample,
    )
    parts, first = [opening], 0
    for stretch in config.plan():
        parts.append(_stretch(stretch, first))
        first += stretch.steps
    size = f"({WATCHED}, NOISE)"
    judging = _JUDGING.format(
        cells=CELLS,
        window=WINDOW,
        twice=2 * WINDOW,
        added=ADDED,
        judge=SEED,
        many=MANY,
        sigma=SIGMA,
        watched=f".uniform(-1, 1, {size})" if uniform else f".standard_normal({size})",
    )
    return "\n\n\n".join([*parts, judging]) + "\n"


def _drawn(config: Config) -> str:
    """Return the drawn points as a literal, several a line."""
    points = [f"({x:.4f}, {y:.4f})" for x, y in config.target().skeleton]
    lines = [", ".join(points[start : start + 6]) for start in range(0, len(points), 6)]
    return 'skeleton = np.array([\n    {},\n], dtype="float32")'.format(",\n    ".join(lines))


def _stretch(stretch: Stretch, first: int) -> str:
    turns = []
    if stretch.who != GENERATOR:
        penalty = _PENALTY.format(penalty=stretch.penalty) if stretch.loss == WASSERSTEIN else ""
        turns.append(
            _DISCRIMINATOR_TURN.format(
                updates=stretch.discriminator_updates,
                sigma=SIGMA,
                loss=_DISCRIMINATOR_LOSS[stretch.loss],
                penalty=penalty,
            )
        )
    if stretch.who != DISCRIMINATOR:
        turns.append(
            _GENERATOR_TURN.format(
                updates=stretch.generator_updates,
                loss=_GENERATOR_LOSS[stretch.loss],
                moving="[G, D]" if stretch.cheating else "[G]",
                rule="broken, D moves too" if stretch.cheating else "only G moves here",
            )
        )
    return _STRETCH.format(
        title=f"Steps {first + 1} to {first + stretch.steps}.",
        turns="\n".join(turns),
        discriminator_rate=repr(stretch.discriminator_rate),
        generator_rate=repr(stretch.generator_rate),
        first=first,
        steps=stretch.steps,
    )
