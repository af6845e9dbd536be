"""Charts behind the detection page: precision over recall, and things over the frames of a clip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.detection.batch import Event
from engine.detection.view import Judgement
from engine.figures import theme
from engine.figures.picture import Picture


def precision_recall(judgement: Judgement, dark: bool) -> Picture:
    """Return precision over recall as the score threshold falls, with the best precision from each recall on."""
    curve = judgement.curve
    axes = theme.plotly_layout(dark, 300)
    figure = go.Figure(layout=axes)
    figure.update_xaxes(title_text="recall", range=[0, 1.03])
    figure.update_yaxes(title_text="precision", range=[0, 1.05])
    best = np.maximum.accumulate(curve.precision[::-1])[::-1] if len(curve.precision) else curve.precision
    figure.add_scatter(
        x=np.concatenate([[0], curve.recall]) if len(best) else [],
        y=np.concatenate([best[:1], best]),
        mode="lines",
        line={**theme.VALIDATION.plotly_line(dark), "shape": "vh"},
        name="counted",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=curve.recall,
        y=curve.precision,
        mode="lines+markers",
        line=theme.TRAINING.plotly_line(dark),
        marker=theme.plotly_marker(theme.TRAINING, dark, 7),
        customdata=curve.score,
        hovertemplate="score %{customdata:.2f}: precision %{y:.2f}, recall %{x:.2f}<extra></extra>",
        name="measured",
    )
    end = f"precision {curve.precision[-1]:.2f} at recall {curve.recall[-1]:.2f}" if len(best) else "no box"
    return Picture(figure, f"Precision over recall of the boxes shown, best score first; it ends with {end}.")


def over_time(
    seconds: Sequence[float], counts: dict[str, list[int]], watched: str, happened: Sequence[Event], dark: bool
) -> Picture:
    """Return how many things of each class the frames show, and where the watched class changed."""
    figure = go.Figure(layout=theme.plotly_layout(dark, 260))
    figure.update_xaxes(title_text="seconds")
    figure.update_yaxes(title_text="boxes", rangemode="tozero", dtick=1)
    palette = theme.DARK if dark else theme.LIGHT
    for place, (name, values) in enumerate(counts.items()):
        series = theme.CATEGORICAL[place % len(theme.CATEGORICAL)]
        line = {**series.plotly_line(dark), "shape": "hv", "width": 3.4 if name == watched else 1.8}
        figure.add_scatter(x=list(seconds), y=values, mode="lines", line=line, name=name)
        figure.add_annotation(
            x=seconds[-1], y=values[-1], text=name, xanchor="left", showarrow=False, font={"color": series.color(dark)}
        )
    for event in happened:
        figure.add_vline(x=event.seconds, line={"color": palette.accent, "width": 1.5})
    listed = "; ".join(f"at {event.seconds:.1f} s {watched} {event.words}" for event in happened) or "no event"
    return Picture(figure, f"Boxes of each class over {seconds[-1]:.1f} seconds: {listed}.")
