"""Processes that do the same work for many micrographs."""

import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def workers(count: int) -> Iterator[Executor]:
    """Processes that work side by side; at the end, what was not begun is given up."""
    default = (signal.SIGTERM, signal.SIG_DFL)  # the parent's handler is not for them
    pool = ProcessPoolExecutor(count, initializer=signal.signal, initargs=default)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
