"""Tags: coloured words on jobs, workspaces and projects."""

import strawberry

from domain import documents
from domain.documents.tag import TagColour, TagType
from schema.context import Info
from schema.described import attribute, describe, field, object_type
from schema.node import Node, global_id
from schema.presenting import present, same_names
from schema.scalars import BigInt
from schema.user import User

describe(
    TagType,
    "TagType",
    "What a tag may be applied to.",
    {
        "GENERAL": "General.",
        "PROJECT": "Project.",
        "WORKSPACE": "Workspace.",
        "SESSION": "Session.",
        "JOB": "Job.",
    },
)

describe(
    TagColour,
    "TagColour",
    "Tag colour.",
    {
        "BLACK": "Black.",
        "GRAY": "Gray.",
        "RED": "Red.",
        "ORANGE": "Orange.",
        "YELLOW": "Yellow.",
        "GREEN": "Green.",
        "TEAL": "Teal.",
        "CYAN": "Cyan.",
        "SKY": "Sky.",
        "BLUE": "Blue.",
        "INDIGO": "Indigo.",
        "PURPLE": "Purple.",
        "PINK": "Pink.",
    },
)


@object_type
class TagCounts:
    """How many objects have a tag."""

    total: int = attribute("All.")
    project: int = attribute("Projects.")
    workspace: int = attribute("Workspaces.")
    job: int = attribute("Jobs.")


@object_type
class Tag(Node):
    """A user-defined tag."""

    creator: strawberry.Private[str | None]
    uid: str = attribute("Tag UID.")
    revision: BigInt = attribute("Change counter.")
    title: str = attribute("Title.")
    type: TagType = attribute("Applies to.")
    colour: TagColour = attribute("Colour.")
    description: str | None = attribute("Description.")

    @field()
    async def created_by(self, info: Info) -> User | None:
        """Creator."""
        user = self.creator and await info.context.reads.user(self.creator)
        return User.from_document(user) if user else None

    @field()
    async def counts(self, info: Info) -> TagCounts:
        """Objects having it."""
        uses = await info.context.reads.tag_use(self.uid)
        return TagCounts(
            total=sum(uses.values()),
            project=uses.get(TagType.PROJECT, 0),
            workspace=uses.get(TagType.WORKSPACE, 0),
            job=uses.get(TagType.JOB, 0),
        )

    @staticmethod
    @present.register(documents.Tag)
    def from_document(document: documents.Tag) -> "Tag":
        """Show the tag."""
        return Tag(
            id=global_id("Tag", document.id),
            uid=document.id,
            creator=document.created_by,
            **same_names(Tag, document, "id", "uid", "creator"),
        )
