"""Logging of a process: one line per fact, on stderr."""

import logging
from copy import copy


class _OneLine(logging.Formatter):
    """Control characters are escaped, so that no text can forge a line (09, T32)."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback keeps its line ends."""
        escaped = copy(record)
        escaped.msg = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        escaped.args = ()
        return super().format(escaped)


def configure_logs(level: int = logging.INFO) -> None:
    """Log to stderr: time, level, module, sentence."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    mute_libraries()


def mute_libraries() -> None:
    """Let libraries tell less: what clients do wrong is no error of ours, and faults we log."""
    logging.getLogger("strawberry.execution").setLevel(logging.CRITICAL)
    for chatty in ("pymongo", "asyncio", "httpx", "uvicorn.access", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
