"""Free values from outside, refused before the database or a reader would stumble over them."""

import math
import re
from collections.abc import Mapping

from domain.errors import BadInput

MAX_DEPTH = 10
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LARGEST = 2**63


def require_storable(value: object, path: tuple[str, ...]) -> None:
    """Raises BadInput, with the path to what is wrong, unless `value` is JSON that can be kept.

    Keys are plain names, so that none means anything to the database; whole numbers have 64 bits;
    numbers are finite; text is Unicode without NUL; nothing is nested deeper than MAX_DEPTH.
    """
    if len(path) > MAX_DEPTH:
        raise BadInput("This is nested too deeply.", path=path, constraint=f"depth <= {MAX_DEPTH}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _require_key(key, path)
            require_storable(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            require_storable(inner, (*path, str(at)))
    elif isinstance(value, str):
        _require_text(value, path)
    elif isinstance(value, int | float):
        _require_number(value, path)


def _require_key(key: str, path: tuple[str, ...]) -> None:
    if not _KEY.fullmatch(key):
        message = "A name has letters, digits and underscores, and does not begin with a digit."
        raise BadInput(message, path=path, constraint=_KEY.pattern)


def _require_text(text: str, path: tuple[str, ...]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput("This text is not Unicode.", path=path, constraint="Unicode") from None
    if "\0" in text:
        raise BadInput("This text has a NUL character.", path=path, constraint="no NUL")


def _require_number(number: float, path: tuple[str, ...]) -> None:
    if isinstance(number, int) and not -_LARGEST <= number < _LARGEST:
        raise BadInput("This number is too large.", path=path, constraint="64 bits")
    if isinstance(number, float) and not math.isfinite(number):
        raise BadInput("This is not a number.", path=path, constraint="finite")
