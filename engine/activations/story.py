"""What happened, in sentences made from this run: how many units died, how far gradients came, who was first."""

from __future__ import annotations

import numpy as np

from engine.activations.experiment import BIAS, DEPTH, NETWORK, NONE, SWEPT, Config, Result
from engine.activations.functions import ACTIVATIONS, LABELS, LEARNED, SOFTMAX, moments, softmax, softmax_derivatives

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
NEAR = 2.0  # standard errors: a difference below them is called too close to tell


def story(result: Result) -> str:
    """Return two or three sentences about trained networks."""
    kinds = {NETWORK: _network, DEPTH: _depth}
    sentences = [*kinds.get(result.config.task, _comparison)(result), *_left(result)]
    if result.stopped:
        sentences.append("You stopped it: these are the numbers of what was done by then.")
    return " ".join(sentences)


def function_story(config: Config) -> str:
    """Return two or three sentences about one function at its input."""
    if config.function == SOFTMAX:
        logits = np.array(config.numbers)
        p = softmax(logits, config.temperature)
        largest = float(np.abs(softmax_derivatives(logits, config.temperature)).max())
        alone = float(softmax(logits, 1.0).max())
        return (
            f"At T = {config.temperature:g} the largest of {len(p)} probabilities is {p.max():.1%}; at T = 1 it is "
            f"{alone:.1%}. No derivative is larger than {largest:.3g}, "
            + ("so softmax is saturated here." if largest < config.share else "so every logit still has a say.")
        )
    sentences = []
    for name in dict.fromkeys((config.function, config.beside)):
        if name == NONE:
            continue
        steep = float(ACTIVATIONS[name].derivative(np.array([config.x]), config.slope)[0])
        known = moments(name, config.slope, config.share)
        sentences.append(
            f"{LABELS[name]}: f′({_signed(config.x)}) = {_signed(steep)}, so ten layers leave {_power(steep)} of a "
            f"gradient (weights left out); of standard normal inputs {known.saturated:.1%} lie in a saturation zone, "
            f"|f′| < {config.share:g}."
        )
    return " ".join(sentences)


def _power(steep: float) -> str:
    left = abs(steep) ** 10
    return "all" if left == 1 else "nothing" if left == 0 else small(left)


def small(value: float) -> str:
    """Return a number above 0 in words: with a power of ten where it is small or large."""
    if 0.001 <= value < 10_000:
        return f"{value:.2g}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} · 10{str(int(power)).translate(SUPERSCRIPTS)}"


def _signed(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def spread(values: np.ndarray, percent: bool = True) -> str:
    """Return mean ± standard deviation over seeds, in words; "–" where nothing is known."""
    known = values[np.isfinite(values)]
    if not len(known):
        return "–"
    deviation = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    if percent:
        return f"{100 * known.mean():.1f} ± {100 * deviation:.1f} %"
    return f"{known.mean():.3g} ± {deviation:.2g}"


def last_row(values: np.ndarray) -> int:
    """Return the last row in which anything is known."""
    known = np.flatnonzero(np.isfinite(values).any(axis=tuple(range(1, values.ndim))))
    return int(known[-1]) if len(known) else 0


def _network(result: Result) -> list[str]:
    config, names = result.config, result.names
    end = last_row(result.dead[:, 0])
    dead = result.dead[end, 0].mean(axis=1)
    sentences = [
        f"After {end} epochs {spread(dead)} of the {config.depth * config.width} ReLU units are dead ({config.seeds} "
        f"seeds): they give 0 for every training row, and get no gradient."
    ]
    accuracy = [f"{LABELS[name]} {spread(result.accuracy[end, place])}" for place, name in enumerate(names)]
    sentences.append(f"Right on rows held back: {', '.join(accuracy)}.")
    zeros = result.zeros[end].mean(axis=2)
    sentences.append(
        f"Exactly 0 are {spread(zeros[0])} of the ReLUs’ activations, {spread(zeros[names.index('tanh')])} of tanh’s."
    )
    slopes = result.slopes[end]
    if np.isfinite(slopes).any():
        means = np.nanmean(slopes[:, :, 1], axis=0)
        sentences.append(
            f"{LABELS[LEARNED]}’s slopes moved from {config.slope:g} to {means[0]:.2f} in the first hidden layer and "
            f"{means[-1]:.2f} in the last (means)."
        )
    swept = result.swept_dead[:, 0].mean(axis=1) if len(result.swept_dead) else np.zeros(0)
    if np.isfinite(swept).any():
        worst = int(np.nanargmax(swept))
        what = "bias" if config.vary == BIAS else "rate"
        sentences.append(f"In the sweep most die at {what} {SWEPT[config.vary][worst]:g}: {swept[worst]:.0%}.")
    return [sentence.replace(" -", " −") for sentence in sentences]


def _depth(result: Result) -> list[str]:
    config, sentences = result.config, []
    for place, name in enumerate(result.names):
        first, last = result.gradient[0, place, :, 0], result.gradient[0, place, :, -1]
        if np.isfinite(first).all() and (last > 0).all():
            share = float(np.exp(np.mean(np.log(np.maximum(first, 1e-38) / last))))
            sentences.append(f"{LABELS[name]} {small(share)}")
    told = [
        f"Before training, the first layer’s gradient is this share of the output’s, through {config.depth} hidden "
        f"layers (geometric mean, {config.seeds} seeds): {', '.join(sentences)}."
    ]
    end = last_row(result.accuracy)
    accuracy = [f"{LABELS[name]} {spread(result.accuracy[end, place])}" for place, name in enumerate(result.names)]
    told.append(f"After {end} epochs right on rows held back: {', '.join(accuracy)}; guessing gets about 10 %.")
    return told


def diverged(result: Result) -> list[int]:
    """Return for each activation how many seeds ended with a loss that is no number; 0 in a run that was stopped."""
    if result.stopped:
        return [0] * len(result.names)
    return [int(count) for count in (~np.isfinite(result.loss[-1])).sum(axis=1)]


def _left(result: Result) -> list[str]:
    told = [
        f"{LABELS[name]} in {count} of {result.config.seeds}"
        for name, count in zip(result.names, diverged(result), strict=True)
        if count
    ]
    if not told:
        return []
    return [
        f"With rate {result.config.learning_rate:g} the loss left for good (it is no number any more): "
        f"{', '.join(told)} seeds; these are not in the means."
    ]


def ranked(result: Result) -> list[int]:
    """Return the places of the activations by mean accuracy at the end, the best first."""
    mean = result.accuracy[last_row(result.accuracy)].mean(axis=1)
    return [int(place) for place in np.argsort(np.where(np.isfinite(mean), -mean, 2.0), kind="stable")]


def tied(result: Result) -> list[int]:
    """Return the places of those that the best is not clearly ahead of: seeds paired, within two standard errors."""
    accuracy = result.accuracy[last_row(result.accuracy)]
    first, *others = ranked(result)
    near = []
    for place in others:
        ahead = accuracy[first] - accuracy[place]
        if np.isfinite(ahead).all() and ahead.mean() <= NEAR * ahead.std(ddof=1) / np.sqrt(len(ahead)):
            near.append(place)
    return near


def _comparison(result: Result) -> list[str]:
    end, order, near = last_row(result.accuracy), ranked(result), tied(result)
    names = [LABELS[name] for name in result.names]
    accuracy = result.accuracy[end]
    known = [place for place in order if np.isfinite(accuracy[place]).all()]
    if not known:
        return ["Nothing is known yet."]
    sentences = [
        f"After {end} epochs {names[order[0]]} is right most often, {spread(accuracy[order[0]])} over "
        f"{result.config.seeds} seeds; {names[known[-1]]} least, {spread(accuracy[known[-1]])}."
    ]
    if near:
        listed = ", ".join(names[place] for place in near)
        sentences.append(
            f"Within two standard errors of the best, seed by seed: {listed}. This run cannot tell them apart."
        )
    else:
        sentences.append("Seed by seed it is ahead of every other by more than two standard errors.")
    return sentences
