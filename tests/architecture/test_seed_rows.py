"""Every behaviour of the seed is proved by a test whose name carries the number of its row.

The rows are those of the seed checklist, SEED-001 to SEED-197. What is drawn and clicked is proved
by the browser tests, and nothing that proves a row is skipped or kept for the night.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
EVERY = frozenset(range(1, 198))
ON_SCREEN = (
    "1-89 92 95 99-101 112 115 116 123 132-135 138-151 154 155 164-168 170-174 176 177 179-191"
    " 194-197"
)
"""The rows that speak of what is seen, chosen or asked in the dashboard."""
NUMBERS = re.compile(r"seed((?:_\d{3})+)")
SKIPPED = re.compile(r"\b(skip|skipif|xfail|nightly)\b")


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions_in(folder: Path) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def rows_in(ranges: str) -> frozenset[int]:
    """Of "1-3 7": 1, 2, 3 and 7."""
    ends = [part.split("-") for part in ranges.split()]
    return frozenset(row for part in ends for row in range(int(part[0]), int(part[-1]) + 1))


def rows_of(name: str) -> Iterator[int]:
    for numbers in NUMBERS.findall(name):
        yield from (int(row) for row in numbers.split("_") if row)


@cache
def proved(folder: Path = TESTS) -> frozenset[int]:
    """The rows that the names of tests carry: test_seed_089_090_… proves two."""
    return frozenset(row for _, test in functions_in(folder) for row in rows_of(test.name))


def marks_of_module(path: Path) -> str:
    """What stands in `pytestmark`, as source; empty if there is none."""
    for node in parsed(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            return ast.unparse(node.value)
    return ""


def test_every_behaviour_of_the_seed_has_a_test() -> None:
    assert sorted(EVERY - proved()) == []


def test_every_behaviour_on_the_screen_has_a_test_in_a_browser() -> None:
    assert sorted(rows_in(ON_SCREEN) - proved(TESTS / "browser")) == []


def test_only_rows_that_exist_are_claimed() -> None:
    assert sorted(proved() - EVERY) == []


def test_no_test_of_a_row_is_left_out() -> None:
    left_out = [
        test.name
        for path, test in functions_in(TESTS)
        if any(rows_of(test.name))
        and any(
            SKIPPED.search(mark)
            for mark in (marks_of_module(path), *map(ast.unparse, test.decorator_list))
        )
    ]

    assert left_out == []
