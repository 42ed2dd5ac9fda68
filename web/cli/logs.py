"""Logging of a process: one line per fact, on stderr."""

import logging


class _OneLine(logging.Formatter):
    """Control characters are escaped, so that no text can forge a line (09, T32)."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback keeps its line ends."""
        record.message = record.getMessage().replace("\r", "\\r").replace("\n", "\\n")
        line = self.formatMessage(record)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure_logs(level: int = logging.INFO) -> None:
    """Log to stderr: time, level, module, sentence."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])
    for chatty in ("pymongo", "asyncio", "httpx", "uvicorn.access", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
