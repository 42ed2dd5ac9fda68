"""Connect to a node over SSH, and say in words why that is not possible."""

import asyncio
import logging
import socket
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from scheduler.executors.base import LaneUnreachable

DEFAULT_PORT = 22
asyncssh.set_log_level(logging.WARNING)  # it tells of every connection, and of the command in full


@dataclass(frozen=True, kw_only=True)
class SshAccess:
    """Who logs in where, with which files of ours; lengths in seconds.

    A connection whose peer is silent is given up after `keepalive_count` times `keepalive_s`.
    """

    host: str
    port: int
    user: str
    key: Path
    known_hosts: Path
    connect_s: float = 10.0
    login_s: float = 15.0
    keepalive_s: float = 15.0
    keepalive_count: int = 3


async def connect(access: SshAccess) -> asyncssh.SSHClientConnection:
    """A connection to a server whose key is known. Raises LaneUnreachable, with the reason.

    Nothing of ~/.ssh and no agent is used; only the one key is offered, and no password.
    """
    for path, holds in ((access.key, "private key"), (access.known_hosts, "known host keys")):
        if not path.is_file():
            raise LaneUnreachable(f"The file of the {holds} is not there: {path}.")
    try:
        async with asyncio.timeout(access.connect_s + access.login_s):
            return await asyncssh.connect(
                access.host,
                access.port,
                username=access.user,
                client_keys=[str(access.key)],
                known_hosts=str(access.known_hosts),
                config=None,
                agent_path=None,
                preferred_auth="publickey",
                connect_timeout=access.connect_s,
                login_timeout=access.login_s,
                keepalive_interval=access.keepalive_s,
                keepalive_count_max=access.keepalive_count,
            )
    except (OSError, ValueError, asyncssh.Error) as error:
        raise LaneUnreachable(in_words(error, access)) from error


def in_words(error: Exception, access: SshAccess) -> str:
    """What is wrong, for an administrator."""
    place = f"{access.host}:{access.port}"
    match error:
        case asyncssh.HostKeyNotVerifiable():
            return about_host_key(error, access)
        case asyncssh.KeyExchangeFailed():
            return f"{place} has no host key of a kind that {access.known_hosts} names: {error}."
        case asyncssh.PermissionDenied():
            return f"{place} refuses {access.user} with the key {access.key}."
        case asyncssh.KeyImportError():
            return f"{access.key} or {access.known_hosts} cannot be used: {error}."
        case socket.gaierror():
            return f"The name {access.host} cannot be found."
        case ConnectionRefusedError():
            return f"Nothing listens on {place}: sshd does not run."
        case TimeoutError():
            return f"{place} does not answer."
        case _:
            return f"{place} cannot be reached: {error}."


def about_host_key(error: Exception, access: SshAccess) -> str:
    """Whether the key is unknown, or another than the one that is known."""
    port = None if access.port == DEFAULT_PORT else access.port
    known = asyncssh.match_known_hosts(str(access.known_hosts), access.host, "", port)
    if not known[0]:
        return f"The host key of {access.host} is unknown: it is not in {access.known_hosts}."
    return (
        f"The host key of {access.host} is not the one in {access.known_hosts}: it was changed, or "
        f"another machine answers in its place ({error})."
    )
