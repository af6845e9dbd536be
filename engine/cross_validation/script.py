"""The scikit-learn and Keras script of exactly these settings: no engine in it, and the same scores come out.

What the learner should see: the whole of cross-validation in a hundred lines they can take home.
"""

from __future__ import annotations

from dataclasses import replace

from engine.cross_validation.experiment import Config
from engine.cross_validation.setup import (
    CHOSEN_COLUMNS,
    COPIES,
    COPY_NOISE,
    MOST_NOISY_ROWS,
    NOISE_COLUMNS,
    prepared,
)
from engine.cross_validation.splits import repeats
from engine.data.tabular import DIGIT_WRITERS, UPLOAD, Rows, rows
from engine.validation import script as parts


def script(config: Config) -> str:
    """Return a runnable Python script that prints every fold's score, their summary, and the ways to one model.

    An upload is read from the learner's own file; the script names the line to change. Raises InvalidData if an upload
    is not in the store any more.
    """
    table = rows(config.dataset, config.upload)
    ready = prepared(config).table
    seen = replace(ready, x=ready.x[:, :CHOSEN_COLUMNS]) if config.leak == "features" else ready
    network = config.network()
    sections = [
        "\n".join((_opening(config, ready), parts.read_table(table))),
        "\n\n".join(filter(None, (_preparation(config, table), _put_aside(config, ready)))),
        parts.build_network(network, seen),
        parts.train_network(network),
        _folds(config, ready),
        _splits(config, ready),
        _scores(config),
        _one_model(config),
    ]
    return "\n\n\n".join(section.strip("\n") for section in sections if section) + "\n"


def _splitter(config: Config, table: Rows) -> tuple[str, str]:
    """Return the class of scikit-learn, and the source of the list of splits."""
    k, count = config.folds, repeats(config)
    if config.splitter == "leave-one-out":
        return "LeaveOneOut", "cut = list(LeaveOneOut().split(x))"
    if config.splitter == "time":
        return "TimeSeriesSplit", f"cut = [split for _ in range({count}) for split in TimeSeriesSplit({k}).split(x)]"
    name = {"plain": "KFold", "stratified": "StratifiedKFold"}.get(config.splitter, "GroupKFold")
    if config.splitter == "group" and table.classification:
        name = "StratifiedGroupKFold"
    if config.shuffle and config.splitter != "group":
        made = f"Repeated{name}(n_splits={k}, n_repeats={count}, random_state={config.seed})"
        return f"Repeated{name}", f"cut = list({made}.split(x, y))"
    groups = ", groups" if config.splitter == "group" else ""
    arguments = f", shuffle=True, random_state={config.seed} + repeat" if config.shuffle else ""
    made = f"{name}({k}{arguments})"
    return name, (f"cut = [\n    split for repeat in range({count})\n    for split in {made}.split(x, y{groups})\n]")


def _opening(config: Config, table: Rows) -> str:
    selection = [_splitter(config, table)[0]]
    if config.splitter != "time":
        selection.append("train_test_split" if table.groups is None else "GroupShuffleSplit")
    score = "accuracy_score" if table.classification else "r2_score"
    choosing = "f_classif" if table.classification else "f_regression"
    chooser = f"from sklearn.feature_selection import SelectKBest, {choosing}\n" if config.leak == "features" else ""
    return (
        f'"""{config.folds}-fold cross-validation ({config.splitter}) of {config.dataset}, seed {config.seed}. '
        'Needs Keras with TensorFlow and scikit-learn."""\n\n'
        f"{parts.OPENING}\n"
        "from scipy import stats\n"
        f"{chooser}"
        f"from sklearn.metrics import {score}\n"
        f"from sklearn.model_selection import {', '.join(sorted(selection))}\n"
        "from sklearn.preprocessing import StandardScaler"
    )


def _preparation(config: Config, table: Rows) -> str:
    """Return what is done to the rows before anything is split; empty if nothing is."""
    lines = []
    most = min(config.rows, MOST_NOISY_ROWS) if config.leak == "features" else config.rows
    if table.groups is not None and config.dataset != UPLOAD:
        lines.append(f"groups = np.arange(len(y)) * {DIGIT_WRITERS} // len(y)  # about one writer after another")
    steps = []
    if len(table.y) > most:
        steps.append(f"places = np.sort(generator.choice(len(places), {most}, replace=False))")
    if table.classification and config.minority < 0.5:
        share = config.minority
        steps += [
            "# Rows of the rarest class are left out at random.",
            "counts = np.bincount(y[places].astype(int))",
            "rare = np.flatnonzero(y[places] == counts.argmin())",
            f"kept = min(len(rare), round({share} / (1 - {share}) * (len(places) - len(rare))))",
            "if kept < len(rare):",
            "    left_out = np.setdiff1d(rare, generator.choice(rare, kept, replace=False))",
            "    places = np.delete(places, left_out)",
        ]
    if config.sort:
        steps.append('places = places[np.argsort(y[places], kind="stable")]')
    if steps:
        lines.append("places = np.arange(len(y))")
        lines += [*steps, "x, y = x[places], y[places]"]
        if table.groups is not None:
            lines.append("groups = groups[places]")
    if config.leak == "features":
        lines.append(f"x = generator.normal(size=(len(y), {NOISE_COLUMNS}))  # nothing but noise, on purpose")
    if config.copies:
        lines += [
            f"groups = np.repeat(np.arange(len(y)), {COPIES})  # every row is measured {COPIES} times",
            "x, y = x[groups], y[groups]",
            f"x = x + {COPY_NOISE} * x.std(axis=0) * generator.normal(size=x.shape)",
        ]
    if any("generator" in line for line in lines):
        lines.insert(0, f"generator = np.random.default_rng({config.seed})")
    return "\n".join(lines)


def _put_aside(config: Config, table: Rows) -> str:
    share, seed = config.test_share, config.seed
    groups = "groups = groups[inside]\n" if table.groups is not None else ""
    if config.splitter == "time":
        found = (
            f"border = len(y) - max(1, round({share} * len(y)))\n"
            "inside, aside = np.split(np.arange(len(y)), [border])\n"
        )
    elif table.groups is not None:
        found = (
            f"drawn = GroupShuffleSplit(1, test_size={share}, random_state={seed})  # whole {table.group_name}s\n"
            "inside, aside = map(np.sort, next(drawn.split(x, groups=groups)))\n"
        )
    else:
        stratify = "stratify=y, " if table.classification else ""
        found = (
            f"inside, aside = map(np.sort, train_test_split(\n"
            f"    np.arange(len(y)), test_size={share}, {stratify}random_state={seed}\n"
            "))\n"
        )
    return (
        f"# Put aside before anything else; no fold sees it.\n{found}{groups}"
        "x, y, aside_x, aside_y = x[inside], y[inside], x[aside], y[aside]"
    )


def _folds(config: Config, table: Rows) -> str:
    """Return `Scaled`: what is learned from some rows before the network is, and applied to others."""
    choosing = config.leak == "features"
    chooser = ""
    if choosing:
        function = "f_classif" if table.classification else "f_regression"
        chooser = (
            f"        chooser = SelectKBest({function}, k={CHOSEN_COLUMNS}).fit(x[seen], y[seen])\n"
            "        self.columns = chooser.get_support(indices=True)\n"
        )
    columns = "[:, self.columns]" if choosing else ""
    if table.classification:
        target = "y.astype(np.float32)"
        said = "output if output.shape[1] > 1 else np.hstack([1 - output, output])"
        centre = ""
    else:
        target = "((y - self.centre) / self.scale).astype(np.float32)"
        said = "output[:, 0] * self.scale + self.centre"
        centre = "        self.centre, self.scale = y[rows].mean(), y[rows].std() or 1.0\n"
    return (
        "class Scaled:\n"
        '    """What is learned from some rows before the network is: it belongs inside the split."""\n\n'
        f"    def __init__(self, rows{', seen' if choosing else ''}):\n"
        f"{chooser}"
        f"        self.scaler = StandardScaler().fit(x[rows]{columns})\n"
        f"{centre}\n"
        "    def inputs(self, x):\n"
        f"        return self.scaler.transform(x{columns}).astype(np.float32)\n\n"
        "    def target(self, y):\n"
        f"        return {target}\n\n"
        "    def says(self, model, x):\n"
        "        output = model.predict(self.inputs(x), verbose=0)\n"
        f"        return {said}"
    )


def _splits(config: Config, table: Rows) -> str:
    before = "" if config.leak == "none" else "before"
    folds = "len(x)" if config.splitter == "leave-one-out" else f"{config.folds}"
    best = 'int(np.argmin(history["val_loss"])) + 1' if config.patience else f"{config.epochs}"
    return (
        f"{_splitter(config, table)[1]}\nfolds = {folds}\n\n\n"
        f"def run_folds({before}):\n"
        '    """Return each fold\'s scaling, model, best epoch, loss there, and what it says of the rows held out."""\n'
        "    found = []\n"
        "    for place, (train_rows, test_rows) in enumerate(cut):\n"
        f"        seed = {config.seed} + place // folds  # all folds of a draw begin alike\n"
        f"        scaled = {_leaky_scaling(config)}\n"
        "        inputs, target = scaled.inputs(x), scaled.target(y)\n"
        "        held = inputs[test_rows], target[test_rows]\n"
        "        model, history = train(seed, inputs[train_rows], target[train_rows], *held)\n"
        f"        best = {best}\n"
        '        found.append((scaled, model, best, history["val_loss"][best - 1], scaled.says(model, x[test_rows])))\n'
        "    return found\n\n\n"
        "def score(y, output):\n"
        f"    return {'accuracy_score(y, output.argmax(axis=1))' if table.classification else 'r2_score(y, output)'}"
    )


def _leaky_scaling(config: Config) -> str:
    if config.leak == "none":
        return "Scaled(train_rows)"
    seen = "np.arange(len(x)) if before else train_rows"
    return f"Scaled(train_rows, {seen})" if config.leak == "features" else f"Scaled({seen})"


def _scores(config: Config) -> str:
    honest = "run_folds()" if config.leak == "none" else "run_folds(before=False)"
    if config.splitter == "leave-one-out":
        together = "score(y, np.concatenate([output for *_, output in {}]))"
        return (f'found = {honest}\nprint(f"all rows together: {{{together.format("found")}:.4f}}")') + _leaky_scores(
            config, together.format("run_folds(before=True)")
        )
    each = "[score(y[test_rows], output) for (_, test_rows), (*_, output) in zip(cut, {})]"
    return (
        f"found = {honest}\n"
        f"scores = np.array({each.format('found')})\n"
        "mean, deviation = scores.mean(), scores.std(ddof=1)\n"
        "half = stats.t.ppf(0.975, len(scores) - 1) * deviation / np.sqrt(len(scores))\n"
        'print("folds:", *(f"{value:.4f}" for value in scores))\n'
        'print(f"mean {mean:.4f}, deviation {deviation:.4f}, 95 % interval {mean - half:.4f} to {mean + half:.4f}")'
    ) + _leaky_scores(config, f"np.mean({each.format('run_folds(before=True)')})")


def _leaky_scores(config: Config, source: str) -> str:
    if config.leak == "none":
        return ""
    return f'\nleaky = {source}\nprint(f"done before the split: {{leaky:.4f}}")'


def _one_model(config: Config) -> str:
    rows = "all_rows, all_rows" if config.leak == "features" else "all_rows"
    return (
        f"all_rows = np.arange(len(x))\neverything = Scaled({rows})\n\n\n"
        "def new_model(seed, epochs):\n"
        '    """Return what a new model on all rows, trained for so many epochs, says of the rows put aside."""\n'
        "    model, inputs, target = build(seed), everything.inputs(x), everything.target(y)\n"
        f"    steps = -(-len(x) // {config.batch_size})\n"
        "    model.fit(batches(seed, inputs, target), steps_per_epoch=steps, epochs=epochs, verbose=0)\n"
        "    return everything.says(model, aside_x)\n\n\n"
        f"for repeat in range({repeats(config)}):\n"
        "    own = found[repeat * folds : (repeat + 1) * folds]\n"
        "    said = [scaled.says(model, aside_x) for scaled, model, *_ in own]\n"
        "    epochs = [best for _, _, best, _, _ in own]\n"
        "    lowest = int(np.argmin([loss for _, _, _, loss, _ in own]))\n"
        f"    long = [max(1, round(np.mean(epochs))), max(epochs)]\n"
        f"    new = [new_model({config.seed} + repeat, count) for count in long]\n"
        "    # The fold model with the lowest validation loss, the average of all, two new models on all rows.\n"
        "    ways = (said[lowest], np.mean(said, axis=0), *new)\n"
        '    print("put aside:", *(f"{score(aside_y, way):.4f}" for way in ways))'
    )
