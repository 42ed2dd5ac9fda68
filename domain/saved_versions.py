"""Which saved versions of a job's outputs belong together: those of one iteration."""

from collections.abc import Iterator, Mapping

from domain.documents import Job
from domain.documents.shapes import JobOutput, OutputVersion
from domain.job_types import JobTypeDeclaration, OutputDeclaration, promised_outputs

Outputs = Mapping[str, JobOutput]
Saved = dict[str, OutputVersion]


def saved_together(job: Job, declaration: JobTypeDeclaration | None) -> Iterator[Saved]:
    """What `job` could be completed with, newest first: a version of each output that has one.

    All required outputs are in it, and those that a type saves with each iteration are of the same
    one. Outputs of a type that is not known any more count as required if they saved anything.
    """
    outputs = job.outputs
    declared = promised_outputs(declaration, job.params) if declaration else _saved(outputs)
    required = {name for name, output in declared.items() if output.required}
    iterated = {name for name, output in declared.items() if output.versions}
    if not all(_numbers(outputs, name) for name in required):
        return
    in_step = [_numbers(outputs, name) for name in required & iterated]
    numbers = set.intersection(*in_step) if in_step else _all_numbers(outputs)
    for number in sorted(numbers, reverse=True):
        yield _saved_by(number, outputs, iterated)


def with_final(output: JobOutput, chosen: OutputVersion | None) -> JobOutput:
    """The output with one of its versions as the final one, and no other."""
    versions = [v.model_copy(update={"final": v is chosen}) for v in output.versions]
    num_items = output.num_items if chosen is None else chosen.num_items
    return output.model_copy(update={"versions": versions, "num_items": num_items})


def _saved(outputs: Outputs) -> Mapping[str, OutputDeclaration]:
    saved = (name for name, output in outputs.items() if output.versions)
    return {name: OutputDeclaration(type="", title=name, versions=True) for name in saved}


def _saved_by(number: int, outputs: Outputs, iterated: set[str]) -> Saved:
    """Of what comes once the newest version, of the rest the newest that is no newer."""
    found = {}
    for name, output in outputs.items():
        usable = [v for v in output.versions if name not in iterated or v.version <= number]
        if usable:
            found[name] = max(usable, key=lambda version: version.version)
    return found


def _numbers(outputs: Outputs, name: str) -> set[int]:
    return {v.version for v in outputs[name].versions} if name in outputs else set()


def _all_numbers(outputs: Outputs) -> set[int]:
    return {version.version for output in outputs.values() for version in output.versions}
