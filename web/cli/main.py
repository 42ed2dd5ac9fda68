"""`lanekeeper`: one command a file."""

import typer

from web.cli.api import api
from web.cli.demo import demo
from web.cli.doctor import doctor
from web.cli.export_schema import export_schema
from web.cli.job_types import job_types
from web.cli.lanes import lanes
from web.cli.scheduler import scheduler
from web.cli.serve import serve
from web.cli.users import users

app = typer.Typer(
    help="Lanekeeper: a job manager for cryo-EM and any chain of GPU programs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (serve, api, scheduler, export_schema, doctor, demo):
    app.command()(command)
app.add_typer(users, name="users")
app.add_typer(lanes, name="lane")
app.add_typer(job_types, name="jobtypes")


def main() -> None:
    """The console script `lanekeeper`."""
    app()


if __name__ == "__main__":
    main()
