"""The child that reads and renders templates: a sandbox in a process that can do nothing else.

Run as a script, with nothing of ours imported. From stdin it takes {"cpu_s", "memory_bytes",
"templates": [{"text", "values", "max_output"}]}; to stdout it gives a list, one for each template,
of {"variables": sorted names, "missing": variables that need a value and have none, "text":
rendered, with "{{ name }}" for what is missing, or null, "error": a sentence or null}.

The sandbox of Jinja2 does not stop a template from taking all time and memory, and has been
escaped before (09-reliability, T27): hence the process, its limits, and no file or socket.
"""

import json
import resource
import sys
from functools import cache, partial
from typing import Any

import jinja2
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing as no_object

Json = dict[str, Any]  # one JSON object, as the module describes them

MAX_MISSING = 50
"""Variables without a value that are told; rendering goes on after each as if it had one."""


class Missing(UndefinedError):
    """The template needs the value of the variable `name`, and it has none."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class NoValue(StrictUndefined):
    """A variable without a value: any use of it is an error, but for `default` and `is defined`."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: object = no_object,
        name: str | None = None,
        exc: Any = UndefinedError,  # a class, or a function that makes the exception
    ) -> None:
        if obj is no_object and name is not None and exc is UndefinedError:
            exc = partial(Missing, name)
        super().__init__(hint, obj, name, exc)


class TooLong(Exception):
    """The output is longer than allowed."""


@cache
def read(text: str) -> tuple[list[str], jinja2.Template]:
    """The names of its variables, and the template compiled: once for all jobs of a lane.

    Strict, and as CryoSPARC reads templates otherwise. Raises TemplateSyntaxError.
    """
    environment = ImmutableSandboxedEnvironment(undefined=NoValue, keep_trailing_newline=True)
    variables = sorted(meta.find_undeclared_variables(environment.parse(text)))
    return variables, environment.from_string(text)


def treat(template: Json) -> Json:
    """Read one template, and render it as far as its values go."""
    answer: Json = {"variables": [], "missing": [], "text": None, "error": None}
    try:
        answer["variables"], compiled = read(template["text"])
        render(compiled, dict(template["values"]), template["max_output"], answer)
    except TemplateSyntaxError as error:
        answer["error"] = f"Line {error.lineno}: {error.message}"
    except Exception as error:  # noqa: BLE001 - a template can raise anything
        answer["error"] = sentence(error)
    return answer


def render(compiled: jinja2.Template, values: Json, max_output: int, answer: Json) -> None:
    """Fill in `text` and `missing`; raises whatever the template raises."""
    while True:
        try:
            answer["text"] = joined(compiled, values, max_output)
        except Missing as missing:
            if len(answer["missing"]) == MAX_MISSING:
                raise
            answer["missing"].append(missing.name)
            values[missing.name] = f"{{{{ {missing.name} }}}}"
        else:
            return


def joined(compiled: jinja2.Template, values: Json, max_output: int) -> str:
    """The rendered text; raises TooLong above `max_output` characters."""
    pieces: list[str] = []
    length = 0
    for piece in compiled.generate(values):
        length += len(piece)
        if length > max_output:
            raise TooLong(f"The text is longer than {max_output} characters.")
        pieces.append(piece)
    return "".join(pieces)


def sentence(error: Exception) -> str:
    """What went wrong, for whoever wrote the template."""
    if isinstance(error, MemoryError):
        return "It needs too much memory."
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    return f"{type(error).__name__}: {error}"[:500]


def confine(cpu_s: int, memory_bytes: int) -> None:
    """From now on: so much time and memory, no new file, socket or process."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))


def main() -> None:
    """Answer the one request on stdin."""
    request = json.load(sys.stdin)
    for example in ("{{ 'a' | center(2) }}", "{% include 'a' %}", "{% if %}"):
        treat({"text": example, "values": {}, "max_output": 9})  # imports what is imported late
    confine(request["cpu_s"], request["memory_bytes"])
    json.dump([treat(template) for template in request["templates"]], sys.stdout)


if __name__ == "__main__":
    main()
