"""Whether the parts of a declaration fit together: what the shape of single values cannot tell."""

import re
from collections.abc import Iterator, Mapping

from domain.job_types.conditions import holds
from domain.job_types.declaration import (
    CATEGORIES,
    DATA_TYPES,
    JobTypeDeclaration,
    ParamType,
)
from domain.job_types.expressions import ExpressionRefused, evaluate
from domain.job_types.lines import Key
from domain.job_types.outputs import NUMBER, promised_outputs
from domain.job_types.params import value_problems
from domain.job_types.records import KeyRefused, nearest
from domain.job_types.run_checks import check_run, check_version

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_STAND_INS: Mapping[ParamType, object] = {
    ParamType.INTEGER: 1,
    ParamType.NUMBER: 1.0,
    ParamType.BOOLEAN: True,
}
"""For params without a default, where only the form of an expression is in question."""


def check_declaration(declaration: JobTypeDeclaration) -> None:
    """Raises KeyRefused for the first thing that is wrong."""
    _check_names(declaration)
    if declaration.category not in CATEGORIES:
        hint = nearest(declaration.category, CATEGORIES)
        raise KeyRefused(("category",), f"there is no category {declaration.category!r}{hint}")
    _check_data_types(declaration)
    _check_patterns(declaration)
    _check_defaults(declaration)
    _check_conditions(declaration)
    _check_resources(declaration)
    _check_repeats(declaration)
    check_run(declaration)
    check_version(declaration.requires)
    _check_next_steps(declaration)


def _check_names(declaration: JobTypeDeclaration) -> None:
    """Names become fields of tables and keys of params."""
    _check_name(declaration.type, ("type",))
    for where in ("params", "sections", "inputs"):
        for name in getattr(declaration, where):
            _check_name(name, (where, name))
    for name in declaration.outputs:
        _check_name(name.replace(NUMBER, "0"), ("outputs", name))


def _check_name(name: str, key: Key) -> None:
    if not _NAME.fullmatch(name):
        raise KeyRefused(key, f"{name!r} is not a name of letters, digits and underscores")


def _check_data_types(declaration: JobTypeDeclaration) -> None:
    for key, type_ in _data_types(declaration):
        if type_ not in DATA_TYPES:
            hint = nearest(type_, DATA_TYPES)
            raise KeyRefused(key, f"there is no data type {type_!r}{hint}")
    for name, output in declaration.outputs.items():
        if output.passthrough is not None and output.passthrough not in declaration.inputs:
            key = ("outputs", name, "passthrough")
            raise KeyRefused(key, f"there is no input {output.passthrough!r}")


def _data_types(declaration: JobTypeDeclaration) -> Iterator[tuple[Key, str]]:
    for where, slots in (("inputs", declaration.inputs), ("outputs", declaration.outputs)):
        yield from (((where, name, "type"), slot.type) for name, slot in slots.items())


def _check_defaults(declaration: JobTypeDeclaration) -> None:
    for name, param in declaration.params.items():
        for problem in value_problems(param, param.default):
            if param.default is not None:
                raise KeyRefused(("params", name, "default"), problem)
        if param.type is ParamType.ENUM and not param.enum_values:
            raise KeyRefused(("params", name, "enum_values"), "is missing, and the type is enum")


def _check_conditions(declaration: JobTypeDeclaration) -> None:
    """A condition looks at params above its own alone, so that none depends on itself."""
    above: dict[str, object] = {}
    for name, param in declaration.params.items():
        try:
            holds(param.when or "true", above)
        except ExpressionRefused as refusal:
            problem = f"{refusal}; a condition may name the params above its own"
            raise KeyRefused(("params", name, "when"), problem) from refusal
        above[name] = param.default


def _check_patterns(declaration: JobTypeDeclaration) -> None:
    for name, param in declaration.params.items():
        try:
            re.compile(param.pattern or "")
        except re.error as error:
            raise KeyRefused(("params", name, "pattern"), str(error)) from error


def _check_resources(declaration: JobTypeDeclaration) -> None:
    values = _example_params(declaration)
    for name, expression in vars(declaration.resources).items():
        _check_amount(("resources", name), expression, values)


def _check_amount(key: Key, expression: float | str, params: Mapping[str, object]) -> None:
    try:
        evaluate(expression, params)
    except ExpressionRefused as refusal:
        raise KeyRefused(key, str(refusal)) from refusal


def _check_repeats(declaration: JobTypeDeclaration) -> None:
    """An output that repeats has names of its own, one for each number."""
    values = _example_params(declaration)
    for name, output in declaration.outputs.items():
        key = ("outputs", name, "repeat")
        if (output.repeat is not None) != (NUMBER in name):
            raise KeyRefused(
                key, f"belongs to an output with {NUMBER} in its name, and to no other"
            )
        if output.repeat is not None:
            _check_amount(key, output.repeat, values)
    names = [name.replace(NUMBER, "0") for name in declaration.outputs]
    for name in names:
        if names.count(name) > 1:
            raise KeyRefused(("outputs",), f"two outputs are named {name}")


def _example_params(declaration: JobTypeDeclaration) -> dict[str, object]:
    return {
        name: _STAND_INS.get(param.type) if param.default is None else param.default
        for name, param in declaration.params.items()
    }


def _check_next_steps(declaration: JobTypeDeclaration) -> None:
    """Each type once, since it names the step; only outputs that there are."""
    promised = promised_outputs(declaration, _example_params(declaration))
    seen: set[str] = set()
    for place, step in enumerate(declaration.steps):
        key: Key = ("next_steps", place)
        if step.type in seen:
            raise KeyRefused(key, f"{step.type} is named twice")
        seen.add(step.type)
        for output in (step.connect or {}).values():
            if output not in promised:
                raise KeyRefused(key, f"there is no output {output!r}")
