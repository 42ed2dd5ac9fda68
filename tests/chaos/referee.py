"""What the jobs themselves wrote, against what must never be; the database comes last."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tests.chaos.house import House
from tests.chaos.users import Diary

Line = dict[str, Any]
DONE = ("completed", "killed", "failed")


@dataclass(frozen=True)
class Log:
    """The witness's log."""

    lines: list[Line]

    @classmethod
    def of(cls, house: House) -> "Log":
        """Read it; a line that was cut off by a kill is no line."""
        text = house.log.read_text() if house.log.exists() else ""
        return cls([json.loads(line) for line in text.splitlines() if line.endswith("}")])

    def of_event(self, event: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line["event"] == event]


def violations(house: House, diary: Diary, victims: Collection[str]) -> list[str]:
    """Everything that is wrong, each as a sentence that begins with its invariant.

    `victims`: the attempts whose supervisor was killed.
    """
    log = Log.of(house)
    rows = {row["uid"]: row for row in house.rows("jobs")}
    return [
        *in_the_log(log),
        *in_the_jobs(log, rows, diary, victims),
        *_left_over(house),
        *unaudited(diary, house.rows("audit_records")),
    ]


def in_the_log(log: Log) -> list[str]:
    """What the programs saw of each other."""
    clashes = log.of_event("clash")
    return [
        *_started_twice(log),
        *(f"INV-3/4/5: {line['job']} met {line['on']} in use" for line in clashes),
        *_before_inputs(log),
    ]


def in_the_jobs(
    log: Log, rows: dict[str, Line], diary: Diary, victims: Collection[str]
) -> list[str]:
    """What became of the jobs, against what was acknowledged and what their programs wrote."""
    return [
        *_lost(diary, rows),
        *_unfinished(rows),
        *_revived(diary, rows),
        *_without_end(log, rows.values()),
        *_failed_for_no_reason(rows.values(), victims),
    ]


def _started_twice(log: Log) -> list[str]:
    begun = Counter((line["job"], line["attempt"]) for line in log.of_event("begin"))
    return [
        f"INV-3: {job}#{n} began {times} times" for (job, n), times in begun.items() if times > 1
    ]


def _before_inputs(log: Log) -> list[str]:
    ended: dict[str, float] = {}
    for line in log.of_event("end"):
        ended.setdefault(line["job"], line["at"])
    project = {line["job"]: line["job"].partition("-")[0] for line in log.lines}
    return [
        f"INV-16: {line['job']} began before {parent} had ended"
        for line in log.of_event("begin")
        for parent in line["parents"]
        if ended.get(f"{project[line['job']]}-{parent}", float("inf")) > line["at"]
    ]


def _lost(diary: Diary, rows: dict[str, Line]) -> list[str]:
    return [f"INV-1: {uid} was acknowledged and is gone" for uid in diary.jobs if uid not in rows]


def _unfinished(rows: dict[str, Line]) -> list[str]:
    """Jobs that neither ended nor wait for one that did not complete."""
    return [
        f"INV-2: {uid} is {row['status']}: {(row['waiting_for'] or {}).get('message')}"
        for uid, row in rows.items()
        if row["status"] not in DONE and not waits_for_ever(row, rows)
    ]


def waits_for_ever(row: Line, rows: dict[str, Line]) -> bool:
    """Whether a queued job's parent will not complete."""
    parents = [rows[uid] for uid in row["parents"]]
    return row["status"] == "queued" and any(
        parent["status"] in ("killed", "failed") or waits_for_ever(parent, rows)
        for parent in parents
    )


def _revived(diary: Diary, rows: dict[str, Line]) -> list[str]:
    """Runs that were killed and ended otherwise; cleared since, they may wait for another run."""
    return [
        f"INV-13: {uid}#{run} was killed and is {rows[uid]['status']}"
        for uid, run in diary.kills
        if uid in rows
        and rows[uid]["attempt"] == run
        and rows[uid]["status"] not in ("killed", "building", "queued")
    ]


def _without_end(log: Log, rows: Iterable[Line]) -> list[str]:
    ended = {(line["job"], line["attempt"]) for line in log.of_event("end")}
    return [
        f"INV-2: {row['_id']} is completed, but its run {row['attempt']} never ended"
        for row in rows
        if row["status"] == "completed" and (row["_id"], row["attempt"]) not in ended
    ]


def _failed_for_no_reason(rows: Iterable[Line], victims: Collection[str]) -> list[str]:
    """No program ends badly by itself."""
    return [
        f"INV-17: {row['_id']}#{row['attempt']} failed: {row['exit_reason']}, {row['errors_run']}"
        for row in rows
        if row["status"] == "failed" and f"{row['_id']}#{row['attempt']}" not in victims
    ]


def unaudited(diary: Diary, records: Iterable[Line]) -> list[str]:
    """Each request that was accepted is on record once (INV-21)."""
    outcomes = ("succeeded", "partially_succeeded")
    found = Counter(r["mutation"] for r in records if r["outcome"] in outcomes)
    return [
        f"INV-21: {diary.accepted[name]} {name} were accepted, {found[name]} are on record"
        for name in sorted(found.keys() | diary.accepted.keys())
        if found[name] != diary.accepted[name]
    ]


def _left_over(house: House) -> list[str]:
    slots = [
        f"INV-4: {kind} {index} is held by {holder} for ever"
        for target in house.rows("targets")
        for kind, held in target["slots"].items()
        for index, holder in held.items()
        if holder
    ]
    tokens = [
        f"INV-5: {pool['used']} tokens are held for ever"
        for pool in house.rows("token_pools")
        if pool["used"] or pool["held"]
    ]
    operations = [
        f"INV-14: {row['action']} is {row['status']} still"
        for row in house.rows("operations")
        if row["status"] in ("pending", "running")
    ]
    programs = [f"INV-13: a program holds {name} still" for name in house.held_locks()]
    return slots + tokens + operations + programs
