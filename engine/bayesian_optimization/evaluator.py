"""Evaluations on a budget: made once, remembered, counted and reported, until the budget is spent or Stop comes.

What the learner should see: four methods that ask the same question of the same networks; what one has asked already
costs another nothing here, but counts in its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.bayesian_optimization import recipe
from engine.tuning.network import pyramid, table

if TYPE_CHECKING:
    from engine.bayesian_optimization.tuning import Config
    from engine.runs.context import Context
    from engine.tuning.network import Evaluation

FRESH = 3  # judgements of every search's winner


class Evaluator:
    """Evaluates points, remembers them, and tells the context."""

    def __init__(self, config: Config, context: Context) -> None:
        self.config, self.context = config, context
        self.tasks = [config.task(fresh) for fresh in range(FRESH + 1)]
        self.known: dict[tuple[tuple[float, ...], int], Evaluation] = {}
        self.rows: dict[str, list[np.ndarray]] = {"evaluation": [], "judgement": []}
        self.total = len(config.methods) * config.searches * (config.budget + FRESH)
        self.done = 0
        self.stopped = False

    def evaluation(self, point: np.ndarray, fresh: int = 0) -> Evaluation:
        """Return a point's evaluation, made or remembered; raises Spent on Stop."""
        from engine.tuning.network import evaluate_network

        place = (tuple(float(value) for value in point), fresh)
        if self.context.stop_requested():
            self._stop()
        if place not in self.known:
            dropout, power, share, shrink = place[0]
            found = evaluate_network(dropout, 10.0**power, share, shrink, task=self.tasks[fresh], context=self.context)
            if found.stopped:
                self._stop()
            self.known[place] = found
        return self.known[place]

    def _stop(self) -> None:
        self.stopped = True
        raise recipe.Spent

    def ask(self, method: int, search: int) -> recipe.Ask:
        """Return what evaluates for one search, until its budget is spent."""
        left = self.config.budget

        def asked(point: np.ndarray, deciding: float = 0.0) -> tuple[float, float]:
            nonlocal left
            if left == 0:
                raise recipe.Spent
            left -= 1
            found = self.evaluation(point)
            self.done += 1
            values = (found.score, found.deviation, found.parameters, self._allowed(found.parameters))
            self.tell("evaluation", (method, search, *values, deciding, found.seconds, *point))
            return found.score, float(np.log10(found.parameters))

        return asked

    def _allowed(self, weights: int) -> bool:
        return not self.config.most_weights or weights <= self.config.most_weights

    def former(self, content: Mapping[str, Any]) -> list[float]:
        """Take over a saved search's evaluations; return log10 of their numbers of weights."""
        sizes = []
        for point, score in zip(content["params"], content["target"], strict=True):
            weights = count_weights(self.config, np.array(point))
            sizes.append(float(np.log10(weights)))
            self.tell("evaluation", (0, 0, score, np.nan, weights, self._allowed(weights), 0.0, 0.0, *point))
        return sizes

    def tell(self, series: str, row: tuple[float, ...]) -> None:
        """Report one row."""
        self.rows[series].append(np.array(row, dtype=float))
        self.context.report(self.done, self.total, "", **{series: self.rows[series][-1][None]})

    def series(self) -> dict[str, np.ndarray]:
        """Return all rows so far, as the context gathered them."""
        return {name: np.array(rows) for name, rows in self.rows.items() if rows}


def count_weights(config: Config, point: np.ndarray) -> int:
    """Return the number of weights of the network at a point."""
    whole = table(config.dataset, config.upload)
    outputs = whole.classes if whole.classes > 2 else 1
    return recipe.weights_of(pyramid(float(point[2]), float(point[3])), whole.x.shape[1], outputs)
