"""The rest of the page on what a detector misses: the buttons of a run, text, code and downloads."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engine.data import fashion
from engine.data.photographs import BY_NAME
from engine.detection import coco
from engine.detection.experiment import CREDITS, FILES, NANODET, UPLOAD, WEIGHTS, jpeg_of
from engine.detection_limits import script, tiles
from engine.detection_limits.experiment import Result
from engine.detection_limits.measure import FATES, curve
from engine.detection_limits.sheets import kept, sizes
from engine.detection_limits.story import story
from engine.detection_limits.view import View
from engine.yolo.experiment import RUN_FILE
from pages.detection import detection_limits_controls as panel
from pages.kit import code_panel, head, run_view
from pages.kit.code_panel import Download
from pages.kit.provenance import provenance_line
from pages.kit.run_buttons import run_buttons
from pages.kit.run_view import Shown


def name_of(view: View) -> str:
    """Return the name of a view's run: each factor keeps its own picture."""
    return f"detection_limits.{view.factor}"


def buttons(run: str, view: View, shown: Shown | None) -> None:
    """Draw what starts a run, and say when the picture shows other settings."""
    if view.tiled and not run_view.is_running(run):
        if shown is not None and not shown.current:
            st.caption(":material/info: The picture shows the settings before. Press Run.")
        st.button(
            "Run",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=run_view.start,
            args=(run, view.run()),
            kwargs={"again": True},
            help="Look at every sheet, whole and slice by slice: some 300 looks.",
        )
        return
    run_buttons(
        run,
        view.run(),
        shown,
        help="Put new scenes together at every point of the curve and let the network look at them.",
        reseed=partial(_reseed, run, view),
        reseed_help="other scenes.",
    )


def _reseed(run: str, view: View) -> None:
    seed = (view.seed + 1) % int(panel.FIELDS["seed"].setting.high + 1)
    st.session_state["seed"] = seed
    run_view.start(run, view.changed(seed=seed).run())


def foot(run: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    if run_view.is_running(run):
        st.caption("Measuring now, on a worker of this server")
        return
    config = shown.entry.result.config
    if isinstance(config, tiles.Config):
        credit = "Your own picture" if config.photograph == UPLOAD else f"Photo: {BY_NAME[config.photograph].credit}"
        facts = [f"NanoDet · {config.input} px · no random draw", credit]
    else:
        facts = [f"The shipped small YOLO · seed {config.seed}", fashion.CREDIT]
    provenance_line(shown.entry.provenance, facts)


def below_the_fold(shown: Shown, view: View, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result = shown.entry.result
    config = result.config
    if isinstance(result, tiles.Result):
        told = view.changed(photograph=config.photograph, upload=config.upload, input=config.input,
                            slice=config.slice, overlap=config.overlap)  # fmt: skip
        downloads = [
            Download("Numbers .csv", "detection_limits.csv", lambda: _sheets(result, view)),
            Download("Weights .npz", FILES[NANODET], (WEIGHTS / FILES[NANODET]).read_bytes),
            Download("Picture .jpg", "picture.jpg", lambda: jpeg_of(config.photograph, config.upload)),
        ]
    else:
        told = view.changed(factor=config.factor, things=config.things, size=config.size, scenes=config.scenes,
                            seed=config.seed)  # fmt: skip
        downloads = [
            Download("Numbers .csv", "detection_limits.csv", lambda: _points(result, view)),
            Download("Weights .npz", "run.npz", RUN_FILE.read_bytes),
            Download("Test items .npz", "test.npz", (fashion.FOLDER / f"{fashion.TEST}.npz").read_bytes),
        ]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story(result, view)],
        formula,
        why,
        lambda: code_panel.code_panel(script.script(told), "detection_limits", "Where it fails", downloads),
    )
    if isinstance(result, tiles.Result):
        st.caption(CREDITS[NANODET])


def _points(result: Result, view: View) -> str:
    told = curve(result, view.score)
    header = (result.config.factor, "recall", "low", "high", "grid allows", "alone in a cell", "wrong boxes a scene")
    rows = (
        (float(value), *(float(column[place]) for column in
         (told.recall, told.low, told.high, told.most, told.alone, told.wrong)), *map(float, told.fates[place]))
        for place, value in enumerate(result.values)
    )  # fmt: skip
    return code_panel.table_csv((*header, *(name.lower() for name in FATES)), rows)


def _sheets(result: tiles.Result, view: View) -> str:
    told, size = kept(result, view.score), sizes(result)
    rows = (
        (int(count), coco.CLASSES[kind], float(size[place, thing]), float(told.whole_each[place, thing]),
         float(told.sliced_each[place, thing]), int(result.looks[place]))
        for place, count in enumerate(result.tiles)
        for thing, kind in enumerate(result.kinds)
    )  # fmt: skip
    return code_panel.table_csv(("tiles a side", "thing", "size px", "one look", "slices", "looks"), rows)
