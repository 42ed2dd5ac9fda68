"""One project on the stage: what is asked of its jobs, and what is on record of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.stateful.model import ACTIVE, OPEN, STATUSES, ModelJob, Phase
from tests.stateful.stage import HERE, Json, Stage, until

TRIES = 20
HANDS_OVER_S = 5.0
"""How long what an attempt held may be out of step with it."""
UNSETTLED = ("new", "submitting", "submitted", "claimed", "lost")
OF_ITS_USERS = (
    *("title", "params", "inputs", "tags", "priority", "has_own_priority", "on_hold", "deleted"),
    *("queued_to_lane", "queued_to_hostname", "queue_entered_at", "queued_by", "kill_requested_at"),
    *("completed_at", "killed_at", "cleared_at", "workspace_uids", "is_final_result", "starred_by"),
)
LOOK = """query($ref: JobRef!, $only: [JobAction!]) { job(ref: $ref) {
  status revision runs actions(only: $only) { available reasons { code } } } }"""
LIST = """query($p: [ProjectUid!]) { jobs(filter: {projectUids: $p}, first: 500) {
  nodes { uid status priority onHold tags { uid } } } }"""
RESULT = "result { outcome createdJob { uid } errors { code } }"


class Broken(BaseException):
    """What must be true is not, after the requests that are told in the message.

    No Exception: hypothesis would try the same again, but the server is broken by now.
    """


@dataclass(frozen=True)
class Answer:
    """How an action was answered: `codes` of all refusals; it is accepted without any."""

    outcome: str
    codes: list[str]
    created: str | None

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.outcome in ("APPLIED", "ACCEPTED")


class Project:
    """A project of its own, and all that is asked of it, checked as it is asked."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.is_broken = False
        self._story: list[str] = []
        made = stage.mutate("createProject", "project { uid }", title="Stateful")
        self.uid: str = made["project"]["uid"]
        stage.mutate("createWorkspace", "workspace { uid }", projectUid=self.uid, title="W")

    @contextmanager
    def _told(self, *what: object) -> Iterator[None]:
        """Raises Broken, with all that was asked so far, if something is found to be wrong."""
        self._story.append(" ".join(map(str, what)))
        try:
            yield
        except AssertionError as error:
            self.is_broken = True
            raise Broken("\n".join([*self._story, str(error)])) from error

    def create(self, gpus: int) -> str:
        """A job of so many GPUs; its uid."""
        input = {"projectUid": self.uid, "workspaceUid": "W1", "type": "gate"}
        params = {"program": str(HERE / "gate.sh"), "gpus": gpus}
        before = self.recorded("createJob")
        made = self.stage.mutate("createJob", "job { uid }", **input, params=params)
        with self._told("createJob", gpus):
            assert made["errors"] == [], made
            self._recorded_since(before, "createJob", "succeeded")
        uid: str = made["job"]["uid"]
        return uid

    def look(self, uid: str, action: str) -> Json:
        """The job's status and revision, and whether the action is open for it."""
        answer = self.stage.ask(LOOK, ref=self._ref(uid), only=[action])
        job: Json = answer["data"]["job"]
        [availability] = job.pop("actions")
        codes = sorted(reason["code"] for reason in availability["reasons"])
        return {**job, "available": availability["available"], "reasons": codes}

    def act(
        self, action: str, mutation: str, uid: str, *, legal: bool = True, **input: Any
    ) -> Answer:
        """Ask for it, and again if the scheduler moves the job meanwhile; the answer is checked.

        With `dryRun` nothing may change, and nothing is put on record.
        """
        for _ in range(TRIES):
            seen = self.look(uid, action)
            target = {"job": self._ref(uid), "expectedRevision": seen["revision"]}
            before, recorded = self.of_its_users(), self.recorded(mutation)
            answer = self._ask(mutation, target=target, **input)
            if "REVISION_CONFLICT" in answer.codes:
                continue
            with self._told(mutation, uid, input, answer):
                self._judge(action, seen, answer, legal=legal)
                told = [] if "dryRun" in input else ["refused" if answer.codes else "succeeded"]
                self._recorded_since(recorded, mutation, *told)
                if not answer.changed:
                    assert self.of_its_users() == before, f"{mutation} changed something"
            return answer
        raise AssertionError(f"{uid} changes all the time")

    def _judge(self, action: str, seen: Json, answer: Answer, *, legal: bool) -> None:
        """Refused as the table says and as `actions` told; what is not legal, always."""
        if not legal:
            assert answer.codes, f"{action} was accepted with what is not legal"
            return
        is_open = seen["status"] in OPEN[action] and seen["reasons"] != ["JOB_DELETED"]
        assert answer.codes == seen["reasons"], f"{action}: {seen} was answered by {answer}"
        assert (not answer.codes) == is_open, f"{action}: {seen} was answered by {answer}"
        if answer.changed:
            assert seen["available"], f"{action} was done, but was not offered: {seen}"

    def _ask(self, mutation: str, **input: Any) -> Answer:
        payload = self.stage.mutate(mutation, RESULT, **input)
        result = payload["result"] or {"outcome": "REFUSED", "errors": [], "createdJob": None}
        codes = sorted(error["code"] for error in payload["errors"] + result["errors"])
        created = result["createdJob"]
        return Answer(result["outcome"], codes, created and created["uid"])

    def _ref(self, uid: str) -> Json:
        return {"uid": {"projectUid": self.uid, "jobUid": uid}}

    # On record

    def recorded(self, mutation: str) -> list[str]:
        """The outcomes of all requests on record."""
        return sorted(r["outcome"] for r in self.stage.rows("audit_records", mutation=mutation))

    def _recorded_since(self, before: list[str], mutation: str, *outcomes: str) -> None:
        now = self.recorded(mutation)
        assert now == sorted([*before, *outcomes]), f"INV-21: {mutation}: {before}, now {now}"

    def of_its_users(self) -> list[Json]:
        """What only users change: a refusal must leave it as it is."""
        jobs = self.stage.rows("jobs", project_uid=self.uid)
        kept = [{name: job[name] for name in ("_id", *OF_ITS_USERS)} for job in jobs]
        return [*kept, {"operations": len(self.stage.rows("operations"))}]

    def running(self) -> list[str]:
        """The uids of the jobs that run now."""
        return [uid for uid, status in sorted(self._statuses().items()) if status == "RUNNING"]

    def end(self, uid: str, *, well: bool) -> None:
        """Let the program of a running job end, and wait until that is known."""
        is_done = {"uid": uid, "status": "completed" if well else "failed"}
        with self._told("the program of", uid, "ends"):
            self.stage.open_gate(self._attempt_of(uid), well=well)
            assert until(lambda: self.stage.rows("jobs", project_uid=self.uid, **is_done)), is_done

    def _attempt_of(self, uid: str) -> Json:
        """The newest attempt of a job."""
        attempts = self.stage.rows("attempts", project_uid=self.uid, job_uid=uid)
        return max(attempts, key=lambda attempt: int(attempt["number"]))

    # What must be true

    def check(self, model: dict[str, ModelJob]) -> None:
        """Once the scheduler has done what it has to do, all is as the model says."""
        with self._told("then"):
            self._check_what_is_held()
            assert until(self._is_calm), f"INV-2: {self._statuses()}"
            self._check_what_is_held()
            nodes = {node["uid"]: node for node in self._nodes()}
            alive = {uid: job for uid, job in model.items() if job.phase is not Phase.DELETED}
            assert nodes.keys() == alive.keys()
            for uid, job in alive.items():
                self._check_job(nodes[uid], job)

    def _check_what_is_held(self) -> None:
        for invariant, agree, told in (
            ("INV-5", self._tokens_agree, "token_pools"),
            ("INV-4", self._slots_agree, "targets"),
        ):
            assert until(agree, HANDS_OVER_S), f"{invariant}: {self.stage.rows(told)}"

    def _check_job(self, node: Json, job: ModelJob) -> None:
        assert node["status"] in STATUSES[job.phase], f"{node} is not {job}"
        if job.on_hold:
            assert node["status"] == "QUEUED"
        shown = (node["priority"], node["onHold"], frozenset(t["uid"] for t in node["tags"]))
        assert shown == (job.priority, job.on_hold, job.tags), f"{node} is not {job}"

    def _nodes(self) -> list[Json]:
        nodes: list[Json] = self.stage.ask(LIST, p=[self.uid])["data"]["jobs"]["nodes"]
        return nodes

    def _statuses(self) -> dict[str, str]:
        return {node["uid"]: node["status"] for node in self._nodes()}

    def _is_calm(self) -> bool:
        """Nothing is on its way, and what could run does not wait while nothing runs."""
        if self.stage.rows("operations", status={"$in": ["pending", "running"]}):
            return False
        jobs = self.stage.rows("jobs", project_uid=self.uid, deleted=False)
        moving = [j for j in jobs if j["status"] in ("launched", "started")]
        ready = [j for j in jobs if j["status"] == "queued" and not j["on_hold"]]
        runs = [j for j in jobs if j["status"] == "running"]
        return not moving and bool(runs or not ready)

    def _tokens_agree(self) -> bool:
        [pool] = self.stage.rows("token_pools")
        wanted = {
            attempt["_id"]: attempt["resources"]["licenses_acquired"]
            for attempt in self._unsettled()
            if attempt["resources"]["licenses_acquired"]
        }
        held = {grant["key"]: grant["tokens"] for grant in pool["held"]}
        return held == wanted and pool["used"] == sum(held.values()) <= pool["token_limit"]

    def _unsettled(self) -> list[Json]:
        return self.stage.rows("attempts", state={"$in": UNSETTLED})

    def _active(self) -> list[Json]:
        statuses = [status.lower() for status in ("QUEUED", *ACTIVE)]
        return self.stage.rows("jobs", project_uid=self.uid, status={"$in": statuses})

    def _slots_agree(self) -> bool:
        wanted = {
            attempt["_id"]: attempt["resources"]["slots"]["gpu"] for attempt in self._unsettled()
        }
        [target] = self.stage.rows("targets")
        gpus = target["slots"]["gpu"]
        shown = {key: [int(i) for i, holder in gpus.items() if holder == key] for key in wanted}
        holders = {
            holder for held in target["slots"].values() for holder in held.values() if holder
        }
        return shown == wanted and holders == wanted.keys()

    def empty(self) -> None:
        """End all that runs or waits; then nothing is held any more."""
        everything = {"filter": {"projectUids": [self.uid]}}
        for mutation in ("clearJobs", "killJobs"):
            self.stage.mutate(mutation, "sequence", jobs=everything)
        with self._told("in the end"):
            gone = until(lambda: not self._active() and not self._unsettled())
            assert gone, f"INV-13: {self._statuses()}"
            self._check_what_is_held()
