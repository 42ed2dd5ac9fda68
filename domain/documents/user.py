"""People: accounts, the sessions of their browsers, the tokens of their scripts."""

from datetime import datetime

from pydantic import Field

from domain.database import index
from domain.documents.record import Record
from domain.permissions import Permission, UserRole


class User(Record):
    """One account; `name` is the login, unique."""

    id: str
    revision: int = 1
    name: str
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    role: UserRole = UserRole.USER
    disabled: bool = False
    lanes: list[str] = Field(default_factory=list)
    may_set_priority: bool = False
    default_priority: int | None = None
    password_hash: str | None = None
    created_at: datetime
    last_active_at: datetime | None = None

    class Settings:
        """Collection and indexes."""

        name = "users"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("name", unique=True),
            index("name", "_id"),
        ]


class LoginSession(Record):
    """A browser's sign-in; its id is the SHA-256 of the cookie's secret, as hex."""

    id: str
    user_id: str
    created_at: datetime
    expires_at: datetime

    class Settings:
        """Collection and indexes; the database forgets sessions once they expire."""

        name = "login_sessions"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("user_id"),
            index("expires_at", expire_after_s=0),
        ]


class SignInToken(Record):
    """A one-time token that opens a session; its id is the SHA-256 of the secret, as hex."""

    id: str
    user_id: str
    expires_at: datetime

    class Settings:
        """Collection and indexes; the database forgets tokens once they expire."""

        name = "sign_in_tokens"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("expires_at", expire_after_s=0),
        ]


class SignInTries(Record):
    """How often a password was tried lately; the id says whose, from where, and in which minute."""

    id: str
    tries: int
    expires_at: datetime

    class Settings:
        """Collection and indexes; the database forgets tries once they no longer count."""

        name = "sign_in_tries"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("expires_at", expire_after_s=0),
        ]


class ApiToken(Record):
    """A script's token; only the SHA-256 of its secret is stored, as hex."""

    id: str
    user_id: str
    name: str
    prefix: str
    secret_hash: str
    scopes: list[Permission]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    class Settings:
        """Collection and indexes."""

        name = "api_tokens"
        indexes = [  # noqa: RUF012 - beanie reads it as a plain list
            index("secret_hash", unique=True),
            index("user_id"),
        ]
