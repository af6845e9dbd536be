"""The server takes files as large as the largest page needs; every upload on a page still has a limit of its own."""

import ast
import tomllib
from pathlib import Path

from pages.detection.darknet_controls import WEIGHTS_MEGABYTES
from pages.kit import picture_upload, table_upload

TOP = Path(__file__).parents[2]


def test_every_upload_states_its_own_limit():
    calls = [
        (path.name, call)
        for path in (TOP / "pages").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "file_uploader"
    ]
    assert len(calls) >= 5
    for name, call in calls:
        assert "max_upload_size" in {keyword.arg for keyword in call.keywords}, name


def test_the_server_takes_what_the_largest_page_needs_and_the_others_need_less():
    server = tomllib.loads((TOP / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]
    assert server["maxUploadSize"] == WEIGHTS_MEGABYTES == 60
    assert picture_upload.MEGABYTES == table_upload.MEGABYTES == 20
