"""What happened, in sentences computed from this result."""

from __future__ import annotations

import numpy as np

from engine.detection import coco
from engine.detection_limits import experiment, tiles
from engine.detection_limits.factors import COUNT, FACTORS
from engine.detection_limits.grid import GRID, alone_share, most_share
from engine.detection_limits.measure import FATES, FOUND, curve, place_of
from engine.detection_limits.sheets import kept, sizes
from engine.detection_limits.view import View

HOLDS = 0.9  # share of the best recall


def story(result: experiment.Result | tiles.Result, view: View) -> tuple[str, ...]:
    """Return two or three sentences (Markdown)."""
    told = _tiles(result, view) if isinstance(result, tiles.Result) else _scenes(result, view)
    return (*told, "Stopped early: what was measured until then is shown.") if result.stopped else told


def _scenes(result: experiment.Result, view: View) -> tuple[str, ...]:
    factor = FACTORS[result.config.factor]
    told, place = curve(result, view.score), place_of(result, view.at)
    value = float(result.values[place])
    best = int(np.nanargmax(told.recall))
    holding = result.values[told.recall >= HOLDS * told.recall[best]]
    half = 100 * (told.high[place] - told.low[place]) / 2
    first = (
        f"{factor.label} {factor.told(value)}: **{told.recall[place]:.0%}** ± {half:.0f} points are found, over "
        f"{result.config.scenes} scenes. Nine tenths of the best recall ({told.recall[best]:.0%}) hold from "
        f"{factor.told(float(holding.min()))} to {factor.told(float(holding.max()))}"
    )
    first += (
        f"; the network was trained on {factor.trained[0]:g} to {factor.trained[1]:g}{factor.suffix}."
        if factor.trained
        else "."
    )
    fates = told.fates[place]
    largest = int(fates[1:].argmax()) + 1
    second = (
        f"What takes most of the rest: “{FATES[largest].lower()}”, {fates[largest]:.0%} of all things."
        if fates[FOUND] < 0.995
        else "Nothing is missed there."
    )
    if result.config.factor != COUNT:
        return first, second
    third = (
        f"The grid of {GRID} × {GRID} cells allows {told.most[place]:.0%} in these scenes, {told.alone[place]:.0%} are "
        f"alone in their cell. At random places that would be {most_share(value):.0%} and {alone_share(value):.0%}."
    )
    return first, second, third


def _tiles(result: tiles.Result, view: View) -> tuple[str, ...]:
    told, size = kept(result, view.score), np.median(sizes(result), axis=1)
    place = int(np.abs(result.tiles - view.at_tiles).argmin())
    count = int(result.tiles[place])
    names = ", ".join(coco.CLASSES[kind] for kind in result.kinds)
    lost = np.flatnonzero(told.whole < 0.5)
    first = (
        f"Alone in the picture, the detector finds {len(result.kinds)}: {names}. In {count} × {count} copies, at "
        f"{size[place]:.0f} pixels each (median), one look finds **{told.whole[place]:.0%}**, "
        f"{int(result.looks[place])} slices **{told.sliced[place]:.0%}**."
    )
    second = (
        f"Half are lost at one look from {int(result.tiles[lost[0]])} × {int(result.tiles[lost[0]])} on."
        if len(lost)
        else "One look never loses half of them."
    )
    third = (
        f"Slices have a price: {int(result.looks[place])} looks instead of 1, and {int(told.wrong[place, 1])} wrong "
        f"boxes instead of {int(told.wrong[place, 0])}, many around a piece of a thing that a slice cuts."
    )
    return first, second, third
