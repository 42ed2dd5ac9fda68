"""Every stream: a snapshot, what changes afterwards, and who may read on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from domain.clock import now
from domain.documents import ApiToken, User
from domain.permissions import UserRole
from tests.api.streams.live import (
    WORKSPACE,
    Live,
    make_job,
    make_operation,
    make_project,
    operation,
    queue,
    retitle,
    tell,
)

pytestmark = pytest.mark.mongo


async def _clear_one() -> None:
    await make_operation("P1-J1")


@dataclass(frozen=True)
class Case:
    """An operation of the contract, what makes it tell something, and where it tells that."""

    name: str
    change: Callable[[], Awaitable[Any]]
    told_in: str
    variables: Mapping[str, object] = field(default_factory=dict)


CASES = [
    Case("dashboard_current_jobs_changes", lambda: queue("J1"), "upsertedJobs"),
    Case("dashboard_workspace_changes", lambda: retitle("J1"), "upsertedJobs", WORKSPACE),
    Case("dashboard_operation_changes", _clear_one, "upserted"),
    Case("dashboard_notifications", tell, "upserted"),
    Case(
        "integration_wait_for_jobs",
        lambda: retitle("J1"),
        "upserted",
        {"projectUid": "P1", "jobUids": ["J1"]},
    ),
    Case("integration_all_changes", lambda: retitle("J1"), "upserted"),
    Case("integration_all_changes", tell, "upserted", {"topics": ["NOTIFICATIONS"]}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_clients_stream_begins_with_the_state_and_goes_on_with_changes(
    live: Live, case: Case
) -> None:
    await make_project()
    await make_job("J1")
    user = "admin" if case.name.startswith("integration_all") else "anna"
    reader = await live.read(operation(case.name), dict(case.variables), user)

    before = await reader.snapshot()
    await case.change()
    delta = await reader.message()

    assert before[-1]["snapshotComplete"]
    assert (delta["kind"], delta["snapshotComplete"]) == ("DELTA", True)
    assert len(delta[case.told_in]) == 1
    assert delta["sequence"] >= before[-1]["sequence"]  # of changes in one tick they are equal


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_stream_is_resumed_behind_its_cursor_without_a_snapshot(
    live: Live, case: Case
) -> None:
    await make_project()
    await make_job("J1")
    user = "admin" if case.name.startswith("integration_all") else "anna"
    first = await live.read(operation(case.name), dict(case.variables), user)
    cursor = (await first.snapshot())[-1]["cursor"]
    await first.close()

    await case.change()
    again = await live.read(operation(case.name), {**case.variables, "after": cursor}, user)
    missed = await again.message()

    assert (missed["kind"], len(missed[case.told_in])) == ("DELTA", 1)


@pytest.mark.parametrize("case", CASES[:4], ids=lambda case: case.name)
async def test_a_revoked_token_ends_every_stream(live: Live, case: Case) -> None:
    await make_project()
    await make_job("J1")
    reader = await live.read(operation(case.name), dict(case.variables), "anna")
    await reader.snapshot()

    await ApiToken.rows().update_one({"_id": "anna"}, {"$set": {"revoked_at": now()}})

    assert await reader.end() == "UNAUTHENTICATED"


async def test_the_stream_of_everything_is_for_administrators(live: Live) -> None:
    reader = await live.read(operation("integration_all_changes"), user="anna")

    assert await reader.end() == "FORBIDDEN"


async def test_whoever_is_an_administrator_no_more_reads_no_more(live: Live) -> None:
    await User.rows().update_one({"_id": "anna"}, {"$set": {"role": UserRole.ADMIN}})
    reader = await live.read(operation("integration_all_changes"), {"topics": ["JOBS"]}, "anna")
    await reader.snapshot()

    await User.rows().update_one({"_id": "anna"}, {"$set": {"role": UserRole.USER}})
    await make_project(owner="bert")
    await make_job("J1")

    assert await reader.end() == "FORBIDDEN"
