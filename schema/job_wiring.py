"""A job's wiring: its inputs with what is connected, its outputs with their versions."""

from datetime import datetime
from mimetypes import guess_type

import strawberry

from domain import documents
from domain.documents import shapes
from domain.job_types import (
    InputDeclaration,
    JobTypeDeclaration,
    OutputDeclaration,
    promised_outputs,
)
from domain.status import JobStatus
from schema.context import Context, Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize
from schema.presenting import present, same_names
from schema.references import LaterJob
from schema.scalars import JSON, BigInt

_UNKNOWN_MEDIA = "application/octet-stream"


@object_type
class ConnectedOutput:
    """A parent's output connected to an input."""

    parent_id: strawberry.Private[str]
    index: int = attribute("Position among the connections of the input.")
    output: str = attribute("Name of its output.")
    source_missing: bool = attribute(
        "The parent was deleted or cleared, or the output's files are gone."
    )

    @field()
    async def parent(self, info: Info) -> LaterJob:
        """Parent job."""
        return present(await info.context.reads.job(self.parent_id))

    @field()
    async def ready(self, info: Info) -> bool:
        """The parent has completed and the output exists."""
        parent = await info.context.reads.job(self.parent_id)
        if parent is None or parent.status is not JobStatus.COMPLETED or parent.deleted:
            return False
        output = parent.outputs.get(self.output)
        return output is not None and output.final is not None


@object_type
class JobInput:
    """An input of a job with its connections."""

    name: str = attribute("Name.")
    type: str = attribute("Kind of data, e.g. particle, volume; only equal kinds connect.")
    title: str = attribute("Title.")
    description: str = attribute("Description.")
    required: bool = attribute("Whether countMin is at least 1.")
    count_min: int = attribute("Fewest connections.")
    count_max: int | None = attribute("Most connections; null means 500.")
    connections: list[ConnectedOutput] = attribute(
        "Connections, in order.", directives=[ListSize(assumed_size=5)]
    )


@object_type
class OutputVersion:
    """A saved version of an output: one per saved iteration."""

    version: int = attribute("Number, from 0.")
    final: bool = attribute("The version that connections use unless they name one (F).")
    in_use: bool = attribute("A connection names this version; clearing keeps it.")
    size_bytes: BigInt = attribute("Bytes on disk.")
    created_at: datetime = attribute("Saved.")


@object_type
class JobFile:
    """A file of a job."""

    path: str = attribute("Path relative to the job directory.")
    size_bytes: BigInt = attribute("Bytes.")
    url: str = attribute("Signed download URL.")
    content_type: str = attribute("Media type.")

    @classmethod
    def of(cls, job: documents.Job, path: str, size_bytes: int, context: Context) -> "JobFile":
        """Show a file; `path` is relative to the project's directory."""
        return cls(
            path=path.removeprefix(f"{job.job_dir}/"),
            size_bytes=BigInt(size_bytes),
            url=context.file_url(job.project_uid, path),
            content_type=guess_type(path)[0] or _UNKNOWN_MEDIA,
        )


@object_type
class JobOutput:
    """An output of a job."""

    job: strawberry.Private[documents.Job]
    made: strawberry.Private[shapes.JobOutput]
    name: str = attribute("Name.")
    type: str = attribute("Kind of data, e.g. particle, volume; only equal kinds connect.")
    title: str = attribute("Title.")
    num_items: int = attribute("Items in the final version; 0 before the job has run.")
    summary: JSON | None = attribute("Summary statistics.")
    passthrough: str | None = attribute("Input whose data it carries on.")

    @field()
    def image_url(self, info: Info) -> str | None:
        """Thumbnail."""
        image = self.made.image
        return info.context.file_url(self.job.project_uid, image) if image else None

    @field(ListSize(assumed_size=20))
    def versions(self) -> list[OutputVersion]:
        """Saved versions, oldest first."""
        return [
            OutputVersion(in_use=False, **same_names(OutputVersion, version, "in_use"))
            for version in self.made.versions
        ]

    @field(ListSize(assumed_size=20))
    async def files(self, info: Info) -> list[JobFile]:
        """Files of the final version."""
        final = self.made.final
        named = [final.metafile, final.star, *final.files] if final else []
        paths = [path for path in named if path]
        sizes = await info.context.reads.file_sizes(self.job.project_uid, paths)
        return [JobFile.of(self.job, path, sizes[path], info.context) for path in sizes]


def inputs_of(job: documents.Job, spec: JobTypeDeclaration | None) -> list[JobInput]:
    """The job's inputs as its type declares them, then those the type no longer knows."""
    declared = spec.inputs if spec else {}
    names = [*declared, *(name for name in job.inputs if name not in declared)]
    unknown = InputDeclaration(type="", title="")
    return [_input(job, name, declared.get(name, unknown)) for name in names]


def _input(job: documents.Job, name: str, slot: InputDeclaration) -> JobInput:
    return JobInput(
        name=name,
        type=slot.type,
        title=slot.title or name,
        description=slot.description,
        required=slot.min > 0,
        count_min=slot.min,
        count_max=slot.max,
        connections=_connections(job, name),
    )


def _connections(job: documents.Job, name: str) -> list[ConnectedOutput]:
    connected = job.inputs.get(name, shapes.JobInput()).connections
    return [
        ConnectedOutput(
            parent_id=f"{job.project_uid}-{connection.job_uid}",
            index=index,
            output=connection.output,
            source_missing=connection.source_missing,
        )
        for index, connection in enumerate(connected)
    ]


def outputs_of(job: documents.Job, spec: JobTypeDeclaration | None) -> list[JobOutput]:
    """The job's outputs as its type declares them, then those that only its runs have made."""
    declared = promised_outputs(spec, job.params) if spec else {}
    names = [*declared, *(name for name in job.outputs if name not in declared)]
    return [_output(job, name, declared.get(name)) for name in names]


def _output(job: documents.Job, name: str, slot: OutputDeclaration | None) -> JobOutput:
    made = job.outputs.get(name, shapes.JobOutput())
    return JobOutput(
        job=job,
        made=made,
        name=name,
        type=slot.type if slot else "",
        title=slot.title if slot else name,
        num_items=made.num_items,
        summary=JSON(made.summary),
        passthrough=slot.passthrough if slot else None,
    )
