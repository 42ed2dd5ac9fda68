"""Inputs of the mutations of accounts and API tokens."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.errors import BadInput
from domain.permissions import Permission, UserRole
from domain.use_cases.users import UserChanges
from schema.described import attribute, input_type
from schema.given import given
from schema.scalars import BigInt
from schema.selections import UserRef

_KEY = "Up to 128 characters, unique per logical request; a repeat within 24 h returns the first "
_KEY += "result."


@input_type
class CreateUserInput:
    """Input of createUser."""

    name: str = attribute("Username, unique.")
    email: str | None = attribute("E-mail address.", default=UNSET)
    first_name: str = attribute("Given name.", default="")
    last_name: str = attribute("Family name.", default="")
    password: str = attribute("First password, at least 8 characters.")
    role: UserRole = attribute("Role.", default=UserRole.USER)
    lanes: list[str] | None = attribute(
        "Lanes the user may queue to; all present ones if omitted.", default=UNSET
    )
    may_set_priority: bool = attribute("May set the queue priority of jobs.", default=False)
    default_priority: int | None = attribute(
        "Priority of the user's jobs unless given.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(_KEY, default=UNSET)

    @property
    def values(self) -> UserChanges:
        """What the account is to have besides its name and password."""
        values = UserChanges(
            email=given(self.email),
            first_name=self.first_name,
            last_name=self.last_name,
            role=self.role,
            may_set_priority=self.may_set_priority,
            default_priority=given(self.default_priority),
        )
        lanes = given(self.lanes)
        return values if lanes is None else {**values, "lanes": lanes}


@input_type
class UpdateUserInput:
    """Input of updateUser."""

    user: UserRef = attribute("User.")
    email: str | None = attribute("New e-mail address.", default=UNSET)
    first_name: str | None = attribute("New given name.", default=UNSET)
    last_name: str | None = attribute("New family name.", default=UNSET)
    role: UserRole | None = attribute("New role.", default=UNSET)
    lanes: list[str] | None = attribute(
        "All lanes the user may queue to from now on.", default=UNSET
    )
    may_set_priority: bool | None = attribute("May set the queue priority of jobs.", default=UNSET)
    default_priority: int | None = attribute(
        "Priority of the user's jobs unless given; null means the instance's default.",
        default=UNSET,
    )
    disabled: bool | None = attribute(
        "May not sign in; open connections are closed.", default=UNSET
    )
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the user changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(_KEY, default=UNSET)

    @property
    def changes(self) -> UserChanges:
        """What is to change; raises BadInput for a null where there always is a value."""
        changes = UserChanges()
        for key in UserChanges.__annotations__:
            value = getattr(self, key)
            if value is UNSET:
                continue
            if value is None and key not in ("email", "default_priority"):
                raise BadInput(f"{key} cannot be null.", path=[key], constraint="not null")
            changes[key] = value  # type: ignore[literal-required]  # the keys of UserChanges
        return changes


@input_type
class SetPasswordInput:
    """Input of setPassword."""

    user: UserRef | None = attribute("User; the caller if omitted.", default=UNSET)
    current_password: str | None = attribute(
        "Present password; needed to change one's own.", default=UNSET
    )
    new_password: str = attribute("New password, at least 8 characters.")
    expected_revision: BigInt | None = attribute(
        "Fail with RevisionConflictError if the user changed since.", default=UNSET
    )
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(_KEY, default=UNSET)


@input_type
class CreateApiTokenInput:
    """Input of createApiToken."""

    name: str = attribute("What it is for.")
    scopes: list[Permission] = attribute(
        "What it may be used for, never more than the caller may do."
    )
    expires_at: datetime | None = attribute("Expires; never if omitted.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(_KEY, default=UNSET)


@input_type
class RevokeApiTokenInput:
    """Input of revokeApiToken."""

    token_id: strawberry.ID = attribute("Token.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(_KEY, default=UNSET)
