"""The upload of a learner's own table: a file, what to predict, and a word about what was left out.

The table that was read last stays while a new file is bad, on the next page, and in the address bar.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from engine.data.table_upload import (
    CLASSIFICATION,
    REGRESSION,
    TablePreview,
    UploadedTable,
    encode,
    guess,
    preview,
    read,
    uploaded,
)
from engine.errors import InvalidData, PlaygroundError
from engine.runs.service import executor
from pages.kit.text import literal

MEGABYTES = 20
MOST_NOTES = 2

_LAST = "kit.table_upload"
AnyResult = TypeVar("AnyResult")


def control(digest_key: str = "upload") -> str:
    """Draw the upload and return the digest of its table for the config's `upload`; empty while there is none.

    Args:
        digest_key: Name in the address bar under which the digest travels.
    """
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=MEGABYTES,
        help="A line of names, then a row a line; at most 20 MB, 50,000 rows and 100 columns. It stays on this server.",
    )
    earlier = st.query_params.get(digest_key) or st.session_state.get(_LAST, "")
    digest, opening = earlier, ""
    choices, buttons = st.container(gap="small"), st.container(horizontal=True, gap="small")
    with choices:
        if file is not None:
            try:
                digest = _chosen(file, buttons)
            except PlaygroundError as error:
                _say(error)
                opening = "Still in use: "
    if not digest:
        if file is None:
            st.info("Choose a file; until then the first data set of the list is shown.", icon=":material/upload_file:")
        return ""
    try:
        table = uploaded(digest)
    except InvalidData as error:
        _say(error)
        return ""
    if st.query_params.get(digest_key) != digest:
        st.query_params[digest_key] = digest
    st.session_state[_LAST] = digest
    _describe(table, opening, buttons)
    return digest


def _chosen(file: UploadedFile, buttons: DeltaGenerator) -> str:
    """Draw what can be chosen about a file, and return the digest of the table that comes of it."""
    found = _unless_refused(_preview(file))
    names = list(found.names)
    target = st.selectbox("To predict", names, names.index(found.target), help="The column that the network predicts.")
    column = found.column(target or found.target)
    task = CLASSIFICATION
    if column.numeric:
        task = st.segmented_control(
            "Task",
            [CLASSIFICATION, REGRESSION],
            default=guess(column),
            required=True,
            format_func=str.capitalize,
            help="Classes, or a number.",
        )
    others = [name for name in names if name != column.name]
    with buttons.popover("Columns", width="stretch"):
        group = st.selectbox(
            "Rows that belong together",
            others,
            None,
            placeholder="none",
            help="A column such as patient or writer: whoever is in it twice should not be on both sides of a split.",
        )
        without = st.multiselect(
            "Not to learn from",
            [name for name in others if name != group],
            placeholder="none",
            help="Columns that would give the answer away, or that have too many empty cells.",
        )
    return _unless_refused(_kept(file, column.name, task, group or "", tuple(without)))


# Both are kept by the upload's id, not its content, so that a rerun costs nothing; a reason is kept like a table.
_BY_ID: dict[str | type[Any], Callable[[Any], Any]] = {UploadedFile: attrgetter("file_id")}


@st.cache_resource(max_entries=4, show_spinner="Reading the table …", hash_funcs=_BY_ID)
def _preview(file: UploadedFile) -> TablePreview | InvalidData:
    try:
        return preview(file.getvalue())
    except InvalidData as error:
        return error


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_ID)
def _kept(file: UploadedFile, target: str, task: str, group: str, without: tuple[str, ...]) -> str | InvalidData:
    try:
        return executor().store.put_blob(encode(read(_unless_refused(_preview(file)), target, task, group, without)))
    except InvalidData as error:
        return error


def _unless_refused(found: AnyResult | InvalidData) -> AnyResult:
    if isinstance(found, InvalidData):
        raise found
    return found


def _say(error: PlaygroundError) -> None:
    st.error(literal(f"{error.message} {error.advice}"), icon=":material/error:")


def _describe(table: UploadedTable, opening: str, buttons: DeltaGenerator) -> None:
    rows, columns = table.x.shape
    kind = f", {len(table.class_names)} classes" if table.class_names else ""
    grouped = f", grouped by “{literal(table.group_name)}”" if table.group_name else ""
    st.caption(
        f"{opening}**{literal(table.target_name)}**{kind}, from {columns} column{'s' if columns > 1 else ''} "
        f"and {rows:,} rows{grouped}."
    )
    if len(table.notes) <= MOST_NOTES:
        for note in table.notes:
            st.caption(literal(note))
    else:
        with buttons.popover(f"{len(table.notes)} remarks", width="stretch"):
            for note in table.notes:
                st.markdown(literal(note))
