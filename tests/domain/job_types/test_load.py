import re
from pathlib import Path

import pytest

from domain.job_types import DeclarationRefused, ParamType, load_declaration
from domain.job_types.catalogue import BUILTIN
from tests.domain.job_types.files import HEAD, RUN, a_file, a_type

REQUIRES = "[requires]\nexecutables = ['a']\nversion = { command = "


def refusal(path: Path) -> str:
    """What is wrong, without the place."""
    with pytest.raises(DeclarationRefused) as refused:
        load_declaration(path)
    place, _, problem = str(refused.value).partition(": ")
    assert re.fullmatch(re.escape(str(path)) + r":\d+", place)
    return problem


def test_the_least_that_a_declaration_needs(tmp_path: Path) -> None:
    declaration = load_declaration(a_type(tmp_path))

    assert (declaration.type, declaration.version) == ("count_particles", 1)
    assert declaration.short_title == "Count Particles"
    assert declaration.run.command == ("{python}", "-s", "{programs}/count.py")
    assert (declaration.params, declaration.inputs, declaration.outputs) == ({}, {}, {})


def test_a_param_is_read_with_its_limits_and_the_title_of_its_section(tmp_path: Path) -> None:
    tables = """
[sections.sample]
title = "Sample"
[params.box_size]
type = "integer"
default = 64
minimum = 16
section = "sample"
"""

    declaration = load_declaration(a_type(tmp_path, tables=tables))

    param = declaration.params["box_size"]
    assert (param.type, param.title) == (ParamType.INTEGER, "Box size")
    assert (param.default, param.minimum, param.maximum) == (64, 16, None)
    assert declaration.sections["sample"].title == "Sample"


def test_a_default_may_be_a_list(tmp_path: Path) -> None:
    tables = '[params.sizes]\ntype = "list"\ndefault = [64, 128]'

    declaration = load_declaration(a_type(tmp_path, tables=tables))

    assert declaration.params["sizes"].default == [64, 128]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ("[params.x]\nminimun = 1", "params.x.minimun: unknown key; did you mean minimum?"),
        (
            "[outputs.x]\ntype = 'mask'\nslot = []",
            "outputs.x.slot: unknown key; did you mean slots?",
        ),
        ("[resources]\nram = 8", "resources.ram: unknown key; did you mean ram_gb?"),
        ("[sections.x]\nname = 'X'", "sections.x.name: unknown key"),
        (
            "[requires]\nexecutable = []",
            "requires.executable: unknown key; did you mean executables?",
        ),
        (
            "[paramz.x]\ntype = 'path'",
            "paramz: unknown key; did you mean params?",
        ),
    ],
)
def test_an_unknown_key_is_named_with_its_table_and_the_nearest_key(
    tmp_path: Path, tables: str, message: str
) -> None:
    assert refusal(a_type(tmp_path, tables=tables)).startswith(message)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            "[params.x]\ntype = 'integer'\nrequired = 'yes'",
            "params.x.required: must be true or false",
        ),
        ("[params.x]\ntype = 'integer'\nminimum = 'a'", "params.x.minimum: must be a number"),
        ("[params.x]\ntype = 'integer'\nminimum = true", "params.x.minimum: must be a number"),
        ("[params.x]\ntype = 'float'", "params.x.type: must be one of string, integer, number"),
        ("[params]\nx = 3", "params.x: must be a table"),
        ("[inputs.x]\ntype = 'particle'\nslots = 'blob'", "inputs.x.slots: must be a list"),
        ("[inputs.x]\ntype = 'particle'\nslots = [1]", "inputs.x.slots[0]: must be text"),
        ("[params.x]\nminimum = 1", "params.x.type: is missing"),
        ("[inputs.x]\nslots = []", "inputs.x.type: is missing"),
        ("[sections]\nx = 3", "sections.x: must be a table"),
        ("[resources]\ncpu = [1]", "resources.cpu: must be a whole number"),
    ],
)
def test_a_value_of_another_type_is_named_with_its_place(
    tmp_path: Path, tables: str, message: str
) -> None:
    assert refusal(a_type(tmp_path, tables=tables)).startswith(message)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            f"{REQUIRES}['b'], match = '(x)', min = '5' }}",
            "requires.version.command: must begin with one of the executables",
        ),
        (
            f"{REQUIRES}['a'], match = 'x', min = '5' }}",
            "requires.version.match: needs a group (…) around the version",
        ),
        (
            f"{REQUIRES}['a'], match = '(', min = '5' }}",
            "requires.version.match: missing )",
        ),
        (
            f"{REQUIRES}['a'], match = '(x)' }}",
            "requires.version.min: is missing, and so is below",
        ),
        (
            f"{REQUIRES}['a'], match = '(x)', below = 'v5' }}",
            "requires.version.below: must be numbers with dots",
        ),
        (
            "[inputs.x]\ntype = 'particles'",
            "inputs.x.type: there is no data type 'particles'; did you mean particle?",
        ),
        ("[outputs.x]\ntype = 'map'", "outputs.x.type: there is no data type 'map'"),
        (
            "[outputs.x]\ntype = 'mask'\npassthrough = 'y'",
            "outputs.x.passthrough: there is no input 'y'",
        ),
        (
            "[params.x]\ntype = 'integer'\ndefault = 0\nminimum = 1",
            "params.x.default: X must be at least 1.",
        ),
        (
            "[outputs.x]\ntype = 'mask'\nrepeat = 2",
            "outputs.x.repeat: belongs to an output with {k} in its name, and to no other",
        ),
        (
            "[outputs.'x_{k}']\ntype = 'mask'",
            "outputs.x_{k}.repeat: belongs to an output with {k} in its name, and to no other",
        ),
        (
            "[outputs.'x_{k}']\ntype = 'mask'\nrepeat = 'params.K'",
            "outputs.x_{k}.repeat: there is no param K",
        ),
        (
            "[outputs.x_0]\ntype = 'mask'\n[outputs.'x_{k}']\ntype = 'mask'\nrepeat = 2",
            "outputs: two outputs are named x_0",
        ),
        ("[params.x]\ntype = 'enum'", "params.x.enum_values: is missing, and the type is enum"),
        (
            "[sections.'x y']",
            "sections.x y: 'x y' is not a name of letters, digits and underscores",
        ),
        (
            "[params.x-y]\ntype = 'path'",
            "params.x-y: 'x-y' is not a name of letters, digits and underscores",
        ),
        ("[resources]\ncpu = 'params.threads'", "resources.cpu: there is no param threads"),
        ("[resources]\nram_gb = '1e308 * 10'", "resources.ram_gb: '1e308 * 10' has no finite"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, tables: str, message: str) -> None:
    assert refusal(a_type(tmp_path, tables=tables)).startswith(message)


def test_code_in_an_amount_is_refused_when_the_file_is_read(tmp_path: Path) -> None:
    # A required param has no value yet; the amounts must be looked at all the same.
    tables = """
[params.path]
type = "path"
required = true
[resources]
cpu = "__import__('os').system('true')"
"""

    assert "is not allowed in an expression" in refusal(a_type(tmp_path, tables=tables))


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ('"rm -rf x"', "run.command: must be a list"),
        ("[]", "run.command: is empty"),
        ('["{params.seed}"]', "run.command: the command names {params.seed}, which is not there"),
        ('[{when = "params.x", arg = []}]', "run.command[0].arg: unknown key; did you mean args?"),
    ],
)
def test_a_command_that_cannot_be_rendered_is_refused(
    tmp_path: Path, command: str, message: str
) -> None:
    path = a_type(tmp_path, run=f"[run]\ncommand = {command}\n")

    assert refusal(path).startswith(message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "type = ",
        HEAD,
        HEAD.replace("utilities", "utility") + RUN,
        HEAD.replace('"Count Particles"', "5") + RUN,
        "builder_tags = 3" + HEAD + RUN,
        'builder_tags = ["fast"]' + HEAD + RUN,
        "params = 3" + HEAD + RUN,
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    assert refusal(a_file(tmp_path, text)) != ""


def test_a_number_beyond_pythons_limits_is_refused(tmp_path: Path) -> None:
    path = a_type(tmp_path, tables=f"[resources]\ncpu = {'9' * 5000}")

    with pytest.raises(DeclarationRefused, match="count_particles"):
        load_declaration(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(DeclarationRefused, match=r"x\.toml: 'utf-8' codec"):
        load_declaration(path)


@pytest.mark.parametrize("path", sorted(BUILTIN.glob("*.toml")), ids=lambda path: path.stem)
def test_a_built_in_file_has_the_name_of_its_type(path: Path) -> None:
    assert load_declaration(path).type == path.stem


PANEL = """
[run]
command = ["{python}"]
"""


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (PANEL + "phases = ['prepare']", "run.phases: must be ['prepare', 'apply']"),
        (
            PANEL + "phases = ['prepare', 'apply']",
            "run.interactive: is missing: the phases need a panel",
        ),
        (PANEL + "env = { A = 1 }", "run.env.A: must be text"),
        (
            PANEL + "env = { LANEKEEPER_JOB = 'J1' }",
            "run.env.LANEKEEPER_JOB: must name a variable that is not ours",
        ),
        (PANEL + "threads_env = 0", "run.threads_env: must be more than 0"),
    ],
)
def test_what_cannot_be_run_like_that_is_refused(tmp_path: Path, run: str, message: str) -> None:
    assert refusal(a_type(tmp_path, run=run)) == message
