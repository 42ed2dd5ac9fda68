"""Inputs of the mutations of targets that both kinds have, and of machines."""

from typing import cast

from strawberry import UNSET

from domain.documents.target import SshConnection
from domain.use_cases.target_changes import NodeChanges
from domain.use_cases.target_checks import GpuChoice
from domain.use_cases.targets import NewNodeTarget
from schema.described import attribute, input_type, one_of_input
from schema.given import changes_of, given
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import BigInt

CLEARED = dict.fromkeys(
    ("desc", "worker_bin_path", "cache_path", "cache_reserve_mb", "cache_quota_mb")
)
"""What null clears in an update of any target."""
OF_ALL = ("lane", "title", *CLEARED)
"""The fields of an update of any target."""


@input_type
class SshInput:
    """How to reach a node over SSH, with the server's key."""

    host: str = attribute("Host name or address.")
    port: int = attribute("Port.", default=22)
    user: str = attribute("Login.")

    @property
    def connection(self) -> SshConnection:
        """As the target's document holds it."""
        return SshConnection(host=self.host, port=self.port, user=self.user)


@one_of_input
class GpuSelection:
    """Which GPUs a node gives to the scheduler."""

    indexes: list[int] | None = attribute("These; an empty list means none.", default=UNSET)
    detect: bool | None = attribute("True: all that are found on the machine.", default=UNSET)

    @property
    def choice(self) -> GpuChoice:
        """Which are meant; `detect: false` means none."""
        return GpuChoice(tuple(given(self.indexes) or ()), detect=bool(given(self.detect)))


@input_type
class CreateNodeTargetInput:
    """Input of createNodeTarget."""

    lane: str = attribute("Lane.")
    name: str = attribute("Name, unique and never changed.")
    title: str | None = attribute("Title; the name if omitted.", default=UNSET)
    desc: str | None = attribute("Description.", default=UNSET)
    hostname: str = attribute("Hostname, shown to users.")
    ssh: SshInput | None = attribute("SSH connection; null means this machine.", default=UNSET)
    cpu_cores: int = attribute("CPU cores for the scheduler.")
    gpus: GpuSelection | None = attribute("GPUs for the scheduler; none if omitted.", default=UNSET)
    ram_gb: float = attribute("Memory for the scheduler, GiB; rounded down to slots of 8 GiB.")
    worker_bin_path: str | None = attribute(
        "Worker executable; null for the built-in one.", default=UNSET
    )
    cache_path: str | None = attribute("SSD scratch path; null for none.", default=UNSET)
    cache_reserve_mb: int | None = attribute("MB to leave free on the SSD.", default=UNSET)
    cache_quota_mb: int | None = attribute("MB to use at most.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def new_target(self) -> NewNodeTarget:
        """What is to be made."""
        ssh, gpus = given(self.ssh), given(self.gpus)
        return NewNodeTarget(
            lane=self.lane,
            name=self.name,
            title=given(self.title),
            desc=given(self.desc),
            hostname=self.hostname,
            ssh=ssh.connection if ssh else None,
            cpu_cores=self.cpu_cores,
            gpus=gpus.choice if gpus else GpuChoice(),
            ram_gb=self.ram_gb,
            worker_bin_path=given(self.worker_bin_path),
            cache_path=given(self.cache_path),
            cache_reserve_mb=given(self.cache_reserve_mb),
            cache_quota_mb=given(self.cache_quota_mb),
        )


@input_type
class UpdateNodeTargetInput:
    """Input of updateNodeTarget."""

    name: str = attribute("Name.")
    lane: str | None = attribute("Lane to belong to, of the same type.", default=UNSET)
    title: str | None = attribute("New title.", default=UNSET)
    desc: str | None = attribute("New description.", default=UNSET)
    hostname: str | None = attribute("Hostname, shown to users.", default=UNSET)
    ssh: SshInput | None = attribute("SSH connection; null means this machine.", default=UNSET)
    cpu_cores: int | None = attribute("CPU cores for the scheduler.", default=UNSET)
    gpus: GpuSelection | None = attribute("GPUs for the scheduler.", default=UNSET)
    ram_gb: float | None = attribute(
        "Memory for the scheduler, GiB; rounded down to slots of 8 GiB.", default=UNSET
    )
    worker_bin_path: str | None = attribute(
        "Worker executable; null for the built-in one.", default=UNSET
    )
    cache_path: str | None = attribute("SSD scratch path; null for none.", default=UNSET)
    cache_reserve_mb: int | None = attribute("MB to leave free on the SSD.", default=UNSET)
    cache_quota_mb: int | None = attribute("MB to use at most.", default=UNSET)
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the target changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> NodeChanges:
        """What is to change; raises BadInput for null where it has no meaning."""
        names = ("hostname", "ssh", "cpu_cores", "ram_gb", "gpus")
        values = changes_of(self, *OF_ALL, *names, empty={"ssh": None, **CLEARED})
        if values.get("ssh"):
            values["ssh"] = values["ssh"].connection
        if "gpus" in values:
            values["gpus"] = values["gpus"].choice
        return cast(NodeChanges, values)


@input_type
class DeleteTargetInput:
    """Input of deleteTarget."""

    name: str = attribute("Name.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the target changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class VerifyTargetInput:
    """Input of verifyTarget."""

    name: str = attribute("Name.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class FreeQuarantinedSlotsInput:
    """Input of freeQuarantinedSlots."""

    name: str = attribute("Target.")
    attempt: str = attribute("The run that holds them, QuarantinedSlots.attempt.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the target changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class DeclareTargetLostInput:
    """Input of declareTargetLost."""

    name: str = attribute("Name.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the target changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
