"""Clear one job's intermediate results: the files of versions that nobody needs, then the record.

Which versions they are follows from the record, so the files may be erased twice, or in part.
"""

from domain import job_moves
from domain.documents import Job, Operation
from domain.documents.operation import JobOutcome
from domain.files import erase_files, size_of_files, tree_size
from domain.intermediate import Removable, removable
from domain.used_outputs import used_outputs
from scheduler.operations.clear import project_directory
from scheduler.operations.phases import applied
from scheduler.operations.tools import OperationTools


async def bytes_of_intermediate_results(
    operation: Operation, job: Job, tools: OperationTools
) -> int:
    """What erasing them will free."""
    found = await _removable(operation, job)
    return await tools.on_disk(size_of_files, await project_directory(job), found.paths)


async def clear_intermediate_results(
    operation: Operation, job: Job, outcome: JobOutcome, tools: OperationTools
) -> JobOutcome:
    """Erase the files, then write down what is left."""
    found = await _removable(operation, job)
    directory = await project_directory(job)
    await tools.on_disk(erase_files, directory, found.paths)
    size = await tools.on_disk(tree_size, directory, job.job_dir)
    now = tools.clock()
    await job_moves.change(
        job.key,
        changes={
            "outputs": found.as_rows,
            "job_dir_size": size,
            "intermediate_results_size_bytes": 0,
            "last_intermediate_data_cleared_at": now,
            "last_intermediate_data_cleared_bytes": outcome.bytes_freed,
        },
        now=now,
        only_in=frozenset({job.status}),
        term=tools.term,
        held_by=operation.id,
        unset=("active_operation",),
    )
    return applied(outcome)


async def _removable(operation: Operation, job: Job) -> Removable:
    keep_final = bool(operation.options.get("always_keep_final", True))
    used = frozenset() if keep_final else (await used_outputs([job.id])).get(job.id, frozenset())
    return removable(job, used, keep_final=keep_final)
