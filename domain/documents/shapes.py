"""The shapes inside a job's document: inputs, outputs, slots, progress, errors."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

JsonObject = dict[str, Any]  # JSON as users and programs send it: any value is possible


class ClusterVar(BaseModel):
    """A value for a custom variable of a cluster's templates."""

    name: str
    value: str


class Connection(BaseModel):
    """One output of a parent in an input of a job; addressed by its index in the list."""

    job_uid: str
    output: str
    source_missing: bool = False


class JobInput(BaseModel):
    """What is connected to one input; its definition lives in the job type."""

    connections: list[Connection] = Field(default_factory=list)


class OutputVersion(BaseModel):
    """One usable version of an output; `version` counts iterations, the last may be final."""

    version: int
    final: bool
    metafile: str
    star: str | None = None
    num_items: int
    slots: list[str] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)
    size_bytes: int = 0
    created_at: datetime


class JobOutput(BaseModel):
    """What a run has produced for one output; paths are relative to the project directory."""

    num_items: int = 0
    summary: JsonObject = Field(default_factory=dict)
    image: str | None = None
    versions: list[OutputVersion] = Field(default_factory=list)

    @property
    def final(self) -> OutputVersion | None:
        """The final version, once the job has one."""
        return next((v for v in reversed(self.versions) if v.final), None)


class BuildError(BaseModel):
    """What keeps a job from being queued; `loc` leads to it, e.g. ["params", "psize_A"]."""

    type: str
    loc: list[str]
    message: str


class ResourceNeed(BaseModel):
    """Slots that one run needs; RAM in slots of 8 GiB."""

    cpu: int = 1
    gpu: int = 0
    ram: int = 1
    ssd: bool = False


class SlotIndices(BaseModel):
    """Indices of slots of one target."""

    cpu: list[int] = Field(default_factory=list)
    gpu: list[int] = Field(default_factory=list)
    ram: list[int] = Field(default_factory=list)


class AllocatedResources(BaseModel):
    """What a run was given, written before the launch."""

    lane: str
    lane_type: Literal["node", "cluster"]
    target: str
    hostname: str
    slots: SlotIndices = Field(default_factory=SlotIndices)
    ssd: bool = False
    licenses_acquired: int = 0


class Shortage(BaseModel):
    """What the closest target lacks: `resource` is cpu, gpu, ram, ssd or token."""

    resource: str
    needed: int
    free: int


class QueueReason(BaseModel):
    """Why a queued job waits, with numbers; `blocked_by` are the ids of at most three jobs."""

    status: str
    message: str
    position_in_lane: int | None = None
    shortages: list[Shortage] = Field(default_factory=list)
    blocked_by: list[str] = Field(default_factory=list)


class Progress(BaseModel):
    """How far a run has come; `fraction` is 0 to 1."""

    fraction: float | None = None
    message: str | None = None
    iteration: int | None = None
    iterations: int | None = None
    eta_seconds: float | None = None
    updated_at: datetime


class RunError(BaseModel):
    """A message of the last run; the newest ten are kept."""

    message: str
    warning: bool = False


class Answer(BaseModel):
    """What a user has answered to an interaction; `data` is JSON that meets its schema."""

    data: Any
    given_by: str
    given_at: datetime


class Interaction(BaseModel):
    """What an interactive job asks, set only while it waits; `answer` once it has been given.

    `between_phases`: no process waits for the answer, another attempt will begin with it.
    """

    id: str
    kind: str
    title: str
    data: JsonObject = Field(default_factory=dict)
    submit_schema: JsonObject | None = None
    answer: Answer | None = None
    between_phases: bool = False
