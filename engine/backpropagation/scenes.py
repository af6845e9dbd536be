"""Five scenes: the largest gradient, a dead ReLU, a saturated sigmoid, a batch, and a velocity that has built up.

What the learner should see: each answer is one factor of a product that is on the screen.
"""

from __future__ import annotations

import numpy as np

from engine.backpropagation.experiment import CROSS_ENTROPY, FULL, PARAMETERS, RELU, Config, Result
from engine.scenes import Scene, judged

FIRST = Config()
DEAD = FIRST.changed(activation=RELU, b1=-1.5, v2=0.6, learning_rate=0.1)
SATURATED = FIRST.changed(w11=3.0, w12=2.0, b1=1.0, w21=-3.0, w22=-2.0, b2=-1.0, v1=2.0, v2=-2.0, b3=0.0, target=0.0)
BATCH = FIRST.changed(batch=FULL, loss=CROSS_ENTROPY, rows=6, seed=3)
VELOCITY = FIRST.changed(learning_rate=0.1, updates=10)

GROUPS = ("One of the first layer", "A weight of the output", "The output’s bias")
FLOWS = ("Exactly 0", "A little", "As much as through h₂")
LEFT = ("More than 10%", "1 to 10%", "Less than 1%")
SIZES = ("Larger", "Over half of it", "Less than half")
FASTER = ("About as far", "2 to 5 times", "Over 5 times")


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship."""
    return (FIRST, DEAD, SATURATED, BATCH, VELOCITY)


def largest(result: Result) -> str:
    """Return the option of GROUPS that the first row's largest gradient belongs to."""
    index = int(np.abs(result.rows[0]).argmax())
    return GROUPS[0] if index < 6 else GROUPS[1] if index < 8 else GROUPS[2]


def through_first(result: Result) -> str:
    """Return the option of FLOWS that says what passes the first hidden neuron on its way back."""
    first, second = np.abs(result.to_sum[0, :2])
    return FLOWS[0] if first == 0 else FLOWS[1] if first < second / 2 else FLOWS[2]


def left_over(result: Result) -> float:
    """Return the larger |∂L/∂z| of the hidden neurons as a share of |∂L/∂ŷ|, of the first row."""
    return float(np.abs(result.to_sum[0, :2]).max() / max(abs(result.to_activation[0, 2]), 1e-300))


def batch_share(result: Result) -> float:
    """Return the length of the batch's gradient as a share of the longest row gradient in it."""
    lengths = np.linalg.norm(result.rows[: result.config.batch_rows], axis=1)
    return float(np.linalg.norm(result.batch) / max(float(lengths.max()), 1e-300))


def step_ratio(result: Result) -> float:
    """Return the length of the update as a multiple of η times the gradient's."""
    plain = result.config.learning_rate * float(np.linalg.norm(result.batch))
    return float(np.linalg.norm(result.next_velocity)) / max(plain, 1e-300)


def _first(result: Result, guess: str) -> str:
    index = int(np.abs(result.rows[0]).argmax())
    evidence = f"The largest is ∂L/∂{PARAMETERS[index]} = {_signed(result.rows[0, index])}."
    if index == 8:
        evidence += (
            f" A bias has the input 1; v₁ and v₂ get the same ∂L/∂z₃ times only h = {result.a[0, 0]:.2f} and "
            f"{result.a[0, 1]:.2f}."
        )
    return judged(guess, largest(result), evidence)


def _dead(result: Result, guess: str) -> str:
    z = float(result.z[0, 0])
    return judged(
        guess,
        through_first(result),
        f"z₁ = {_signed(z)}, so ReLU’s slope is {0 if z <= 0 else 1}: {_signed(result.to_activation[0, 0])} arrives at "
        f"h₁, {_signed(result.to_sum[0, 0])} leaves. Its weights do not move on this row.",
    )


def _saturated(result: Result, guess: str) -> str:
    share = left_over(result)
    right = LEFT[0] if share > 0.1 else LEFT[1] if share > 0.01 else LEFT[2]
    return judged(
        guess,
        right,
        f"{share:.2%}: |∂L/∂ŷ| is {abs(result.to_activation[0, 2]):.3f}, the larger |∂L/∂z| of the hidden neurons "
        f"{np.abs(result.to_sum[0, :2]).max():.5f}.",
    )


def _batch(result: Result, guess: str) -> str:
    share = batch_share(result)
    right = SIZES[0] if share > 1 else SIZES[1] if share > 0.5 else SIZES[2]
    return judged(
        guess,
        right,
        f"{share:.0%} of the longest row’s: rows that want opposite things cancel. A mean is never longer than its "
        f"longest row.",
    )


def _velocity(result: Result, guess: str) -> str:
    ratio = step_ratio(result)
    right = FASTER[0] if ratio < 2 else FASTER[1] if ratio <= 5 else FASTER[2]
    limit = 1 / (1 - result.config.momentum)
    return judged(
        guess,
        right,
        f"{ratio:.1f} times after {result.config.updates} updates. With an unchanging gradient the limit is "
        f"1/(1 − β) = {limit:.0f}; the older gradients were {'larger' if ratio > limit else 'no larger'} than today’s.",
    )


def _signed(value: float) -> str:
    text = f"{value + 0.0:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


SCENES = (
    Scene("All sigmoid", FIRST, "Which of the nine numbers gets the largest gradient?", GROUPS, _first),
    Scene("Dead ReLU", DEAD, "z₁ is below 0. How much flows back through h₁?", FLOWS, _dead),
    Scene("Saturated", SATURATED, "Large sums in a sigmoid. How much of ∂L/∂ŷ is left at z₁ and z₂?", LEFT, _saturated),
    Scene("A batch", BATCH, "How long is the batch’s gradient beside its longest row’s?", SIZES, _batch),
    Scene("Velocity", VELOCITY, "β = 0.9, ten updates done. How far is the next, beside −η ∂L/∂w?", FASTER, _velocity),
)
