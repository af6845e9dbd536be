"""Many pictures, or a clip: the same choice on all of them, boxes over time, and an event log for one class."""

from __future__ import annotations

import hashlib
import io

import pandas as pd
import streamlit as st

from engine.data import pictures
from engine.data.photographs import BY_NAME
from engine.data.pictures import Clip
from engine.detection import batch, experiment, export
from engine.detection.batch import Config, Result
from engine.detection.view import Choice, View, choose
from engine.errors import PlaygroundError
from engine.figures import detection as figures
from engine.figures import detection_charts as charts
from engine.runs.service import executor
from pages.kit import run_view, video_frames
from pages.kit.chart import chart
from pages.kit.look import is_dark
from pages.kit.run_view import Shown

RUN = "detection.batch"
SHIPPED, FILES, CLIP = "Shipped", "Your files", "Clip"
_VIDEO = "kit.batch.video.kept"
COLUMNS = 4
FRAMES_SHOWN = 8
THUMBNAIL = 480  # pixels


def many_pictures(view: View) -> None:
    """Draw the section; the detector runs only when it is asked to."""
    st.subheader("Many pictures and clips", anchor=False)
    left, right = st.columns([1, 3], gap="large")
    with left:
        source = st.segmented_control("What", (SHIPPED, FILES, CLIP), default=SHIPPED, required=True, key="kit.batch")
        names, seconds = _chosen(source or SHIPPED)
        if not names:
            return
        wanted = Config(pictures=names, detector=view.detector, size=view.size)
        shown = run_view.open_run(RUN, wanted, wanted)
        current = shown is not None and shown.current
        if not current and not run_view.is_running(RUN):
            st.button(
                f"Detect in {len(names)} pictures",
                icon=":material/play_arrow:",
                on_click=run_view.start,
                args=(RUN, wanted),
                help="Score, overlap and classes above then act on all of them at once.",
            )
        progress = st.container()
    with right:
        if run_view.has_begun(RUN):
            run_view.live(RUN, progress, lambda found: _draw(found, view, seconds), lambda *_: None, unit="picture")


def _chosen(source: str) -> tuple[tuple[str, ...], list[float]]:
    """Return the pictures of a source, and for a clip when each is shown."""
    if source == SHIPPED:
        return tuple(BY_NAME), []
    if source == FILES:
        files = st.file_uploader(
            "Pictures",
            type=list(pictures.FORMATS),
            accept_multiple_files=True,
            max_upload_size=pictures.MOST_BYTES // 2**20,
            help=f"Up to {batch.MOST_PICTURES} pictures; they stay on this server.",
        )
        kept = []
        for file in files[: batch.MOST_PICTURES]:
            try:
                kept.append(_kept(file.getvalue()))
            except PlaygroundError as error:
                st.error(f"{file.name}: {error.message} {error.advice}", icon=":material/error:")
        return tuple(kept), []
    return _clip()


def _clip() -> tuple[tuple[str, ...], list[float]]:
    """Draw both ways to a clip; what was chosen last counts."""
    video_frames.control("kit.batch.video", _keep_video)
    st.caption(
        "MP4, WebM or whatever your browser plays. The film is read in the browser: at most "
        f"{pictures.MOST_FRAMES} still pictures of it come to this server."
    )
    file = st.file_uploader(
        "Or an animated picture",
        type=[*pictures.MOVING_FORMATS, "mp4", "webm", "avi", "mov"],
        max_upload_size=pictures.MOST_BYTES // 2**20,
        help=f"GIF, WebP or PNG; {pictures.MOST_FRAMES} frames are taken from it.",
        key="kit.batch.clip",
        on_change=_forget_video,
    )
    if _VIDEO in st.session_state:
        names, seconds = st.session_state[_VIDEO]
        return names, seconds
    if file is None:
        return (), []
    try:
        return _frames(file.getvalue())
    except PlaygroundError as error:
        st.error(f"{error.message} {error.advice}", icon=":material/error:")
        return (), []


def _keep_video(clip: Clip) -> None:
    keep = executor().store.put_blob
    st.session_state[_VIDEO] = (tuple(keep(frame) for frame in clip.frames), list(clip.seconds))


def _forget_video() -> None:
    if st.session_state["kit.batch.clip"] is not None:
        st.session_state.pop(_VIDEO, None)


def _kept(content: bytes) -> str:
    """Return the digest of an upload; the same file is unpacked once a visit."""
    known = st.session_state.setdefault("kit.batch.kept", {})
    name = hashlib.sha256(content).hexdigest()
    if name not in known:
        known[name] = experiment.keep(content)
    return str(known[name])


def _frames(content: bytes) -> tuple[tuple[str, ...], list[float]]:
    known = st.session_state.setdefault("kit.batch.clips", {})
    name = hashlib.sha256(content).hexdigest()
    if name not in known:
        clip = pictures.read_clip(content)
        keep = executor().store.put_blob
        known[name] = (tuple(keep(frame) for frame in clip.frames), list(clip.seconds))
    names, seconds = known[name]
    return names, seconds


def _draw(shown: Shown | None, view: View, seconds: list[float]) -> None:
    if shown is None or not shown.current:
        return
    result: Result = shown.entry.result
    choices = [choose(result.one(place), view) for place in range(len(result.found))]
    if len(seconds) == len(result.found) and seconds:
        _over_time(result, choices, seconds)
    _sheet(result, choices, seconds)
    st.download_button(
        "All boxes as COCO .json",
        lambda: export.coco_json([(f"{place + 1}.jpg", result.one(place), one) for place, one in enumerate(choices)]),
        file_name="detections.json",
        icon=":material/download:",
        on_click="ignore",
    )


def _names(result: Result, place: int, choice: Choice) -> list[str]:
    names = experiment.classes(result.config.detector)
    return [names[kind] for kind in result.found[place].kind[choice.kept]]


def _sheet(result: Result, choices: list[Choice], seconds: list[float]) -> None:
    """Draw the pictures with their boxes, four in a row; of a clip eight of its frames."""
    places = range(0, len(choices), max(1, len(choices) // FRAMES_SHOWN)) if seconds else range(len(choices))
    columns = st.columns(COLUMNS, gap="small")
    for column, place in enumerate(places):
        choice, one = choices[place], result.one(place)
        shade = figures.colors(one, choice)
        names = _names(result, place, choice)
        image = figures.annotated(
            batch.jpeg_of(result.config.pictures[place]),
            one.boxes[choice.kept],
            names,
            [shade[int(kind)] for kind in one.kind[choice.kept]],
            longest=THUMBNAIL,
        )
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=85)
        with columns[column % COLUMNS]:
            when = f"{seconds[place]:.1f} s · " if seconds else ""
            caption = f"{when}{len(names)} {'box' if len(names) == 1 else 'boxes'}"
            st.image(buffer.getvalue(), caption=caption, alt=", ".join(names) or "no box")


def _over_time(result: Result, choices: list[Choice], seconds: list[float]) -> None:
    """Draw boxes over time and the event log of one class."""
    per_frame = [_names(result, place, choice) for place, choice in enumerate(choices)]
    seen = sorted(
        {name for names in per_frame for name in names}, key=lambda name: -sum(n.count(name) for n in per_frame)
    )
    if not seen:
        st.info("No frame has a box at this score.", icon=":material/search_off:")
        return
    watched = st.selectbox(
        "Act when it appears or changes", seen, help="One class to watch, as a light that turns green."
    )
    counts = {name: [names.count(name) for names in per_frame] for name in seen[:5]}
    counts.setdefault(watched, [names.count(watched) for names in per_frame])
    happened = batch.events(counts[watched], seconds)
    dark = is_dark()
    chart(
        ("over time", repr(counts), watched, dark),
        lambda: charts.over_time(seconds, counts, watched, happened, dark),
    )
    log = pd.DataFrame(
        [(f"{event.seconds:.2f} s", f"{watched} {event.words}") for event in happened], columns=["when", "what"]
    )
    st.dataframe(log, hide_index=True, width="stretch")
    st.caption("A change counts when two sampled frames in a row agree: one wrong box rings no bell.")
