"""What qstat says of jobs on Grid Engine, in its XML: its table cuts off names.

States: qstat(1) of Grid Engine 8.1, letters that add up: "qw" waits, "hqw" is held, "Eqw" failed to
start and waits for an operator, "r" runs, "dr" is being deleted. Ended jobs are not listed.
"""

from xml.etree import ElementTree

from scheduler.executors.cluster_queue import QueueRow, Rows

ALL_MINE = ("qstat", "-u", "$user", "-xml")
"""One call for all jobs of whoever asks: qstat itself knows the word `$user`."""

_ROOT, _JOB = "job_info", "job_list"
WORDS = {"E": "it could not be started; see qstat -j", "h": "held"}


def read_qstat_xml(output: str) -> Rows | None:
    """By name; of rows with the same name the last counts. None if it is not the whole document.

    What a site prints before the document and after it is left out.
    """
    begin, end = output.find("<?xml"), output.rfind(f"</{_ROOT}>")
    if begin < 0 or end < begin:
        return None
    try:
        root = ElementTree.fromstring(output[begin : end + len(_ROOT) + 3])
    except ElementTree.ParseError:
        return None
    found = [(job.findtext("JB_name", ""), job) for job in root.iter(_JOB)]
    return {name: _row(job) for name, job in found if job.findtext("JB_job_number")}


def _row(job: ElementTree.Element) -> QueueRow:
    state = job.findtext("state", "")
    is_pending = "qw" in state or job.get("state") == "pending"
    told = [word for letter, word in WORDS.items() if letter in state]
    return QueueRow(
        id=job.findtext("JB_job_number", "").strip(),
        state=state,
        reason=", ".join(told) if is_pending else "",
        is_pending=is_pending,
        is_hopeless=is_pending and "E" in state,
    )
