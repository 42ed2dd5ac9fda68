"""Optional values of inputs: what was left out is None from here on."""

from typing import TypeVar

from strawberry import UNSET

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """The value; None if it was null or left out."""
    return None if value is UNSET else value
