"""The Keras script of exactly these settings: no engine in it, and the same numbers come out.

What the learner should see: the whole experiment in one screenful of plain Keras, whose last line prints the
losses that the page shows. The data set's source is the function that drew the page's points.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from engine.data import toy
from engine.data.csv_upload import REACH, Upload
from engine.data.toy import CLASSIFICATION, DATA_SETS, Samples
from engine.models.mlp import LEAKY_SLOPE, dropout_seed, kernel_seed
from engine.playground.experiment import Config
from engine.playground.setup import UPLOAD, architecture, keras_loss, plan, samples, uploaded
from engine.training.schedules import Schedule

FEATURE_CODE = {
    "x": "x",
    "y": "y",
    "x2": "x**2",
    "y2": "y**2",
    "xy": "x * y",
    "sin_x": "np.sin(x)",
    "sin_y": "np.sin(y)",
    "cos_x": "np.cos(x)",
    "cos_y": "np.cos(y)",
}


def script(config: Config) -> str:
    """Return a runnable Python script: data, network, training, and the final losses printed.

    It trains the shown network (seed `config.seed`) only. An upload is read from the learner's own file; the
    script names the line to change. Raises InvalidData if an upload is not in the store any more.
    """
    data = samples(config)
    parts = [
        _opening(config),
        _upload(config) if config.dataset == UPLOAD else _drawn(config),
        _inputs(config, data),
        _network(config, data),
        _compiled(config, data),
        _training(config, data),
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _opening(config: Config) -> str:
    layers = " × ".join(str(units) for units in config.layers) or "no hidden layer"
    return (
        f'"""Playground: {config.dataset}, {layers}, {config.optimizer}, seed {config.seed}. '
        'Needs NumPy and Keras with TensorFlow."""\n\n'
        "import keras\nimport numpy as np\nfrom keras import layers\nfrom keras.initializers import GlorotUniform"
    )


def _source(function: Callable[..., Any]) -> str:
    """Return a function's own source, its docstring cut to the first line."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    docstring = definition.body[0]
    lines = source.splitlines()
    first = (ast.get_docstring(definition) or "").splitlines()[0]
    lines[docstring.lineno - 1 : docstring.end_lineno] = [f'    """{first}"""']
    return "\n".join(lines)


def _drawn(config: Config) -> str:
    entry = DATA_SETS[config.dataset]
    radius = f"RADIUS = {toy.RADIUS}\n\n\n" if "RADIUS" in inspect.getsource(entry.draw) else ""
    classes = min(config.classes, entry.most_classes)
    return (
        f"{radius}{_source(entry.draw)}\n\n\n{_source(toy.split)}\n\n\n"
        "# The points and the split have a seed of their own: another network is judged on the same points.\n"
        f"generator = np.random.default_rng({config.data_seed})\n"
        f"points, target = {entry.draw.__name__}({config.points}, {classes}, {config.noise}, generator)\n"
        f"held = split(target, {entry.task == CLASSIFICATION}, {config.test_share}, generator)"
    )


def _upload(config: Config) -> str:
    upload: Upload = uploaded(config.upload)
    first, second, third = upload.columns
    regression = upload.task != CLASSIFICATION
    if regression:
        target = f"target = stretch(np.array([float(row[{third}]) for row in rows]), 1.0)"
    else:
        target = (
            f"names = sorted({{row[{third}].strip() for row in rows}}, key={_label_key(upload)})\n"
            f"target = np.array([float(names.index(row[{third}].strip())) for row in rows])"
        )
    return (
        f'import csv\n\nFILE = "upload.csv"  # your file\n\n\n{_source(toy.split)}\n\n\n'
        "def stretch(values, reach):\n"
        '    """Move and stretch a column so that it runs from -reach to reach."""\n'
        "    middle, factor = (values.min() + values.max()) / 2, 2 * reach / (values.max() - values.min())\n"
        "    return (values - middle) * factor\n\n\n"
        'with open(FILE, encoding="utf-8-sig", newline="") as file:\n'
        f"    rows = [row for row in csv.reader(file, delimiter={upload.separator!r}) if any(map(str.strip, row))]\n"
        + ("rows = rows[1:]  # the first line holds the names\n" if upload.header else "")
        + f"columns = [np.array([float(row[place]) for row in rows]) for place in ({first}, {second})]\n"
        f"points = np.stack([stretch(column, {REACH}) for column in columns], axis=1)\n"
        f"{target}\n"
        f"generator = np.random.default_rng({config.data_seed})\n"
        f"held = split(target, {not regression}, {config.test_share}, generator)"
    )


def _label_key(upload: Upload) -> str:
    return "float" if list(upload.class_names) != sorted(upload.class_names) else "str"


def _inputs(config: Config, data: Samples) -> str:
    features = ", ".join(FEATURE_CODE[name] for name in config.features)
    one_hot = data.classes > 2 and config.loss != "cross-entropy"
    target = f"np.eye({data.classes})[target.astype(int)]" if one_hot else "target[:, None]"
    return (
        "x, y = points.astype(np.float32).T\n"
        f"inputs = np.stack([{features}], axis=1).astype(np.float32)\n"
        f"target = {target}.astype(np.float32)\n"
        "train_x, train_y, held_x, held_y = inputs[~held], target[~held], inputs[held], target[held]"
    )


def _network(config: Config, data: Samples) -> str:
    penalized = config.l1 > 0 or config.l2 > 0
    penalty = f"penalty = keras.regularizers.L1L2({config.l1}, {config.l2})\n" if penalized else ""
    regularizer = ", kernel_regularizer=penalty" if penalized else ""
    lines = [f"    keras.Input(({len(config.features)},)),"]
    for index, (units, activation) in enumerate(zip(config.layers, config.layer_activations(), strict=True)):
        lines.append(f"    layers.Dense({units}, {_initializer(config, index)}{regularizer}),")
        if config.batch_normalization:
            lines.append("    layers.BatchNormalization(),")
        if activation == "prelu":
            lines.append("    layers.PReLU(),")
        elif activation == "leaky_relu":
            lines.append(f"    layers.LeakyReLU(negative_slope={LEAKY_SLOPE}),")
        elif activation != "linear":
            lines.append(f'    layers.Activation("{activation}"),')
        if config.dropout:
            lines.append(f"    layers.Dropout({config.dropout}, seed={dropout_seed(config.seed, index)}),")
    outputs = data.classes if data.classes > 2 else 1
    output = _output_activation(config, data)
    lines.append(f'    layers.Dense({outputs}, "{output}", {_initializer(config, len(config.layers))}{regularizer}),')
    return (
        f"{penalty}# Each kernel has a seed, so that these are the page's initial weights.\n"
        "model = keras.Sequential([\n" + "\n".join(lines) + "\n])"
    )


def _output_activation(config: Config, data: Samples) -> str:
    return architecture(config, data).output_activation


def _initializer(config: Config, layer: int) -> str:
    return f"kernel_initializer=GlorotUniform(seed={kernel_seed(config.seed, layer)})"


def _compiled(config: Config, data: Samples) -> str:
    optimizer = plan(config, data).optimizer
    steps = config.epochs * -(-int((~data.validation).sum()) // config.batch_size)
    arguments = "".join(f", {name}={value}" for name, value in optimizer.arguments().items())
    if data.task != CLASSIFICATION:
        metric = '"mean_squared_error"'
    elif data.classes == 2:
        threshold = 0.0 if _output_activation(config, data) == "linear" else 0.5
        metric = f"keras.metrics.BinaryAccuracy(threshold={threshold})"
    else:
        kind = "Sparse" if keras_loss(config, data).startswith("sparse") else ""
        metric = f"keras.metrics.{kind}CategoricalAccuracy()"
    return (
        f"rate = {_rate(config, steps)}\n"
        f"optimizer = keras.optimizers.{optimizer.class_name}(rate{arguments})\n"
        f'model.compile(optimizer, loss="{keras_loss(config, data)}", metrics=[{metric}])'
    )


def _rate(config: Config, steps: int) -> str:
    """Return the learning rate, or the Keras schedule that `engine.training.schedules.keras_schedule` makes."""
    rate, schedule = config.learning_rate, Schedule(config.schedule)
    end = schedule.end
    if config.schedule == "constant":
        return f"{rate}"
    if config.schedule == "cosine_restarts":
        made = f"CosineDecayRestarts({rate}, {-(-steps // 4)}, t_mul=1.0, m_mul=1.0, alpha={end})"
    elif config.schedule == "warm_up_cosine":
        climb = max(1, round(schedule.warm_up * steps))
        rest = max(1, steps - climb)
        made = f"CosineDecay(0.0, {rest}, alpha={end}, warmup_target={rate}, warmup_steps={climb})"
    elif config.schedule == "steps":
        drops = schedule.drops
        boundaries = [round(steps * (drop + 1) / (drops + 1)) for drop in range(drops)]
        values = [rate * end ** (drop / drops) for drop in range(drops + 1)]
        made = f"PiecewiseConstantDecay({boundaries}, {values})"
    else:
        made = {
            "exponential": f"ExponentialDecay({rate}, {steps}, {end})",
            "inverse_time": f"InverseTimeDecay({rate}, {steps}, {1 / end - 1})",
            "polynomial": f"PolynomialDecay({rate}, {steps}, {rate * end}, power=1.0)",
            "cosine": f"CosineDecay({rate}, {steps}, alpha={end})",
        }[config.schedule]
    return f"keras.optimizers.schedules.{made}"


def _training(config: Config, data: Samples) -> str:
    metric = "accuracy" if data.task == CLASSIFICATION else "mean squared error"
    return (
        "# One fit an epoch, each in an order of its own: after keras.utils.set_random_seed, shuffle=True\n"
        "# would repeat the same order in every epoch.\n"
        f"for epoch in range(1, {config.epochs + 1}):\n"
        f"    order = np.random.default_rng(({config.seed}, epoch)).permutation(len(train_x))\n"
        f"    history = model.fit(train_x[order], train_y[order], {config.batch_size}, shuffle=False, verbose=0)\n"
        "loss, metric = model.evaluate(held_x, held_y, batch_size=len(held_x), verbose=0)\n"
        "print(f\"training loss {history.history['loss'][-1]:.6f}\")\n"
        f'print(f"validation loss {{loss:.6f}}, {metric} {{metric:.6f}}")'
    )
