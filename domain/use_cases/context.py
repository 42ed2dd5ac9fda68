"""What every use case is handed."""

from dataclasses import dataclass
from datetime import datetime

from domain.job_types import Catalogue
from domain.permissions import Viewer
from domain.settings import Settings


@dataclass(frozen=True)
class Request:
    """Who asks, when, and with which settings and job types; `now` is aware, in UTC."""

    viewer: Viewer
    now: datetime
    settings: Settings
    catalogue: Catalogue
