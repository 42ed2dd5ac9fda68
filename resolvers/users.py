"""Accounts, passwords and API tokens."""

from typing import Annotated

import strawberry

from domain.permissions import Permission
from domain.use_cases import api_tokens, users
from domain.use_cases.set_password import set_password
from resolvers.answer import answer, mutation
from schema.context import Info
from schema.described import object_type
from schema.given import given
from schema.inputs.users import (
    CreateApiTokenInput,
    CreateUserInput,
    RevokeApiTokenInput,
    SetPasswordInput,
    UpdateUserInput,
)
from schema.node import key_of
from schema.payloads.users import (
    CreateApiTokenPayload,
    CreateUserPayload,
    RevokeApiTokenPayload,
    SetPasswordPayload,
    UpdateUserPayload,
)
from schema.user import ApiToken, User


@object_type
class UserMutations:
    """Fields that change who may come in, and how."""

    @mutation(Permission.ADMIN, CreateUserPayload)
    async def create_user(
        self,
        info: Info,
        input: Annotated[CreateUserInput, strawberry.argument(description="Input.")],
    ) -> CreateUserPayload | None:
        """Create a user account."""
        user = await users.create_user(
            info.context.request, name=input.name, password=input.password, values=input.values
        )
        return await answer(info, CreateUserPayload, input, user=User.from_document(user))

    @mutation(Permission.ADMIN, UpdateUserPayload)
    async def update_user(
        self,
        info: Info,
        input: Annotated[UpdateUserInput, strawberry.argument(description="Input.")],
    ) -> UpdateUserPayload | None:
        """Change a user account. Omitted fields are left alone."""
        user = await users.update_user(
            info.context.request,
            input.user.reference,
            input.changes,
            expected_revision=given(input.expected_revision),
        )
        return await answer(info, UpdateUserPayload, input, user=User.from_document(user))

    @mutation(Permission.READ, SetPasswordPayload)
    async def set_password(
        self,
        info: Info,
        input: Annotated[SetPasswordInput, strawberry.argument(description="Input.")],
    ) -> SetPasswordPayload | None:
        """Set a password: one's own, or, for an administrator, anybody's. Ends the user's other
        sessions."""
        wanted = given(input.user)
        user = await set_password(
            info.context.request,
            new_password=input.new_password,
            current_password=given(input.current_password),
            wanted=wanted.reference if wanted else None,
            expected_revision=given(input.expected_revision),
        )
        return await answer(info, SetPasswordPayload, input, user=User.from_document(user))

    @mutation(Permission.READ, CreateApiTokenPayload)
    async def create_api_token(
        self,
        info: Info,
        input: Annotated[CreateApiTokenInput, strawberry.argument(description="Input.")],
    ) -> CreateApiTokenPayload | None:
        """Create an API token for the caller. The secret is shown once."""
        token, secret = await api_tokens.create_api_token(
            info.context.request,
            name=input.name,
            scopes=input.scopes,
            expires_at=given(input.expires_at),
        )
        shown = ApiToken.from_document(token)
        return await answer(info, CreateApiTokenPayload, input, api_token=shown, secret=secret)

    @mutation(Permission.READ, RevokeApiTokenPayload)
    async def revoke_api_token(
        self,
        info: Info,
        input: Annotated[RevokeApiTokenInput, strawberry.argument(description="Input.")],
    ) -> RevokeApiTokenPayload | None:
        """Revoke an API token, one's own or, for an administrator, anybody's."""
        token_id = key_of(input.token_id, "ApiToken")
        token = await api_tokens.revoke_api_token(info.context.request, token_id)
        shown = ApiToken.from_document(token)
        return await answer(info, RevokeApiTokenPayload, input, api_token=shown)
