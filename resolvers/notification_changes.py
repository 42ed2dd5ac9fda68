"""The stream of the caller's notifications."""

from collections.abc import AsyncGenerator, AsyncIterator

from strawberry import UNSET

from domain.documents.notification import OF_USER
from domain.live.changes import Change, Kind
from domain.live.hub import Dirty
from domain.permissions import Permission
from resolvers.notices import own_notices
from resolvers.permissions import subscription
from resolvers.stream import Pace, Stream
from resolvers.stream_parts import ResumedByPosition, batches
from resolvers.stream_source import Content
from schema.arguments import StreamAfter
from schema.context import Context, Info
from schema.described import object_type
from schema.notification import Notification
from schema.streams import NotificationStreamMessage


class NotificationSource(ResumedByPosition):
    """What the caller was told within the last days, and is told from now on."""

    message = NotificationStreamMessage
    field = "Subscription.notificationChanges"
    filter: object = None

    def __init__(self, user_id: str) -> None:
        self._prefix = f"{user_id}{OF_USER}"

    def concerns(self, change: Change) -> bool:
        """The notifications of this user, whom their ids name."""
        return change.kind is Kind.NOTIFICATIONS and change.id.startswith(self._prefix)

    async def snapshot(self, context: Context, batch: int) -> AsyncIterator[Content]:
        """All that are kept, by id."""
        after: str | None = ""
        while after is not None:
            notices, after = await own_notices(context, {}, after=after, limit=batch)
            yield {"upserted": [Notification.from_document(notice) for notice in notices]}

    async def delta(self, context: Context, dirty: Dirty, batch: int) -> list[Content]:
        """The dirty ones that are the caller's."""
        ids = dirty.keys.get(Kind.NOTIFICATIONS, set())
        among = {"_id": {"$in": sorted(ids)}}
        notices, _ = await own_notices(context, among, limit=max(len(ids), 1))
        shown = [Notification.from_document(notice) for notice in notices]
        return [{"upserted": list(piece)} for piece in batches(shown, batch) if piece]

    async def idle(self, context: Context) -> Content:  # noqa: ARG002
        """Nothing."""
        return {"upserted": []}


@object_type
class NotificationSubscriptions:
    """Streams of notifications."""

    @subscription(Permission.READ)
    async def notification_changes(
        self, info: Info, after: StreamAfter = UNSET
    ) -> AsyncGenerator[NotificationStreamMessage, None]:
        """Notifications."""
        stream = Stream(info.context, NotificationSource(info.context.caller.user_id), Pace())
        async for message in stream.messages(after or None, snapshot=True):
            yield message
