"""The page's scenes: five races, each with a question to guess first and an answer computed from the result."""

from __future__ import annotations

from functools import cache

from engine.optimizers import catalogue, race
from engine.optimizers.race import Config, Result
from engine.optimizers.story import NOBODY, first, guessed, scoreboard
from engine.optimizers.words import joined, number
from engine.scenes import Scene

SEEDS = 20
_FOUR = ("SGD", "Momentum", "RMSprop", "Adam")


def _too_small(result: Result, guess: str) -> str:
    sgd = result.racer("sgd")
    answer = guessed(result, guess)
    if sgd and sgd.valley_at is None and first(result) == ("momentum",):
        answer += " Momentum adds up small steps that point the same way, up to 1/(1 − β) = 10 of them."
    return answer


def _too_large(result: Result, guess: str) -> str:
    left = [racer.label for racer in result.racers if racer.left_at is not None]
    if guess == NOBODY:
        return "You said none, and you are right." if not left else f"You said none. {joined(left)} did."
    if guess in left:
        step = next(racer.left_at for racer in result.racers if racer.label == guess)
        others = [name for name in left if name != guess]
        return f"You said {guess}, and you are right: gone at step {step}." + (
            f" So did {joined(others)}." if others else ""
        )
    return f"You said {guess}. It stayed; " + (f"{joined(left)} left." if left else "nobody left.")


def _noisy(result: Result, guess: str) -> str:
    slowest = _last(result)
    last = result.racer(slowest)
    name = last.label if last else NOBODY
    counts = last_places(NOISY)
    said = f"You said {guess}, and you are right" if guess == name else f"You said {guess}. It was {name}"
    when = f"only from step {last.valley_at}" if last and last.valley_at is not None else "not within these steps"
    return (
        f"{said}: it stays in the valley {when}. In {counts.get(name, 0)} of {SEEDS} other draws of the batches it was "
        "the last of the four as well. Its speed comes from adding up gradients, and it adds up their noise too."
    )


def _last(result: Result) -> str:
    """Return which of the four is the last to settle in the valley (or the highest of those that do not)."""
    four = {"sgd", "momentum", "rmsprop", "adam"}
    return [row.id for row in scoreboard(result) if row.id in four][-1]


@cache
def last_places(config: Config, seeds: int = SEEDS) -> dict[str, int]:
    """Return how often each of the four was the last to settle, over seeds 1000, 1001, …"""
    counts: dict[str, int] = {}
    for seed in range(1000, 1000 + seeds):
        name = catalogue.BY_ID[_last(race.run(config.changed(seed=seed)))].label
        counts[name] = counts.get(name, 0) + 1
    return counts


def _adam_loses(result: Result, guess: str) -> str:
    adam = result.racer("adam")
    answer = guessed(result, guess)
    if adam is not None and adam.square is not None:
        largest = float(adam.square[:, 0].max()) ** 0.5
        answer += (
            f" Adam still divides by {number(float(adam.square[-1, 0]) ** 0.5)} at the end, "
            f"because it saw gradients of {number(largest)} on the slope; plain SGD remembers nothing."
        )
    return answer


JUST_RIGHT = Config()
TOO_SMALL = Config(learning_rate=0.002)
TOO_LARGE = Config(learning_rate=0.09)
NOISY = Config(surface="batches", learning_rate=0.1)
ADAM_LOSES = Config(surface="cliff", learning_rate=0.05)
CONFIGS = (TOO_SMALL, JUST_RIGHT, TOO_LARGE, NOISY, ADAM_LOSES)

SCENES = (
    Scene(
        "Too small",
        TOO_SMALL,
        "With η = 0.002, which optimizer is in the valley (loss below 0.1) within 200 steps?",
        (*_FOUR, NOBODY),
        _too_small,
    ),
    Scene("Just right", JUST_RIGHT, "Which optimizer is first inside the valley (loss below 0.1)?", _FOUR, guessed),
    Scene("Too large", TOO_LARGE, "With η = 0.09, which optimizer leaves the picture?", (*_FOUR, NOBODY), _too_large),
    Scene(
        "Noisy",
        NOISY,
        "Every step sees 2 of 64 points. Which of the four is the last to settle in the valley?",
        _FOUR,
        _noisy,
    ),
    Scene(
        "Adam loses",
        ADAM_LOSES,
        "First a steep slope, then a gentle bowl. Which optimizer is first at the bottom?",
        _FOUR,
        _adam_loses,
    ),
)
