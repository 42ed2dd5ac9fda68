"""Where a reader stands in the feed: positions, and the signed cursors that carry them."""

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from functools import total_ordering

from domain.signing import SignatureInvalid, seal, unseal

ANY_FIELD = "*"
"""The field of a cursor that starts any stream: that of a mutation's payload."""
_INCREMENT_BITS = 20
_HEAD = struct.Struct(">B8sIIQ")  # form, binding, seconds, increment, extra; the token follows
_FORM = 1
_TOKEN = re.compile(r"82([0-9A-F]{8})([0-9A-F]{8})[0-9A-F]*")


class CursorRefused(ValueError):
    """The cursor cannot be used here; a stream answers with RESET."""


class CursorInvalid(CursorRefused):
    """Not a cursor of this server, or changed since."""


class CursorForAnotherFilter(CursorRefused):
    """A cursor of this server, for another field or filter."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Position:
    """A place in the database's order of changes; everything up to it has been seen.

    `time` is the cluster time: seconds since 1970 and a count within the second. `token` is the
    change stream's resume token there; without one the position is behind all changes of `time`.
    """

    time: tuple[int, int]
    token: str | None = None

    @classmethod
    def of_token(cls, token: str) -> "Position":
        """The position that a resume token stands for.

        Tokens begin with the type byte 82 and the cluster time, and sort as the changes do
        (MongoDB 4.2 to 8.0, src/mongo/db/pipeline/resume_token.h). Raises ValueError else.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise ValueError(f"unknown form of resume token: {token[:40]}")
        return cls((int(match[1], 16), int(match[2], 16)), token)

    def __lt__(self, other: "Position") -> bool:
        return self._key < other._key

    @property
    def _key(self) -> tuple[tuple[int, int], bool, str]:
        return self.time, self.token is None, self.token or ""

    @property
    def sequence(self) -> int:
        """The position as one number below 2**53; it never falls as positions rise."""
        seconds, increment = self.time
        return (seconds << _INCREMENT_BITS) + min(increment, (1 << _INCREMENT_BITS) - 1)


def filter_hash(value: object) -> str:
    """A short text that is equal for equal filters: JSON values, whatever the order of keys.

    Values that JSON does not know (dates, enums) count by their text.
    """
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


class CursorSigner:
    """Makes and reads cursors with the instance's key. They carry a place, never a right."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, position: Position, field: str, filter_hash: str, extra: int = 0) -> str:
        """The cursor of `position`, good for this field and filter only; all with ANY_FIELD.

        `extra` is a count of the field's own, 0 to 2**64 - 1: of a log, the last entry sent.
        """
        head = _HEAD.pack(_FORM, _binding(field, filter_hash), *position.time, extra)
        token = bytes.fromhex(position.token or "")
        return seal(head + token, self._key, purpose="cursor")

    def decode(self, cursor: str, field: str, filter_hash: str) -> tuple[Position, int]:
        """The position and the extra count in `cursor`.

        Raises CursorInvalid if it is not ours, CursorForAnotherFilter if it is bound elsewhere.
        """
        try:
            message = unseal(cursor, self._key, purpose="cursor")
            form, binding, seconds, increment, extra = _HEAD.unpack(message[: _HEAD.size])
        except (SignatureInvalid, struct.error) as error:
            raise CursorInvalid("This is not a cursor of this server.") from error
        if form != _FORM:
            raise CursorInvalid("This cursor was made by another version of this server.")
        if binding not in (_binding(ANY_FIELD, ""), _binding(field, filter_hash)):
            raise CursorForAnotherFilter("This cursor belongs to another field or filter.")
        token = message[_HEAD.size :].hex().upper() or None
        return Position((seconds, increment), token), extra


def _binding(field: str, filter_hash: str) -> bytes:
    bound_to = ANY_FIELD if field == ANY_FIELD else f"{field}\0{filter_hash}"
    return hashlib.sha256(bound_to.encode()).digest()[:8]
