"""Every setting of a process, read once at the edge and handed down."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One frozen value from the environment (LANEKEEPER_…) and the command line.

    Only `web/cli` makes one. Lengths end in `_s` (seconds), sizes in `_bytes`.
    """

    model_config = SettingsConfigDict(env_prefix="LANEKEEPER_", frozen=True, extra="ignore")

    data_dir: Path = Path("lanekeeper-data")
    """Where projects, the embedded database and secrets live; made absolute on reading."""
    projects_dir: Path | None = None
    """Where new project directories are made; `data_dir`/projects unless set."""
    allowed_roots: list[Path] = Field(default_factory=list)
    """Directories that params of type path may name, besides the project's own; empty = any."""
    job_types_dirs: list[Path] = Field(default_factory=list)
    """Directories with job types of the site, one TOML file for each."""
    site_file: Path | None = None
    """What the site says of job types, lanes and targets: where programs lie, what they get."""
    mongodb_url: SecretStr | None = None
    """A replica set; without it `serve` starts the embedded mongod."""
    ssh_key: Path | None = None
    """The private key that machines are reached with; `data_dir`/ssh/id_ed25519 unless set."""
    ssh_known_hosts: Path | None = None
    """The host keys of machines that are reached; `data_dir`/ssh/known_hosts unless set."""
    database: str = "lanekeeper"
    tokens_url: SecretStr | None = None
    """A replica set whose pool of GPU tokens several instances share; unset, the pool is ours."""
    tokens_database: str = "lanekeeper-tokens"
    member_ttl_s: float = Field(default=15.0, gt=0)
    """An instance that shares the pool is taken for dead when it has been silent for so long."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    base_path: str = ""
    """The path below which a proxy serves everything, e.g. "/lanekeeper"; no slash at the end."""
    allowed_hosts: list[str] = Field(default_factory=list)
    """Host names that requests may carry besides `host`, localhost and 127.0.0.1."""
    admin_token: SecretStr | None = None
    """Accepted as an administrator's bearer token on /graphql."""
    instance_name: str = "Lanekeeper"

    lease_ttl_s: float = Field(default=5.0, gt=0)
    sweep_s: float = Field(default=10.0, gt=0)
    """How often the scheduler looks at everything when nothing wakes it."""
    launch_timeout_s: float = Field(default=120.0, gt=0)
    heartbeat_s: float = Field(default=5.0, gt=0)
    heartbeat_timeout_s: float = Field(default=180.0, gt=0)
    kill_grace_s: float = Field(default=10.0, gt=0)
    requeue_window_s: float = Field(default=600.0, ge=0)
    stream_heartbeat_s: float = Field(default=15.0, gt=0)
    session_ttl_s: float = Field(default=30 * 24 * 3600.0, gt=0)
    http_profile: Literal["audit", "draft"] = "audit"
    """Statuses of GraphQL over HTTP: as the public audits ask, or as the draft of August 2026."""
    queries_by_get: bool = True
    """Whether queries (never mutations) may come by GET."""
    legacy_sockets: bool = False
    """Whether the old protocol `graphql-ws` is spoken too, for tools that know no other."""
    streams_per_user: int = Field(default=100, ge=1)
    """Sockets, and streams over HTTP, that one user may have open at an API process."""
    trusted_documents: Path | None = None
    """A manifest of operations that may be named by id: a JSON object from id to text."""
    only_trusted_documents: bool = False
    """Whether nothing but the trusted documents is run; the dashboard's must be among them."""
    max_jobs_per_request: int = 10_000
    query_timeout_s: float = 10.0

    @property
    def projects_root(self) -> Path:
        """The directory below which new project directories are made, absolute."""
        return (self.projects_dir or self.data_dir / "projects").resolve()

    @property
    def ssh_key_file(self) -> Path:
        """The private key that machines are reached with, absolute."""
        return (self.ssh_key or self.data_dir / "ssh" / "id_ed25519").absolute()

    @property
    def ssh_known_hosts_file(self) -> Path:
        """The host keys of machines that are reached, absolute."""
        return (self.ssh_known_hosts or self.data_dir / "ssh" / "known_hosts").absolute()

    @property
    def data_root(self) -> Path:
        """The data directory, absolute."""
        return self.data_dir.resolve()
