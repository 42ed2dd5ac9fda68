"""The closed vocabularies of job types as clients see them."""

from domain.job_types import BuilderTag, ParamType, Stability
from schema.described import describe

describe(
    Stability,
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
