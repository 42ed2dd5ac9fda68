"""Judges what happens in the physical world, and what is written, against the invariants.

Numbers are those of 09-reliability. A violation is a sentence that begins with its invariant.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.status import ACTIVE, DONE, MOVES, JobStatus
from domain.uids import AttemptKey
from tests.simulation.programs import Run
from tests.simulation.store.database import SimulatedServer
from tests.simulation.store.values import Row

PATIENCE_S = 20.0
"""How long a job may be passed by on good grounds: a take-over, an old plan, a start undone."""


@dataclass
class Counts:
    """What a world has seen, for the report."""

    starts: int = 0
    terms: int = 0
    led_since: float = 0.0
    launches: int = 0


@dataclass
class Referee:
    """Watches one world; `time` is its virtual seconds."""

    server: SimulatedServer
    time: Callable[[], float]
    violations: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    running: dict[str, Run] = field(default_factory=dict)
    fence: int = 0
    recovered: int = 0
    _ready_at: float = 0.0
    _started: set[str] = field(default_factory=set)
    _eligible_since: dict[str, float] = field(default_factory=dict)
    _tried_at: dict[str, float] = field(default_factory=dict)
    _unfed: set[str] = field(default_factory=set)

    def accuse(self, sentence: str) -> None:
        """Put a violation on record."""
        self.violations.append(f"{self.time():.3f} {sentence}")

    # The physical world

    def begins(self, run: Run) -> None:
        """A program starts on its slots."""
        self.counts.starts += 1
        job = _job_of(run.key)
        if run.key in self._started:
            self.accuse(f"INV-3 {run.key} was started twice")
        if any(_job_of(key) == job for key in self.running):
            self.accuse(f"INV-3 {job} runs twice at once")
        self._started.add(run.key)
        self._check_devices(run)
        self._check_inputs(run.key)
        self.running[run.key] = run
        self._check_tokens()

    def ends(self, run: Run) -> None:
        """Nothing of the program is left."""
        self.running.pop(run.key, None)

    def _check_devices(self, run: Run) -> None:
        target = self._target_of(run.key)
        others = [other for other in self.running.values() if self._target_of(other.key) == target]
        for other in others:
            if set(run.gpu) & set(other.gpu):
                self.accuse(f"INV-4 {run.key} and {other.key} share a GPU of {target}")
            if set(run.cpu) & set(other.cpu):
                self.accuse(f"INV-6 {run.key} and {other.key} share a core of {target}")
        ram = len(self.server.table("targets").rows[target]["slots"]["ram"])
        if sum(each.ram for each in (run, *others)) > ram:
            self.accuse(f"INV-6 the memory of {target} is given twice")

    def _check_inputs(self, key: str) -> None:
        """Complete when it was launched, or at least by now: a parent may be cleared in between."""
        if key in self._unfed and not self._is_fed(self._job(key)):
            self.accuse(f"INV-16 {key} runs without its inputs")

    def _check_tokens(self) -> None:
        pool = self.server.table("token_pools").rows["pool"]
        held = {grant["key"]: grant["tokens"] for grant in pool["held"]}
        for key, run in self.running.items():
            if len(run.gpu) > held.get(key, 0):
                self.accuse(f"INV-5 {key} runs without its tokens")

    # What is written

    def written(self, collection: str, id: str, before: Row | None, after: Row | None) -> None:
        """One document has changed at the server."""
        judge = _JUDGES.get(collection)
        if judge is not None and after is not None:
            judge(self, id, before or {}, after)

    def _job_written(self, id: str, before: Row, after: Row) -> None:
        old, new = before.get("status"), after["status"]
        if old is not None and old != new:
            self._job_moved(id, before, after)
        if new == JobStatus.QUEUED:
            self._note_eligible(id, after)
        else:
            self._eligible_since.pop(id, None)
        if old == new == JobStatus.COMPLETED or (old == JobStatus.COMPLETED) != (
            new == JobStatus.COMPLETED
        ):
            self._note_children(after)

    def _job_moved(self, id: str, before: Row, after: Row) -> None:
        old, new = JobStatus(before["status"]), JobStatus(after["status"])
        if new not in MOVES[old]:
            self.accuse(f"INV-2 {id} went from {old} to {new}")
        if before["kill_requested_at"] and old in ACTIVE and new is not JobStatus.KILLED:
            self.accuse(f"INV-13 {id} went from {old} to {new} after its kill")
        if new is JobStatus.LAUNCHED:
            self._launched(id, before, after)
        if new in DONE and any(_job_of(key) == id for key in self.running):
            self.accuse(f"INV-17 {id} is {new} while its program runs")

    def _launched(self, id: str, before: Row, after: Row) -> None:
        self.counts.launches += 1
        if after["term"] < self.recovered:
            self.accuse(f"INV-7 term {after['term']} launched {id} in term {self.recovered}")
        if not self._is_fed(before):
            self._unfed.add(f"{id}#{after['attempt']}")
        for other, since in self._eligible_since.items():
            tried = self._tried_at.get(other, 0.0)
            overdue = self.time() - max(since, tried, self._ready_at) > PATIENCE_S
            if overdue and _comes_before(self.server.table("jobs").rows[other], before):
                self.accuse(f"INV-19 {id} was launched before {other}, which came first")

    def _target_written(self, id: str, before: Row, after: Row) -> None:
        terms = [row["term"] for row in self.server.table("targets").rows.values()]
        self.fence = max(self.fence, min(terms))
        for kind in ("cpu", "gpu", "ram"):
            held = before.get("slots", {}).get(kind, {})
            for index, holder in after["slots"][kind].items():
                old = held.get(index)
                if old == holder:
                    continue
                if old is not None and old in self.running:
                    self.accuse(f"INV-4 {kind} {index} of {id} was taken from {old}, which runs")
                if old is not None and holder is not None:
                    self.accuse(f"INV-4 {kind} {index} of {id} went from {old} to {holder}")
                if holder is not None and self._term_of(holder) < self.fence:
                    self.accuse(f"INV-7 {holder} took {kind} {index} of {id} behind the fence")

    def _pool_written(self, id: str, before: Row, after: Row) -> None:
        limit, used = after["token_limit"], after["used"]
        if limit is not None and used > limit and used > before.get("used", 0):
            self.accuse(f"INV-5 {used} tokens of {limit} are used")
        held = after["held"]
        if used != sum(grant["tokens"] for grant in held) or used < 0:
            self.accuse(f"INV-5 {used} tokens are counted, {len(held)} grants held")
        if len({grant["key"] for grant in held}) != len(held):
            self.accuse("INV-5 an attempt was granted tokens twice")
        self._check_token_fence(before, after)
        self._check_tokens()

    def _check_token_fence(self, before: Row, after: Row) -> None:
        had = {grant["key"] for grant in before.get("held", ())}
        for grant in after["held"]:
            fence = after["terms"].get(grant["instance_id"], 0)
            if grant["key"] not in had and self._term_of(grant["key"]) < fence:
                self.accuse(f"INV-7 {grant['key']} took tokens behind the fence")

    def _attempt_written(self, id: str, before: Row, after: Row) -> None:
        self._tried_at[after["project_uid"] + "-" + after["job_uid"]] = self.time()

    def _lease_written(self, id: str, before: Row, after: Row) -> None:
        if after["term"] != before.get("term", 0):
            self.counts.terms += 1
            self.counts.led_since = self.time()
            if after["term"] < before.get("term", 0):
                self.accuse("INV-7 the term went back")
        if after["ready_at"] is not None and after["term"] > self.recovered:
            self.recovered, self._ready_at = after["term"], self.time()

    # Who could run

    def anew(self) -> None:
        """Lanes, targets or tokens were changed by hand: the waiting begins again."""
        now = self.time()
        self._eligible_since = dict.fromkeys(self._eligible_since, now)

    def _note_eligible(self, id: str, row: Row) -> None:
        if row["on_hold"] or not self._is_fed(row):
            self._eligible_since.pop(id, None)
        else:
            self._eligible_since.setdefault(id, self.time())

    def _note_children(self, parent: Row) -> None:
        for id, row in self.server.table("jobs").rows.items():
            if row["status"] == JobStatus.QUEUED and parent["uid"] in row["parents"]:
                self._eligible_since.pop(id, None)
                self._note_eligible(id, row)

    def _is_fed(self, row: Row) -> bool:
        jobs = self.server.table("jobs").rows
        return all(_has_results(jobs[f"{row['project_uid']}-{uid}"], row) for uid in row["parents"])

    # Where things are

    def _job(self, key: str) -> Row:
        return self.server.table("jobs").rows[_job_of(key)]

    def _target_of(self, key: str) -> str:
        return str(self.server.table("attempts").rows[key]["resources"]["target"])

    def _term_of(self, key: str) -> int:
        attempt = self.server.table("attempts").rows.get(key)
        return int(attempt["term"]) if attempt else 0


_JUDGES: dict[str, Callable[[Referee, str, Row, Row], None]] = {
    "jobs": Referee._job_written,
    "targets": Referee._target_written,
    "token_pools": Referee._pool_written,
    "attempts": Referee._attempt_written,
    "leases": Referee._lease_written,
}


def _job_of(key: str) -> str:
    return str(AttemptKey.parse(key).job)


def _has_results(parent: Row, child: Row) -> bool:
    if parent["status"] != JobStatus.COMPLETED or parent["deleted"]:
        return False
    wanted = {
        connection["output"]
        for each in child["inputs"].values()
        for connection in each["connections"]
        if connection["job_uid"] == parent["uid"]
    }
    return all(
        any(
            version["final"]
            for version in parent["outputs"].get(name, {"versions": []})["versions"]
        )
        for name in wanted
    )


def _comes_before(one: Row, other: Row) -> bool:
    """Whether `one` needs just the same and is before `other` in the order of their lane."""
    same = ("queued_to_lane", "resource_spec", "num_tokens", "queued_to_hostname")
    if any(one[field] != other[field] for field in same):
        return False
    return _place(one) < _place(other)


def _place(row: Row) -> tuple[Any, ...]:
    return (-row["priority"], row["queue_entered_at"], row["uid_num"])
