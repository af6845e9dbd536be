"""What algebra says about the three descents: their limits, and how noisy a step is.

What the learner should see: the mean over B rows drawn from N has 1/√B of one row's deviation (a little less, since
rows are not drawn twice), so four times the batch buys half the noise.
"""

from __future__ import annotations

import numpy as np

from engine.gradient_descent.experiment import Config, data
from engine.neuron.theory import largest_rate


def row_gradients(config: Config, slope: float, offset: float) -> np.ndarray:
    """Return each row's gradient of its squared error, (N, 2), by m and c."""
    x, y = (values.astype(np.float64) for values in data(config))
    wrong = 2 * (slope * x + offset - y)
    return np.stack([wrong * x, wrong], axis=1)


def noise(config: Config, sizes: np.ndarray) -> np.ndarray:
    """Return the deviation of a batch's gradient from the whole one at the start, for batches of these sizes.

    It is the length of the vector of both parameters' deviations, for rows drawn without replacement:
    σ/√B · √((N − B)/(N − 1)).
    """
    rows = row_gradients(config, config.start_slope, config.start_offset)
    deviation = float(np.sqrt(rows.var(axis=0).sum()))
    count = len(rows)
    return np.asarray(deviation / np.sqrt(sizes) * np.sqrt(np.maximum(count - sizes, 0) / (count - 1)))


def limits(config: Config) -> tuple[float, float]:
    """Return the largest learning rates: 2/λ of all rows together, and of the row with the largest curvature alone.

    Between the two, descent with all rows is safe, and single rows throw it off now and then.
    """
    x, _ = data(config)
    curvatures = 2 * (x.astype(np.float64) ** 2 + 1)
    return largest_rate(x, True), float(2 / curvatures.max())
