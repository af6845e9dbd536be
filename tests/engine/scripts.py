"""The exported scripts as a learner runs them: in a Python of their own, where nothing of ours is at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

# One Python for all scripts: importing Keras takes far longer than the training. Each has its own namespace.
_RUNNER = """
import contextlib, io, json, os, sys
printed = []
for folder, source in json.load(sys.stdin):
    os.chdir(folder)
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        exec(compile(source, "script", "exec"), {"__name__": "__main__"})
    printed.append(caught.getvalue())
assert not any(name.startswith(("engine", "pages", "streamlit")) for name in sys.modules)
json.dump(printed, sys.stdout)
"""


def printed_by(scripts: Iterable[tuple[Path, str]], seconds: float = 600, **environment: str) -> list[str]:
    """Return what each script prints.

    Args:
        scripts: The folder each runs in, with the files it needs, and its source.
        seconds: How long all of them may take.
        environment: Added to the environment.
    """
    done = subprocess.run(
        [sys.executable, "-c", _RUNNER],
        input=json.dumps([(str(folder), source) for folder, source in scripts]),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "", "CUDA_VISIBLE_DEVICES": "", **environment},
        timeout=seconds,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    printed: list[str] = json.loads(done.stdout)
    return printed
