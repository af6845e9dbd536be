"""Below the picture of YOLO's numbers: how many things find a cell, and what fitting into the square does to them."""

from __future__ import annotations

import io

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from engine.data import pictures
from engine.figures import theme
from engine.figures.detection import annotated
from engine.figures.picture import Picture
from engine.figures.yolo import RIGHT, WRONG
from engine.inside_yolo.cells import room
from engine.inside_yolo.experiment import GRID, Result, original
from engine.inside_yolo.fitting import FITS, STRETCH, place_of
from engine.inside_yolo.view import Seen, View, look
from engine.yolo.compose import NAMES

MOST = 120
OTHERS = {4: "adagrad", 7: "rmsprop", GRID: "momentum", 16: "adadelta"}
LONGEST = 640  # pixels of a picture on the page


def cells_with_things(things: int, with_cell: int, dark: bool) -> Picture:
    """Return how many of n things find a cell of their own, for four grids, and where the picture shown stands.

    Args:
        things: In the picture shown.
        with_cell: How many of them have a cell that answers for them.
        dark: Whether the page is dark.
    """
    figure = go.Figure(layout=theme.plotly_layout(dark, 330, margin={"l": 44, "r": 150, "t": 12, "b": 36}))
    figure.update_xaxes(title_text="things in the picture", range=[0, MOST])
    figure.update_yaxes(title_text="things with a cell", range=[0, 105])
    palette = theme.DARK if dark else theme.LIGHT
    count = np.arange(MOST + 1)
    figure.add_scatter(
        x=[0, 105], y=[0, 105], mode="lines", line={"color": palette.muted, "dash": "dot", "width": 1}, hoverinfo="skip"
    )
    figure.add_annotation(
        x=96, y=101, text="each its own", showarrow=False, font={"color": palette.muted}, xanchor="right"
    )
    for grid, name in OTHERS.items():
        series = theme.SERIES[name]
        values = np.array([room(int(n), grid) for n in count])
        figure.add_scatter(
            x=count,
            y=values,
            mode="lines",
            line=series.plotly_line(dark),
            hovertemplate=f"{grid} × {grid}: %{{y:.1f}} of %{{x}}<extra></extra>",
        )
        label = f"{grid} × {grid}: {grid * grid} cells" + (", here" if grid == GRID else ", 2016" if grid == 7 else "")
        figure.add_annotation(
            x=MOST, y=values[-1], text=label, xanchor="left", xshift=4, showarrow=False,
            font={"color": series.color(dark)},
        )  # fmt: skip
    if things:
        figure.add_scatter(
            x=[things],
            y=[with_cell],
            mode="markers+text",
            marker=theme.plotly_marker(theme.INK, dark, 11),
            text=["this picture"],
            textposition="bottom right",
            hovertemplate="this picture: %{y} of %{x}<extra></extra>",
        )
    return Picture(
        figure,
        f"Things that find a cell of their own when scattered evenly: of {MOST} things {room(MOST, 4):.0f} on a grid "
        f"of 4, {room(MOST, 7):.0f} on 7, {room(MOST, GRID):.0f} on {GRID} and {room(MOST, 16):.0f} on 16. "
        f"In this picture {with_cell} of {things}.",
    )


def fitted_pictures(result: Result, view: View) -> list[tuple[str, bytes]]:
    """Return caption and JPEG of the original picture and of each input that was made from it, with the boxes found.

    The boxes on the original are those of the way of fitting that the view has, brought back to its pixels.
    """
    chosen = result.fit(view.fit)
    ways = FITS[: len(result.inputs)]
    seen = {fit: look(result, view.changed(fit=fit, edits="")) for fit in ways}
    back = place_of(result.width, result.height, chosen).outward(seen[chosen].found.boxes)
    way = "stretched" if chosen == STRETCH else "barred"
    drawn = [
        (
            f"Original, {result.width} × {result.height}: boxes of the {way} input, brought back",
            _drawn(original(result.config)[0], back, seen[chosen]),
        )
    ]
    for fit, one in seen.items():
        name = ("Stretched" if fit == STRETCH else "With bars") if len(ways) > 1 else "Input"
        right = f", {int(one.right.sum())} of {one.things} things found" if one.things else ""
        drawn.append((f"{name}: 128 × 128{right}", _drawn(one.truth.pictures[0], one.found.boxes, one)))
    return drawn


def _drawn(picture: np.ndarray, boxes: np.ndarray, seen: Seen) -> bytes:
    scale = LONGEST / max(picture.shape)
    size = [max(1, round(side * scale)) for side in reversed(picture.shape)]
    large = Image.fromarray(picture).resize((size[0], size[1]), Image.Resampling.BICUBIC).convert("RGB")
    image = annotated(
        pictures.to_jpeg(np.asarray(large)),
        boxes * scale,
        [f"{NAMES[kind]} {score:.2f}" for kind, score in zip(seen.found.kind, seen.found.score, strict=True)],
        [RIGHT.light if good or not seen.things else WRONG.light for good in seen.right],
    )
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()
