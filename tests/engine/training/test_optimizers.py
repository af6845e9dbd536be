import keras
import numpy as np
import pytest

from engine.errors import InvalidSetting
from engine.training.optimizers import OPTIMIZERS, Optimizer, functional_optimizer, keras_optimizer


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_functional_update_is_the_one_keras_applies(name):
    target = np.array([3.0, -2.0, 0.5, 0.0], dtype=np.float32)
    variable = keras.Variable(np.ones(4, np.float32))
    real = keras_optimizer(Optimizer(name), 0.05)
    functional = functional_optimizer(Optimizer(name))
    functional.build([keras.Variable(np.zeros(4, np.float32))])
    functional.learning_rate = 0.05
    weights = keras.ops.copy(variable.value)
    slots = [keras.ops.copy(slot.value) for slot in functional.variables]
    for _ in range(12):
        real.apply([2 * (variable.value - target)], [variable])
        [weights], slots = functional.stateless_apply(slots, [2 * (weights - target)], [weights])
        np.testing.assert_allclose(np.asarray(weights), variable.numpy(), rtol=1e-6, atol=1e-7)


def test_names_reach_the_keras_classes():
    assert isinstance(keras_optimizer(Optimizer("nesterov", 0.8), 0.1), keras.optimizers.SGD)
    assert keras_optimizer(Optimizer("nesterov", 0.8), 0.1).get_config()["nesterov"]
    assert keras_optimizer(Optimizer("momentum", 0.8), 0.1).get_config()["momentum"] == 0.8
    assert keras_optimizer(Optimizer("adamw", weight_decay=0.1), 0.1).weight_decay == 0.1


def test_unknown_optimizer_is_named():
    with pytest.raises(InvalidSetting, match="adagradient"):
        Optimizer("adagradient")
