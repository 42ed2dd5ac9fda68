"""Params that apply only while a condition over the params above them holds."""

from pathlib import Path

import pytest

from domain.job_types import (
    DeclarationRefused,
    JobTypeDeclaration,
    ParamProblem,
    check_params,
    complete_params,
    load_declaration,
)
from domain.job_types.conditions import holds
from domain.job_types.expressions import ExpressionRefused
from tests.domain.job_types.files import a_type

VALUES = {"mode": "full", "fast": False, "size": 64, "path": None}
TABLES = """
[params.mode]
type = "enum"
enum_values = ["quick", "full"]
default = "quick"
[params.size]
type = "integer"
required = true
when = "params.mode == 'full'"
[params.factor]
type = "integer"
default = 2
maximum = 8
when = "params.size > 100"
"""


@pytest.mark.parametrize(
    ("condition", "is_true"),
    [
        ("params.mode == 'full'", True),
        ("params.mode != 'full'", False),
        ("params.size >= 64 and not params.fast", True),
        ("params.size < 64 or params.fast == true", False),
        ("params.size > -1", True),
        ("params.path", False),
        ("not params.path", True),
        ("params.path < 3", False),
        ("params.mode < 3", False),
        ("params.mode < 'g'", True),
        ("false", False),
    ],
)
def test_conditions(condition: str, is_true: bool) -> None:
    assert holds(condition, VALUES) is is_true


@pytest.mark.parametrize(
    "condition",
    [
        "params.nothing",
        "params.fast and params.nothing",
        "params.mode in 'full'",
        "1 < params.size < 100",
        "params.size + 1 == 65",
        "params.mode.upper()",
        "open('x')",
        "mode == 'full'",
        "params.mode ==",
        "params.size is 3",
    ],
)
def test_everything_else_is_refused(condition: str) -> None:
    with pytest.raises(ExpressionRefused):
        holds(condition, VALUES)


@pytest.fixture
def declaration(tmp_path: Path) -> JobTypeDeclaration:
    return load_declaration(a_type(tmp_path, tables=TABLES))


@pytest.mark.parametrize(
    ("params", "problems", "factor"),
    [
        ({"size": "x", "factor": 9}, [], 2),
        ({"mode": "full"}, [ParamProblem("size", "Size is required.")], 2),
        ({"mode": "full", "size": 64, "factor": 9}, [], 2),
        (
            {"mode": "full", "size": 200, "factor": 9},
            [ParamProblem("factor", "Factor must be at most 8.")],
            9,
        ),
    ],
)
def test_what_does_not_apply_is_not_checked_and_has_its_default(
    declaration: JobTypeDeclaration,
    params: dict[str, object],
    problems: list[ParamProblem],
    factor: int,
) -> None:
    assert check_params(declaration, params) == problems
    assert complete_params(declaration, params)["factor"] == factor


@pytest.mark.parametrize("named", ["later", "x"])
def test_a_condition_names_params_above_its_own_alone(tmp_path: Path, named: str) -> None:
    tables = f"""
[params.x]
type = "integer"
when = "params.{named}"
[params.later]
type = "integer"
"""

    with pytest.raises(DeclarationRefused) as refused:
        load_declaration(a_type(tmp_path, tables=tables))

    problem = f"params.x.when: there is no param {named}; a condition may name the params above"
    assert problem in str(refused.value)


def test_a_default_keeps_its_limits_whether_it_applies_or_not(tmp_path: Path) -> None:
    tables = "[params.x]\ntype = 'integer'\ndefault = 9\nmaximum = 8\nwhen = 'false'"

    with pytest.raises(DeclarationRefused, match="X must be at most 8"):
        load_declaration(a_type(tmp_path, tables=tables))
