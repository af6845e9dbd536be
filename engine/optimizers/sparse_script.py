"""The sparse demonstration as a Keras script that runs alone and prints the page's numbers."""

from __future__ import annotations

import inspect

from engine.optimizers import catalogue, sparse
from engine.optimizers.sparse import Config


def script(config: Config) -> str:
    """Return a runnable script that trains the four optimizers and prints what share of the weights they learned."""
    lines = []
    for name in sparse.OPTIMIZERS:
        optimizer = catalogue.BY_ID[name]
        extra = f", initial_accumulator_value={config.adagrad_start!r}" if name == "adagrad" else ""
        lines.append(
            f'    "{optimizer.label}": keras.optimizers.{optimizer.keras}'
            f"(learning_rate={config.rate_of(name)!r}{extra}),"
        )
    optimizers = "optimizers = {\n" + "\n".join(lines) + "\n}"
    return f'''"""Common and rare words under four optimizers; every meaning turns round after STEPS steps."""

import keras
import numpy as np
import tensorflow as tf

SEEDS, STEPS = range({config.seed}, {config.seed + sparse.SEED_COUNT}), {config.steps}
WORDS, DOCUMENT_WORDS, DOCUMENTS, BATCH = {sparse.WORDS}, {sparse.DOCUMENT_WORDS}, {sparse.DOCUMENTS}, {sparse.BATCH}


{_source(sparse.documents)}

{_source(sparse.batches)}

data = [documents(seed) for seed in SEEDS]
bags = tf.constant(np.stack([each[0] for each in data]))
meanings = np.stack([each[1] for each in data])
labels = tf.constant(np.stack([each[2] for each in data], axis=1))
order = tf.constant(np.stack([batches(seed, 2 * STEPS) for seed in SEEDS]))

{optimizers}

for name, optimizer in optimizers.items():
    # One layer holds one row of weights per seed; the rows do not touch each other.
    layer = keras.layers.EinsumDense("sbv,sv->sb", output_shape=(BATCH,), kernel_initializer="zeros")
    layer.build((len(SEEDS), BATCH, WORDS))
    (weights,) = layer.trainable_variables
    optimizer.build([weights])

    @tf.function
    def advance(first):
        for step in tf.range(first, first + STEPS):
            chosen = order[:, step]
            phase = tf.where(step < STEPS, 0, 1)
            with tf.GradientTape() as tape:
                logits = layer(tf.gather(bags, chosen, batch_dims=1))
                wanted = tf.gather(labels[phase], chosen, batch_dims=1)
                loss = tf.reduce_sum(keras.losses.binary_crossentropy(wanted, logits, from_logits=True))
            optimizer.apply([tape.gradient(loss, weights)], [weights])

    for phase, truth in enumerate((meanings, -meanings)):
        advance(tf.constant(phase * STEPS))
        share = weights.numpy() * truth
        common, rare = share[:, :{sparse.FREQUENT}].mean(), share[:, -{sparse.RARE}:].mean()
        print(f"{{name:10}} after {{(phase + 1) * STEPS}} steps: common words {{common:.4f}}, rare words {{rare:.4f}}")
'''


def _source(function: object) -> str:
    """Return a function's source without its type hints' arrows and its docstring's body."""
    lines = inspect.getsource(function).rstrip().split("\n")  # type: ignore[arg-type]
    opening = next(number for number, line in enumerate(lines) if '"""' in line)
    if lines[opening].count('"""') == 1:
        closing = next(number for number in range(opening + 1, len(lines)) if '"""' in lines[number])
        lines[opening : closing + 1] = [lines[opening].rstrip() + '"""']
    return "\n".join(lines) + "\n"
