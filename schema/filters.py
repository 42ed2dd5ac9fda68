"""Which jobs, in which order."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.status import JobStatus, QueueStatus
from schema.described import attribute, describe, input_type
from schema.job_category import JobCategory
from schema.scalars import JobUid, ProjectUid, WorkspaceUid


class JobOrderField(StrEnum):
    """The value is the field of the job's document."""

    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"
    QUEUED_AT = "queued_at"
    STARTED_AT = "started_at"
    COMPLETED_AT = "completed_at"
    PRIORITY = "priority"
    UID = "uid_num"
    STATUS = "status"
    TYPE = "type"
    JOB_DIR_SIZE = "job_dir_size"


class OrderDirection(StrEnum):
    """Rising or falling."""

    ASC = "asc"
    DESC = "desc"


describe(
    JobOrderField,
    "JobOrderField",
    "Sortable job fields.",
    {
        "CREATED_AT": "Created at.",
        "UPDATED_AT": "Updated at.",
        "QUEUED_AT": "Queued at.",
        "STARTED_AT": "Started at.",
        "COMPLETED_AT": "Completed at.",
        "PRIORITY": "Priority.",
        "UID": "Uid.",
        "STATUS": "Status.",
        "TYPE": "Type.",
        "JOB_DIR_SIZE": "Job dir size.",
    },
)

describe(
    OrderDirection,
    "OrderDirection",
    "Sort direction.",
    {
        "ASC": "Asc.",
        "DESC": "Desc.",
    },
)


@input_type
class DateTimeRange:
    """Half-open time range."""

    from_: datetime | None = attribute("Inclusive.", name="from", default=UNSET)
    to: datetime | None = attribute("Exclusive.", default=UNSET)


@input_type
class JobOrder:
    """Sort key."""

    field: JobOrderField = attribute("Field.")
    direction: OrderDirection = attribute("Direction.", default=OrderDirection.ASC)


@input_type
class JobFilter:
    """All given conditions must hold."""

    project_uids: list[ProjectUid] | None = attribute("In any of these projects.", default=UNSET)
    workspace_uids: list[WorkspaceUid] | None = attribute(
        "In any of these workspaces (needs exactly one project).", default=UNSET
    )
    job_uids: list[JobUid] | None = attribute("Any of these jobs.", default=UNSET)
    lanes: list[str] | None = attribute(
        "Queued to or running on any of these lanes.", default=UNSET
    )
    targets: list[str] | None = attribute("Running on any of these targets.", default=UNSET)
    statuses: list[JobStatus] | None = attribute("In any of these statuses.", default=UNSET)
    queue_statuses: list[QueueStatus] | None = attribute(
        "Queued for any of these reasons.", default=UNSET
    )
    types: list[str] | None = attribute("Of any of these types.", default=UNSET)
    categories: list[JobCategory] | None = attribute("In any of these sections.", default=UNSET)
    created_by: list[strawberry.ID] | None = attribute(
        "Created by any of these users.", default=UNSET
    )
    tag_uids: list[str] | None = attribute("Having any of these tags.", default=UNSET)
    starred: bool | None = attribute("Starred by the caller.", default=UNSET)
    on_hold: bool | None = attribute("Held back.", default=UNSET)
    text: str | None = attribute("Title or description contains.", default=UNSET)
    created_at: DateTimeRange | None = attribute("Created.", default=UNSET)
    updated_at: DateTimeRange | None = attribute("Modified.", default=UNSET)
    queued_at: DateTimeRange | None = attribute("Queued.", default=UNSET)
    completed_at: DateTimeRange | None = attribute("Completed.", default=UNSET)
    deleted: bool | None = attribute("Deleted jobs.", default=UNSET)
    and_: list["JobFilter"] | None = attribute("All of.", name="and", default=UNSET)
    or_: list["JobFilter"] | None = attribute("Any of.", name="or", default=UNSET)
    not_: "JobFilter | None" = attribute("None of.", name="not", default=UNSET)


Filter = Annotated[JobFilter | None, strawberry.argument(description="Which objects.")]
OrderBy = Annotated[
    list[JobOrder] | None, strawberry.argument(description="Sort keys, most significant first.")
]
