"""What a driver answers, as plain values that can be compared."""

from collections.abc import Coroutine
from typing import Any

from pymongo.errors import BulkWriteError, DuplicateKeyError

_COUNTS = ("matched_count", "modified_count", "deleted_count", "inserted_count", "upserted_id")


def told(answer: Any) -> Any:
    """What a driver's result says; values, rows and None say themselves."""
    if not hasattr(answer, "acknowledged"):  # the order of `distinct` means nothing
        return sorted(answer, key=repr) if isinstance(answer, list) else answer
    return {name: getattr(answer, name) for name in _COUNTS if hasattr(answer, name)}


def refused(error: DuplicateKeyError | BulkWriteError) -> Any:
    """Which writes were refused because of what must be there once, and what was done."""
    if isinstance(error, DuplicateKeyError):
        return "duplicate"
    details = dict(error.details)
    places = [(each["index"], each["code"]) for each in details["writeErrors"]]
    return places, {name: details[name] for name in ("nInserted", "nMatched", "nModified")}


def at_once(work: Coroutine[Any, Any, Any]) -> Any:
    """The answer of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits")
