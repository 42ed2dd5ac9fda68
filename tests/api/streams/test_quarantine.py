"""Slots in quarantine in the stream of lanes and targets."""

import pytest

from domain import slots
from domain.clock import now
from domain.documents import Target
from domain.resources import Slots, empty_slots
from tests.api.streams.live import Live, make_job, make_project

pytestmark = pytest.mark.mongo
KEY = "P1-J1#1"
HELD = Slots(gpu=(0,))
TARGETS = """subscription { laneChanges { kind snapshotComplete
  upsertedTargets { name quarantinedSlots { attempt gpu reason freeRequestedAt } } } }"""


async def test_a_quarantine_is_told_when_it_begins_and_when_it_ends(live: Live) -> None:
    await make_project()
    await make_job("J1")
    await Target(
        id="node1", type="node", lane="default", title="node1", hostname="node1",
        slots=empty_slots(1, 8, [0]), created_at=now(),
    ).insert()  # fmt: skip
    await slots.take("node1", KEY, HELD, term=0)
    reader = await live.read(TARGETS, user="admin")
    await reader.snapshot()

    await slots.quarantine("node1", KEY, HELD, term=0, reason="It hangs.", now=now())
    begun = await reader.message()
    await slots.give_back("node1", KEY, HELD)
    ended = await reader.message()

    entry = {"attempt": KEY, "gpu": [0], "reason": "It hangs.", "freeRequestedAt": None}
    assert begun["upsertedTargets"] == [{"name": "node1", "quarantinedSlots": [entry]}]
    assert ended["upsertedTargets"] == [{"name": "node1", "quarantinedSlots": []}]
