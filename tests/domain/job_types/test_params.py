from pathlib import Path

import pytest

from domain.job_types import (
    JobTypeDeclaration,
    ParamProblem,
    Resources,
    check_params,
    complete_params,
    load_declaration,
    resources,
)
from tests.domain.job_types.files import a_type

TABLES = """
[params.path]
type = "path"
required = true
title = "Data path"
[params.size]
type = "integer"
default = 64
minimum = 16
maximum = 512
title = "Box size"
[params.psize_A]
type = "number"
exclusive_minimum = 0
title = "Pixel size"
[params.method]
type = "enum"
enum_values = ["own", "other"]
default = "own"
title = "Method"
[params.use_ssd]
type = "boolean"
default = false
title = "Use SSD"
[params.threads]
type = "integer"
default = 1
title = "Threads"
hidden = true
[resources]
cpu = "params.threads"
gpu = "params.threads - 3"
ram_gb = "4.5 * params.threads"
ssd = "params.use_ssd"
"""


@pytest.fixture
def declaration(tmp_path: Path) -> JobTypeDeclaration:
    return load_declaration(a_type(tmp_path, tables=TABLES))


def test_good_params_have_no_problems(declaration: JobTypeDeclaration) -> None:
    good = {"path": "raw/*.mrc", "size": 16, "psize_A": 1, "method": "other", "use_ssd": True}

    assert check_params(declaration, good) == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("size", 15, "Box size must be at least 16."),
        ("size", 513, "Box size must be at most 512."),
        ("size", 64.5, "Box size must be a whole number."),
        ("size", "64", "Box size must be a whole number."),
        ("size", True, "Box size must be a whole number."),
        ("size", 2**53, "Box size must be a whole number."),
        ("psize_A", 0, "Pixel size must be more than 0."),
        ("psize_A", float("nan"), "Pixel size must be a number."),
        ("psize_A", float("inf"), "Pixel size must be a number."),
        ("method", "best", "Method must be one of own, other."),
        ("method", True, "Method must be one of its values."),
        ("use_ssd", 1, "Use SSD must be true or false."),
        ("path", 3, "Data path must be a path."),
        ("path", "a\0b", "Data path must be a path."),
        ("path", "", "Data path is required."),
        ("path", None, "Data path is required."),
        ("box", 3, "Count Particles has no param box."),
    ],
)
def test_a_problem_is_one_sentence(
    declaration: JobTypeDeclaration, name: str, value: object, message: str
) -> None:
    params = {"path": "raw/*.mrc", name: value}

    assert check_params(declaration, params) == [ParamProblem(name, message)]


def test_what_is_not_set_takes_its_default_hidden_ones_too(
    declaration: JobTypeDeclaration,
) -> None:
    complete = complete_params(declaration, {"path": "raw/a.mrc", "size": None})

    assert complete == {
        "path": "raw/a.mrc",
        "size": 64,
        "psize_A": None,
        "method": "own",
        "use_ssd": False,
        "threads": 1,
    }


def test_resources_follow_the_params_ram_in_slots_of_8_gib(
    declaration: JobTypeDeclaration,
) -> None:
    few = resources(declaration, {"threads": 1})
    many = resources(declaration, {"threads": 4, "use_ssd": True})

    assert few == Resources(cpu=1, gpu=0, ram_slots=1, ssd=False)
    assert many == Resources(cpu=4, gpu=1, ram_slots=3, ssd=True)


def test_an_absurd_amount_is_capped(declaration: JobTypeDeclaration) -> None:
    assert resources(declaration, {"threads": 10**9}).cpu == 4096
