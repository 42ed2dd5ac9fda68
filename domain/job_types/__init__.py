"""The catalogue of job types: declarations read, checked and offered (05-job-types, section 2)."""

from domain.job_types.catalogue import Catalogue, availability, load_catalogue
from domain.job_types.command import CommandRefused, render_command
from domain.job_types.declaration import (
    BuilderTag,
    InputDeclaration,
    JobTypeDeclaration,
    NextStep,
    OutputDeclaration,
    ParamDeclaration,
    ParamType,
    Stability,
)
from domain.job_types.load import load_declaration
from domain.job_types.next_steps import next_inputs, next_types
from domain.job_types.outputs import promised_outputs
from domain.job_types.outside import outside_run, runner_command
from domain.job_types.params import (
    ParamProblem,
    Resources,
    applicable_params,
    check_params,
    complete_params,
    resources,
)
from domain.job_types.records import DeclarationRefused

__all__ = [
    "BuilderTag",
    "Catalogue",
    "CommandRefused",
    "DeclarationRefused",
    "InputDeclaration",
    "JobTypeDeclaration",
    "NextStep",
    "OutputDeclaration",
    "ParamDeclaration",
    "ParamProblem",
    "ParamType",
    "Resources",
    "Stability",
    "applicable_params",
    "availability",
    "check_params",
    "complete_params",
    "load_catalogue",
    "load_declaration",
    "next_inputs",
    "next_types",
    "outside_run",
    "promised_outputs",
    "render_command",
    "resources",
    "runner_command",
]
