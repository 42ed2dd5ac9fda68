"""Payloads of the mutations of accounts and API tokens."""

from schema.described import attribute, object_type
from schema.payloads.mutation import MutationPayload
from schema.user import ApiToken, User


@object_type
class CreateUserPayload(MutationPayload):
    """Payload of createUser."""

    user: User | None = attribute("The new user.", default=None)


@object_type
class UpdateUserPayload(MutationPayload):
    """Payload of updateUser."""

    user: User | None = attribute("The user.", default=None)


@object_type
class SetPasswordPayload(MutationPayload):
    """Payload of setPassword."""

    user: User | None = attribute("The user.", default=None)


@object_type
class CreateApiTokenPayload(MutationPayload):
    """Payload of createApiToken."""

    api_token: ApiToken | None = attribute("The new token.", default=None)
    secret: str | None = attribute(
        "The secret, to be sent as a bearer token; null in a replayed response.", default=None
    )


@object_type
class RevokeApiTokenPayload(MutationPayload):
    """Payload of revokeApiToken."""

    api_token: ApiToken | None = attribute("The token.", default=None)
