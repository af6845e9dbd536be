"""The Playground's result charts: what the boundary alone does not tell.

What the learner should see: which class is taken for which, whether every layer gets a gradient, how the weights
grow, how different the seeds end, and what an epoch costs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from engine.figures import theme
from engine.figures.picture import Picture
from engine.figures.theme import CATEGORICAL, Series
from engine.playground.experiment import Result
from engine.playground.forward import confusion_matrix


def confusion(result: Result, epoch: int, dark: bool) -> Picture:
    """Return the confusion matrix of the shown network on the validation points: rows are true classes.

    Args:
        result: A run of a classification.
        epoch: Epoch to look at; the last recorded one up to it counts.
        dark: Appearance.
    """
    matrix = confusion_matrix(result, epoch)
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    palette = theme.DARK if dark else theme.LIGHT
    names = list(result.class_names)
    figure = go.Figure(
        go.Heatmap(
            z=share.astype(np.float32),
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale=[[0, palette.background], [1, palette.positive]],
            showscale=False,
            xgap=2,
            ygap=2,
            customdata=matrix,
            hovertemplate="truly %{y}, taken for %{x}: %{customdata} (%{z:.0%} of the row)<extra></extra>",
        )
    )
    for true, name in enumerate(names):
        for taken, other in enumerate(names):
            text = {"size": 15, "color": _readable(float(share[true, taken]), palette)}
            figure.add_annotation(x=other, y=name, text=f"{matrix[true, taken]}", showarrow=False, font=text)
    figure.update_layout(theme.plotly_layout(dark, height=280))
    figure.update_xaxes(title_text="taken for", showgrid=False, side="bottom")
    figure.update_yaxes(title_text="truly", showgrid=False, autorange="reversed")
    right, total = int(np.trace(matrix)), int(matrix.sum())
    worst = np.where(np.eye(len(names), dtype=bool), -1, matrix)
    row, column = divmod(int(worst.argmax()), len(names))
    alt = f"Confusion matrix: {right} of {total} validation points are right"
    if worst[row, column] > 0:
        alt += f"; most often {names[row]} is taken for {names[column]}, {worst[row, column]} times"
    return Picture(figure, alt + ".")


def gradient_norms(result: Result, dark: bool) -> Picture:
    """Return the length of the loss gradient in each layer over the epochs, on a log scale."""
    return _per_layer(result, result.gradient_norm, "gradient length", True, dark)


def weight_norms(result: Result, dark: bool) -> Picture:
    """Return the length of each layer's kernel over the epochs."""
    return _per_layer(result, result.weight_norm, "weight length", False, dark)


def seconds(result: Result, dark: bool) -> Picture:
    """Return the wall-clock time of every epoch of the shown network, in milliseconds."""
    milliseconds = 1000 * result.seconds[1:]
    figure = go.Figure()
    _line(figure, result.epoch[1:], milliseconds, theme.TRAINING, dark, "ms")
    figure.update_layout(theme.plotly_layout(dark))
    figure.update_xaxes(title_text="epoch")
    figure.update_yaxes(title_text="milliseconds", rangemode="tozero")
    if not len(milliseconds):
        return Picture(figure, "Time of each epoch: no epoch has been trained yet.")
    return Picture(
        figure,
        f"Time of each epoch of the network shown: median {np.median(milliseconds):.3g} milliseconds, "
        f"{milliseconds.sum() / 1000:.3g} seconds in all.",
    )


def losses(result: Result, dark: bool) -> Picture:
    """Return training and validation loss of every seed: the shown one strong, the others thin, the range shaded."""
    figure = go.Figure()
    for values, series, name in (
        (result.loss, theme.TRAINING, "training"),
        (result.validation_loss, theme.VALIDATION, "validation"),
    ):
        finite = np.where(np.isfinite(values), values, np.nan)
        if values.shape[1] > 1:
            _band(figure, result.epoch, finite, series, dark)
        for replica in range(1, values.shape[1]):
            _line(figure, result.epoch, finite[:, replica], series, dark, f"{name}, seed {_seed(result, replica)}", 0.9)
        _line(figure, result.epoch, finite[:, 0], series, dark, f"{name}, shown", 2.4)
    figure.update_layout(theme.plotly_layout(dark, margin={"l": 44, "r": 90, "t": 12, "b": 36}))
    figure.update_xaxes(title_text="epoch")
    figure.update_yaxes(title_text=result.loss_name, rangemode="tozero")
    _end_labels(
        figure,
        [
            ("training", result.loss[:, 0], theme.TRAINING),
            ("validation", result.validation_loss[:, 0], theme.VALIDATION),
        ],
        False,
        dark,
    )
    last = result.validation_loss[-1]
    known = last[np.isfinite(last)]
    ends = f"between {known.min():.3g} and {known.max():.3g}" if len(known) else "at no finite number"
    return Picture(
        figure,
        f"Loss of {len(last)} seed{'s' if len(last) > 1 else ''} over {len(result.epoch) - 1} epochs: "
        f"the validation loss ends {ends}.",
    )


def _readable(share: float, palette: theme.Palette) -> str:
    """Return the page's ink or its background, whichever stands out more on a cell of this share."""
    ground, blue = (_channels(color) for color in (palette.background, palette.positive))
    cell = _luminance(ground + share * (blue - ground))
    return max((palette.ink, palette.background), key=lambda ink: _contrast(_luminance(_channels(ink)), cell))


def _channels(color: str) -> np.ndarray:
    return np.array([int(color[start : start + 2], 16) for start in (1, 3, 5)], dtype=float)


def _luminance(channels: np.ndarray) -> float:
    """Return the relative luminance of WCAG 2, 0 … 1."""
    share = channels / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _contrast(first: float, second: float) -> float:
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def _seed(result: Result, replica: int) -> int:
    return result.config.seed + replica


def _per_layer(result: Result, norms: np.ndarray, title: str, log: bool, dark: bool) -> Picture:
    figure = go.Figure()
    names = [f"layer {index + 1}" for index in range(norms.shape[1] - 1)] + ["output"]
    positive = np.where(np.isfinite(norms) & ((norms > 0) | (not log)), norms, np.nan)
    for name, values, series in zip(names, positive.T, CATEGORICAL, strict=False):
        _line(figure, result.epoch, values, series, dark, name)
    figure.update_layout(theme.plotly_layout(dark, margin={"l": 52, "r": 76, "t": 12, "b": 36}))
    figure.update_xaxes(title_text="epoch")
    figure.update_yaxes(title_text=title, type="log" if log else "linear")
    if log:
        figure.update_yaxes(exponentformat="power", dtick=1)
    labelled = [(name, values, series) for name, values, series in zip(names, positive.T, CATEGORICAL, strict=False)]
    _end_labels(figure, labelled, log, dark)
    ends = [
        (name, values[np.isfinite(values)][-1])
        for name, values in zip(names, positive.T, strict=True)
        if np.isfinite(values).any()
    ]
    alt = f"{title.capitalize()} of each layer over the epochs; at the end "
    return Picture(figure, alt + ", ".join(f"{name} {value:.2g}" for name, value in ends) + ".")


def _line(
    figure: go.Figure,
    x: np.ndarray,
    y: np.ndarray,
    series: Series,
    dark: bool,
    name: str,
    width: float | None = None,
) -> None:
    line = series.plotly_line(dark)
    if width is not None:
        line["width"] = width
    figure.add_scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="lines",
        line=line,
        opacity=0.55 if width is not None and width < 1 else 1,
        name=name,
        hovertemplate=f"{name}, epoch %{{x}}: %{{y:.3g}}<extra></extra>",
    )


def _band(figure: go.Figure, x: np.ndarray, y: np.ndarray, series: Series, dark: bool) -> None:
    known = np.isfinite(y).any(axis=1)
    low, high = np.nanmin(y[known], axis=1), np.nanmax(y[known], axis=1)
    color = series.color(dark)
    red, green, blue = _channels(color).astype(int)
    figure.add_scatter(
        x=np.concatenate([x[known], x[known][::-1]]).astype(np.float32),
        y=np.concatenate([high, low[::-1]]).astype(np.float32),
        fill="toself",
        fillcolor=f"rgba({red},{green},{blue},0.14)",
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _end_labels(
    figure: go.Figure,
    labelled: Sequence[tuple[str, np.ndarray, Series]],
    log: bool,
    dark: bool,
) -> None:
    """Write each series' name at its right end, moved apart where two ends are close."""
    everything = np.concatenate([values[np.isfinite(values)] for _, values, _ in labelled])
    ends = [
        (name, values[np.isfinite(values)][-1], series)
        for name, values, series in labelled
        if np.isfinite(values).any()
    ]
    if not ends or (log and everything.min() <= 0):
        return
    scale = np.log10 if log else np.asarray
    low = float(scale(everything.min())) if log else min(0.0, float(everything.min()))
    gap = 0.085 * max(float(scale(everything.max())) - low, 1e-12)
    place = -np.inf
    for name, value, series in sorted(ends, key=lambda end: float(end[1])):
        place = max(float(scale(value)), place + gap)
        figure.add_annotation(
            x=1.0,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=place,
            text=name,
            showarrow=False,
            font={"size": 13, "color": series.color(dark)},
        )
