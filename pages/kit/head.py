"""The top of every page: title, claim, scenes, and the question that asks for a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from engine.config import Config
from engine.scenes import Scene, matching
from pages.kit import controls

_SCENE = "kit.scene"

ValuesOf = Callable[[Any], Mapping[str, Any]]
"""Config → the value of every control, by its name."""


def head(title: str, claim: str, scenes: Sequence[Scene], config: Config, values_of: ValuesOf) -> None:
    """Draw the head row; picking a scene puts its settings on every control.

    Call it after the controls, into a container made before them: only then is it known which scene is in force.
    """
    scene = matching(scenes, config)
    st.session_state[_SCENE] = scene.name if scene else None
    with st.container(horizontal=True, vertical_alignment="center", key="head", gap="medium"):
        st.title(title, width="content", anchor=False)
        st.markdown(f":gray[{claim}]", width="stretch")
        st.segmented_control(
            "Scene",
            [scene.name for scene in scenes],
            key=_SCENE,
            label_visibility="collapsed",
            width="content",
            on_change=_put_scene,
            args=(tuple(scenes), values_of),
        )
    for sentence in controls.notices():
        st.warning(sentence, icon=":material/link_off:")


def _put_scene(scenes: tuple[Scene, ...], values_of: ValuesOf) -> None:
    """Put the chosen scene on the controls; a click on the one that is on already changes nothing."""
    chosen = next((scene for scene in scenes if scene.name == st.session_state[_SCENE]), None)
    if chosen is not None:
        controls.put(values_of(chosen.config))


def prediction(scenes: Sequence[Scene], config: Config, result: Any) -> None:
    """Draw the prediction row: a guess first, then what the run showed.

    Settings of the reader's own are asked the default scene's question; the answer always comes from the run shown.

    Args:
        scenes: The page's scenes.
        config: The settings of the result.
        result: The run's result, or None while there is none.
    """
    scene = matching(scenes, config) or matching(scenes, type(config)()) or scenes[0]
    with st.container(horizontal=True, vertical_alignment="center", key="prediction", gap="small"):
        st.markdown(f"**Predict.** {scene.question}", width="content")
        guess = st.pills(
            scene.question, scene.options, key=f"kit.guess.{scene.name}", label_visibility="collapsed", width="content"
        )
        if guess is not None and result is not None:
            st.markdown(scene.answer(result, guess), width="stretch")


def below_the_fold(story: Sequence[str], formula: str, why: str, code: Callable[[], None]) -> None:
    """Draw the two columns under the bench: what happened and why, beside the code.

    Args:
        story: Paragraphs computed from this result.
        formula: LaTeX; long ones break with `aligned`, since they do not wrap on a phone.
        why: At most 150 words, with the pitfall.
        code: Draws the code panel.
    """
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What happened", anchor=False)
        st.markdown("\n\n".join(story))
        st.subheader("Why", anchor=False)
        st.latex(formula)
        st.markdown(why)
    with right:
        code()
