"""``interopwatch status``."""

from __future__ import annotations

import click

from interopwatch.cli.log import counts
from interopwatch.cli.main import opened
from interopwatch.compare.packages import diff
from interopwatch.package.labels import counted
from interopwatch.text import in_line


@click.command("status")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Show what the tables have that the last observed snapshot has not.

    Always exits with 0; use `diff --exit-code` to ask in a script.
    """
    store = opened(ctx)
    observed = store.observed()
    if not observed:
        click.echo("There is no observed snapshot yet. Make one with `interopwatch freeze`.")
        return
    last = observed[-1]
    changes = diff(last, store.package)
    click.echo(f"Last observed snapshot: {last.label} ({last.descriptor.version})")
    if not changes:
        click.echo("The tables are what it holds.")
        return
    click.echo(f"The tables differ from it: {counts(changes)}.")
    touched: dict[str, int] = {}
    for change in changes.rows:
        touched[change.resource] = touched.get(change.resource, 0) + 1
    for name, number in touched.items():
        click.echo(f"  {in_line(name)}: {counted(number, ('row', 'rows'))}")
    click.echo(f"See `interopwatch report {last.label} tables`; keep with `interopwatch freeze`.")
