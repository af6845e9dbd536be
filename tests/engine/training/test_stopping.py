import keras
import numpy as np
import pytest

from engine.training.plan import EarlyStopping
from engine.training.stopping import Patience


class Weights:
    """As much of a model as the callback touches; its weights are the number of the epoch."""

    stop_training = False

    def __init__(self):
        self.value = 0.0

    def get_weights(self):
        return [np.array([self.value])]

    def set_weights(self, weights):
        self.value = float(weights[0][0])


def keras_says(values, monitor, mode, stopping):
    callback = keras.callbacks.EarlyStopping(
        monitor,
        min_delta=stopping.min_delta,
        patience=stopping.patience,
        mode=mode,
        restore_best_weights=stopping.restore_best,
        start_from_epoch=stopping.start_from_epoch,
    )
    model = Weights()
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.value = epoch + 1.0
        callback.on_epoch_end(epoch, {monitor: float(value)})
        if model.stop_training:
            break
    callback.on_train_end()
    return epoch + 1, model.value


@pytest.mark.parametrize("restore", [True, False])
@pytest.mark.parametrize(("monitor", "mode"), [("validation_loss", "min"), ("validation_metric", "max")])
@pytest.mark.parametrize(("patience", "delta", "start"), [(0, 0.0, 0), (2, 0.0, 0), (3, 0.2, 0), (2, 0.1, 4)])
def test_each_replica_is_stopped_as_the_callback_would(monitor, mode, patience, delta, start, restore):
    replicas, epochs = 12, 15
    values = np.random.default_rng(1).normal(size=(epochs, replicas))
    stopping = EarlyStopping(monitor, patience, delta, restore, start)
    ours = Patience(stopping, "accuracy", replicas)
    active, ran, state = np.ones(replicas, bool), np.zeros(replicas, int), [np.zeros((replicas, 1))]
    for epoch in range(1, epochs + 1):
        state = [np.where(active[:, None], float(epoch), state[0])]
        ran[active] = epoch
        ours.judge(epoch, {monitor: values[epoch - 1]}, state, active)
        active = active & ~ours.stopped
    ends = np.asarray(ours.restored(state)[0])[:, 0]
    expected = [keras_says(values[:, replica], monitor, mode, stopping) for replica in range(replicas)]
    assert [(int(last), float(end)) for last, end in zip(ran, ends, strict=True)] == expected
