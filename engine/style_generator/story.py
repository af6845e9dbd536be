"""What happened, in sentences computed from this result."""

from __future__ import annotations

import numpy as np

from engine.face_generator.source import ATTRIBUTES
from engine.style_generator import stored
from engine.style_generator.experiment import (
    GROUPS,
    PSIS,
    SIZES,
    Config,
    Mixing,
    Noise,
    Path,
    Result,
    Scales,
    Transfer,
    Truncation,
)

NARROW = "\u2009"
NOUNS = {stored.FACES: "faces", stored.CARS: "cars"}
SURE = 2.0  # standard errors from which a difference is called one


def story(result: Result, psi: float, layer: int) -> tuple[str, ...]:
    """Return two or three sentences (Markdown) on a result, at the ψ and the layer that are shown."""
    config = result.config
    if result.truncation is not None:
        return _truncation(config, result.truncation, psi)
    if result.mixing is not None:
        return _mixing(config, result.mixing)
    if result.noise is not None:
        return _noise(result.noise)
    if result.path is not None:
        return _path(result.path)
    if result.scales is not None:
        return _scales(result.scales, layer)
    if result.transfer is not None:
        return _transfer(result.transfer)
    return ()


def at_psi(psi: float) -> int:
    """Return which of PSIS is nearest."""
    return int(np.argmin(np.abs(np.array(PSIS) - psi)))


def count(value: float) -> str:
    """Return a whole number with thin spaces between its thousands."""
    return f"{int(value):,}".replace(",", NARROW)


def signed(value: float, digits: int = 2) -> str:
    """Return a number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def variety_left(found: Truncation, psi: float) -> float:
    """Return the variety at ψ as a share of that at ψ = 1."""
    return float(found.variety[at_psi(psi)] / found.variety[at_psi(1.0)])


def carried_most(found: Mixing, start: int, end: int) -> tuple[int, float]:
    """Return the attribute that follows the layers start … end − 1 most, by its place in ATTRIBUTES, and its share.

    The shares of the sizes whose layers all lie in the range are added.
    """
    inside = [place for place, (first, last) in enumerate(GROUPS) if start <= first and last <= end]
    shares = found.follows[:, inside].sum(axis=1) if inside else np.zeros(len(ATTRIBUTES))
    return int(np.argmax(shares)), float(shares.max())


def noise_share(found: Noise) -> float:
    """Return how far noise moves a picture, as a share of how far pictures with other styles differ."""
    return float(found.deviation[0].astype(np.float32).mean() / found.styles)


def longer(found: Path) -> tuple[float, float]:
    """Return how much longer the way in z is than that in w, mean of the ratios minus 1, and its standard error."""
    ratio = found.lengths[1] / found.lengths[0] - 1
    return float(ratio.mean()), float(ratio.std(ddof=1) / np.sqrt(len(ratio)))


def lead(found: Transfer, place: int = -1) -> tuple[float, float]:
    """Return by how much the transfer's kernel distance is below the other's at a moment, and its deviation."""
    return (
        float(found.quality[1, place] - found.quality[0, place]),
        float(np.hypot(found.spread[0, place], found.spread[1, place])),
    )


def caught_up(found: Transfer) -> int | None:
    """Return the first moment at which the transfer is as good as the other one at its end; None if it never is."""
    good = np.flatnonzero(found.quality[0] <= found.quality[1, -1])
    return int(good[0]) if len(good) else None


def _truncation(config: Config, found: Truncation, psi: float) -> tuple[str, ...]:
    place, one = at_psi(psi), at_psi(1.0)
    best = int(np.argmin(found.quality))
    noun = NOUNS[config.domain]
    said = (
        f"At ψ = {PSIS[place]:g} two of the 64 {noun} lie {found.variety[place]:.3f} apart on average, "
        f"**{100 * found.variety[place] / found.variety[one]:.0f} %** of what they do at ψ = 1."
    )
    return (
        said.replace("-", "−"),
        f"As a set they come nearest to drawn {noun} at ψ = {signed(PSIS[best], 2)}: kernel distance "
        f"{found.quality[best]:.3f} (± {found.spread[best]:.3f}); at ψ = 1 it is {found.quality[one]:.3f}, at ψ = 0, "
        f"where all {noun} are the average one, {found.quality[at_psi(0.0)]:.3f}.",
    )


def _mixing(config: Config, found: Mixing) -> tuple[str, ...]:
    taken = found.taken
    noun = NOUNS[config.domain]
    layers = config.end - config.start
    which = (
        "The one layer that hears the column brings"
        if layers == 1
        else f"The {layers} layers that hear the column bring"
    )
    parts = [
        f"{which} the mixtures "
        f"**{100 * taken.mean():.0f} %** of the way from the row’s picture to the column’s "
        f"(± {100 * taken.std():.0f} over {taken.size} mixtures)."
    ]
    change = found.change[:, 0]
    most = int(np.argmax(change))
    parts.append(
        f"Over 48 pairs of {noun}, another style moves pixels most in the layers at {SIZES[most]} pixels: "
        f"{change[most]:.3f} ± {found.change[most, 1]:.3f}, against {change.min():.3f} at "
        f"{SIZES[int(np.argmin(change))]} pixels."
    )
    if len(found.follows):
        told = []
        for place in (5, 3, 6):
            size = int(np.argmax(found.follows[place]))
            told.append(
                f"“{ATTRIBUTES[place].name.lower()}” follows those at {SIZES[size]} pixels "
                f"({100 * found.follows[place, size]:.0f} %)"
            )
        parts.append(f"Which layers decide what, by a reader of drawn faces: {', '.join(told)}.")
    return tuple(parts)


def _noise(found: Noise) -> tuple[str, ...]:
    alone = found.deviation[1:].astype(np.float32).mean(axis=(1, 2))
    most = int(np.argmax(alone))
    sizes = [4, *(size for size in SIZES[1:] for _ in range(2))]
    acting = int((found.deviation[1:].max(axis=(1, 2)) >= 1).sum())
    return (
        f"Fresh noise in all layers moves a pixel by {found.deviation[0].astype(np.float32).mean():.1f} of 255 on "
        f"average (standard deviation over 24 draws), other styles by {found.styles:.1f}: noise is "
        f"**{100 * noise_share(found):.0f} %** of that.",
        f"In {acting} of {len(alone)} layers noise alone moves any pixel by a level or more. The one whose noise does "
        f"most is number {most}, at {sizes[most]} pixels, with {alone[most]:.1f}; its learned strength is "
        f"{signed(float(found.strength[most]), 4)}.",
    )


def _path(found: Path) -> tuple[str, ...]:
    mean, error = longer(found)
    own = found.change.sum(axis=1)
    if abs(mean) <= SURE * error:
        verdict = "no difference that can be told"
    else:
        verdict = f"the way in {'z' if mean > 0 else 'w'} is the longer one"
    return (
        f"From A to B the features change by {own[0]:.1f} in all on the way in w, and by {own[1]:.1f} in z. The "
        f"largest single step is {found.change[0].max():.2f} in w and {found.change[1].max():.2f} in z.",
        f"Over {len(found.straight)} pairs the way in z is {signed(100 * mean, 1)} % longer (± {100 * error:.1f}, "
        f"standard error): {verdict}.",
    )


def _scales(found: Scales, layer: int) -> tuple[str, ...]:
    values = found.of(layer)
    spread, mean = values.std(axis=0), np.abs(values.mean(axis=0))
    strongest = int(np.argmax(spread))
    return (
        f"In {found.names[layer]} the style of a picture multiplies {values.shape[1]} channels, from "
        f"{signed(float(values.min()))} to {signed(float(values.max()))}. Between the {len(values)} pictures a factor "
        f"varies by {spread.mean():.2f} (standard deviation), {100 * spread.mean() / mean.mean():.0f} % of its "
        f"mean size.",
        f"Channel {strongest} differs most: from {signed(float(values[:, strongest].min()))} to "
        f"{signed(float(values[:, strongest].max()))}. A factor below 0 turns the channel’s sign.",
    )


def _transfer(found: Transfer) -> tuple[str, ...]:
    ahead, error = lead(found)
    parts = [
        f"After {count(found.steps[-1])} steps on 600 cars the kernel distance to cars that neither has seen is "
        f"**{found.quality[0, -1]:.3f}** (± {found.spread[0, -1]:.3f}) from the faces’ generator and "
        f"**{found.quality[1, -1]:.3f}** (± {found.spread[1, -1]:.3f}) from scratch."
    ]
    place = caught_up(found)
    if abs(ahead) <= SURE * error:
        parts.append("At the end that is no difference that can be told.")
    elif place:
        parts.append(
            f"The one that knew faces was that good at step {count(found.steps[place])} already, "
            f"{found.steps[-1] / max(1, found.steps[place]):.1f} times sooner."
        )
    if found.quality[:, 0].min() < found.quality[:, -1].min():
        parts.append(
            f"The number alone is no judge: the blur before any training has {found.quality[:, 0].min():.3f}, nearer "
            "than both, since wrong details count for more than none. Look at the pictures."
        )
    parts.append(
        f"Augmentation touched {100 * found.share[0, -1]:.0f} % and {100 * found.share[1, -1]:.0f} % of the pictures "
        f"at the end. One run each, with seed 0: another seed would give other numbers."
    )
    return tuple(parts)
