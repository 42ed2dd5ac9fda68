"""The closed vocabularies of job types."""

from enum import StrEnum

from schema.described import describe


class JobStability(StrEnum):
    """How far a job type has come; the value is what declarations hold."""

    DEVELOP = "develop"
    BETA = "beta"
    STABLE = "stable"
    LEGACY = "legacy"
    OBSOLETE = "obsolete"


class BuilderTag(StrEnum):
    """A mark in the builder; the value is what declarations hold."""

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
    """The type of a parameter; the value is what declarations hold."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PATH = "path"
    ENUM = "enum"
    LIST = "list"


describe(
    JobStability,
    "JobStability",
    "Life stage of a job type.",
    {
        "DEVELOP": "Under development.",
        "BETA": "For trying out.",
        "STABLE": "Stable.",
        "LEGACY": "Replaced; still runs.",
        "OBSOLETE": "Cannot be created or run.",
    },
)

describe(
    BuilderTag,
    "BuilderTag",
    "Visual indicator of a job type in the builder.",
    {
        "NEW": "New.",
        "INTERACTIVE": "Interactive.",
        "GPU_ENABLED": "Uses a GPU.",
        "MULTI_GPU": "Uses several GPUs.",
        "UTILITY": "Utility.",
        "IMPORT": "Import.",
        "LIVE": "Live.",
        "BENCHMARK": "Benchmark.",
        "WRAPPER": "Wraps a third-party program.",
    },
)

describe(
    ParamType,
    "ParamType",
    "Type of a parameter value.",
    {
        "STRING": "String.",
        "INTEGER": "Whole number.",
        "NUMBER": "Whole or decimal number.",
        "BOOLEAN": "True or false.",
        "PATH": "Absolute path, may hold wildcards where the description says so.",
        "ENUM": "One of `enumValues`.",
        "LIST": "List of values.",
    },
)
