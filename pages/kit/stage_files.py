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

# The app may live under any path (a proxy, Community Cloud), and a deep link adds the page's name to it. The address
# of Streamlit's own main script is the one thing that always names the root.
_LOADER = """
const main = document.querySelector('script[src*="static/js/"]');
const root = main ? new URL("../../", main.src) : new URL("./", document.baseURI);
const loaded = import(new URL("STAGE/SCRIPT", root).href);
export default function (component) {
  const { parentElement } = component;
  loaded.then((script) => script.default(component)).catch((error) => {
    console.error(error);
    parentElement.querySelector("PLACE").textContent = "WHAT could not be loaded. Reload the page.";
  });
  return () => loaded.then((script) => script.unmount(parentElement));
}
"""


@cache
def stage_path() -> str:
    """Return the address of the scripts' folder relative to the app's root, e.g. `stage/3f2a…`."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.iterdir()):
        if file.is_file():
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return f"stage/{digest.hexdigest()[:16]}"


def loader(script: str, place: str, what: str) -> str:
    """Return the inline part of a component: it fetches the component's own script and hands the data over.

    Args:
        script: File in the folder; exports a default function, called with every change of data, and `unmount`.
        place: Selector of the element that says so when the script cannot be had.
        what: Begins that sentence.
    """
    return (
        _LOADER.replace("STAGE", stage_path()).replace("SCRIPT", script).replace("PLACE", place).replace("WHAT", what)
    )


class _ImmutableFiles(StaticFiles):
    """Files whose address changes with their content, so that a browser never asks for them twice."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def stage_route() -> Mount:
    """Return the route that `streamlit_app.py` mounts."""
    return Mount(f"/{stage_path()}", app=_ImmutableFiles(directory=FOLDER), name="stage")
