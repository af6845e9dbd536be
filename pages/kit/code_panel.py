"""The code panel: the runnable Keras script of exactly these settings, and the downloads beside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Download:
    """One file offered under the code: a label, a file name, and what makes its bytes when it is asked for."""

    label: str
    file_name: str
    content: Callable[[], str | bytes]


def notebook(script: str, title: str) -> str:
    """Return the script as a Jupyter notebook (nbformat 4.5): a heading and one cell per blank-line-separated part."""
    parts = [part for part in script.strip().split("\n\n\n") if part.strip()]
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": [f"# {title}"]}
    ]
    for index, part in enumerate(parts):
        cells.append(
            {
                "cell_type": "code",
                "id": f"cell-{index}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": part.splitlines(keepends=True),
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


def table_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def code_panel(script: str, name: str, title: str, downloads: Sequence[Download] = ()) -> None:
    """Draw the script with its downloads.

    Args:
        script: Python source, runnable as it is.
        name: File name stem of the downloads.
        title: Heading of the notebook.
        downloads: More files, such as the numbers behind the picture.
    """
    st.subheader("Code", anchor=False)
    st.code(script, language="python", height=420)
    files = (
        Download("Script .py", f"{name}.py", lambda: script),
        Download("Notebook", f"{name}.ipynb", lambda: notebook(script, title)),
        *downloads,
    )
    with st.container(horizontal=True, gap="small"):
        for file in files:
            st.download_button(
                file.label,
                file.content,
                file_name=file.file_name,
                icon=":material/download:",
                on_click="ignore",
                key=f"download.{file.file_name}",
            )
