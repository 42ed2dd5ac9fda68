"""The mutation that imports an exported job."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases.import_job import NewImport, import_job
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import object_type
from schema.inputs.imports import ImportJobInput
from schema.operation import JobOperation
from schema.payloads.imports import ImportJobPayload


@object_type
class ImportMutations:
    """The field that imports a job."""

    @mutation(Permission.WRITE, ImportJobPayload)
    async def import_job(
        self,
        info: Info,
        input: Annotated[ImportJobInput, strawberry.argument(description="Input.")],
    ) -> ImportJobPayload | None:
        """Import an exported job directory as a new completed job."""
        wanted = NewImport(input.project_uid, input.destination.destination, input.path)
        operation = await import_job(info.context.request, wanted)
        shown = JobOperation.from_document(operation)
        return await answer(info, ImportJobPayload, input, operation=shown)
