"""Connections between jobs: may this output feed that input, and the inputs afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.documents import Job
from domain.documents.shapes import Connection, JobInput
from domain.error_codes import ErrorCode
from domain.errors import BadInput, NotFound
from domain.job_tree import would_close_cycle
from domain.job_types import InputDeclaration, JobTypeDeclaration, promised_outputs
from domain.use_cases.context import Request
from domain.use_cases.wiring import MAX_CONNECTIONS


@dataclass(frozen=True)
class NewConnection:
    """Connect `output` of the job `parent_job_uid` to the input `input`."""

    input: str
    parent_job_uid: str
    output: str


async def check_connection(
    request: Request, child: Job, declaration: JobTypeDeclaration, wanted: NewConnection
) -> Connection:
    """The connection, if it is possible; raises NotFound and BadInput with what is wrong."""
    slot = _input_of(declaration, wanted.input)
    parent = await _parent(child.project_uid, wanted.parent_job_uid)
    parent_type = request.catalogue.get(parent.type)
    outputs = promised_outputs(parent_type, parent.params) if parent_type is not None else {}
    output = outputs.get(wanted.output)
    if output is None:
        message = f"{parent.uid} has no output {wanted.output}."
        raise NotFound(message, path=["output"])
    if output.type != slot.type:
        raise BadInput(
            f"Output {wanted.output} of {parent.uid} is of type {output.type}; "
            f"input {wanted.input} takes {slot.type}.",
            path=["output"],
            code=ErrorCode.INPUT_TYPE_MISMATCH,
        )
    parents = await _parents_by_job(child.project_uid)
    if would_close_cycle(child.uid, parent.uid, parents):
        message = f"{parent.uid} descends from {child.uid}."
        raise BadInput(message, path=["parentJobUid"], code=ErrorCode.CYCLE)
    return Connection(job_uid=parent.uid, output=wanted.output)


def connected(
    inputs: Mapping[str, JobInput],
    declaration: JobTypeDeclaration,
    name: str,
    connection: Connection,
    index: int | None = None,
) -> dict[str, JobInput]:
    """`inputs` with `connection` at the end of `name`, or in place of the one at `index`.

    Raises BadInput if it is there already, the input is full, or there is no such index.
    """
    present = list(inputs[name].connections) if name in inputs else []
    if any(_same(connection, other) for at, other in enumerate(present) if at != index):
        message = f"{connection.job_uid} {connection.output} is connected to {name} already."
        raise BadInput(message, path=["output"], code=ErrorCode.TOO_MANY_CONNECTIONS)
    if index is None:
        limit = _input_of(declaration, name).max or MAX_CONNECTIONS
        if len(present) >= limit:
            message = f"Input {name} takes at most {limit} connections."
            raise BadInput(message, path=["input"], code=ErrorCode.TOO_MANY_CONNECTIONS)
        present.append(connection)
    else:
        present[_checked(index, present, name)] = connection
    return {**inputs, name: JobInput(connections=present)}


def disconnected(
    inputs: Mapping[str, JobInput], declaration: JobTypeDeclaration, name: str, index: int
) -> dict[str, JobInput]:
    """`inputs` without the connection at `index` of `name`; -1 is the last."""
    _input_of(declaration, name)
    present = list(inputs[name].connections) if name in inputs else []
    del present[_checked(index, present, name)]
    return {**inputs, name: JobInput(connections=present)}


def _same(one: Connection, other: Connection) -> bool:
    return (one.job_uid, one.output) == (other.job_uid, other.output)


def _checked(index: int, present: list[Connection], name: str) -> int:
    if not -len(present) <= index < len(present):
        count = len(present)
        message = f"Input {name} has {count} connections; there is none at {index}."
        raise BadInput(message, path=["index"])
    return index


def _input_of(declaration: JobTypeDeclaration, name: str) -> InputDeclaration:
    slot = declaration.inputs.get(name)
    if slot is None:
        message = f"Jobs of type {declaration.type} have no input {name}."
        raise NotFound(message, path=["input"])
    return slot


async def _parent(project_uid: str, uid: str) -> Job:
    parent = await Job.get(f"{project_uid}-{uid}")
    if parent is None or parent.deleted or parent.deleting:
        message = f"There is no job {uid} in project {project_uid}."
        raise NotFound(message, path=["parentJobUid"])
    return parent


async def _parents_by_job(project_uid: str) -> dict[str, list[str]]:
    rows = Job.rows().find({"project_uid": project_uid}, {"uid": 1, "parents": 1})
    return {row["uid"]: row.get("parents", []) async for row in rows}
