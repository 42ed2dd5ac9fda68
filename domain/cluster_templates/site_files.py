"""A site's cluster_info.json and cluster_script.sh, as CryoSPARC has them, and ours alike.

Keys: CryoSPARC v4, "Connect a Managed Worker" (04-lifecycle, section 7). `custom_vars` is ours: an
object of defaults.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.cluster_templates.names import TEMPLATES
from domain.documents.shapes import ClusterVar
from domain.documents.target import ClusterTemplates
from domain.errors import BadInput

INFO, SCRIPT = "cluster_info.json", "cluster_script.sh"
MAX_BYTES = 256 * 1024


class ClusterInfo(BaseModel):
    """The content of cluster_info.json; what else it has is kept aside."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    name: str
    worker_bin_path: str | None
    send_cmd_tpl: str
    qsub_cmd_tpl: str
    qstat_cmd_tpl: str
    qdel_cmd_tpl: str
    qinfo_cmd_tpl: str
    title: str | None = None
    desc: str | None = None
    cache_path: str | None = None
    cache_reserve_mb: int | None = None
    cache_quota_mb: int | None = None
    custom_vars: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class SiteFiles:
    """Both files of a site; `unknown_keys` of the JSON mean nothing to us."""

    info: ClusterInfo
    script: str

    @property
    def unknown_keys(self) -> list[str]:
        """In the order of the file."""
        return list(self.info.model_extra or {})

    @property
    def templates(self) -> ClusterTemplates:
        """Not checked yet."""
        commands = {name: getattr(self.info, name) for name in TEMPLATES if name != "script_tpl"}
        custom = [ClusterVar(name=n, value=v) for n, v in self.info.custom_vars.items()]
        return ClusterTemplates(**commands, script_tpl=self.script, custom_vars=custom)


def read_site_files(directory: Path) -> SiteFiles:
    """Raises BadInput, with the file and the key, if one of the two cannot be what it should be."""
    return SiteFiles(_info(_text(directory / INFO)), _text(directory / SCRIPT))


def files_of(name: str, templates: ClusterTemplates) -> Mapping[str, str]:
    """File name → text, for a site to begin with."""
    commands = templates.model_dump(include=set(TEMPLATES) - {"script_tpl"})
    info = {"name": name, "worker_bin_path": None, **commands}
    return {INFO: json.dumps(info, indent=2) + "\n", SCRIPT: templates.script_tpl}


def _text(path: Path) -> str:
    """The text, without the mark that Windows may put before it."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _wrong(path.name, f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _wrong(path.name, f"byte {error.start} is not UTF-8.") from error
    if len(content) > MAX_BYTES:
        raise _wrong(path.name, f"it has more than {MAX_BYTES} bytes.")
    return text


def _info(text: str) -> ClusterInfo:
    try:
        content = json.loads(text, object_pairs_hook=_each_once)
        return ClusterInfo.model_validate(content)
    except json.JSONDecodeError as error:
        raise _wrong(INFO, f"line {error.lineno}: {error.msg}.") from error
    except ValidationError as error:
        raise _wrong(INFO, _first_sentence(error)) from error


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _wrong(INFO, f"{key}: it is there twice.")
        found[key] = value
    return found


def _first_sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    message = "it is missing" if first["type"] == "missing" else first["msg"]
    return ": ".join([*map(str, first["loc"]), f"{message}."])


def _wrong(file: str, sentence: str) -> BadInput:
    return BadInput(f"{file}: {sentence}", path=[file])
