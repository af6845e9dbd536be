"""What the stage of faces shows: one view of a result at a time, with its sheets, its words and its small curves.

What the learner should see: faces first, as large as there is room; numbers beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.face_generator import closer as near
from engine.face_generator import reading, source
from engine.face_generator.experiment import COLUMNS, ROWS, Result
from engine.face_generator.source import DRAWN
from engine.faces.network import SIDE
from engine.figures.packing import webp_address
from engine.figures.theme import CATEGORICAL, INK, SERIES, Series

GRID, PLANE, WALK, ATTRIBUTE, NEIGHBOURS, QUIZ = "grid", "plane", "walk", "attributes", "neighbours", "quiz"
VIEWS = (GRID, PLANE, WALK, ATTRIBUTE, NEIGHBOURS, QUIZ)
GENERATED, FRESH = SERIES["momentum"], SERIES["adadelta"]
FLOOR = 0.05  # of the kernel distance as it is drawn; two sets of real faces lie about there
SOFT = 25  # steps: below, the axis of steps is even, above, logarithmic
HINTS = (
    ("Background", (0.0, 0.0, 1.0, 0.3), "A drawn background runs evenly; a generated one is often cloudy."),
    ("Shoulders", (0.05, 0.74, 0.9, 0.26), "Drawn shoulders are alike left and right; generated ones often are not."),
    ("Hair edge", (0.18, 0.08, 0.64, 0.34), "A drawn edge is sharp all along; a generated one frays."),
    ("Eyes", (0.24, 0.38, 0.52, 0.2), "Drawn eyes look the same way and are equally large."),
)


@dataclass(frozen=True)
class View:
    """What of the results is shown.

    Attributes:
        name: One of VIEWS.
        moment: Which moment the grid opens at; None for the last.
        faces: Numbers of A, B and C.
        right, total: The reader's score in the quiz so far.
    """

    name: str = GRID
    moment: int | None = None
    faces: tuple[int, ...] = (0, 1, 2)
    right: int = 0
    total: int = 0


def payload(
    result: Result, closer: near.Result | None, view: View, revision: str, running: bool = False
) -> Mapping[str, Any]:
    """Return what the stage draws; a view that needs a closer look shows the grid while there is none."""
    name = view.name if closer is not None and _has(closer, view.name) else GRID
    return {
        "kind": "faces",
        "view": name,
        "revision": f"{revision}.{name}",
        "series": f"{result.config.kind}.{len(result.step)}",
        "running": running,
        "side": SIDE,
        "at": None if result.config.steps else view.moment,
        "can_train": result.config.kind == DRAWN and not running and result.config.steps == 0,
        "faces": list(view.faces),
        name: _grid(result) if closer is None or name == GRID else _closer(closer, name, view),
        "reads": {"words": list(_words(result, closer, name, view.name)), "charts": _charts(result, closer, name)},
    }


def _has(closer: near.Result, name: str) -> bool:
    return len({NEIGHBOURS: closer.neighbours, QUIZ: closer.quiz}.get(name, closer.plane)) > 0


def _grid(result: Result) -> dict[str, Any]:
    return {
        "columns": COLUMNS,
        "rows": ROWS,
        "sheets": [webp_address(result.sheet_at(place)) for place in range(len(result.step))],
        "steps": [_short(step) for step in result.step.tolist()],
    }


def _short(step: int) -> str:
    return f"{step / 1000:.1f}k" if step >= 10_000 else f"{step:,}".replace(",", "\u2009")


def _closer(closer: near.Result, name: str, view: View) -> dict[str, Any]:
    if name == PLANE:
        marks = [{"name": letter, "x": x, "y": y} for letter, x, y in (("A", 0, 0), ("B", 1, 0), ("C", 0, 1))]
        return {
            "sheet": webp_address(closer.plane.tobytes()),
            "count": near.PLANE,
            "low": near.PLANE_LOW,
            "high": near.PLANE_HIGH,
            "marks": marks,
        }
    if name == WALK:
        return {"sheet": webp_address(closer.walk.tobytes()), "columns": near.WALK_COLUMNS, "count": near.WALK}
    if name == ATTRIBUTE:
        rows = [
            {"name": one.name, "low": one.low, "high": one.high, "at": at}
            for one, at in zip(source.attributes(closer.config.kind), closer.config.strengths, strict=True)
        ]
        return {"sheet": webp_address(closer.attributes.tobytes()), "rows": rows, "strengths": list(near.STRENGTHS)}
    if name == NEIGHBOURS:
        groups = [
            _group("Generated faces", closer.generated, GENERATED),
            _group("New drawings" if closer.config.kind == DRAWN else "Portraits kept out", closer.fresh, FRESH),
        ]
        return {
            "sheet": webp_address(closer.neighbours.tobytes()),
            "columns": near.NEAREST + 1,
            "distances": closer.distances.tolist(),
            "caption": f"The nearest of {source.trained_on(closer.config.kind):,} training pictures".replace(
                ",", "\u2009"
            ),
            "own": float(closer.distances[0]),
            "groups": groups,
        }
    return {
        "sheet": webp_address(closer.quiz.tobytes()),
        "columns": near.QUIZ_COLUMNS,
        "pairs": [[2 * pair, 2 * pair + 1] for pair in range(near.PAIRS)],
        "fake": closer.fake.tolist(),
        "hints": [{"name": name, "box": list(box), "text": text} for name, box, text in HINTS],
        "score": {"right": view.right, "total": view.total},
    }


def _group(name: str, values: np.ndarray, style: Series) -> dict[str, Any]:
    shown = [round(float(value), 4) for value in values]
    return {
        "name": name,
        "values": shown,
        "median": float(np.median(values)),
        "light": style.light,
        "dark": style.dark,
    }


def _words(result: Result, closer: near.Result | None, name: str, wanted: str) -> Sequence[str]:
    if name == GRID:
        said = "Point at a face to enlarge it, click to choose it: the last three are A, B and C."
        if closer is not None and wanted != GRID:
            said = source.no_portraits()
        elif result.config.steps:
            said = "The other views show the shipped network at the moment chosen, not this training."
        return (said,)
    if name == PLANE:
        return ("Every place is a mixture of the numbers of A, B and C. Move the pointer, or use the arrow keys.",)
    if name == WALK:
        return ("A straight line through the 64 numbers, its length kept: every face on the way is made anew.",)
    if name == ATTRIBUTE:
        return ("Each row moves A along one direction, −3 to +3 standard deviations. Drag; let go to keep the change.",)
    if name == NEIGHBOURS:
        return ("Copies would lie far nearer to the training pictures than new pictures do.",)
    return ()


def _charts(result: Result, closer: near.Result | None, name: str) -> list[dict[str, Any]]:
    shown = int(np.searchsorted(result.step, _step_of(result, closer)))
    at = float(result.step[min(shown, len(result.step) - 1)])
    if name == WALK and closer is not None:
        chart = {
            "title": "Change per frame",
            "note": "of pixels, 0 to 1",
            "x": list(range(1, near.WALK)),
            "x_label": "frame",
            "series": [_line("", closer.change, INK)],
            "low": 0,
            "follows": True,
            "alt": f"Distance of each frame to the one before, {closer.change.min():.3f} to {closer.change.max():.3f}.",
        }
        return [chart, _quality(result, at, False)]
    if name == QUIZ:
        return []
    charts = [_quality(result, at, name == GRID)]
    if name == GRID and result.config.kind == DRAWN:
        charts.append(_presence(result, at, True))
    return charts


def _step_of(result: Result, closer: near.Result | None) -> int:
    if closer is None or result.config.steps:
        return int(result.step[-1])
    return int(source.moments(closer.config.kind)[closer.config.moment])


def _quality(result: Result, at: float, follows: bool) -> dict[str, Any]:
    mean, spread = result.quality, result.quality_spread
    return {
        "title": "Kernel distance",
        "note": "to real faces, log scale",
        "x": result.step.tolist(),
        "x_label": "step",
        "log": SOFT if result.config.steps == 0 else 0,
        "series": [_line("distance", mean, INK, spread)],
        "floor": FLOOR,
        "follows": follows,
        "at": at,
        "alt": f"Kernel distance to real pictures, {mean[0]:.2f} at step {result.step[0]}, {mean[-1]:.2f} at step "
        f"{result.step[-1]}.",
    }


def _presence(result: Result, at: float, follows: bool) -> dict[str, Any]:
    series = [
        _line(name, 100 * result.presence[:, place], CATEGORICAL[place]) for place, name in enumerate(reading.NAMES)
    ]
    last = ", ".join(
        f"{name} {100 * share:.0f} %" for name, share in zip(reading.NAMES, result.presence[-1], strict=True)
    )
    return {
        "title": "Seen on the faces",
        "note": "% of 64",
        "x": result.step.tolist(),
        "x_label": "step",
        "log": SOFT if result.config.steps == 0 else 0,
        "series": series,
        "low": 0,
        "high": 100,
        "follows": follows,
        "at": at,
        "alt": f"Share of the faces on which an attribute is seen; at the last step {last}.",
    }


def _line(name: str, values: np.ndarray, style: Series, spread: np.ndarray | None = None) -> dict[str, Any]:
    shown = np.asarray(values, float)
    line: dict[str, Any] = {
        "name": name,
        "y": [round(float(value), 5) if np.isfinite(value) else None for value in shown],
        "style": {"light": style.light, "dark": style.dark, "dash": list(style.dash)},
    }
    if spread is not None:
        line |= {"low": np.round(shown - spread, 5).tolist(), "high": np.round(shown + spread, 5).tolist()}
    return line
