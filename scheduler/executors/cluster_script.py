"""The script that is submitted for an attempt, and the files that it needs."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from domain.cluster_templates import Rendering
from domain.cluster_templates.render import Value
from scheduler.executors.attempt_files import SPEC
from scheduler.executors.base import Launch
from scheduler.executors.local import INTERPRETER, SUPERVISOR, spec_of
from scheduler.supervise import write_whole

SCRIPT = "cluster_script.sh"


def supervising(spec: Path) -> dict[str, Value]:
    """The values by which a script runs the attempt, as one command or as program and arguments."""
    arguments = shlex.join(["-I", "-S", str(SUPERVISOR), str(spec)])
    return {
        "run_cmd": f"{shlex.quote(INTERPRETER)} {arguments}",
        "worker_bin_path": INTERPRETER,
        "run_args": arguments,
    }


def whole(rendering: Rendering) -> str:
    """The text; raises ValueError if it could not be rendered, or something has no value."""
    if rendering.text is None or rendering.missing:
        raise ValueError(rendering.error or f"{rendering.missing[0]} has no value.")
    return rendering.text


def with_marks(script: str, marks: Sequence[str], *, at_end: bool = False) -> str:
    """The script with directives of ours, after all others that count: later ones win.

    Those of its head count, before the first command; with `at_end`, all of the script's.
    """
    lines = script.splitlines()
    is_head = [at_end or not line.strip() or line.startswith("#") for line in lines]
    end = is_head.index(False) if False in is_head else len(lines)
    return "\n".join([*lines[:end], *marks, *lines[end:]]) + "\n"


def write_files(launch: Launch, script: Path, text: str) -> None:
    """Make the directory with the script and spec.json. Raises OSError.

    Not synced: what is lost with the machine was not started, and without it nothing starts.
    """
    launch.directory.mkdir(parents=True, exist_ok=True)
    write_whole(str(launch.directory / SPEC), spec_of(launch))
    script.write_text(text)
