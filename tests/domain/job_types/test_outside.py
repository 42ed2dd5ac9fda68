"""Declarations of programs that know nothing of us: what they need, what the runner is told."""

from pathlib import Path

import pytest

from domain.job_types import DeclarationRefused, load_declaration, outside_run
from tests.domain.job_types.files import RUN, a_type

VOLUME = "[outputs.volume]\ntype = 'volume'\n"
COLLECT = "[run.collect.volume]\nfile = '{job_dir}/out.mrc'\nimporter = 'map'\n"
NUMBERED = COLLECT.replace("out", "it{n}")
VERSIONS = """[[run.watch]]
glob = '{job_dir}/it*.mrc'
emit = 'version'
complete_when = '{job_dir}/it{n}.done'
"""
CONTEXT = {"job_dir": "J5", "params": {}, "python": "python", "programs": "programs"}
EXPORTED = "[inputs.x]\ntype = 'particle'\nexporter = 'relion_particles_star'\n"


def test_the_runner_is_told_command_rules_and_files(tmp_path: Path) -> None:
    run = "[run]\ncommand = ['refine', '--i', '{exports.x}', '--o', '{job_dir}/out']\n"
    rule = "[[run.watch]]\nregex = '(?P<done>\\d+)'\nemit = 'progress'\n"
    declaration = load_declaration(
        a_type(tmp_path, run=run, tables=rule + COLLECT + VOLUME + EXPORTED)
    )

    told = outside_run(declaration, {"job_dir": "J5", "params": {}})

    assert told == {
        "argv": ["refine", "--i", "J5/in/particles.star", "--o", "J5/out"],
        "watch": [{"regex": r"(?P<done>\d+)", "emit": "progress", "name": ""}],
        "collect": {"volume": {"file": "J5/out.mrc", "importer": "map"}},
        "exports": {"x": {"exporter": "relion_particles_star", "file": "J5/in/particles.star"}},
        "files": [],
        "stop": None,
        "success": {"exit_code": 0, "file": ""},
    }


def test_the_runner_is_told_files_on_the_way_and_both_ends(tmp_path: Path) -> None:
    ends = "[run.stop]\ntouch = '{job_dir}/STOP'\n[run.success]\nfile = '{job_dir}/done'\n"
    made = NUMBERED + VOLUME + "versions = true\n"

    told = outside_run(load_declaration(a_type(tmp_path, tables=VERSIONS + ends + made)), CONTEXT)

    assert told["files"] == [
        {
            "glob": "J5/it*.mrc",
            "emit": "version",
            "name": "",
            "total": "",
            "complete_when": "J5/it{n}.done",
        }
    ]
    assert told["collect"]["volume"]["file"] == "J5/it{n}.mrc"
    assert told["stop"] == {"touch": "J5/STOP", "signal": "", "within_s": 30.0}
    assert told["success"] == {"exit_code": 0, "file": "J5/done"}


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ("[[run.watch]]\nregex = '('\nemit = 'error'", ":11: run.watch[0].regex: missing )"),
        (
            "[[run.watch]]\nregex = 'x'\nemit = 'progress'",
            ":11: run.watch[0].regex: progress needs a group (?P<done>…)",
        ),
        (
            "[[run.watch]]\nregex = '(?P<value>x)'\nemit = 'metric'",
            ":10: run.watch[0].name: is missing, and the rule emits a metric",
        ),
        (COLLECT, ":10: run.collect.volume: there is no output 'volume'"),
        (
            COLLECT.replace("volume", "x") + VOLUME + "[outputs.x]\ntype = 'mask'",
            ": run.collect.volume: is missing, and the output is required",
        ),
        (
            COLLECT.replace("job_dir", "joy") + VOLUME,
            ":11: run.collect.volume.file: the command names {joy}, which is not there",
        ),
        (COLLECT.replace("'map'", "'maps'") + VOLUME, ":12: run.collect.volume.importer: must be"),
        (
            EXPORTED,
            ":12: inputs.x.exporter: is for a command with [[run.watch]] or [run.collect]",
        ),
        (
            COLLECT + VOLUME + EXPORTED + EXPORTED.replace("inputs.x", "inputs.y"),
            ":17: inputs.x.exporter: is that of another input too",
        ),
        (VERSIONS.replace("it*", "it"), ":11: run.watch[0].glob: must have one * for the number"),
        (
            VERSIONS.replace("{n}", ""),
            ":13: run.watch[0].complete_when: must have {n} for the number",
        ),
        (VERSIONS + COLLECT + VOLUME, ": run.collect: has no file with {n} for the versions"),
        (NUMBERED + VOLUME, ":11: run.collect.volume.file: is of versions that no rule emits"),
        (VERSIONS + NUMBERED + VOLUME, ": outputs.volume.versions: must be true: its file has a"),
        ("[run.stop]\nsignal = 'INT'", ":10: run.stop: is for a command with [[run.watch]] or"),
        (COLLECT + VOLUME + "[run.stop]\nwithin_s = 3", ": run.stop: must have one of touch and"),
        (
            COLLECT + VOLUME + "[run.stop]\nsignal = 'HALT'",
            ":16: run.stop.signal: there is no signal 'HALT'",
        ),
        (
            "[[run.watch]]\nglob = '{x}*'\nemit = 'item'",
            ":11: run.watch[0].glob: the command names",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, tables: str, problem: str) -> None:
    with pytest.raises(DeclarationRefused) as refused:
        load_declaration(a_type(tmp_path, run=RUN, tables=tables))

    assert problem in str(refused.value)
