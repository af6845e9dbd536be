"""Rare words: why one learning rate for all weights is not enough, and what Adagrad pays for its own.

See a model that reads bags of words, a few words common, most of them rare (Zipf's law). Plain SGD learns the common
words and hardly moves the rare ones, because a word that is not there has no gradient. Adagrad gives every word a rate
of its own and the rare ones catch up (Duchi, Hazan and Singer, 2011, section 1). Half-way every word changes its
meaning: now Adagrad's rates have died away, while RMSprop and Adadelta, which forget old gradients, learn anew.

The model is a logistic regression, a Keras layer without hidden units; each seed has words' meanings, documents and
batches of its own, and all numbers are shown with their spread over the seeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import config as settings
from engine.optimizers import catalogue
from engine.optimizers.words import number
from engine.runs.context import Context

OPTIMIZERS = ("sgd", "adagrad", "rmsprop", "adadelta")
WORDS, DOCUMENT_WORDS, DOCUMENTS, BATCH = 300, 8, 3000, 32
FREQUENT, RARE = 10, 100  # words in either group: the most common ten, the rarest hundred
RECORD_EVERY = 25
LEARNED = 0.5  # share of the true weight at which a group counts as half learned
SEED_COUNT = 5


@dataclass(frozen=True)
class Config(settings.Config):
    """The demonstration's settings. The default rates let all four learn the common words at the same pace.

    Attributes:
        sgd_rate: Learning rate of SGD.
        adagrad_rate: Of Adagrad.
        rmsprop_rate: Of RMSprop.
        adadelta_rate: Of Adadelta.
        adagrad_start: Where Adagrad's sums of squares start. Keras's default is 0.1; a rare word's gradients here are
            so small (it is in one document of a batch, if at all) that their squares never add up to that, and
            Adagrad would treat rare words as SGD does.
        steps: Steps before the meanings change, and again after.
        seed: The first of five seeds.
    """

    sgd_rate: float = settings.number(0.5, 0.001, 50.0)
    adagrad_rate: float = settings.number(0.15, 0.001, 10.0)
    rmsprop_rate: float = settings.number(0.02, 0.0001, 1.0)
    adadelta_rate: float = settings.number(20.0, 0.01, 100.0)
    adagrad_start: float = settings.number(0.0, 0.0, 0.999)
    steps: int = settings.integer(1500, 200, 4000)
    seed: int = settings.integer(0, 0, 9999)

    def rate_of(self, optimizer: str) -> float:
        """Return the learning rate of an optimizer."""
        return float(getattr(self, f"{optimizer}_rate"))


@dataclass(frozen=True)
class Result:
    """What was measured: O optimizers, S seeds, R records.

    Attributes:
        optimizers: Ids.
        step: (R,) int32 steps at which the rest was recorded, 0 first.
        changed_at: Step at which every meaning changed.
        frequent: (O, S, R) share of the true weight learned, averaged over the most common words; 1 is all of it, −1
            the opposite of it.
        rare: The same over the rarest words.
        frequent_rate: (O, S, R) effective learning rate, averaged over the most common words.
        rare_rate: The same over the rarest words.
        occurrence: (2,) share of documents that hold a common word, and a rare one.
        stopped: Whether it was stopped before the end.
    """

    optimizers: tuple[str, ...]
    step: np.ndarray
    changed_at: int
    frequent: np.ndarray
    rare: np.ndarray
    frequent_rate: np.ndarray
    rare_rate: np.ndarray
    occurrence: np.ndarray
    stopped: bool


def documents(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one seed's bags of words, meanings and labels.

    Returns:
        (DOCUMENTS, WORDS) float32 zeros and ones; (WORDS,) true weights +1 or −1; (2, DOCUMENTS) float32 labels before
        and after every meaning turns into its opposite. Word k occurs in proportion to 1/k (Zipf, 1949).
    """
    generator = np.random.default_rng((seed, 0))
    frequency = 1 / np.arange(1, WORDS + 1)
    chosen = generator.choice(WORDS, (DOCUMENTS, DOCUMENT_WORDS), p=frequency / frequency.sum())
    bags = np.zeros((DOCUMENTS, WORDS), dtype=np.float32)
    bags[np.arange(DOCUMENTS)[:, None], chosen] = 1.0
    meanings = generator.choice([-1.0, 1.0], WORDS)
    odds = bags @ meanings
    chance = generator.random((2, DOCUMENTS))
    labels = np.stack([chance[0] < 1 / (1 + np.exp(-odds)), chance[1] < 1 / (1 + np.exp(odds))])
    return bags, meanings, labels.astype(np.float32)


def batches(seed: int, steps: int) -> np.ndarray:
    """Return the documents of every batch, (steps, BATCH) int32."""
    return np.random.default_rng((seed, 1)).integers(0, DOCUMENTS, (steps, BATCH)).astype(np.int32)


def keras_optimizer(config: Config, name: str) -> Any:
    """Return the optimizer of `keras.optimizers` with this config's learning rate."""
    import keras

    start = {"initial_accumulator_value": config.adagrad_start} if name == "adagrad" else {}
    return getattr(keras.optimizers, catalogue.BY_ID[name].keras)(learning_rate=config.rate_of(name), **start)


def run(config: Config, context: Context) -> Result:
    """Train all optimizers on all seeds; in the worker, some seconds."""
    from engine.optimizers.sparse_training import train

    seeds = [config.seed + number for number in range(SEED_COUNT)]
    data = [documents(seed) for seed in seeds]
    order = np.stack([batches(seed, 2 * config.steps) for seed in seeds])
    meanings = np.stack([each[1] for each in data])
    records = range(0, 2 * config.steps + 1, RECORD_EVERY)
    shape = (len(OPTIMIZERS), SEED_COUNT, len(records))
    frequent, rare, frequent_rate, rare_rate = (np.full(shape, np.nan, dtype=np.float32) for _ in range(4))
    stopped = False
    for place, name in enumerate(OPTIMIZERS):
        if stopped:
            break
        recorded = train(config, name, data, order, RECORD_EVERY)
        for record, (weights, rates) in enumerate(recorded):
            step = records[record]
            truth = meanings if step <= config.steps else -meanings
            share = weights * truth
            frequent[place, :, record] = share[:, :FREQUENT].mean(axis=1)
            rare[place, :, record] = share[:, -RARE:].mean(axis=1)
            frequent_rate[place, :, record] = rates[:, :FREQUENT].mean(axis=1)
            rare_rate[place, :, record] = rates[:, -RARE:].mean(axis=1)
            done = place * len(records) + record + 1
            context.report(done, len(OPTIMIZERS) * len(records), catalogue.BY_ID[name].label)
            if stopped := context.stop_requested():
                break
    bags = np.stack([each[0] for each in data])
    occurrence = np.array([bags[..., :FREQUENT].mean(), bags[..., -RARE:].mean()])
    return Result(
        optimizers=OPTIMIZERS,
        step=np.array(records, dtype=np.int32),
        changed_at=config.steps,
        frequent=frequent,
        rare=rare,
        frequent_rate=frequent_rate,
        rare_rate=rare_rate,
        occurrence=occurrence,
        stopped=stopped,
    )


def half_learned(result: Result, name: str, group: str, after_change: bool = False) -> np.ndarray:
    """Return, for each seed, the steps until half of a group's true weights is learned, (S,), inf for never.

    Args:
        result: What was measured.
        name: The optimizer.
        group: "frequent" or "rare".
        after_change: Count from the change of all meanings instead of from the start.
    """
    share = getattr(result, group)[result.optimizers.index(name)]
    later = result.step > result.changed_at
    passed = (share >= LEARNED) & (later if after_change else ~later)
    first = result.step[np.argmax(passed, axis=1)] - (result.changed_at if after_change else 0)
    return np.where(passed.any(axis=1), first, np.inf)


def story(result: Result) -> tuple[str, ...]:
    """Return what the demonstration showed, in three or four sentences computed from it (Markdown)."""
    if result.stopped:
        return ("The run was stopped before it was complete: the curves end there.",)
    before = int(np.flatnonzero(result.step == result.changed_at)[0])
    of = result.optimizers.index
    adagrad_rates = [group[of("adagrad")].mean(axis=0) for group in (result.frequent_rate, result.rare_rate)]
    shares = result.rare[of("sgd"), :, before]
    forgetful = " and ".join(
        f"{catalogue.BY_ID[name].label} {_steps(result, name, 'frequent', True)}" for name in ("rmsprop", "adadelta")
    )
    return (
        f"A common word stands in {100 * result.occurrence[0]:.0f} % of the documents, a rare one in "
        f"{100 * result.occurrence[1]:.1f} %. **SGD** knows the common ones half after "
        f"{_steps(result, 'sgd', 'frequent')}, the rare ones {_steps(result, 'sgd', 'rare', negated=True)}: "
        f"at the change it knows {number(float(shares.mean()))} ± {number(float(shares.std()))} of them "
        f"(mean ± standard deviation over {len(shares)} seeds).",
        f"**Adagrad**, as fast on the common words ({_steps(result, 'adagrad', 'frequent')}), knows the rare ones half "
        f"after {_steps(result, 'adagrad', 'rare')}: their learning rate is "
        f"{number(float(adagrad_rates[1][before] / adagrad_rates[0][before]))} times as high.",
        f"Then every word turns into its opposite. Adagrad’s rate for common words has fallen from "
        f"{number(float(adagrad_rates[0][1]))} to {number(float(adagrad_rates[0][before]))} and never rises again: "
        f"it needs {_steps(result, 'adagrad', 'frequent', True)} to relearn them. {forgetful}.",
    )


def _steps(result: Result, name: str, group: str, after_change: bool = False, negated: bool = False) -> str:
    """Return "100 steps (75 to 125)": the median over seeds and their range, or that most seeds never got there."""
    counts = half_learned(result, name, group, after_change)
    median = float(np.median(counts))
    if not np.isfinite(median):
        return f"not within {result.changed_at} steps"
    low, high = float(counts.min()), float(counts.max())
    most = f"{high:.0f}" if np.isfinite(high) else f"more than {result.changed_at}"
    spread = "" if low == high else f" ({low:.0f} to {most})"
    return f"{'after ' if negated else ''}{median:.0f} steps{spread}"


def shipped() -> tuple[Config, ...]:
    """Return the configs whose results come with the app."""
    return (Config(),)
