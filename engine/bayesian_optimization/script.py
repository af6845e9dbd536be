"""The searches as plain scripts: scikit-learn, `bayes_opt` and Keras, no engine, and the same numbers come out.

What the learner should see: a search is a loop of three lines: fit, judge, look. In earnest it is four lines of the
package around the training of a network.
"""

from __future__ import annotations

from engine.bayesian_optimization import acquisition, one_dimension, process, search, tuning, two_dimensions
from engine.bayesian_optimization.functions import FORBIDDEN_SOURCE, ONE, TWO
from engine.bayesian_optimization.recipe import PBOUNDS
from engine.tuning.script import evaluate_source

KERNELS = {
    "rbf": ("RBF", "RBF(length)"),
    "matern52": ("Matern", "Matern(length, nu=2.5)"),
    "matern32": ("Matern", "Matern(length, nu=1.5)"),
}

PROCESS = '''def fit(places, values, noise, lengths):
    """Return the process of the length scale under which the values are most likely."""
    fits = []
    for length in lengths:
        kernel = {kernel}
        gp = GaussianProcessRegressor(kernel, alpha={jitter} + (noise / (values.std() or 1)) ** 2, optimizer=None,
                                      normalize_y=True)
        fits.append(gp.fit(places, values))
    return max(fits, key=lambda gp: gp.log_marginal_likelihood_value_)'''

LOOP = """generator = np.random.default_rng(({seed}, 0))
taken = list(generator.choice(len(grid), {first}, replace=False))
noise = {noise} * generator.standard_normal({first} + {most})
acquisition = {acquisition}
for step in range({steps} + 1):
    readings = height[taken] + noise[: len(taken)]
{choice}
    place = int(np.argmax(worth >= worth.max() - {equal} * np.ptp(worth)))  # the first of those that are equally good
    if step == {steps}:
        break
    taken.append(place)
    print(f"sample {{len(taken)}} at {{grid[place]}}: height {{height[place]:.4f}}")
print(f"best reading {{{best}:.4f}}; next it would look at {{grid[place]}}")"""

FREE = """    gp = fit(grid[taken], readings, {noise}, lengths)
    mean, deviation = gp.predict(grid, return_std=True)
{y_max}    worth = acquisition.base_acq(mean, np.maximum(deviation, 1e-12))"""

BOUND = """    inside = forbidden[taken] <= 0
    gp, border = fit(grid[taken], readings, {noise}, lengths), fit(grid[taken], forbidden[taken], 0, lengths)
    mean, deviation = gp.predict(grid, return_std=True)
    # The chance that a place is allowed weighs what it is worth (Gardner et al. 2014).
    middle, unsure = border.predict(grid, return_std=True)
    chance = norm.cdf(-middle / np.maximum(unsure, 1e-12))
    acquisition.y_max = readings[inside].max() if inside.any() else 0
    worth = acquisition.base_acq(mean, np.maximum(deviation, 1e-12)) * chance if inside.any() else chance"""


def script(config: one_dimension.Config | two_dimensions.Config) -> str:
    """Return a runnable script of a search; it prints every sample the search chose."""
    two = isinstance(config, two_dimensions.Config)
    name = config.weighed if isinstance(config, two_dimensions.Config) else config.acquisition
    constrained = isinstance(config, two_dimensions.Config) and config.constrained
    needs, kernel = KERNELS[config.kernel]
    numbers = {"noise": config.noise, "seed": config.seed, "first": config.first, "steps": config.steps}
    y_max = "" if name == "ucb" else "    acquisition.y_max = readings.max()\n"
    choice = BOUND.format(**numbers) if constrained else FREE.format(**numbers, y_max=y_max)
    lengths = (
        f"np.geomspace({process.LENGTHS[0]:g}, {process.LENGTHS[-1]:g}, {len(process.LENGTHS)})"
        if config.length == process.FITTED
        else f"[{config.length}]"
    )
    parts = [
        f'"""Bayesian optimization over {"two settings" if two else "one setting"}, seed {config.seed}. '
        "Needs scikit-learn and bayesian-optimization.\n\n"
        'In earnest the height is the score of a trained keras network: see “The real network”."""\n\n'
        f"import numpy as np\nfrom bayes_opt.acquisition import {acquisition.CLASSES[name]}\n"
        + ("from scipy.stats import norm\n" if constrained else "")
        + f"from sklearn.gaussian_process import GaussianProcessRegressor\n"
        f"from sklearn.gaussian_process.kernels import {needs}",
        _hidden(config),
        PROCESS.format(kernel=kernel, jitter=process.JITTER) + f"\n\n\nlengths = {lengths}",
        LOOP.format(
            **numbers,
            most=search.MOST_STEPS,
            acquisition=_made(name, config.kappa, config.xi),
            choice=choice,
            equal=search.EQUAL,
            best="readings[inside].max() if inside.any() else np.nan" if constrained else "readings.max()",
        ),
    ]
    return "\n\n\n".join(parts) + "\n"


def _made(name: str, kappa: float, xi: float) -> str:
    return f"{acquisition.CLASSES[name]}({f'kappa={kappa}' if name == 'ucb' else f'xi={xi}'})"


def _hidden(config: one_dimension.Config | two_dimensions.Config) -> str:
    if isinstance(config, one_dimension.Config):
        source = ONE[config.function].source
        return f"x = np.linspace(0, 10, {one_dimension.PLACES})\ngrid = x[:, None]\nheight = {source}"
    source = (
        f"axis = np.linspace(0, 10, {two_dimensions.SIDE})\n"
        'y, x = (one.ravel() for one in np.meshgrid(axis, axis, indexing="ij"))\n'
        f"grid = np.stack([x, y], axis=1)\nheight = ({TWO[config.surface].source})"
    )
    return f"{source}\nforbidden = {FORBIDDEN_SOURCE}" if config.constrained else source


SEARCH = '''from bayes_opt import BayesianOptimization
from bayes_opt.acquisition import {acquisition}
from scipy.optimize import NonlinearConstraint


def objective(dropout, log10_rate, neuron_share, neuron_shrink):
    """Return the score; the learning rate is searched by its power of ten."""
    score = evaluate_network(dropout, 10.0**log10_rate, neuron_share, neuron_shrink)
    print(f"score {{score:.4f}} with dropout {{dropout:.3f}}, rate {{10**log10_rate:.5f}}, "
          f"layers {{pyramid(neuron_share, neuron_shrink)}}", flush=True)
    return score'''

WEIGHTS = '''def weights(dropout, log10_rate, neuron_share, neuron_shrink):
    """Return log10 of the number of weights."""
    sizes = [{inputs}, *pyramid(neuron_share, neuron_shrink), {outputs}]
    return np.log10(sum((before + 1) * after for before, after in zip(sizes, sizes[1:])))'''

RUN = """pbounds = {{
{pbounds}
}}
optimizer = BayesianOptimization(
    objective, pbounds, acquisition_function={acquisition}, random_state={seed}, verbose=0,
    allow_duplicate_points=True,{constraint}
)
optimizer.set_gp_params(alpha={alpha})
{begin}
print(f"best {{optimizer.max['target']:.4f}} with {{optimizer.max['params']}}")
optimizer.save_state("state.json")  # later: load_state("state.json"), and maximize(0, 10) goes on from there"""


def tuning_script(config: tuning.Config) -> str:
    """Return a runnable script of the first Bayesian search of a tuning run; it prints every score.

    Raises:
        InvalidData: An upload is not in the store any more.
    """
    whole = tuning.table(config.dataset, config.upload)
    name = config.weighed
    limit = f"constraint=NonlinearConstraint(weights, -np.inf, np.log10({config.most_weights})),"
    begin = f"optimizer.maximize(init_points={config.init_points}, n_iter={config.n_iter})"
    if config.resumed:
        begin = (
            'optimizer.load_state("state.json")  # the saved search\n'
            f"optimizer.maximize(init_points=0, n_iter={config.n_iter})"
        )
    searching = SEARCH.format(acquisition=acquisition.CLASSES[name])
    if not config.most_weights:
        searching = searching.replace("from scipy.optimize import NonlinearConstraint\n", "")
    parts = [
        f'"""Bayesian optimization of a network on {config.dataset}, seed {config.seed}. '
        'Needs bayesian-optimization and Keras."""',
        evaluate_source(config.task()),
        searching,
        *(
            [WEIGHTS.format(inputs=whole.x.shape[1], outputs=whole.classes if whole.classes > 2 else 1)]
            if config.most_weights
            else []
        ),
        RUN.format(
            pbounds="\n".join(f'    "{one}": {ends},' for one, ends in PBOUNDS.items()),
            acquisition=_made(name, config.kappa, config.xi),
            seed=config.seed,
            constraint=f"\n    {limit}" if config.most_weights else "",
            alpha=config.alpha,
            begin=begin,
        ),
    ]
    return "\n\n\n".join(parts) + "\n"
