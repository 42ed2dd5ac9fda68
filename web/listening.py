"""The listening socket of the API: free or a clear error, and dead peers are noticed."""

import socket

USER_TIMEOUT_MS = 15_000
"""A peer that takes nothing for so long is gone; uvicorn alone would keep it (09, E3)."""
UNSENT_BYTES = 128 * 1024
"""How much the kernel takes for a peer that is behind: what has not left yet, and no more."""


class PortTaken(Exception):
    """Another program listens there, or the address is not ours."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket; raises PortTaken. Accepted sockets inherit its options."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = error.strerror or "it cannot be used"
        raise PortTaken(f"Cannot listen on {host}:{port}: {reason}.") from error
    return listener


def require_free_port(host: str, port: int) -> None:
    """Raises PortTaken unless `port` can be listened on now."""
    listening_socket(host, port).close()
