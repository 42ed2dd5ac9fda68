"""A job type as data: what its TOML file says, as frozen values (05-job-types, section 2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.job_types.outside_rules import (
    Collected,
    EarlyEnd,
    Exporter,
    FileRule,
    Success,
    WatchRule,
)

JsonValue = Any  # a param's value: whatever JSON can hold, checked by `check_params`

CATEGORIES = (
    "import",
    "motion_correction",
    "ctf_estimation",
    "exposure_curation",
    "particle_picking",
    "extraction",
    "deep_picker",
    "particle_curation",
    "reconstruction",
    "refinement",
    "ctf_refinement",
    "variability",
    "flexibility",
    "postprocessing",
    "local_refinement",
    "helix",
    "utilities",
    "simulations",
    "live",
    "instance_testing",
    "workflows",
)
"""In the order of the builder (02-glossary, section 3)."""

DATA_TYPES = (
    "exposure",
    "particle",
    "template",
    "volume",
    "volume_multi",
    "mask",
    "live",
    "ml_model",
    "symmetry_candidate",
    "flex_mesh",
    "flex_model",
    "hyperparameter",
    "denoise_model",
    "annotation_model",
)


PHASES = ("prepare", "apply")


class Stability(StrEnum):
    """The life stage of a job type; an obsolete one cannot be created or run."""

    DEVELOP = "develop"
    BETA = "beta"
    STABLE = "stable"
    LEGACY = "legacy"
    OBSOLETE = "obsolete"


class BuilderTag(StrEnum):
    """Words that the builder shows beside a job type."""

    NEW = "new"
    INTERACTIVE = "interactive"
    GPU_ENABLED = "gpu_enabled"
    MULTI_GPU = "multi_gpu"
    UTILITY = "utility"
    IMPORT = "import"
    LIVE = "live"
    BENCHMARK = "benchmark"
    WRAPPER = "wrapper"


class ParamType(StrEnum):
    """The type of a param's value."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PATH = "path"
    ENUM = "enum"
    LIST = "list"


@dataclass(frozen=True, kw_only=True)
class ParamDeclaration:
    """One param; limits are inclusive unless named exclusive, a pattern fits all of a text.

    With `when`, a condition over params above it, it is hidden and has its default otherwise.
    """

    type: ParamType
    title: str
    description: str = ""
    default: JsonValue = None
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    multiple_of: int | None = None
    pattern: str | None = None
    enum_values: tuple[JsonValue, ...] | None = None
    path_kinds: tuple[str, ...] = ("file",)
    advanced: bool = False
    hidden: bool = False
    section: str | None = None
    when: str | None = None


@dataclass(frozen=True, kw_only=True)
class SectionDeclaration:
    """A group of params in forms."""

    title: str


@dataclass(frozen=True, kw_only=True)
class InputDeclaration:
    """One input; `slots` it reads, optional ones begin with "?"; `max` None means 500.

    An `exporter` writes it, for a program that knows nothing of us, as {exports.NAME}.
    """

    type: str
    title: str
    description: str = ""
    slots: tuple[str, ...] = ()
    min: int = 0
    max: int | None = None
    exporter: Exporter | None = None


@dataclass(frozen=True, kw_only=True)
class OutputDeclaration:
    """One output; slots that it does not make itself come from the input `passthrough`.

    With `repeat`, an amount, it is there that often: "{k}" in its name and texts is its number.
    """

    type: str
    title: str
    description: str = ""
    slots: tuple[str, ...] = ()
    passthrough: str | None = None
    required: bool = True
    versions: bool = False
    repeat: int | str | None = None


@dataclass(frozen=True, kw_only=True)
class ConditionalArguments:
    """Arguments of a command that are left out unless the value named by `when` is true."""

    when: str
    args: tuple[str, ...]


CommandItem = str | ConditionalArguments
"""Text with fields in braces, or {when = "params.x", args = […]}."""


@dataclass(frozen=True, kw_only=True)
class RunDeclaration:
    """How it runs; `command` is an argv, never a line for a shell.

    `interactive` names the panel; with `phases` (PHASES, or none) it asks and ends, and runs anew
    with the answer. A command with rules to `watch` it, or with files to `collect` by output, need
    know nothing of Lanekeeper; `stop` and `success` are about such a command.

    `resume` names the param that takes the directory of an earlier job of this type, where it goes
    on.

    `env` is set for it last; `threads_env` is the number of threads that numerical libraries take,
    else the cores it has; `stop_grace_s` is the time it has to end by itself when it is killed, and
    `time_limit_s` that after which it is.
    """

    command: tuple[CommandItem, ...]
    watch: tuple[WatchRule | FileRule, ...] = ()
    collect: Mapping[str, Collected] = field(default_factory=dict)
    stop: EarlyEnd | None = None
    success: Success = field(default_factory=Success)
    iterative: bool = False
    resume: str | None = None
    interactive: str | None = None
    phases: tuple[str, ...] = ()
    master_direct: bool = False
    lightweight: bool = False
    env: Mapping[str, str] = field(default_factory=dict)
    threads_env: int | None = None
    stop_grace_s: float | None = None
    time_limit_s: float | None = None

    @property
    def is_outside(self) -> bool:
        """Whether the command is watched and its files collected by us."""
        return bool(self.watch or self.collect)


@dataclass(frozen=True, kw_only=True)
class ResourceDeclaration:
    """What a run needs: numbers, or expressions over the params; RAM in GiB."""

    cpu: int | str = 1
    gpu: int | str = 0
    ram_gb: float | str = 8
    ssd: bool | str = False


@dataclass(frozen=True, kw_only=True)
class VersionRule:
    """The version that a program must have: at least `min`, and below `below`.

    `command` asks it, an executable of the type first; `match` finds the version in what it says,
    as its first group.
    """

    command: tuple[str, ...]
    match: str
    min: str = ""
    below: str = ""


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What must be installed for the type to run, and what to tell people if it is not."""

    executables: tuple[str, ...] = ()
    python: tuple[str, ...] = ()
    version: VersionRule | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A type that commonly comes next; `connect` maps its inputs to outputs of this type.

    Without `connect`, pairs are found (see `next_steps.next_inputs`).
    """

    type: str
    connect: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class JobTypeDeclaration:
    """One job type in one version; params, `sections` of them, inputs and outputs by name.

    One that `replaces` takes the place of the type of its name from an earlier source.
    """

    type: str
    version: int
    title: str
    short_title: str
    description: str
    category: str
    run: RunDeclaration
    stability: Stability = Stability.STABLE
    builder_tags: tuple[BuilderTag, ...] = ()
    hidden: bool = False
    replaces: bool = False
    next_steps: tuple[str | NextStep, ...] = ()
    citation: str = ""
    requires: Requirements = field(default_factory=Requirements)
    resources: ResourceDeclaration = field(default_factory=ResourceDeclaration)
    params: Mapping[str, ParamDeclaration] = field(default_factory=dict)
    sections: Mapping[str, SectionDeclaration] = field(default_factory=dict)
    inputs: Mapping[str, InputDeclaration] = field(default_factory=dict)
    outputs: Mapping[str, OutputDeclaration] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[NextStep, ...]:
        """The next steps, each in its long form."""
        return tuple(s if isinstance(s, NextStep) else NextStep(type=s) for s in self.next_steps)
