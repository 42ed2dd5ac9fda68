"""Errors of a declaration name the line: of the key, of its table if it is missing, of the slip."""

from pathlib import Path

import pytest

from domain.job_types import DeclarationRefused, load_declaration
from domain.job_types.lines import Key, key_text, line_of
from tests.domain.job_types.files import HEAD, a_file

TEXT = '''\
type = "count"          # type = "no"
description = """
[params.box]
minimum = 5
"""
[run]
command = [
  "{python}",
  "minimum = 5",
]
env."A B" = { x = 1, y = { z = 2 } }

[[run.watch]]
emit = "progress"
[[ run . "watch" ]]     # the second
  emit = "metric"
[run.watch.more]
depth = 2
[ params . box ]
minimum = 1
"type" = 'integer'
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("type",), 1),
        (("description",), 2),
        (("run",), 6),
        (("run", "command", 1), 7),
        (("run", "env", "A B", "y", "z"), 11),
        (("run", "watch", 0, "emit"), 14),
        (("run", "watch", 1, "emit"), 16),
        (("run", "watch", 1, "more", "depth"), 18),
        (("params", "box", "minimum"), 20),
        (("params", "box", "type"), 21),
        (("params", "box", "default"), 19),
        (("resources", "cpu"), 1),
        ((), 1),
    ],
)
def test_a_key_is_found_where_it_is_set(key: Key, line: int) -> None:
    assert line_of(TEXT, key) == line


def test_a_key_is_written_as_people_write_it() -> None:
    assert key_text(("run", "watch", 1, "regex")) == "run.watch[1].regex"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + "[run]\ncomand = []", "8: run.comand: unknown key; did you mean command?"),
        (HEAD + "[run]\n", "7: run.command: is missing"),
        (HEAD + "[run]\ncommand = [", "8: Invalid value (at end of document)"),
        (HEAD + "[run\ncommand = []", "7: Expected ']' at the end of a table declaration"),
        (HEAD.replace("version = 1", "version = one"), "3: Invalid value (at line 3, column 11)"),
        (HEAD + "title = 3\n", "7: Cannot overwrite a value (at line 7, column 10)"),
        ("", "1: type: is missing"),
    ],
)
def test_an_error_begins_with_file_line_and_key(tmp_path: Path, text: str, place: str) -> None:
    path = a_file(tmp_path, text)

    with pytest.raises(DeclarationRefused) as refused:
        load_declaration(path)

    assert str(refused.value).startswith(f"{path}:{place}")
