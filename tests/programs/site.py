"""A site's own declaration and program, run as the server would run them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from domain.job_types import (
    complete_params,
    load_declaration,
    outside_run,
    render_command,
    runner_command,
)
from scheduler.job_file import PROGRAMS
from tests.programs.project import Json, Run

LINES = "one\ntwo\nthree\n"


def run(
    directory: Path, declaration: str, program: str, params: Json, inputs: Json | None = None
) -> Run:
    """Run a site's program as job J1, with /opt/site in the test's own directory.

    The file lines.txt is in the project directory.
    """
    site, project = directory / "site", directory / "project"
    site.mkdir()
    (project / "J1/run/1").mkdir(parents=True, exist_ok=True)
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
        "inputs": inputs or {},
        "resources": {},
    }
    context = {"python": sys.executable, "programs": PROGRAMS, "params": complete}
    context |= {"job_dir": "J1", "run_dir": "J1/run/1"}
    argv = render_command(declared, context) if not declared.run.is_outside else None
    if argv is None:
        told["outside"], argv = outside_run(declared, context), runner_command(context)
    job_file = project / "J1/run/1/job.json"
    job_file.write_text(json.dumps(told))
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
