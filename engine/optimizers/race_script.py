"""The race as a Keras script that runs alone: the same surface, start, noise and parameters, the same final losses."""

from __future__ import annotations

import inspect
from textwrap import dedent

from engine.optimizers import catalogue, made_surfaces, network_surface, race
from engine.optimizers.race import Config
from engine.optimizers.surface import Surface


def script(config: Config) -> str:
    """Return a runnable script that races the chosen `keras.optimizers` and prints their final losses."""
    surface = race.surface_of(config)
    start = race.start_of(config, surface)
    batches = surface.draws is not None
    parts = [
        _head(config, surface),
        _loss(config, surface),
        _optimizers(config),
        _noise(config, batches),
        _loop(config, start, batches),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(config: Config, surface: Surface) -> str:
    imports = ["import keras", "import tensorflow as tf"]
    if config.surface == "network" or config.noise or surface.draws is not None:
        imports.insert(1, "import numpy as np")
    if "ops." in surface.code or config.surface == "network":
        imports.append("from keras import ops")
    if config.surface == "network":
        imports.append("from sklearn import datasets")
    racers = f"{len(config.optimizers)} optimizers" if len(config.optimizers) > 1 else "one optimizer"
    title = f'"""{surface.label}: {racers} from the same start.\n\n{surface.source}\n"""'
    return "\n".join([title, "", *imports, "", f"STEPS, SEED = {config.steps}, {config.seed}"])


def _loss(config: Config, surface: Surface) -> str:
    if config.surface == "network":
        return _network_loss(network_surface.Config(data=config.network))
    if surface.draws is not None:
        source = dedent(inspect.getsource(made_surfaces.batch_data))
        sizes = f"BATCH_POINTS, BATCH_SIZE = {made_surfaces.BATCH_POINTS}, {made_surfaces.BATCH_SIZE}"
        body = source.replace(" -> tuple[np.ndarray, np.ndarray]", "")
        return (
            f"{sizes}\n\n\n{body}\n\n"
            "ROWS, TARGETS = (values.astype(np.float32) for values in batch_data())\n\n\n"
            f"def loss(x, y, rows=ROWS, targets=TARGETS):\n    return {surface.code}\n"
        )
    return f"\ndef loss(x, y):\n    return {surface.code}\n"


def _optimizers(config: Config) -> str:
    lines = []
    for name in config.optimizers:
        optimizer = catalogue.BY_ID[name]
        arguments = {"learning_rate": config.rate_of(name), **dict(optimizer.fixed), **config.parameters_of(name)}
        written = ", ".join(f"{argument}={value!r}" for argument, value in arguments.items())
        lines.append(f'    "{optimizer.label}": keras.optimizers.{optimizer.keras}({written}),')
    return "optimizers = {\n" + "\n".join(lines) + "\n}"


def _noise(config: Config, batches: bool) -> str:
    lines = []
    if batches:
        lines.append("batches = generator.integers(0, BATCH_POINTS, (STEPS + 1, BATCH_SIZE))")
    if config.noise:
        lines.append(
            f"noise = {config.noise!r} * generator.standard_normal((STEPS + 1, 2))  # the same for every optimizer"
        )
    return "\n".join(["generator = np.random.default_rng(SEED)", *lines]) if lines else ""


def _loop(config: Config, start: tuple[float, float], batches: bool) -> str:
    full = catalogue.BY_ID["gradient_descent"].label
    lines = [
        "for name, optimizer in optimizers.items():",
        f"    w = tf.Variable([{start[0]!r}, {start[1]!r}], dtype=tf.float32)",
        "    for step in range(STEPS):",
    ]
    has_full = "gradient_descent" in config.optimizers
    if batches:
        chosen = f'slice(None) if name == "{full}" else batches[step]' if has_full else "batches[step]"
        lines += [
            f"        batch = {chosen}",
            "        with tf.GradientTape() as tape:",
            "            value = loss(w[0], w[1], ROWS[batch], TARGETS[batch])",
        ]
    else:
        lines += ["        with tf.GradientTape() as tape:", "            value = loss(w[0], w[1])"]
    lines.append("        gradient = tape.gradient(value, w)")
    if config.noise:
        if has_full:
            lines.append(f'        if name != "{full}":  # the full batch has no noise')
            lines.append("            gradient = gradient + noise[step].astype(np.float32)")
        else:
            lines.append("        gradient = gradient + noise[step].astype(np.float32)")
    lines += [
        "        optimizer.apply([gradient], [w])",
        '    print(f"{name:16} final loss {float(loss(w[0], w[1])):.6g} at {w.numpy()}")',
    ]
    return "\n".join(lines)


def _network_loss(config: network_surface.Config) -> str:
    """Return code that trains the networks and defines the loss in the plane through them."""
    code = f"""
    features, classes = datasets.load_{config.data}(return_X_y=True)
    features = ((features - features.mean(axis=0)) / features.std(axis=0)).astype(np.float32)
    outputs = int(classes.max()) + 1


    def build(seed):
        def dense(width, activation, number):
            return keras.layers.Dense(
                width,
                activation,
                kernel_initializer=keras.initializers.GlorotNormal(1000 * seed + number),
                kernel_regularizer=keras.regularizers.L2({config.penalty!r}),
                bias_regularizer=keras.regularizers.L2({config.penalty!r}),
            )

        inputs = keras.Input((features.shape[1],))
        return keras.Sequential([inputs, dense({config.units}, "tanh", 0), dense(outputs, "softmax", 1)])


    model = build({config.seed})
    shapes = [tuple(weight.shape) for weight in model.trainable_variables]
    sizes = [int(np.prod(shape)) for shape in shapes]


    def network_loss(flat):
        weights = [tf.reshape(part, shape) for part, shape in zip(tf.split(flat, sizes), shapes)]
        predictions, _, penalties = model.stateless_call(weights, [], features, return_losses=True)
        entropy = keras.losses.sparse_categorical_crossentropy(classes, predictions)
        return ops.mean(entropy) + tf.add_n(penalties)


    def train(seed):
        flat = tf.Variable(np.concatenate([weight.ravel() for weight in build(seed).get_weights()]))
        optimizer = keras.optimizers.Adam({network_surface.TRAINING_RATE!r})
        optimizer.build([flat])

        @tf.function
        def descend():
            for _ in tf.range({network_surface.TRAINING_STEPS}):
                with tf.GradientTape() as tape:
                    value = network_loss(flat)
                optimizer.apply([tape.gradient(value, flat)], [flat])

        descend()
        return flat.numpy().astype(np.float64)


    trained = np.array([train({config.seed} + number) for number in range(3)])
    # The plane through the three trained networks: an origin and two directions at right angles, of length 1.
    origin = trained.mean(axis=0)
    first = trained[1] - trained[0]
    second = trained[2] - trained[0]
    second = second - first * (second @ first) / (first @ first)
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    plane = [tf.constant(vector, tf.float32) for vector in (origin, first, second)]


    def loss(x, y):
        return network_loss(plane[0] + x * plane[1] + y * plane[2])
    """
    return dedent(code).strip("\n") + "\n"
