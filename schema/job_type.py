"""Job types: what can be built, with which inputs, outputs and parameters."""

from collections.abc import Mapping

import strawberry

from domain.installed_programs import lacking_on
from domain.job_types import (
    BuilderTag,
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    ParamDeclaration,
    ParamType,
    Resources,
    Stability,
    applicable_params,
    promised_outputs,
    resources,
)
from domain.job_types.expressions import ExpressionRefused
from schema import job_type_enums  # noqa: F401 - describes the enums used here
from schema.context import Context, Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize
from schema.job_category import JobCategory
from schema.node import Node, global_id
from schema.presenting import same_names
from schema.scalars import JSON


@object_type
class ParamSpec:
    """Specification of a parameter."""

    name: str = attribute("Key in params.")
    title: str = attribute("Title.")
    description: str = attribute("Description.")
    type: ParamType = attribute("Type.")
    default: JSON | None = attribute("Default value; null when there is none.")
    enum_values: list[JSON] | None = attribute("Allowed values of an ENUM.")
    minimum: float | None = attribute("Least value.")
    maximum: float | None = attribute("Greatest value.")
    advanced: bool = attribute("Hidden until advanced parameters are shown.")
    section: str | None = attribute("Section title.")
    required: bool = attribute("Must be set before the job can be queued.")

    @classmethod
    def of(cls, name: str, declared: ParamDeclaration, section: str | None) -> "ParamSpec":
        """Show a parameter; `section` is the title of its group."""
        allowed = declared.enum_values
        return cls(
            name=name,
            section=section,
            enum_values=None if allowed is None else [JSON(value) for value in allowed],
            **same_names(cls, declared, "name", "section", "enum_values"),
        )

    @classmethod
    def list_of(
        cls, declaration: JobTypeDeclaration, params: Mapping[str, object] | None = None
    ) -> "list[ParamSpec]":
        """The parameters of a job type, in display order; hidden ones are left out.

        With the `params` of a job, those that do not apply to them are left out too.
        """
        shown = declaration.params if params is None else applicable_params(declaration, params)
        titles = {name: section.title for name, section in declaration.sections.items()}
        return [
            cls.of(name, param, titles.get(param.section or "", param.section))
            for name, param in shown.items()
            if not param.hidden
        ]


@object_type
class InputSpec:
    """Specification of an input."""

    name: str = attribute("Name.")
    type: str = attribute("Kind of data, e.g. particle, volume; only equal kinds connect.")
    title: str = attribute("Title.")
    description: str = attribute("Description.")
    required: bool = attribute("Whether countMin is at least 1.")
    count_min: int = attribute("Fewest connections.")
    count_max: int | None = attribute("Most connections; null means 500.")

    @classmethod
    def of(cls, name: str, declared: InputDeclaration) -> "InputSpec":
        """Show an input."""
        return cls(
            name=name,
            required=declared.min > 0,
            count_min=declared.min,
            count_max=declared.max,
            **same_names(cls, declared, "name", "required", "count_min", "count_max"),
        )


@object_type
class OutputSpec:
    """Specification of an output."""

    name: str = attribute("Name.")
    type: str = attribute("Kind of data, e.g. particle, volume; only equal kinds connect.")
    title: str = attribute("Title.")
    description: str = attribute("Description.")
    passthrough: str | None = attribute("Input whose data it carries on.")

    @classmethod
    def of(cls, name: str, declared: OutputDeclaration) -> "OutputSpec":
        """Show an output."""
        return cls(name=name, **same_names(cls, declared, "name"))

    @classmethod
    def list_of(cls, declaration: JobTypeDeclaration) -> "list[OutputSpec]":
        """What a job has whose parameters are the defaults."""
        return [cls.of(name, slot) for name, slot in promised_outputs(declaration, {}).items()]


@object_type
class ResourceSpec:
    """Resources a job asks for."""

    cpu: int = attribute("CPU cores.")
    gpu: int = attribute("GPUs.")
    ram: int = attribute("RAM slots of 8 GiB.")
    ssd: bool = attribute("Needs SSD scratch.")


@object_type
class JobType(Node):
    """A job type of the register."""

    key: str = attribute("Key, e.g. class_2D_new.")
    title: str = attribute("Title.")
    short_title: str = attribute("Title for narrow places.")
    category: JobCategory = attribute("Builder section.")
    description: str = attribute("Markdown.")
    stability: Stability = attribute("Life stage.")
    builder_tags: list[BuilderTag] = attribute("Indicators in the builder.")
    interactive: bool = attribute("Waits for user input; runs on the default lane.")
    master_direct: bool = attribute(
        "Runs on the default lane, or on Instance.importLaneOverride for imports."
    )
    iterative: bool = attribute("Saves intermediate results at every iteration.")
    inputs: list[InputSpec] = attribute("Inputs.")
    outputs: list[OutputSpec] = attribute("Outputs.")
    params: list[ParamSpec] = attribute("Parameters, in display order.")
    resources: ResourceSpec = attribute("Resources with default parameters.")
    declaration: strawberry.Private[JobTypeDeclaration]

    @field()
    async def available(self, info: Info) -> bool:
        """Can be created and run here."""
        return await self.unavailable_reason(info) is None

    @field()
    async def unavailable_reason(self, info: Info) -> str | None:
        """Why not."""
        return await unavailable_reason(self.declaration, info.context)

    @field()
    def provider(self, info: Info) -> str:
        """Package that supplies it."""
        return info.context.catalogue.providers.get(self.key, "lanekeeper")

    @field(ListSize(assumed_size=8))
    def next_steps(self, info: Info) -> "list[JobType]":
        """Common next steps."""
        catalogue = info.context.catalogue
        found = [catalogue.get(step.type) for step in self.declaration.steps]
        return [JobType.of(step) for step in found if step and not step.hidden]

    @classmethod
    def of(cls, declaration: JobTypeDeclaration) -> "JobType":
        """Show a job type."""
        needed = _default_resources(declaration)
        return cls(
            id=global_id("JobType", declaration.type),
            key=declaration.type,
            title=declaration.title,
            short_title=declaration.short_title,
            category=JobCategory(declaration.category),
            description=declaration.description,
            stability=declaration.stability,
            builder_tags=list(declaration.builder_tags),
            interactive=declaration.run.interactive is not None,
            master_direct=declaration.run.master_direct,
            iterative=declaration.run.iterative,
            inputs=[InputSpec.of(name, slot) for name, slot in declaration.inputs.items()],
            outputs=OutputSpec.list_of(declaration),
            params=ParamSpec.list_of(declaration),
            resources=ResourceSpec(
                cpu=needed.cpu, gpu=needed.gpu, ram=needed.ram_slots, ssd=needed.ssd
            ),
            declaration=declaration,
        )


async def unavailable_reason(declaration: JobTypeDeclaration, context: Context) -> str | None:
    """Why the type can run nowhere, as a sentence; None if it can."""
    lacking = lacking_on(await context.reads.targets())
    return context.catalogue.unavailable_reason(declaration, lacking)


def _default_resources(declaration: JobTypeDeclaration) -> Resources:
    """What a job needs whose parameters are the defaults; the least, if those do not suffice."""
    try:
        return resources(declaration, {})
    except ExpressionRefused:
        return Resources(cpu=1, gpu=0, ram_slots=1, ssd=False)
