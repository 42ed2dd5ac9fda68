"""A workspace: a view on some of a project's jobs."""

from datetime import datetime

from pydantic import Field

from domain.database import index
from domain.documents.record import Record


class Workspace(Record):
    """One workspace; its id is "P3-W1"."""

    id: str
    project_uid: str
    uid: str
    uid_num: int
    revision: int = 1
    title: str | None = None
    description: str | None = None
    created_by: str
    created_at: datetime
    updated_at: datetime
    tags: list[str] = Field(default_factory=list)
    starred_by: list[str] = Field(default_factory=list)
    deleted: bool = False

    class Settings:
        """Collection and indexes."""

        name = "workspaces"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("project_uid", "uid_num", unique=True),
            index("tags"),
        ]
