"""What the files that a program leaves on its way become, as its declaration says."""

import glob
import os
from collections.abc import Callable, Iterator
from typing import Any

from lanekeeper_job import Job

Report = Callable[[str], bool]
"""Called with the number of a version that is complete, as files have it ("007"); whether all of it
was there."""


class Eye:
    """Looks for files by the rules of the declaration; `newest` is the newest version reported.

    A version has the number that the star of its glob stands for. It is complete when its mark is
    there (`complete_when`), else when there is a later one, or the program has ended.
    """

    def __init__(self, job: Job, rules: list[dict[str, Any]], report: Report) -> None:
        self.job, self.rules, self.report = job, rules, report
        self.newest: str | None = None
        self._shown: set[str] = set()
        self._counted = 0

    def look(self, *, has_ended: bool = False) -> None:
        """Report what is new since the last look."""
        for rule in self.rules:
            paths = sorted(glob.glob(rule["glob"]))
            if rule["emit"] == "item":
                self._count(len(paths), rule["total"])
            elif rule["emit"] == "plot":
                self._show(paths if has_ended else paths[:-1], rule["name"])
            else:
                self._report(rule, has_ended=has_ended)

    def _count(self, done: int, total: str) -> None:
        if done != self._counted:
            self._counted = done
            self.job.progress(done, int(float(total)) if total else None)

    def _show(self, paths: list[str], title: str) -> None:
        for path in paths:
            if path not in self._shown:
                self._shown.add(path)
                self.job.plot(path, title or os.path.basename(path))

    def _report(self, rule: dict[str, Any], *, has_ended: bool) -> None:
        numbers = sorted(numbers_of(rule["glob"]), key=int)
        for number in numbers:
            is_new = self.newest is None or int(number) > int(self.newest)
            is_last = number == numbers[-1]
            if is_new and is_complete(rule, number, may_go_on=is_last and not has_ended):
                self.newest = number if self.report(number) else self.newest


def numbers_of(pattern: str) -> Iterator[str]:
    """The whole numbers that the star of the pattern stands for, as they are written."""
    before, _, after = pattern.partition("*")
    for path in glob.glob(pattern):
        number = path[len(before) : len(path) - len(after)]
        if number.isdecimal():
            yield number


def is_complete(rule: dict[str, Any], number: str, *, may_go_on: bool) -> bool:
    """Whether nothing more is written to the files of the version."""
    mark = rule["complete_when"]
    return os.path.exists(mark.replace("{n}", number)) if mark else not may_go_on
