"""Lanes, targets, draining and settings, as an administrator's client sees them."""

import pytest

from domain.documents import Target
from domain.resources import Slots
from domain.slots import take
from tests.api.conftest import Api, Json, target

pytestmark = pytest.mark.mongo

SCRIPT = "#!/bin/sh\n#SBATCH -A {{ account }}\n{{ run_cmd }}\n"
TARGET = "target { name revision clusterTemplateVars clusterCustomVarNames }"


async def a_cluster(api: Api) -> Json:
    await api.mutate("createLane", {"name": "slurm", "type": "CLUSTER"}, "lane { name }")
    input = {"lane": "slurm", "name": "slurm", "scriptTpl": SCRIPT}
    return await api.mutate("createClusterTarget", input, TARGET)


async def a_node(api: Api, **more: object) -> Json:
    input = {"lane": "default", "name": "n1", "hostname": "n1", "cpuCores": 4, "ramGb": 32, **more}
    return await api.mutate("createNodeTarget", input, TARGET)


async def test_a_cluster_has_the_commands_of_cryosparc_unless_others_are_given(api: Api) -> None:
    made = await a_cluster(api)

    assert made["errors"] == []
    assert made["target"]["clusterCustomVarNames"] == ["account"]
    found = await api.ask(
        '{ target(name: "slurm") { config { ... on ClusterConfig { sendCmdTpl qsubCmdTpl'
        " qstatCmdTpl qdelCmdTpl qinfoCmdTpl scriptTpl customVars { name } } } } }"
    )
    assert found["target"]["config"] == {
        "sendCmdTpl": "{{ command }}",
        "qsubCmdTpl": "qsub {{ script_path_abs }}",
        "qstatCmdTpl": "qstat -as {{ cluster_job_id }}",
        "qdelCmdTpl": "qdel {{ cluster_job_id }}",
        "qinfoCmdTpl": "qstat -q",
        "scriptTpl": SCRIPT,
        "customVars": [],
    }


async def test_a_preset_connects_a_cluster_as_it_is(api: Api) -> None:
    await api.mutate("createLane", {"name": "batch", "type": "CLUSTER"}, "lane { name }")
    shown = await api.ask(
        "{ clusterPresets { system sendCmdTpl qsubCmdTpl qstatCmdTpl qdelCmdTpl qinfoCmdTpl"
        " scriptTpl } }"
    )
    presets = {preset.pop("system"): preset for preset in shown["clusterPresets"]}

    made = [
        await api.mutate("createClusterTarget", {"lane": "batch", "name": name, **preset}, TARGET)
        for name, preset in presets.items()
    ]

    assert list(presets) == ["SLURM", "PBS", "SGE"]
    assert [each["errors"] for each in made] == [[], [], []]
    assert "queue" in made[1]["target"]["clusterCustomVarNames"]


async def test_a_template_that_does_not_render_is_refused_with_the_reason(api: Api) -> None:
    await a_cluster(api)
    input = {"name": "slurm", "scriptTpl": "#!/bin/sh\n{{ run_cmd"}

    refused = await api.mutate("updateClusterTarget", input, TARGET)

    [error] = refused["errors"]
    assert (error["__typename"], error["code"]) == ("InputError", "INVALID_TEMPLATE")
    assert "Line 2" in error["message"]
    assert refused["target"] is None


async def test_the_script_of_a_job_is_shown_before_it_is_queued(api: Api) -> None:
    await a_cluster(api)
    project = await api.make_project()
    job = await api.make_job(project)
    query = (
        'query($job: JobRef!) { clusterScriptPreview(job: $job, lane: "slurm")'
        " { script command missingVars problems } }"
    )
    ref = {"uid": {"projectUid": project, "jobUid": job}}

    shown = (await api.ask(query, {"job": ref}))["clusterScriptPreview"]

    assert shown["missingVars"] == ["account"]
    assert shown["problems"] == ["account has no value."]
    assert "/run/1/spec.json" in shown["script"]
    assert shown["command"].startswith("qsub /")


async def test_the_script_of_a_job_out_of_sight_is_not_shown(api: Api) -> None:
    await a_cluster(api)
    project = await api.make_project()
    job = await api.make_job(project)
    await api.make_user("anna")
    query = 'query($job: JobRef!) { clusterScriptPreview(job: $job, lane: "slurm") { script } }'
    ref = {"uid": {"projectUid": project, "jobUid": job}}

    shown = await api.ask(query, {"job": ref}, user="anna")

    assert shown["clusterScriptPreview"] is None


async def test_a_lane_with_a_queued_job_is_in_use_and_names_it(api: Api) -> None:
    await api.mutate("createLane", {"name": "gpu", "type": "NODE"}, "lane { name }")
    await a_node(api, lane="gpu")
    project = await api.make_project()
    job = await api.make_job(project)
    await api.mutate("queueJob", {"target": target(project, job), "lane": "gpu"}, "cursor")

    answer = await api.ask(
        'mutation { deleteLane(input: { name: "gpu" }) { lane { name } errors { code'
        " ... on InUseError { usedBy jobs { uid } } } } }"
    )

    assert answer["deleteLane"] == {
        "lane": None,
        "errors": [{"code": "IN_USE", "usedBy": [], "jobs": [{"uid": job}]}],
    }
    assert await Target.get("n1") is not None


async def test_a_lane_goes_with_its_targets_and_is_shown_as_it_was(api: Api) -> None:
    await a_cluster(api)

    gone = await api.mutate("deleteLane", {"name": "slurm"}, "cursor lane { name title }")

    assert gone["lane"] == {"name": "slurm", "title": "slurm"}
    assert gone["cursor"] is not None
    assert (await api.ask('{ target(name: "slurm") { name } lanes { name } }')) == {
        "target": None,
        "lanes": [{"name": "default"}],
    }


async def test_a_conflict_shows_the_present_object(api: Api) -> None:
    await a_node(api)
    await take("n1", "P1-J1#1", Slots(cpu=(0,)), term=0)

    answer = await api.ask(
        'mutation { updateNodeTarget(input: { name: "n1", title: "Mine", expectedRevision: 1 })'
        " { errors { code ... on RevisionConflictError { expectedRevision currentRevision job {"
        " uid } current { ... on SchedulerTarget { name cpuFree } } } } } }"
    )

    assert answer["updateNodeTarget"]["errors"] == [
        {
            "code": "REVISION_CONFLICT",
            "expectedRevision": 1,
            "currentRevision": 2,
            "job": None,
            "current": {"name": "n1", "cpuFree": 3},
        }
    ]


async def test_null_where_it_has_no_meaning_is_refused(api: Api) -> None:
    await a_node(api, desc="Old", cachePath="/scratch")

    refused = await api.mutate("updateNodeTarget", {"name": "n1", "cpuCores": None}, TARGET)
    cleared = await api.mutate(
        "updateNodeTarget",
        {"name": "n1", "desc": None, "cachePath": None, "ssh": None},
        "target { desc cachePath }",
    )

    assert [error["code"] for error in refused["errors"]] == ["BAD_INPUT"]
    assert cleared["target"] == {"desc": None, "cachePath": None}


@pytest.mark.parametrize(
    ("scope", "fields"),
    [
        ({"lane": "default"}, "... on SchedulerLane { drained }"),
        ({"target": "n1"}, "... on SchedulerTarget { drained }"),
        ({"instance": True}, "... on Instance { drained: maintenance }"),
    ],
)
async def test_whatever_is_drained_is_shown(api: Api, scope: Json, fields: str) -> None:
    await a_node(api)

    answers = [
        await api.mutate("setDrained", {"scope": scope, "drained": on}, f"subject {{ {fields} }}")
        for on in (True, False)
    ]

    assert [answer["subject"]["drained"] for answer in answers] == [True, False]


async def test_the_scope_instance_false_means_nothing(api: Api) -> None:
    input = {"scope": {"instance": False}, "drained": True}

    refused = await api.mutate("setDrained", input, "subject { id }")

    assert [error["code"] for error in refused["errors"]] == ["BAD_INPUT"]
    assert (await api.ask("{ instance { maintenance } }"))["instance"] == {"maintenance": False}


async def test_settings_are_changed_and_the_limit_of_tokens_is_the_pool_s(api: Api) -> None:
    fields = "instance { revision tokenLimit bannerMessage defaultLane }"

    changed = await api.mutate(
        "updateInstanceSettings", {"tokenLimit": 8, "bannerMessage": "Noon"}, fields
    )
    cleared = await api.mutate("updateInstanceSettings", {"tokenLimit": None}, fields)

    first, second = changed["instance"], cleared["instance"]
    assert (first["tokenLimit"], first["bannerMessage"]) == (8, "Noon")
    assert (second["tokenLimit"], second["bannerMessage"]) == (None, "Noon")
    assert second["revision"] == first["revision"] + 1


@pytest.mark.parametrize(
    ("name", "input"),
    [
        ("updateLane", {"name": "default", "title": "Mine"}),
        ("deleteLane", {"name": "default"}),
        ("updateNodeTarget", {"name": "n1", "title": "Mine"}),
        ("createClusterTarget", {"lane": "default", "name": "c", "scriptTpl": "#!/bin/sh"}),
        ("updateClusterTarget", {"name": "n1", "title": "Mine"}),
        ("deleteTarget", {"name": "n1"}),
        ("verifyTarget", {"name": "n1"}),
        ("setDrained", {"scope": {"lane": "default"}, "drained": True}),
        ("updateInstanceSettings", {"maintenance": True}),
    ],
)
async def test_only_administrators_configure(api: Api, name: str, input: Json) -> None:
    await a_node(api)
    await api.make_user("anna")
    before = await Target.get("n1")

    refused = await api.mutate(name, input, "clientMutationId", user="anna")

    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert await Target.get("n1") == before
