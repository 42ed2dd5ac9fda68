"""Read a TOML file into a value, and say of what is wrong where it stands."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from domain.job_types.lines import line_of, line_of_fault
from domain.job_types.records import KeyRefused, Table

T = TypeVar("T")


def read_toml(path: Path, made_of: Callable[[Table], T], refused: type[ValueError]) -> T:
    """What `made_of`, which may raise KeyRefused, makes of the file's content.

    Raises `refused` with "file:line: key: what is wrong", without a line if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return _made_of(text, path, made_of, refused)
    except refused:
        raise
    except (OSError, ValueError, RecursionError) as error:  # no text, or beyond Python's limits
        raise refused(f"{path}: {error}") from error


def _made_of(text: str, path: Path, made_of: Callable[[Table], T], refused: type[ValueError]) -> T:
    try:
        return made_of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise refused(f"{path}:{line_of_fault(text, error)}: {error}") from error
    except KeyRefused as refusal:
        raise refused(f"{path}:{line_of(text, refusal.key)}: {refusal}") from refusal
