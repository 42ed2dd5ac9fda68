"""Whatever befalls the leader in the middle of a launch, another leads soon, and it stays so.

The fault strikes when the leader's request that takes a job's slots is on its way to mongod.
All duels are fought at the same time, each on a database of its own.
"""

import asyncio
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.chaos.nursery import Nursery, running_nursery
from tests.integration.duel import TTL_S, Duel, Row, running_duel
from tests.integration.mongod import Mongod, running_mongod

pytestmark = [pytest.mark.processes, pytest.mark.mongo]
LIMIT_S = TTL_S + 2.0
TAKES_SLOTS = (b"update", b"targets", b"P1-J1#1")
ASKS_FOR_THE_LEASE = (b"findAndModify", b"leases", b"$expr")
BACK_TIMEOUT_S = 60.0
Fault = Callable[[Duel], None]


@dataclass(frozen=True)
class Seen:
    """What was seen of one takeover; records are those before and after the first was back."""

    took_s: float
    records: tuple[Row, Row]
    begun: Counter[str]
    statuses: dict[str, str]


def killed(duel: Duel) -> None:
    """kill -9; what it sent takes effect."""
    duel.first.process.signal(signal.SIGKILL)


def stopped(duel: Duel) -> None:
    """SIGSTOP; what it sent takes effect, the answer waits for it."""
    duel.first.process.signal(signal.SIGSTOP)


def frozen_in_a_call(duel: Duel) -> None:
    """The request does not arrive, until much later."""
    duel.wire.hold()


def cut_off(duel: Duel) -> None:
    """The request takes effect, but there is no answer, and no connection any more."""
    duel.wire.cut()


def without_mongod(duel: Duel) -> None:
    """kill -9 of mongod; neither scheduler can do anything until it is there again."""
    duel.mongod.kill9()


async def woken(duel: Duel) -> None:
    duel.first.process.signal(signal.SIGCONT)


async def let_go(duel: Duel) -> None:
    duel.wire.let_go()


async def connected_again(duel: Duel) -> None:
    await duel.wire.open()


BACK: dict[Fault, Callable[[Duel], Awaitable[None]]] = {
    stopped: woken,
    frozen_in_a_call: let_go,
    cut_off: connected_again,
}
FAULTS: tuple[Fault, ...] = (killed, *BACK, without_mongod)


async def fight(duel: Duel, fault: Fault) -> Seen:
    """Strike while a job is launched; let another run and one wait when the first comes back."""
    project = await duel.caller.make_project()
    struck = asyncio.get_running_loop().create_future()

    def strike() -> None:
        struck.set_result(datetime.now(UTC))
        fault(duel)

    duel.wire.at_next(*TAKES_SLOTS, act=strike)
    caught = await duel.queue(project, seconds=0.1)
    struck_at = await struck
    if fault is without_mongod:
        await asyncio.to_thread(duel.mongod.start)
        struck_at = datetime.now(UTC)  # before that nobody could lead
    took_s = await duel.until_led_since(struck_at)
    await duel.caller.until(project, [caught], "COMPLETED")
    runs = await duel.queue(project, seconds=50.0)
    await duel.caller.until(project, [runs], "RUNNING")
    waits = await duel.queue(project, seconds=0.1)
    await duel.until_settled(runs, waits)
    records = await with_the_first_back(duel, fault)
    await duel.caller.act("killJob", project, runs)
    statuses = await duel.caller.until(project, [caught, runs, waits], "COMPLETED", "KILLED")
    return Seen(took_s, records, duel.said("begin"), statuses)


async def with_the_first_back(duel: Duel, fault: Fault) -> tuple[Row, Row]:
    """The records before it, and when it has asked for the lease twice: its old turn is over."""
    before = await duel.records()
    if fault in BACK:
        async with asyncio.timeout(BACK_TIMEOUT_S):
            asked = duel.wire.expect(*ASKS_FOR_THE_LEASE)
            await BACK[fault](duel)
            await asked.wait()
            await duel.wire.expect(*ASKS_FOR_THE_LEASE).wait()
    return before, await duel.records()


async def one(fault: Fault, directory: Path, nursery: Nursery, mongod: Mongod) -> Seen:
    async with running_duel(directory / fault.__name__, nursery, mongod) as duel:
        return await fight(duel, fault)


async def all_of_them(directory: Path, mongod: Mongod, own: Mongod) -> dict[Fault, Seen]:
    with running_nursery() as nursery:
        servers = {fault: own if fault is without_mongod else mongod for fault in FAULTS}
        seen = await asyncio.gather(
            *(one(fault, directory, nursery, server) for fault, server in servers.items())
        )
    return dict(zip(FAULTS, seen, strict=True))


@pytest.fixture(scope="module")
def takeovers(
    mongod: Mongod, mongod_path: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[Fault, Seen]:
    """One takeover for each fault."""
    directory = tmp_path_factory.mktemp("takeovers")
    with running_mongod(mongod_path, tmp_path_factory.mktemp("own")) as own:
        return asyncio.run(all_of_them(directory, mongod, own))


@pytest.mark.parametrize("fault", FAULTS)
def test_inv_008_a_scheduler_leads_two_seconds_after_the_lease_at_most(
    takeovers: dict[Fault, Seen], fault: Fault
) -> None:
    assert takeovers[fault].took_s <= LIMIT_S


@pytest.mark.parametrize("fault", BACK)
def test_inv_007_a_leader_that_comes_back_too_late_changes_nothing(
    takeovers: dict[Fault, Seen], fault: Fault
) -> None:
    before, after = takeovers[fault].records

    assert before["leases"][0]["term"] > 1
    assert [job["status"] for job in before["jobs"]] == ["completed", "running", "queued"]
    assert after == before


@pytest.mark.parametrize("fault", FAULTS)
def test_inv_003_each_job_begins_once_whatever_befell_its_scheduler(
    takeovers: dict[Fault, Seen], fault: Fault
) -> None:
    seen = takeovers[fault]

    assert seen.begun == {"P1-J1": 1, "P1-J2": 1, "P1-J3": 1}
    assert seen.statuses == {"J1": "COMPLETED", "J2": "KILLED", "J3": "COMPLETED"}
