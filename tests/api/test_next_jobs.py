"""What can be done from a job: its next steps, its tags, an answer to what it asks."""

import pytest

from domain.documents import Job, Tag, Target
from tests.api.conftest import Api, target
from tests.api.nodes import add_node
from tests.conftest import NOON

pytestmark = pytest.mark.mongo
JOB = "query($ref: JobRef!) { job(ref: $ref) { %s } }"


async def test_seed_081_the_next_steps_of_a_job_are_those_of_its_type(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    query = JOB % "quickActions { key title jobType inputs }"

    data = await api.ask(query, {"ref": target(project, job)["job"]})

    assert data["job"]["quickActions"] == [
        {
            "key": "ctf_estimation",
            "title": "CTF Estimation",
            "jobType": "ctf_estimation",
            "inputs": ["exposures"],
        },
        {
            "key": "blob_picker",
            "title": "Blob Picker (CPU)",
            "jobType": "blob_picker",
            "inputs": ["micrographs"],
        },
    ]


@pytest.mark.parametrize(("queue", "status"), [(None, "BUILDING"), ({}, "QUEUED")])
async def test_seed_082_a_next_step_builds_that_job_with_its_inputs_connected(
    api: Api, queue: object, status: str
) -> None:
    await add_node("default")
    project = await api.make_project()
    job = await api.make_job(project)
    input = {"target": target(project, job), "key": "blob_picker", "workspaceUid": "W2"}

    answer = await api.mutate(
        "runQuickAction",
        {**input, "queue": queue},
        "result { createdJob { type status workspaceUids parents { uid } } errors { code } }",
    )

    assert answer["result"]["createdJob"] == {
        "type": "blob_picker",
        "status": status,
        "workspaceUids": ["W2"],
        "parents": [{"uid": job}],
    }


@pytest.mark.relion
async def test_a_job_promises_each_class_that_its_params_ask_for_and_the_first_is_refined(
    api: Api,
) -> None:
    project = await api.make_project()
    job = await api.make_job(project, type="homo_abinit_relion", params={"abinit_K": 2})

    shown = await api.ask(JOB % "outputs { name title }", {"ref": target(project, job)["job"]})
    answer = await api.mutate(
        "runQuickAction",
        {"target": target(project, job), "key": "homo_refine_relion", "workspaceUid": "W1"},
        "result { createdJob { inputs { connections { output } } } errors { code } }",
    )

    assert [(o["name"], o["title"]) for o in shown["job"]["outputs"]] == [
        ("particles_all_classes", "All particles"),
        ("particles_class_0", "Particles of class 0"),
        ("particles_class_1", "Particles of class 1"),
        ("volume_class_0", "Map of class 0"),
        ("volume_class_1", "Map of class 1"),
    ]
    assert [i["connections"] for i in answer["result"]["createdJob"]["inputs"]] == [
        [{"output": "particles_all_classes"}],
        [{"output": "volume_class_0"}],
        [],
    ]


async def test_a_type_can_be_built_if_one_target_has_its_programs(api: Api) -> None:
    for lane in ("default", "far"):
        await add_node(lane)
    project = await api.make_project()
    shown = '{ jobType(key: "topaz_extract") { available unavailableReason } }'
    wanted = {"projectUid": project, "workspaceUid": "W1", "type": "topaz_extract"}
    topaz = {"topaz_extract": "topaz"}

    await Target.find({}).set({"lacks": topaz})
    nowhere = await api.ask(shown)
    refused = await api.mutate("createJob", wanted, "errors { code message }")
    await Target.find({"_id": "far-node"}).set({"lacks": {}})
    there = await api.ask(shown)
    made = await api.mutate("createJob", wanted, "errors { code message }")

    reason = nowhere["jobType"]["unavailableReason"]
    assert reason.startswith("topaz is not installed on any target. Install Topaz")
    assert [(e["code"], e["message"]) for e in refused["errors"]] == [
        ("JOB_TYPE_UNAVAILABLE", reason)
    ]
    assert there["jobType"] == {"available": True, "unavailableReason": None}
    assert made["errors"] == []


async def test_a_type_that_no_target_can_run_is_no_next_step(api: Api) -> None:
    await add_node("default")
    project = await api.make_project()
    job = await api.make_job(project, type="blob_picker")
    query = JOB % "quickActions { key }"
    input = {"target": target(project, job), "key": "extract_relion", "workspaceUid": "W1"}

    async def told() -> tuple[bool, list[dict[str, str]]]:
        shown = await api.ask(query, {"ref": target(project, job)["job"]})
        answer = await api.mutate("runQuickAction", input, "result { errors { code } }")
        keys = {step["key"] for step in shown["job"]["quickActions"]}
        return "extract_relion" in keys, answer["result"]["errors"]

    await Target.find({}).set({"lacks": {"extract_relion": "relion_preprocess"}})
    without = await told()
    await Target.find({}).set({"lacks": {}})

    assert without == (False, [{"code": "NOT_FOUND"}])
    assert await told() == (True, [])


async def test_a_next_step_that_cannot_be_queued_makes_no_job(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    input = {"target": target(project, job), "key": "blob_picker", "workspaceUid": "W1"}

    answer = await api.mutate(
        "runQuickAction",
        {**input, "queue": {"lane": "nowhere"}},
        "result { outcome createdJob { uid } errors { code } }",
    )

    assert answer["result"]["errors"] == [{"code": "LANE_NOT_FOUND"}]
    assert await Job.find({"project_uid": project}).count() == 1


async def test_seed_083_084_085_tags_are_put_on_a_job_and_taken_off(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    await Tag(id="t1", title="good", type="general", created_at=NOON).insert()
    input = {"target": target(project, job), "tagUids": ["t1"]}
    fields = "result { outcome job { tags { title } } }"

    added = await api.mutate("addJobTags", input, fields)
    removed = await api.mutate("removeJobTags", input, fields)

    assert added["result"] == {"outcome": "APPLIED", "job": {"tags": [{"title": "good"}]}}
    assert removed["result"] == {"outcome": "APPLIED", "job": {"tags": []}}


async def test_an_answer_that_breaks_its_schema_is_refused_and_a_good_one_stored(api: Api) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    asked = {
        "id": "q1",
        "kind": "select_2D",
        "title": "Select",
        "data": {},
        "submit_schema": {"type": "object", "required": ["selected"]},
    }
    change = {"$set": {"status": "waiting", "attempt": 1, "interaction": asked}}
    await Job.rows().update_one({"_id": f"{project}-{job}"}, change)
    named = target(project, job)
    fields = "result { outcome errors { code path } }"

    bad = await api.mutate("submitInteraction", {"target": named, "data": {}}, fields)
    good = await api.mutate(
        "submitInteraction", {"target": named, "data": {"selected": [1]}}, fields
    )

    assert bad["result"]["errors"] == [{"code": "BAD_INPUT", "path": ["data"]}]
    assert good["result"] == {"outcome": "APPLIED", "errors": []}
    stored = await Job.get(f"{project}-{job}")
    assert stored is not None
    assert stored.interaction is not None
    assert stored.interaction.answer is not None
    assert stored.interaction.answer.data == {"selected": [1]}


@pytest.mark.parametrize(
    ("paths", "names"),
    [("", ["J1/a.png", "J1/b.PNG"]), ('(paths: ["J1/b.PNG", "J2/other.png"])', ["J1/b.PNG"])],
    ids=["all", "some"],
)
async def test_the_pictures_that_a_question_names_have_addresses(
    api: Api, paths: str, names: list[str]
) -> None:
    project = await api.make_project()
    job = await api.make_job(project)
    rows = [{"image": "J1/a.png", "name": "a"}, {"image": None}, {"image": "J1/b.PNG"}]
    data = {"rows": rows, "montage": "J1/a.png", "table": "J1/table.cs"}
    asked = {"id": "q1", "kind": "select_2D", "title": "Select", "data": data}
    change = {"$set": {"status": "waiting", "attempt": 1, "interaction": asked}}
    await Job.rows().update_one({"_id": f"{project}-{job}"}, change)

    query = JOB % f"interaction {{ images{paths} {{ path url }} }}"
    answer = await api.ask(query, {"ref": target(project, job)["job"]})

    images = answer["job"]["interaction"]["images"]
    assert [image["path"] for image in images] == names
    assert [image["url"].rpartition("/")[2] for image in images] == [n[3:] for n in names]
    assert all(image["url"].startswith("/files/") for image in images)
