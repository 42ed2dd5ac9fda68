"""Token usage of a pool that several instances share, as a client sees and sets it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from domain import clock, tokens
from domain.database import Database, connect
from domain.documents import AuditRecord, Instance, TokenPool
from domain.documents.instance import INSTANCE_ID, POOL_ID
from tests.api.conftest import Api
from tests.integration.mongod import Mongod

pytestmark = pytest.mark.mongo
USAGE = """
{ tokenUsage { currentInUse maxLicensesAvailable
  instances { instanceId alias thisInstance currentInUse numQueuedJobs
              maxLicensesAvailable reservedLicenses alive } } }
"""


async def test_seed_009_usage_is_told_for_each_instance_and_in_total(api: Api) -> None:
    await api.mutate("updateInstanceSettings", {"tokenLimit": 8, "reservedTokens": 2}, "cursor")
    until = clock.now() + timedelta(hours=1)
    members = {
        "b": {"name": "Lab B", "alive_until": until, "queued": 3},
        "c": {"name": "Lab C", "alive_until": until, "queued": 0, "alive": False},
    }
    await TokenPool.rows().update_one({"_id": POOL_ID}, {"$set": {"members": members}})
    await tokens.take("P1-J1#1", 3, instance_id="b", term=1)

    usage = (await api.ask(USAGE))["tokenUsage"]

    assert (usage["currentInUse"], usage["maxLicensesAvailable"]) == (3, 8)
    mine, other, dead = usage["instances"]
    assert (mine["thisInstance"], mine["reservedLicenses"], mine["alive"]) == (True, 2, True)
    assert (other["alias"], other["currentInUse"], other["numQueuedJobs"]) == ("Lab B", 3, 3)
    assert (other["maxLicensesAvailable"], other["alive"]) == (6, True)
    assert (dead["alias"], dead["alive"]) == ("Lab C", False)


@pytest_asyncio.fixture
async def shared(api: Api, mongod: Mongod) -> AsyncIterator[Database]:
    """The database of a pool that this server shares with `b`, which is dead, and `c`."""
    members = {
        "b": {"name": "Lab B", "alive_until": datetime(2020, 1, 1, tzinfo=UTC), "queued": 0},
        "c": {"name": "Lab C", "alive_until": clock.now() + timedelta(hours=1), "queued": 0},
    }
    async with connect(mongod.url, "test_pool", ()) as database:
        await database["token_pools"].delete_many({})
        pool = TokenPool(token_limit=8).model_dump(by_alias=True) | {"members": members}
        await database["token_pools"].insert_one(pool)
        tokens.use_shared_pool(database["token_pools"])
        try:
            yield database
        finally:
            tokens.use_shared_pool(None)


async def in_use() -> int:
    found = await tokens.read()
    assert found is not None
    return found.used


async def test_settings_of_a_shared_pool_are_written_to_it(api: Api, shared: Database) -> None:
    await api.mutate("updateInstanceSettings", {"tokenLimit": 5, "reservedTokens": 2}, "cursor")

    found = await tokens.read()
    assert found is not None
    assert (found.token_limit, list(found.reserved.values())) == (5, [2])


async def test_tokens_of_a_dead_server_are_given_back_by_hand_on_record(
    api: Api, shared: Database
) -> None:
    await tokens.take("P1-J1#1", 3, instance_id="b", term=1)
    await tokens.take("P1-J1#1", 1, instance_id="c", term=1)
    await tokens.reserve("b", 2)
    input = {"instanceId": "b", "dropReservation": True}

    answer = await api.mutate("releaseInstanceTokens", input, "released")

    assert answer == {"errors": [], "released": 3}
    found = await tokens.read()
    assert found is not None
    assert (found.used, found.reserved) == (1, {})
    [record] = await AuditRecord.find({"mutation": "releaseInstanceTokens"}).to_list()
    assert (record.subject, record.outcome) == ("b", "succeeded")


async def test_a_reservation_stays_unless_it_is_dropped(api: Api, shared: Database) -> None:
    await tokens.reserve("b", 2)

    await api.mutate("releaseInstanceTokens", {"instanceId": "b"}, "released")

    found = await tokens.read()
    assert found is not None
    assert found.reserved == {"b": 2}


@pytest.mark.parametrize(
    ("instance_id", "code"), [("c", "BAD_INPUT"), ("d", "NOT_FOUND"), ("b.held", "NOT_FOUND")]
)
async def test_tokens_of_a_living_or_unknown_server_are_not_given_back(
    api: Api, shared: Database, instance_id: str, code: str
) -> None:
    await tokens.take("P1-J1#1", 3, instance_id="c", term=1)

    answer = await api.mutate("releaseInstanceTokens", {"instanceId": instance_id}, "released")

    assert [error["code"] for error in answer["errors"]] == [code]
    assert await in_use() == 3


async def test_a_server_does_not_release_its_own_tokens(api: Api, shared: Database) -> None:
    instance = await Instance.get(INSTANCE_ID)
    assert instance is not None
    me = {"name": "me", "alive_until": datetime(2020, 1, 1, tzinfo=UTC), "queued": 0}
    change = {"$set": {f"members.{instance.instance_id}": me}}
    await shared["token_pools"].update_one({}, change)
    await tokens.take("P1-J1#1", 3, instance_id=instance.instance_id, term=1)
    input = {"instanceId": instance.instance_id}

    answer = await api.mutate("releaseInstanceTokens", input, "released")

    assert [error["code"] for error in answer["errors"]] == ["BAD_INPUT"]
    assert await in_use() == 3
