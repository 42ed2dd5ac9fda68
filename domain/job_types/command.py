"""From a declared command and the facts of a run to an argv."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from domain.job_types.declaration import JobTypeDeclaration


class CommandRefused(ValueError):
    """The command names a value that the run does not have."""


def render_command(declaration: JobTypeDeclaration, context: Mapping[str, object]) -> list[str]:
    """The argv of a run; never a shell's line, so values need no quoting.

    `context` has python, programs, project_dir, job_dir, run_dir, phase, and the mappings
    params and resources, whose entries are named as {params.x}. An item with `when` is left out
    unless that value is true. Raises CommandRefused for an unknown name.
    """
    argv: list[str] = []
    for item in declaration.run.command:
        if isinstance(item, str):
            argv.append(filled(item, context))
        elif _value(item.when, context):
            argv.extend(filled(argument, context) for argument in item.args)
    return argv


def filled(text: str, context: Mapping[str, object]) -> str:
    """A text with the values of its fields; raises CommandRefused for an unknown name."""
    pieces = []
    for literal, name, _, _ in Formatter().parse(text):
        pieces.append(literal)
        if name is not None:
            pieces.append(str(_value(name, context)))
    return "".join(pieces)


def _value(name: str, context: Mapping[str, Any]) -> object:
    first, _, rest = name.partition(".")
    try:
        found = context[first]
        return found[rest] if rest else found
    except (KeyError, TypeError) as error:
        raise CommandRefused(f"the command names {{{name}}}, which is not there") from error
