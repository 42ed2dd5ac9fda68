"""Inputs of the mutations of lanes and targets."""

from strawberry import UNSET

from schema.described import attribute, input_type, one_of_input
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.lane_type import LaneType


@input_type
class SshInput:
    """How to reach a node over SSH, with the server's key."""

    host: str = attribute("Host name or address.")
    port: int = attribute("Port.")
    user: str = attribute("Login.")


@one_of_input
class GpuSelection:
    """Which GPUs a node gives to the scheduler."""

    indexes: list[int] | None = attribute("These; an empty list means none.", default=UNSET)
    detect: bool | None = attribute("True: all that are found on the machine.", default=UNSET)


@input_type
class CreateLaneInput:
    """Input of createLane."""

    name: str = attribute("Name, unique and never changed.")
    type: LaneType = attribute("Kind of its targets.")
    title: str | None = attribute("Title; the name if omitted.", default=UNSET)
    desc: str | None = attribute("Description.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


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
