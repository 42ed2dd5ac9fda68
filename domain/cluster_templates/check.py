"""Whether a cluster's templates can be used; judged when they are saved, with sample values."""

import re
import shlex
from collections.abc import Mapping, Sequence
from itertools import pairwise

from domain.cluster_templates.names import KNOWN_IN, OF_JOBS, RESERVED
from domain.cluster_templates.render import Rendering, Template, Value, render
from domain.cluster_templates.systems import ClusterSystem, system_of
from domain.cluster_templates.values import quoted
from domain.documents.shapes import ClusterVar
from domain.documents.target import ClusterTemplates
from domain.error_codes import ErrorCode
from domain.errors import BadInput

MAX_SCRIPT = 64 * 1024
MAX_COMMAND = 4 * 1024
MAX_VARIABLES = 100
MAX_VALUE = 1000
_OVERRULES: Mapping[ClusterSystem | None, re.Pattern[str]] = {
    None: re.compile(r"-J|--job-name\b"),
    ClusterSystem.SLURM: re.compile(r"-J|--job-name\b|--requeue\b"),
    ClusterSystem.PBS: re.compile(r"-N|-J|-r ?y"),
    ClusterSystem.SGE: re.compile(r"-N|-t |-r y"),
}
"""Options of a submit that overrule what we put into the script, or make many jobs of it."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")

SAMPLE: Mapping[str, Value] = {
    **dict.fromkeys(RESERVED, "sample"),
    "num_cpu": 4,
    "num_gpu": 1,
    "num_gpu_or_1": 1,
    "ram_gb": 16.0,
    "priority": 0,
    "ssd_required": False,
}
"""A value of the right kind for every known variable."""


async def checked(templates: ClusterTemplates) -> ClusterTemplates:
    """The templates with the `variables` that they use; renders each once.

    Raises BadInput with the code INVALID_TEMPLATE, the template's field and the reason; a custom
    variable may still lack a value where a job can give one.
    """
    check_custom(templates.custom_vars)
    texts = {name: str(getattr(templates, name)) for name in KNOWN_IN}
    for name, text in texts.items():
        _check_text(name, text)
    given = {variable.name: variable.value for variable in templates.custom_vars}
    rendered = await render([_sample(name, text, given) for name, text in texts.items()])
    for name, rendering in zip(texts, rendered, strict=True):
        _check_rendering(name, rendering)
        if name == "qsub_cmd_tpl" and rendering.text is not None:
            _check_submit(rendering.text, system_of(templates))
    variables = sorted({name for rendering in rendered for name in rendering.variables})
    return templates.model_copy(update={"variables": variables})


def check_custom(variables: Sequence[ClusterVar]) -> None:
    """Raises BadInput unless the names are usable, each once, and the values short."""
    names = [variable.name for variable in variables]
    checks = (
        (len(names) <= MAX_VARIABLES, f"at most {MAX_VARIABLES}"),
        (len(set(names)) == len(names), "each name once"),
        (all(_NAME.fullmatch(name) for name in names), "a name has letters, digits and _"),
        (not RESERVED & set(names), "no name that has a meaning of its own"),
        (all(len(v.value) <= MAX_VALUE for v in variables), f"values up to {MAX_VALUE} characters"),
    )
    for holds, constraint in checks:
        if not holds:
            message = f"The custom variables are not acceptable: {constraint}."
            raise BadInput(message, path=["customVars"], constraint=constraint)


def _check_text(name: str, text: str) -> None:
    most = MAX_SCRIPT if name == "script_tpl" else MAX_COMMAND
    if len(text) > most:
        raise _invalid(name, f"It is longer than {most} characters.")
    if "\r" in text:
        raise _invalid(name, "It has the line ends of Windows.")
    if not text.strip():
        raise _invalid(name, "It is empty.")


def _sample(name: str, text: str, given: Mapping[str, str]) -> Template:
    known = {variable: SAMPLE[variable] for variable in KNOWN_IN[name]}
    values = {**given, **known}
    return Template(text, values if name == "script_tpl" else quoted(values))


def _check_rendering(name: str, rendering: Rendering) -> None:
    unknown = [v for v in rendering.missing if v in RESERVED or name not in OF_JOBS]
    if unknown:
        raise _invalid(name, f"{unknown[0]} has no value here.")
    if rendering.error is not None and not _may_be_due_to_samples(rendering):
        raise _invalid(name, rendering.error)
    if rendering.text is not None and name == "script_tpl" and rendering.text[:2] != "#!":
        raise _invalid(name, "It must begin with #! and an interpreter.")
    if rendering.text is not None and name != "script_tpl":
        _check_command(name, rendering.text)


def _may_be_due_to_samples(rendering: Rendering) -> bool:
    """A variable that only a job gives was shown as text, where a number may be needed."""
    kinds = ("TypeError", "ValueError")
    return bool(rendering.missing) and (rendering.error or "").startswith(kinds)


def _check_command(name: str, command: str) -> None:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _invalid(name, f"{error}.") from error
    if not words or "\n" in command.strip():
        raise _invalid(name, "It must be one command in one line.")


def _check_submit(command: str, system: ClusterSystem | None) -> None:
    words = shlex.split(command)
    options = [f"{word} {value}" for word, value in pairwise([*words, ""])]
    if any(_OVERRULES[system].match(option) for option in options):
        reason = "Leave the job's name out, and whether it may be requeued: those are Lanekeeper's."
        raise _invalid("qsub_cmd_tpl", reason)


def _invalid(name: str, reason: str) -> BadInput:
    first, *rest = name.split("_")
    field = first + "".join(word.capitalize() for word in rest)
    return BadInput(f"{field}: {reason}", path=[field], code=ErrorCode.INVALID_TEMPLATE)
