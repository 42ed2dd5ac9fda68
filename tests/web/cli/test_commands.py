"""The command line: what each command prints, and how it refuses."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from web.cli import doctor
from web.cli.main import COMMANDS, app

ROOT = Path(__file__).parents[3]


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs commands without the settings of whoever runs the tests."""
    monkeypatch.delenv("LANEKEEPER_MONGODB_URL", raising=False)
    return CliRunner()


def test_the_schema_is_printed_as_it_is_committed(runner: CliRunner) -> None:
    result = runner.invoke(app, ["export-schema"])

    assert result.exit_code == 0
    assert result.stdout == (ROOT / "schema" / "schema.graphql").read_text()


@pytest.mark.parametrize("command", ["api", "scheduler"])
def test_a_part_on_its_own_needs_a_database_and_says_so(runner: CliRunner, command: str) -> None:
    result = runner.invoke(app, [command])

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "lanekeeper: Set LANEKEEPER_MONGODB_URL to a replica set, or use `lanekeeper serve`.\n"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(runner: CliRunner, command: str) -> None:
    result = runner.invoke(app, [command, "--help"])

    assert result.exit_code == 0
    assert f" {command} " in result.stdout.splitlines()[1]


def test_a_process_reads_only_the_command_that_it_runs() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from web.cli.main import app;"
        "CliRunner().invoke(app, ['scheduler']); assert 'scheduler.run' in sys.modules;"
        "assert not {'strawberry', 'uvicorn', 'web.app'} & set(sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)

    assert ended.stderr == b""


def test_serve_refuses_a_taken_port_before_it_makes_anything(
    runner: CliRunner, tmp_path: Path
) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]
        options = ["--port", str(port), "--data-dir", str(tmp_path / "data")]

        result = runner.invoke(app, ["serve", *options])

    assert result.exit_code == 1
    assert f"lanekeeper: Cannot listen on 127.0.0.1:{port}: Address already in use." in (
        result.stderr
    )
    assert not (tmp_path / "data").exists()


def test_the_doctor_says_of_everything_whether_it_is_there() -> None:
    rows = {name: (found, purpose) for name, found, purpose in doctor.findings()}

    asked = {"This machine", "Python", "mongod", "GPUs", "Slurm", "RELION", "Node.js", "Pages"}
    assert set(rows) == asked
    assert [name for name, (found, purpose) in rows.items() if not (found and purpose)] == []


def test_the_doctor_calls_a_program_that_is_not_there_not_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    rows = {name: found for name, found, _ in doctor.findings()}

    assert (rows["Slurm"], rows["RELION"], rows["Node.js"]) == ("not found",) * 3


def test_a_program_that_does_not_answer_does_not_stop_the_doctor(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "sbatch"
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    rows = {name: found for name, found, _ in doctor.findings()}

    assert rows["Slurm"] == f"{broken} (does not answer)"


def test_without_a_running_server_no_account_is_made_and_the_reason_is_said(
    runner: CliRunner, tmp_path: Path
) -> None:
    result = runner.invoke(
        app, ["users", "add", "anna", "--data-dir", str(tmp_path)], input="long enough\n"
    )

    assert result.exit_code == 1
    assert result.stderr.startswith(f"lanekeeper: No Lanekeeper is running on {tmp_path}: ")
    assert list(tmp_path.iterdir()) == []
