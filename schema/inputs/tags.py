"""Inputs of the mutations of tags and stars."""

from typing import cast

from strawberry import UNSET

from domain.documents.tag import TagColour, TagType
from domain.use_cases.tags import TagChanges
from schema.described import attribute, input_type
from schema.given import changes_of
from schema.inputs.request import IDEMPOTENCY_KEY
from schema.scalars import BigInt
from schema.selections import StarSubject

_SINCE = "Fail with RevisionConflictError if the tag changed since."


@input_type
class CreateTagInput:
    """Input of createTag."""

    title: str = attribute("Title.")
    type: TagType = attribute("What it may be applied to.")
    colour: TagColour = attribute("Colour.", default=TagColour.GRAY)
    description: str | None = attribute("Description.", default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class UpdateTagInput:
    """Input of updateTag."""

    tag_uid: str = attribute("Tag.")
    title: str | None = attribute("New title.", default=UNSET)
    colour: TagColour | None = attribute("New colour.", default=UNSET)
    description: str | None = attribute("New description.", default=UNSET)
    expected_revision: BigInt | None = attribute(_SINCE, default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)

    @property
    def changes(self) -> TagChanges:
        """What is to change; raises BadInput for null, but null takes the description away."""
        names = ("title", "colour", "description")
        return cast(TagChanges, changes_of(self, *names, empty={"description": None}))


@input_type
class DeleteTagInput:
    """Input of deleteTag."""

    tag_uid: str = attribute("Tag.")
    expected_revision: BigInt | None = attribute(_SINCE, default=UNSET)
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)


@input_type
class SetStarredInput:
    """Input of setStarred."""

    subject: StarSubject = attribute("What.")
    starred: bool = attribute("Starred or not.")
    client_mutation_id: str | None = attribute("Echoed back.", default=UNSET)
    idempotency_key: str | None = attribute(IDEMPOTENCY_KEY, default=UNSET)
