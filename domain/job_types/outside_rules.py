"""What a declaration says of a program that knows nothing of us: its words, its files."""

from dataclasses import dataclass
from enum import StrEnum


class Emit(StrEnum):
    """What a line of a program's output becomes, if a rule fits it."""

    PROGRESS = "progress"
    METRIC = "metric"
    WARNING = "warning"
    ERROR = "error"


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
class Collected:
    """The file that becomes an output when the program has ended well; fields as in a command."""

    file: str
    importer: Importer = Importer.FILE
