"""Payloads of the mutations of tags and stars."""

from schema.described import attribute, object_type
from schema.node import Node
from schema.payloads.mutation import MutationPayload
from schema.tag import Tag


@object_type
class CreateTagPayload(MutationPayload):
    """Payload of createTag."""

    tag: Tag | None = attribute("The new tag.", default=None)


@object_type
class UpdateTagPayload(MutationPayload):
    """Payload of updateTag."""

    tag: Tag | None = attribute("The tag.", default=None)


@object_type
class DeleteTagPayload(MutationPayload):
    """Payload of deleteTag."""

    tag: Tag | None = attribute("The tag as it was.", default=None)


@object_type
class SetStarredPayload(MutationPayload):
    """Payload of setStarred."""

    subject: Node | None = attribute("The object.", default=None)
