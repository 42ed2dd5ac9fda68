"""Hands attempts to a cluster by its own commands, and follows them by one question for all."""

import asyncio
import logging
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.cluster_templates import INTERPRETER, Template, Together, marked, quoted, render
from domain.cluster_templates.render import Value
from domain.documents.target import ClusterTemplates
from scheduler.executors.attempt_files import CANCEL, CLAIM
from scheduler.executors.base import (
    AttemptRef,
    Doubt,
    LaneReport,
    LaneUnreachable,
    Launch,
    Observation,
    Refused,
    Sighting,
    SightingState,
    Started,
    StartResult,
    Wake,
)
from scheduler.executors.batch_systems import SLURM, BatchSystem
from scheduler.executors.cluster_attempts import (
    Followed,
    look_at_all,
    remember_id,
    remembered_id,
    remembered_ids,
)
from scheduler.executors.cluster_commands import Answer, Submits, as_sent, run_command
from scheduler.executors.cluster_queue import QueueRow, Rows
from scheduler.executors.cluster_rehearsal import rehearse
from scheduler.executors.cluster_script import (
    SCRIPT,
    whole,
    write_files,
)
from scheduler.executors.local import make_tombstone
from scheduler.executors.programs import Wanted
from scheduler.executors.watched_attempts import WatchedAttempts

log = logging.getLogger(__name__)
FINAL = (SightingState.VOID, SightingState.ENDED, SightingState.LOST)


@dataclass(frozen=True, kw_only=True)
class ClusterPace:
    """In seconds: between two polls, before silence counts, for each command, for the cancel file.

    `file_s` is longer than the grace that supervisors give their programs.
    """

    poll_s: float = 5.0
    grace_s: float = 60.0
    timeout_s: float = 40.0
    file_s: float = 30.0


class ClusterExecutor:
    """The executor of one cluster; see the protocol `Executor`.

    A poll is heard when it began: it says nothing of what was submitted later.
    """

    starts_at_once = 256

    def __init__(
        self,
        templates: ClusterTemplates,
        pace: ClusterPace = ClusterPace(),
        *,
        system: BatchSystem = SLURM,
    ) -> None:
        self._templates = templates
        self._system = system
        self._pace = pace
        self._together = Together()
        self._submits = Submits(self._command)
        self._watched = WatchedAttempts()
        self._followed: dict[str, Followed] = {}
        self._heard_at = 0.0
        self._polling: asyncio.Task[None] | None = None

    def listen(self, *, on_change: Wake, on_messages: Wake) -> None:
        """After each poll that says something new; by inotify too where the nodes are this host."""
        self._watched.on_change, self._watched.on_messages = on_change, on_messages

    async def check(self, directory: Path) -> LaneReport:
        """Ask the controller whether it lives, and qinfo; LaneUnreachable if it does not."""
        await self._require_life()
        info = await self._command(await self._words(self._templates.qinfo_cmd_tpl, {}))
        is_there = await asyncio.to_thread(directory.is_dir)
        return LaneReport(
            host="cluster",
            interpreter=INTERPRETER,
            cpu_cores=0,
            ram_gb=0,
            gpus=(),
            problems=() if is_there else (f"{directory} is not there.",),
            text=info.out.strip() or info.text,
        )

    async def lacking(self, wanted: Wanted) -> None:
        """Nobody can tell: its nodes are not the machine that we submit on."""

    async def rehearse(self, directory: Path) -> str | None:
        """What the cluster says of a small job's script; None if it cannot be asked."""
        return await rehearse(self._templates, directory, self._command)

    async def _require_life(self) -> None:
        answer = await self._ask(self._system.ping)
        if answer.code != 0 or not self._system.is_life(answer.out):
            raise LaneUnreachable(f"The cluster does not answer: {answer.text}")

    async def start(self, launch: Launch) -> StartResult:
        """Render the lane's script and submit it; without an id, forbid it or leave it in doubt."""
        try:
            argv = await self._prepare(launch)
        except (OSError, ValueError) as error:
            return await self._settle_failed_start(launch, str(error), is_final=True)
        answer = await self._submits.submit(argv)
        id = self._system.read_id(answer.out)  # with any code: some submit, and fail afterwards
        if id is None:
            is_final = answer.code != 0 and not answer.is_passing
            return await self._settle_failed_start(launch, answer.text, is_final=is_final)
        self._follow(launch, id)
        await asyncio.to_thread(remember_id, launch, id)
        return Started()

    async def _settle_failed_start(
        self, launch: Launch, reason: str, *, is_final: bool
    ) -> StartResult:
        """Refused if it can never start, and would not be taken another time either."""
        is_void = await self.forbid(launch, reason)
        return Refused(reason) if is_void and is_final else Doubt(reason)

    async def _prepare(self, launch: Launch) -> list[str]:
        """Write spec.json and the script; the words of the submit. Raises OSError, ValueError."""
        script = launch.directory / SCRIPT
        values: dict[str, Value] = {**launch.values}
        in_command = quoted(values | {"script_path_abs": str(script)})
        templates = (
            Template(self._templates.script_tpl, values),
            Template(self._templates.qsub_cmd_tpl, in_command),
        )
        text, command = (whole(rendering) for rendering in await self._together.render(templates))
        ready = marked(text, self._system.marks, launch.token)
        await asyncio.to_thread(write_files, launch, script, ready)
        return shlex.split(command)

    def _name_of(self, attempt: AttemptRef) -> str:
        """The cluster job's name, by which it is known again."""
        return self._system.marks.name_of(attempt.token)

    async def _words(self, template: str, values: dict[str, Value]) -> list[str]:
        [rendering] = await render([Template(template, quoted(values))])
        return shlex.split(whole(rendering))

    async def _ask(self, words: Sequence[str]) -> Answer:
        return await self._command(self._system.at_its_place(words, self._templates))

    async def _command(self, words: Sequence[str]) -> Answer:
        """Run it as the lane's wrapper has it."""
        wrapper = self._templates.send_cmd_tpl
        if wrapper.split() == ["{{", "command", "}}"]:
            return await run_command(words, timeout_s=self._pace.timeout_s)
        [sent] = await render([Template(wrapper, {"command": as_sent(words, wrapper)})])
        return await run_command(shlex.split(sent.text or ""), timeout_s=self._pace.timeout_s)

    def _follow(self, attempt: AttemptRef, id: str | None) -> Followed:
        followed = self._followed.get(attempt.key)
        if followed is None or followed.attempt.token != attempt.token:
            followed = Followed(attempt, id, time.monotonic())
            self._followed[attempt.key] = followed
        self._watched.add(attempt)
        if self._polling is None:
            self._polling = asyncio.create_task(self._keep_polling())
        return followed

    async def _keep_polling(self) -> None:
        while True:
            if self._followed:
                await self._poll_once()
            await asyncio.sleep(self._pace.poll_s)

    async def _poll_once(self) -> None:
        try:
            await self._poll()
        except Exception:  # the broad catch of this loop: the next poll may find out more
            log.exception("A fault during a poll of the cluster.", extra={"action": "fault"})

    async def _poll(self) -> None:
        """One question for the whole lane; a failed one says nothing of any attempt."""
        began = time.monotonic()
        answer = await self._ask(self._system.all_jobs)
        rows = self._system.read(answer.out) if answer.code == 0 else None
        if rows is None:
            return
        self._heard_at = began
        for key, followed in list(self._followed.items()):
            if followed.taken_at < began:
                is_new = followed.hear(self._row_of(followed, rows), time.monotonic())
                is_held = followed.exit_seen_at is not None
                if is_new or is_held:
                    self._watched.on_change(key)

    def _row_of(self, followed: Followed, rows: Rows) -> QueueRow | None:
        return rows.get(self._system.shown(self._name_of(followed.attempt)))

    async def observe(self, attempts: Sequence[AttemptRef]) -> Observation:
        """Read the files of all in one thread, and add what the last poll said of them."""
        new = [attempt for attempt in attempts if attempt.key not in self._followed]
        for attempt, id in zip(new, await asyncio.to_thread(remembered_ids, new), strict=True):
            self._follow(attempt, id)
        seen = await asyncio.to_thread(look_at_all, attempts)
        explained = {
            a.key: await self._explained(a, seen[a.key]) for a in attempts if a.key in seen
        }
        for key, sighting in explained.items():
            if sighting.state in FINAL:
                self._followed.pop(key, None)
                self._watched.forget(key)
        return explained

    async def _explained(self, attempt: AttemptRef, seen: Sighting) -> Sighting:
        followed, now = self._followed[attempt.key], time.monotonic()
        grace_s = self._pace.grace_s
        cause_s = grace_s if self._system.tells_causes else 0.0
        explained = followed.explain(
            seen, now, heard_at=self._heard_at, grace_s=grace_s, cause_s=cause_s
        )
        is_unexplained = explained.starter_code is None and followed.is_given_up(now, grace_s)
        if explained.state is not SightingState.UNCLAIMED or not is_unexplained:
            return explained
        row = followed.row
        reason = row.text if row and row.has_ended else "The cluster knows nothing of it."
        if not await self.forbid(attempt, reason):
            return explained
        return Sighting(state=SightingState.VOID, void_reason=reason, cluster=followed.word())

    async def stop(self, attempt: AttemptRef) -> None:
        """Leave the cancel file, and cancel by name and id: ids are given anew after a crash.

        Where a cancel leaves no time to write a result, it comes only if the file does not help.
        """
        try:
            await asyncio.to_thread((attempt.directory / CANCEL).touch)
            has_begun = await asyncio.to_thread((attempt.directory / CLAIM).exists)
        except OSError as error:
            raise LaneUnreachable(f"Cannot end {attempt.key}: {error}") from error
        followed = self._followed.get(attempt.key)
        asked_s = followed.asked_to_end_s(time.monotonic()) if followed else 0.0
        if self._system.has_grace or not has_begun or asked_s > self._pace.file_s:
            await self._cancel(attempt)

    async def _cancel(self, attempt: AttemptRef) -> None:
        followed = self._followed.get(attempt.key)
        id = followed.id if followed else await asyncio.to_thread(remembered_id, attempt)
        if id is None:
            return
        words = await self._words(self._templates.qdel_cmd_tpl, {"cluster_job_id": id})
        await self._command(self._system.cancelling(words, self._name_of(attempt)))

    async def forbid(self, attempt: AttemptRef, reason: str) -> bool:
        """Make the claim ourselves, then take the job off the cluster's queue."""
        try:
            is_void = await asyncio.to_thread(make_tombstone, attempt, reason)
        except OSError as error:
            raise LaneUnreachable(f"Cannot forbid {attempt.key}: {error}") from error
        if is_void:
            await self._cancel(attempt)
        return is_void

    async def sweep(self, attempt: AttemptRef) -> int:  # noqa: ARG002 - the protocol's
        """Its nodes are the cluster's to clean up."""
        return 0

    async def close(self) -> None:
        """Ask no more; attempts run on."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        self._watched.close()
