"""The script that is submitted for an attempt, and the files that it needs."""

from pathlib import Path

from domain.cluster_templates import Rendering
from scheduler.executors.attempt_files import SPEC
from scheduler.executors.base import Launch
from scheduler.executors.local import spec_of
from scheduler.supervise import write_whole

SCRIPT = "cluster_script.sh"


def whole(rendering: Rendering) -> str:
    """The text; raises ValueError if it could not be rendered, or something has no value."""
    if rendering.text is None or rendering.missing:
        raise ValueError(rendering.error or f"{rendering.missing[0]} has no value.")
    return rendering.text


def write_files(launch: Launch, script: Path, text: str) -> None:
    """Make the directory with the script and spec.json. Raises OSError.

    Not synced: what is lost with the machine was not started, and without it nothing starts.
    """
    launch.directory.mkdir(parents=True, exist_ok=True)
    write_whole(str(launch.directory / SPEC), spec_of(launch))
    script.write_text(text)
