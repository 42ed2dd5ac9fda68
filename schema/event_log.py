"""Entries of a job's event log, each with what its type adds."""

from datetime import datetime
from typing import Any

import strawberry

from domain import documents
from domain.documents.event_log import EventFile, EventType
from schema.context import Context, Info
from schema.described import attribute, field, interface, object_type
from schema.node import Node, global_id
from schema.paging import Page, PageInfo
from schema.presenting import present, same_names
from schema.references import LaterJob
from schema.scalars import JSON, Cursor


@interface
class EventLogEntry(Node):
    """Event log entry."""

    job_id: strawberry.Private[str]
    created_at: datetime = attribute("Created.")
    flags: list[str] = attribute("Flags.")
    cpumem_mb: float | None = attribute("Process memory, MB.")
    avail_mb: float | None = attribute("Free memory, MB.")

    @field()
    async def job(self, info: Info) -> LaterJob:
        """Job."""
        return present(await info.context.reads.job(self.job_id))


@object_type
class GridFsAsset:
    """A stored file."""

    file_id: strawberry.ID = attribute("File ID.")
    filename: str = attribute("Name.")
    filetype: str = attribute("Extension.")
    url: str = attribute("Signed download URL.")

    @classmethod
    def of(cls, event: documents.Event, file: EventFile, context: Context) -> "GridFsAsset":
        """Show a file of an entry; its path is relative to the project's directory."""
        return cls(
            file_id=strawberry.ID(f"{event.project_uid}/{file.path}"),
            filename=file.path.rpartition("/")[2],
            filetype=file.filetype,
            url=context.file_url(event.project_uid, file.path),
        )


@object_type
class TextEvent(EventLogEntry):
    """Text, warning or error."""

    type: EventType = attribute("Type.")
    text: str = attribute("Text.")


@object_type
class ImageEvent(EventLogEntry):
    """Image."""

    text: str = attribute("Caption.")
    imgfiles: list[GridFsAsset] = attribute("Files.")


@object_type
class InteractiveEvent(EventLogEntry):
    """Interactive plot."""

    subtype: str = attribute("Subtype.")
    text: str = attribute("Caption.")
    datafile: GridFsAsset = attribute("Data.")


@object_type
class CheckpointEvent(EventLogEntry):
    """Checkpoint."""

    meta: JSON = attribute("Metadata.")


@object_type
class EventLogEdge:
    """An edge to EventLogEntry."""

    cursor: Cursor = attribute("Keyset cursor of the node.")
    node: EventLogEntry = attribute("The node.")


@object_type
class EventLogConnection:
    """A page of EventLogEntry objects."""

    edges: list[EventLogEdge] = attribute("Edges.")
    nodes: list[EventLogEntry] = attribute("Shortcut to the nodes.")
    page_info: PageInfo = attribute("Page information.")

    @classmethod
    def from_page(cls, page: Page[documents.Event], context: Context) -> "EventLogConnection":
        """Show a page of a log."""
        nodes = [show_event(document, context) for document in page.items]
        edges = [
            EventLogEdge(cursor=Cursor(c), node=n) for c, n in zip(page.cursors, nodes, strict=True)
        ]
        return cls(edges=edges, nodes=nodes, page_info=PageInfo.of(page))


def show_event(document: documents.Event, context: Context) -> EventLogEntry:
    """Show an entry by its type; a plot without files is shown as its text."""
    head: dict[str, Any] = same_names(EventLogEntry, document, "id")  # the fields of every entry
    assets = [GridFsAsset.of(document, file, context) for file in document.files]
    if document.type is EventType.CHECKPOINT:
        id = global_id("CheckpointEvent", document.id)
        return CheckpointEvent(id=id, meta=JSON(document.meta), **head)
    if document.type is EventType.IMAGE and assets:
        id = global_id("ImageEvent", document.id)
        return ImageEvent(id=id, text=document.text, imgfiles=assets, **head)
    if document.type is EventType.INTERACTIVE and assets:
        subtype = str(document.meta.get("subtype", document.name or ""))
        id = global_id("InteractiveEvent", document.id)
        return InteractiveEvent(
            id=id, text=document.text, subtype=subtype, datafile=assets[0], **head
        )
    id = global_id("TextEvent", document.id)
    return TextEvent(id=id, type=document.type, text=document.text, **head)


EVERY = (TextEvent, ImageEvent, InteractiveEvent, CheckpointEvent)
"""All kinds of entries."""
