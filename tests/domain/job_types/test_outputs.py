"""Outputs that repeat: as many as a job's params say."""

from pathlib import Path

import pytest

from domain.job_types import JobTypeDeclaration, load_declaration, promised_outputs
from tests.domain.job_types.files import a_type

TABLES = """
[params.K]
type = "integer"
default = 2
[outputs.particles]
type = "particle"
[outputs."volume_class_{k}"]
type = "volume"
description = "Of class {k}."
repeat = "params.K"
[outputs.mask]
type = "mask"
"""


@pytest.fixture
def declaration(tmp_path: Path) -> JobTypeDeclaration:
    return load_declaration(a_type(tmp_path, tables=TABLES))


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({}, 2),
        ({"K": None}, 2),
        ({"K": 3}, 3),
        ({"K": 0}, 0),
        ({"K": "many"}, 0),
        ({"K": 1e9}, 100),
    ],
)
def test_an_output_repeats_as_often_as_the_params_say(
    declaration: JobTypeDeclaration, params: dict[str, object], count: int
) -> None:
    repeated = [f"volume_class_{number}" for number in range(count)]

    assert list(promised_outputs(declaration, params)) == ["particles", *repeated, "mask"]


def test_each_repetition_says_its_number(declaration: JobTypeDeclaration) -> None:
    second = promised_outputs(declaration, {})["volume_class_1"]

    assert (second.title, second.description) == ("Volume class 1", "Of class 1.")
    assert (second.type, second.repeat) == ("volume", None)


def test_a_next_step_names_one_of_them(tmp_path: Path) -> None:
    head = 'next_steps = [{ type = "a", connect = { volume = "volume_class_1" } }]'

    [step] = load_declaration(a_type(tmp_path, head=head, tables=TABLES)).steps

    assert step.connect == {"volume": "volume_class_1"}
