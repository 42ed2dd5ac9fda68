"""What the documentation shows works: its declarations are good, its programs run."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.programs.site import LINES, run

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


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


def test_the_example_of_a_watched_program_works(tmp_path: Path) -> None:
    declaration = blocks("wrap-a-program.md", "toml")[0]
    [program] = blocks("wrap-a-program.md", "sh")

    done = run(tmp_path, declaration, program, {"file": "lines.txt"})

    assert done.code == 0, done.stderr
    assert (done.directory / "words.txt").read_text().split() == ["1", "1", "1"]
    assert [(r["done"], r["total"]) for r in done.said("progress")][-1] == (3, 3)
    assert done.committed["counts"]["metafile"] == "J1/words.txt"


def test_the_example_of_a_wrapper_works(tmp_path: Path) -> None:
    declaration = blocks("wrap-a-program.md", "toml")[1]
    [program] = blocks("wrap-a-program.md", "python")

    done = run(tmp_path, declaration, program, {"files": "*.txt"})

    assert done.code == 0, done.stderr
    digest = hashlib.sha256(LINES.encode()).hexdigest()
    assert (done.directory / "sums.txt").read_text() == f"{digest}  lines.txt\n"
