"""A picture of the reader's own: from a file or the camera; what was shown last stays while a new file is bad."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from engine.data import pictures
from engine.data.photographs import BY_NAME
from engine.errors import PlaygroundError
from pages.kit import controls

UPLOAD = "upload"
_LABELS = {**{name: photograph.label for name, photograph in BY_NAME.items()}, UPLOAD: "Your own picture"}
MEGABYTES = pictures.MOST_BYTES // 2**20


def photograph(fields: Mapping[str, controls.Field], keep: Callable[[bytes], str], *, help: str) -> dict[str, str]:
    """Draw the choice of a shipped photograph or one's own; return `photograph` and, of one's own, `upload`.

    Args:
        fields: The config's; `photograph` offers the shipped names and UPLOAD, its default is shown until there is one.
        keep: As for `control`.
        help: What the choice does, in plain words.
    """
    name = controls.select(fields["photograph"], "Picture", format=lambda one: _LABELS[one], help=help)
    if name != UPLOAD:
        return {"photograph": name}
    digest = control(keep)
    return {"photograph": name if digest else fields["photograph"].default, "upload": digest}


def control(keep: Callable[[bytes], str], digest_key: str = "upload") -> str:
    """Draw the upload and return the digest of its picture; empty while there is none.

    Args:
        keep: Stores a file's content as a plain picture and returns its digest; raises what a learner may be told.
        digest_key: Name in the address bar under which the digest travels.
    """
    source = st.segmented_control(
        "From",
        ("File", "Camera"),
        default="File",
        required=True,
        key="kit.picture_source",
        label_visibility="collapsed",
    )
    if source == "Camera":
        file = st.camera_input("Take a photo", help="The photo stays on this server. Nothing is sent before you press.")
    else:
        file = st.file_uploader(
            "Picture",
            type=list(pictures.FORMATS),
            max_upload_size=MEGABYTES,
            help=f"JPEG, PNG, WebP, GIF, BMP or TIFF, at most {MEGABYTES} MB. It stays on this server; "
            "place and camera in the file are dropped.",
        )
    digest: str = st.query_params.get(digest_key, "")
    if file is not None:
        try:
            digest = keep(file.getvalue())
        except PlaygroundError as error:
            st.error(f"{error.message} {error.advice}", icon=":material/error:")
    elif not digest:
        st.info("Choose a picture; until then a shipped one is shown.", icon=":material/upload_file:")
    if digest and st.query_params.get(digest_key) != digest:
        st.query_params[digest_key] = digest
    return digest
