"""The rest of the page on sharper pictures: when to run, downloads, the trade-off, and a word on deepfakes."""

from __future__ import annotations

import io
from functools import partial

import streamlit as st
from PIL import Image

from engine.config import key
from engine.data.photographs import BY_NAME
from engine.errors import InvalidData
from engine.figures import super_resolution as figures
from engine.runs.service import Entry, executor
from engine.super_resolution import network, script, survey
from engine.super_resolution.experiment import LABELS, MEASURES, Config, Result, enlargements, pair, source_part
from engine.super_resolution.sources import CARD, JUDGE, SHEET, UPLOAD
from engine.super_resolution.story import story
from pages.generative import super_resolution_faces as faces
from pages.kit import code_panel, head, run_view
from pages.kit.chart import chart
from pages.kit.code_panel import Download
from pages.kit.look import is_dark
from pages.kit.provenance import provenance_line
from pages.kit.run_view import Shown

_ASKED = "super_resolution.asked"
_CREDITS = {
    UPLOAD: "Your own picture",
    CARD: "Drawn by this app",
    SHEET: "Faces drawn by this app; pieces of the shipped photographs",
}
HEADER = ("method", "PSNR dB", "PSNR of the brightness dB", "SSIM", "perceptual distance")


def start_when_new(name: str, config: Config, shown: Shown | None) -> None:
    """Enlarge at once when another picture or scale is chosen: it takes seconds, not a training's time."""
    current = shown is not None and shown.current
    if not current and st.session_state.get(_ASKED) != key(config):
        st.session_state[_ASKED] = key(config)  # once; after Stop or an error the reader decides
        run_view.start(name, config)


def enlarge_button(name: str, config: Config, shown: Shown | None) -> None:
    """Draw Enlarge where the picture is not what the controls say: after Stop, or after an error."""
    if run_view.is_running(name) or (shown is not None and shown.current and not shown.stopped):
        return
    st.button(
        "Enlarge",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=run_view.start,
        args=(name, config),
        kwargs={"again": True},
        help="Run the networks on this picture.",
    )


def say_part(config: Config) -> None:
    """Say it where only a part of a picture is used."""
    try:
        part, (width, height) = source_part(config)
    except InvalidData:
        return
    if part.shape[1] < width - config.scale or part.shape[0] < height - config.scale:
        st.caption(
            f":material/crop: {part.shape[1]} × {part.shape[0]} of {width} × {height} pixels are used, so that it "
            "stays quick. “More” says which part."
        )


def credit(config: Config) -> str:
    """Return whose picture it is."""
    if config.photograph in (UPLOAD, CARD, SHEET):
        return _CREDITS[config.photograph]
    return f"Photo: {BY_NAME[config.photograph].credit}"


def foot(name: str, shown: Shown) -> None:
    """Draw where the pictures come from."""
    if run_view.is_running(name):
        st.caption("Enlarging now, on a worker of this server")
        return
    result: Result = shown.entry.result
    provenance_line(shown.entry.provenance, [f"{result.width} × {result.height} pixels · networks trained here"])


def below_the_fold(entry: Entry, formula: str, why: str) -> None:
    """Draw what happened, why, the code with its downloads, the trade-off, and a word on deepfakes."""
    result: Result = entry.result
    scale = result.config.scale
    measured = executor().find(survey.Config(scale)) if scale in network.SCALES else None
    downloads = [
        Download("Picture .png", "picture.png", lambda: _png(source_part(result.config)[0])),
        Download("Numbers .csv", "super_resolution.csv", lambda: _csv(result)),
    ]
    for loss in result.methods[2:]:
        name = network.file_name(scale, loss)
        downloads += [
            Download(f"{LABELS[loss]} .png", f"{loss}.png", partial(_enlarged, result, loss)),
            Download(f"{LABELS[loss]} weights", name, (network.FOLDER / name).read_bytes),
        ]
        if measured is not None:
            file = survey.model_file(scale, loss)
            downloads.append(Download(f"{LABELS[loss]} .keras", file, partial(_attached, measured, file)))
    head.below_the_fold(
        story(result, measured.result if measured is not None else None),
        formula,
        why,
        lambda: code_panel.code_panel(script.script(result.config), "super_resolution", "Sharper pictures", downloads),
    )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Right, or real?", anchor=False)
        if measured is not None:
            drawn = result if result.config.mode == JUDGE else None
            chart(
                ("super-resolution", entry.key, measured.key, is_dark()),
                lambda: figures.tradeoff(measured.result, drawn, is_dark()),
            )
            st.caption(
                f"Faint: the {len(measured.result.names)} shipped photographs at ×{scale}; large: their means; ring: "
                "the picture above. The perceptual distance compares what EfficientNet-Lite0 (trained on ImageNet; no "
                "enlarger was) sees at four sizes: LPIPS without weights fitted to people. It is a stand-in for eyes."
            )
    with right:
        faces.no_evidence()


def _attached(entry: Entry, name: str) -> bytes:
    return executor().file(entry, name) or b""


def _enlarged(result: Result, method: str) -> bytes:
    return _png(enlargements(result, pair(result.config)[0])[method])


def _png(pixels: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")  # type: ignore[arg-type]
    return stream.getvalue()


def _csv(result: Result) -> str:
    rows = (
        (LABELS[method], *(round(float(value), 4) for value in result.measures[row, : len(MEASURES)]))
        for row, method in enumerate(result.methods)
    )
    return code_panel.table_csv(HEADER, rows)
