"""Secrets: made at random, stored as a hash only."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as text that is safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 as hex: enough for secrets of full entropy, which these are."""
    return hashlib.sha256(secret.encode()).hexdigest()
