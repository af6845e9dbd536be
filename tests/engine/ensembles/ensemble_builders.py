"""An ensemble's result with chosen predictions, so that combinations can be checked by hand."""

import numpy as np

from engine.ensembles.experiment import BAGS, Config, Result
from engine.ensembles.members import NAMES


def made(members=3, repeats=3, train=40, test=60, classes=2, seed=0, **changes) -> Result:
    """Return a result whose members are the truth plus noise of their own; classes 0 makes a regression."""
    random = np.random.default_rng(seed)
    columns = classes if classes > 2 else 1

    def truth(count):
        if classes:
            return random.integers(0, classes, (repeats, count)).astype(np.float32)
        return random.normal(size=(repeats, count)).astype(np.float32)

    def said(y):
        if not classes:
            return (y + random.normal(0, 0.8, (members, *y.shape)))[..., None].astype(np.float32)
        score = random.normal(0, 1.2, (members, *y.shape, max(2, classes)))
        score += 1.5 * (np.arange(max(2, classes)) == y[..., None])
        chances = np.exp(score) / np.exp(score).sum(axis=-1, keepdims=True)
        return (chances if columns > 1 else chances[..., 1:]).astype(np.float32)

    train_y, test_y = truth(train), truth(test)
    values = {
        "config": Config(dataset="breast_cancer" if classes else "diabetes", repeats=repeats, bags=4),
        "task": "classification" if classes else "regression",
        "class_names": tuple(f"class {label}" for label in range(classes)),
        "members": NAMES[:members],
        "train_rows": np.tile(np.arange(train, dtype=np.int32), (repeats, 1)),
        "test_rows": np.tile(train + np.arange(test, dtype=np.int32), (repeats, 1)),
        "train_y": train_y,
        "test_y": test_y,
        "out_of_fold": said(train_y),
        "in_sample": said(train_y),
        "test": said(test_y),
        **{
            name: random.uniform(0.5, 0.9, (len(BAGS), repeats, 4)).astype(np.float32)
            for name in ("bag_single", "bag_mean", "bag_deviation")
        },
    }
    return Result(**{**values, **changes})
