"""Optional values of inputs: what was left out is None from here on, or not there at all."""

from collections.abc import Mapping
from typing import Any, TypeVar

from strawberry import UNSET

from domain.errors import BadInput

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """The value; None if it was null or left out."""
    return None if value is UNSET else value


def changes_of(
    input: object, *names: str, empty: Mapping[str, object]
) -> dict[str, Any]:  # values of the fields' own types
    """The fields `names` of an input of an update that were given, by name.

    Null stands for the value in `empty`; raises BadInput where null has no meaning.
    """
    values = {name: getattr(input, name) for name in names}
    changes = {name: value for name, value in values.items() if value is not UNSET}
    for name in [name for name, value in changes.items() if value is None]:
        if name not in empty:
            path = ["input", _camel(name)]
            raise BadInput(f"{path[1]} cannot be null; leave it out.", path=path)
        changes[name] = empty[name]
    return changes


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
