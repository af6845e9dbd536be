"""A visitor without a browser: speaks Streamlit's protocol with the real server, to time the server alone.

In Chromium most of a rerun is the browser's own work; this client takes none, so that what it measures is the
server's: from the message that a control has moved to the last message of the script run that follows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect


class Visitor:
    """One session on one page of a running app; use it as a context manager.

    Attributes:
        elements: The latest element of each widget id the server has sent.
        received: Bytes received in the last run.
    """

    def __init__(self, url: str, page: str = "", query: str = "") -> None:
        """Connect to the app at `url`; `page` is its address without a slash, "" for the home page."""
        self._url, self._page, self._query = url, page, query
        self.elements: dict[str, Any] = {}
        self.received = 0
        self._script_hash = ""
        self._socket = connect(
            url.replace("http", "ws", 1) + "/_stcore/stream",
            max_size=None,
            subprotocols=["streamlit"],
            compression=None,
        )

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def visit(self, timeout: float = 60) -> float:
        """Ask for the page as a browser that comes first does; return the server's time in seconds."""
        return self._run([], timeout)

    def change(self, *states: WidgetState, timeout: float = 60) -> float:
        """Set controls and let the script run; return the server's time in seconds."""
        return self._run(list(states), timeout)

    def wait_for_run(self, timeout: float = 60) -> float:
        """Wait for a run that the server started itself; return its time."""
        return self._read_until_finished(time.perf_counter(), timeout)

    def widget(self, kind: str, matches: Callable[[Any], bool]) -> Any:
        """Return the element of a kind ("slider", "button", "text_input") for which `matches` is true."""
        for element in self.elements.values():
            if element.WhichOneof("type") == kind and matches(getattr(element, kind)):
                return getattr(element, kind)
        raise LookupError(f"no {kind} that matches on /{self._page}")

    def press(self, label: str) -> float:
        """Press the button whose label holds `label`."""
        button = self.widget("button", lambda element: label in element.label)
        return self.change(WidgetState(id=button.id, trigger_value=True))

    def type(self, label: str, text: str) -> float:
        """Write into the text field whose label holds `label`."""
        field = self.widget("text_input", lambda element: label in element.label)
        return self.change(WidgetState(id=field.id, string_value=text))

    def _run(self, states: list[WidgetState], timeout: float) -> float:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = self._query
        rerun.page_name = self._page
        rerun.page_script_hash = self._script_hash
        rerun.context_info.timezone = "UTC"
        rerun.context_info.locale = "en-US"
        rerun.context_info.url = f"{self._url}/{self._page}"
        rerun.context_info.color_scheme = "light"
        rerun.widget_states.widgets.extend(states)
        start = time.perf_counter()
        self._socket.send(message.SerializeToString())
        return self._read_until_finished(start, timeout)

    def _read_until_finished(self, start: float, timeout: float) -> float:
        self.received = 0
        while True:
            data = self._socket.recv(timeout=max(0.01, timeout - (time.perf_counter() - start)))
            self.received += len(data)
            # The clock is read before the message is taken apart: that is the visitor's work, not the server's.
            now = time.perf_counter()
            message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._script_hash = message.navigation.page_script_hash
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                held = getattr(element, element.WhichOneof("type"))
                if getattr(held, "id", ""):
                    self.elements[held.id] = element
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                continue
            elif kind == "script_finished":
                return now - start
