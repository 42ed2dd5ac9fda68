"""What qstat says of jobs on PBS, in the table that OpenPBS, PBS Pro and Torque print alike.

States: qstat(1B) of OpenPBS 20 and of Torque 6. A letter that is not known here counts as active.
"""

import re
from collections.abc import Iterator, Sequence

from scheduler.executors.cluster_queue import QueueRow, Rows

ALL = ("qstat", "-a", "-s")
"""One call for all jobs, with the scheduler's comments; its user may be another behind ssh."""

SERVER = ("qstat", "-B")
"""The state of the server, in a table that is never empty."""

SHOWN_CHARS = 9
"""Of a job's name, before qstat cuts it off and adds a "*"."""

PENDING, HELD, ENDED = frozenset("QHWT"), "H", frozenset("FCX")
_RULE = re.compile(r"-{5,}( +-+){8,}")
_COLUMNS, _STATE = 11, 9
"""Job, user, queue, name, session, nodes, tasks, memory, time, state, elapsed."""
_ID = re.compile(r"(\d+)(?:\[\])?(?:[.*].*)?")


def read_qstat(output: str) -> Rows | None:
    """By the first characters of their names; None if it is no table.

    An empty answer means that there are no jobs; a text alone may be a greeting or an error. What
    stands before the table's rule is no row: its headings may be in any language.
    """
    lines = output.splitlines()
    rules = [number for number, line in enumerate(lines) if _RULE.fullmatch(line.strip())]
    if not rules:
        return None if output.strip() else {}
    return dict(_rows(lines[rules[0] + 1 :]))


def is_table(output: str) -> bool:
    """Whether there is the rule below a table's headings."""
    return any(_RULE.fullmatch(line.strip()) for line in output.splitlines())


def _rows(lines: Sequence[str]) -> Iterator[tuple[str, QueueRow]]:
    for number, line in enumerate(lines):
        cells = line.split()
        id = _ID.fullmatch(cells[0]) if len(cells) == _COLUMNS else None
        if id is not None and not line[0].isspace():
            comment = lines[number + 1] if number + 1 < len(lines) else ""
            row = _row(id[1], cells[_STATE], comment if comment[:1].isspace() else "")
            yield cells[3][:SHOWN_CHARS], row


def _row(id: str, state: str, comment: str) -> QueueRow:
    return QueueRow(
        id=id,
        state=state,
        reason=comment.strip(" -\t") or ("held" if state == HELD else ""),
        has_ended=state in ENDED,
        is_pending=state in PENDING,
    )
