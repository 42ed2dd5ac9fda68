"""How executors name the attempts that are on record."""

from pathlib import Path

from domain.documents import Attempt
from scheduler.executors.base import AttemptRef


def ref(attempt: Attempt) -> AttemptRef:
    """The attempt's key, token and directory."""
    return AttemptRef(key=attempt.id, token=attempt.token, directory=Path(attempt.directory))
