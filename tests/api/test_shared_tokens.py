"""Token usage of a pool that several instances share, as a client sees and sets it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import clock, tokens
from domain.documents import TokenPool
from domain.documents.instance import POOL_ID
from tests.api.conftest import Api

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
        "c": {"name": "Lab C", "alive_until": datetime(2020, 1, 1, tzinfo=UTC), "queued": 0},
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
