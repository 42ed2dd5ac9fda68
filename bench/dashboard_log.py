"""The log of a job that writes 200,000 lines, as the page follows it: a part of `bench.dashboard`.

A real job writes as fast as it can; the page holds on to the end, lets go when it is scrolled, and
takes hold again.
"""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from playwright.async_api import Page

from bench.main_thread import busy_s, heap_mb, watched
from bench.product import Answer, Api

JOB_TYPES = Path(__file__).parents[1] / "tests" / "browser" / "job_types"
LINES = 200_000
ROW_HEIGHT = 20
BUSY_LIMIT_MS = 200.0
HEAP_LIMIT_MB = 100.0
TIMEOUT_MS = 600_000

_UNTIL_THERE = """height => new Promise(done => {
  const scroller = document.querySelector('.log-scroller');
  const look = () => scroller.scrollHeight < height ? setTimeout(look, 200) : done();
  look();
})"""
_FIRST_SEEN = """() => {
  const scroller = document.querySelector('.log-scroller');
  const top = scroller.getBoundingClientRect().top;
  const seen = [...scroller.querySelectorAll('.log-line')];
  return seen.find(line => line.getBoundingClientRect().top >= top).lastElementChild.textContent;
}"""


@dataclass(frozen=True)
class Followed:
    """What it cost to follow the log, and whether the row that was looked at stayed."""

    seconds: float
    busy_ms: float
    heap_mb: float
    stayed: bool

    @property
    def holds(self) -> bool:
        """Whether all is within its limit."""
        return self.stayed and self.busy_ms <= BUSY_LIMIT_MS and self.heap_mb <= HEAP_LIMIT_MB

    def __str__(self) -> str:
        verdict = "pass" if self.holds else "FAIL"
        where = "stays when scrolled" if self.stayed else "MOVES when scrolled"
        return (
            f"log of {LINES} lines: {LINES / self.seconds:.0f} lines/s,"
            f" {self.busy_ms:.0f} ms/s (limit {BUSY_LIMIT_MS:.0f}),"
            f" heap {self.heap_mb:.0f} MB (limit {HEAP_LIMIT_MB:.0f}), {where}: {verdict}"
        )


async def follow_log(api: Api, page: Page, address: str, project_uid: str) -> Followed:
    """Let a job write, and follow it to its last line."""
    job = await _new_job(api, project_uid)
    await page.goto(f"{address}?job={project_uid}.{job['uid']}&tab=log")
    await page.locator(".log-scroller").wait_for()
    session = await watched(page)
    before, began = await busy_s(session), monotonic()
    await api.mutate("queueJob", "result { outcome }", target={"job": {"id": job["id"]}})
    stayed = await _stays(page)
    await page.get_by_text(f"line {LINES}", exact=True).wait_for(timeout=TIMEOUT_MS)
    seconds = monotonic() - began
    busy_ms = 1000 * (await busy_s(session) - before) / seconds
    return Followed(seconds, busy_ms, await heap_mb(session), stayed)


async def _new_job(api: Api, project_uid: str) -> Answer:
    where = {"projectUid": project_uid}
    made = await api.mutate("createWorkspace", "workspace { uid }", **where, title="Log")
    where["workspaceUid"] = made["workspace"]["uid"]
    params = {"lines": LINES}
    made = await api.mutate("createJob", "job { uid id }", **where, type="chatter", params=params)
    job: Answer = made["job"]
    return job


async def _stays(page: Page) -> bool:
    """Scroll up in the middle of it; whether the row on top is the same when all has come."""
    await page.evaluate(_UNTIL_THERE, LINES // 2 * ROW_HEIGHT)
    await page.locator(".log-scroller").hover()
    await page.mouse.wheel(0, -50 * ROW_HEIGHT)
    await page.locator('.log-scroller[data-held="false"]').wait_for()
    first = await page.evaluate(_FIRST_SEEN)
    await page.evaluate(_UNTIL_THERE, LINES * ROW_HEIGHT)
    last = await page.evaluate(_FIRST_SEEN)
    await page.get_by_role("button", name="To the end").click()
    return bool(first == last)
