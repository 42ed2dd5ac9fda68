from pathlib import Path

import pytest

from domain.job_types import CommandRefused, load_declaration, render_command
from tests.domain.job_types.files import a_type

RUN = """
[run]
command = [
  "{python}", "{programs}/count.py", "--threads={resources.cpu_count}",
  { when = "params.verbose", args = ["--log", "{params.name}"] },
]
"""
TABLES = """
[params.verbose]
type = "boolean"
default = false
[params.name]
type = "string"
default = "a"
"""


def context(**params: object) -> dict[str, object]:
    return {
        "python": "/usr/bin/python3",
        "programs": "/opt/programs",
        "params": params,
        "resources": {"cpu_count": 4},
    }


def test_a_command_is_filled_item_by_item(tmp_path: Path) -> None:
    declaration = load_declaration(a_type(tmp_path, run=RUN, tables=TABLES))

    argv = render_command(declaration, context(verbose=False, name="a"))

    assert argv == ["/usr/bin/python3", "/opt/programs/count.py", "--threads=4"]


def test_a_value_with_the_signs_of_a_shell_stays_one_argument(tmp_path: Path) -> None:
    declaration = load_declaration(a_type(tmp_path, run=RUN, tables=TABLES))

    argv = render_command(declaration, context(verbose=True, name="a b; rm -rf {python} $HOME"))

    assert argv[3:] == ["--log", "a b; rm -rf {python} $HOME"]


def test_a_value_that_is_not_there_is_refused(tmp_path: Path) -> None:
    declaration = load_declaration(a_type(tmp_path, run=RUN, tables=TABLES))

    with pytest.raises(CommandRefused, match=r"\{params.name\}"):
        render_command(declaration, context(verbose=True))
