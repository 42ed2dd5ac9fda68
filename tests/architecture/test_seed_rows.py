"""Every behaviour of the seed is proved by a test whose name carries the number of its row.

The rows are those of the seed checklist, SEED-001 to SEED-197. What is drawn and clicked is proved
by the browser tests.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
EVERY = frozenset(range(1, 198))
NUMBERS = re.compile(r"seed((?:_\d{3})+)")


def names_of_tests() -> Iterator[str]:
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name


@cache
def proved() -> frozenset[int]:
    """The rows that the names of tests carry: test_seed_089_090_… proves two."""
    found = (number for name in names_of_tests() for number in NUMBERS.findall(name))
    return frozenset(int(row) for numbers in found for row in numbers.split("_") if row)


def test_every_behaviour_of_the_seed_has_a_test() -> None:
    assert sorted(EVERY - proved()) == []


def test_only_rows_that_exist_are_claimed() -> None:
    assert sorted(proved() - EVERY) == []
