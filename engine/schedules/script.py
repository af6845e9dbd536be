"""The Keras script of exactly these settings: one schedule beside a constant rate, and the range test."""

from __future__ import annotations

from engine.data.tabular import rows
from engine.schedules import curves
from engine.schedules.drawn import points
from engine.schedules.experiment import (
    CONSTANT,
    COSINE,
    CYCLIC,
    DRAWN,
    DROPS,
    EXPONENTIAL,
    HELD_BACK,
    HIGHEST,
    LOWEST,
    ONE_CYCLE,
    PLATEAU,
    RANGE_STEPS,
    WARM_UP,
    Config,
)

CORNERS = '''class Corners(schedules.LearningRateSchedule):
    """Straight lines between corners."""

    def __init__(self, steps, rates):
        self.steps, self.rates = steps, rates

    def __call__(self, step):
        step, rate = keras.ops.cast(step, "float32"), self.rates[0]
        for first, last, low, high in zip(self.steps, self.steps[1:], self.rates, self.rates[1:]):
            rate += (high - low) * keras.ops.clip((step - first) / (last - first), 0.0, 1.0)
        return rate


'''


def script(config: Config, name: str) -> str:
    """Return a runnable Python script that prints the last losses and accuracies of one schedule and of none.

    Args:
        config: The experiment.
        name: The schedule.
    """
    found = rows(config.table)
    several = found.classes > 2
    outputs, activation = (found.classes, "softmax") if several else (1, "sigmoid")
    loss = "sparse_categorical_crossentropy" if several else "binary_crossentropy"
    momentum = f", momentum={config.momentum!r}" if config.momentum else ""
    compared = {CONSTANT: CONSTANT, name: name}
    return f'''"""The schedule “{name}” beside a constant rate, and the range test. Needs Keras and scikit-learn."""

import itertools

import keras
import numpy as np
from keras import layers
from keras.initializers import GlorotUniform
from keras.optimizers import schedules
from sklearn.datasets import load_{config.table}
from sklearn.preprocessing import StandardScaler

RATE, EPOCHS, SIZE = {config.learning_rate!r}, {config.epochs}, {config.batch_size}

x, y = load_{config.table}(return_X_y=True)
order = np.random.default_rng({config.seed}).permutation(len(y))
held, kept = np.split(order, [round({HELD_BACK} * len(y))])
generator = np.random.default_rng(({config.seed}, 1))
wrong = kept[generator.random(len(kept)) < {config.flipped!r}]  # rows with a wrong label
y[wrong] = (y[wrong] + generator.integers(1, {found.classes}, len(wrong))) % {found.classes}
x = StandardScaler().fit(x[kept]).transform(x).astype("float32")
x, y, held_x, held_y = x[kept], y[kept], x[held], y[held]
STEPS = -(-len(x) // SIZE)  # of an epoch


{CORNERS if name in (ONE_CYCLE, CYCLIC) else ""}def rate_and_callbacks(name):
    """Return what the optimizer takes as its rate, and the callbacks that change it."""
    if name == "{CONSTANT}":
        return RATE, []
{_schedule(config, name) if name != CONSTANT else ""}

def build(seed, rate):
    """Return the compiled network; each kernel has a seed: these are the page's initial weights."""
    model = keras.Sequential([
        keras.Input((x.shape[1],)),
        layers.Dense({config.units}, "relu", kernel_initializer=GlorotUniform(1000 * seed)),
        layers.Dense({outputs}, "{activation}", kernel_initializer=GlorotUniform(1000 * seed + 1)),
    ])
    model.compile(keras.optimizers.SGD(rate{momentum}), "{loss}", metrics=["accuracy"])
    return model


def batches(seed):
    """Give batches without end; each epoch has an order of its own, the same for every schedule."""
    for epoch in itertools.count(1):
        order = np.random.default_rng((seed, epoch)).permutation(len(x))
        for first in range(0, len(x), SIZE):
            yield x[order[first : first + SIZE]], y[order[first : first + SIZE]]


for name in {tuple(compared)!r}:
    ends = []
    for seed in range({config.seed}, {config.seed + config.seeds}):
        rate, callbacks = rate_and_callbacks(name)
        history = build(seed, rate).fit(
            batches(seed), steps_per_epoch=STEPS, epochs=EPOCHS, callbacks=callbacks, verbose=0,
            validation_data=(held_x, held_y), validation_batch_size=len(held_x),
        ).history
        ends.append((history["loss"][-1], history["val_accuracy"][-1]))
    print(f"{{name}}: loss", *(f"{{loss:.5f}}" for loss, _ in ends), "accuracy", *(f"{{part:.4f}}" for _, part in ends))

# The range test: the rate grows by equal ratios, one batch after another.
model = build({config.seed}, schedules.ExponentialDecay({LOWEST!r}, {RANGE_STEPS - 1}, {HIGHEST / LOWEST!r}))
for step, batch in zip(range({RANGE_STEPS}), batches({config.seed})):
    model.reset_metrics()
    loss = model.train_on_batch(*batch)[0]
    if step % 20 == 0:
        rate = {LOWEST!r} * {HIGHEST / LOWEST!r} ** (step / {RANGE_STEPS - 1})
        print(f"range test: step {{step}} rate {{rate:.4g}} loss {{loss:.5g}}")
'''


def _schedule(config: Config, name: str) -> str:
    """Return the rest of `rate_and_callbacks`: what makes this schedule in Keras."""
    end = config.end
    if name == EXPONENTIAL:
        return _returned(f"schedules.ExponentialDecay(RATE, decay_steps=STEPS * EPOCHS, decay_rate={end!r})")
    if name == COSINE:
        return _returned(f"schedules.CosineDecay(RATE, decay_steps=STEPS * EPOCHS, alpha={end!r})")
    if name == WARM_UP:
        return (
            f"    climb = max(1, round({config.warm_up!r} * STEPS * EPOCHS))\n"
            "    decay = max(1, STEPS * EPOCHS - climb)\n"
            + _returned(f"schedules.CosineDecay(0.0, decay, alpha={end!r}, warmup_target=RATE, warmup_steps=climb)")
        )
    if name == DROPS:
        boundaries, values = curves.dropping(config)
        ends = [(boundary + 1) // config.steps for boundary in boundaries]
        shares = [float(f"{value / config.learning_rate:.6g}") for value in values]
        return (
            f"    boundaries = [STEPS * epoch - 1 for epoch in {ends!r}]  # last step before each drop\n"
            + _returned(f"schedules.PiecewiseConstantDecay(boundaries, [RATE * share for share in {shares!r}])")
        )
    if name == PLATEAU:
        return (
            "    callback = keras.callbacks.ReduceLROnPlateau(\n"
            f'        monitor="val_loss", factor={config.factor!r}, patience={config.patience}, min_lr={end!r} * RATE\n'
            "    )\n"
            "    return RATE, [callback]\n"
        )
    if name == DRAWN:
        drawn = points(config.drawn)
        return (
            f"    drawn = np.log({list(drawn)!r})  # shares of RATE at equal distances\n"
            "    places = np.linspace(0, 1, len(drawn))\n"
            "    by_epoch = RATE * np.exp(np.interp(np.linspace(0, 1, EPOCHS), places, drawn))\n"
            "    return RATE, [keras.callbacks.LearningRateScheduler(lambda epoch: float(by_epoch[epoch]))]\n"
        )
    if name == ONE_CYCLE:
        places = f"[0.0, {curves.PEAK}, {curves.DOWN}, 1.0]"
        shares = [curves.CYCLE_START, 1.0, curves.CYCLE_START, curves.CYCLE_END]
        return f"    corners, shares = {places}, {shares!r}\n" + _returned(
            "Corners([part * STEPS * EPOCHS for part in corners], [RATE * share for share in shares])"
        )
    turns = 2 * config.cycles
    return (
        f"    shares = [1.0 if turn % 2 else {config.low!r} for turn in range({turns + 1})]\n"
        f"    corners = [STEPS * EPOCHS * turn / {turns} for turn in range({turns + 1})]\n"
        + _returned("Corners(corners, [RATE * share for share in shares])")
    )


def _returned(made: str) -> str:
    return f"    return {made}, []\n"
