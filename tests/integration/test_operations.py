"""Operations on a real database: recorded in batches, finished once, by the leader alone."""

import pytest

from domain import operations
from domain.clock import now
from domain.database import Database
from domain.documents import Operation
from domain.documents.operation import JobOutcome, OperationStatus

pytestmark = pytest.mark.mongo


def outcome_of(job_id: str, outcome: str) -> JobOutcome:
    values = {"job_id": job_id, "begun": True, "done": True, "outcome": outcome}
    return JobOutcome.model_validate(values)


async def made(*job_ids: str) -> Operation:
    operation = operations.new_operation("clear", job_ids, requested_by="u", now=now())
    await operation.insert()
    return operation


async def test_an_operation_begins_with_its_first_outcome_and_ends_with_its_last(
    real_database: Database,
) -> None:
    first, last = now(), now()
    operation = await made("P1-J1", "P1-J2")

    applied = [outcome_of(o.job_id, "applied") for o in operation.outcomes]
    begun = await operations.record(operation, {0: applied[0]}, term=1, now=first)
    assert begun is not None
    known = await operations.record(begun, {1: applied[1]}, term=1, now=last)
    assert known is not None
    await operations.finish(known, term=1, now=last)

    stored = await Operation.get(operation.id)
    assert stored is not None
    assert (stored.started_at, stored.finished_at) == (first, last)
    assert stored.status is OperationStatus.SUCCEEDED


async def test_a_leader_that_was_replaced_records_nothing(real_database: Database) -> None:
    operation = await made("P1-J1")
    assert await operations.record(operation, {}, term=2, now=now()) is not None

    outcome = outcome_of("P1-J1", "applied")
    assert await operations.record(operation, {0: outcome}, term=1, now=now()) is None

    stored = await Operation.get(operation.id)
    assert stored is not None
    assert stored.outcomes == operation.outcomes


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (["applied", "applied"], OperationStatus.SUCCEEDED),
        (["applied", "failed"], OperationStatus.PARTIALLY_SUCCEEDED),
        (["failed", "failed"], OperationStatus.FAILED),
        (["applied", "not_attempted"], OperationStatus.PARTIALLY_SUCCEEDED),
        (["not_attempted", "not_attempted"], OperationStatus.CANCELLED),
        (["failed", "not_attempted"], OperationStatus.FAILED),
        ([], OperationStatus.SUCCEEDED),
    ],
)
def test_an_operation_has_come_to_what_its_jobs_have_come_to(
    outcomes: list[str], status: OperationStatus, real_database: Database
) -> None:
    operation = operations.new_operation("clear", [], requested_by="u", now=now())
    operation.outcomes = [
        outcome_of(f"P1-J{number}", outcome) for number, outcome in enumerate(outcomes, 1)
    ]

    assert operations.final_status(operation) is status
