"""A tag: a coloured word on jobs, workspaces and projects."""

from datetime import datetime

from domain.documents.record import Record


class Tag(Record):
    """One tag; its id is its uid."""

    id: str
    revision: int = 1
    title: str
    type: str
    colour: str = "gray"
    description: str | None = None
    created_by: str | None = None
    created_at: datetime

    class Settings:
        """Collection."""

        name = "tags"
