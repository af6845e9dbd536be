"""Connections of the app's server send at once: seen on a real connection that a real socket accepts."""

from __future__ import annotations

import socket

from pages.kit.sockets import send_at_once


def test_an_accepted_connection_does_not_wait() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert send_at_once() >= 1
        with socket.create_connection(listening.getsockname()):
            connection, _ = listening.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_socket_that_is_not_bound_or_no_tcp_socket_is_left_alone() -> None:
    with socket.socket() as loose, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.bind(("127.0.0.1", 0))
        send_at_once()
        assert not loose.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
