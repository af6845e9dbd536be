"""What a trained network is worth on rows it has not seen: its score, its loss, and the epochs it needed.

What the learner should see: the same few lines for every split, so that nothing but the split differs.
"""

from __future__ import annotations

import numpy as np

from engine.bootstrapping.draws import Draw
from engine.data.tabular import Rows
from engine.validation.network import Fitted, score


def measured(fitted: Fitted, table: Rows, drawn: list[Draw], setting: int, first: int) -> dict[str, np.ndarray]:
    """Return what a group of trained networks is worth: one row a network that came to its end.

    Args:
        fitted: The group.
        table: The rows.
        drawn: The group's splits.
        setting: 0 for A, 1 for B.
        first: Number of the group's first split.

    Returns:
        The columns of `experiment.SERIES` but the seconds. A network that Stop interrupted has no row; one whose
        weights are no numbers has not-a-number for its scores.
    """
    trained = fitted.trained
    ended = np.ones(len(drawn), dtype=bool)
    if trained.stopped:
        ended = trained.early_stopped | (trained.diverged_at >= 0)
    kept = [int(place) for place in np.flatnonzero(ended)]
    scores, losses, train_scores = [], [], []
    for place in kept:
        draw = drawn[place]
        prediction = fitted.predict(table.x[draw.held], place)
        y = table.y[draw.held]
        known = bool(np.isfinite(prediction).all())
        scores.append(score(table, y, prediction) if known else np.nan)
        losses.append(_loss(fitted, table, y, prediction, place) if known else np.nan)
        learned = fitted.predict(table.x[draw.learn], place)
        train_scores.append(score(table, table.y[draw.learn], learned) if known else np.nan)
    return {
        "setting": np.full(len(kept), setting, np.int32),
        "learned": np.array([drawn[place].distinct for place in kept], np.int32),
        "held": np.array([len(drawn[place].held) for place in kept], np.int32),
        "split": (first + np.array(kept, np.int32)).astype(np.int32),
        "score": np.array(scores, np.float64),
        "loss": np.array(losses, np.float64),
        "train_score": np.array(train_scores, np.float64),
        "best_epoch": trained.best_epoch[kept].astype(np.int32),
        "epochs": trained.epochs[kept].astype(np.int32),
        "diverged": trained.diverged_at[kept].astype(np.int32),
    }


def _loss(fitted: Fitted, table: Rows, y: np.ndarray, prediction: np.ndarray, place: int) -> float:
    if not table.classification:
        return float(np.mean(((prediction - y) / fitted.scaling.target_scale[place]) ** 2))
    chosen = prediction[np.arange(len(y)), y.astype(int)]
    return float(-np.mean(np.log(np.clip(chosen, 1e-7, 1.0))))  # clipped as Keras does
