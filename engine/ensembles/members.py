"""The members of an ensemble: eight learners that look at the same rows in different ways.

What the learner should see: what makes a committee good is not only how often a member is right, but whether it is
wrong where others are right. Two forests agree; a forest and a network do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.tabular import Rows
from engine.models.mlp import MLP
from engine.validation.network import Network

BATCH_SIZE = 32
CALIBRATION_FOLDS = 3


@dataclass(frozen=True)
class Member:
    """One learner.

    Attributes:
        label: Its name, at most twelve characters.
        words: What it does, in one clause.
        layers: Units of a Keras network's hidden layers; None for the learners of scikit-learn.
        activation: Of these layers.
    """

    label: str
    words: str
    layers: tuple[int, ...] | None = None
    activation: str = "relu"

    @property
    def is_network(self) -> bool:
        """Whether it is a Keras network."""
        return self.layers is not None


MEMBERS: Mapping[str, Member] = {
    "forest": Member("Forest", "a random forest: trees on bootstrap samples, averaged"),
    "extra": Member("Extra trees", "trees that cut at random places, averaged"),
    "boosting": Member("Boosting", "small trees one after another, each for what is still wrong"),
    "neighbours": Member("k-NN", "asks the nearest rows"),
    "svm": Member("SVM", "a support vector machine with a round kernel"),
    "wide": Member("Wide net", "a Keras network with one layer of 64", (64,), "relu"),
    "deep": Member("Deep net", "a Keras network with three layers of 16", (16, 16, 16), "tanh"),
    "linear": Member("Linear net", "a Keras network without a hidden layer", ()),
}
NAMES = tuple(MEMBERS)
NETWORKS = tuple(name for name, member in MEMBERS.items() if member.is_network)


@dataclass(frozen=True)
class Softmax(Network):
    """A network with one output a class, also for two: what `keras.wrappers.SKLearnClassifier` needs."""

    def architecture(self, table: Rows) -> MLP:
        """Return the network for a table: a softmax for classes, linear for a value."""
        found = super().architecture(table)
        if not table.classification:
            return found
        return MLP(found.inputs, found.hidden, table.classes, "softmax")

    def loss(self, table: Rows) -> str:
        """Return Keras's name of the loss."""
        return "sparse_categorical_crossentropy" if table.classification else "mean_squared_error"


def network(name: str, learning_rate: float, epochs: int) -> Softmax:
    """Return how the Keras member `name` is built and trained: Adam, a fixed number of epochs, no early stopping.

    A network that stops early would need rows of its own to stop by; taken from the fold held back, they would make
    its out-of-fold predictions a little too good.
    """
    member = MEMBERS[name]
    assert member.layers is not None
    return Softmax(
        layers=member.layers,
        activation=member.activation,
        learning_rate=learning_rate,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        patience=0,
    )


def estimator(name: str, classification: bool, *, trees: int, neighbours: int, seed: int) -> Any:
    """Return the scikit-learn member `name`, not fitted yet.

    k-NN and the SVM measure distances, so their inputs are scaled inside the pipeline: each fit by its own rows. The
    SVM gives probabilities by Platt's sigmoid (1999), fitted on folds of the rows it is given.

    Args:
        name: One of MEMBERS that is no network.
        classification: Whether classes are predicted.
        trees: Of each of the three that consist of trees.
        neighbours: Rows that k-NN asks.
        seed: For what is drawn at random.
    """
    from sklearn import ensemble, neighbors
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    kind = "Classifier" if classification else "Regressor"
    if name == "forest":
        return getattr(ensemble, f"RandomForest{kind}")(trees, random_state=seed)
    if name == "extra":
        return getattr(ensemble, f"ExtraTrees{kind}")(trees, random_state=seed)
    if name == "boosting":
        boosting = getattr(ensemble, f"GradientBoosting{kind}")
        return boosting(n_estimators=trees, max_features="sqrt", random_state=seed)
    if name == "neighbours":
        return make_pipeline(StandardScaler(), getattr(neighbors, f"KNeighbors{kind}")(neighbours))
    if classification:
        calibrated = CalibratedClassifierCV(SVC(), cv=CALIBRATION_FOLDS, ensemble=False)
        return make_pipeline(StandardScaler(), calibrated)
    return TransformedTargetRegressor(make_pipeline(StandardScaler(), SVR()), transformer=StandardScaler())
