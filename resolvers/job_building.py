"""Build jobs: create, change, connect, disconnect."""

from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.documents.shapes import ClusterVar
from domain.errors import BadInput
from domain.permissions import Permission
from domain.use_cases import build
from domain.use_cases.connections import NewConnection
from resolvers.answer import answer, answer_action, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.building import (
    ClusterVarInput,
    ConnectionInput,
    ConnectJobInputInput,
    CreateJobInput,
    DisconnectJobInputInput,
    UpdateJobInput,
)
from schema.job import Job
from schema.payloads.building import (
    ConnectJobInputPayload,
    CreateJobPayload,
    DisconnectJobInputPayload,
    UpdateJobPayload,
)


@object_type
class BuildingMutations:
    """Fields that build jobs."""

    @mutation(Permission.WRITE, CreateJobPayload)
    async def create_job(
        self,
        info: Info,
        input: Annotated[CreateJobInput, strawberry.argument(description="Input.")],
    ) -> CreateJobPayload | None:
        """Create a job in building status."""
        job = await build.create_job(info.context.request, _new_job(input))
        return await answer(info, CreateJobPayload, input, job=Job.from_document(job))

    @mutation(Permission.WRITE, UpdateJobPayload)
    async def update_job(
        self,
        info: Info,
        input: Annotated[UpdateJobInput, strawberry.argument(description="Input.")],
    ) -> UpdateJobPayload | None:
        """Change a job's title, description, parameters or cluster variables. Omitted fields are
        left alone."""
        results = await build.update(info.context.request, input.target.target, _edit(input))
        return await answer_action(info, UpdateJobPayload, input, results)

    @mutation(Permission.WRITE, ConnectJobInputPayload)
    async def connect_job_input(
        self,
        info: Info,
        input: Annotated[ConnectJobInputInput, strawberry.argument(description="Input.")],
    ) -> ConnectJobInputPayload | None:
        """Connect a parent's output to an input of a job in building."""
        wanted = _connection(input)
        results = await build.connect(
            info.context.request, input.target.target, wanted, given(input.index)
        )
        return await answer_action(info, ConnectJobInputPayload, input, results)

    @mutation(Permission.WRITE, DisconnectJobInputPayload)
    async def disconnect_job_input(
        self,
        info: Info,
        input: Annotated[DisconnectJobInputInput, strawberry.argument(description="Input.")],
    ) -> DisconnectJobInputPayload | None:
        """Disconnect an input of a job in building."""
        results = await build.disconnect(
            info.context.request, input.target.target, input.input, given(input.index)
        )
        return await answer_action(info, DisconnectJobInputPayload, input, results)


def _new_job(input: CreateJobInput) -> build.NewJob:
    return build.NewJob(
        project_uid=input.project_uid,
        workspace_uid=input.workspace_uid,
        type=input.type,
        title=given(input.title) or "",
        description=given(input.description) or "",
        params=_params(given(input.params) or {}),
        inputs=tuple(_connection(wanted) for wanted in given(input.inputs) or ()),
        cluster_custom_vars=cluster_vars(given(input.cluster_custom_vars) or ()),
    )


def _edit(input: UpdateJobInput) -> build.JobEdit:
    """The change: what was left out stays; null empties a text, else it is refused."""
    changes: dict[str, Any] = {}  # the fields of JobEdit
    if input.title is not UNSET:
        changes["title"] = _not_null(input.title, "title")
    if input.description is not UNSET:
        changes["description"] = _not_null(input.description, "description")
    if input.params is not UNSET:
        changes["params"] = _params(_not_null(input.params, "params"))
    if input.cluster_custom_vars is not UNSET:
        chosen = _not_null(input.cluster_custom_vars, "clusterCustomVars")
        changes["cluster_custom_vars"] = cluster_vars(chosen)
    return build.JobEdit(**changes)


def _not_null(value: Any, name: str) -> Any:  # any field's value
    if value is None:
        raise BadInput(f"{name} cannot be null; leave it out.", path=["input", name])
    return value


def _params(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadInput("params is not a JSON object.", path=["input", "params"])
    return value


def _connection(wanted: ConnectionInput | ConnectJobInputInput) -> NewConnection:
    return NewConnection(
        input=wanted.input, parent_job_uid=wanted.parent_job_uid, output=wanted.output
    )


def cluster_vars(chosen: list[ClusterVarInput] | tuple[()]) -> tuple[ClusterVar, ...]:
    """The values as a job's document holds them."""
    return tuple(ClusterVar(name=var.name, value=var.value) for var in chosen)
