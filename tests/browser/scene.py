"""A project of its own for each browser test, and the words to speak of its jobs on the page."""

import re
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.integration.product import Product

COMMAND = "ControlOrMeta"


class Scene:
    """A page that is signed in, and a project with workspace W1 whose jobs use no processor."""

    def __init__(self, page: Page, product: Product) -> None:
        self.page = page
        self.product = product
        self.project = product.make_project()
        self.workspace = f"?p={self.project}&w=W1"

    def open(self, search: str = "") -> None:
        """Go to a place; that of workspace W1 if none is named."""
        self.page.goto(f"{self.product.url}/{search or self.workspace}")
        self.page.get_by_role("contentinfo").wait_for()

    def go(self, search: str) -> None:
        """Follow a link within the page, without loading it again."""
        self.page.evaluate(
            "search => { history.pushState(null, '', search);"
            " dispatchEvent(new PopStateEvent('popstate')); }",
            search,
        )

    # --- jobs

    def building(self, count: int = 1) -> list[str]:
        """Jobs that wait for nothing but to be queued; their uids."""
        return [self.product.make_job(self.project, "sleeper") for _ in range(count)]

    def chain(self, length: int = 3) -> list[str]:
        """Jobs of which each takes the output of the one before."""
        uids = self.building()
        while len(uids) < length:
            source = f"{uids[-1]}.dream"
            uids.append(self.product.make_job(self.project, "dreamer", dream=source))
        return uids

    def queued(self) -> str:
        """A job that stays in the queue of lane `default`, because its parent never runs."""
        return self.in_queue(self.chain(2)[1])

    def in_queue(self, uid: str) -> str:
        assert self.product.act("queueJob", self.project, uid)["outcome"] == "APPLIED"
        return uid

    def running(self) -> str:
        """A job that sleeps until it is killed."""
        uid = self.in_queue(self.building()[0])
        self.product.wait_for_one(self.project, [uid], "RUNNING")
        return uid

    def killed(self) -> str:
        uid = self.running()
        self.product.act("killJob", self.project, uid)
        self.product.wait_for_one(self.project, [uid], "KILLED")
        return uid

    def status(self, uid: str) -> str:
        found: str = self.product.job(self.project, uid, "status")["status"]
        return found

    def read(self, uid: str, fields: str) -> dict[str, Any]:
        return self.product.job(self.project, uid, fields)

    def workspace_uids(self, uid: str) -> list[str]:
        found: list[str] = self.read(uid, "workspaceUids")["workspaceUids"]
        return found

    def jobs_in(self, workspace: str) -> list[str]:
        """The uids of the jobs of a workspace, as the server has them."""
        answer = self.product.ask(
            "query($p: ProjectUid!, $w: WorkspaceUid!) { workspace(projectUid: $p, uid: $w) {"
            " jobs(first: 100) { nodes { uid deleted } } } }",
            p=self.project,
            w=workspace,
        )
        nodes = answer["workspace"]["jobs"]["nodes"]
        uids = [node["uid"] for node in nodes if not node["deleted"]]
        return sorted(uids, key=lambda uid: int(uid[1:]))

    # --- what is on the page

    def job(self, uid: str) -> Locator:
        """The card, row or node of a job, in the dialog if one is open, else in the place."""
        return self.page.locator(f'[data-job="{self.project}.{uid}"]').last

    def select(self, *uids: str) -> None:
        """Click the first, and the others with Command held."""
        self.job(uids[0]).click()
        for uid in uids[1:]:
            self.job(uid).click(modifiers=[COMMAND])  # type: ignore[list-item]  # a modifier

    def expect_selected(self, *uids: str) -> None:
        """These jobs come to be selected, and no others."""
        chosen = self.page.locator('[data-job][aria-selected="true"]')
        for uid in uids:
            name = f"{self.project}.{uid}"
            expect(chosen.and_(self.page.locator(f'[data-job="{name}"]'))).to_be_visible()
        expect(chosen).to_have_count(len(uids))

    def menu_of(self, uid: str) -> Locator:
        """Right-click; the menu, once the server has said what is open."""
        self.job(uid).click(button="right")
        menu = self.page.get_by_role("menu")
        expect(menu).to_be_visible()
        return menu

    def choose(self, uid: str, item: str) -> None:
        """Choose from the job's menu."""
        self.menu_of(uid).locator(f'[data-item="{item}"]').click()

    @property
    def dialog(self) -> Locator:
        """The modal dialog."""
        return self.page.locator("dialog.dialog")

    @property
    def sheet(self) -> Locator:
        """The dialog over the place."""
        return self.page.locator("dialog.sheet")

    @property
    def sidebar(self) -> Locator:
        return self.page.locator("aside.sidebar")

    def expect_search(self, pattern: str) -> None:
        """The address has come to hold this."""
        expect(self.page).to_have_url(re.compile(pattern))

    # --- the end

    def clear_away(self) -> None:
        """Leave no job in the queue and none running, for the tests that follow."""
        everything = {"filter": {"projectUids": [self.project]}}
        for mutation in ("clearJobs", "killJobs"):
            name = mutation[0].upper() + mutation[1:]
            self.product.ask(
                f"mutation($input: {name}Input!) {{"
                f" {mutation}(input: $input) {{ results {{ outcome }} }} }}",
                input={"jobs": everything},
            )


def box(locator: Locator) -> FloatRect:
    """Where something is drawn, in pixels of the window."""
    found = locator.bounding_box()
    assert found is not None
    return found
