"""Only `domain/job_moves.py` writes to jobs that exist: read from the syntax of all our code.

What can be checked is made checkable: a write to a collection names its record in the same
expression, `Job.rows().update_one(…)`, so that nobody can hand the jobs' collection about.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "schema", "resolvers", "scheduler", "web")
WRITES = frozenset(
    {
        *("update_one", "update_many", "replace_one", "bulk_write", "insert_many"),
        *("find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
        *("delete_one", "delete_many"),
    }
)
"""The driver's writes, except `insert_one`."""
SAVES = frozenset({"save", "save_changes", "upsert", "update_all", "set_expression"})
"""Beanie's ways to write back what was read."""
BY_BEANIE = frozenset({"update", "set", "inc", "delete", "replace"})
A_JOB = re.compile(r"(job|(documents\.)?Job\.(find|get).*)$", re.DOTALL)
"""What these may not be called on; elsewhere they are a mapping's, a set's or a text's."""
MAY = {
    "domain/job_moves.py": {"Job.rows()"},
    "scheduler/lease.py": {"rows"},  # the loop over Lane.rows() and Target.rows() in `fence`
    "web/graphql_view.py": {"request.state.status ="},  # of HTTP
}
"""File → what it alone may write to, or looks as if it did."""


def record_of(receiver: str) -> str:
    """ "Job" of "Job", "Job.rows()", "documents.Job.rows()"; "" for a name in small letters."""
    name = receiver.removesuffix(".rows()").rpartition(".")[2]
    return name if name[:1].isupper() else ""


def breaches(text: str) -> Iterator[str]:
    """What in a file may only be done by the one writer of jobs."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            receiver, verb = ast.unparse(node.func.value), node.func.attr
            by_driver = verb in WRITES and record_of(receiver) in ("Job", "")
            by_beanie = verb in BY_BEANIE and A_JOB.match(receiver) is not None
            if verb in SAVES or by_driver or by_beanie:
                yield receiver
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if node.attr == "status" and ast.unparse(node.value) != "self":
                yield f"{ast.unparse(node)} ="
        elif isinstance(node, ast.Subscript) and ast.unparse(node) == "database['jobs']":
            yield ast.unparse(node)


def source() -> list[Path]:
    """Our Python files, but for the programs of jobs, which know no database."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [path for path in files if not {"node_modules", "programs"} & set(path.parts)]


def test_nobody_else_writes_to_a_job() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): set(breaches(path.read_text())) for path in source()
    }

    assert {name: writes for name, writes in found.items() if writes} == MAY


@pytest.mark.parametrize(
    "breach",
    [
        'await Job.rows().update_one({"_id": id}, {"$set": {"status": "killed"}})',
        "await documents.Job.rows().find_one_and_update(guard, update)",
        "jobs = Job.rows()\njobs.update_many({}, {})",
        'database["jobs"].insert_one(row)',
        "job.status = JobStatus.KILLED",
        "await job.save()",
        'await job.set({"title": "mine"})',
        'await Job.find({"deleted": True}).update({"$set": {"status": "killed"}})',
        "await job.save_changes()",
        "await Job.rows().delete_many({})",
        "await Job.insert_many(jobs)",
    ],
)
def test_the_check_sees_every_way_to_write_to_a_job(breach: str) -> None:
    assert list(breaches(breach)) != []


@pytest.mark.parametrize(
    "allowed",
    [
        "await Attempt.rows().update_one(guard, update)",
        "await Event.insert_many(events)",
        'await Job.rows().find({"status": "queued"}).to_list(None)',
        "await job.insert()",
        "self.status = status",
    ],
)
def test_the_check_lets_reads_inserts_and_other_records_pass(allowed: str) -> None:
    assert list(breaches(allowed)) == []
