"""The catalogue of job types: declarations read, checked and offered (05-job-types, section 2)."""

from domain.job_types.availability import Lacking
from domain.job_types.catalogue import Catalogue, load_catalogue
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
from domain.job_types.site import NO_RULES, Site, SiteRefused, Surroundings, load_site

__all__ = [
    "NO_RULES",
    "BuilderTag",
    "Catalogue",
    "CommandRefused",
    "DeclarationRefused",
    "InputDeclaration",
    "JobTypeDeclaration",
    "Lacking",
    "NextStep",
    "OutputDeclaration",
    "ParamDeclaration",
    "ParamProblem",
    "ParamType",
    "Resources",
    "Site",
    "SiteRefused",
    "Stability",
    "Surroundings",
    "applicable_params",
    "check_params",
    "complete_params",
    "load_catalogue",
    "load_declaration",
    "load_site",
    "next_inputs",
    "next_types",
    "outside_run",
    "promised_outputs",
    "render_command",
    "resources",
    "runner_command",
]
