"""What is not at rest in a world that nothing disturbs any more, by invariant."""

from domain.documents.attempt import UNSETTLED
from domain.status import ACTIVE, DONE, JobStatus
from tests.simulation.store.database import SimulatedServer
from tests.simulation.store.values import Row


def left_over(server: SimulatedServer) -> list[str]:
    """Sentences, each of which begins with its invariant; none if all is at rest."""
    jobs = server.table("jobs").rows
    found = [
        f"INV-2 {id} is {row['status']} still" for id, row in jobs.items() if _goes_on(row, jobs)
    ]
    found += [f"INV-14 {id} is held still" for id, row in jobs.items() if row["active_operation"]]
    for row in server.table("operations").rows.values():
        if row["status"] in ("pending", "running"):
            found.append(f"INV-14 operation {row['action']} over {len(row['outcomes'])} is open")
    for id, row in server.table("attempts").rows.items():
        if row["state"] in UNSETTLED:
            found.append(f"INV-2 attempt {id} is {row['state']} still")
    return found + _held_still(server)


def _held_still(server: SimulatedServer) -> list[str]:
    held = [
        f"INV-4 {kind} {index} of {id} is held by {key} still"
        for id, row in server.table("targets").rows.items()
        for kind, slots in row["slots"].items()
        for index, key in slots.items()
        if key
    ]
    pool = server.table("token_pools").rows["pool"]
    return held + [f"INV-5 tokens are held by {grant['key']} still" for grant in pool["held"]]


def _goes_on(row: Row, jobs: dict[str, Row]) -> bool:
    status = JobStatus(row["status"])
    return status in ACTIVE or (status is JobStatus.QUEUED and not _waits_for_ever(row, jobs))


def _waits_for_ever(row: Row, jobs: dict[str, Row]) -> bool:
    """Whether a parent will not complete unless somebody does something about it."""
    parents = [jobs[f"{row['project_uid']}-{uid}"] for uid in row["parents"]]
    for parent in parents:
        status = JobStatus(parent["status"])
        if status in DONE - {JobStatus.COMPLETED} or status is JobStatus.BUILDING:
            return True
        if status is JobStatus.QUEUED and _waits_for_ever(parent, jobs):
            return True
    return False
