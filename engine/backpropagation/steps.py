"""The walk in steps: what is computed now, in a sentence, with letters, and with the numbers put in.

What the learner should see: forward seven steps, backward one product a step, then the mean, the velocity, the update.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.backpropagation.experiment import CROSS_ENTROPY, PARAMETERS, RELU, SIGMOID, Config
from engine.backpropagation.walk import Walk, output_activation

FORWARD, BACKWARD, UPDATE = "forward", "backward", "update"
SYMBOLS = ("w₁₁", "w₁₂", "b₁", "w₂₁", "w₂₂", "b₂", "v₁", "v₂", "b₃")
SUMS = ("z₁", "z₂", "z₃")
OUTPUTS = ("h₁", "h₂", "ŷ")
CURVES = {SIGMOID: "σ", "tanh": "tanh", RELU: "ReLU"}


@dataclass(frozen=True)
class Step:
    """One press.

    Attributes:
        phase: FORWARD, BACKWARD or UPDATE.
        item: Id of the number computed now: "z1", "h1", "L", "dw11", …; "" for the beginning, "batch", "velocity" or
            "weights" for all nine at once.
        sentence: What happens, in plain words.
        letters: The formula.
        numbers: The same with this setting's numbers.
        where: Field of Walk and Result and the index in it of the number, or None for the beginning.
        edges: Which links it uses: names of weights.
    """

    phase: str
    item: str
    sentence: str
    letters: str = ""
    numbers: str = ""
    where: tuple[str, tuple[int, ...]] | None = None
    edges: tuple[str, ...] = ()


def said(value: float) -> str:
    """Return a number with four digits or so, "gone" when it left the numbers' range."""
    size = abs(value)
    if not np.isfinite(value):
        return "gone"
    if size == 0:
        return "0"
    if size >= 10_000 or size < 0.0005:
        mantissa, exponent = f"{value:.1e}".split("e")
        power = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{mantissa}·10{power}".replace("-", "−")
    text = f"{value:.{4 if size < 1 else 3 if size < 100 else 1}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def factor(value: float) -> str:
    """Return a number as a factor: in brackets when it is negative."""
    return f"({said(value)})" if value < 0 else said(value)


def steps(config: Config, walk: Walk) -> tuple[Step, ...]:
    """Return the walk through the first row, then the batch and the update."""
    return (_start(config, walk), *_forward(config, walk), *_backward(config, walk), *_update(config, walk))


def _start(config: Config, walk: Walk) -> Step:
    after = f" after {config.updates} updates" if config.updates else ""
    return Step(
        FORWARD,
        "",
        f"Two inputs, nine weights{after}, and the answer that is wanted",
        "x₁, x₂ → h₁, h₂ → ŷ, and L says how wrong ŷ is",
        f"x₁ = {said(walk.x[0, 0])}, x₂ = {said(walk.x[0, 1])}, wanted: t = {said(walk.t[0])}",
    )


def _forward(config: Config, walk: Walk) -> list[Step]:
    x, z, a, w = walk.x[0], walk.z[0], walk.a[0], walk.weights
    found = []
    for neuron in range(3):
        first, inputs, names = 3 * neuron, (x if neuron < 2 else a[:2]), (("x₁", "x₂") if neuron < 2 else ("h₁", "h₂"))
        one, two, bias = SYMBOLS[first : first + 3]
        where = "The output" if neuron == 2 else f"Hidden neuron {neuron + 1}"
        found.append(
            Step(
                FORWARD,
                f"z{neuron + 1}",
                f"{where} adds up: each input times its weight, and the bias",
                f"{SUMS[neuron]} = {one} · {names[0]} + {two} · {names[1]} + {bias}",
                f"{factor(w[first])} · {factor(inputs[0])} + {factor(w[first + 1])} · {factor(inputs[1])} + "
                f"{factor(w[first + 2])} = {said(z[neuron])}",
                ("z", (0, neuron)),
                PARAMETERS[first : first + 2],
            )
        )
        curve = CURVES[config.activation if neuron < 2 else output_activation(config)]
        found.append(
            Step(
                FORWARD,
                ("h1", "h2", "y")[neuron],
                f"{where} bends the sum: {curve}",
                f"{OUTPUTS[neuron]} = {curve}({SUMS[neuron]})",
                f"{curve}({said(z[neuron])}) = {said(a[neuron])}",
                ("a", (0, neuron)),
            )
        )
    y, t = a[2], walk.t[0]
    if config.loss == CROSS_ENTROPY:
        letters = "L = −t · ln ŷ − (1 − t) · ln(1 − ŷ)"
        numbers = f"−{said(t)} · ln {said(y)} − {said(1 - t)} · ln {said(1 - y)} = {said(walk.loss[0])}"
    else:
        letters, numbers = "L = (ŷ − t)²", f"({said(y)} − {said(t)})² = {said(walk.loss[0])}"
    found.append(
        Step(FORWARD, "L", "The loss: how far the output is from what is wanted", letters, numbers, ("loss", (0,)))
    )
    return found


def _slope(config: Config, neuron: int) -> str:
    """Return the derivative of a neuron's activation in letters."""
    curve, symbol = config.activation if neuron < 2 else output_activation(config), OUTPUTS[neuron]
    if curve == SIGMOID:
        return f"{symbol} (1 − {symbol})"
    return f"(1 − {symbol}²)" if curve != RELU else f"[{SUMS[neuron]} > 0]"


def _backward(config: Config, walk: Walk) -> list[Step]:
    y, t, w = walk.a[0, 2], walk.t[0], walk.weights
    arrives, leaves = walk.to_activation[0], walk.to_sum[0]
    if config.loss == CROSS_ENTROPY:
        letters = "∂L/∂ŷ = (ŷ − t) / (ŷ (1 − ŷ))"
        numbers = f"({said(y)} − {said(t)}) / ({said(y)} · {said(1 - y)}) = {said(arrives[2])}"
    else:
        letters, numbers = "∂L/∂ŷ = 2 (ŷ − t)", f"2 · ({said(y)} − {said(t)}) = {said(arrives[2])}"
    found = [
        Step(
            BACKWARD,
            "dy",
            "Backwards now: what would the loss do if the output moved?",
            letters,
            numbers,
            ("to_activation", (0, 2)),
        )
    ]
    found += _neuron(config, walk, 2)
    for neuron in range(2):
        weight = w[6 + neuron]
        found.append(
            Step(
                BACKWARD,
                f"dh{neuron + 1}",
                f"Back through the weight {SYMBOLS[6 + neuron]} to hidden neuron {neuron + 1}",
                f"∂L/∂{OUTPUTS[neuron]} = ∂L/∂z₃ · {SYMBOLS[6 + neuron]}",
                f"{factor(leaves[2])} · {factor(weight)} = {said(arrives[neuron])}",
                ("to_activation", (0, neuron)),
                (PARAMETERS[6 + neuron],),
            )
        )
        found += _neuron(config, walk, neuron)
    return found


def _neuron(config: Config, walk: Walk, neuron: int) -> list[Step]:
    """Return the steps inside one neuron: through its activation, then to its two weights and its bias."""
    arrives, leaves, slope = walk.to_activation[0, neuron], walk.to_sum[0, neuron], walk.slope[0, neuron]
    symbol, total = OUTPUTS[neuron], SUMS[neuron]
    curve = CURVES[config.activation if neuron < 2 else output_activation(config)]
    shut = " It is flat here: nothing goes back." if slope == 0 else ""
    found = [
        Step(
            BACKWARD,
            f"dz{neuron + 1}",
            f"Back through the bend: times the slope of {curve} at {total}.{shut}",
            f"∂L/∂{total} = ∂L/∂{symbol} · {_slope(config, neuron)}",
            f"{factor(arrives)} · {said(slope)} = {said(leaves)}",
            ("to_sum", (0, neuron)),
        )
    ]
    inputs = (*(walk.x[0] if neuron < 2 else walk.a[0, :2]), 1.0)
    names = (*(("x₁", "x₂") if neuron < 2 else ("h₁", "h₂")), "1")
    for place in range(3):
        index = 3 * neuron + place
        what = f"Weight {SYMBOLS[index]}: what reached {total}, times what came in, {names[place]}"
        if place == 2:
            what = f"Bias {SYMBOLS[index]}: its input is always 1, so it gets all that reached {total}"
        found.append(
            Step(
                BACKWARD,
                f"d{PARAMETERS[index]}",
                what,
                f"∂L/∂{SYMBOLS[index]} = ∂L/∂{total} · {names[place]}",
                f"{factor(leaves)} · {factor(inputs[place])} = {said(walk.rows[0, index])}",
                ("rows", (0, index)),
                (PARAMETERS[index],) if place < 2 else (),
            )
        )
    return found


def _update(config: Config, walk: Walk) -> list[Step]:
    rows = config.batch_rows
    finite = np.where(np.isfinite(walk.batch), np.abs(walk.batch), 0)
    index = int(finite.argmax())  # the largest of the nine is the example
    symbol, gradient, before = SYMBOLS[index], walk.batch[index], walk.velocity[index]
    velocity, weight = walk.next_velocity[index], walk.weights[index]
    parts = " + ".join(factor(value) for value in walk.rows[:rows, index])
    share, rate = said(config.momentum), said(config.learning_rate)
    return [
        Step(
            UPDATE,
            "batch",
            "Online: one row’s gradient is the batch’s"
            if rows == 1
            else f"A {config.batch} of {rows} rows: the mean of the rows’ gradients",
            f"g = ∂L/∂{symbol} of row 1" if rows == 1 else f"g = 1/{rows} · Σ ∂L/∂{symbol} over the rows",
            f"g = {said(gradient)}" if rows == 1 else f"({parts}) / {rows} = {said(gradient)}",
            ("batch", (index,)),
        ),
        Step(
            UPDATE,
            "velocity",
            "Momentum: keep a share β of the old velocity, add the new push",
            f"velocity of {symbol} ← β · velocity − η · g",
            f"{share} · {factor(before)} − {rate} · {factor(gradient)} = {said(velocity)}",
            ("next_velocity", (index,)),
        ),
        Step(
            UPDATE,
            "weights",
            "The update: every weight moves by its velocity",
            f"{symbol} ← {symbol} + velocity",
            f"{said(weight)} + {factor(velocity)} = {said(walk.next_weights[index])}",
            ("next_weights", (index,)),
        ),
    ]
