"""The classic recipe's search: four numbers that make a network, and four ways to choose the next one to try.

What the learner should see: all four ways get the same budget and the same objective, and only one of them thinks.
The bounds are those of the recipe (Heaton, Applications of Deep Neural Networks, 2022, section 8.4), but the learning
rate is searched by its power of ten.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

PBOUNDS = {
    "dropout": (0.0, 0.499),
    "log10_rate": (-4.0, -1.0),
    "neuron_share": (0.01, 1.0),
    "neuron_shrink": (0.01, 1.0),
}
NAMES = tuple(PBOUNDS)
LABELS = {
    "dropout": "Dropout",
    "log10_rate": "Learning rate",
    "neuron_share": "Neuron share",
    "neuron_shrink": "Neuron shrink",
}
LOW, HIGH = (np.array(ends) for ends in zip(*PBOUNDS.values(), strict=True))
RATE = NAMES.index("log10_rate")
FORBIDDEN_SCORE = -2.0  # what Nelder-Mead is told of a network that is too large: below every score


class Spent(Exception):
    """The budget is used up, or nobody wants the rest."""


class Ask(Protocol):
    """Evaluates a point (4,) in the order of NAMES; tells its score and the constraint's value, or raises Spent."""

    def __call__(self, point: np.ndarray, deciding: float = 0.0) -> tuple[float, float]:
        """Return score and log10 of the number of weights; `deciding` are the seconds the choice took."""


Method = Callable[[Ask, Any, int, int], None]


def optimizer(config: Any, seed: int) -> Any:
    """Return the package's optimizer with a config's acquisition, assumed noise and constraint."""
    from bayes_opt import BayesianOptimization, acquisition
    from scipy.optimize import NonlinearConstraint

    chosen = {
        "ucb": lambda: acquisition.UpperConfidenceBound(kappa=config.kappa),
        "ei": lambda: acquisition.ExpectedImprovement(xi=config.xi),
        "pi": lambda: acquisition.ProbabilityOfImprovement(xi=config.xi),
    }[config.weighed]()
    constraint = NonlinearConstraint(None, -np.inf, np.log10(config.most_weights)) if config.most_weights else None
    made = BayesianOptimization(
        f=None,
        pbounds=PBOUNDS,
        acquisition_function=chosen,
        constraint=constraint,
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    made.set_gp_params(alpha=config.alpha)
    return made


def random_points(seed: int, count: int) -> list[np.ndarray]:
    """Return random points, those the package itself would begin with: all methods of a seed share their first ones."""
    from bayes_opt import BayesianOptimization

    drawn = BayesianOptimization(f=None, pbounds=PBOUNDS, random_state=seed, verbose=0).random_sample(count)
    return [np.array([point[name] for name in NAMES], dtype=float) for point in drawn]


def bayesian(ask: Ask, config: Any, seed: int, budget: int, made: Any = None) -> None:
    """`maximize(init_points, n_iter)` of the package, taken apart so that every evaluation can be seen.

    Args:
        ask: Evaluates.
        config: See `tuning.Config`.
        seed: Of the search.
        budget: Evaluations; `ask` counts them.
        made: The package's optimizer, if it is to be kept, with its former evaluations if it goes on.
    """
    from threadpoolctl import threadpool_limits

    made = made or optimizer(config, seed)
    first = [] if len(made.space) else made.random_sample(min(config.init_points, budget))
    for turn in range(budget):
        before = made._random_state.get_state()
        begun = time.perf_counter()
        if turn < len(first):
            point = first[turn]
        else:
            # 40 rows are too few for two threads: they wait for each other (672 ms a suggestion instead of 186).
            with threadpool_limits(1, "blas"):
                point = _suggestion(made)
        deciding = time.perf_counter() - begun
        try:
            score, size = ask(np.array([point[name] for name in NAMES], dtype=float), deciding)
        except Spent:
            made._random_state.set_state(before)  # who takes the search up again makes this choice again
            raise
        made.register(point, score, size if config.most_weights else None)


def _suggestion(made: Any) -> Any:
    from bayes_opt.exception import NoValidPointRegisteredError

    try:
        return made.suggest()
    except NoValidPointRegisteredError:  # nothing allowed is known yet, so there is nothing to improve on
        return made.random_sample(1)[0]


def at_random(ask: Ask, config: Any, seed: int, budget: int) -> None:  # noqa: ARG001 - all methods are called alike
    """Ask at uniformly random points."""
    for point in random_points(seed, budget):
        ask(point)


def levels(budget: int) -> tuple[int, ...]:
    """Return how many levels each parameter gets, so that the grid has `budget` points or as few less as can be.

    No parameter gets fewer than in an even grid; what is left goes to the learning rate, which matters most.
    """
    fewest = max(1, int(budget ** (1 / len(NAMES)) + 1e-9))
    most = range(fewest, budget // fewest ** (len(NAMES) - 1) + 1)
    fitting = (counts for counts in itertools.product(most, repeat=len(NAMES)) if np.prod(counts) <= budget)
    return max(fitting, key=lambda counts: (np.prod(counts), counts[RATE]))


def grid_points(budget: int) -> np.ndarray:
    """Return the grid's points (n, 4), n ≤ budget: the middles of equal parts of every range."""
    axes = [
        low + (high - low) * (np.arange(count) + 0.5) / count
        for low, high, count in zip(LOW, HIGH, levels(budget), strict=True)
    ]
    return np.array(list(itertools.product(*axes)))


def on_a_grid(ask: Ask, config: Any, seed: int, budget: int) -> None:  # noqa: ARG001
    """Ask at a grid's points in random order: in the grid's own order a whole range would come last."""
    points = grid_points(budget)
    for place in np.random.default_rng((seed, 0)).permutation(len(points)):
        ask(points[place])


def nelder_mead(ask: Ask, config: Any, seed: int, budget: int) -> None:
    """Let SciPy's Nelder-Mead walk from the first random point; where it settles, it starts again at the next one.

    The simplex lives on the unit cube, its edges are a quarter of each range.
    """
    from scipy.optimize import minimize

    def lost(place: np.ndarray) -> float:
        score, size = ask(LOW + np.clip(place, 0, 1) * (HIGH - LOW))
        too_large = bool(config.most_weights) and size > np.log10(config.most_weights)
        return -(FORBIDDEN_SCORE if too_large else score)

    for start in random_points(seed, budget):
        corner = (start - LOW) / (HIGH - LOW)
        edges = np.diag(np.where(corner > 0.5, -0.25, 0.25))
        minimize(
            lost,
            corner,
            method="Nelder-Mead",
            bounds=[(0.0, 1.0)] * len(NAMES),
            options={"initial_simplex": np.vstack([corner, corner + edges]), "xatol": 0.02, "fatol": 0.002},
        )


METHODS: dict[str, Method] = {
    "bayesian": bayesian,
    "random": at_random,
    "grid": on_a_grid,
    "nelder-mead": nelder_mead,
}
METHOD_LABELS = {"bayesian": "Bayesian", "random": "Random", "grid": "Grid", "nelder-mead": "Nelder–Mead"}


def weights_of(layers: Sequence[int], inputs: int, outputs: int) -> int:
    """Return the number of weights and biases of a dense network."""
    sizes = (inputs, *layers, outputs)
    return sum((before + 1) * after for before, after in itertools.pairwise(sizes))
