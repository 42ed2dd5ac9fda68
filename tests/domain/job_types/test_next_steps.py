"""Next steps: which types can follow a job, and which of its outputs feed which inputs."""

from pathlib import Path

import pytest

from domain.job_types import (
    Catalogue,
    DeclarationRefused,
    InputDeclaration,
    JobTypeDeclaration,
    NextStep,
    OutputDeclaration,
    load_catalogue,
    load_declaration,
    next_inputs,
    next_types,
    promised_outputs,
)
from domain.job_types.declaration import Requirements, RunDeclaration, Stability
from tests.domain.job_types.files import a_type


def output(type_: str, *slots: str, passthrough: str | None = None) -> OutputDeclaration:
    return OutputDeclaration(type=type_, title="", slots=slots, passthrough=passthrough)


def an_input(type_: str, *slots: str, least: int = 1) -> InputDeclaration:
    return InputDeclaration(type=type_, title="", slots=slots, min=least)


def a_declaration(
    key: str = "source",
    *,
    inputs: dict[str, InputDeclaration] | None = None,
    next_steps: tuple[str | NextStep, ...] = (),
    stability: Stability = Stability.STABLE,
    executables: tuple[str, ...] = (),
    hidden: bool = False,
) -> JobTypeDeclaration:
    return JobTypeDeclaration(
        type=key,
        hidden=hidden,
        version=1,
        title=key,
        short_title=key,
        description="",
        category="utilities",
        run=RunDeclaration(command=("true",)),
        inputs=inputs or {},
        next_steps=next_steps,
        stability=stability,
        requires=Requirements(executables=executables),
    )


STEP = NextStep(type="target")


def test_an_input_is_fed_by_the_output_of_its_data_type() -> None:
    outputs = {"vol": output("volume"), "stack": output("particle")}
    target = a_declaration("target", inputs={"particles": an_input("particle")})

    assert next_inputs(outputs, STEP, target) == {"particles": "stack"}


def test_of_several_outputs_the_one_with_the_required_slots_is_taken() -> None:
    outputs = {"picked": output("particle", "location"), "stack": output("particle", "blob", "ctf")}
    target = a_declaration("target", inputs={"picked": an_input("particle", "blob", "?ctf")})

    assert next_inputs(outputs, STEP, target) == {"picked": "stack"}


def test_what_is_passed_through_may_have_any_slot() -> None:
    outputs = {
        "truth": output("exposure", "ctf"),
        "exposures": output("exposure", "ctf", passthrough="exposures"),
    }
    target = a_declaration(
        "target", inputs={"micrographs": an_input("exposure", "micrograph_blob")}
    )

    assert next_inputs(outputs, STEP, target) == {"micrographs": "exposures"}


def test_among_equals_the_name_decides_then_the_order() -> None:
    outputs = {"particles_selected": output("particle"), "particles": output("particle")}
    inputs = {"particles": an_input("particle"), "more": an_input("particle", least=0)}
    target = a_declaration("target", inputs=inputs)

    found = next_inputs(outputs, STEP, target)

    assert found == {"particles": "particles", "more": "particles_selected"}


def test_a_required_input_chooses_before_an_optional_one() -> None:
    inputs = {"extra": an_input("mask", least=0), "mask": an_input("mask")}
    target = a_declaration("target", inputs=inputs)

    assert next_inputs({"m": output("mask")}, STEP, target) == {"mask": "m"}


def test_an_input_without_a_candidate_is_left_out() -> None:
    target = a_declaration("target", inputs={"mask": an_input("mask")})

    assert next_inputs({"v": output("volume")}, STEP, target) == {}


def test_connections_that_the_step_names_are_taken_as_they_are() -> None:
    outputs = {"a": output("particle"), "b": output("particle")}
    target = a_declaration("target", inputs={"particles": an_input("particle")})
    step = NextStep(type="target", connect={"particles": "b"})

    assert next_inputs(outputs, step, target) == {"particles": "b"}


def test_only_types_that_can_be_built_here_follow() -> None:
    types = [
        a_declaration("good"),
        a_declaration("old", stability=Stability.OBSOLETE),
        a_declaration("veiled", hidden=True),
        a_declaration("missing", executables=("no-such-program-anywhere",)),
    ]
    source = a_declaration(next_steps=("nowhere", "old", "veiled", "missing", "good"))

    found = next_types(source, Catalogue({t.type: t for t in types}))

    assert [(step.type, target.type) for step, target in found] == [("good", "good")]


def test_every_next_step_of_the_built_in_types_can_be_fed() -> None:
    catalogue = load_catalogue()
    fed = [
        (
            declaration.type,
            step.type,
            set(next_inputs(promised_outputs(declaration, {}), step, target)),
        )
        for declaration in catalogue.all()
        for step, target in next_types(declaration, catalogue)
    ]

    assert fed != []
    assert [pair for pair in fed if not pair[2]] == []


@pytest.mark.parametrize(
    "steps",
    [
        '[{ type = "a", connect = 3 }]',
        '["a", "a"]',
        '[{ type = "a", connect = { particles = "nothing" } }]',
        "[1]",
    ],
)
def test_a_step_named_twice_or_fed_by_no_output_is_refused(tmp_path: Path, steps: str) -> None:
    with pytest.raises(DeclarationRefused):
        load_declaration(a_type(tmp_path, head=f"next_steps = {steps}"))


def test_a_step_may_say_what_it_connects(tmp_path: Path) -> None:
    head = 'next_steps = ["a", { type = "b", connect = { particles = "stack" } }]'
    tables = '[outputs.stack]\ntype = "particle"\n'

    steps = load_declaration(a_type(tmp_path, head=head, tables=tables)).steps

    assert steps == (NextStep(type="a"), NextStep(type="b", connect={"particles": "stack"}))
