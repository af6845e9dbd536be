"""The reader's own point: four numbers by hand, evaluated exactly as the search evaluates its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.config import number
from engine.hyperparameters.task import TaskConfig
from engine.tuning.network import LEARNING_RATES, evaluate_network, pyramid
from engine.tuning.space import Point

if TYPE_CHECKING:
    from engine.runs.context import Context


@dataclass(frozen=True)
class Config(TaskConfig):
    """Settings of one evaluation; `repeats` is how many further seeds it is repeated with."""

    dropout: float = number(0.2, 0.0, 0.8)
    learning_rate: float = number(0.003, *LEARNING_RATES)
    neuron_share: float = number(0.5, 0.01, 1.0)
    neuron_shrink: float = number(0.5, 0.01, 1.0)

    def check(self) -> None:
        """Check what involves several fields; raise InvalidSetting."""
        self.check_upload()
        self.check_steps(self.splits * (1 + self.repeats))

    @property
    def point(self) -> Point:
        """The four numbers."""
        return self.dropout, self.learning_rate, self.neuron_share, self.neuron_shrink

    @property
    def layers(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return pyramid(self.neuron_share, self.neuron_shrink)


@dataclass(frozen=True)
class Result:
    """What the evaluation of one point found; S splits, K further seeds.

    Attributes:
        config: The settings.
        score: Mean over the splits, with the search's own seed.
        deviation: Over the splits.
        scores: float32 (S,).
        parameters: Number of weights.
        epochs: Trained, all splits together.
        seconds: Of the first evaluation.
        diverged: How many of the S networks did.
        repeats: float32 (K,), scores with the further seeds, the same as the search's; not-a-number where not yet.
        stopped: Whether Stop ended it early; the score is not-a-number then if it came before that was known.
    """

    config: Config
    score: float
    deviation: float
    scores: np.ndarray
    parameters: int
    epochs: int
    seconds: float
    diverged: int
    repeats: np.ndarray
    stopped: bool = False


def run(config: Config, context: Context) -> Result:
    """Evaluate the point, then again with further seeds (in a worker only)."""
    total = 1 + config.repeats
    first = evaluate_network(*config.point, task=config.task(), context=context)
    repeats = np.full(config.repeats, np.nan, dtype=np.float32)
    stopped = first.stopped
    for place in range(0 if stopped else config.repeats):
        context.report(1 + place, total, "with another seed")
        again = evaluate_network(*config.point, task=config.task(seed=config.seed + place + 1), context=context)
        if again.stopped:
            stopped = True
            break
        repeats[place] = again.score
    nothing = float("nan")
    return Result(
        config=config,
        score=nothing if first.stopped else first.score,
        deviation=nothing if first.stopped else first.deviation,
        scores=first.scores.astype(np.float32),
        parameters=first.parameters,
        epochs=first.epochs,
        seconds=first.seconds,
        diverged=first.diverged,
        repeats=repeats,
        stopped=stopped,
    )
