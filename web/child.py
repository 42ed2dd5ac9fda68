"""A child process that ends with its parent: started, waited for without polling, stopped."""

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class Child:
    """One process of `lanekeeper serve`, in a session of its own so that Ctrl-C is ours alone.

    The kernel kills it when this process dies, however it dies; not even a hung child stays.
    """

    def __init__(
        self, argv: Sequence[str], env: Mapping[str, str] | None = None, *, is_silent: bool = False
    ) -> None:
        self._argv = list(argv)
        self._env = dict(env) if env is not None else None
        self._is_silent = is_silent
        self._process: subprocess.Popen[bytes] | None = None
        self._pidfd = -1

    def start(self) -> None:
        """Start it; call it from the main thread, whose death the child would notice."""
        parent = os.getpid()

        def die_with_parent() -> None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

        self._process = subprocess.Popen(
            self._argv,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self._is_silent else None,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        if self._pidfd >= 0:
            os.close(self._pidfd)
        self._pidfd = os.pidfd_open(self._process.pid)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    async def wait(self) -> int:
        """Wait until it ends; its exit code, negative for a signal."""
        assert self._process is not None
        if self._process.poll() is None:
            await _readable(self._pidfd)
        return self._process.wait()

    async def stop(self, timeout_s: float) -> None:
        """SIGTERM, then SIGKILL if it lives `timeout_s` later; does nothing if it has ended."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(timeout_s):
                await self.wait()
        except TimeoutError:
            self._process.kill()
            await self.wait()


async def _readable(fd: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    copy = os.dup(fd)  # two may wait for the same process: each needs a descriptor of its own
    loop.add_reader(copy, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(copy)
        os.close(copy)
