"""Pictures of the Optimizers page beside its stage: rare and common words, and how far the page is from Keras.

See the same optimizer in the same colour, dash and marker as in the race, named at the end of its line.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.figures.theme import DARK, FONT, LIGHT, SERIES, plotly_layout
from engine.optimizers import catalogue, keras_race, sparse
from engine.optimizers.words import joined, number

GROUPS = {"frequent": "common words", "rare": "rare words"}
RIGHT_MARGIN = 92  # pixels for the names at the line ends
WIDE_MARGIN = 126  # the same where "Gradient descent" may stand
LABEL_PIXELS = 17.0


def share_figure(result: sparse.Result, group: str, dark: bool, height: int = 260) -> go.Figure:
    """Return what share of a group's true weights each optimizer has learned over the steps: mean and range of seeds.

    Args:
        result: The sparse demonstration.
        group: "frequent" or "rare".
        dark: Appearance.
        height: In pixels.
    """
    shares = getattr(result, group)
    low, high = float(np.nanmin([result.frequent, result.rare])), float(np.nanmax([result.frequent, result.rare]))
    figure = _lines(result, shares, dark, height, (low - 0.05, high + 0.05), log=False)
    figure.add_hline(y=1, line={"width": 1, "color": (DARK if dark else LIGHT).border, "dash": "dot"})
    figure.update_yaxes(title_text=f"share learned, {GROUPS[group]}")
    return figure


def rate_figure(result: sparse.Result, group: str, dark: bool, height: int = 260) -> go.Figure:
    """Return the effective learning rate of a group's weights over the steps, log scale: mean and range of seeds.

    The first record is left out: before the first gradient the rates are a division by √ε. Arguments as `share_figure`.
    """
    rates = getattr(result, f"{group}_rate").copy()
    rates[:, :, 0] = np.nan
    both = np.concatenate([result.frequent_rate[:, :, 1:], result.rare_rate[:, :, 1:]])
    ends = (float(np.log10(np.nanmin(both))) - 0.1, float(np.log10(np.nanmax(both))) + 0.1)
    figure = _lines(result, rates, dark, height, ends, log=True)
    figure.update_yaxes(title_text=f"effective rate, {GROUPS[group]}", type="log", dtick=1)
    return figure


def share_alt(result: sparse.Result, group: str) -> str:
    """Return what `share_figure` shows, for who cannot see it."""
    before = int(np.searchsorted(result.step, result.changed_at))
    shares = getattr(result, group).mean(axis=1)
    parts = [
        f"{catalogue.BY_ID[name].label} {number(float(shares[place, before]))} before the change and "
        f"{number(float(shares[place, -1]))} at the end"
        for place, name in enumerate(result.optimizers)
    ]
    return f"Share of the weights of {GROUPS[group]} learned over {result.step[-1]} steps: {', '.join(parts)}."


def rate_alt(result: sparse.Result, group: str) -> str:
    """Return what `rate_figure` shows, for who cannot see it."""
    rates = getattr(result, f"{group}_rate").mean(axis=1)
    parts = [
        f"{catalogue.BY_ID[name].label} from {number(float(rates[place, 1]))} to {number(float(rates[place, -1]))}"
        for place, name in enumerate(result.optimizers)
    ]
    return f"Effective learning rate of {GROUPS[group]} over {result.step[-1]} steps, log scale: {', '.join(parts)}."


def difference_figure(result: keras_race.Result, dark: bool, height: int = 260) -> go.Figure:
    """Return the difference between the page's paths and Keras's over the steps, log scale, one line a racer."""
    figure = go.Figure(layout=plotly_layout(dark, height))
    smallest = 1e-9
    ends = []
    for place, name in enumerate(result.optimizers):
        values = np.maximum(result.difference[place], smallest)
        series = SERIES[name]
        figure.add_scatter(
            x=np.arange(len(values)),
            y=values,
            mode="lines",
            line=series.plotly_line(dark),
            name=catalogue.BY_ID[name].label,
            hovertemplate="%{fullData.name}, step %{x}: %{y:.1e}<extra></extra>",
        )
        last = int(np.flatnonzero(np.isfinite(values))[-1])
        ends.append((catalogue.BY_ID[name].label, float(np.log10(values[last])), series.color(dark)))
    high = max(float(np.nanmax(result.difference)), 1e-6)
    limits = (float(np.log10(smallest)), float(np.log10(high)) + 0.3)
    figure.update_yaxes(type="log", range=limits, dtick=2, exponentformat="power", title_text="largest difference")
    figure.update_xaxes(title_text="step", range=(0, result.difference.shape[1] - 1))
    _name_ends(figure, ends, limits, height, WIDE_MARGIN)
    return figure


def difference_alt(result: keras_race.Result) -> str:
    """Return what `difference_figure` shows, for who cannot see it."""
    parts = [
        f"{catalogue.BY_ID[name].label} {number(float(largest))}"
        for name, largest in zip(result.optimizers, result.largest, strict=True)
    ]
    return f"Largest differences from keras.optimizers over {result.steps} steps: {', '.join(parts)}."


def _lines(
    result: sparse.Result, values: np.ndarray, dark: bool, height: int, limits: tuple[float, float], log: bool
) -> go.Figure:
    """Return mean lines (O) over bands (lowest to highest seed), with the change of meanings marked."""
    figure = go.Figure(layout=plotly_layout(dark, height))
    ends = []
    for place, name in enumerate(result.optimizers):
        usable = np.isfinite(values[place]).all(axis=0)
        if not usable.any():
            continue
        steps, chosen = result.step[usable], values[place][:, usable]
        series = SERIES[name]
        color = series.color(dark)
        figure.add_scatter(
            x=np.concatenate([steps, steps[::-1]]),
            y=np.concatenate([chosen.max(axis=0), chosen.min(axis=0)[::-1]]),
            fill="toself",
            fillcolor=_faint(color),
            line={"width": 0},
            hoverinfo="skip",
        )
        mean = chosen.mean(axis=0)
        figure.add_scatter(
            x=steps,
            y=mean,
            mode="lines",
            line=series.plotly_line(dark),
            name=catalogue.BY_ID[name].label,
            hovertemplate="%{fullData.name}, step %{x}: %{y:.3g}<extra></extra>",
        )
        last = float(mean[-1])
        ends.append((catalogue.BY_ID[name].label, float(np.log10(last)) if log else last, color))
    palette = DARK if dark else LIGHT
    figure.add_vline(x=result.changed_at, line={"width": 1, "color": palette.muted})
    figure.add_annotation(
        x=result.changed_at,
        y=1,
        yref="paper",
        text="meanings turn round",
        showarrow=False,
        xanchor="left",
        yanchor="top",
        xshift=4,
        font={"size": 13, "color": palette.muted},
    )
    figure.update_xaxes(title_text="step", range=(0, int(result.step[-1])))
    figure.update_yaxes(range=limits)
    _name_ends(figure, ends, limits, height, RIGHT_MARGIN)
    return figure


def _name_ends(
    figure: go.Figure, ends: list[tuple[str, float, str]], limits: tuple[float, float], height: int, right: int
) -> None:
    """Write every line's name at its right end, pushed apart where the ends are closer than a line of text."""
    margin = figure.layout.margin
    plot = height - margin.t - margin.b
    low, high = limits
    gap = LABEL_PIXELS / plot
    placed: list[tuple[str, float, str]] = []
    for label, value, color in sorted(ends, key=lambda end: end[1]):
        wanted = min(max((value - low) / (high - low), 0.0), 1.0)
        placed.append((label, max(wanted, placed[-1][1] + gap) if placed else wanted, color))
    overshoot = max(placed[-1][1] - 1.0, 0.0) if placed else 0.0
    ceiling = 1.0
    for label, position, color in reversed(placed):
        position = min(position, ceiling) if overshoot else position
        ceiling = position - gap
        figure.add_annotation(
            x=1,
            xref="paper",
            y=position,
            yref="paper",
            text=label,
            showarrow=False,
            xanchor="left",
            yanchor="middle",
            xshift=6,
            font={"size": 13, "color": color, "family": FONT},
        )
    figure.update_layout(margin={"r": right})


def _faint(color: str) -> str:
    red, green, blue = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.14)"


def sparse_summary(result: sparse.Result) -> str:
    """Return one line that names what the four pictures compare."""
    labels = [catalogue.BY_ID[name].label for name in result.optimizers]
    return f"{joined(labels)}, {result.frequent.shape[1]} seeds, bands from the lowest to the highest seed."
