"""Several instances with one pool of tokens: its cap, its reservations, and who is dead."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from domain import tokens
from domain.database import Database, connect, watch
from domain.documents import TokenPool
from domain.documents.instance import POOL_ID, GrantPlace
from scheduler.membership import Membership
from tests.fakes.executor import FakeExecutor
from tests.integration.mongod import Mongod

pytestmark = pytest.mark.mongo
KEY = "P1-J1#1"
PAST = datetime(2020, 1, 1, tzinfo=UTC)
HERE = GrantPlace(hostname=socket.gethostname(), directory="/J1/run/1", project_dir="/", token="t")
ELSEWHERE = HERE.model_copy(update={"hostname": "another-machine"})
NOT_MOUNTED = HERE.model_copy(update={"project_dir": "/nowhere"})


@pytest_asyncio.fixture
async def pool(mongod: Mongod, real_database: Database) -> AsyncIterator[Database]:
    """The pool's database: another than the instance's."""
    async with connect(mongod.url, "test_pool", ()) as database:
        await database["token_pools"].delete_many({})
        tokens.use_shared_pool(database["token_pools"])
        try:
            yield database
        finally:
            tokens.use_shared_pool(None)


@pytest_asyncio.fixture
async def member(pool: Database) -> Membership:
    """This instance, `a`, as a member of a pool of four tokens."""
    made = Membership(pool, "a", "Lab A", 30.0, FakeExecutor())
    await made.join()
    await tokens.set_limit(4)
    return made


def executor_of(member: Membership) -> FakeExecutor:
    assert isinstance(member.executor, FakeExecutor)
    return member.executor


async def take(
    amount: int, instance_id: str = "a", key: str = KEY, place: GrantPlace | None = None
) -> bool:
    return await tokens.take(key, amount, instance_id=instance_id, term=1, place=place)


async def used() -> int:
    found = await tokens.read()
    assert found is not None
    assert found.used == sum(grant.tokens for grant in found.held)
    return found.used


async def bury(instance_id: str) -> None:
    """The instance has not been heard of for years."""
    member = {"name": instance_id, "alive_until": PAST, "queued": 0}
    await tokens.Pool.rows().update_one({}, {"$set": {f"members.{instance_id}": member}})


async def test_what_one_instance_has_reserved_no_other_takes(member: Membership) -> None:
    await tokens.reserve("b", 2)

    refused = await take(3)
    granted = await take(2)

    assert (refused, granted) == (False, True)
    assert await take(2, "b")
    assert await used() == 4


async def test_a_reservation_that_is_used_keeps_nothing_more(member: Membership) -> None:
    await tokens.reserve("b", 2)
    await take(2, "b")

    assert await take(2)


async def test_the_same_job_of_two_instances_is_two_jobs(member: Membership) -> None:
    await take(1, "a")
    await take(2, "b")

    assert await tokens.give_back(KEY, 1, instance_id="a")
    assert not await tokens.give_back(KEY, 1, instance_id="b")  # it holds two
    assert await used() == 2


async def test_inv_005_no_race_of_two_instances_breaks_the_cap_or_a_reservation(
    member: Membership,
) -> None:
    await tokens.set_limit(10)
    await tokens.reserve("b", 4)
    asked = [(instance, f"P1-J{number}#1") for number in range(15) for instance in ("a", "b")]

    await asyncio.gather(*(take(1, instance, key) for instance, key in asked))

    found = await tokens.read()
    assert found is not None
    assert await used() <= 10
    assert found.used_by("a") <= 6


async def test_readers_see_the_pool_in_the_instances_own_database(member: Membership) -> None:
    await take(1, "b")
    await member.beat()

    await member.copy()

    copied = await TokenPool.get(POOL_ID)
    assert copied is not None
    assert (copied.used, copied.token_limit, set(copied.members)) == (1, 4, {"a"})
    assert copied.members["a"].alive_until > datetime.now(UTC)


async def test_who_lives_is_judged_by_the_clock_of_the_pool_s_database(
    member: Membership,
) -> None:
    await bury("b")
    await member.beat()

    await member.copy()

    copied = await TokenPool.get(POOL_ID)
    assert copied is not None
    assert {id: one.alive for id, one in copied.members.items()} == {"a": True, "b": False}


async def test_a_change_of_the_pool_is_copied_as_it_happens(
    member: Membership, real_database: Database
) -> None:
    async with asyncio.timeout(20), watch(real_database, ["token_pools"]) as changes:
        taking_part = asyncio.create_task(member.run())
        try:
            await changes.next()  # it takes part
            await take(3, "b")
            while (await TokenPool.rows().find_one({"_id": POOL_ID}) or {})["used"] != 3:
                await changes.next()
        finally:
            taking_part.cancel()
            await asyncio.gather(taking_part, return_exceptions=True)


async def test_inv_024_tokens_of_a_dead_instance_return_when_its_job_is_seen_to_be_dead(
    member: Membership,
) -> None:
    await take(2, "b", place=HERE)
    await bury("b")
    executor_of(member).run(KEY)

    await member.give_back_for_the_dead()
    while_it_runs = await used()
    executor_of(member).finish(KEY)
    await member.give_back_for_the_dead()

    assert (while_it_runs, await used()) == (2, 0)


async def test_inv_024_what_cannot_be_seen_from_here_stays(member: Membership) -> None:
    await take(1, "b", place=ELSEWHERE)
    await take(1, "b", key="P1-J2#1", place=None)
    await take(1, "b", key="P1-J3#1", place=HERE)
    await bury("b")
    executor_of(member).is_reachable = False

    await member.give_back_for_the_dead()

    assert await used() == 3


async def test_inv_024_what_is_not_mounted_here_is_not_taken_for_never_begun(
    member: Membership,
) -> None:
    await take(2, "b", place=NOT_MOUNTED)
    await bury("b")

    await member.give_back_for_the_dead()

    assert executor_of(member).asked.forbids == []
    assert await used() == 2


async def test_inv_024_an_attempt_that_never_began_is_forbidden_first(member: Membership) -> None:
    await take(2, "b", place=HERE)
    await bury("b")

    await member.give_back_for_the_dead()

    assert executor_of(member).asked.forbids == [KEY]
    assert await used() == 0


async def test_inv_024_a_lost_attempt_holds_its_tokens_while_anything_of_it_lives(
    member: Membership,
) -> None:
    await take(2, "b", place=HERE)
    await bury("b")
    executor_of(member).lose(KEY, survivors=1)

    await member.give_back_for_the_dead()
    while_something_lives = await used()
    executor_of(member).lose(KEY, survivors=0)
    await member.give_back_for_the_dead()

    assert (while_something_lives, await used()) == (2, 0)


async def test_nothing_of_a_living_instance_is_touched(member: Membership, tmp_path: Path) -> None:
    await Membership(member.database, "b", "Lab B", 30.0, FakeExecutor()).beat()
    await take(2, "b", place=HERE)
    executor_of(member).finish(KEY)

    await member.give_back_for_the_dead()

    assert await used() == 2


async def test_a_dead_instances_tokens_are_released_by_hand_and_no_others(
    member: Membership,
) -> None:
    await bury("b")
    await take(1, "a")
    await take(2, "b", place=ELSEWHERE)

    released = await tokens.release_all("b")
    again = await tokens.release_all("b")

    assert (released, again) == (2, 0)
    assert await used() == 1


async def test_a_living_or_unknown_instance_is_not_released_by_hand(member: Membership) -> None:
    await Membership(member.database, "b", "Lab B", 30.0, FakeExecutor()).beat()
    await take(2, "b")

    assert await tokens.release_all("b") is None
    assert await tokens.release_all("c") is None
    assert await used() == 2


async def test_tokens_that_a_dead_instance_takes_while_they_are_released_are_counted(
    member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It was frozen, and wakes between the reading of the pool and the writing of it.
    await bury("b")
    await take(1, "b", place=ELSEWHERE)
    read, late = tokens.read, ["P1-J2#1"]

    async def read_before_it_wakes() -> TokenPool | None:
        seen = await read()
        while late:
            await take(2, "b", late.pop(), place=ELSEWHERE)
        return seen

    monkeypatch.setattr(tokens, "read", read_before_it_wakes)
    released = await tokens.release_all("b")

    assert released == 3
    assert await used() == 0
