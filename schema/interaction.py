"""What an interactive job asks of its user, and the pictures that it shows with the question."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import strawberry

from domain import documents
from schema.context import Info
from schema.described import attribute, field, object_type
from schema.directives import ListSize
from schema.presenting import same_names
from schema.scalars import JSON

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")
Paths = Annotated[
    list[str] | None,
    strawberry.argument(description="Only these, by their paths in the data; all if omitted."),
]


@object_type
class InteractionImage:
    """A picture that the data of a question names."""

    path: str = attribute("Its name in the data: the path relative to the project's directory.")
    url: str = attribute("Signed URL.")


@object_type
class Interaction:
    """What an interactive job asks of the user."""

    project_uid: strawberry.Private[str]
    kind: str = attribute(
        "Which panel to show, e.g. select_2D; show a form from submitSchema when unknown."
    )
    title: str = attribute("Title.")
    data: JSON = attribute("Data for the panel.")
    submit_schema: JSON | None = attribute(
        "JSON Schema of the data that submitInteraction accepts."
    )

    @field(ListSize(assumed_size=100))
    def images(self, info: Info, paths: Paths = None) -> list[InteractionImage]:
        """Pictures that the data names by their paths, in its order."""
        named = dict.fromkeys(pictures_in(self.data))
        return [
            InteractionImage(path=path, url=info.context.file_url(self.project_uid, path))
            for path in named
            if paths is None or path in paths
        ]

    @classmethod
    def of(cls, job: documents.Job) -> "Interaction | None":
        """Show what a job asks, if it asks anything."""
        if job.interaction is None:
            return None
        return cls(project_uid=job.project_uid, **same_names(cls, job.interaction))


def pictures_in(data: object) -> Iterator[str]:
    """The strings in JSON data that are names of pictures."""
    if isinstance(data, str):
        if data.lower().endswith(_PICTURES):
            yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from pictures_in(value)
    elif isinstance(data, list):
        for item in data:
            yield from pictures_in(item)
