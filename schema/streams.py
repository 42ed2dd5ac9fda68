"""The messages of subscriptions: one envelope, and what each stream adds."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry

from domain.live.hub import ResetReason
from schema.described import attribute, describe, interface, object_type
from schema.event_log import EventLogEntry
from schema.instance import Instance
from schema.job import Job
from schema.lane import SchedulerLane
from schema.node import Node
from schema.notification import Notification
from schema.operation import JobOperation
from schema.project import Project
from schema.scalars import BigInt, Cursor
from schema.target import SchedulerTarget
from schema.token_usage import TokenUsage
from schema.workspace import Workspace


class StreamMessageKind(StrEnum):
    """What a message tells."""

    SNAPSHOT = "snapshot"
    DELTA = "delta"
    HEARTBEAT = "heartbeat"
    RESET = "reset"


describe(
    StreamMessageKind,
    "StreamMessageKind",
    "Kind of a subscription message.",
    {
        "SNAPSHOT": "A page of the initial state.",
        "DELTA": "Changes since the previous cursor.",
        "HEARTBEAT": "Nothing changed; advances the cursor.",
        "RESET": "The cursor is too old or foreign: discard local state, a new snapshot follows.",
    },
)

describe(
    ResetReason,
    "StreamResetReason",
    "Why a stream was reset.",
    {
        "CURSOR_EXPIRED": "Cursor expired.",
        "CURSOR_INVALID": "Cursor invalid.",
        "FILTER_CHANGED": "Filter changed.",
        "CONSUMER_TOO_SLOW": "Consumer too slow.",
        "SERVER_RESTORED": "Server restored.",
    },
)


class ChangeTopic(StrEnum):
    """What an integration can follow."""

    JOBS = "jobs"
    WORKSPACES = "workspaces"
    PROJECTS = "projects"
    LANES = "lanes"
    TARGETS = "targets"
    TOKENS = "tokens"
    OPERATIONS = "operations"
    NOTIFICATIONS = "notifications"
    TAGS = "tags"
    USERS = "users"
    INSTANCE = "instance"


describe(
    ChangeTopic,
    "ChangeTopic",
    "Topics of the instance-wide change feed.",
    {topic.name: f"{topic.value.capitalize()}." for topic in ChangeTopic},
)


@object_type
class RemovedObject:
    """An object that left the stream."""

    id: strawberry.ID = attribute("Global ID.")
    uid: str = attribute("UID.")
    deleted: bool = attribute("Deleted, rather than merely no longer matching the filter.")


@interface
class StreamMessage:
    """Common part of every stream message."""

    cursor: Cursor = attribute(
        "Position after this message; pass as `after` to resume without loss or repetition."
    )
    sequence: BigInt = attribute(
        "The same position as a number, growing through all streams of the server; compare "
        "it with MutationPayload.sequence."
    )
    kind: StreamMessageKind = attribute("Message kind.")
    snapshot_complete: bool = attribute("True from the last SNAPSHOT message on.")
    reset_reason: ResetReason | None = attribute("Set when kind is RESET.")
    emitted_at: datetime = attribute("Server time of emission.")
    answers: strawberry.Private[dict[Any, Any] | None] = None


@object_type
class JobStreamMessage(StreamMessage):
    """Changes to jobs."""

    upserted: list[Job] = attribute("New or changed, in full.")
    removed: list[RemovedObject] = attribute("Gone.")


@object_type
class CurrentJobsStreamMessage(StreamMessage):
    """Changes to the Current Jobs panel."""

    upserted_jobs: list[Job] = attribute("Jobs.")
    removed_jobs: list[RemovedObject] = attribute("Jobs gone.")
    upserted_lanes: list[SchedulerLane] = attribute("Lanes.")
    removed_lanes: list[RemovedObject] = attribute("Lanes gone.")
    upserted_targets: list[SchedulerTarget] = attribute("Targets.")
    token_usage: TokenUsage | None = attribute("When changed.")
    instance: Instance | None = attribute("When banner, maintenance or settings changed.")


@object_type
class EventLogStreamMessage(StreamMessage):
    """New event log entries."""

    job: Job = attribute("Job.")
    entries: list[EventLogEntry] = attribute("Entries, oldest first.")


@object_type
class LaneStreamMessage(StreamMessage):
    """Changes to lanes and targets."""

    upserted_lanes: list[SchedulerLane] = attribute("Lanes.")
    upserted_targets: list[SchedulerTarget] = attribute("Targets.")
    removed: list[RemovedObject] = attribute("Gone.")


@object_type
class ProjectStreamMessage(StreamMessage):
    """Changes to projects, and to the workspaces of the one that was asked for."""

    upserted_projects: list[Project] = attribute("Projects.")
    upserted_workspaces: list[Workspace] = attribute("Workspaces of the project asked for.")
    removed: list[RemovedObject] = attribute("Gone, or not to be seen any more.")


@object_type
class WorkspaceStreamMessage(StreamMessage):
    """Changes to a workspace and its jobs."""

    workspace: Workspace | None = attribute("When changed.")
    upserted_jobs: list[Job] = attribute("Jobs.")
    removed_jobs: list[RemovedObject] = attribute("Jobs gone.")


@object_type
class OperationStreamMessage(StreamMessage):
    """Progress of operations."""

    upserted: list[JobOperation] = attribute("Operations.")


@object_type
class TokenUsageStreamMessage(StreamMessage):
    """Token usage."""

    token_usage: TokenUsage | None = attribute("Usage.")


@object_type
class NotificationStreamMessage(StreamMessage):
    """Notifications."""

    upserted: list[Notification] = attribute("Notifications.")


@object_type
class InstanceStreamMessage(StreamMessage):
    """Everything, for integrations: at-least-once, ordered, per-object revisions."""

    topic: ChangeTopic | None = attribute("Topic of `upserted`.")
    upserted: list[Node] = attribute("Objects.")
    removed: list[RemovedObject] = attribute("Gone.")
