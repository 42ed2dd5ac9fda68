"""Reading a site's two files: strictly, and with the file and the key in every refusal."""

import json
from pathlib import Path

import pytest

from domain.cluster_templates import PRESETS, ClusterSystem
from domain.cluster_templates.site_files import files_of, read_site_files
from domain.errors import BadInput

INFO = {
    "name": "slurm",
    "worker_bin_path": "/opt/cryosparc/cryosparc_worker/bin/cryosparcw",
    "send_cmd_tpl": "{{ command }}",
    "qsub_cmd_tpl": "sbatch {{ script_path_abs }}",
    "qstat_cmd_tpl": "squeue -j {{ cluster_job_id }}",
    "qdel_cmd_tpl": "scancel {{ cluster_job_id }}",
    "qinfo_cmd_tpl": "sinfo",
}
WITHOUT_QDEL = {key: value for key, value in INFO.items() if key != "qdel_cmd_tpl"}


def site(
    directory: Path, info: str | bytes, script: str | bytes = "#!/bin/sh\n{{ run_cmd }}\n"
) -> Path:
    for name, content in (("cluster_info.json", info), ("cluster_script.sh", script)):
        raw = content if isinstance(content, bytes) else content.encode()
        (directory / name).write_bytes(raw)
    return directory


def test_what_is_not_known_is_told_apart(tmp_path: Path) -> None:
    more = {"transfer_cmd_tpl": "cp {{ src_path }} {{ dest_path }}", "cache_path": "", "tpl": 1}

    found = read_site_files(site(tmp_path, json.dumps(INFO | more)))

    assert found.unknown_keys == ["transfer_cmd_tpl", "tpl"]
    assert found.templates.qdel_cmd_tpl == "scancel {{ cluster_job_id }}"
    assert found.info.cache_path == ""


def test_a_file_that_an_editor_of_windows_has_marked_is_read(tmp_path: Path) -> None:
    found = read_site_files(site(tmp_path, b"\xef\xbb\xbf" + json.dumps(INFO).encode()))

    assert found.info.name == "slurm"


@pytest.mark.parametrize(
    ("info", "sentence"),
    [
        (json.dumps(WITHOUT_QDEL), "cluster_info.json: qdel_cmd_tpl: it is missing."),
        (
            json.dumps(INFO | {"cache_reserve_mb": "10000"}),
            "cluster_info.json: cache_reserve_mb: Input should be a valid integer.",
        ),
        (
            json.dumps(INFO | {"qsub_cmd_tpl": ["sbatch"]}),
            "cluster_info.json: qsub_cmd_tpl: Input should be a valid string.",
        ),
        (
            json.dumps(INFO | {"custom_vars": {"time": 24}}),
            "cluster_info.json: custom_vars: time: Input should be a valid string.",
        ),
        ('{"name": "a",\n "name": "b"}', "cluster_info.json: name: it is there twice."),
        ('{"name": "a",\n}', "cluster_info.json: line 2: Expecting property name"),
        ("[]", "cluster_info.json: Input should be a valid dictionary"),
        (b'{"name": "\xff"}', "cluster_info.json: byte 10 is not UTF-8."),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_file_and_the_key(
    tmp_path: Path, info: str | bytes, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        read_site_files(site(tmp_path, info))

    assert refusal.value.message.startswith(sentence)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "cluster_info.json").write_text(json.dumps(INFO))

    with pytest.raises(BadInput, match=f"cluster_script.sh: {tmp_path}/cluster_script.sh cannot"):
        read_site_files(tmp_path)


@pytest.mark.parametrize("system", list(ClusterSystem))
def test_the_files_of_a_preset_are_read_as_it_is(tmp_path: Path, system: ClusterSystem) -> None:
    for name, text in files_of("cluster", PRESETS[system]).items():
        (tmp_path / name).write_text(text)

    found = read_site_files(tmp_path)

    assert found.unknown_keys == []
    assert found.templates == PRESETS[system]
