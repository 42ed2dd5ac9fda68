"""A job's params against its type: what is wrong with them, the defaults, the resources."""

import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.job_types.conditions import holds
from domain.job_types.declaration import JobTypeDeclaration, ParamDeclaration, ParamType
from domain.job_types.expressions import evaluate
from domain.resources import RAM_SLOT_GIB

MOST = 4096
"""Of any resource; an expression that asks for more is a mistake."""
MAX_TEXT = 10_000


@dataclass(frozen=True)
class ParamProblem:
    """What is wrong with one param, as a sentence for the one who set it."""

    name: str
    message: str


@dataclass(frozen=True)
class Resources:
    """What a run needs; RAM in slots of 8 GiB."""

    cpu: int
    gpu: int
    ram_slots: int
    ssd: bool


def complete_params(
    declaration: JobTypeDeclaration, params: Mapping[str, object]
) -> dict[str, Any]:
    """`params` with the defaults of all others, hidden ones too: programs have none.

    One that does not apply has its default, whatever was set.
    """
    values: dict[str, Any] = {}
    for name, param in declaration.params.items():
        is_set = params.get(name) is not None and _applies(param, values)
        values[name] = params[name] if is_set else param.default
    return values


def applicable_params(
    declaration: JobTypeDeclaration, params: Mapping[str, object]
) -> dict[str, ParamDeclaration]:
    """The params that mean something with these values, in the type's order."""
    values = complete_params(declaration, params)
    return {name: p for name, p in declaration.params.items() if _applies(p, values)}


def _applies(param: ParamDeclaration, values: Mapping[str, object]) -> bool:
    return param.when is None or holds(param.when, values)


def resources(declaration: JobTypeDeclaration, params: Mapping[str, object]) -> Resources:
    """What a run with `params` needs; amounts are rounded up and kept between 0 and MOST."""
    values = complete_params(declaration, params)
    need = declaration.resources

    def amount(expression: float | str, unit: float = 1) -> int:
        return min(max(math.ceil(evaluate(expression, values) / unit), 0), MOST)

    return Resources(
        cpu=max(amount(need.cpu), 1),
        gpu=amount(need.gpu),
        ram_slots=max(amount(need.ram_gb, RAM_SLOT_GIB), 1),
        ssd=bool(evaluate(need.ssd, values)),
    )


def check_params(
    declaration: JobTypeDeclaration, params: Mapping[str, object]
) -> list[ParamProblem]:
    """All that is wrong with `params`, unknown names first, then in the type's order.

    Nothing is wrong with a param that does not apply.
    """
    unknown = [
        ParamProblem(name, f"{declaration.title} has no param {name}.")
        for name in params
        if name not in declaration.params
    ]
    known = [
        ParamProblem(name, message)
        for name, param in applicable_params(declaration, params).items()
        for message in value_problems(param, params.get(name))
    ]
    return unknown + known


def value_problems(param: ParamDeclaration, value: object) -> Iterator[str]:
    """What is wrong with a value, a sentence each."""
    if value is None or value == "":
        if param.required and (param.default is None or value == ""):
            yield f"{param.title} is required."
        return
    if not has_type(param.type, value):
        yield f"{param.title} must be {_TYPE_WORDS[param.type]}."
        return
    if param.enum_values is not None and value not in param.enum_values:
        yield f"{param.title} must be one of {', '.join(str(v) for v in param.enum_values)}."
    if param.pattern is not None and not re.fullmatch(param.pattern, str(value)):
        yield f"{param.title} must have the form {param.pattern}."
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from _limit_problems(param, value)


def _limit_problems(param: ParamDeclaration, value: float) -> Iterator[str]:
    limits = (
        (param.minimum, operator.ge, "at least"),
        (param.maximum, operator.le, "at most"),
        (param.exclusive_minimum, operator.gt, "more than"),
        (param.exclusive_maximum, operator.lt, "less than"),
    )
    for limit, is_kept, words in limits:
        if limit is not None and not is_kept(value, limit):
            yield f"{param.title} must be {words} {limit:g}."
    if param.multiple_of is not None and value % param.multiple_of:
        yield f"{param.title} must be a multiple of {param.multiple_of}."


def has_type(type_: ParamType, value: object) -> bool:
    """Whether `value` is of the param's type; a boolean is no number, and NaN is none either."""
    match type_:
        case ParamType.BOOLEAN:
            return isinstance(value, bool)
        case ParamType.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53
        case ParamType.NUMBER:
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number and math.isfinite(value)  # type: ignore[arg-type]  # a number, as tested
        case ParamType.LIST:
            return isinstance(value, list)
        case ParamType.ENUM:
            return isinstance(value, str | int | float) and not isinstance(value, bool)
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value


_TYPE_WORDS = {
    ParamType.STRING: "text",
    ParamType.INTEGER: "a whole number",
    ParamType.NUMBER: "a number",
    ParamType.BOOLEAN: "true or false",
    ParamType.PATH: "a path",
    ParamType.ENUM: "one of its values",
    ParamType.LIST: "a list",
}
