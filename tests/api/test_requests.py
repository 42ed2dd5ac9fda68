"""Every mutation is carried out once for each idempotency key, whole, and on record."""

import asyncio
import os

import pytest

from domain.documents import AuditRecord, IdempotencyKey, Job, Workspace
from tests.api.conftest import Api, target

pytestmark = pytest.mark.mongo
CREATED = "idempotencyReplayed cursor sequence workspace { uid title }"


async def test_a_repeated_request_is_done_once_and_answered_alike(api: Api) -> None:
    project = await api.make_project()
    input = {"projectUid": project, "title": "Third", "idempotencyKey": "k1"}

    first = await api.mutate("createWorkspace", input, CREATED)
    again = await api.mutate("createWorkspace", input, CREATED)

    assert first["workspace"] == again["workspace"] == {"uid": "W3", "title": "Third"}
    assert (first["idempotencyReplayed"], again["idempotencyReplayed"]) == (False, True)
    assert await Workspace.find({"project_uid": project}).count() == 3


async def test_a_key_with_another_input_is_refused_and_nothing_is_done(api: Api) -> None:
    project = await api.make_project()
    input = {"projectUid": project, "title": "Third", "idempotencyKey": "k1"}
    await api.mutate("createWorkspace", input, CREATED)

    refused = await api.mutate("createWorkspace", {**input, "title": "Other"}, CREATED)

    [error] = refused["errors"]
    assert (error["__typename"], error["code"]) == ("IdempotencyError", "IDEMPOTENCY_KEY_REUSED")
    assert await Workspace.find({"project_uid": project}).count() == 3


async def test_the_same_key_of_another_user_or_mutation_is_another_key(api: Api) -> None:
    await api.make_user("anna")
    mine = {"title": "Mine", "idempotencyKey": "k1"}

    first = await api.mutate("createProject", mine, "project { uid }")
    other = await api.mutate("createProject", mine, "project { uid }", user="anna")

    assert first["project"]["uid"] != other["project"]["uid"]


async def test_many_at_once_with_one_key_have_one_effect(api: Api) -> None:
    """A client that repeats while the first request runs must not double the effect."""
    input = {"title": "Once", "idempotencyKey": "k1"}

    answers = await asyncio.gather(
        *(api.mutate("createProject", input, "project { uid }") for _ in range(8))
    )

    made = {answer["project"]["uid"] for answer in answers if answer["project"]}
    refused = {error["code"] for answer in answers for error in answer["errors"]}
    assert len(made) == 1
    assert refused <= {"IDEMPOTENCY_KEY_IN_FLIGHT"}
    assert await IdempotencyKey.find_all().count() == 1


async def test_what_became_of_a_job_is_replayed_though_it_went_on(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    input = {"target": target(project, job), "lane": "nowhere", "idempotencyKey": "k1"}
    fields = "idempotencyReplayed result { outcome errors { __typename code message } }"

    first = await api.mutate("queueJob", input, fields)
    again = await api.mutate("queueJob", input, fields)

    assert first["result"]["outcome"] == "FAILED"
    assert first["result"]["errors"][0]["code"] == "LANE_NOT_FOUND"
    assert again == {**first, "idempotencyReplayed": True}


async def test_a_dry_run_keeps_no_key_and_no_record(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    records = await AuditRecord.find_all().count()
    input = {"target": target(project, job), "dryRun": True, "idempotencyKey": "k1"}

    planned = await api.mutate("clearJob", input, "cursor result { outcome }")

    assert planned["cursor"] is None
    assert await IdempotencyKey.find_all().count() == 0
    assert await AuditRecord.find_all().count() == records


async def test_every_accepted_request_is_on_record_once(api: Api) -> None:
    project = await api.make_project()
    await api.make_job(project)
    input = {"projectUid": project, "title": "Third", "idempotencyKey": "k1"}
    await api.mutate("createWorkspace", input, CREATED)
    await api.mutate("createWorkspace", input, CREATED)

    records = await AuditRecord.find_all().sort("created_at").to_list()

    assert [record.mutation for record in records] == [
        "createProject",
        "createWorkspace",
        "createWorkspace",
        "createJob",
        "createWorkspace",
    ]
    assert (records[-1].subject, records[-1].subject_id) == ("P1/W3", "Workspace:P1-W3")
    assert (records[3].subject, records[3].user_name) == ("P1/J1", "admin")


async def test_of_two_clients_with_one_revision_exactly_one_wins_each_time(api: Api) -> None:
    """Both have read revision n and write at once: the later one must be told, never both kept."""
    rounds = int(os.environ.get("LANEKEEPER_RACE_ROUNDS", "150"))
    project = await api.make_project()
    job = await api.make_job(project)

    async def rename(title: str, revision: int) -> str:
        changed = {"target": target(project, job, expectedRevision=revision), "title": title}
        payload = await api.mutate("updateJob", changed, "result { outcome errors { code } }")
        codes = [error["code"] for error in payload["result"]["errors"]]
        assert payload["result"]["outcome"] == "APPLIED" or codes == ["REVISION_CONFLICT"]
        return str(payload["result"]["outcome"])

    for round_ in range(rounds):
        outcomes = await asyncio.gather(
            rename(f"a{round_}", round_ + 1), rename(f"b{round_}", round_ + 1)
        )
        assert sorted(outcomes) == ["APPLIED", "FAILED"]
    stored = await Job.get(f"{project}-{job}")
    assert stored is not None
    assert stored.revision == rounds + 1
