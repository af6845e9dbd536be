"""The scikit-learn and Keras script of exactly these settings: no engine in it, and the same numbers come out.

What the learner should see: a Keras network is a member like any other, through `keras.wrappers`, and the leak is one
argument of StackingClassifier.
"""

from __future__ import annotations

from engine.data.tabular import Rows
from engine.ensembles.blend import MOST_STEPS, SOLVER, TOLERANCE
from engine.ensembles.experiment import View, splits
from engine.ensembles.members import BATCH_SIZE, CALIBRATION_FOLDS, MEMBERS
from engine.models.mlp import kernel_seed
from engine.validation.script import read_table


def script(view: View) -> str:
    """Return a runnable script: members, blend, and the scores of the first outer split printed.

    Raises:
        InvalidData: An upload is not in the store any more, or the table is too small for these settings.
    """
    table = view.table()
    parts = [
        _opening(view, table),
        f"{read_table(table)}\n{_split(view, table)}",
        *(_networks(view, table) if any(MEMBERS[name].is_network for name in view.members) else ()),
        _members(view, table),
        _blend(view, table),
        _scores(table),
    ]
    return "\n\n\n".join(parts) + "\n"


def _opening(view: View, table: Rows) -> str:
    networks = any(MEMBERS[name].is_network for name in view.members)
    names = {member for name in view.members if (member := _library(name, table))}
    kind = "Classifier" if table.classification else "Regressor"
    lines = [
        "from sklearn.calibration import CalibratedClassifierCV"
        if table.classification and "svm" in view.members
        else "",
        "from sklearn.compose import TransformedTargetRegressor" if not table.classification else "",
        _imported("sklearn.ensemble", sorted({*names, f"Stacking{kind}"})),
        f"from sklearn.linear_model import {'LogisticRegression' if table.classification else 'Ridge'}",
        "from sklearn.model_selection import "
        + ("StratifiedKFold, StratifiedShuffleSplit" if table.classification else "KFold, ShuffleSplit"),
        f"from sklearn.neighbors import KNeighbors{kind}" if "neighbours" in view.members else "",
        "from sklearn.pipeline import make_pipeline",
        "from sklearn.preprocessing import StandardScaler",
        f"from sklearn.svm import {'SVC' if table.classification else 'SVR'}" if "svm" in view.members else "",
    ]
    keras = "import itertools\n\nimport keras\nimport numpy as np\nfrom keras import layers\n" if networks else ""
    return (
        f'"""Ensembles: {len(view.members)} members on {table.name.replace("_", " ")}, {view.folds} folds, seed '
        f'{view.seed}. Needs scikit-learn{" and Keras with TensorFlow" if networks else ""}."""\n\n'
        + (keras or "import numpy as np\n")
        + "\n".join(filter(None, lines))
        + f"\n\nSEED = {view.seed}"
    )


def _imported(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= 120 else f"from {module} import (\n    {', '.join(names)},\n)"


def _library(name: str, table: Rows) -> str:
    """Return the class of `sklearn.ensemble` that a member is, or "" for the others."""
    stem = {"forest": "RandomForest", "extra": "ExtraTrees", "boosting": "GradientBoosting"}.get(name, "")
    return f"{stem}{'Classifier' if table.classification else 'Regressor'}" if stem else ""


def _split(view: View, table: Rows) -> str:
    drawn = splits(view, table)
    kind = "Stratified" if table.classification else ""
    train, test = len(drawn.outer[0].train), len(drawn.outer[0].test)
    return (
        f"outer = {kind}ShuffleSplit({view.repeats}, train_size={train}, test_size={test}, random_state=SEED)\n"
        "train, test = next(outer.split(x, y))  # the page's split 1; it draws the others the same way\n"
        f"folds = {kind}KFold({view.folds}, shuffle=True, random_state=SEED)"
    )


def _networks(view: View, table: Rows) -> tuple[str, ...]:
    output, loss = ("softmax", "categorical_crossentropy") if table.classification else ("linear", "mean_squared_error")
    step = kernel_seed(1, 0)
    model = (
        "class Shuffled(keras.Sequential):\n"
        '    """A network that meets its rows in another order each epoch; the seed alone says in which."""\n\n'
        "    def fit(self, x, y):\n"
        "        def batches():\n"
        "            for epoch in itertools.count(1):\n"
        "                order = np.random.default_rng((SEED, epoch)).permutation(len(x))\n"
        f"                for first in range(0, len(x), {BATCH_SIZE}):\n"
        f"                    yield x[order[first : first + {BATCH_SIZE}]], y[order[first : first + {BATCH_SIZE}]]\n\n"
        f"        steps = -(-len(x) // {BATCH_SIZE})\n"
        f"        return super().fit(batches(), steps_per_epoch=steps, epochs={view.epochs}, verbose=0)\n\n"
        "    def predict(self, x):\n"
        "        return super().predict(x, verbose=0)"
    )
    build = (
        "def build(X, y, units, activation):\n"
        '    """Return a network for the rows of one fit.\n\n'
        "    Epochs and batches stand in the network: cross-validation clones its members, and a clone of Keras's\n"
        '    wrapper forgets `fit_kwargs`.\n    """\n\n'
        "    def dense(count, activation, index):\n"
        f"        initializer = keras.initializers.GlorotUniform({step} * SEED + index)\n"
        "        return layers.Dense(count, activation, kernel_initializer=initializer)\n\n"
        "    hidden = [dense(count, activation, index) for index, count in enumerate(units)]\n"
        f'    output = dense(y.shape[1], "{output}", len(units))\n'
        "    model = Shuffled([keras.Input((X.shape[1],)), *hidden, output])\n"
        f'    model.compile(keras.optimizers.Adam({view.learning_rate}), "{loss}")\n'
        "    return model"
    )
    wrapper = (
        "class Network(keras.wrappers.SKLearnClassifier):\n"
        '    """Keras\'s wrapper with the probabilities that scikit-learn\'s ensembles ask for."""\n\n'
        "    def predict_proba(self, x):\n"
        "        return self.model_.predict(x)"
    )
    kind = "Network" if table.classification else "keras.wrappers.SKLearnRegressor"
    member = (
        "def network(units, activation):\n"
        f'    wrapped = {kind}(build, model_kwargs={{"units": units, "activation": activation}})\n'
        f"    return {_scaled('wrapped', table)}"
    )
    return (model, build, wrapper, member) if table.classification else (model, build, member)


def _scaled(member: str, table: Rows) -> str:
    """Return a member behind a scaler of its own; for a value the target is scaled too."""
    piped = f"make_pipeline(StandardScaler(), {member})"
    if table.classification:
        return piped
    return f"TransformedTargetRegressor({piped}, transformer=StandardScaler())"


def _estimator(name: str, view: View, table: Rows) -> str:
    member = MEMBERS[name]
    if member.is_network:
        return f'network({member.layers}, "{member.activation}")'
    if name == "neighbours":
        kind = "Classifier" if table.classification else "Regressor"
        return f"make_pipeline(StandardScaler(), KNeighbors{kind}({view.neighbours}))"
    if name == "svm":
        calibrated = f"CalibratedClassifierCV(SVC(), cv={CALIBRATION_FOLDS}, ensemble=False)"
        return _scaled(calibrated if table.classification else "SVR()", table)
    extra = 'n_estimators={}, max_features="sqrt"' if name == "boosting" else "{}"
    return f"{_library(name, table)}({extra.format(view.trees)}, random_state=SEED)"


def _members(view: View, table: Rows) -> str:
    lines = [f'    ("{MEMBERS[name].label}", {_estimator(name, view, table)}),' for name in view.members]
    return "members = [\n" + "\n".join(lines) + "\n]"


def _blend(view: View, table: Rows) -> str:
    meta = (
        f'LogisticRegression(C={view.strength}, solver="{SOLVER}", max_iter={MOST_STEPS}, tol={TOLERANCE})'
        if table.classification
        else f"Ridge(alpha=y[train].var() / {view.strength})"
    )
    kind = "Classifier" if table.classification else "Regressor"
    method = ', stack_method="predict_proba"' if table.classification else ""
    start = f"meta = {meta}\n"
    if view.leak:
        return (
            f"{start}"
            "# The leak: members fitted before, so that the meta model sees what they say of their own training rows.\n"
            "for _, member in members:\n    member.fit(x[train], y[train])\n"
            f'blend = Stacking{kind}(members, meta, cv="prefit"{method})\n'
            "blend.fit(x[train], y[train])"
        )
    return f"{start}blend = Stacking{kind}(members, meta, cv=folds{method})\nblend.fit(x[train], y[train])"


def _scores(table: Rows) -> str:
    if not table.classification:
        return (
            "says = {name: blend.named_estimators_[name].predict(x[test]) for name, _ in members}\n"
            'says["Average"] = np.mean(list(says.values()), axis=0)\n'
            'says["Blend"] = blend.predict(x[test])\n'
            "for name, said in says.items():\n"
            "    rest = np.sum((y[test] - said) ** 2) / np.sum((y[test] - y[test].mean()) ** 2)\n"
            '    print(f"{name}: R² {1 - rest:.4f}")\n'
            "for (name, _), weight in zip(members, blend.final_estimator_.coef_):\n"
            '    print(f"weight of {name}: {weight:.4f}")'
        )
    weights = (
        "weights = blend.final_estimator_.coef_[0]"
        if table.classes == 2
        else "# A class's own probability on its own score, averaged over the classes.\n"
        f"own = blend.final_estimator_.coef_.reshape({table.classes}, -1, {table.classes})\n"
        f"weights = np.einsum('kck->c', own) / {table.classes}"
    )
    return (
        "says = {name: blend.named_estimators_[name].predict_proba(x[test]) for name, _ in members}\n"
        "votes = np.array([said.argmax(axis=1) for said in says.values()])\n"
        f"counts = np.array([(votes == label).sum(axis=0) for label in range({table.classes})])\n"
        'says["Average"] = np.mean(list(says.values()), axis=0)\n'
        'says["Majority"] = counts.T\n'
        'says["Blend"] = blend.predict_proba(x[test])\n'
        "for name, said in says.items():\n"
        '    print(f"{name}: {np.mean(said.argmax(axis=1) == y[test]):.4f}")\n'
        f"{weights}\n"
        "for (name, _), weight in zip(members, weights):\n"
        '    print(f"weight of {name}: {weight:.4f}")'
    )
