"""The lease on a real database: one leader at a time, and an old one changes nothing."""

import asyncio

import pytest

from domain import slots
from domain.clock import now
from domain.database import Database
from domain.documents import Lane, Lease, Target
from domain.documents.instance import LEASE_ID
from domain.resources import Slots
from scheduler import lease
from scheduler.lease import Leadership

pytestmark = pytest.mark.mongo


async def acquired(holder: str, ttl_s: float = 30.0) -> Leadership:
    leadership = await lease.acquire(holder, ttl_s)
    assert leadership is not None
    return leadership


async def a_target(*, term: int) -> Target:
    target = Target(
        id="node1",
        type="node",
        lane="default",
        title="node1",
        hostname="node1",
        slots={"cpu": {"0": None, "1": None}, "gpu": {}, "ram": {"0": None}},
        term=term,
        created_at=now(),
    )
    await target.insert()
    return target


async def test_of_eight_who_ask_at_once_exactly_one_leads(real_database: Database) -> None:
    asked = await asyncio.gather(*(lease.acquire(f"s{n}", 30.0) for n in range(8)))

    assert len([leadership for leadership in asked if leadership]) == 1


async def test_renewing_keeps_the_term_and_makes_the_turn_last(real_database: Database) -> None:
    turn = await acquired("a")
    before = turn.until

    assert await lease.renew(turn)

    stored = await Lease.get(LEASE_ID)
    assert stored is not None
    assert stored.term == turn.term
    assert turn.until > before


async def test_a_process_that_leads_again_leads_in_another_term(real_database: Database) -> None:
    first = await acquired("a")
    await lease.release(first)

    second = await acquired("a")

    assert second.term == first.term + 1


async def test_nobody_begins_a_turn_while_one_lasts_not_even_its_holder(
    real_database: Database,
) -> None:
    await acquired("a")

    assert await lease.acquire("a", 30.0) is None


async def test_a_late_renewal_of_an_ended_turn_changes_nothing(real_database: Database) -> None:
    first = await acquired("a")
    await lease.release(first)
    second = await acquired("a")
    before = await Lease.get(LEASE_ID)

    assert not await lease.renew(first)
    await lease.release(first)
    await lease.report_ready(first)

    assert await Lease.get(LEASE_ID) == before
    assert second.holds


async def test_a_lease_that_expired_passes_on_with_a_higher_term(real_database: Database) -> None:
    first = await acquired("a", ttl_s=0.001)
    await lease.release(first)

    second = await acquired("b")

    assert second.term == first.term + 1
    assert await lease.acquire("a", 30.0) is None


async def test_a_released_lease_is_free_at_once(real_database: Database) -> None:
    await lease.release(await acquired("a"))

    assert (await acquired("b")).holder == "b"


async def test_a_successor_is_not_ready_because_its_predecessor_was(
    real_database: Database,
) -> None:
    first = await acquired("a")
    await lease.report_ready(first)
    await lease.release(first)

    await acquired("b")

    stored = await Lease.get(LEASE_ID)
    assert stored is not None
    assert stored.ready_at is None


async def test_a_leader_of_an_old_term_takes_no_slot(real_database: Database) -> None:
    await a_target(term=1)
    await lease.fence(2)

    taken = await slots.take("node1", "P1-J1#1", Slots(cpu=(0,)), term=1)

    assert not taken
    target = await Target.get("node1")
    assert target is not None
    assert target.slots["cpu"] == {"0": None, "1": None}


async def test_a_fence_covers_lanes_too(real_database: Database) -> None:
    await Lane(id="default", type="node", title="Default", created_at=now()).insert()

    await lease.fence(7)

    lane = await Lane.get("default")
    assert lane is not None
    assert lane.term == 7


async def test_of_many_who_want_one_slot_exactly_one_gets_it(real_database: Database) -> None:
    await a_target(term=1)

    taken = await asyncio.gather(
        *(slots.take("node1", f"P1-J{n}#1", Slots(cpu=(0,)), term=1) for n in range(10))
    )

    assert sum(taken) == 1


async def test_slots_are_taken_all_or_none(real_database: Database) -> None:
    await a_target(term=1)
    await slots.take("node1", "P1-J1#1", Slots(cpu=(1,)), term=1)

    taken = await slots.take("node1", "P1-J2#1", Slots(cpu=(0, 1)), term=1)

    assert not taken
    target = await Target.get("node1")
    assert target is not None
    assert target.slots["cpu"] == {"0": None, "1": "P1-J1#1"}


async def test_giving_back_twice_does_nothing(real_database: Database) -> None:
    await a_target(term=1)
    held = Slots(cpu=(0,), ram=(0,))
    await slots.take("node1", "P1-J1#1", held, term=1)
    await slots.give_back("node1", "P1-J1#1", held)
    await slots.take("node1", "P1-J2#1", held, term=1)

    again = await slots.give_back("node1", "P1-J1#1", held)

    assert not again
    target = await Target.get("node1")
    assert target is not None
    assert target.slots["cpu"]["0"] == "P1-J2#1"


async def test_a_slot_that_the_target_has_not_is_not_taken(real_database: Database) -> None:
    await a_target(term=1)

    assert not await slots.take("node1", "P1-J1#1", Slots(gpu=(0,)), term=1)
