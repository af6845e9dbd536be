"""Figures of stored results are made once: one takes Plotly 20 ms, on every run of a page, though nothing changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import plotly.graph_objects as go

_MOST = 64
_lock = threading.Lock()
_kept: OrderedDict[Hashable, go.Figure] = OrderedDict()


def kept_figure(name: Hashable, make: Callable[[], go.Figure]) -> go.Figure:
    """Return the figure of that name, made the first time it is asked for; it is shared, so do not change it.

    Args:
        name: What the figure depends on: the result's key, the appearance, which figure of the result it is.
        make: Makes it.
    """
    with _lock:
        if name in _kept:
            _kept.move_to_end(name)
            return _kept[name]
    figure = make()
    with _lock:
        _kept[name] = figure
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return figure
