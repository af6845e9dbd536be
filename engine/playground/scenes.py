"""Five scenes: too small, just right, too large a step, overfit, and the right features instead of layers.

What the learner should see: a question that can be answered wrongly, and an answer that was measured: every sentence
here is put together from runs that ship with the app, five seeds each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine.playground.experiment import Config, Result
from engine.playground.setup import store
from engine.playground.story import final_metric, overfitting_from, spread
from engine.scenes import Scene, judged

SOLVED = 0.95
WIDTHS = (4, 8, 16, 32)
JUST_RIGHT = Config()
TOO_SMALL = JUST_RIGHT.changed(layers=WIDTHS[:1])
TOO_LARGE = JUST_RIGHT.changed(learning_rate=100 * JUST_RIGHT.learning_rate)
OVERFIT = JUST_RIGHT.changed(dataset="moons", noise=0.3, points=80, layers=(16, 16), learning_rate=0.003, epochs=400)
FEATURES = JUST_RIGHT.changed(
    dataset="circles", noise=0.0, features=("x2", "y2"), layers=(), learning_rate=0.03, epochs=150
)
BLIND = FEATURES.changed(features=("x", "y"))

NOT_ENOUGH = f"Not even {WIDTHS[-1]}"
NEURONS = (*(str(width) for width in WIDTHS[1:]), NOT_ENOUGH)
HOW_MANY = ("All five", "Three or four", "Two or fewer")
STEP = ("It learns faster", "It only guesses", "Its loss becomes infinite")
WHEN = ("Before epoch 50", "Between 50 and 350", "At the end")
DEPTH = ("None", "One or more")


def neurons_needed(by_width: Mapping[int, Result]) -> str:
    """Return the option of NEURONS that is right: the fewest neurons whose mean accuracy over the seeds is 95 %."""
    enough = [width for width, result in sorted(by_width.items()) if spread(final_metric(result))[0] >= SOLVED]
    return str(enough[0]) if enough else NOT_ENOUGH


def solved_by(result: Result) -> str:
    """Return the option of HOW_MANY that is right: how many of five seeds reach 95 %."""
    solved = int(np.nansum(final_metric(result) >= SOLVED))
    return HOW_MANY[0] if solved == len(final_metric(result)) else HOW_MANY[1] if solved >= 3 else HOW_MANY[2]


def effect_of_step(large: Result, usual: Result) -> str:
    """Return the option of STEP that is right: diverged in most seeds, better than the usual step, or lost."""
    if np.mean(large.diverged >= 0) > 0.5:
        return STEP[2]
    return STEP[0] if spread(final_metric(large))[0] > spread(final_metric(usual))[0] else STEP[1]


def lowest_at(result: Result) -> tuple[str, int]:
    """Return the option of WHEN that is right, and the epoch from which on the validation loss only rose."""
    start = overfitting_from(result)
    if start is None:
        return WHEN[2], int(result.epoch[-1])
    return WHEN[0] if start < 50 else WHEN[1], start


def depth_needed(without: Result) -> str:
    """Return the option of DEPTH that is right: none if the network without hidden layers reaches 95 %."""
    return DEPTH[0] if spread(final_metric(without))[0] >= SOLVED else DEPTH[1]


def shipped() -> tuple[Config, ...]:
    """Return every config whose result must ship: the scenes, and what their answers are measured by."""
    widths = tuple(JUST_RIGHT.changed(layers=(width,)) for width in WIDTHS)
    return (JUST_RIGHT, *widths, TOO_LARGE, OVERFIT, FEATURES, BLIND)


def _percent(result: Result) -> str:
    mean, deviation = spread(final_metric(result))
    return f"{100 * mean:.1f} ± {100 * deviation:.1f} %"


def _from_store(configs: Sequence[Config]) -> list[Result] | None:
    entries = [store().find(config) for config in configs]
    found = [entry.result for entry in entries if entry is not None]
    return found if len(found) == len(entries) else None


def _measured(configs: Sequence[Config], tell: Callable[..., str]) -> Callable[[Result, str], str]:
    """Return an answer that is told from the scene's own result and the stored results of `configs`."""

    def answer(result: Result, guess: str) -> str:
        others = _from_store(configs)
        if others is None:
            return "The runs that answer this are not stored here: make assets computes them."
        return tell(guess, result, *others)

    return answer


def _tell_neurons(guess: str, _: Result, *results: Result) -> str:
    by_width = dict(zip(WIDTHS, results[:-1], strict=True))
    right = neurons_needed(by_width)
    listed = ", ".join(f"{width} neurons {100 * spread(final_metric(by_width[width]))[0]:.0f} %" for width in WIDTHS)
    return judged(
        guess,
        right,
        f"Over five seeds, {listed}. Two layers of 8 reach {_percent(results[-1])}.",
    )


def _tell_seeds(guess: str, result: Result) -> str:
    finals = final_metric(result)
    solved = int(np.nansum(finals >= SOLVED))
    worst, best = 100 * np.nanmin(finals), 100 * np.nanmax(finals)
    return judged(
        guess,
        solved_by(result),
        f"{solved} of {len(finals)} get there: the worst has {worst:.1f} %, the best {best:.1f} % right.",
    )


def _tell_step(guess: str, result: Result, usual: Result) -> str:
    return judged(
        guess,
        effect_of_step(result, usual),
        f"With a learning rate of {result.config.learning_rate:g} five seeds end at {_percent(result)}, and half of "
        f"the points are right by guessing; with {usual.config.learning_rate:g} it is {_percent(usual)}.",
    )


def _tell_overfit(guess: str, result: Result) -> str:
    right, start = lowest_at(result)
    validation = result.validation_loss.mean(axis=1)
    return judged(
        guess,
        right,
        f"The validation loss, averaged over five seeds, was lowest at epoch {start} ({validation[start]:.2f}) and "
        f"is {validation[-1]:.2f} at the end, while the training loss fell on to {result.loss[-1].mean():.3f}.",
    )


def _tell_depth(guess: str, result: Result, blind: Result) -> str:
    return judged(
        guess,
        depth_needed(result),
        f"Without a hidden layer x² and y² give {_percent(result)}, for x² + y² is constant on a circle; x and y "
        f"alone give {_percent(blind)}.",
    )


SCENES = (
    Scene(
        "Too few neurons",
        TOO_SMALL,
        "How many neurons in one layer get 95 % of this spiral right within 300 epochs?",
        NEURONS,
        _measured((*(JUST_RIGHT.changed(layers=(width,)) for width in WIDTHS), JUST_RIGHT), _tell_neurons),
    ),
    Scene(
        "Just right",
        JUST_RIGHT,
        "Five networks differ in their seed only. How many get 95 % of the validation points right?",
        HOW_MANY,
        _measured((), _tell_seeds),
    ),
    Scene(
        "Too large a step",
        TOO_LARGE,
        "Every step is a hundred times larger. What becomes of the network?",
        STEP,
        _measured((JUST_RIGHT,), _tell_step),
    ),
    Scene(
        "Overfit",
        OVERFIT,
        "40 noisy points, 400 epochs: when is the loss on the points held back lowest?",
        WHEN,
        _measured((), _tell_overfit),
    ),
    Scene(
        "Right features",
        FEATURES,
        "The network is given x² and y². How many hidden layers do the circles need?",
        DEPTH,
        _measured((BLIND,), _tell_depth),
    ),
)
