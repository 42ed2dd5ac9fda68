"""Time as a value: code that needs the present is handed a clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment, aware, in UTC, cut to whole milliseconds as MongoDB stores it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def from_epoch(seconds: float) -> datetime:
    """The moment `seconds` after 1970-01-01 UTC, in whole milliseconds."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)
