"""A target: a concrete place to run, with the map of its slots."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from domain.database import index
from domain.documents.record import Record
from domain.documents.shapes import ClusterVar


class SshConnection(BaseModel):
    """How to reach a node; None on the target means this machine."""

    host: str
    port: int = 22
    user: str


class GpuDevice(BaseModel):
    """One GPU of a node; `mem` in bytes. A declared GPU need not exist on this machine."""

    index: int
    name: str
    mem: int
    uuid: str | None = None
    enabled: bool = True
    utilisation: float | None = None
    memory_used: int | None = None


class ClusterTemplates(BaseModel):
    """The command and script templates of a cluster.

    `variables` are the names of all that they use; found by `cluster_templates.checked`.
    """

    send_cmd_tpl: str
    qsub_cmd_tpl: str
    qstat_cmd_tpl: str
    qdel_cmd_tpl: str
    qinfo_cmd_tpl: str
    script_tpl: str
    custom_vars: list[ClusterVar] = Field(default_factory=list)
    variables: list[str] = Field(default_factory=list)


class Quarantine(BaseModel):
    """Why an attempt keeps its slots though it is given up: its death is not proven.

    `freed_at`: an administrator vouches for it; the leader then gives the slots back.
    """

    since: datetime
    reason: str
    freed_at: datetime | None = None
    freed_by: str | None = None


class Target(Record):
    """One target; its id is its name, which never changes.

    `slots` maps cpu, gpu and ram → index as text → the "job#attempt" that holds the slot, or
    None when it is free. It changes only by the compare-and-set of `domain/slots.py`, and so does
    `quarantine`: "job#attempt" → why it keeps what it holds. `declared_lost_at` stands until the
    leader has ended the jobs of the machine.

    `lacks`: job type → the program that it needs and that is not there; None: nobody has looked.
    """

    id: str
    type: Literal["node", "cluster"]
    lane: str
    title: str
    desc: str | None = None
    hostname: str
    ssh: SshConnection | None = None
    cpu_cores: int = 0
    ram_gb: float = 0
    gpus: list[GpuDevice] = Field(default_factory=list)
    cluster: ClusterTemplates | None = None
    worker_bin_path: str | None = None
    cache_path: str | None = None
    cache_reserve_mb: int | None = None
    cache_quota_mb: int | None = None
    online: bool = False
    last_seen_at: datetime | None = None
    drained: bool = False
    declared_lost_at: datetime | None = None
    declared_lost_by: str | None = None
    slots: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    quarantine: dict[str, Quarantine] = Field(default_factory=dict)
    lacks: dict[str, str] | None = None
    term: int = 0
    revision: int = 1
    created_at: datetime

    @property
    def name(self) -> str:
        """The target's name."""
        return self.id

    class Settings:
        """Collection and indexes."""

        name = "targets"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("lane"),
        ]
