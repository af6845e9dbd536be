"""The scikit-learn and Keras script of exactly these settings, which prints the page's numbers.

What the learner should see: the classic benchmark. Split, scale, train with early stopping, score, fifty times; then
the paired difference with its corrected interval in four lines of NumPy and SciPy.
"""

from __future__ import annotations

from engine.bootstrapping.draws import REPLACEMENT, SHUFFLE, STOPPING_SHARE
from engine.bootstrapping.experiment import OTHER_SEEDS, OWN, SEED, Config
from engine.data.tabular import Rows, rows
from engine.validation import script as shared


def script(config: Config) -> str:
    """Return a runnable Python script; raises InvalidData if an upload is not in the store any more."""
    table = rows(config.dataset, config.upload)
    first, second = (_functions(config, table, setting) for setting in (0, 1))
    same_build, same_train = first[0] == second[0], first[1] == second[1]
    parts = [
        _opening(config, table),
        shared.read_table(table),
        _splits(config, table),
        first[0],
        *([] if same_build else [second[0].replace("def build(", "def build_b(")]),
        first[1],
        *([] if same_train else [_second_training(second[1])]),
        _loop(config, table, "build" if same_build else "build_b", "train" if same_train else "train_b"),
        _summary(config),
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _functions(config: Config, table: Rows, setting: int) -> tuple[str, str]:
    """Return source of `build(seed)` and of `train(build, seed, …)` of a setting."""
    network = config.network(setting)
    train = shared.train_network(network).replace("def train(seed", "def train(build, seed")
    return shared.build_network(network, table), train


def _second_training(source: str) -> str:
    """Return the training of B under names of its own."""
    return (
        source.replace("def batches(", "def batches_b(")
        .replace(" batches(seed", " batches_b(seed")
        .replace("def train(", "def train_b(")
    )


def _opening(config: Config, table: Rows) -> str:
    splitter = {REPLACEMENT: "", SHUFFLE: "ShuffleSplit"}.get(config.method, "StratifiedShuffleSplit")
    selection = [*([splitter] if splitter else []), *(["train_test_split"] if config.stopping == OWN else [])]
    metric = "accuracy_score" if table.classification else "r2_score"
    lines = [
        f'"""Benchmark: {config.splits} splits of {table.name}, two settings. Needs Keras, scikit-learn, SciPy."""',
        "",
        shared.OPENING,
        "from scipy import stats",
        f"from sklearn.metrics import {metric}",
        *([f"from sklearn.model_selection import {', '.join(selection)}"] if selection else []),
        "from sklearn.preprocessing import StandardScaler",
        *(["from sklearn.utils import resample"] if config.method == REPLACEMENT else []),
    ]
    return "\n".join(lines)


def _splits(config: Config, table: Rows) -> str:
    if config.method == REPLACEMENT:
        lines = [
            f"generator = np.random.RandomState({config.seed})",
            f"samples = [resample(np.arange(len(x)), random_state=generator) for _ in range({config.splits})]",
            "pairs = [(sample, np.setdiff1d(np.arange(len(x)), sample)) for sample in samples]  # out of the bag: held",
        ]
    else:
        name = "ShuffleSplit" if config.method == SHUFFLE else "StratifiedShuffleSplit"
        keep = ""
        lines = []
        if config.method != SHUFFLE:
            keep = ", y"
            if not table.classification:
                lines.append(
                    "quarter = np.digitize(y, np.quantile(y, (0.25, 0.5, 0.75)))  # each split has its share of each"
                )
                keep = ", quarter"
        lines += [
            f"splitter = {name}({config.splits}, test_size={config.held_out}, random_state={config.seed})",
            f"pairs = list(splitter.split(x{keep}))",
        ]
    lines.append("splits = []  # rows to learn from, rows that say when to stop, rows that judge")
    lines.append("for place, (train_rows, held) in enumerate(pairs):")
    if config.stopping == OWN:
        lines += [
            "    distinct = np.unique(train_rows)",
            f"    stop = train_test_split(distinct, test_size={STOPPING_SHARE}, random_state={config.seed} + place)[1]",
            "    splits.append((train_rows[~np.isin(train_rows, stop)], stop, held))",
        ]
    else:
        lines.append("    splits.append((train_rows, held, held))")
    return "\n".join(lines)


def _loop(config: Config, table: Rows, build: str, train: str) -> str:
    other = config.seed + (OTHER_SEEDS if config.differs == SEED else 0)
    if table.classification:
        target, fitted = "y", ""
        chosen = "output.argmax(axis=1)" if table.classes > 2 else "output[:, 0] > 0.5"
        judged = f"accuracy_score(y[held], {chosen})"
    else:
        target = "target"
        fitted = "    target = (y - y[learn].mean()) / y[learn].std()\n"
        judged = "r2_score(y[held], output[:, 0] * y[learn].std() + y[learn].mean())"
    return (
        f'contestants = {{"A": (build, train, {config.seed}), "B": ({build}, {train}, {other})}}\n'
        'scores, needed = {"A": [], "B": []}, {"A": [], "B": []}\n'
        "for place, (learn, stop, held) in enumerate(splits):\n"
        "    inputs = StandardScaler().fit(x[learn]).transform(x).astype(np.float32)\n"
        f"{fitted}"
        "    for name, (build_one, train_one, seed) in contestants.items():\n"
        "        model, history = train_one(\n"
        f"            build_one, seed + place, inputs[learn], {target}[learn], inputs[stop], {target}[stop]\n"
        "        )\n"
        "        output = model.predict(inputs[held], verbose=0)\n"
        f"        scores[name].append({judged})\n"
        '        needed[name].append(int(np.argmin(history["val_loss"])) + 1)\n'
        '        print(f"split {place + 1}, {name}: {scores[name][-1]:.6f}, best after {needed[name][-1]} epochs")'
    )


def _summary(config: Config) -> str:
    learned = "(len(np.unique(learn)) + len(stop))" if config.stopping == OWN else "len(np.unique(learn))"
    return (
        "for name in contestants:\n"
        '    print(f"{name}: mean {np.mean(scores[name]):.6f}, deviation {np.std(scores[name], ddof=1):.6f}, "\n'
        '          f"epochs {np.mean(needed[name]):.2f}")\n'
        'difference = np.array(scores["B"]) - np.array(scores["A"])\n'
        "# Splits share their rows: Nadeau and Bengio (2003) add held-back rows / rows learned from to 1 / splits.\n"
        f"share = np.mean([len(held) / {learned} for learn, stop, held in splits])\n"
        "error = difference.std(ddof=1) * np.sqrt(1 / len(difference) + share)\n"
        "half = stats.t.ppf(0.975, len(difference) - 1) * error\n"
        'print(f"B - A: {difference.mean():.6f}, corrected 95 % interval +- {half:.6f}")'
    )
