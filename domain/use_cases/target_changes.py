"""Change targets; never a slot that is held."""

from typing import Any, TypedDict

from domain.cluster_templates import checked
from domain.database import AFTER, Row
from domain.documents import Target
from domain.documents.shapes import ClusterVar
from domain.documents.target import SshConnection
from domain.errors import BadInput, NotFound, OperationFailed, RevisionConflict
from domain.permissions import Permission, require
from domain.resources import SlotMap, ram_slots, reselected, resized
from domain.slots import holders
from domain.use_cases.context import Request
from domain.use_cases.lanes import require_no_holder, require_words
from domain.use_cases.revisions import at_revision, require_revision
from domain.use_cases.target_checks import GpuChoice, Storage, chosen_gpus, require_amounts
from domain.use_cases.targets import require_lane_of

TRIES = 20
"""How often a change is worked out anew because a job took or gave back slots meanwhile."""


class TargetChanges(TypedDict, total=False):
    """The new values that every target can have; what is left out stays."""

    lane: str
    title: str
    desc: str | None
    worker_bin_path: str | None
    cache_path: str | None
    cache_reserve_mb: int | None
    cache_quota_mb: int | None


class NodeChanges(TargetChanges, total=False):
    """The new values of a machine; `ssh` None means this machine."""

    hostname: str
    ssh: SshConnection | None
    cpu_cores: int
    ram_gb: float
    gpus: GpuChoice


class ClusterChanges(TargetChanges, total=False):
    """The new values of a cluster; the custom variables replace those that were there."""

    send_cmd_tpl: str
    qsub_cmd_tpl: str
    qstat_cmd_tpl: str
    qdel_cmd_tpl: str
    qinfo_cmd_tpl: str
    script_tpl: str
    custom_vars: list[ClusterVar]


async def update_node_target(
    request: Request, name: str, changes: NodeChanges, *, expected_revision: int | None = None
) -> Target:
    """Change a machine; a slot that is held stays held by the same attempt, whatever is changed.

    Fewer cores or less memory take away free slots alone. Raises InUse, with the jobs, if more
    are held than would be left, if a GPU that is held is not among the new ones, or if the
    machine itself would be another (`ssh`) while jobs run on it. The write is keyed on the
    target's revision, which every taking and giving back of slots raises.
    Raises also Forbidden, NotFound, BadInput, LaneRefused, RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    for _ in range(TRIES):
        target = await _read(name, "node", expected_revision)
        values = await _node_values(target, changes)
        try:
            return await write_target(name, values, target.revision)
        except RevisionConflict:
            if expected_revision is not None:
                raise
    raise OperationFailed(f"Target {name} is too busy to be changed.", retryable=True)


async def update_cluster_target(
    request: Request, name: str, changes: ClusterChanges, *, expected_revision: int | None = None
) -> Target:
    """Change a cluster; its templates are checked with the new values, as on creation.

    Raises Forbidden, NotFound, BadInput (INVALID_TEMPLATE among others), LaneRefused,
    RevisionConflict.
    """
    require(request.viewer, Permission.ADMIN)
    target = await _read(name, "cluster", expected_revision)
    values = await _common_values(target, changes)
    assert target.cluster is not None
    templates = {k: v for k, v in changes.items() if k in type(target.cluster).model_fields}
    if templates:
        values = {k: v for k, v in values.items() if k not in templates}
        cluster = await checked(target.cluster.model_copy(update=templates))
        values["cluster"] = cluster.model_dump()
    return await write_target(name, values, target.revision)


async def _read(name: str, type: str, expected_revision: int | None) -> Target:
    target = await require_revision(Target, name, expected_revision)
    if target.type != type:
        message = f"Target {name} is of type {target.type}, not {type}."
        raise BadInput(message, path=["name"])
    return target


async def write_target(name: str, values: Row, expected_revision: int | None) -> Target:
    """Set `values` in one write; raises NotFound, RevisionConflict."""
    update: Row = {"$inc": {"revision": 1}, **({"$set": values} if values else {})}
    row = await Target.rows().find_one_and_update(
        at_revision(name, expected_revision), update, return_document=AFTER
    )
    if row is None:
        await require_revision(Target, name, expected_revision)
        raise NotFound(f"There is no target {name}.")
    return Target.from_row(row)


async def _common_values(target: Target, changes: TargetChanges) -> Row:
    values: Row = dict(changes)
    after = _after(target, changes)
    require_words(after.title, after.desc)
    storage = Storage(**{name: getattr(after, name) for name in Storage.__dataclass_fields__})
    storage.require_acceptable()
    values |= {k: v for k, v in storage.values().items() if k in changes}
    if "lane" in changes:
        await require_lane_of(changes["lane"], target.type)
    return values


async def _node_values(target: Target, changes: NodeChanges) -> Row:
    values = await _common_values(target, changes)
    after = _after(target, changes)
    require_amounts(
        cpu_cores=after.cpu_cores, ram_gb=after.ram_gb, hostname=after.hostname, ssh=after.ssh
    )
    if "ssh" in changes:
        values["ssh"] = after.ssh.model_dump() if after.ssh else None
    if after.ssh != target.ssh:
        require_no_holder(target, holders(target), f"{target.name} cannot be another machine now")
        values["online"] = False
    slots: dict[str, Any] = {}  # kind → its slots, or None if too many are held
    if "cpu_cores" in changes:
        slots["cpu"] = resized(target.slots.get("cpu", {}), after.cpu_cores)
    if "ram_gb" in changes:
        slots["ram"] = resized(target.slots.get("ram", {}), ram_slots(after.ram_gb))
    if "gpus" in changes:
        gpus = await chosen_gpus(changes["gpus"], after.ssh)
        values["gpus"] = [gpu.model_dump() for gpu in gpus]
        chosen = [gpu.index for gpu in gpus if gpu.enabled]
        slots["gpu"] = reselected(target.slots.get("gpu", {}), chosen)
    _require_free(target, slots)
    return values | {f"slots.{kind}": left for kind, left in slots.items()}


def _require_free(target: Target, slots: dict[str, SlotMap | None]) -> None:
    for kind, left in slots.items():
        if left is None:
            keys = {key for key in target.slots[kind].values() if key}
            require_no_holder(target, keys, f"{target.name} cannot lose {kind.upper()} slots now")


def _after(target: Target, changes: TargetChanges) -> Target:
    known = {k: v for k, v in changes.items() if k in Target.model_fields and k != "gpus"}
    after: Target = target.model_copy(update=known)
    return after
