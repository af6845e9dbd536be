"""The run view: from a config to something to look at, whatever state its run is in.

First visit and cached results are drawn at once. Otherwise the old picture stays until Train is pressed; while the
run goes on, only this part of the page refreshes, a few times a second, and Stop stops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine.config import Config, key
from engine.errors import PlaygroundError
from engine.runs.service import Entry, Run, Status, executor

_SECONDS_TO_FIRST_POINT = 0.3  # look often until something is there
_SECONDS_BETWEEN_LOOKS = 0.8  # then seldom: on a small machine every look takes time from the training
_SECONDS_PER_WATCHER = 0.03
_SHARE_BEFORE_GUESSING = 0.03  # of the work; the first steps compile, and say little about the rest


@dataclass(frozen=True)
class Shown:
    """What a page draws now.

    Attributes:
        config: The settings the picture belongs to; not the controls' when those have changed since.
        entry: The result with its provenance.
        current: Whether `config` is what the controls say.
        stopped: Whether the run was stopped before its end.
    """

    config: Any
    entry: Entry
    current: bool
    stopped: bool = False


@dataclass
class _Memory:
    """One visitor's runs of one page: the run being followed and the last thing shown."""

    run: Run | None = None
    run_config: Config | None = None
    live: bool = False  # whether something of the run has been drawn
    shown: Shown | None = None
    kept: tuple[Config, Mapping[str, np.ndarray]] | None = None  # of a run that goes on for others
    notice: str = ""
    error: PlaygroundError | None = None
    error_key: str = ""


def _memory(name: str) -> _Memory:
    return st.session_state.setdefault(f"kit.run.{name}", _Memory())


def open_run(name: str, config: Config, default: Config) -> Shown | None:
    """Return what to draw for `config`: its stored result, else the last picture, else the shipped default's.

    Args:
        name: The run's name on this page and in this visitor's session.
        config: What the controls say.
        default: The page's default, whose result is shipped.
    """
    memory = _memory(name)
    shown = memory.shown
    if memory.kept is not None and memory.kept[0] != config:
        memory.kept = None
    if shown is not None and shown.config == config:
        memory.shown = Shown(config, shown.entry, True, shown.stopped)
        return memory.shown
    entry = executor().find(config)
    if entry is not None:
        memory.shown = Shown(config, entry, True)
    elif shown is not None:
        memory.shown = Shown(shown.config, shown.entry, False, shown.stopped)
    else:
        shipped = executor().find(default)
        memory.shown = Shown(default, shipped, False) if shipped is not None else None
    return memory.shown


def is_running(name: str) -> bool:
    """Return True while this visitor follows a run under `name`."""
    return _memory(name).run is not None


def has_begun(name: str) -> bool:
    """Return True when a run under `name` is on, has left a result, or has failed."""
    memory = _memory(name)
    return memory.run is not None or memory.shown is not None or memory.error is not None


def is_following(name: str, config: Config) -> bool:
    """Return True while this visitor follows the run of `config` under `name`, or has seen it fail."""
    memory = _memory(name)
    return memory.run_config == config or (memory.error is not None and memory.error_key == key(config))


def start(name: str, config: Config, *, again: bool = False) -> None:
    """Start (or join) the run of `config`; `again` trains anew although a result is stored."""
    memory = _memory(name)
    if memory.run is not None:
        memory.run.stop()  # or the new run would wait behind one that nobody looks at
    memory.error = memory.kept = None
    memory.notice, memory.live = "", False
    memory.run, memory.run_config = executor().start(config, again=again), config


def leave(name: str) -> None:
    """Stop following the run under `name`; the run itself goes on for others and for the cache."""
    memory = _memory(name)
    if memory.run is not None:
        memory.run.leave()
    memory.run = memory.run_config = None


def live(
    name: str,
    panel: DeltaGenerator,
    draw: Callable[[Shown | None], None],
    draw_live: Callable[[Any, Mapping[str, np.ndarray], int], None],
    unit: str = "epoch",
) -> None:
    """Draw the picture, and while a run goes on redraw it and the panel's progress a few times a second.

    Args:
        name: As in `open_run`.
        panel: Where progress, time left, Stop and error messages stand.
        draw: Draws the finished picture (None: nothing to show yet).
        draw_live: Draws config, the live series so far, and a revision number.
        unit: What progress counts.
    """
    memory = _memory(name)
    running = memory.run is not None
    pause = _SECONDS_BETWEEN_LOOKS if memory.live else _SECONDS_TO_FIRST_POINT
    every = pause + _SECONDS_PER_WATCHER * executor().watchers() if running else None
    st.fragment(_look, run_every=every)(name, panel, draw, draw_live, unit)


def _look(
    name: str,
    panel: DeltaGenerator,
    draw: Callable[[Shown | None], None],
    draw_live: Callable[[Any, Mapping[str, np.ndarray], int], None],
    unit: str,
) -> None:
    memory = _memory(name)
    if memory.run is None or memory.run_config is None:
        if memory.kept is not None:
            draw_live(*memory.kept, -1)
        else:
            draw(memory.shown)
        with panel:
            _say_error(memory)
        return
    status = memory.run.status()
    if status.series:
        draw_live(memory.run_config, status.series, status.revision)
    else:
        draw(memory.shown)
    with panel:
        _say_progress(name, status, unit)
    if status.state in ("done", "stopped", "failed"):
        _finish(memory, status)
        st.rerun()
    if status.series and not memory.live:
        memory.live = True
        st.rerun()


def _finish(memory: _Memory, status: Status) -> None:
    memory.notice = status.notice
    if status.entry is not None and memory.run_config is not None:
        memory.shown = Shown(memory.run_config, status.entry, True, status.state == "stopped")
    elif status.state == "stopped" and status.series and memory.run_config is not None:
        memory.kept = (memory.run_config, status.series)
    if status.error is not None and memory.run_config is not None:
        memory.error, memory.error_key = status.error, key(memory.run_config)
    if memory.run is not None:
        memory.run.leave()
    memory.run = memory.run_config = None


def _say_progress(name: str, status: Status, unit: str) -> None:
    if status.state == "queued":
        st.progress(0.0, f"Waiting: {status.place} before this one" if status.place else "Waiting for a free worker")
    elif status.state == "starting" or not status.total:
        st.progress(0.0, status.message or "Starting the worker")
    else:
        known = status.done >= _SHARE_BEFORE_GUESSING * status.total
        left = f" · {_duration(status.seconds_left)} left" if known and status.seconds_left is not None else ""
        st.progress(min(1.0, status.done / status.total), f"{unit} {status.done:.0f} of {status.total:.0f}{left}")
    st.button(
        "Stop training", icon=":material/stop:", key=f"stop.{name}", width="stretch", on_click=_stop, args=(name,)
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _stop(name: str) -> None:
    run = _memory(name).run
    if run is not None:
        run.stop()


def _say_error(memory: _Memory) -> None:
    if memory.notice:
        st.caption(f":material/info: {memory.notice}")
    if memory.error is not None:
        st.error(f"{memory.error.message} {memory.error.advice}", icon=":material/error:")
