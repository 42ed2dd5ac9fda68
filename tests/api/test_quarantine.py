"""Slots in quarantine and lost machines, as clients see them."""

import pytest

from domain import clock, slots
from domain.documents import AuditRecord, Target
from domain.documents.target import Quarantine
from domain.resources import Slots, empty_slots
from tests.api.conftest import Api, Json

pytestmark = pytest.mark.mongo
KEY = "P1-J1#2"
HELD = Slots(cpu=(0, 1), gpu=(1,), ram=(0,))
ENTRY = "attempt job { uid } cpu gpu ramSlots since reason freeRequestedAt"
SHOWN = f"target {{ drained declaredLostAt quarantinedSlots {{ {ENTRY} }} }}"


async def a_node_with_quarantine(api: Api) -> None:
    """Project P1 of the administrator, of whose job J1 two tries have been made."""
    assert await api.make_project() == "P1"
    assert await api.make_job("P1") == "J1"
    await Target(
        id="node1",
        type="node",
        lane="default",
        title="node1",
        hostname="node1",
        slots=empty_slots(4, 32, [0, 1]),
        created_at=clock.now(),
    ).insert()
    assert await slots.take("node1", KEY, HELD, term=0)
    await slots.quarantine("node1", KEY, HELD, term=0, reason="It hangs.", now=clock.now())


async def shown(api: Api, user: str = "admin") -> Json:
    query = f'{{ target(name: "node1") {{ gpuFree quarantinedSlots {{ {ENTRY} }} }} }}'
    target: Json = (await api.ask(query, user=user))["target"]
    return target


async def entry() -> Quarantine:
    target = await Target.get("node1")
    assert target is not None
    return target.quarantine[KEY]


async def free(api: Api, user: str = "admin", **input: object) -> Json:
    given = {"name": "node1", "attempt": KEY, **input}
    return await api.mutate("freeQuarantinedSlots", given, SHOWN, user)


async def test_what_is_in_quarantine_is_shown_with_its_slots_and_the_reason(api: Api) -> None:
    await a_node_with_quarantine(api)

    target = await shown(api)

    [found] = target["quarantinedSlots"]
    assert found.pop("since") is not None
    assert found == {
        "attempt": KEY,
        "job": {"uid": "J1"},
        "cpu": [0, 1],
        "gpu": [1],
        "ramSlots": [0],
        "reason": "It hangs.",
        "freeRequestedAt": None,
    }
    assert target["gpuFree"] == 1


async def test_others_see_which_slots_are_held_but_not_by_which_job(api: Api) -> None:
    await a_node_with_quarantine(api)
    await api.make_user("ben")

    [found] = (await shown(api, "ben"))["quarantinedSlots"]

    assert (found["attempt"], found["job"]) == (None, None)
    assert found["gpu"] == [1]


async def test_an_administrators_word_is_shown_until_the_scheduler_has_carried_it_out(
    api: Api,
) -> None:
    await a_node_with_quarantine(api)

    answer = await free(api)

    assert answer["errors"] == []
    assert answer["target"]["quarantinedSlots"][0]["freeRequestedAt"] is not None
    assert (await entry()).freed_by == "admin"
    assert (await shown(api))["gpuFree"] == 1  # the leader frees them, nobody else
    [record] = await AuditRecord.find({"mutation": "freeQuarantinedSlots"}).to_list()
    assert (record.subject, record.outcome) == ("node1", "succeeded")


@pytest.mark.parametrize(
    ("input", "code"),
    [
        ({"attempt": "P1-J1#3"}, "NOT_FOUND"),
        ({"name": "node2"}, "NOT_FOUND"),
        ({"attempt": "$where"}, "BAD_INPUT"),
        ({"attempt": "P1-J1#2.freed_at"}, "BAD_INPUT"),
        ({"expectedRevision": 99}, "REVISION_CONFLICT"),
    ],
)
async def test_what_is_not_in_quarantine_cannot_be_freed(api: Api, input: Json, code: str) -> None:
    await a_node_with_quarantine(api)

    refused = await free(api, **input)

    assert [error["code"] for error in refused["errors"]] == [code]
    assert (await entry()).freed_at is None


async def test_only_administrators_give_up(api: Api) -> None:
    await a_node_with_quarantine(api)
    await api.make_user("ben")

    answers = [
        await free(api, "ben"),
        await api.mutate("declareTargetLost", {"name": "node1"}, SHOWN, "ben"),
    ]

    assert [answer["errors"][0]["code"] for answer in answers] == ["FORBIDDEN", "FORBIDDEN"]
    assert (await entry()).freed_at is None


async def test_a_machine_that_is_declared_lost_is_drained(api: Api) -> None:
    await a_node_with_quarantine(api)

    answer = await api.mutate("declareTargetLost", {"name": "node1"}, SHOWN)

    assert answer["target"]["drained"] is True
    assert answer["target"]["declaredLostAt"] is not None
    target = await Target.get("node1")
    assert target is not None
    assert target.declared_lost_by == "admin"
    [record] = await AuditRecord.find({"mutation": "declareTargetLost"}).to_list()
    assert (record.subject, record.outcome) == ("node1", "succeeded")


async def test_a_cluster_is_not_declared_lost(api: Api) -> None:
    await api.mutate("createLane", {"name": "slurm", "type": "CLUSTER"}, "lane { name }")
    script = "#!/bin/sh\n{{ run_cmd }}\n"
    cluster = {"lane": "slurm", "name": "slurm", "scriptTpl": script}
    await api.mutate("createClusterTarget", cluster, "target { name }")

    refused = await api.mutate("declareTargetLost", {"name": "slurm"}, SHOWN)

    assert [error["code"] for error in refused["errors"]] == ["BAD_INPUT"]
