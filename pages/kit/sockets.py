"""Answers leave at once: without this, part of an answer waits 40 ms for the browser to acknowledge the part before.

Streamlit 1.67 binds its listening socket in a way that keeps asyncio from switching Nagle's algorithm off on the
connections. Every message of a script run is small, so a run's later messages would be held back.
"""

from __future__ import annotations

import gc
import socket

_INTERNET = (socket.AF_INET, socket.AF_INET6)


def send_at_once() -> int:
    """Switch Nagle's algorithm off on this process's bound TCP sockets; connections they accept inherit it.

    Returns:
        How many sockets were switched. Call it when the server's socket is bound: in the app's lifespan.
    """
    switched = 0
    for held in gc.get_objects():
        if type(held) is socket.socket and _is_bound_tcp(held):
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            switched += 1
    return switched


def _is_bound_tcp(held: socket.socket) -> bool:
    is_tcp = held.fileno() != -1 and held.family in _INTERNET and held.type == socket.SOCK_STREAM
    return is_tcp and bool(held.getsockname()[1])
