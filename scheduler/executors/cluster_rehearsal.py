"""Ask Slurm whether it would take a cluster's script, without submitting anything."""

import asyncio
import os
import shlex
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path, PurePath

from domain.cluster_templates import SAMPLE, Template, quoted, render
from domain.cluster_templates.render import Value
from domain.documents.target import ClusterTemplates
from scheduler.executors.cluster_commands import Answer
from scheduler.executors.cluster_script import whole

SMALL: dict[str, Value] = {"num_cpu": 1, "num_gpu": 0, "ram_gb": 1.0, "run_cmd": "true"}
Run = Callable[[Sequence[str]], Awaitable[Answer]]


async def rehearse(templates: ClusterTemplates, directory: Path, run: Run) -> str | None:
    """What `sbatch --test-only` says of a small job's script; None where another program submits.

    The script lies in `directory` for that long, where the cluster can read it. Raises OSError.
    """
    script = directory / f".trial-{os.urandom(4).hex()}.sh"
    try:
        text, words = await _rendered(templates, directory, script)
    except ValueError as error:
        return f"sbatch --test-only was not tried: {error}"
    programs = [PurePath(word).name for word in words]
    if "sbatch" not in programs:
        return None
    try:
        await asyncio.to_thread(script.write_text, text)
        at = programs.index("sbatch") + 1
        answer = await run([*words[:at], "--test-only", *words[at:]])
    finally:
        await asyncio.to_thread(script.unlink, missing_ok=True)
    verdict = "would take a small job" if answer.code == 0 else "would not take a small job"
    return f"The cluster {verdict}: {answer.text}"


async def _rendered(
    templates: ClusterTemplates, directory: Path, script: Path
) -> tuple[str, list[str]]:
    """The script and the words of the submit; raises ValueError if something has no value."""
    custom: dict[str, Value] = {v.name: v.value for v in templates.custom_vars}
    where = {"job_dir_abs": str(directory), "job_log_path_abs": os.devnull}
    values = {**custom, **SAMPLE, **SMALL, **where}
    in_command = quoted(values | {"script_path_abs": str(script)})
    asked = [Template(templates.script_tpl, values), Template(templates.qsub_cmd_tpl, in_command)]
    text, command = (whole(rendering) for rendering in await render(asked))
    return text, shlex.split(command)
