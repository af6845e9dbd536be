"""The process that answers everybody never imports TensorFlow or Keras: visited here page by page, for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]

# A process of its own: other tests of this suite import Keras.
_VISIT = """
import json, sys
from streamlit.testing.v1 import AppTest
from streamlit import config
from pages.catalogue import CHAPTERS

config.set_option("client.showErrorDetails", "full")
app = AppTest.from_file("pages/router.py", default_timeout=60).run()
visited = {"home": [error.message for error in app.exception]}
for chapter in CHAPTERS:
    for concept in chapter.concepts:
        app.switch_page(concept.file).run()
        visited[concept.address] = [error.message for error in app.exception]
heavy = sorted({name.split(".")[0] for name in sys.modules} & {"tensorflow", "keras", "torch", "jax"})
print("RESULT" + json.dumps({"visited": visited, "heavy": heavy}))

from engine.runs.service import executor
executor().close()
"""


def test_no_page_brings_tensorflow_into_the_process(tmp_path: Path) -> None:
    environment = {**os.environ, "PLAYGROUND_CACHE": str(tmp_path), "PYTHONPATH": str(TOP)}
    done = subprocess.run(
        [sys.executable, "-c", _VISIT],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    assert lines, done.stderr[-3000:]
    found = json.loads(lines[0].removeprefix("RESULT"))
    assert found["heavy"] == []
    assert len(found["visited"]) >= 3
    assert all(errors == [] for errors in found["visited"].values()), f"{found['visited']}\n{done.stderr[-4000:]}"
