"""Where a key stands in a TOML text, which `tomllib` does not tell."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

Key = tuple[str | int, ...]
"""The way from the top of a file to a value: names of tables and keys, places in lists from 0."""


def key_text(key: Key) -> str:
    """The key as people write it: "run.watch[1].regex"; "" for the whole file."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


def line_of(text: str, key: Key) -> int:
    """The line, from 1, where the statement begins that sets `key`, or the nearest table around it.

    `text` is good TOML, and nothing in it is needed to be good otherwise.
    """
    found = ((_shared(path, key), -line) for line, path in _statements(text))
    return -max(found, default=(0, -1))[1]


def line_of_fault(text: str, error: tomllib.TOMLDecodeError) -> int:
    """The line of a syntax error; the last one for "at end of document"."""
    named = re.search(r"\(at line (\d+), column \d+\)$", str(error))
    return int(named[1]) if named else max(len(text.splitlines()), 1)


def _shared(path: Key, key: Key) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, key, strict=False)))


def _statements(text: str) -> Iterator[tuple[int, Key]]:
    """The keys that each header and each assignment sets, with the line where it begins."""
    table: Key = ()
    last_of: dict[Key, int] = {}
    for first, statement, is_header in _chunks(text):
        keys = list(_paths(statement))
        if is_header:
            table, keys = _numbered(keys[0], last_of), [()]
        yield from ((first, (*table, *key)) for key in keys)


def _chunks(text: str) -> Iterator[tuple[int, Mapping[str, Any], bool]]:
    """First line, content, and whether it is a header, of the fewest lines that are TOML alone."""
    pending: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        pending.append(line)
        try:
            content = tomllib.loads("\n".join(pending))
        except tomllib.TOMLDecodeError:
            continue
        yield number - len(pending) + 1, content, pending[0].lstrip().startswith("[")
        pending = []


def _paths(value: Any) -> Iterator[Key]:
    """The keys down to each innermost value, in order."""
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        nested = list(_paths(inner)) if isinstance(inner, dict | list) else []
        yield from ((name, *path) for path in nested or [()])


def _numbered(header: Key, last_of: dict[Key, int]) -> Key:
    """A header's key, with the place of each array table on its way.

    `header` is that of the header alone, so that each [[a]] comes as a[0]. `last_of` keeps the
    last place of each array table, and counts this one.
    """
    table: Key = ()
    for part in header:
        if isinstance(part, int):
            last_of[table] = place = last_of.get(table, -1) + 1
            return (*table, place)
        if table in last_of:
            table = (*table, last_of[table])
        table = (*table, part)
    return table
