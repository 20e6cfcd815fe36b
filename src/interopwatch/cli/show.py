"""``interopwatch show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.cli.grid import grid
from interopwatch.cli.main import named, opened
from interopwatch.cli.output import emit, output_option
from interopwatch.package.table import canonical

if TYPE_CHECKING:
    from pathlib import Path


@click.command("show")
@click.argument("snapshot")
@click.argument("resource", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(("terminal", "csv")),
    default="terminal",
    show_default=True,
    help="How to write the rows of RESOURCE.",
)
@output_option
@click.pass_context
def command(
    ctx: click.Context, snapshot: str, resource: str | None, form: str, output: Path | None
) -> None:
    """Show what a snapshot holds: its resources, or the rows of one RESOURCE."""
    package = named(ctx, opened(ctx), snapshot)
    if resource is None:
        listed = [
            (each.name, f"{len(package.rows(each.name)):,}", each.title)
            for each in package.descriptor.resources
        ]
        emit(grid(("resource", "rows", "title"), listed), output, styled=True)
        return
    table = package.table(resource)
    if form == "csv":
        emit(canonical(table.resource, table.rows).decode(), output)
        return
    header = table.resource.header
    rows = [tuple(row[name] for name in header) for row in table.rows]
    emit(grid(header, rows), output, styled=True)
