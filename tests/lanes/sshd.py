"""A private sshd on a loopback port, with keys and configuration of its own.

Nothing of the machine changes: as root it runs in a mount namespace in which /run, where sshd wants
a directory, and /etc/passwd, where it wants a user, are ours.
"""

import asyncio
import getpass
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pytest

from scheduler.executors.ssh_connection import SshAccess
from scheduler.supervise import process_stat

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".venv" / "sshd"
"""Where `make apt` has unpacked openssh-server, which may not be installed."""
TIMEOUT_S = 20.0
CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {directory}/host_key
AuthorizedKeysFile {directory}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
{more}
"""


def sshd_binary() -> Path:
    """Skips the test if there is no sshd, or no way to run it here."""
    places = [*map(Path, os.get_exec_path()), Path("/usr/sbin"), UNPACKED / "usr" / "sbin"]
    found = next((place / "sshd" for place in places if (place / "sshd").exists()), None)
    if found is None or shutil.which("ssh-keygen") is None:
        pytest.skip("openssh-server is not installed; `make apt` unpacks it")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def make_key(path: Path) -> None:
    for old in (path, path.with_name(f"{path.name}.pub")):
        old.unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path], check=True
    )


@dataclass
class Sshd:
    """One daemon; `more` is added to its configuration."""

    directory: Path
    more: str = ""
    port: int = field(default_factory=free_port)
    _daemon: "subprocess.Popen[bytes] | None" = None

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        make_key(self.directory / "key")
        make_key(self.directory / "host_key")
        authorized = "restrict " + (self.directory / "key.pub").read_text()
        (self.directory / "authorized_keys").write_text(authorized)
        self.trust_host_key()
        passwd = Path("/etc/passwd").read_text()
        if "\nsshd:" not in passwd:
            passwd += "sshd:x:74:65534::/run/sshd:/usr/sbin/nologin\n"
        (self.directory / "passwd").write_text(passwd)

    def trust_host_key(self) -> None:
        public = (self.directory / "host_key.pub").read_text()
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}")

    @property
    def known_hosts(self) -> Path:
        return self.directory / "known_hosts"

    def access(self, **changes: object) -> SshAccess:
        fields: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": getpass.getuser(),
            "key": self.directory / "key",
            "known_hosts": self.known_hosts,
            "keepalive_s": 0.5,
            "keepalive_count": 2,
        }
        return SshAccess(**{**fields, **changes})  # type: ignore[arg-type]

    async def start(self) -> None:
        """Returns when it takes connections."""
        config = self.directory / "config"
        config.write_text(CONFIG.format(port=self.port, directory=self.directory, more=self.more))
        with (self.directory / "log").open("ab") as log:
            self._daemon = self._spawn(config, log)
        async with asyncio.timeout(TIMEOUT_S):
            while not self._takes_connections():
                assert self._daemon.poll() is None, (self.directory / "log").read_text()
                await asyncio.sleep(0.02)

    def _spawn(self, config: Path, log: BinaryIO) -> "subprocess.Popen[bytes]":
        libraries = ":".join(map(str, UNPACKED.glob("usr/lib/*-linux-gnu")))
        return subprocess.Popen(
            self._command(config),
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "LD_LIBRARY_PATH": libraries} if libraries else None,
        )

    def _command(self, config: Path) -> list[str]:
        daemon = [str(sshd_binary()), "-D", "-e", "-f", str(config)]
        if os.geteuid() != 0:
            return daemon
        prepare = 'mount --bind "$0" /etc/passwd && mount -t tmpfs tmpfs /run && mkdir /run/sshd'
        script = f'{prepare} && exec "$@"'
        return ["unshare", "-m", "sh", "-c", script, str(self.directory / "passwd"), *daemon]

    def _takes_connections(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def sessions(self) -> list[int]:
        """The processes of sshd that serve connections, those that serve them longest first."""
        assert self._daemon is not None
        found, todo = list[int](), [self._daemon.pid]
        while todo:
            parent = todo.pop()
            children = [pid for pid in all_processes() if parent_of(pid) == parent]
            mine = [pid for pid in children if name_of(pid).startswith("sshd")]
            found += mine
            todo += mine
        return found

    def signal_sessions(self, number: signal.Signals) -> None:
        for pid in self.sessions():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def freeze(self) -> None:
        """Let it answer nobody, old connection or new."""
        assert self._daemon is not None
        self.signal_sessions(signal.SIGSTOP)
        os.kill(self._daemon.pid, signal.SIGSTOP)

    async def stop(self) -> None:
        """As `end`, and let others go on meanwhile."""
        await asyncio.to_thread(self.end)

    def end(self) -> None:
        """End the daemon and its connections."""
        if self._daemon is None or self._daemon.poll() is not None:
            return
        for number in (signal.SIGCONT, signal.SIGKILL):
            self.signal_sessions(number)
        self._daemon.kill()
        self._daemon.wait(TIMEOUT_S)


@asynccontextmanager
async def running_sshd(directory: Path, more: str = "") -> AsyncIterator[Sshd]:
    sshd = Sshd(directory, more)
    sshd.prepare()
    try:
        await sshd.start()
        yield sshd
    finally:
        await sshd.stop()


def all_processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def parent_of(pid: int) -> int | None:
    stat = process_stat(pid)
    return stat.parent if stat else None


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""
