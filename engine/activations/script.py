"""The Keras script of exactly these settings: one function and its derivative, or the networks."""

from __future__ import annotations

from engine.activations.experiment import BRIGHTEST, DEPTH, FUNCTION, NETWORK, NONE, TRAINED, Config, held_back
from engine.activations.functions import LEAKY, LEARNED, SOFTMAX

_INITIALIZERS = {"glorot_uniform": "GlorotUniform", "he_normal": "HeNormal", "lecun_normal": "LecunNormal"}


def script(config: Config) -> str:
    """Return a runnable Python script that prints the page's numbers."""
    if config.task != FUNCTION:
        return _networks(config)
    return _softmax(config) if config.function == SOFTMAX else _function(config)


def _layer(name: str, slope: float) -> str:
    if name == LEARNED:
        return f"keras.layers.PReLU(alpha_initializer=keras.initializers.Constant({slope!r}))"
    if name == LEAKY:
        return f"keras.layers.LeakyReLU(negative_slope={slope!r})"
    return f'keras.layers.Activation("{name}")'


def _function(config: Config) -> str:
    names = [name for name in dict.fromkeys((config.function, config.beside)) if name != NONE]
    listed = "\n".join(f'    "{name}": {_layer(name, config.slope)},' for name in names)
    return f'''"""An activation function and its derivative, by Keras and tf.GradientTape. Needs TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

LAYERS = {{
{listed}
}}

inputs = tf.random.stateless_normal((200_000, 1), seed=(0, 0))
for name, layer in LAYERS.items():
    x = tf.constant([[{config.x!r}]])
    layer(x)  # builds it
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = layer(x)
    steep = float(tape.gradient(value, x)[0, 0])
    print(f"{{name}}: f = {{float(value[0, 0]):.5f}}, derivative {{steep:.5f}}, after 10 layers {{steep**10:.3g}}")
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        values = layer(inputs)
    flat = np.abs(tape.gradient(values, inputs)) < {config.share!r}
    told = [np.mean(values), np.std(values), np.mean(flat)]
    print("    normal inputs: mean, deviation, saturated:", " ".join(f"{{one:.3f}}" for one in told))
'''


def _softmax(config: Config) -> str:
    return f'''"""Softmax with a temperature, and its derivatives, by Keras and tf.GradientTape. Needs TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

logits = tf.constant({list(config.numbers)!r})
with tf.GradientTape() as tape:
    tape.watch(logits)
    p = keras.activations.softmax(logits[None] / {config.temperature!r})[0]
print("p:", " ".join(f"{{one:.5f}}" for one in p.numpy()))
derivatives = tape.jacobian(p, logits).numpy()
for row in derivatives:
    print("dp/dz:", " ".join(f"{{one:.5f}}" for one in row))
print(f"largest {{np.abs(derivatives).max():.5f}}")
'''


def _networks(config: Config) -> str:
    count = len(TRAINED[config.task])
    return f'''"""One network, {count} activations, the same first weights and batches. Needs Keras, scikit-learn."""

import keras
import numpy as np
{"import tensorflow as tf" + chr(10) if config.task == DEPTH else ""}from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
held, kept = np.split(np.random.default_rng({config.seed}).permutation(len(x)), [{held_back()}])
x = (x / {BRIGHTEST}).astype("float32")
RATE, BIAS = {config.learning_rate!r}, {config.bias!r}


def bend(activation):
    """Return the layer of an activation."""
    if activation == "{LEARNED}":
        return {_layer(LEARNED, config.slope)}
    if activation == "{LEAKY}":
        return {_layer(LEAKY, config.slope)}
    return keras.layers.Activation(activation)


def build(activation, seed):
    """Return the network; each kernel has a seed: these are the page's first weights."""
    model = keras.Sequential([keras.Input((64,))])
    for layer in range({config.depth}):
        start = keras.initializers.{_INITIALIZERS[config.initializer]}(seed=1000 * seed + layer)
        bias = keras.initializers.Constant(BIAS)
        model.add(keras.layers.Dense({config.width}, kernel_initializer=start, bias_initializer=bias))
        model.add(bend(activation))
    start = keras.initializers.{_INITIALIZERS[config.initializer]}(seed=1000 * seed + {config.depth})
    model.add(keras.layers.Dense(10, activation="softmax", kernel_initializer=start))
    model.compile(keras.optimizers.SGD(RATE), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, seed):
    """Train a network; every epoch has an order of its own."""
    for epoch in range(1, {config.epochs} + 1):
        order = kept[np.random.default_rng((seed, epoch)).permutation(len(kept))]
        for first in range(0, len(kept), {config.batch_size}):
            rows = order[first : first + {config.batch_size}]
            model.train_on_batch(x[rows], y[rows])


{_LOOKS.get(config.task, _COMPARE)}

for activation in {TRAINED[config.task]!r}:
    for seed in range({config.seed}, {config.seed + config.seeds}):
        model = build(activation, seed)
{_BEFORE if config.task == DEPTH else ""}        train(model, seed)
        right = model.evaluate(x[held], y[held], verbose=0)[1]
        print(activation, seed, f"right {{right:.4f}}", look(model))
'''


_BEFORE = '        print(activation, seed, "before:", look(model))\n'
_COMPARE = '''def look(model):
    """Return the training loss in words."""
    return f"loss {model.evaluate(x[kept], y[kept], verbose=0)[0]:.4f}"
'''
_LOOKS = {
    NETWORK: '''def look(model):
    """Return the shares of dead units and of zeros over all hidden layers, in words."""
    hidden = keras.Model(model.inputs, [layer.output for layer in model.layers[1:-1:2]])(x[kept])
    zero = [np.asarray(layer) == 0 for layer in (hidden if isinstance(hidden, list) else [hidden])]
    dead = np.mean([layer.all(axis=0).mean() for layer in zero])  # 0 for every training row
    return f"dead {dead:.4f} zeros {np.mean([layer.mean() for layer in zero]):.4f}"
''',
    DEPTH: '''def look(model):
    """Return the length of every kernel's gradient on all training rows, in words."""
    kernels = [layer.kernel.value for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy(y[kept], model(x[kept]))
        loss = tf.reduce_mean(loss)
    return "gradients " + " ".join(f"{np.linalg.norm(one):.4e}" for one in tape.gradient(loss, kernels))
''',
}
