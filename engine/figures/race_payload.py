"""The race as the stage draws it: surface, contour levels, and every racer's path and memory, ready to play.

See one payload per race: the browser plays, scrubs and looks inside any racer without asking the server again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from engine import config as settings
from engine.figures.packing import packed
from engine.figures.theme import SERIES
from engine.optimizers.race import Config, Result, surface_of
from engine.optimizers.surface import Surface
from engine.optimizers.walk import Racer

GRID_POINTS = 121
LEVELS = 13
OVERLAYS = {"gradient": True, "step": True, "velocity": False, "square": False}


def race_payload(
    config: Config, result: Result, *, surface: Surface | None = None, selected: str = "", view: str = "2d"
) -> dict[str, Any]:
    """Return the stage's payload of one race.

    Args:
        config: What was raced; gives the revision.
        result: What happened.
        surface: The surface raced on, where it is not the config's own.
        selected: The racer looked into first; default Adam if it races, else the first.
        view: "2d" or "3d".
    """
    surface = surface or surface_of(config)
    names = [racer.id for racer in result.racers]
    if selected not in names:
        selected = "adam" if "adam" in names else names[0]
    return {
        "kind": "race",
        "revision": settings.key(config),
        "labels": {"x": surface.labels[0], "y": surface.labels[1]},
        "surface": surface_payload(surface),
        "start": list(result.start),
        "steps": result.steps,
        "valley": result.valley,
        "floor": result.floor,
        "racers": [_racer(racer) for racer in result.racers],
        "selected": selected,
        "view": view,
        "overlays": dict(OVERLAYS),
        "read_only": False,
    }


@lru_cache(maxsize=16)
def surface_payload(surface: Surface) -> dict[str, Any]:
    """Return the surface's part of the payload; the picture of a surface is the same in every race over it."""
    _, _, losses = surface.grid(GRID_POINTS)
    largest = float(np.finfo(np.float32).max)
    losses = np.where(np.isnan(losses), largest, losses)  # no value: drawn as a wall beyond all levels
    return {
        "name": surface.label,
        "x": list(surface.x),
        "y": list(surface.y),
        "z": packed(np.clip(losses, -largest, largest)),
        "levels": contour_levels(losses, surface.floor, surface.valley),
        "minima": [list(minimum) for minimum in surface.minima],
        "exact": surface.exact,
    }


def contour_levels(losses: np.ndarray, floor: float, valley: float = 0.0, count: int = LEVELS) -> list[float]:
    """Choose contour levels that part the picture into bands of useful width, however steep the surface.

    Heights above the floor are bent by the power p that brings their median to the middle of their range (p = ½ for a
    bowl, near 0 for Beale's corners), and the levels are even in the bent heights, rounded to two figures.

    Args:
        losses: Losses over the picture, any shape.
        floor: The lowest known loss.
        valley: Height above the floor that gets a level of its own; 0 for none.
        count: About how many levels.

    Returns:
        Rising levels strictly between the lowest and the highest loss; none on a flat surface.
    """
    heights = losses[np.isfinite(losses)] - floor
    heights = heights[(heights >= 0) & (heights < 1e30)]
    if not heights.size or heights.max() <= 0:
        return []
    highest = float(np.quantile(heights, 0.998))
    middle = float(np.median(heights))
    power = 0.5
    if 0 < middle < highest:
        power = min(max(np.log(0.5) / np.log(middle / highest), 0.12), 1.0)
    even = np.linspace(0, 1, count + 2)[1:-1] * highest**power
    chosen = sorted({_two_figures(float(level)) for level in even ** (1 / power)})
    if valley > 0:
        chosen = [level for level in chosen if not 0.75 < level / valley < 1.33]
        chosen = sorted([*chosen, valley])
    lowest = float(heights.min())
    return [round(floor + level, 9) for level in chosen if lowest < level < float(heights.max())]


def _two_figures(value: float) -> float:
    return float(f"{value:.1e}")


def _racer(racer: Racer) -> dict[str, Any]:
    style = SERIES[racer.id]
    return {
        "id": racer.id,
        "label": racer.label,
        "style": {
            "light": style.light,
            "dark": style.dark,
            "dash": list(style.dash),
            "marker": style.marker,
            "width": style.width,
        },
        "path": packed(racer.path),
        "loss": packed(racer.loss),
        "gradient": packed(racer.gradient),
        "velocity": None if racer.velocity is None else packed(racer.velocity),
        "square": None if racer.square is None else packed(racer.square),
        "rate": packed(racer.effective_rate),
        "valley_at": racer.valley_at,
        "left_at": racer.left_at,
        "diverged_at": racer.diverged_at,
        "length": racer.length,
    }
