"""The twelve update rules, number by number as `keras.optimizers` computes them.

See that every rule is a few lines: what it remembers (a velocity, an average of squares) and how that turns a
gradient into a step. Each rule is a generator that holds its memory in local variables: send it the
gradient, it answers with where the weights are now and what it remembers. Two weights are so few that plain
Python floats beat arrays several times over.

What a rule yields, in this order (None where it keeps no such thing; where a rule corrects the bias of a young
average, the corrected value is given, so that step = rate × averaged gradient holds on the screen):

* ``x, y``: the weights after the step;
* ``velocity`` x, y: what past gradients push towards: the velocity itself, or minus the average gradient;
* ``square`` x, y: the accumulated or averaged square of the gradient (Adamax: square of the largest recent one);
* ``rate`` x, y: the effective learning rate of either weight, the number its (averaged) gradient is multiplied by.

Sources of the arithmetic: Keras 3.15, `keras/src/optimizers/*.py`. Two of its habits surprise: epsilon stands inside
the square root for Adagrad, RMSprop and Adadelta, outside it for the Adam family; Adagrad starts its sum at 0.1.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import sqrt

EPSILON = 1e-7

State = tuple[float | None, ...]
Rule = Generator[State, tuple[float, float], None]


def gradient_descent(x: float, y: float, rate: float) -> Rule:
    """Step against the gradient of the whole data set, w ← w − ηg (Cauchy, 1847). It never sees the noise."""
    gx, gy = yield ()
    while True:
        x -= rate * gx
        y -= rate * gy
        gx, gy = yield x, y, None, None, None, None, rate, rate


def sgd(x: float, y: float, rate: float) -> Rule:
    """Step against the noisy gradient of a batch, w ← w − ηg (Robbins and Monro, 1951)."""
    return gradient_descent(x, y, rate)


def momentum(x: float, y: float, rate: float, momentum: float) -> Rule:
    """Heavy ball: v ← βv − ηg, w ← w + v (Polyak, 1964)."""
    gx, gy = yield ()
    vx = vy = 0.0
    while True:
        vx = momentum * vx - rate * gx
        vy = momentum * vy - rate * gy
        x += vx
        y += vy
        gx, gy = yield x, y, vx, vy, None, None, rate, rate


def nesterov(x: float, y: float, rate: float, momentum: float) -> Rule:
    """Momentum that looks ahead: v ← βv − ηg, w ← w + βv − ηg (Nesterov, 1983; as in Sutskever and others, 2013)."""
    gx, gy = yield ()
    vx = vy = 0.0
    while True:
        vx = momentum * vx - rate * gx
        vy = momentum * vy - rate * gy
        x += momentum * vx - rate * gx
        y += momentum * vy - rate * gy
        gx, gy = yield x, y, vx, vy, None, None, rate, rate


def adagrad(x: float, y: float, rate: float, initial_accumulator_value: float) -> Rule:
    """Divide by the root of the sum of all squared gradients (Duchi, Hazan and Singer, 2011)."""
    gx, gy = yield ()
    sx = sy = initial_accumulator_value
    while True:
        sx += gx * gx
        sy += gy * gy
        rx = rate / sqrt(sx + EPSILON)
        ry = rate / sqrt(sy + EPSILON)
        x -= rx * gx
        y -= ry * gy
        gx, gy = yield x, y, None, None, sx, sy, rx, ry


def rmsprop(x: float, y: float, rate: float, rho: float, momentum: float) -> Rule:
    """Divide by the root of a fading average of squared gradients (Tieleman and Hinton, 2012, lecture 6.5)."""
    gx, gy = yield ()
    sx = sy = vx = vy = 0.0
    while True:
        sx = rho * sx + (1 - rho) * (gx * gx)
        sy = rho * sy + (1 - rho) * (gy * gy)
        rx = rate / sqrt(sx + EPSILON)
        ry = rate / sqrt(sy + EPSILON)
        if momentum:
            vx = momentum * vx - rx * gx
            vy = momentum * vy - ry * gy
            x += vx
            y += vy
            gx, gy = yield x, y, vx, vy, sx, sy, rx, ry
        else:
            x -= rx * gx
            y -= ry * gy
            gx, gy = yield x, y, None, None, sx, sy, rx, ry


def adadelta(x: float, y: float, rate: float, rho: float) -> Rule:
    """RMSprop whose learning rate is the average size of its own past steps (Zeiler, 2012).

    Keras multiplies the result by the learning rate; the paper has none, that is η = 1.
    """
    gx, gy = yield ()
    sx = sy = dx = dy = 0.0  # averages of the squared gradients and of the squared steps
    while True:
        sx = rho * sx + (1 - rho) * (gx * gx)
        sy = rho * sy + (1 - rho) * (gy * gy)
        ratio_x = sqrt(dx + EPSILON) / sqrt(sx + EPSILON)
        ratio_y = sqrt(dy + EPSILON) / sqrt(sy + EPSILON)
        step_x = ratio_x * gx
        step_y = ratio_y * gy
        dx = rho * dx + (1 - rho) * (step_x * step_x)
        dy = rho * dy + (1 - rho) * (step_y * step_y)
        x -= rate * step_x
        y -= rate * step_y
        gx, gy = yield x, y, None, None, sx, sy, rate * ratio_x, rate * ratio_y


def adam(x: float, y: float, rate: float, beta_1: float, beta_2: float) -> Rule:
    """Momentum and RMSprop in one, both corrected for their start at zero (Kingma and Ba, 2015)."""
    return adamw(x, y, rate, beta_1, beta_2, 0.0)


def adamw(x: float, y: float, rate: float, beta_1: float, beta_2: float, weight_decay: float) -> Rule:
    """Adam that also pulls every weight towards zero, outside the average (Loshchilov and Hutter, 2019)."""
    gx, gy = yield ()
    mx = my = sx = sy = 0.0
    power_1 = power_2 = 1.0
    shrink = 1 - weight_decay * rate
    while True:
        power_1 *= beta_1
        power_2 *= beta_2
        correction_1 = 1 - power_1
        correction_2 = 1 - power_2
        root = sqrt(correction_2)
        mx += (gx - mx) * (1 - beta_1)
        my += (gy - my) * (1 - beta_1)
        sx += (gx * gx - sx) * (1 - beta_2)
        sy += (gy * gy - sy) * (1 - beta_2)
        rx = rate * root / (sqrt(sx) + EPSILON)
        ry = rate * root / (sqrt(sy) + EPSILON)
        vx = -mx / correction_1
        vy = -my / correction_1
        x = x * shrink + rx * vx
        y = y * shrink + ry * vy
        gx, gy = yield x, y, vx, vy, sx / correction_2, sy / correction_2, rx, ry


def nadam(x: float, y: float, rate: float, beta_1: float, beta_2: float) -> Rule:
    """Adam with Nesterov's look-ahead and a momentum that warms up (Dozat, 2016)."""
    gx, gy = yield ()
    mx = my = sx = sy = 0.0
    power_2 = product = 1.0
    decay = 1.0
    while True:
        decay *= 0.96
        now = beta_1 * (1 - 0.5 * decay)
        soon = beta_1 * (1 - 0.5 * decay * 0.96)
        product *= now
        power_2 *= beta_2
        correction_2 = 1 - power_2
        mx += (gx - mx) * (1 - beta_1)
        my += (gy - my) * (1 - beta_1)
        sx += (gx * gx - sx) * (1 - beta_2)
        sy += (gy * gy - sy) * (1 - beta_2)
        old_share = soon / (1 - product * soon)
        new_share = (1 - now) / (1 - product)
        vx = -(old_share * mx + new_share * gx)
        vy = -(old_share * my + new_share * gy)
        square_x = sx / correction_2
        square_y = sy / correction_2
        rx = rate / (sqrt(square_x) + EPSILON)
        ry = rate / (sqrt(square_y) + EPSILON)
        x += rx * vx
        y += ry * vy
        gx, gy = yield x, y, vx, vy, square_x, square_y, rx, ry


def adamax(x: float, y: float, rate: float, beta_1: float, beta_2: float) -> Rule:
    """Adam divided by the largest recent gradient instead of a root mean square (Kingma and Ba, 2015, section 7)."""
    gx, gy = yield ()
    mx = my = ux = uy = 0.0
    power_1 = 1.0
    while True:
        power_1 *= beta_1
        correction_1 = 1 - power_1
        mx += (gx - mx) * (1 - beta_1)
        my += (gy - my) * (1 - beta_1)
        ux = max(beta_2 * ux, abs(gx))
        uy = max(beta_2 * uy, abs(gy))
        rx = rate / (ux + EPSILON)
        ry = rate / (uy + EPSILON)
        vx = -mx / correction_1
        vy = -my / correction_1
        x += rx * vx
        y += ry * vy
        gx, gy = yield x, y, vx, vy, ux * ux, uy * uy, rx, ry


def lion(x: float, y: float, rate: float, beta_1: float, beta_2: float) -> Rule:
    """Step by exactly ±η in either direction, the sign voted by momentum and gradient (Chen and others, 2023)."""
    gx, gy = yield ()
    mx = my = 0.0
    while True:
        vote_x = mx * beta_1 + gx * (1 - beta_1)
        vote_y = my * beta_1 + gy * (1 - beta_1)
        x -= rate * ((vote_x > 0) - (vote_x < 0))
        y -= rate * ((vote_y > 0) - (vote_y < 0))
        mx = mx * beta_2 + gx * (1 - beta_2)
        my = my * beta_2 + gy * (1 - beta_2)
        gx, gy = yield x, y, -vote_x, -vote_y, None, None, rate, rate


RULES: dict[str, Callable[..., Rule]] = {
    "gradient_descent": gradient_descent,
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "adamw": adamw,
    "nadam": nadam,
    "adamax": adamax,
    "lion": lion,
}
