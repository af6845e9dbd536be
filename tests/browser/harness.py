"""Serve the stage's modules and the bare page `harness.html` that mounts them, for tests without Streamlit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "/stage/": ROOT / "pages" / "kit" / "stage",
    "/fonts/": ROOT / "pages" / "static" / "fonts",
}


class _Handler(SimpleHTTPRequestHandler):
    """Files of the stage and the fonts under their short addresses; everything else beside this module."""

    def __init__(self, *arguments: Any, extra: dict[str, Path], **keywords: Any) -> None:
        self.extra = extra
        super().__init__(*arguments, **keywords)

    def translate_path(self, path: str) -> str:
        bare = path.split("?")[0]
        if bare in self.extra:
            return str(self.extra[bare])
        for prefix, folder in FOLDERS.items():
            if bare.startswith(prefix):
                return str(folder / Path(bare).name)
        return str(Path(__file__).parent / Path(bare).name)

    def log_message(self, *arguments: Any) -> None:
        pass


@contextmanager
def serving(extra: dict[str, Path] | None = None) -> Iterator[str]:
    """Serve until the block ends; gives the address. `extra` maps more addresses to files (payloads, for one)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, extra=extra or {}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
