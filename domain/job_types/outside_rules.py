"""What a declaration says of a program that knows nothing of us: its words, its files."""

from dataclasses import dataclass
from enum import StrEnum


class Emit(StrEnum):
    """What a line of a program's output becomes, if a rule fits it."""

    PROGRESS = "progress"
    METRIC = "metric"
    WARNING = "warning"
    ERROR = "error"


class FileEmit(StrEnum):
    """What a file that a program leaves on its way becomes.

    An item counts for the progress, a plot is shown in the log, a version is one of all outputs
    whose files have "{n}" in their names.
    """

    ITEM = "item"
    PLOT = "plot"
    VERSION = "version"


class Importer(StrEnum):
    """How a file that a program has left becomes an output."""

    FILE = "file"
    MAP = "map"
    MASK = "mask"


class Exporter(StrEnum):
    """How an input is written for a program that does not read our tables."""

    RELION_MOVIES_STAR = "relion_movies_star"
    RELION_MICROGRAPHS_STAR = "relion_micrographs_star"
    RELION_PARTICLES_STAR = "relion_particles_star"
    MAP_MRC = "map_mrc"
    SHARP_MAP_MRC = "sharp_map_mrc"


@dataclass(frozen=True, kw_only=True)
class WatchRule:
    """What lines that `regex` is found in become; its groups are done, total, text and value.

    `name` is that of a metric. Carriage returns end lines too.
    """

    regex: str
    emit: Emit
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class FileRule:
    """What files that `glob` finds become; fields as in a command.

    `total` items are expected. `name` is the title of plots. The star of a version's glob stands
    for its number, "{n}" elsewhere; `complete_when` is the file that proves it complete.
    """

    glob: str
    emit: FileEmit
    name: str = ""
    total: str = ""
    complete_when: str = ""


@dataclass(frozen=True, kw_only=True)
class EarlyEnd:
    """How the program is asked to end where it is: by a file, which is touched, or by a signal.

    It has `within_s` for it; `signal` is a name such as "INT".
    """

    touch: str = ""
    signal: str = ""
    within_s: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Success:
    """What tells that the program has done its work: its exit status, and a file if named."""

    exit_code: int = 0
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class Collected:
    """The file that becomes an output when the program has ended well; fields as in a command.

    With "{n}" in its name it is that of the newest version.
    """

    file: str
    importer: Importer = Importer.FILE
