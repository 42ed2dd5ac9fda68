"""Reading long actions: whose they are, lists of them, and the results of those jobs that show."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from strawberry.dataloader import DataLoader

from domain.database import Row
from domain.documents import Operation
from domain.documents.operation import OPEN, JobOutcome, OperationStatus
from domain.live.cursor import filter_hash
from domain.permissions import Viewer
from domain.uids import JobKey
from domain.use_cases.job_results import JobActionResult, Outcome
from domain.use_cases.operation_results import outcome_of, result_of
from resolvers.keyset import Listing, SortKey, page_of, page_of_places
from schema.context import Context
from schema.paging import Page, Window

TOLD_FOR = timedelta(days=1)
"""How long a finished operation is part of what its requester is shown first."""
_NEWEST_FIRST = (SortKey("created_at", falling=True), SortKey("_id", falling=True))
_EVERY: Row = {"created_at": {"$gt": datetime.fromtimestamp(0, UTC)}}
"""Matches every operation by the index that also sorts them; counting goes by it too."""
Uids = frozenset[str] | None
"""The projects that the caller sees; None for all of them."""


def _shows(operation: Operation, caller: Viewer, uids: Uids) -> bool:
    """Whether the caller sees the operation: it is theirs, or on a project that they see."""
    own = operation.requested_by == caller.user_id
    return own or uids is None or not uids.isdisjoint(operation.project_uids)


async def _scope(context: Context) -> Row:
    """The query that matches the operations that the caller sees."""
    uids = await context.reads.visible_uids()
    if uids is None:
        return _EVERY
    own = {"requested_by": context.caller.user_id}
    return {"$or": [own, {"project_uids": {"$in": sorted(uids)}}]}


async def listed_operations(
    context: Context, statuses: Sequence[OperationStatus] | None, window: Window
) -> Page[Operation]:
    """The operations that the caller sees, newest first."""
    query = await _scope(context)
    if statuses is not None:
        query = {"$and": [query, {"status": {"$in": list(statuses)}}]}
    binding = filter_hash(sorted(statuses) if statuses is not None else None)
    listing = Listing(f"Query.operations|{binding}", query, _NEWEST_FIRST)
    return await page_of(Operation, listing, window, context.signing_key)


async def oldest_open(
    context: Context, action: str, project_uid: str | None = None
) -> Operation | None:
    """The first begun of the open operations for `action` that the caller sees."""
    query: Row = {"status": {"$in": list(OPEN)}, "action": action}
    if project_uid is not None:
        query["project_uids"] = project_uid
    found = Operation.rows().find({"$and": [query, await _scope(context)]}).sort("created_at", 1)
    rows = await found.to_list(1)
    return Operation.from_row(rows[0]) if rows else None


async def own_operations(context: Context, *, after: str, limit: int) -> list[Operation]:
    """At most `limit` of the caller's operations, by id: those open, and those just finished."""
    recent = {"finished_at": {"$gte": context.now() - TOLD_FOR}}
    query = {
        "requested_by": context.caller.user_id,
        "_id": {"$gt": after},
        "$or": [{"status": {"$in": list(OPEN)}}, recent],
    }
    found = Operation.rows().find(query).sort("_id", 1).limit(limit).batch_size(limit)
    rows = await found.to_list(None)
    return [Operation.from_row(row) for row in rows]


async def own_among(context: Context, ids: Iterable[str]) -> list[Operation]:
    """Those of the operations that are the caller's."""
    query = {"_id": {"$in": sorted(ids)}, "requested_by": context.caller.user_id}
    rows = await Operation.rows().find(query).sort("_id", 1).to_list(None)
    return [Operation.from_row(row) for row in rows]


def _outcomes_that_show(operation: Operation, uids: Uids) -> dict[int, JobOutcome]:
    """The outcomes of jobs in visible projects, by their place in the request."""
    return {
        place: outcome
        for place, outcome in enumerate(operation.outcomes)
        if uids is None or JobKey.parse(outcome.job_id).project_uid in uids
    }


async def _results_page(
    context: Context, operation: Operation, window: Window
) -> Page[JobActionResult]:
    """A page of the results that show, in request order."""
    shown = _outcomes_that_show(operation, await context.reads.visible_uids())
    places = {place: place for place in shown}
    name = f"JobOperation.results|{operation.id}"
    page = page_of_places(name, places, window, context.signing_key)
    jobs = await context.reads.jobs(shown[place].job_id for place in page.items)
    present = {job.id: job for job in jobs if not job.deleted}
    items = [result_of(operation, p, present.get(shown[p].job_id)) for p in page.items]
    return Page(items, page.cursors, page.has_next, page.has_previous, page.count)


async def _counted_outcomes(
    context: Context, operation: Operation
) -> list[tuple[Outcome, int | None]]:
    """What became of each job that shows, and the bytes that it freed."""
    shown = _outcomes_that_show(operation, await context.reads.visible_uids())
    return [(outcome_of(operation, one), one.bytes_freed) for one in shown.values()]


class OperationReads:
    """The part of the reading side that is about long actions; the rest gives it its loader."""

    _context: Context
    _operations: DataLoader[str, Operation | None]

    async def operation(self, id: str) -> Operation | None:
        """The operation, if it is the caller's or on a job that the caller sees."""
        operation = await self._operations.load(id)
        if operation is None:
            return None
        uids = await self._context.reads.visible_uids()
        return operation if _shows(operation, self._context.caller, uids) else None

    async def results_of(self, operation: Operation, window: Window) -> Page[JobActionResult]:
        """A page of the results of an operation, of jobs that the caller sees."""
        return await _results_page(self._context, operation, window)

    async def outcomes_of(self, operation: Operation) -> list[tuple[Outcome, int | None]]:
        """What became of each job of an operation that the caller sees, and the bytes freed."""
        return await _counted_outcomes(self._context, operation)
