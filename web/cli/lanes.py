"""`lanekeeper lane`: connect clusters by the files that sites have."""

from pathlib import Path
from typing import Annotated

import typer

from domain.cluster_templates import PRESETS, ClusterSystem
from domain.cluster_templates.site_files import files_of, read_site_files
from domain.errors import BadInput
from domain.use_cases.context import Request
from domain.use_cases.import_cluster import Imported, import_cluster
from web.cli.operator import DataDir, as_operator
from web.cli.refusals import refuse

TITLES = {
    ClusterSystem.SLURM: "Slurm",
    ClusterSystem.PBS: "PBS",
    ClusterSystem.SGE: "Grid Engine",
}
lanes = typer.Typer(help="Connect clusters.", no_args_is_help=True, add_completion=False)


@lanes.command(name="import-cluster")
def import_(
    directory: Annotated[
        Path, typer.Argument(help="Where cluster_info.json and cluster_script.sh are.")
    ],
    *,
    data_dir: DataDir = None,
) -> None:
    """Make a lane of a site's files for CryoSPARC, or change the lane of that name."""
    try:
        files = read_site_files(directory)
    except BadInput as refusal:
        refuse(str(refusal))

    async def work(request: Request) -> Imported:
        return await import_cluster(request, files)

    for line in told(as_operator(work, data_dir)):
        typer.echo(line)


@lanes.command()
def example_cluster(
    system: Annotated[ClusterSystem, typer.Argument(help="The batch system.")],
    directory: Annotated[Path, typer.Argument(help="Where to put the two files.")] = Path(),
) -> None:
    """Write a cluster_info.json and cluster_script.sh to begin with."""
    files = files_of(system, PRESETS[system])
    there = [name for name in files if (directory / name).exists()]
    if there:
        refuse(f"{directory / there[0]} is there already.")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (directory / name).write_text(text)
    except OSError as error:
        refuse(f"{error.filename}: {error.strerror}.")
    typer.echo(f"{' and '.join(files)} are in {directory.absolute()}.")


def told(imported: Imported) -> list[str]:
    """What was done, and what to look at, in lines."""
    deed = "is made" if imported.is_new else "is changed"
    system = TITLES[imported.system] if imported.system else "unknown"
    asked = ", ".join(imported.custom_vars)
    return [
        f"Lane {imported.target.lane} {deed}; its cluster's batch system: {system}.",
        f"Custom variables, asked for when a job is queued: {asked or 'none'}.",
        *imported.notes,
    ]
