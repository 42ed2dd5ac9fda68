"""`python -m bench.pictures [DIRECTORY]`: the pictures of the documents, taken of a real instance.

Its jobs are of the product, on simulated micrographs, and of the job types of the browser tests.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Locator, Page, ViewportSize, async_playwright

from bench.dashboard import address_in, chromium_of
from bench.dashboard_log import JOB_TYPES
from bench.product import running
from bench.run import embedded_mongod
from bench.stage_set import Stage, furnished

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WIDE: ViewportSize = {"width": 1440, "height": 900}


async def nothing(page: Page) -> None:
    """The place as it opens."""


@dataclass(frozen=True)
class Picture:
    """A place, by its query string; `prepare` does there what is to be seen."""

    name: str
    search: str
    theme: Literal["light", "dark"] = "light"
    size: ViewportSize = field(default_factory=lambda: WIDE)
    prepare: Callable[[Page], Awaitable[None]] = nothing


def pictures_of(stage: Stage) -> list[Picture]:
    """Those that the documents show."""
    uid, jobs = stage.project, stage.jobs
    workspace = f"?p={uid}&w=W1"

    async def several(page: Page) -> None:
        for name in ("data", "ctf", "picks"):
            await card(page, name).click(modifiers=["ControlOrMeta"])
        await card(page, "data").click(button="right", position={"x": 120, "y": 50})
        await page.get_by_text("0 of 3").first.wait_for()

    def card(page: Page, name: str) -> Locator:
        return page.locator(f'[data-job="{uid}.{jobs[name]}"]')

    async def one(page: Page) -> None:
        await card(page, "ctf").click()

    return [
        Picture("current-jobs", f"{workspace}&jobs"),
        Picture("workspace", workspace, prepare=several),
        Picture("tree", f"{workspace}&view=tree", "dark", prepare=one),
        Picture("first-job", f"{workspace}&job={uid}.{jobs['ctf']}&tab=log"),
        Picture("select-classes", f"{workspace}&job={uid}.{jobs['classes']}&tab=interact"),
        Picture(
            "curate-exposures", f"{workspace}&job={uid}.{jobs['exposures']}&tab=interact", "dark"
        ),
    ]


async def take(page: Page, address: str, picture: Picture, directory: Path) -> None:
    """Go there and write the picture, once nothing is on its way any more."""
    await page.set_viewport_size(picture.size)
    await page.emulate_media(color_scheme=picture.theme)
    await page.goto(f"{address}{picture.search}")
    await page.get_by_role("contentinfo").wait_for()
    await page.wait_for_load_state("networkidle")
    await picture.prepare(page)
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=directory / f"{picture.name}.png")


async def take_all(
    directory: Path, chosen: Callable[[Stage], Sequence[Picture]] = pictures_of
) -> None:
    """Set the stage, and take these pictures."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        async with (
            embedded_mongod(data) as url,
            running(data, url, "lanekeeper", job_types=JOB_TYPES) as api,
            async_playwright() as playwright,
        ):
            stage = await furnished(api)
            chromium = await chromium_of(playwright)
            page = await chromium.new_page()
            address = await address_in(data / "serve.log")
            await page.goto(address)
            for picture in chosen(stage):
                await take(page, address.split("?")[0], picture, directory)
            await chromium.close()
            await stage.clear_away()


if __name__ == "__main__":
    asyncio.run(take_all(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
