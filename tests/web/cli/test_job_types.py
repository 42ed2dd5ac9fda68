"""`lanekeeper jobtypes`, and the pages that are made of declarations."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.job_types.page import index, page
from tests.conftest import built_in_types
from tests.domain.job_types.files import a_type
from web.cli.main import app

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "job-types"


def test_all_types_are_listed_with_the_reason_of_those_that_cannot_run(tmp_path: Path) -> None:
    tables = "[requires]\nexecutables = ['no-such-program']\nmessage = 'Install it.'"
    a_type(tmp_path, tables=tables)
    environment = {"LANEKEEPER_JOB_TYPES_DIRS": f'["{tmp_path}"]'}

    result = CliRunner(env=environment).invoke(app, ["jobtypes", "list"])

    assert result.exit_code == 0
    [row] = [line for line in result.stdout.splitlines() if "count_particles" in line]
    assert "site" in row
    assert "no-such-program is not installed. Install it." in row
    assert all(type_ in result.stdout for type_ in built_in_types().types)


def test_a_good_declaration_is_said_to_be_good(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["jobtypes", "check", str(a_type(tmp_path))])

    assert result.exit_code == 0
    assert result.stdout.endswith("count_particles, version 1, is good.\n")


def test_what_is_wrong_with_a_declaration_is_said_by_file_line_and_key(tmp_path: Path) -> None:
    path = a_type(tmp_path, tables="[params.x]\ntype = 'integer'\nminimun = 3")

    result = CliRunner().invoke(app, ["jobtypes", "check", str(path)])

    assert result.exit_code == 1
    assert result.stderr == f"{path}:12: params.x.minimun: unknown key; did you mean minimum?\n"


def test_the_helper_is_printed_as_it_is() -> None:
    command = [sys.executable, "-m", "web.cli.main", "jobtypes", "helper"]

    printed = subprocess.run(command, capture_output=True, check=True).stdout

    assert printed == (ROOT / "scheduler/programs/lanekeeper_job.py").read_bytes()


@pytest.mark.parametrize("type_", sorted(built_in_types().types))
def test_the_page_of_a_type_is_current(type_: str) -> None:
    """If not: `lanekeeper jobtypes pages docs/job-types`."""
    assert (PAGES / f"{type_}.md").read_text() == page(built_in_types().types[type_])


def test_the_index_names_every_page_and_there_is_no_other() -> None:
    names = {path.name for path in PAGES.glob("*.md")}

    assert (PAGES / "README.md").read_text() == index(built_in_types().all())
    assert names == {f"{type_}.md" for type_ in built_in_types().types} | {"README.md"}
