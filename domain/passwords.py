"""Passwords: judged, hashed and compared; only the argon2id hash is ever stored."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.error_codes import ErrorCode
from domain.errors import BadInput

SHORTEST = 8
LONGEST = 1024
"""Beyond it nobody remembers it, and hashing would be work that a stranger sets us."""
AT_ONCE = 4
"""Hashes computed at the same time in a process: each takes 64 MiB and about 50 ms of a core."""

_hasher = PasswordHasher()  # RFC 9106, section 4, the second recommendation
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")


def require_good(password: str, *, path: str) -> None:
    """Raises BadInput (BAD_PASSWORD), naming the input's field, for a password that is too weak."""
    if not SHORTEST <= len(password) <= LONGEST or not _is_unicode(password):
        raise BadInput(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            path=[path],
            code=ErrorCode.BAD_PASSWORD,
            constraint=f"{SHORTEST}..{LONGEST} characters",
        )


async def hash_password(password: str) -> str:
    """The hash to store, in the PHC form ("$argon2id$v=19$…"); made in a thread of its own."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Whether it is the password of the hash; takes as long when there is no hash to compare."""
    if len(password) > LONGEST or not _is_unicode(password):
        return False
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _matches, password, password_hash)


def _matches(password: str, password_hash: str | None) -> bool:
    try:
        matched = _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matched and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody's password")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
