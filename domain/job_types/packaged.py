"""Job types of installed Python packages, found by their entry points; no code of theirs is run."""

import importlib.metadata
import importlib.util
import logging
from collections.abc import Iterator
from pathlib import Path

GROUP = "lanekeeper.job_types"
log = logging.getLogger(__name__)


def packaged_directories() -> Iterator[tuple[str, Path]]:
    """Name of the distribution, and a directory with declarations, of each entry point of GROUP.

    An entry point's value is a package at the top level, whose directory has the TOML files. It
    is found, but not imported. One that cannot be found is logged and left out.
    """
    for point in importlib.metadata.entry_points(group=GROUP):
        found = importlib.util.find_spec(point.module.partition(".")[0])
        places = (found.submodule_search_locations if found else None) or []
        inner = Path(*point.module.split(".")[1:])
        if not places:
            facts = {"action": "job_types_missing", "entry_point": point.name}
            log.warning("There is no package %s with job types.", point.module, extra=facts)
        for place in places:
            yield point.dist.name if point.dist else point.name, Path(place, inner)
