"""The search as plain Keras and scikit-learn: no engine in it, and the same scores come out.

What the learner should see: a search is a loop around `fit`, and an evaluation is five fits. Run like this it takes
many times as long as on the page, where the fits of one point share their steps.
"""

from __future__ import annotations

from engine.data.tabular import Rows
from engine.hyperparameters.experiment import TOP, Config
from engine.hyperparameters.search import GRID, LEVELS
from engine.tuning.network import SEEDS_APART, SURE, WORST_LOSS, WORST_SCORE, table
from engine.tuning.script import PYRAMID, batches_source, build_source, splitter_name, table_source
from engine.tuning.space import SPACE

POINT_AT = '''SPACE = {space}


def point_at(place):
    """Return dropout, learning rate, neuron share and shrink at a place of the unit cube, rounded."""
    point = []
    for at, (low, high, log) in zip(place, SPACE):
        scaled = np.exp(np.log(low) + at * (np.log(high) - np.log(low))) if log else low + at * (high - low)
        value = float(f"{{scaled:.3g}}") if log else round(float(scaled), 3)
        point.append(min(max(value, low), high))
    return point'''

EVALUATE = '''def evaluate_network(dropout, learning_rate, neuron_share, neuron_shrink, epochs, seed={seed}):
    """Return score and loss on held-back rows, means over {splits} splits."""
    scores, losses = [], []
    for place, (train, held) in enumerate({splitter}({splits}, test_size={share}, random_state=seed).split(x, y)):
        scaler = StandardScaler().fit(x[train])
        train_x, held_x = scaler.transform(x[train]), scaler.transform(x[held])
{targets}
        own_seed = {apart} * seed + place
        model = build(own_seed, dropout, learning_rate, pyramid(neuron_share, neuron_shrink))
        losses_of_epochs = model.fit(
            batches(own_seed, train_x, train_y), steps_per_epoch=-(-len(train) // {batch}), epochs=epochs, verbose=0,
            validation_data=(held_x, held_y), validation_batch_size=len(held),
            callbacks={callbacks},
        ).history["loss"]
        output = model.predict(held_x, batch_size=len(held), verbose=0).astype(float)
{judged}
        diverged = not np.isfinite(losses_of_epochs).all()
        scores.append({worst} if diverged else {score})
        losses.append({most} if diverged else {loss})
    return np.mean(scores), np.mean(losses)'''

SEARCH = """alive = list(range(len(points)))
for epochs, following in {stages}:
    found = [evaluate_network(*points[k], epochs) for k in alive]
    for k, (score, _) in zip(alive, found):
        print(f"point {{k + 1}} of {points}, {{epochs}} epochs: {{score:.4f}}", flush=True)
    best = sorted(range(len(alive)), key=lambda place: (-found[place][0], found[place][1]))
    alive = [alive[place] for place in best[:following]]
print("best:", dict(zip(["dropout", "learning_rate", "neuron_share", "neuron_shrink"], points[alive[0]])))"""

REPEAT = """# The best again, with other splits, other initial weights and another order of the batches.
for k in alive:
    again = [evaluate_network(*points[k], {epochs}, {seed} + number)[0] for number in range(1, {repeats} + 1)]
    print(f"point {{k + 1}} with {repeats} other seeds: {{np.mean(again):.4f}}, lowest {{min(again):.4f}}")"""


def script(config: Config) -> str:
    """Return a runnable Python script of exactly this search; it prints every score of the page.

    Raises:
        InvalidData: An upload is not in the store any more.
    """
    task, used = config.task(), table(config.dataset, config.upload)
    parts = [
        _opening(config, used),
        table_source(task),
        _space(),
        PYRAMID,
        build_source(task, used),
        batches_source(task),
        _evaluation(config, used),
        _points(config),
        SEARCH.format(stages=_stages(config), points=config.points),
    ]
    if config.repeats:
        parts.append(REPEAT.format(epochs=config.epochs, seed=config.seed, repeats=config.repeats))
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _opening(config: Config, used: Rows) -> str:
    tools = "itertools\n\nimport keras" if config.method == GRID else "keras"
    return (
        f'"""Hyperparameters: {config.method} search, {config.points} points, seed {config.seed}. '
        'Needs scikit-learn, and Keras with TensorFlow."""\n\n'
        f"import {tools}\nimport numpy as np\nfrom keras import layers\nfrom keras.initializers import GlorotUniform\n"
        f"from sklearn.model_selection import {splitter_name(used)}\nfrom sklearn.preprocessing import StandardScaler"
    )


def _space() -> str:
    space = ", ".join(f"({one.low}, {one.high}, {one.log})" for one in SPACE)
    return POINT_AT.format(space=f"[{space}]")


def _evaluation(config: Config, used: Rows) -> str:
    worst, most = WORST_SCORE[used.classification], WORST_LOSS[used.classification]
    if used.classification:
        targets = "        train_y, held_y = y[train], y[held]"
        # Of two classes the network gives the second one's probability only.
        both = "        output = np.concatenate([1 - output, output], axis=1)\n" if used.classes == 2 else ""
        judged = f"{both}        sure = np.clip(output[np.arange(len(held)), held_y.astype(int)], {SURE}, {1 - SURE})"
        score, loss = "np.mean(output.argmax(axis=1) == held_y)", "-np.log(sure).mean()"
    else:
        targets = (
            "        middle, spread = y[train].mean(), y[train].std()\n"
            "        train_y, held_y = (y[train] - middle) / spread, (y[held] - middle) / spread"
        )
        judged = "        error = np.mean((held_y - output[:, 0]) ** 2)"
        score, loss = f"max({worst}, 1 - error / held_y.var())", f"min({most}, error)"
    callbacks = (
        f"[keras.callbacks.EarlyStopping(patience={config.patience}, restore_best_weights=True)]"
        if config.patience
        else "[]"
    )
    return EVALUATE.format(
        seed=config.seed,
        splits=config.splits,
        splitter=splitter_name(used),
        share=config.held_share,
        targets=targets,
        apart=SEEDS_APART,
        batch=config.batch_size,
        callbacks=callbacks,
        judged=judged,
        worst=worst,
        most=most,
        score=score,
        loss=loss,
    )


def _points(config: Config) -> str:
    if config.method != GRID:
        return (
            f"places = np.random.default_rng({config.seed}).random(({config.points}, 4))\n"
            "points = [point_at(place) for place in places]"
        )
    counts = [LEVELS[config.points][one] for one in SPACE]
    return (
        f"# The middle of each of k equal parts of each range: k = {', '.join(map(str, counts))}.\n"
        f"dropouts, rates, shares, shrinks = [(np.arange(k) + 0.5) / k for k in {counts}]\n"
        "places = itertools.product(shares, shrinks, dropouts, rates)\n"
        "points = [point_at((dropout, rate, share, shrink)) for share, shrink, dropout, rate in places]"
    )


def _stages(config: Config) -> str:
    stages = config.rungs()
    following = [*(rung.count for rung in stages[1:]), min(TOP, stages[-1].count)]
    pairs = ", ".join(f"({rung.epochs}, {count})" for rung, count in zip(stages, following, strict=True))
    return f"[{pairs}]"
