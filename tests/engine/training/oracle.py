"""Keras's own `fit`, fed our batch order: the independent answer that the trainers are compared with."""

import keras
import numpy as np
import tensorflow as tf

from engine.models.mlp import flatten
from engine.training import batches
from engine.training.optimizers import keras_optimizer
from engine.training.schedules import keras_schedule


def ordered_batches(data, plan, rows):
    """Yield the batches of all epochs, one after another, in our order."""
    for epoch in range(1, plan.epochs + 1):
        order = rows[batches.order(plan.seed, epoch, len(rows))]
        for first in range(0, len(rows), plan.batch_size):
            taken = order[first : first + plan.batch_size]
            batch = [data.x[taken], np.reshape(data.y[taken], (len(taken), -1)).astype(np.float32)]
            yield (*batch, data.sample_weight[taken]) if data.sample_weight is not None else tuple(batch)


def _stream(data, plan, rows):
    first = next(ordered_batches(data, plan, rows))
    signature = tuple(tf.TensorSpec((None, *part.shape[1:]), part.dtype) for part in first)
    return tf.data.Dataset.from_generator(lambda: ordered_batches(data, plan, rows), output_signature=signature)


def fit(architecture, plan, data, rows=None, validation_rows=None):
    """Return the history of `fit` (a dictionary), the final weights (P,) and the model."""
    rows = np.arange(len(data.x)) if rows is None else np.asarray(rows)
    model = architecture.build(plan.seed)
    steps = batches.steps(len(rows), plan.batch_size) * plan.epochs
    model.compile(
        keras_optimizer(plan.optimizer, keras_schedule(plan.schedule, plan.learning_rate, steps)),
        plan.loss,
        metrics=[plan.metric] if plan.metric else None,
    )
    held = None
    if data.validation_x is not None:
        kept = np.arange(len(data.validation_x)) if validation_rows is None else validation_rows
        held = (data.validation_x[kept], data.validation_y[kept])
        if data.validation_weight is not None:
            held = (*held, data.validation_weight[kept])
    callbacks = []
    if plan.early_stopping:
        names = {"validation_loss": "val_loss", "validation_metric": f"val_{plan.metric}", "metric": plan.metric}
        callbacks = [
            keras.callbacks.EarlyStopping(
                names.get(plan.early_stopping.monitor, plan.early_stopping.monitor),
                plan.early_stopping.min_delta,
                plan.early_stopping.patience,
                restore_best_weights=plan.early_stopping.restore_best,
            )
        ]
    history = model.fit(
        _stream(data, plan, rows),
        epochs=plan.epochs,
        steps_per_epoch=batches.steps(len(rows), plan.batch_size),
        validation_data=held,
        validation_batch_size=4096,
        callbacks=callbacks,
        shuffle=False,
        verbose=0,
    )
    return history.history, flatten(model.get_weights()), model
