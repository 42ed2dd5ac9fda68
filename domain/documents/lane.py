"""A lane: a named queue that jobs are sent to."""

from datetime import datetime
from typing import Literal

from domain.documents.record import Record


class Lane(Record):
    """One lane; its id is its name, which never changes.

    `term` fences out a scheduler that no longer leads: a new leader raises it first.
    """

    id: str
    type: Literal["node", "cluster"]
    title: str
    desc: str | None = None
    drained: bool = False
    term: int = 0
    revision: int = 1
    created_at: datetime

    @property
    def name(self) -> str:
        """The lane's name."""
        return self.id

    class Settings:
        """Collection."""

        name = "lanes"
