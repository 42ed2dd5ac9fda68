"""The listening socket: a port that is taken is said in one sentence."""

import socket

import pytest

from web.listening import (
    UNSENT_BYTES,
    USER_TIMEOUT_MS,
    PortTaken,
    listening_socket,
    require_free_port,
)


def test_a_taken_port_is_named_in_the_refusal() -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]

        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}: Address already in use"):
            require_free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortTaken, match=r"Cannot listen on 192\.0\.2\.1:8000"):
        listening_socket("192.0.2.1", 8000)


def test_asking_whether_a_port_is_free_does_not_take_it() -> None:
    with listening_socket("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]

    require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)


def test_accepted_connections_end_when_the_peer_takes_nothing_any_more() -> None:
    with listening_socket("127.0.0.1", 0) as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                timeout_ms = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    assert timeout_ms == USER_TIMEOUT_MS


def test_the_kernel_takes_little_for_a_peer_that_is_behind() -> None:
    with listening_socket("127.0.0.1", 0) as listener, socket.socket() as reader:
        listener.listen()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(listener.getsockname())
        accepted, _ = listener.accept()
        with accepted:
            accepted.setblocking(False)

            taken = _all_that_it_takes(accepted)

    assert taken < 4 * UNSENT_BYTES


def _all_that_it_takes(sender: socket.socket) -> int:
    taken = 0
    try:
        while True:
            taken += sender.send(bytes(16 * 1024))
    except BlockingIOError:
        return taken
