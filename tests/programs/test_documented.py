"""What the documentation shows works: its declarations are good, its programs run."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.job_types import complete_params, load_declaration, render_command
from scheduler.job_file import PROGRAMS
from tests.programs.project import Json, Run

DOCS = Path(__file__).parents[2] / "docs"
LINES = "one\ntwo\nthree\n"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def run(directory: Path, declaration: str, program: str, params: Json) -> Run:
    """Run a documented program as job J1, with /opt/site in the test's own directory."""
    site, project = directory / "site", directory / "project"
    site.mkdir()
    (project / "J1/run/1").mkdir(parents=True)
    (project / "lines.txt").write_text(LINES)
    shutil.copy(PROGRAMS / "lanekeeper_job.py", site)
    file = site / "type.toml"
    file.write_text(declaration.replace("/opt/site", str(site)))
    declared = load_declaration(file)
    script = next(str(word) for word in declared.run.command if str(word).startswith(str(site)))
    Path(script).write_text(program)
    complete = complete_params(declared, params)
    told = {
        "token": "P1-J1#1-x",
        "project": {"dir": str(project)},
        "job": {"dir": "J1"},
        "run": {"dir": "J1/run/1"},
        "params": complete,
        "inputs": {},
        "resources": {},
    }
    job_file = project / "J1/run/1/job.json"
    job_file.write_text(json.dumps(told))
    context = {"python": sys.executable, "programs": PROGRAMS, "params": complete}
    argv = render_command(declared, {**context, "job_dir": "J1", "run_dir": "J1/run/1"})
    environment = {"LANEKEEPER_JOB_FILE": str(job_file), "LANEKEEPER_ATTEMPT": "P1-J1#1-x"}
    done = subprocess.run(
        argv,
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Run(project, "J1", done.returncode, done.stderr)


@pytest.mark.parametrize(("place", "language"), [(0, "python"), (1, "sh")])
def test_the_examples_of_adding_a_job_type_work(tmp_path: Path, place: int, language: str) -> None:
    declaration = blocks("add-a-job-type.md", "toml")[place]
    program = blocks("add-a-job-type.md", language)[-1]

    done = run(tmp_path, declaration, program, {"source": "lines.txt", "lines": 2})

    assert done.code == 0, done.stderr
    assert (done.directory / "lines.txt").read_text() == "one\ntwo\n"
    assert done.committed["model"]["num_items"] == 2
    assert [record["text"] for record in done.said("log")][-1] == "2 lines"


def test_a_documented_program_fails_with_its_sentence(tmp_path: Path) -> None:
    [program] = blocks("add-a-job-type.md", "python")
    declaration = blocks("add-a-job-type.md", "toml")[0]

    done = run(tmp_path, declaration, program, {"source": "none.txt"})

    assert done.error.startswith("The file cannot be read: ")


def test_the_example_of_a_wrapper_works(tmp_path: Path) -> None:
    [declaration], [program] = (
        blocks("wrap-a-program.md", "toml"),
        blocks("wrap-a-program.md", "python"),
    )

    done = run(tmp_path, declaration, program, {"files": "*.txt"})

    assert done.code == 0, done.stderr
    digest = hashlib.sha256(LINES.encode()).hexdigest()
    assert (done.directory / "sums.txt").read_text() == f"{digest}  lines.txt\n"
