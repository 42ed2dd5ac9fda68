"""The lists that are read page by page, each with its order and what binds its cursors."""

from collections.abc import Sequence
from typing import TypeVar

from domain.database import Row
from domain.documents import ApiToken, Event, Job, Project, User, Workspace
from domain.documents.event_log import EventType
from domain.documents.record import Record
from domain.live.cursor import filter_hash
from resolvers.job_filter import plain, query_of
from resolvers.keyset import Listing, SortKey, page_of
from schema.context import Context
from schema.filters import JobOrder, JobOrderField, OrderDirection
from schema.paging import Page, Window
from schema.reads import JobsWanted

R = TypeVar("R", bound=Record)
NEWEST_FIRST = (SortKey("created_at", falling=True), SortKey("_id", falling=True))

_RUN_ORDER = (SortKey("priority", falling=True), SortKey("queue_entered_at"), SortKey("_id"))
"""As the scheduler looks at the queue (04-lifecycle, "Order")."""


async def listed_jobs(context: Context, wanted: JobsWanted, visible: Row) -> Page[Job]:
    """The wanted jobs; newest first unless an order is asked for."""
    matching = query_of(wanted.filter, context.caller)
    binding = filter_hash([wanted.scope, plain(wanted.filter)])
    listing = Listing(
        name=f"{wanted.field}|{binding}",
        query={"$and": [wanted.scope, visible, matching]},
        keys=_RUN_ORDER if wanted.in_run_order else _keys(wanted.order_by) or NEWEST_FIRST,
    )
    return await page_of(Job, listing, wanted.window, context.signing_key)


def _keys(orders: Sequence[JobOrder]) -> tuple[SortKey, ...]:
    keys: dict[str, SortKey] = {}
    for order in orders:
        falling = order.direction is OrderDirection.DESC
        for name in _SORTED_BY.get(order.field, (order.field.value,)):
            keys.setdefault(name, SortKey(name, falling))
    return tuple(keys.values())


_SORTED_BY = {JobOrderField.UID: ("project_uid_num", "uid_num")}
"""Where the order takes more than the field of the same name."""


async def entries(
    context: Context,
    job_id: str,
    types: Sequence[EventType] | None,
    window: Window,
    visible: Row,
) -> Page[Event]:
    """The entries of a job's log, oldest first."""
    query: Row = {"job_id": job_id, **visible}
    if types is not None:
        query["type"] = {"$in": list(types)}
    binding = filter_hash([job_id, plain(list(types)) if types else None])
    listing = Listing(f"Job.eventLog|{binding}", query, (SortKey("number"),))
    return await page_of(Event, listing, window, context.signing_key)


async def listed_projects(context: Context, window: Window, visible: Row) -> Page[Project]:
    """The projects, newest first."""
    listing = Listing("Query.projects", visible, (SortKey("uid_num", falling=True),))
    return await page_of(Project, listing, window, context.signing_key)


async def listed_workspaces(
    context: Context, project_uid: str, window: Window, visible: Row
) -> Page[Workspace]:
    """A project's workspaces, by number."""
    query = {"$and": [{"project_uid": project_uid, "deleted": False}, visible]}
    listing = Listing(f"Project.workspaces|{project_uid}", query, (SortKey("uid_num"),))
    return await page_of(Workspace, listing, window, context.signing_key)


async def accounts(context: Context, window: Window) -> Page[User]:
    """The accounts, by name."""
    listing = Listing("Instance.users", {}, (SortKey("name"),))
    return await page_of(User, listing, window, context.signing_key)


async def tokens_of(user_ids: list[str]) -> list[list[ApiToken]]:
    """The API tokens of each account, newest first."""
    found = ApiToken.rows().find({"user_id": {"$in": user_ids}}).sort("created_at", -1)
    tokens = [ApiToken.from_row(row) for row in await found.to_list(None)]
    return [[token for token in tokens if token.user_id == id] for id in user_ids]


async def entries_behind(
    job_id: str, after: int, types: Sequence[EventType] | None, limit: int
) -> list[Event]:
    """At most `limit` entries of a log behind number `after`, in order."""
    query = {**_of_log(job_id, types), "number": {"$gt": after}}
    rows = Event.rows().find(query).sort("number", 1).limit(limit).batch_size(limit)
    return [Event.from_row(row) for row in await rows.to_list(None)]


async def number_before(job_id: str, tail: int, types: Sequence[EventType] | None) -> int:
    """The number behind which a log has `tail` entries; 0 if it has no more than those."""
    found = Event.rows().find(_of_log(job_id, types), {"number": 1}).sort("number", -1)
    rows = await found.skip(tail).to_list(1)
    return int(rows[0]["number"]) if rows else 0


def _of_log(job_id: str, types: Sequence[EventType] | None) -> Row:
    return {"job_id": job_id} | ({} if types is None else {"type": {"$in": list(types)}})


async def whole(kind: type[R]) -> list[R]:
    """All documents of a kind of which there are few, by id."""
    return [kind.from_row(row) for row in await kind.rows().find({}).sort("_id", 1).to_list(None)]


async def single(kind: type[R], id: str) -> R:
    """The one document of a kind that exists once."""
    row = await kind.rows().find_one({"_id": id})
    assert row is not None, f"the {kind.__name__} is made on the first start"
    return kind.from_row(row)
