"""Connect a cluster by the files that a site has for CryoSPARC: a lane and a target of one name."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import cast

from domain.cluster_templates import ClusterSystem, checked, custom_names, system_of
from domain.cluster_templates.site_files import INFO, SCRIPT, SiteFiles
from domain.documents import Lane, Target
from domain.documents.target import ClusterTemplates
from domain.error_codes import ErrorCode
from domain.errors import BadInput
from domain.use_cases.context import Request
from domain.use_cases.lanes import LaneChanges, create_lane, update_lane
from domain.use_cases.target_changes import ClusterChanges, update_cluster_target
from domain.use_cases.targets import NewClusterTarget, create_cluster_target, require_lane_of

FOREIGN_WORKERS = frozenset({"cryosparcw"})
"""Programs of CryoSPARC, which cannot run jobs of ours."""


@dataclass(frozen=True)
class Imported:
    """What was made of the files. `notes`: sentences on what was left out, or will not work."""

    target: Target
    system: ClusterSystem | None
    custom_vars: tuple[str, ...]
    is_new: bool
    notes: tuple[str, ...]


async def import_cluster(request: Request, files: SiteFiles) -> Imported:
    """Make the lane and its target, or change those of the same name to what the files say.

    To be run in a transaction. Raises BadInput, with the file and the key, and what `create_lane`
    and `create_cluster_target` raise.
    """
    try:
        templates = await checked(files.templates)
        _require_run(templates)
        target, is_new = await _written(request, _new_target(files, templates))
    except BadInput as error:
        raise _at_its_place(error) from error
    system = system_of(templates)
    names = tuple(custom_names(templates.variables))
    return Imported(target, system, names, is_new, tuple(_notes(files, system)))


def _new_target(files: SiteFiles, templates: ClusterTemplates) -> NewClusterTarget:
    info = files.info
    new = NewClusterTarget(
        lane=info.name,
        name=info.name,
        title=info.title,
        desc=info.desc,
        worker_bin_path=info.worker_bin_path,
        cache_path=info.cache_path,
        cache_reserve_mb=info.cache_reserve_mb,
        cache_quota_mb=info.cache_quota_mb,
        templates=templates,
    )
    return replace(new, worker_bin_path=None) if _has_foreign_worker(files) else new


async def _written(request: Request, new: NewClusterTarget) -> tuple[Target, bool]:
    words: LaneChanges = {"title": new.title or new.name, "desc": new.desc}
    if await Lane.get(new.lane) is None:
        await create_lane(request, name=new.lane, type="cluster", **words)
    else:
        await require_lane_of(new.lane, "cluster")
        await update_lane(request, new.lane, words)
    if await Target.get(new.name) is None:
        return await create_cluster_target(request, new), True
    changes = {**words, **new.storage.values(), "lane": new.lane, **_changed(new.templates)}
    return await update_cluster_target(request, new.name, cast(ClusterChanges, changes)), False


def _changed(templates: ClusterTemplates) -> dict[str, object]:
    return {name: getattr(templates, name) for name in type(templates).model_fields}


def _require_run(templates: ClusterTemplates) -> None:
    used = set(templates.variables)
    if "run_cmd" not in used and not {"worker_bin_path", "run_args"} <= used:
        reason = "It runs no job: {{ run_cmd }} is missing."
        raise BadInput(reason, path=["scriptTpl"], code=ErrorCode.INVALID_TEMPLATE)


def _at_its_place(error: BadInput) -> BadInput:
    """The refusal with the file and the key of the site, instead of the field of the API."""
    field = error.path[0] if error.path else ""
    if field in (INFO, SCRIPT):
        return error
    key = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", field)
    sentence = error.message.removeprefix(f"{field}: ")
    place = SCRIPT if field == "scriptTpl" else f"{INFO}: {key}"
    return BadInput(f"{place}: {sentence}", path=error.path, code=error.code)


def _has_foreign_worker(files: SiteFiles) -> bool:
    return PurePath(files.info.worker_bin_path or "").name in FOREIGN_WORKERS


def _notes(files: SiteFiles, system: ClusterSystem | None) -> list[str]:
    notes = [f"{INFO}: {key} is not known, and was left out." for key in files.unknown_keys]
    if _has_foreign_worker(files):
        notes.append(f"{INFO}: worker_bin_path is CryoSPARC's; Lanekeeper uses its own.")
    if system is None:
        notes.append(f"{INFO}: qsub_cmd_tpl is not of Slurm, PBS or Grid Engine: no job will run.")
    return notes
