"""What is acceptable of a target: amounts, paths, and which GPUs are meant."""

from dataclasses import asdict, dataclass

from domain.documents import Target
from domain.documents.target import GpuDevice, SshConnection
from domain.errors import BadInput
from domain.use_cases.storable import require_storable

MAX_CORES = 4096
MAX_GPUS = 64
MAX_TEXT = 1000


@dataclass(frozen=True)
class GpuChoice:
    """GPUs by index, which the machine need not have; or, with `detect`, all that are found."""

    indexes: tuple[int, ...] = ()
    detect: bool = False


@dataclass(frozen=True)
class Storage:
    """Where the node-side executable and the scratch space are; MB of 10^6 bytes."""

    worker_bin_path: str | None = None
    cache_path: str | None = None
    cache_reserve_mb: int | None = None
    cache_quota_mb: int | None = None

    def values(self) -> dict[str, str | int | None]:
        """By field; an empty path, as older files have it, is none."""
        return {name: None if value == "" else value for name, value in asdict(self).items()}

    def require_acceptable(self) -> None:
        """Raises BadInput for a path that is not absolute, and for a negative size."""
        paths = (("workerBinPath", self.worker_bin_path), ("cachePath", self.cache_path))
        sizes = (("cacheReserveMb", self.cache_reserve_mb), ("cacheQuotaMb", self.cache_quota_mb))
        for field, path in paths:
            require_text(field, path)
            require_that(field, not path or path.startswith("/"), "an absolute path")
        for field, size in sizes:
            require_that(field, size is None or size >= 0, "0 or more")


def require_that(field: str, holds: bool, constraint: str) -> None:
    """Raises BadInput, with the field and what it broke, unless it `holds`."""
    if not holds:
        message = f"{field} is not acceptable: {constraint}."
        raise BadInput(message, path=[field], constraint=constraint)


def require_text(field: str, text: str | None) -> None:
    """Raises BadInput for a text that cannot be kept, or has control characters."""
    require_storable(text, (field,))
    require_that(field, text is None or text.isprintable(), "no control characters")
    require_that(field, len(text or "") <= MAX_TEXT, f"at most {MAX_TEXT} characters")


def require_amounts(
    *, cpu_cores: int, ram_gb: float, hostname: str, ssh: SshConnection | None
) -> None:
    """Raises BadInput unless a machine can have so much, and can be called so."""
    require_that("cpuCores", 1 <= cpu_cores <= MAX_CORES, f"1 to {MAX_CORES} cores")
    require_that("ramGb", 0 < ram_gb < 1e6, "more than 0 GiB")
    require_that("hostname", bool(hostname.strip()), "not empty")
    require_text("hostname", hostname)
    if ssh is not None:
        require_text("ssh", ssh.host + ssh.user)
        plain = bool(ssh.host and ssh.user) and not {"-"} & {ssh.host[:1], ssh.user[:1]}
        require_that("ssh", plain and 1 <= ssh.port <= 65535, "a host, a port and a login")


async def chosen_gpus(choice: GpuChoice, ssh: SshConnection | None) -> list[GpuDevice]:
    """The GPUs of the machine, with `enabled` for those that are chosen.

    Those of this machine are known from its other targets; an index that is not among them is
    declared on the caller's word. Raises BadInput.
    """
    known = await _known_gpus() if ssh is None else {}
    if choice.detect:
        require_that("gpus", ssh is None, "found on this machine only; name the indexes")
        return [gpu.model_copy(update={"enabled": True}) for gpu in known.values()]
    chosen = choice.indexes
    require_that("gpus", len(set(chosen)) == len(chosen) <= MAX_GPUS, "each index once")
    in_range = all(0 <= index < MAX_GPUS for index in chosen)
    require_that("gpus", in_range, f"0 to {MAX_GPUS - 1}")
    declared = {i: GpuDevice(index=i, name="declared", mem=0) for i in chosen}
    devices = declared | known
    return [
        devices[index].model_copy(update={"enabled": index in chosen}) for index in sorted(devices)
    ]


async def _known_gpus() -> dict[int, GpuDevice]:
    """By index, those of this machine that answered when it was registered."""
    found = await Target.find({"ssh": None, "gpus.uuid": {"$ne": None}}).sort("_id").to_list()
    devices = found[0].gpus if found else []
    return {gpu.index: gpu for gpu in devices if gpu.uuid is not None}
