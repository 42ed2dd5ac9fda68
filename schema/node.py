"""Global ids: one opaque text for every object, made of its type and its document's id."""

import base64
from dataclasses import dataclass

import strawberry

from domain.errors import BadInput
from schema.described import attribute, interface


@interface
class Node:
    """Anything with a global identifier."""

    id: strawberry.ID = attribute("Opaque global ID, stable for the life of the object.")


@dataclass(frozen=True)
class GlobalId:
    """A global id, opened: the GraphQL type and the id of the document, e.g. Job and "P3-J42"."""

    type_name: str
    key: str

    @classmethod
    def parse(cls, text: str) -> "GlobalId":
        """From base64 of "Job:P3-J42"; raises BadInput for anything else."""
        try:
            type_name, separator, key = (
                base64.b64decode(text, validate=True).decode().partition(":")
            )
        except ValueError:  # not base64, or not text
            type_name, separator, key = "", "", ""
        if not (separator and type_name and key):
            raise BadInput(f"“{text[:64]}” is not a global ID.", path=["id"])
        return cls(type_name, key)


def global_id(type_name: str, key: str) -> strawberry.ID:
    """The global id of the document `key` shown as the GraphQL type `type_name`."""
    return strawberry.ID(base64.b64encode(f"{type_name}:{key}".encode()).decode())


def key_of(text: str, type_name: str) -> str:
    """The document's id in a global id of `type_name`; raises BadInput if it is of another type."""
    found = GlobalId.parse(text)
    if found.type_name != type_name:
        raise BadInput(f"“{text[:64]}” is not the global ID of a {type_name}.", path=["id"])
    return found.key
