"""Tags: coloured words on jobs, workspaces and projects."""

from enum import StrEnum

import strawberry

from domain import documents
from schema.context import Info
from schema.described import attribute, describe, field, object_type
from schema.node import Node, global_id
from schema.presenting import present, same_names
from schema.scalars import BigInt
from schema.user import User


class TagType(StrEnum):
    """What a tag may be applied to; the value is what the document holds."""

    GENERAL = "general"
    PROJECT = "project"
    WORKSPACE = "workspace"
    SESSION = "session"
    JOB = "job"


class TagColour(StrEnum):
    """The colours of tags; the value is what the document holds."""

    BLACK = "black"
    GRAY = "gray"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    CYAN = "cyan"
    SKY = "sky"
    BLUE = "blue"
    INDIGO = "indigo"
    PURPLE = "purple"
    PINK = "pink"


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

    @staticmethod
    @present.register(documents.Tag)
    def from_document(document: documents.Tag) -> "Tag":
        """Show the tag."""
        return Tag(
            id=global_id("Tag", document.id),
            uid=document.id,
            type=TagType(document.type),
            colour=TagColour(document.colour),
            creator=document.created_by,
            **same_names(Tag, document, "id", "uid", "type", "colour", "creator"),
        )
