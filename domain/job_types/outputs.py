"""The outputs that a job promises: those of its type, some of them repeated as its params say."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from domain.job_types.declaration import JobTypeDeclaration, OutputDeclaration
from domain.job_types.expressions import ExpressionRefused, evaluate
from domain.job_types.params import complete_params

NUMBER = "{k}"
"""Stands in the name of an output that repeats for its number, which counts from 0."""
MOST = 100
"""Repetitions; a type limits its param, and until a job is built whole nobody checks that."""


def promised_outputs(
    declaration: JobTypeDeclaration, params: Mapping[str, object]
) -> dict[str, OutputDeclaration]:
    """The outputs of a job with `params`, by name and in the type's order.

    With `repeat = "params.abinit_K"`, `volume_class_{k}` is there as volume_class_0,
    volume_class_1 … A value that is not a number, as a job in building may have, makes none.
    """
    values = complete_params(declaration, params)
    return {
        name: output
        for written, declared in declaration.outputs.items()
        for name, output in _repeated(written, declared, values)
    }


def _repeated(
    name: str, declared: OutputDeclaration, values: Mapping[str, object]
) -> Iterator[tuple[str, OutputDeclaration]]:
    if declared.repeat is None:
        yield name, declared
        return
    try:
        count = min(math.ceil(evaluate(declared.repeat, values)), MOST)
    except ExpressionRefused:
        return
    for number in range(count):
        yield (
            _numbered(name, number),
            replace(
                declared,
                title=_numbered(declared.title, number),
                description=_numbered(declared.description, number),
                repeat=None,
            ),
        )


def _numbered(text: str, number: int) -> str:
    return text.replace(NUMBER, str(number))
