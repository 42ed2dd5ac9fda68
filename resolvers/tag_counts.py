"""How many of the caller's objects have each tag."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from domain.database import Row
from domain.documents import Job, Project, Workspace
from domain.documents.record import Record
from domain.documents.tag import TagType

TagUse = Mapping[TagType, int]
"""What kind of object → how many of them have the tag: PROJECT, WORKSPACE, JOB; zeros left out."""


async def tag_uses(uids: Sequence[str], *, projects: Row, others: Row) -> list[TagUse]:
    """The use of each tag, by projects that match `projects`, and by what matches `others`."""
    uses: dict[str, dict[TagType, int]] = defaultdict(dict)
    kinds: list[tuple[TagType, type[Record], Row]] = [
        (TagType.PROJECT, Project, projects),
        (TagType.WORKSPACE, Workspace, others),
        (TagType.JOB, Job, others),
    ]
    for what, kind, scope in kinds:
        for uid, count in (await _counts(kind, uids, scope)).items():
            uses[uid][what] = count
    return [uses[uid] for uid in uids]


async def _counts(kind: type[Record], uids: Sequence[str], scope: Row) -> Mapping[str, int]:
    having: Row = {"tags": {"$in": list(uids)}}
    pipeline: list[Row] = [
        {"$match": {"deleted": False, **having, **scope}},
        {"$unwind": "$tags"},
        {"$match": having},
        {"$group": {"_id": "$tags", "count": {"$sum": 1}}},
    ]
    rows = await kind.rows().aggregate(pipeline).to_list(None)
    return {row["_id"]: row["count"] for row in rows}
