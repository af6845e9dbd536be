"""Where the browser fetches the stage's scripts: plain ES modules under an address that changes with their content.

An inline component would send all scripts again with every change of data; this way each browser loads them once.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "stage"


@cache
def stage_path() -> str:
    """Return the address of the scripts' folder relative to the app's root, e.g. `stage/3f2a…`."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.iterdir()):
        if file.is_file():
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return f"stage/{digest.hexdigest()[:16]}"


class _ImmutableFiles(StaticFiles):
    """Files whose address changes with their content, so that a browser never asks for them twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def stage_route() -> Mount:
    """Return the route that `streamlit_app.py` mounts."""
    return Mount(f"/{stage_path()}", app=_ImmutableFiles(directory=FOLDER), name="stage")
