"""What is sent to a node stands on its own feet there."""

import ast
import subprocess
import sys
from pathlib import Path

from scheduler.executors.agent import READY
from scheduler.executors.sent_agent import MODULES, NO_PYTHON, ROOT, command, program

OPTIONAL = {"pynvml"}


def imported(path: Path) -> set[str]:
    """Modules by their full names; of ours also those that are named after `import`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name for name in inner if (ROOT / f"{name.replace('.', '/')}.py").exists()}
    return found


def test_what_is_sent_imports_only_what_is_sent_and_the_standard_library() -> None:
    sent = {f"scheduler.{name.replace('/', '.')}".removesuffix(".__init__") for name in MODULES}
    files = [ROOT / "scheduler" / f"{name}.py" for name in (*MODULES, "executors/bootstrap")]

    used = set().union(*map(imported, files))
    foreign = {name for name in used if name.split(".")[0] not in sys.stdlib_module_names}

    assert foreign - sent == OPTIONAL
    assert "scheduler.executors.local" in used


def test_the_agent_begins_in_a_bare_interpreter_and_ends_with_its_stdin(tmp_path: Path) -> None:
    question = b'{"id": 1, "do": "greet", "with": null}\n'
    agent = subprocess.Popen(
        ["sh", "-c", command()],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert agent.stdin is not None
    assert agent.stdout is not None
    agent.stdin.write(program())
    agent.stdin.flush()
    ready = agent.stdout.readline()
    agent.stdin.write(question)
    agent.stdin.flush()
    answer = agent.stdout.readline()

    rest, _ = agent.communicate(timeout=20)

    assert ready == READY
    assert answer.startswith(b'{"id": 1, "gives": ')
    assert (rest, agent.returncode) == (b"", 0)


def test_a_machine_without_python_ends_with_a_code_of_its_own() -> None:
    words = command().replace(sys.executable, "/not/there")

    done = subprocess.run(["/bin/sh", "-c", words], env={"PATH": "/not/there"}, check=False)

    assert done.returncode == NO_PYTHON
