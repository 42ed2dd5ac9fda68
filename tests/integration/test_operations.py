"""Operations on a real database: begun once, finished once."""

import pytest

from domain import operations
from domain.clock import now
from domain.database import Database
from domain.documents import Operation
from domain.documents.operation import JobOutcome, OperationStatus

pytestmark = pytest.mark.mongo


async def test_an_operation_begins_with_its_first_outcome_and_ends_with_its_last(
    real_database: Database,
) -> None:
    first, last = now(), now()
    made = operations.new_operation("clear", ["P1-J1", "P1-J2"], requested_by="u", now=first)
    await made.insert()

    for job_id, at in (("P1-J1", first), ("P1-J2", last)):
        outcome = JobOutcome(job_id=job_id, done=True)
        await operations.record_outcome(made.id, outcome, now=at)
        await operations.finish_if_done(made.id, now=at)

    stored = await Operation.get(made.id)
    assert stored is not None
    assert (stored.started_at, stored.finished_at) == (first, last)
    assert stored.status is OperationStatus.SUCCEEDED
