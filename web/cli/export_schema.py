"""`lanekeeper export-schema`: the API's schema as text."""

import typer

from resolvers.graphql import sdl


def export_schema() -> None:
    """Print the GraphQL schema (SDL)."""
    typer.echo(sdl(), nl=False)
