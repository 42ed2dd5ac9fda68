"""A tag: a coloured word on jobs, workspaces and projects."""

from datetime import datetime
from enum import StrEnum

from domain.database import index
from domain.documents.record import Record


class TagType(StrEnum):
    """What a tag may be applied to; a general one to anything."""

    GENERAL = "general"
    PROJECT = "project"
    WORKSPACE = "workspace"
    SESSION = "session"
    JOB = "job"


class TagColour(StrEnum):
    """The colours of tags."""

    BLACK = "black"
    GRAY = "gray"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    CYAN = "cyan"
    SKY = "sky"
    BLUE = "blue"
    INDIGO = "indigo"
    PURPLE = "purple"
    PINK = "pink"


class Tag(Record):
    """One tag; its id is its uid. No two of the same type have the same title."""

    id: str
    revision: int = 1
    title: str
    type: TagType
    colour: TagColour = TagColour.GRAY
    description: str | None = None
    created_by: str | None = None
    created_at: datetime

    class Settings:
        """Collection and indexes."""

        name = "tags"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("type", "title", unique=True),
        ]
