"""Names of GraphQL types that lead back to their users, looked up only when the schema is built.

The type's module is named here as text, so that modules which need each other's types do not
import each other; `schema/presenting.py` makes the objects.
"""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry

if TYPE_CHECKING:
    from schema.job import Job
    from schema.job_action_result import JobActionResultConnection, JobsActionSummary
    from schema.lane import SchedulerLane
    from schema.project import Project
    from schema.target import SchedulerTarget
    from schema.workspace import Workspace

LaterJob: TypeAlias = Annotated["Job", strawberry.lazy("schema.job")]
LaterLane: TypeAlias = Annotated["SchedulerLane", strawberry.lazy("schema.lane")]
LaterProject: TypeAlias = Annotated["Project", strawberry.lazy("schema.project")]
LaterResults: TypeAlias = Annotated[
    "JobActionResultConnection", strawberry.lazy("schema.job_action_result")
]
LaterSummary: TypeAlias = Annotated[
    "JobsActionSummary", strawberry.lazy("schema.job_action_result")
]
LaterTarget: TypeAlias = Annotated["SchedulerTarget", strawberry.lazy("schema.target")]
LaterWorkspace: TypeAlias = Annotated["Workspace", strawberry.lazy("schema.workspace")]
