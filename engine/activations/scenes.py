"""Five scenes: a saturated function, units that die, units that are rescued, ten layers, and all of them trained.

What the learner should see: each asks for a guess that the run of the scene answers, over several seeds.
"""

from __future__ import annotations

import numpy as np

from engine.activations.experiment import BIAS, COMPARISON, DEPTH, FUNCTION, NETWORK, RATE, SWEPT, Config, Result
from engine.activations.functions import ACTIVATIONS, LABELS
from engine.activations.story import diverged, last_row, ranked, small, spread, tied
from engine.scenes import Scene, judged, matching

FLAT = Config()
DYING = Config(task=NETWORK, learning_rate=1.0)
RESCUED = Config(task=NETWORK, learning_rate=0.3, bias=-0.5, vary=BIAS)
DEEP = Config(task=DEPTH, depth=10)
ALL = Config(task=COMPARISON, depth=2)

LEFT = ("Over a hundredth", "A millionth to a hundredth", "Under a millionth")
DEAD = ("Under 10 %", "10 to 50 %", "Over 50 %")
RESCUE = ("Neither", "Only leaky ReLU", "Only PReLU", "Both")
SHARE = ("Over a tenth", "A thousandth to a tenth", "Under a thousandth")
BEST = ("A ReLU kind", "Another kind", "Too close to tell")
LAYERS = 10
RELU_KINDS = ("relu", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu")
BETTER = 0.1  # of the rows: what a rescue means


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship; a function by itself is computed where the page is."""
    return (DYING, RESCUED, DEEP, ALL)


def starting(task: str) -> Config:
    """Return the scene a reader finds on changing to a task."""
    return {FUNCTION: FLAT, NETWORK: DYING, DEPTH: DEEP, COMPARISON: ALL}[task]


def left(config: Config) -> float:
    """Return what ten layers of the config's function at its input leave of a gradient."""
    steep = ACTIVATIONS[config.function].derivative(np.array([config.x]), config.slope)
    return float(np.abs(steep[0]) ** LAYERS)


def how_much_is_left(config: Config) -> str:
    """Return the option of LEFT that is right."""
    share = left(config)
    return LEFT[0] if share > 1e-2 else LEFT[1] if share > 1e-6 else LEFT[2]


def dead_share(result: Result) -> float:
    """Return the share of dead ReLU units at the end, mean of the seeds."""
    return float(result.dead[last_row(result.dead[:, 0]), 0].mean())


def how_many_are_dead(result: Result) -> str:
    """Return the option of DEAD that is right."""
    share = dead_share(result)
    return DEAD[0] if share < 0.1 else DEAD[1] if share <= 0.5 else DEAD[2]


def who_rescues(result: Result) -> str:
    """Return the option of RESCUE that is right: who is right on a tenth of the rows more than ReLU."""
    mean = result.accuracy[last_row(result.accuracy)].mean(axis=1)
    better = [bool(mean[place] > mean[0] + BETTER) for place in (1, 2)]
    return RESCUE[3] if all(better) else RESCUE[1] if better[0] else RESCUE[2] if better[1] else RESCUE[0]


def first_share(result: Result, name: str) -> float:
    """Return the first layer's gradient through the output's before training, geometric mean of the seeds."""
    gradient = result.gradient[0, result.names.index(name)].astype(np.float64)
    return float(np.exp(np.log(np.maximum(gradient[:, 0], 1e-38) / gradient[:, -1]).mean()))


def how_much_comes_through(result: Result) -> str:
    """Return the option of SHARE that is right for sigmoid."""
    share = first_share(result, "sigmoid")
    return SHARE[0] if share > 0.1 else SHARE[1] if share > 0.001 else SHARE[2]


def who_is_best(result: Result) -> str:
    """Return the option of BEST that is right; too close if one of the other kind is within two standard errors."""
    best = ranked(result)[0]
    kinds = {result.names[place] in RELU_KINDS for place in (best, *tied(result))}
    if len(kinds) > 1:
        return BEST[2]
    return BEST[0] if kinds == {True} else BEST[1]


def _flat(config: Config, guess: str) -> str:
    steep = float(ACTIVATIONS[config.function].derivative(np.array([config.x]), config.slope)[0])
    return judged(
        guess,
        how_much_is_left(config),
        f"f′({config.x:g}) = {steep:.3g}, and its tenth power is {small(left(config)) if left(config) else '0'}. "
        f"Sigmoid’s derivative is nowhere above ¼.",
    )


def _dying(result: Result, guess: str) -> str:
    dead = result.dead[last_row(result.dead[:, 0]), 0].mean(axis=1)
    swept = result.swept_dead[:, 0].mean(axis=1)
    rates = ", ".join(f"{share:.0%} at {rate:g}" for rate, share in zip(SWEPT[RATE], swept, strict=True))
    return judged(
        guess,
        how_many_are_dead(result),
        f"{spread(dead)} over {result.config.seeds} seeds. In the sweep: {rates}. A slope below 0 is no cure for "
        f"this: of the leaky networks {diverged(result)[1]} of {result.config.seeds} diverged.",
    )


def _rescued(result: Result, guess: str) -> str:
    end = last_row(result.accuracy)
    told = ", ".join(
        f"{LABELS[name]} {spread(result.accuracy[end, place])}" for place, name in enumerate(result.names[:3])
    )
    return judged(guess, who_rescues(result), f"Held back: {told}; {dead_share(result):.0%} of the ReLUs are dead.")


def _deep(result: Result, guess: str) -> str:
    shares = ", ".join(f"{LABELS[name]} {small(first_share(result, name))}" for name in result.names)
    return judged(guess, how_much_comes_through(result), f"First through output: {shares}.")


def _all(result: Result, guess: str) -> str:
    end, near = last_row(result.accuracy), tied(result)
    best = ranked(result)[0]
    rest = (
        f"within two standard errors of it: {', '.join(LABELS[result.names[place]] for place in near)}"
        if near
        else ("it is clearly ahead of every other")
    )
    return judged(
        guess,
        who_is_best(result),
        f"First is {LABELS[result.names[best]]}, {spread(result.accuracy[end, best])}; {rest}.",
    )


SCENES = (
    Scene("Saturation", FLAT, "Ten sigmoid layers, every input at x = 1: what is left of a gradient?", LEFT, _flat),
    Scene("Dead ReLUs", DYING, "η = 1: how many ReLU units give 0 for every row at the end?", DEAD, _dying),
    Scene("Rescued", RESCUED, "All biases begin at −0.5. Who is right far more often than ReLU?", RESCUE, _rescued),
    Scene(
        "Ten layers",
        DEEP,
        "Sigmoid, before training: how long is the first layer’s gradient next to the output’s?",
        SHARE,
        _deep,
    ),
    Scene("All trained", ALL, "Twelve activations, five seeds each, one rate: who is right most often?", BEST, _all),
)


def fits(config: Config, result: object) -> bool:
    """Return whether the question that the page asks for these settings can be answered from this result."""
    asked = config if matching(SCENES, config) else FLAT
    if isinstance(result, Config):
        return asked.task == FUNCTION and (result.function, result.x) == (FLAT.function, FLAT.x)
    return isinstance(result, Result) and not result.stopped and result.config.task == asked.task
