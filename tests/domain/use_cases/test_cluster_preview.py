"""Cluster targets as they are saved, and what would be submitted to one."""

from collections.abc import Awaitable, Callable

import pytest

from domain.documents import Job, Lane, Project, Target, User
from domain.documents.shapes import ClusterVar, ResourceNeed
from domain.documents.target import ClusterTemplates
from domain.error_codes import ErrorCode
from domain.errors import BadInput, LaneRefused
from domain.permissions import Viewer
from domain.use_cases.cluster_preview import ScriptPreview, preview
from domain.use_cases.context import Request
from domain.use_cases.lanes import create_lane
from domain.use_cases.target_changes import update_cluster_target
from domain.use_cases.targets import NewClusterTarget, create_cluster_target
from tests.conftest import viewer_of
from tests.domain.cluster_templates.test_check import templates

Make = Callable[..., Awaitable[Job]]
MakeProject = Callable[..., Awaitable[Project]]
MakeTarget = Callable[..., Awaitable[Target]]
MakeUser = Callable[..., Awaitable[User]]

SCRIPT = "#!/bin/sh\n#SBATCH -A {{ account }} -J {{ project_uid }}_{{ job_uid }} -c {{ num_cpu }}\n"


async def a_cluster(request: Request, name: str = "slurm", **changed: object) -> Target:
    await create_lane(request, name=name, type="cluster")
    new = NewClusterTarget(
        lane=name, name=name, templates=templates(**{"script_tpl": SCRIPT, **changed})
    )
    return await create_cluster_target(request, new)


async def previewed(
    viewer: Viewer, make_project: MakeProject, make_job: Make, lane: str = "slurm", **job: object
) -> ScriptPreview | None:
    project = await make_project()
    made = await make_job(resource_spec=ResourceNeed(cpu=6), **job)
    found = await Lane.get(lane)
    assert found is not None
    return await preview(viewer, made, project, found)


async def test_a_cluster_is_stored_with_the_variables_of_its_templates(
    request_context: Request,
) -> None:
    target = await a_cluster(request_context)

    assert (target.type, target.hostname, target.slots) == ("cluster", "slurm", {})
    assert target.cluster is not None
    assert "account" in target.cluster.variables
    assert await Target.get("slurm") == target


async def test_a_cluster_goes_to_no_node_lane(request_context: Request) -> None:
    new = NewClusterTarget(lane="default", name="slurm", templates=templates())

    with pytest.raises(LaneRefused) as refusal:
        await create_cluster_target(request_context, new)

    assert refusal.value.code is ErrorCode.LANE_TYPE_MISMATCH
    assert await Target.get("slurm") is None


async def test_an_update_that_breaks_a_template_changes_nothing(request_context: Request) -> None:
    before = await a_cluster(request_context)

    with pytest.raises(BadInput) as refusal:
        await update_cluster_target(
            request_context, "slurm", {"title": "New", "qsub_cmd_tpl": "sbatch {{"}
        )

    assert refusal.value.code is ErrorCode.INVALID_TEMPLATE
    assert await Target.get("slurm") == before


async def test_an_update_replaces_what_is_given_and_finds_the_variables_anew(
    request_context: Request,
) -> None:
    await a_cluster(request_context, custom_vars=[ClusterVar(name="account", value="old")])

    target = await update_cluster_target(
        request_context,
        "slurm",
        {
            "script_tpl": "#!/bin/sh\n{{ partition }}\n",
            "custom_vars": [ClusterVar(name="partition", value="gpu")],
        },
    )

    assert target.cluster is not None
    assert target.cluster.qsub_cmd_tpl == "sbatch {{ script_path_abs }}"
    assert [(v.name, v.value) for v in target.cluster.custom_vars] == [("partition", "gpu")]
    assert {"account", "partition"} & set(target.cluster.variables) == {"partition"}


async def test_a_machine_is_no_cluster(request_context: Request, make_target: MakeTarget) -> None:
    await make_target()

    with pytest.raises(BadInput):
        await update_cluster_target(request_context, "node1", {"title": "New"})


async def test_the_preview_shows_what_would_be_submitted(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await a_cluster(request_context, custom_vars=[ClusterVar(name="account", value="lab")])

    shown = await previewed(request_context.viewer, make_project, make_job)

    assert shown is not None
    ours = "#SBATCH --job-name=lk-P1-J1-1-…\n#SBATCH --no-requeue\n"
    assert shown.script == f"#!/bin/sh\n#SBATCH -A lab -J P1_J1 -c 6\n{ours}"
    assert shown.command.startswith("sbatch ")
    assert shown.command.endswith("/P1/J1/run/1/cluster_script.sh")
    assert (shown.missing_vars, shown.problems) == ((), ())


async def test_a_job_s_own_value_comes_before_the_target_s(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await a_cluster(request_context, custom_vars=[ClusterVar(name="account", value="lab")])
    own = [ClusterVar(name="account", value="mine"), ClusterVar(name="job_uid", value="J666")]

    shown = await previewed(request_context.viewer, make_project, make_job, cluster_custom_vars=own)

    assert shown is not None
    assert "-A mine -J P1_J1 " in shown.script


async def test_the_preview_names_the_variables_without_a_value(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await a_cluster(request_context)

    shown = await previewed(request_context.viewer, make_project, make_job)

    assert shown is not None
    assert shown.missing_vars == ("account",)
    assert "-A {{ account }} " in shown.script
    assert shown.problems == ("account has no value.",)


async def test_a_value_that_would_add_a_directive_is_a_problem(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await a_cluster(request_context)
    hostile = [ClusterVar(name="account", value="a\n#SBATCH -p root")]

    shown = await previewed(
        request_context.viewer, make_project, make_job, cluster_custom_vars=hostile
    )

    assert shown is not None
    assert (shown.script, shown.command) == ("", "")
    assert "The value of account has a line break" in shown.problems[0]


async def test_a_value_in_a_command_is_one_word(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await a_cluster(request_context, qsub_cmd_tpl="sbatch -A {{ account }} {{ script_path_abs }}")
    hostile = [ClusterVar(name="account", value="a; rm -r $HOME")]

    shown = await previewed(
        request_context.viewer, make_project, make_job, cluster_custom_vars=hostile
    )

    assert shown is not None
    assert shown.command.startswith("sbatch -A 'a; rm -r $HOME' ")


async def test_a_node_lane_and_an_empty_lane_have_no_script_and_say_so(
    request_context: Request, make_project: MakeProject, make_job: Make
) -> None:
    await create_lane(request_context, name="empty", type="cluster")
    project, job = await make_project(), await make_job()
    lanes = await Lane.find_all().sort("_id").to_list()

    shown = [await preview(request_context.viewer, job, project, lane) for lane in lanes]

    assert [s.problems for s in shown if s] == [
        ("Lane default is not for clusters.",),
        ("Lane empty has no cluster yet.",),
    ]


async def test_who_may_not_queue_to_a_lane_sees_no_script_of_it(
    request_context: Request, make_project: MakeProject, make_job: Make, make_user: MakeUser
) -> None:
    await a_cluster(request_context)
    anna = viewer_of(await make_user(lanes=["default"]))

    assert await previewed(anna, make_project, make_job) is None


def test_templates_without_known_variables_are_not_lost_on_older_targets() -> None:
    row = templates().model_dump(exclude={"variables"})

    assert ClusterTemplates.model_validate(row).variables == []
