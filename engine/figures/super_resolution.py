"""What the lens stage shows: the whole picture, every enlargement of it, and the map of what was added.

Pictures travel once and without loss: the browser measures inside the lens with the same pixels as the table.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.figures.packing import packed
from engine.figures.picture import Picture
from engine.super_resolution import sources, survey
from engine.super_resolution.experiment import (
    BICUBIC,
    LABELS,
    NEAREST,
    PERCEPTUAL,
    PSNR,
    SSIM,
    Result,
)
from engine.super_resolution.network import ADVERSARIAL, PIXEL
from engine.super_resolution.sources import FACES
from engine.super_resolution.view import View

NOTES = {
    BICUBIC: "a formula",
    PIXEL: "near the truth",
    ADVERSARIAL: "fools a critic",
    FACES: "knows nothing else",
}
SERIES = {
    NEAREST: theme.MUTED,
    BICUBIC: theme.SERIES["sgd"],
    PIXEL: theme.SERIES["momentum"],
    ADVERSARIAL: theme.SERIES["adam"],
    FACES: theme.SERIES["adagrad"],
}
TRUTH, GIVEN = "truth", "given"


def payload(
    result: Result, view: View, small: np.ndarray, truth: np.ndarray | None, credit: str, revision: str
) -> Mapping[str, Any]:
    """Return what the stage draws.

    Args:
        result: All enlargements.
        view: Where the lens lies at first, and what is shown.
        small: What the networks were given, uint8 (h, w, 3).
        truth: The picture itself, or None.
        credit: Whose it is.
        revision: Changes with the pictures; the lens then goes back to its place.
    """
    judged = truth is not None
    first = {
        "id": TRUTH if judged else GIVEN,
        "name": "The truth" if judged else "As it is",
        "note": "what was there" if judged else "every pixel a block",
        "url": _url(sources.webp(truth).tobytes()) if truth is not None else "",
    }
    # Beside one network only there is room for what it was given.
    given = (
        []
        if len(result.methods) > 3 or not judged
        else [{"id": GIVEN, "name": "Given", "note": "pixels as blocks", "url": ""}]
    )
    return {
        "kind": "lens",
        "revision": revision,
        "width": result.width,
        "height": result.height,
        "scale": result.config.scale,
        "judged": judged,
        "small": {"url": _url(sources.webp(small).tobytes()), "width": small.shape[1], "height": small.shape[0]},
        "views": [first, *given, *(_view(result, method) for method in result.methods[1:])],
        "detail": {
            "strength": packed(result.strength),
            "right": packed(result.right) if judged else None,
            "names": [LABELS[method] for method in result.methods[-2:]],
        },
        "lens": [view.lens_x, view.lens_y],
        "look": view.look,
        "credit": credit,
    }


def _view(result: Result, method: str) -> dict[str, Any]:
    row = result.methods.index(method)
    series = SERIES[method]
    return {
        "id": method,
        "name": LABELS[method],
        "note": NOTES[method],
        "url": _url(result.pictures[row - 1].tobytes()),
        "color": {"light": series.light, "dark": series.dark},
        "numbers": _numbers(result, row),
    }


def _numbers(result: Result, row: int) -> list[dict[str, Any]]:
    """Return the numbers under a view: what is measured, the value, and whether no other enlargement has a better."""
    if np.isnan(result.measures[row, PSNR]):
        return []
    found = []
    for column, name, text, better in (
        (PSNR, "PSNR dB", "{:.1f}", max),
        (SSIM, "SSIM", "{:.3f}", max),
        (PERCEPTUAL, "distance", "{:.3f}", min),
    ):
        value = result.measures[row, column]
        if not np.isnan(value):
            best = better(result.measures[1:, column])
            found.append({"name": name, "text": text.format(value), "best": bool(value == best)})
    return found


@lru_cache(maxsize=24)
def _url(content: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(content).decode("ascii")


def tradeoff(measured: survey.Result, result: Result | None, dark: bool) -> Picture:
    """Return how right and how real every method is: PSNR against perceptual distance.

    Args:
        measured: All shipped photographs at this scale.
        result: The picture that is shown, drawn hollow; None to leave it out.
        dark: Whether for the dark appearance.
    """
    palette = theme.DARK if dark else theme.LIGHT
    figure = go.Figure(layout=theme.plotly_layout(dark, 340))
    figure.update_xaxes(title_text="PSNR in dB: right, the further right the better")
    figure.update_yaxes(title_text="perceptual distance: real, the lower the better", rangemode="tozero")
    means = []
    for row, method in enumerate(measured.methods):
        series = SERIES[method]
        x, y = measured.measures[:, row, PSNR], measured.measures[:, row, PERCEPTUAL]
        faint = theme.plotly_marker(series, dark, 6) | {"opacity": 0.45}
        figure.add_scatter(
            x=x,
            y=y,
            mode="markers",
            marker=faint,
            text=list(measured.names),
            hovertemplate="%{text}: %{x:.1f} dB, distance %{y:.3f}<extra>" + LABELS[method] + "</extra>",
        )
        figure.add_scatter(
            x=[x.mean()], y=[y.mean()], mode="markers", marker=theme.plotly_marker(series, dark, 14), hoverinfo="skip"
        )
        figure.add_annotation(
            x=x.mean(),
            y=y.mean(),
            text=f"<b>{LABELS[method]}</b>",
            showarrow=False,
            yshift=16,
            bgcolor=palette.background,
            font={"color": series.color(dark)},
        )
        means.append(f"{LABELS[method]} {x.mean():.1f} dB at distance {y.mean():.3f}")
        if result is not None and method in result.methods and not np.isnan(result.measures[row, PSNR]):
            ring = {"symbol": "circle-open", "size": 12, "color": palette.ink, "line": {"width": 2}}
            figure.add_scatter(
                x=[result.measures[row, PSNR]],
                y=[result.measures[row, PERCEPTUAL]],
                mode="markers",
                marker=ring,
                hoverinfo="skip",
            )
    return Picture(
        figure, f"PSNR and perceptual distance, means over {len(measured.names)} photographs: {'; '.join(means)}."
    )
