"""Users who do anything to the jobs of a project, legal or not, in any order."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    precondition,
    rule,
)

from tests.stateful.model import ModelJob, Phase
from tests.stateful.project import Project
from tests.stateful.stage import GPUS, Json, Stage

MOST_JOBS = 5
PLAIN = {
    "QUEUE": "queueJob",
    "KILL": "killJob",
    "CLEAR": "clearJob",
    "RESTART": "restartJob",
    "HOLD": "holdJob",
    "RELEASE": "releaseJob",
    "CLONE": "cloneJob",
    "DELETE": "deleteJob",
}
"""Actions whose mutations need no more than the job."""
LEGAL_PRIORITIES = st.sampled_from((0, 1, 50, 100))
NONSENSE: tuple[tuple[str, str, Json], ...] = (
    ("QUEUE", "queueJob", {"priority": 101}),
    ("QUEUE", "queueJob", {"priority": -1}),
    ("QUEUE", "queueJob", {"lane": "nowhere"}),
    ("QUEUE", "queueJob", {"hostname": "nobody"}),
    ("QUEUE", "queueJob", {"gpus": [0, 1, 2]}),
    ("SET_PRIORITY", "setJobPriority", {"priority": 101}),
    ("SET_PRIORITY", "setJobPriority", {"priority": -1}),
    ("ADD_TAGS", "addJobTags", {"tagUids": ["T999"]}),
    ("REMOVE_TAGS", "removeJobTags", {"tagUids": ["T999"]}),
    ("CHANGE_LANE", "changeJobLane", {"lane": "nowhere"}),
)
"""Refused whatever the job's status is: the action, its mutation, its input."""


class Machine(RuleBasedStateMachine):
    """Each rule is one request; after each, all that must be true is checked."""

    stage: ClassVar[Stage]
    tags: ClassVar[tuple[str, ...]]
    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.project = Project(self.stage)
        self.model: dict[str, ModelJob] = {}
        self.asked_for = 0

    def teardown(self) -> None:
        """Free what the next example needs."""
        if not self.project.is_broken:
            self.project.empty()

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        self.project.check(self.model)

    @precondition(lambda self: self.asked_for < MOST_JOBS)
    @rule(target=jobs, gpus=st.sampled_from((GPUS, 1, 0)), queued=st.booleans())
    def create(self, gpus: int, queued: bool) -> str:
        self.asked_for += 1
        uid = self.project.create(gpus)
        self.model[uid] = ModelJob(gpus)
        if queued:
            self._queue(uid, None)
        return uid

    @rule(uid=jobs, priority=st.none() | LEGAL_PRIORITIES)
    def queue(self, uid: str, priority: int | None) -> None:
        self._queue(uid, priority)

    def _queue(self, uid: str, priority: int | None) -> None:
        if self.project.act("QUEUE", "queueJob", uid, priority=priority).changed:
            self.model[uid].submit(priority)

    @rule(number=st.integers(0, MOST_JOBS), well=st.booleans())
    def end(self, number: int, well: bool) -> None:
        """Not a request: the program of a running job ends."""
        for uid in self._one_that_runs(number):
            self.project.end(uid, well=well)
            self.model[uid].phase = Phase.COMPLETED if well else Phase.FAILED

    @rule(number=st.integers(0, MOST_JOBS))
    def kill_one_that_runs(self, number: int) -> None:
        for uid in self._one_that_runs(number):
            self._kill(uid)

    def _one_that_runs(self, number: int) -> list[str]:
        running = self.project.running()
        return running[number % len(running) :][:1] if running else []

    @rule(uid=jobs)
    def kill(self, uid: str) -> None:
        self._kill(uid)

    def _kill(self, uid: str) -> None:
        if self.project.act("KILL", "killJob", uid).changed:
            self.model[uid].phase = Phase.KILLED

    @rule(uid=jobs)
    def clear(self, uid: str) -> None:
        if self.project.act("CLEAR", "clearJob", uid).changed:
            self.model[uid].phase = Phase.BUILDING
            self.model[uid].on_hold = False

    @rule(uid=jobs)
    def restart(self, uid: str) -> None:
        if self.project.act("RESTART", "restartJob", uid).changed:
            self.model[uid].submit(self.model[uid].priority)

    @rule(uid=jobs, held=st.booleans())
    def hold_or_release(self, uid: str, held: bool) -> None:
        action, mutation = ("HOLD", "holdJob") if held else ("RELEASE", "releaseJob")
        if self.project.act(action, mutation, uid).changed:
            self.model[uid].on_hold = held

    @rule(uid=jobs, priority=LEGAL_PRIORITIES)
    def set_priority(self, uid: str, priority: int) -> None:
        if self.project.act("SET_PRIORITY", "setJobPriority", uid, priority=priority).changed:
            self.model[uid].priority, self.model[uid].has_own_priority = priority, True

    @rule(uid=jobs, number=st.integers(0, 1), added=st.booleans())
    def tag(self, uid: str, number: int, added: bool) -> None:
        tag, job = self.tags[number], self.model[uid]
        action, mutation = ("ADD_TAGS", "addJobTags") if added else ("REMOVE_TAGS", "removeJobTags")
        if self.project.act(action, mutation, uid, tagUids=[tag]).changed:
            job.tags = job.tags | {tag} if added else job.tags - {tag}

    @rule(uid=jobs, asked=st.sampled_from(NONSENSE))
    def ask_for_nonsense(self, uid: str, asked: tuple[str, str, Json]) -> None:
        action, mutation, input = asked
        self.project.act(action, mutation, uid, legal=False, **input)

    @rule(uid=jobs, action=st.sampled_from(sorted(PLAIN)))
    def rehearse(self, uid: str, action: str) -> None:
        self.project.act(action, PLAIN[action], uid, dryRun=True)

    @precondition(lambda self: self.asked_for < MOST_JOBS)
    @rule(target=jobs, uid=jobs)
    def clone(self, uid: str) -> str:
        self.asked_for += 1
        created = self.project.act("CLONE", "cloneJob", uid).created
        if created is None:
            return uid
        self.model[created] = self.model[uid].clone()
        return created

    @rule(uid=consumes(jobs))
    def delete(self, uid: str) -> None:
        if self.project.act("DELETE", "deleteJob", uid).changed:
            self.model[uid].phase = Phase.DELETED
