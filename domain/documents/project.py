"""A project: the unit of access, with a directory of its own."""

from datetime import datetime

from pydantic import Field

from domain.database import index
from domain.documents.record import Record


class Project(Record):
    """One project; its id is its uid, "P3". `project_dir` is absolute.

    `keep_iterations_of`: the iterative job types whose jobs keep every iteration as a version; of
    others the newest is kept.
    """

    id: str
    uid_num: int
    revision: int = 1
    title: str
    description: str = ""
    project_dir: str
    owner_user_id: str
    users_with_access: list[str] = Field(default_factory=list)
    archived: bool = False
    detached: bool = False
    queue_paused: bool = False
    keep_iterations_of: list[str] = Field(default_factory=list)
    created_at: datetime
    updated_at: datetime
    tags: list[str] = Field(default_factory=list)
    starred_by: list[str] = Field(default_factory=list)
    deleted: bool = False
    deleting: bool = False

    @property
    def uid(self) -> str:
        """The project's uid, "P3"."""
        return self.id

    @property
    def is_writable(self) -> bool:
        """Whether anything in it may be changed."""
        return not (self.archived or self.detached or self.deleting)

    class Settings:
        """Collection and indexes."""

        name = "projects"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("uid_num", unique=True),
            index("deleted", "-uid_num", "_id"),
            index("project_dir", unique=True),
            index("owner_user_id", "uid_num"),
            index("users_with_access", "uid_num"),
            index("tags"),
        ]
