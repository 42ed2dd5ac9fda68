"""Job types: what can be built, with which inputs, outputs and parameters."""

from schema.described import attribute, describe, field, object_type
from schema.directives import ListSize
from schema.job_category import JobCategory
from schema.node import Node
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


@object_type
class OutputSpec:
    """Specification of an output."""

    name: str = attribute("Name.")
    type: str = attribute("Kind of data, e.g. particle, volume; only equal kinds connect.")
    title: str = attribute("Title.")
    description: str = attribute("Description.")
    passthrough: str | None = attribute("Input whose data it carries on.")


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
    stability: JobStability = attribute("Life stage.")
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
    available: bool = attribute("Can be created and run here.")
    unavailable_reason: str | None = attribute("Why not.")
    provider: str = attribute("Package that supplies it.")

    @field(ListSize(assumed_size=8))
    def next_steps(self) -> list[JobType]:
        """Common next steps."""
        return []
