"""`python -m bench.dashboard`: the main thread of the page while a thousand cards change.

And while a job writes a long log. Counted in ticks of Chromium's main thread, so that other work
on the machine does not matter. Every figure is void unless the changes have arrived: the last
title written must be on its card.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from time import monotonic

from playwright.async_api import Browser, Page, Playwright, async_playwright
from rich.console import Console

from bench.dashboard_log import JOB_TYPES, follow_log
from bench.list_jobs import job_document
from bench.main_thread import busy_s, watched
from bench.product import Api, running
from bench.run import embedded_mongod
from domain.clock import now
from domain.database import Row, connect
from domain.documents import DOCUMENTS, Job
from domain.status import JobStatus

CHROMIUMS = ("chromium", "google-chrome", "chromium-headless-shell")
CARDS = 1_000
SECONDS = 8.0
NODES_LIMIT = 2_000
_FIRST = 600_000
tell = Console(highlight=False)


@dataclass(frozen=True)
class Gate:
    """`rate` changes a second, and the most milliseconds of main thread that a second may cost."""

    name: str
    rate: int
    limit_ms: float
    scrolls: bool = False


GATES = (
    Gate("board still, 50 changes/s", 50, 150),
    Gate("board still, 500 changes/s", 500, 200),
    Gate("board scrolling, 50 changes/s", 50, 300, scrolls=True),
)


async def main() -> int:
    """Print a line for each gate; 1 if one fails."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        async with (
            embedded_mongod(directory) as url,
            running(directory, url, "lanekeeper", job_types=JOB_TYPES) as api,
            connect(url, "lanekeeper", DOCUMENTS),
        ):
            return await _measure_all(api, await address_in(directory / "serve.log"))


async def address_in(log: Path) -> str:
    """The address that `serve` prints for its administrator, once it is there."""
    while not (found := re.search(r"ready: (\S+)", await asyncio.to_thread(log.read_text))):  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    return found.group(1)


async def chromium_of(playwright: Playwright) -> Browser:
    """The Chromium of this machine."""
    path = next(filter(None, map(which, CHROMIUMS)), None)
    return await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


async def _measure_all(api: Api, address: str) -> int:
    made = await api.mutate("createProject", "project { uid }", title="Cards")
    uid: str = made["project"]["uid"]
    await Job.rows().insert_many([_row(uid, _FIRST + number) for number in range(CARDS)])
    async with async_playwright() as playwright:
        chromium = await chromium_of(playwright)
        page = await chromium.new_page(viewport={"width": 1600, "height": 900})
        await page.goto(address)
        await page.goto(f"{address.split('?')[0]}?jobs")
        await page.locator("[data-job]").first.wait_for()
        failed = [gate for gate in GATES if not await _holds(gate, page, uid)]
        nodes = await page.evaluate("document.querySelectorAll('*').length")
        tell.print(f"elements on the page: {nodes} (limit {NODES_LIMIT})")
        log = await follow_log(api, page, address.split("?")[0], uid)
        tell.print(str(log))
        await chromium.close()
    return int(bool(failed) or nodes > NODES_LIMIT or not log.holds)


def _row(project_uid: str, number: int) -> Row:
    job = job_document(
        project_uid,
        number,
        inputs={},
        parents=[],
        status=JobStatus.QUEUED,
        queued_to_lane="default",
        queue_entered_at=now(),
        queued_at=now(),
        priority=0,
        on_hold=True,
    )
    row: Row = job.model_dump(by_alias=True)
    return row


async def _holds(gate: Gate, page: Page, project_uid: str) -> bool:
    """Whether the page stays below the gate; prints the figure."""
    ticks = await watched(page)
    tasks = [_change(gate.rate, project_uid), *([_scroll(page)] if gate.scrolls else [])]
    before, began = await busy_s(ticks), monotonic()
    written, *_ = await asyncio.gather(*tasks)
    reached = written / (monotonic() - began)
    per_second = 1000 * (await busy_s(ticks) - before) / (monotonic() - began)
    await _last_change_is_shown(page, project_uid)
    verdict = "pass" if per_second <= gate.limit_ms else "FAIL"
    figure = f"{per_second:.0f} ms/s at {reached:.0f}/s"
    tell.print(f"{gate.name}: {figure} (limit {gate.limit_ms:.0f}) {verdict}")
    return per_second <= gate.limit_ms


async def _change(rate: int, project_uid: str) -> int:
    """Retitle jobs, one after the other, `rate` a second; how many changes were made."""
    began, batch, made = monotonic(), max(1, rate // 50), 0
    while monotonic() - began < SECONDS:
        numbers = range(made, made + batch)
        await _write([(_id(project_uid, n % CARDS), f"Title {n}") for n in numbers])
        made += batch
        await asyncio.sleep(max(0.0, began + made / rate - monotonic()))
    return made


async def _write(titles: list[tuple[str, str]]) -> None:
    change = {"$inc": {"revision": 1}}
    writes: list[Awaitable[object]] = [
        Job.rows().update_one({"_id": id}, {"$set": {"title": title}, **change})
        for id, title in titles
    ]
    await asyncio.gather(*writes)


def _id(project_uid: str, number: int) -> str:
    return f"{project_uid}-J{_FIRST + number}"


async def _scroll(page: Page) -> int:
    """Scroll the lane, sixty times a second; how often."""
    scroll = "top => { document.querySelector('.lane-jobs').scrollTop = top; }"
    began, steps = monotonic(), 0
    while monotonic() - began < SECONDS:
        await page.evaluate(scroll, steps * 60 % 100_000)
        steps += 1
        await asyncio.sleep(1 / 60)
    return steps


async def _last_change_is_shown(page: Page, project_uid: str) -> None:
    """The feed was alive: a title that is written now comes to stand on the first card."""
    await page.evaluate("document.querySelector('.lane-jobs').scrollTop = 0")
    title = f"Seen at {monotonic()}"
    await _write([(_id(project_uid, 0), title)])
    await page.get_by_text(title).wait_for()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
