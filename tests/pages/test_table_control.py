"""The upload of a table as a learner meets it: chosen, refused, replaced, shared by a link, gone."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.data.table_upload import encode, preview, read, uploaded, uploaded_rows
from engine.runs.store import store


def page():
    import streamlit as st

    from pages.kit import table_upload

    st.session_state["returned"] = table_upload.control()


def table(rows=40, header="age,colour,weight,kind", odd=""):
    lines = [f"{20 + i % 7},{('red', 'green', 'blue')[i % 3]},{i / 8},{('yes', 'no')[i % 2]}" for i in range(rows)]
    return "\n".join([header, *lines, *([odd] if odd else [])]).encode()


@pytest.fixture
def at():
    return AppTest.from_function(page, default_timeout=30).run()


def choose(at, content, name="table.csv"):
    return at.file_uploader[0].set_value((name, content, "text/csv")).run()


def labelled(widgets, label):
    return next(widget for widget in widgets if widget.label == label)


def in_the_address_bar(at):
    value = at.query_params["upload"]
    return value[0] if isinstance(value, list) else value


def said(at):
    return " ".join(caption.value for caption in at.caption)


def test_without_a_file_the_control_asks_for_one(at):
    assert not at.exception
    assert at.session_state["returned"] == ""
    assert "Choose a file" in at.info[0].value


def test_a_file_becomes_a_digest_in_the_address_bar(at):
    choose(at, table())
    assert not at.exception
    assert not at.error
    digest = at.session_state["returned"]
    assert in_the_address_bar(at) == digest
    rows = uploaded_rows(digest)
    assert (rows.target_name, rows.task, rows.x.shape) == ("kind", "classification", (40, 5))
    assert "**kind**, 2 classes, from 5 columns and 40 rows" in said(at)
    assert "Text became columns of 0 and 1" in said(at)


def test_target_task_group_and_columns_can_be_chosen(at):
    choose(at, table())
    assert not at.segmented_control, "a target of text is always a class"
    labelled(at.selectbox, "To predict").set_value("age").run()
    assert at.segmented_control[0].value == "classification"
    at.segmented_control[0].set_value("regression").run()
    labelled(at.selectbox, "Rows that belong together").set_value("colour").run()
    at.multiselect[0].set_value(["weight"]).run()
    assert not at.error
    found = uploaded(at.session_state["returned"])
    assert (found.target_name, found.task, found.group_name) == ("age", "regression", "colour")
    assert found.feature_names == ("kind = no", "kind = yes")


def test_a_bad_file_is_refused_by_name_and_the_earlier_table_stays(at):
    choose(at, table())
    digest = at.session_state["returned"]
    choose(at, table(odd="1,red"))
    assert "Line 42 has 2 cells, but the first line has 4" in at.error[0].value
    assert at.session_state["returned"] == digest
    assert in_the_address_bar(at) == digest
    assert "Still in use: **kind**, 2 classes, from 5 columns" in said(at)
    choose(at, table(rows=30))
    assert not at.error
    assert at.session_state["returned"] != digest


def test_a_bad_choice_is_refused_and_the_earlier_table_stays(at):
    choose(at, table())
    digest = at.session_state["returned"]
    labelled(at.selectbox, "To predict").set_value("weight").run()
    at.segmented_control[0].set_value("classification").run()
    assert "Class “0” has one row only" in at.error[0].value
    assert at.session_state["returned"] not in ("", digest), "the regression that was guessed before"


def test_a_link_opened_cold_has_its_table():
    kept = read(preview(table()), "kind")
    digest = store().put_blob(encode(kept))
    at = AppTest.from_function(page, default_timeout=30)
    at.query_params["upload"] = digest
    at.run()
    assert at.session_state["returned"] == digest
    assert "**kind**" in said(at)
    assert not at.error


@pytest.mark.parametrize("digest", ["0" * 64, "nonsense"])
def test_a_link_whose_table_is_gone_says_so(digest):
    at = AppTest.from_function(page, default_timeout=30)
    at.query_params["upload"] = digest
    at.run()
    assert not at.exception
    assert "no longer stored" in at.error[0].value
    assert "Upload the file again" in at.error[0].value
    assert at.session_state["returned"] == ""


def test_another_page_of_the_same_visit_has_the_table_too(at):
    choose(at, table())
    digest = at.session_state["returned"]
    at.file_uploader[0].set_value(None)
    at.query_params.clear()  # what a change of page does
    at.run()
    assert at.session_state["returned"] == digest
    assert in_the_address_bar(at) == digest


def test_the_names_in_a_file_stay_text(at):
    choose(at, table(header="![x](http://a.b/c.png),colour,weight,:red[k]"))
    assert "\\:red\\[k\\]" in said(at)
    assert "![x]" not in said(at)


def test_a_file_is_read_once(at, monkeypatch):
    from pages.kit import table_upload

    calls = []
    real = table_upload.preview
    monkeypatch.setattr(table_upload, "preview", lambda content: calls.append(1) or real(content))
    choose(at, table(odd="1,red"))
    at.run()
    at.run()
    assert calls == [1]


def test_many_remarks_wait_behind_one_button(at):
    header = "age,colour,weight,kind,same,gaps"
    rows = [
        f"{20 + i % 7},{('red', 'green')[i % 2]},{i / 8},{('yes', 'no')[i % 2]},1,{i if i % 2 else ''}"
        for i in range(40)
    ]
    choose(at, "\n".join([header, *rows]).encode())
    texts = [text.value for text in at.markdown]
    assert "Left out, since all rows have the same value: “same”." in texts
    assert "Left out, since more than 40 % of the cells are empty: “gaps”." in texts
