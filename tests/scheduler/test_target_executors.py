"""One executor per remote target, for as long as it is reached in the same way."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from domain.documents import Target
from domain.documents.target import SshConnection
from scheduler.target_executors import TargetExecutors
from tests.fakes.executor import FakeExecutor

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MakeTarget = Callable[..., Awaitable[Target]]
FAR = SshConnection(host="far", user="me")


class Remotes:
    """A factory that remembers what it has made."""

    def __init__(self) -> None:
        self.made: list[tuple[str, FakeExecutor]] = []

    def __call__(self, target: Target) -> FakeExecutor | None:
        if target.type == "cluster":
            return None
        executor = FakeExecutor()
        self.made.append((target.name, executor))
        return executor


@pytest.fixture
def remotes() -> Remotes:
    return Remotes()


@pytest.fixture
def here() -> FakeExecutor:
    return FakeExecutor()


@pytest.fixture
def executors(here: FakeExecutor, remotes: Remotes) -> TargetExecutors:
    return TargetExecutors(here, remotes)


async def connect(make_target: MakeTarget, name: str = "far") -> None:
    await make_target(name)
    await change(name, ssh=FAR.model_dump())


async def change(name: str, **values: object) -> None:
    await Target.rows().update_one({"_id": name}, {"$set": values})


async def test_targets_of_this_machine_share_one_executor_and_are_online(
    executors: TargetExecutors, here: FakeExecutor, make_target: MakeTarget
) -> None:
    await make_target("a")
    await make_target("b")

    await executors.refresh(NOW, 1)

    assert dict(executors) == {"a": here, "b": here}
    assert executors.online == {"a", "b"}
    assert [t.last_seen_at for t in await Target.find_all().to_list()] == [NOW, NOW]


async def test_a_remote_target_is_served_but_not_planned_on_until_it_has_answered(
    executors: TargetExecutors, remotes: Remotes, make_target: MakeTarget
) -> None:
    await connect(make_target)

    await executors.refresh(NOW, 1)
    before = executors.online
    await change("far", online=True)
    await executors.refresh(NOW, 1)

    assert before == frozenset()
    assert executors.online == {"far"}
    assert [("far", executors["far"])] == remotes.made


async def test_a_target_that_went_offline_is_still_served(
    executors: TargetExecutors, make_target: MakeTarget
) -> None:
    await connect(make_target)
    await change("far", online=True)
    await executors.refresh(NOW, 1)

    await change("far", online=False)
    await executors.refresh(NOW, 1)

    assert executors.online == frozenset()
    assert list(executors) == ["far"]


async def test_a_changed_connection_makes_another_executor(
    executors: TargetExecutors, remotes: Remotes, make_target: MakeTarget
) -> None:
    await connect(make_target)
    await executors.refresh(NOW, 1)

    await change("far", ssh=SshConnection(host="farther", user="me").model_dump())
    await executors.refresh(NOW, 1)

    (_, first), (_, second) = remotes.made
    assert (first.is_closed, second.is_closed) == (True, False)
    assert executors["far"] is second


async def test_a_change_of_anything_else_leaves_the_connection_alone(
    executors: TargetExecutors, remotes: Remotes, make_target: MakeTarget
) -> None:
    await connect(make_target)
    await executors.refresh(NOW, 1)

    await change("far", title="Far away", cpu_cores=2, revision=7)
    await executors.refresh(NOW, 1)

    assert [executor.is_closed for _, executor in remotes.made] == [False]


async def test_the_executor_of_a_target_that_went_away_is_closed(
    executors: TargetExecutors, here: FakeExecutor, remotes: Remotes, make_target: MakeTarget
) -> None:
    await connect(make_target)
    await executors.refresh(NOW, 1)

    await Target.find_all().delete()
    await executors.refresh(NOW, 1)

    assert dict(executors) == {}
    assert remotes.made[0][1].is_closed
    assert not here.is_closed


async def test_a_kind_that_nothing_serves_is_not_used(
    executors: TargetExecutors, make_target: MakeTarget
) -> None:
    await make_target("cluster")
    await change("cluster", type="cluster", online=True)

    await executors.refresh(NOW, 1)

    assert (dict(executors), executors.online) == ({}, frozenset())


async def test_the_listener_of_the_present_turn_is_woken_by_all_also_by_later_ones(
    executors: TargetExecutors, here: FakeExecutor, remotes: Remotes, make_target: MakeTarget
) -> None:
    woken: list[str] = []
    await connect(make_target, "far1")
    await executors.refresh(NOW, 1)
    executors.listen(on_change=lambda _: woken.append("an old turn"), on_messages=woken.append)

    executors.listen(on_change=woken.append, on_messages=woken.append)
    await connect(make_target, "far2")
    await executors.refresh(NOW, 1)
    for number, executor in enumerate([here, *(executor for _, executor in remotes.made)]):
        executor.claim(f"P1-J{number}#1")

    assert woken == ["P1-J0#1", "P1-J1#1", "P1-J2#1"]


async def test_all_are_closed_at_the_end(
    executors: TargetExecutors, here: FakeExecutor, remotes: Remotes, make_target: MakeTarget
) -> None:
    await connect(make_target)
    await executors.refresh(NOW, 1)

    await executors.close()

    assert here.is_closed
    assert remotes.made[0][1].is_closed
