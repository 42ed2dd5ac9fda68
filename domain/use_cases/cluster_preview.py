"""What would be submitted if a job were queued to a cluster lane now; nothing is submitted."""

from dataclasses import dataclass

from domain.cluster_templates import (
    MARKS,
    OPEN_END,
    Rendering,
    Submission,
    Template,
    marked,
    quoted,
    render,
    system_of,
    values_of,
)
from domain.documents import Job, Lane, Project, Target, User
from domain.documents.target import ClusterTemplates
from domain.permissions import Viewer


@dataclass(frozen=True)
class ScriptPreview:
    """The script and the command, with "{{ name }}" for what has no value; or why there is none.

    `problems` are sentences; with one there may still be a script, to see what is wrong.
    """

    script: str = ""
    command: str = ""
    missing_vars: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


async def preview(viewer: Viewer, job: Job, project: Project, lane: Lane) -> ScriptPreview | None:
    """Render the lane's templates for a job that the viewer sees.

    None if the viewer may not queue to the lane: templates can hold what others need not know.
    """
    if not viewer.is_admin and lane.name not in viewer.lanes:
        return None
    if lane.type != "cluster":
        return ScriptPreview(problems=(f"Lane {lane.name} is not for clusters.",))
    target = await _target_of(lane)
    if target is None or target.cluster is None:
        return ScriptPreview(problems=(f"Lane {lane.name} has no cluster yet.",))
    creator = await User.get(job.created_by)
    submission = Submission(job, project, target, creator, job.attempt + 1)
    return await _rendered(submission, target.cluster)


async def _target_of(lane: Lane) -> Target | None:
    """The cluster that jobs of the lane go to: one that is not drained, by name."""
    targets = await Target.find({"lane": lane.name}).sort("_id").to_list()
    return min(targets, key=lambda target: (target.drained, target.name), default=None)


async def _rendered(submission: Submission, templates: ClusterTemplates) -> ScriptPreview:
    values = values_of(submission)
    path = str(submission.directory / "cluster_script.sh")
    in_command = quoted(values | {"script_path_abs": path})
    script, inner = await render(
        [Template(templates.script_tpl, values), Template(templates.qsub_cmd_tpl, in_command)]
    )
    [command] = await render(
        [Template(templates.send_cmd_tpl, in_command | {"command": inner.text or ""})]
    )
    parts = {"scriptTpl": script, "qsubCmdTpl": inner, "sendCmdTpl": command}
    missing = dict.fromkeys(name for part in parts.values() for name in part.missing)
    return ScriptPreview(
        script=_marked(script.text, submission, templates) if script.text else "",
        command=(command.text or "").strip() if inner.text is not None else "",
        missing_vars=tuple(missing),
        problems=tuple(_problems(parts)) + tuple(f"{name} has no value." for name in missing),
    )


def _marked(script: str, submission: Submission, templates: ClusterTemplates) -> str:
    """As it is submitted, but that the end of the job's name is not known yet."""
    system = system_of(templates)
    if system is None:
        return script
    token = f"{submission.job.id}#{submission.attempt}-{OPEN_END}"
    return marked(script, MARKS[system], token)


def _problems(parts: dict[str, Rendering]) -> list[str]:
    return [f"{field}: {part.error}" for field, part in parts.items() if part.error is not None]
