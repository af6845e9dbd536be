"""Keras's optimizers by name, and the same update rules as functions of their state.

What the learner should see: the step on the page is Keras's own step; only the loop around it is faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidSetting

if TYPE_CHECKING:
    import keras

OPTIMIZERS = (
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adadelta",
    "adam",
    "adamw",
    "nadam",
    "adamax",
    "lion",
)
WITH_MOMENTUM = ("momentum", "nesterov")  # the optimizers that `Optimizer.momentum` counts for
_CLASSES = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adadelta": "Adadelta",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
    "adamax": "Adamax",
    "lion": "Lion",
}


@dataclass(frozen=True)
class Optimizer:
    """Which optimizer, and what it has besides the learning rate (other parameters are Keras's defaults).

    Attributes:
        name: One of OPTIMIZERS.
        momentum: Share of the last step that is kept, 0 ≤ momentum < 1; counts for momentum and nesterov only
            (`rmsprop` has Keras's default 0).
        weight_decay: Counts for adamw only (Loshchilov & Hutter 2019); 0.004 is Keras's default for AdamW.
    """

    name: str = "adam"
    momentum: float = 0.9
    weight_decay: float = 0.004

    def __post_init__(self) -> None:
        if self.name not in OPTIMIZERS:
            raise InvalidSetting(f"There is no optimizer “{self.name}”.", f"Choose one of: {', '.join(OPTIMIZERS)}.")

    def arguments(self) -> dict[str, float | bool]:
        """Return what the Keras class gets besides the learning rate."""
        if self.name in ("momentum", "nesterov"):
            return {"momentum": self.momentum, "nesterov": self.name == "nesterov"}
        if self.name == "adamw":
            return {"weight_decay": self.weight_decay}
        return {}

    @property
    def class_name(self) -> str:
        """Name of the class in `keras.optimizers`, for the code script."""
        return _CLASSES[self.name]


def keras_optimizer(optimizer: Optimizer, learning_rate: Any) -> keras.optimizers.Optimizer:
    """Return the Keras optimizer.

    Args:
        optimizer: Which one.
        learning_rate: A number or a `keras.optimizers.schedules` object.
    """
    import keras

    return getattr(keras.optimizers, optimizer.class_name)(learning_rate, **optimizer.arguments())


def functional_optimizer(optimizer: Optimizer) -> keras.optimizers.Optimizer:
    """Return the Keras optimizer with a working `stateless_apply(variables, gradients, weights)`.

    Keras switches that function off under TensorFlow, for the sake of distribution strategies, which are not used
    here. Taking the backend-neutral methods back from Keras's own base class switches it on; the update rule
    itself (`update_step`) stays Keras's.
    """
    return _functional(optimizer.class_name)(0.01, **optimizer.arguments())


@lru_cache(maxsize=32)
def _functional(class_name: str) -> type:
    import keras

    keras_class = getattr(keras.optimizers, class_name)
    base = next(parent for parent in keras_class.__mro__ if parent.__name__ == "BaseOptimizer")
    names = ("assign", "assign_add", "assign_sub", "_var_key", "_apply_weight_decay", "_backend_update_step")
    neutral = {name: getattr(base, name) for name in (*names, "stateless_apply")}
    # As the second base it comes after the class with its update rule, and before Keras's TensorFlow part.
    return type(class_name, (keras_class, type("Neutral", (keras.optimizers.Optimizer,), neutral)), {})
