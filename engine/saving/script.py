"""The Keras script of exactly these settings: train, save in every form, read back, go on, compare."""

from __future__ import annotations

from engine.saving.experiment import ADAM, BETA, HELD_BACK, MOMENTUM, Config


def script(config: Config) -> str:
    """Return a runnable Python script that prints sizes, differences and losses of the first seed."""
    momentum = BETA if config.optimizer == MOMENTUM else 0.0
    rule = f"Adam({config.learning_rate!r}" if config.optimizer == ADAM else f"SGD({config.learning_rate!r}, {momentum}"
    optimizer = f"keras.optimizers.{rule})"
    dropout = (
        f"\n        layers.append(keras.layers.Dropout({config.dropout!r}, seed={10 * config.seed} + number))"
        if config.dropout
        else ""
    )
    return f'''"""A model saved in every form, then trained on, seed {config.seed}. Needs TensorFlow, scikit-learn."""

import pickle
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits

digits = load_digits()
order = np.random.default_rng({config.seed}).permutation(len(digits.target))
x, y = (digits.data / 16).astype("float32")[order], digits.target[order]
held, x, y = x[:{HELD_BACK}], x[{HELD_BACK}:], y[{HELD_BACK}:]

# The rows of every epoch, the same for every training.
generator = np.random.default_rng(({config.seed}, 1))
orders = [generator.permutation(len(x)) for _ in range({config.before + config.after})]
before, after = orders[:{config.before}], orders[{config.before}:]


def network():
    """Return the compiled network with its first weights."""
    layers = [keras.Input((64,))]
    for number in range({config.depth}):
        start = keras.initializers.GlorotUniform(seed={10 * config.seed} + number)
        layers.append(keras.layers.Dense({config.width}, activation="relu", kernel_initializer=start)){dropout}
    start = keras.initializers.GlorotUniform(seed={10 * config.seed + config.depth})
    layers.append(keras.layers.Dense(10, activation="softmax", kernel_initializer=start))
    return compiled(keras.Sequential(layers))


def compiled(model):
    """Return the model with a fresh optimizer: whatever it had gathered is gone."""
    model.compile(optimizer={optimizer}, loss="sparse_categorical_crossentropy")
    return model


def loss(model):
    """Return the loss on all training digits."""
    return float(tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x, training=False))))


def train(model, orders):
    """Train; return the loss after every step of the first epoch."""
    losses = []
    for epoch, order in enumerate(orders):
        for first in range(0, len(x), {config.batch_size}):
            rows = order[first : first + {config.batch_size}]
            model.train_on_batch(x[rows], y[rows])
            if epoch == 0:
                losses.append(loss(model))
    return losses


model = network()
train(model, before)
said = np.asarray(model(held, training=False))
print(f"saved at loss {{loss(model):.6f}}")

model.save("model.keras")  # architecture, weights, optimizer
model.save("model.h5")  # the same, in the format of Keras 1 and 2
model.save_weights("model.weights.h5")
Path("model.json").write_text(model.to_json())  # architecture; to_yaml is gone
model.export("saved_model", verbose=False)  # a TensorFlow graph
model.export("model.tflite", format="litert", verbose=False)  # for phones
# model.export("model.onnx", format="onnx")  # needs the packages onnx and tf2onnx


# Reading: only files you wrote yourself, or whose author you trust as you trust a program's.
from_weights = keras.models.model_from_json(Path("model.json").read_text())
from_weights.load_weights("model.weights.h5")
graph = tf.saved_model.load("saved_model")
lite = tf.lite.Interpreter("model.tflite")
given, answer = lite.get_input_details()[0]["index"], lite.get_output_details()[0]["index"]
lite.resize_tensor_input(given, held.shape)
lite.allocate_tensors()
lite.set_tensor(given, held)
lite.invoke()
predictions = {{
    "model.keras": keras.saving.load_model("model.keras")(held, training=False),
    "model.h5": keras.saving.load_model("model.h5")(held, training=False),
    "model.weights.h5": from_weights(held, training=False),
    "saved_model": graph.serve(held),
    "model.tflite": lite.get_tensor(answer),
}}
for name, found in predictions.items():
    path = Path(name)
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    print(f"{{name}}: {{size}} bytes, predictions differ by {{np.abs(np.asarray(found) - said).max():.1e}}")


# Going on. An .h5 model must be compiled anew before Keras 3.15 trains it; then it is one more fresh optimizer.
going_on = {{
    "never interrupted": model,
    ".keras": keras.saving.load_model("model.keras"),
    "weights only": compiled(from_weights),
}}
for name, one in going_on.items():
    losses = train(one, after)
    print(f"{{name}}: first epoch up to {{max(losses):.6f}}, at the end {{loss(one):.6f}}")


# Why a stranger's file is dangerous: a pickle calls what it names, while it is read.
class Harmless:
    def __reduce__(self):
        return print, ("pickle: this line was printed by reading a file",)


pickle.loads(pickle.dumps(Harmless()))

# A Lambda layer is code too; Keras refuses to read it unless you say safe_mode=False.
keras.Sequential([keras.Input((1,)), keras.layers.Lambda(lambda values: 2 * values)]).save("lambda.keras")
try:
    keras.saving.load_model("lambda.keras")
except ValueError as error:
    print("refused:", str(error)[:110])
'''
