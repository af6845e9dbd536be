"""What happened, in sentences made from the numbers of this run, over all its seeds.

What the learner should see: not "the network overfits" but when its validation loss was lowest and by how much it
has risen since, and how far the seeds disagree.
"""

from __future__ import annotations

import warnings

import numpy as np

from engine.playground.experiment import Result

# A rise by a tenth of the lowest validation loss is more than its jitter; and where hardly any loss is left, a rise
# counts only if it is 2 % of what there was at the start.
RISE = 0.10
RISE_OF_START = 0.02
SMOOTHING = 5
BETTER_THAN_GUESSING = 0.05


def story(result: Result) -> str:
    """Return two or three sentences about this run: how it ended over the seeds, divergence, overfitting.

    Args:
        result: A run, finished or stopped, with at least one recorded epoch.
    """
    sentences = [_ending(result), _divergence(result) or _overfitting(result) or _learning(result)]
    if result.stopped:
        sentences.append(f"You stopped it at epoch {last_epoch(result)} of {result.config.epochs}.")
    return " ".join(sentence for sentence in sentences if sentence)


def last_epoch(result: Result) -> int:
    """Return the last recorded epoch."""
    return int(result.epoch[-1])


def last_common_epoch(result: Result) -> int:
    """Return the last epoch that every network which did not diverge has reached; 0 if the others have none yet."""
    sound = result.diverged < 0
    reached = np.isfinite(result.loss[:, sound]).all(axis=1)
    return int(np.flatnonzero(reached)[-1]) if reached.any() else 0


def final_metric(result: Result) -> np.ndarray:
    """Return each seed's validation accuracy or mean squared error at the last epoch all have reached, (N,).

    It is nan where a network has diverged, and where the others of a stopped run did not get beyond epoch 0.
    """
    epoch = last_common_epoch(result)
    if epoch == 0 and len(result.epoch) > 1:
        finals = np.full(result.loss.shape[1], np.nan)
        finals[0] = result.validation_metric[-1, 0]
    else:
        finals = result.validation_metric[epoch].astype(float)
    return np.where(result.diverged < 0, finals, np.nan)


def spread(values: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation (of a sample, n − 1) of the finite values; (nan, nan) if there are none."""
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    return float(known.mean()), float(known.std(ddof=1)) if len(known) > 1 else 0.0


def overfitting_from(result: Result) -> int | None:
    """Return the epoch after which the validation loss only got worse, or None if it did not.

    It is the epoch of the lowest validation loss, averaged over 5 epochs and the seeds that did not diverge, if
    the end is at least a tenth above it while the training loss went on falling.
    """
    sound = result.diverged < 0
    epochs = len(result.epoch)
    if not sound.any() or epochs < 4 * SMOOTHING:
        return None
    training, validation = (_smooth(values) for values in _means(result))
    lowest = int(validation.argmin())
    rise = validation[-1] - validation[lowest]
    rose = rise > RISE * validation[lowest] and rise > RISE_OF_START * validation[0]
    return lowest + SMOOTHING // 2 if rose and training[-1] < training[lowest] else None


def _smooth(values: np.ndarray) -> np.ndarray:
    return np.convolve(values, np.full(SMOOTHING, 1 / SMOOTHING), mode="valid")


def _number(value: float) -> str:
    if abs(value) >= 10_000:
        return f"{value:.1e}"
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def _scored(result: Result, value: float, deviation: float | None = None) -> str:
    """Return an accuracy in per cent or an error as it is, with its deviation if there is one."""
    if result.classification:
        return f"{100 * value:.1f} %" if deviation is None else f"{100 * value:.1f} ± {100 * deviation:.1f} %"
    return _number(value) if deviation is None else f"{_number(value)} ± {_number(deviation)}"


def _ending(result: Result) -> str:
    finals = final_metric(result)
    seeds = len(finals)
    known = int(np.isfinite(finals).sum())
    if not known:
        return f"All {seeds} seeds diverged: there is nothing to score." if seeds > 1 else "There is nothing to score."
    mean, deviation = spread(finals)
    what = "validation accuracy" if result.classification else "validation mean squared error"
    when = f"After {last_common_epoch(result) or last_epoch(result)} epochs the {what} is "
    if seeds == 1:
        return f"{when}{_scored(result, mean)}."
    over = f"{_scored(result, mean, deviation if known > 1 else None)} over {known} seed{'s' if known > 1 else ''}"
    if known < seeds:
        over += f" ({seeds - known} diverged)"
    if not np.isfinite(finals[0]):
        return f"{when}{over}."
    return f"{when}{over}; that of the network shown {_scored(result, finals[0])}."


def _divergence(result: Result) -> str:
    if result.diverged_at is None:
        return ""
    return (
        f"The network shown diverged at epoch {result.diverged_at}: {result.diverged_reason}. "
        f"A learning rate of {result.config.learning_rate:g} is too large here: each step overshoots further than the "
        "one before."
    )


def _overfitting(result: Result) -> str:
    start = overfitting_from(result)
    if start is None:
        return ""
    training, validation = _means(result)
    return (
        f"It overfits from about epoch {start} on: since then the training loss fell from {_number(training[start])} "
        f"to {_number(training[-1])}, but the validation loss rose from {_number(validation[start])} to "
        f"{_number(validation[-1])}."
    )


def _learning(result: Result) -> str:
    if len(result.epoch) < 2:
        return "Nothing has been trained yet."
    if (result.diverged >= 0).all():
        return ""
    training, validation = _means(result)
    guessing = _guessing(result)
    if guessing is not None and spread(final_metric(result))[0] <= guessing + BETTER_THAN_GUESSING:
        return (
            f"That is no better than guessing, which is right in {100 * guessing:.0f} % of the cases: the training "
            f"loss was {_number(training[0])} at the start and is {_number(training[-1])} now."
        )
    if training[-1] > 0.9 * training[0]:
        return (
            f"It has learned next to nothing: the training loss was {_number(training[0])} at the start and is "
            f"{_number(training[-1])} now."
        )
    fell = f"The training loss fell from {_number(training[0])} to {_number(training[-1])}"
    if validation[-1] > 1.2 * training[-1] + 0.05 * validation[0]:
        return f"{fell}; on the points held back it is {_number(validation[-1])}: not all it learned carries over."
    return f"{fell}, and on the points held back it is {_number(validation[-1])}: no overfitting."


def _guessing(result: Result) -> float | None:
    """Return the share of validation points in the largest class, or None for regression."""
    if not result.classification:
        return None
    return float(np.bincount(result.target[result.validation].astype(int)).max() / result.validation.sum())


def _means(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Return training and validation loss, averaged over the seeds that did not diverge and got as far."""
    sound = result.diverged < 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # epochs that only a diverged network has reached stay nan
        return np.nanmean(result.loss[:, sound], axis=1), np.nanmean(result.validation_loss[:, sound], axis=1)
