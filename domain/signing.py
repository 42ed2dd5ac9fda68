"""Signed short texts: what we hand out and want back unchanged, without storing it."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime

MAC_BYTES = 16
"""HMAC-SHA256 cut to 128 bits (RFC 2104, section 5)."""
_DAY_S = 24 * 3600
_TIME_BYTES = 5


class SignatureInvalid(ValueError):
    """The text was not signed with this key for this purpose, or was changed since."""


class AddressExpired(ValueError):
    """The address was good once; a fresh one is in the object that it came from."""


def sign(message: bytes, key: bytes, *, purpose: str) -> bytes:
    """The signature of `message`, MAC_BYTES long; one purpose's signature fits no other."""
    return hmac.digest(key, purpose.encode() + b"\0" + message, hashlib.sha256)[:MAC_BYTES]


def verify(message: bytes, signature: bytes, key: bytes, *, purpose: str) -> bool:
    """Whether `signature` is that of `message`, in constant time."""
    return hmac.compare_digest(sign(message, key, purpose=purpose), signature)


def seal(message: bytes, key: bytes, *, purpose: str) -> str:
    """`message` and its signature as one text of letters, digits, "-" and "_"."""
    sealed = message + sign(message, key, purpose=purpose)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def unseal(text: str, key: bytes, *, purpose: str) -> bytes:
    """The message in a text made by `seal`; raises SignatureInvalid for any other text."""
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (NotBase64, UnicodeEncodeError) as error:
        raise SignatureInvalid("This is not a signed text.") from error
    message, signature = sealed[:-MAC_BYTES], sealed[-MAC_BYTES:]
    # Base64 has several spellings of one value; only the one that we wrote is accepted.
    if (
        not verify(message, signature, key, purpose=purpose)
        or seal(message, key, purpose=purpose) != text
    ):
        raise SignatureInvalid("The signature does not fit.")
    return message


def address_expiry(now: datetime) -> datetime:
    """The end of the day (UTC) after `now`'s: 24 to 48 hours ahead, the same all day long.

    Addresses made on one day are therefore equal, and a browser's cache can keep their files.
    """
    return datetime.fromtimestamp((int(now.timestamp()) // _DAY_S + 2) * _DAY_S, UTC)


def sign_path(project_uid: str, path: str, key: bytes, *, expires_at: datetime) -> str:
    """A token that carries the right to read one file; `path` is relative to the project's."""
    expires_s = int(expires_at.timestamp()).to_bytes(_TIME_BYTES, "big")
    return seal(expires_s + f"{project_uid}\0{path}".encode(), key, purpose="file")


def read_path(token: str, key: bytes, *, now: datetime) -> tuple[str, str]:
    """The project's uid and the path in a token of `sign_path`.

    Raises SignatureInvalid if it is not ours, AddressExpired if its time is over. The path is
    as it was signed: opening it still goes through the rules for paths from outside.
    """
    message = unseal(token, key, purpose="file")
    if int.from_bytes(message[:_TIME_BYTES], "big") <= now.timestamp():
        raise AddressExpired("This address has expired; load the page again.")
    project_uid, _, path = message[_TIME_BYTES:].decode().partition("\0")
    return project_uid, path
