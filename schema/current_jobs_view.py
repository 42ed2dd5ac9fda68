"""The view toggle of the Current Jobs panel, and of a lane."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import strawberry

from domain.status import ACTIVE, QUEUED, JobStatus
from schema.described import describe


class CurrentJobsView(StrEnum):
    """Which jobs the panel shows."""

    ALL = "all"
    QUEUED = "queued"
    ACTIVE = "active"


describe(
    CurrentJobsView,
    "CurrentJobsView",
    "View toggle of the Current Jobs panel.",
    {
        "ALL": "Queued and active.",
        "QUEUED": "Queued only.",
        "ACTIVE": "Launched, started, running or waiting.",
    },
)

STATUSES: Mapping[CurrentJobsView, frozenset[JobStatus]] = {
    CurrentJobsView.ALL: QUEUED | ACTIVE,
    CurrentJobsView.QUEUED: QUEUED,
    CurrentJobsView.ACTIVE: ACTIVE,
}
"""View → the statuses of the jobs that it shows."""

View = Annotated[CurrentJobsView, strawberry.argument(description="View toggle.")]
