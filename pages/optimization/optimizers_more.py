"""The rest of the Optimizers page: a real network's surface, the check by Keras itself, and sparse features."""

from __future__ import annotations

import streamlit as st

from engine.figures import optimizers as figures
from engine.optimizers import catalogue, keras_race, network_surface, race, sparse, surfaces
from engine.optimizers.surface import Surface
from pages.kit import run_view
from pages.kit.look import is_dark
from pages.kit.provenance import provenance_line
from pages.kit.text import number
from pages.optimization import optimizers_controls as panel

SURFACE, KERAS, SPARSE = "optimizers.network", "optimizers.keras", "optimizers.sparse"


def surface_of(config: race.Config) -> Surface:
    """Return the surface to race on, with the controls of a real network's where that is chosen.

    Until another network's surface is computed, the race goes on over the one that is there.
    """
    if config.surface != surfaces.NETWORK:
        return race.surface_of(config)
    wanted = panel.network()
    shown = run_view.open_run(SURFACE, wanted, network_surface.Config())
    if shown is not None and not shown.current and not run_view.is_following(SURFACE, wanted):
        run_view.start(SURFACE, wanted)
    run_view.live(SURFACE, st.container(), lambda _: None, lambda *_: None, unit="point")
    if shown is None:
        return race.surface_of(config)
    return network_surface.surface_of(shown.config, shown.entry.result)


def keras_check(config: race.Config) -> None:
    """Run the same race with the real `keras.optimizers` on request, and show the largest difference."""
    st.subheader("The same race by Keras itself", anchor=False)
    wanted = keras_race.of(config)
    shown = run_view.open_run(KERAS, wanted, wanted)
    text, action = st.columns([3, 1], vertical_alignment="center")
    with text:
        if shown is not None and shown.current:
            worst = int(shown.entry.result.early.argmax())
            label = catalogue.BY_ID[shown.entry.result.optimizers[worst]].label
            st.markdown(
                f"Over the first {keras_race.EARLY_STEPS} steps the largest difference between the picture and "
                f"`keras.optimizers` is **{number(float(shown.entry.result.early[worst]))}** ({label}). The picture is "
                "computed in 64 bits, Keras in 32: that is rounding, and rules that swing at the minimum amplify it."
            )
        else:
            st.markdown(
                "The picture is computed by the same rules in plain numbers. Let Keras run them too and compare."
            )
    with action:
        st.button(
            "Run with Keras",
            icon=":material/compare_arrows:",
            on_click=run_view.start,
            args=(KERAS, wanted),
            disabled=run_view.is_running(KERAS),
            width="stretch",
        )
    run_view.live(KERAS, st.container(), _draw_difference, lambda *_: None, unit="step")


def _draw_difference(shown: run_view.Shown | None) -> None:
    if shown is not None and shown.current:
        picture = figures.keras_difference(shown.entry.result, is_dark())
        st.plotly_chart(picture.figure, alt=picture.alt, width="stretch", config={"displayModeBar": False}, theme=None)


def sparse_features() -> None:
    """Show how frequent and rare features learn under each rule, on a real sparse model."""
    st.subheader("Frequent and rare features", anchor=False)
    shown = run_view.open_run(SPARSE, sparse.Config(), sparse.Config())
    if shown is None:
        return
    for picture in figures.sparse_pictures(shown.entry.result, is_dark()):
        st.plotly_chart(picture.figure, alt=picture.alt, width="stretch", config={"displayModeBar": False}, theme=None)
    st.markdown("\n\n".join(sparse.story(shown.entry.result)))
    provenance_line(shown.entry.provenance, [])
