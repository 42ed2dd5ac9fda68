"""The stream of everything, for integrations."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.database import Row
from domain.documents import (
    Instance,
    Job,
    Lane,
    Notification,
    Operation,
    Project,
    Tag,
    Target,
    TokenPool,
    User,
    Workspace,
)
from domain.documents.record import Record
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, batches, removed
from resolvers.stream_source import Content
from schema.arguments import StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.instance import current_instance
from schema.node import Node
from schema.presenting import present
from schema.streams import ChangeTopic, InstanceStreamMessage

_TOPICS: Mapping[ChangeTopic, tuple[Kind, type[Record], str]] = {
    ChangeTopic.PROJECTS: (Kind.PROJECTS, Project, "Project"),
    ChangeTopic.WORKSPACES: (Kind.WORKSPACES, Workspace, "Workspace"),
    ChangeTopic.JOBS: (Kind.JOBS, Job, "Job"),
    ChangeTopic.LANES: (Kind.LANES, Lane, "SchedulerLane"),
    ChangeTopic.TARGETS: (Kind.TARGETS, Target, "SchedulerTarget"),
    ChangeTopic.TOKENS: (Kind.TOKEN_POOLS, TokenPool, "Instance"),
    ChangeTopic.OPERATIONS: (Kind.OPERATIONS, Operation, "JobOperation"),
    ChangeTopic.NOTIFICATIONS: (Kind.NOTIFICATIONS, Notification, "Notification"),
    ChangeTopic.TAGS: (Kind.TAGS, Tag, "Tag"),
    ChangeTopic.USERS: (Kind.USERS, User, "User"),
    ChangeTopic.INSTANCE: (Kind.INSTANCES, Instance, "Instance"),
}
"""Topic → what changes, its record, and the type it is shown as; tokens as the instance."""


class InstanceSource(ResumedByPosition):
    """Every object of some topics, one topic in each message; for administrators alone."""

    message = InstanceStreamMessage
    field = "Subscription.instanceChanges"

    def __init__(self, topics: Collection[ChangeTopic]) -> None:
        self.filter: object = sorted(topics)
        self._topics = [topic for topic in _TOPICS if topic in topics]
        self._kinds = frozenset(_TOPICS[topic][0] for topic in topics)

    def concerns(self, change: Change) -> bool:
        """What belongs to one of the topics."""
        return change.kind in self._kinds

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """All that exists, topic by topic, by id; what is marked as deleted is left out."""
        told = False
        for topic in self._topics:
            after, full = "", True
            while full:
                found = await _records(topic, {"_id": {"$gt": after}}, batch)
                full = len(found) == batch
                after = found[-1].id if found else ""
                if found:
                    yield _content(topic, await _shown(found, context))
                    told = True
        if not told:
            yield await self.idle(context)

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty objects in full, and those that are gone, topic by topic."""
        contents: list[Content] = []
        for topic in self._topics:
            kind, _, type_name = _TOPICS[topic]
            touched = dirty.keys.get(kind, set())
            found = await _records(topic, {"_id": {"$in": sorted(touched)}}, len(touched))
            gone = (touched - {one.id for one in found}) | dirty.deleted.get(kind, set())
            pieces = batches(await _shown(found, context), batch)
            told = [_content(topic, piece) for piece in pieces if piece or gone]
            if told:
                told[-1]["removed"] = removed(type_name, gone, deleted=True)
            contents += told
        return contents

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"topic": None, "upserted": [], "removed": []}


def _content(topic: ChangeTopic, upserted: Sequence[Node]) -> Content:
    return {"topic": topic, "upserted": list(upserted), "removed": []}


async def _records(topic: ChangeTopic, query: Row, limit: int) -> list[Record]:
    """At most `limit` objects of the topic that match and are not marked as deleted, by id."""
    if limit == 0:
        return []
    record = _TOPICS[topic][1]
    found = record.rows().find({**query, "deleted": {"$ne": True}}).sort("_id", 1)
    rows = await found.limit(limit).batch_size(limit).to_list(None)
    return [record.from_row(row) for row in rows]


async def _shown(records: Sequence[Record], context: Context) -> list[Node]:
    """The records as clients see them."""
    if any(isinstance(record, Instance | TokenPool) for record in records):
        return [await current_instance(context)]
    return [present(record) for record in records]


@object_type
class InstanceSubscriptions:
    """Streams of everything."""

    @subscription(Permission.ADMIN)
    async def instance_changes(
        self,
        info: Info,
        topics: Annotated[
            list[ChangeTopic] | None,
            strawberry.argument(description="Restrict to these topics."),
        ] = UNSET,
        after: StreamAfter = UNSET,
    ) -> AsyncGenerator[InstanceStreamMessage, None]:
        """Everything, for integrations."""
        source = InstanceSource(frozenset(topics) if topics else frozenset(ChangeTopic))
        stream = Stream(info.context, source, Pace(), needs=Permission.ADMIN)
        async for message in stream.messages(after or None, snapshot=True):
            yield message
