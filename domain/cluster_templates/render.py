"""Have templates read and rendered by a child process with limits; nothing is rendered here."""

import asyncio
import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

CHILD = Path(__file__).with_name("sandbox.py")
CPU_S = 2
MEMORY_BYTES = 256 * 1024**2
TIMEOUT_S = 15.0
"""Of the whole child, in real time: it may have to wait for a core."""
MAX_OUTPUT = 256 * 1024
"""Characters of one rendered text."""

_CHILDREN = ThreadPoolExecutor(max_workers=2, thread_name_prefix="templates")
"""How many children there are at once: previews must not take all cores, or all threads."""

Value = str | int | float | bool


@dataclass(frozen=True)
class Template:
    """A Jinja2 template and the values of its variables."""

    text: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Rendering:
    """What became of a template.

    `variables`: all that it uses, sorted. `missing`: those that need a value and have none; `text`
    shows them as "{{ name }}". `text` is None, and `error` a sentence, if it cannot be rendered.
    """

    variables: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    text: str | None = None
    error: str | None = None


async def render(templates: Sequence[Template]) -> list[Rendering]:
    """Render all of them, in order, in one child process; never raises for what a template does.

    If they take too much time or memory together, every one has an error.
    """
    return await asyncio.get_running_loop().run_in_executor(_CHILDREN, _render, templates)


def _render(templates: Sequence[Template]) -> list[Rendering]:
    faulty = [_control_character(template) for template in templates]
    if any(faulty):
        return [Rendering(error=fault or "Not tried.") for fault in faulty]
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(_request(templates)).encode(),
            capture_output=True,
            timeout=TIMEOUT_S,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return [Rendering(error="It takes too long.")] * len(templates)
    if child.returncode != 0:
        return [Rendering(error="It takes too much time or memory.")] * len(templates)
    return [_rendering(answer) for answer in json.loads(child.stdout)]


def _request(templates: Sequence[Template]) -> Mapping[str, object]:
    return {
        "cpu_s": CPU_S,
        "memory_bytes": MEMORY_BYTES,
        "templates": [
            {"text": t.text, "values": dict(t.values), "max_output": MAX_OUTPUT} for t in templates
        ],
    }


def _rendering(answer: Mapping[str, list[str] | str | None]) -> Rendering:
    variables, missing = answer["variables"] or (), answer["missing"] or ()
    text, error = answer["text"], answer["error"]
    assert not isinstance(text, list)
    assert not isinstance(error, list)
    return Rendering(tuple(variables), tuple(missing), text, error)


def _control_character(template: Template) -> str | None:
    """A line break in a value would add a directive or a command, whatever quotes it (T28)."""
    for name, value in template.values.items():
        if isinstance(value, str) and any(map(_is_control, value)):
            return f"The value of {name} has a line break or another control character."
    return None


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs")
