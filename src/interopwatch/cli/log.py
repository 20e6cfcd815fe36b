"""``interopwatch log``."""

from __future__ import annotations

from typing import get_args

import click

from interopwatch.changeset.model import ChangeSet, Kind
from interopwatch.cli.main import opened
from interopwatch.compare.packages import diff
from interopwatch.package.labels import joined
from interopwatch.text import in_line


@click.command("log")
@click.pass_context
def command(ctx: click.Context) -> None:
    """List the snapshots, newest first: basis, version, coverage, reason, counts of change.

    The counts are against the snapshot before; a reconstruction is computed from a later
    one, and says from which.
    """
    packages = opened(ctx).snapshots()
    if not packages:
        click.echo("There are no snapshots yet. Make one with `interopwatch freeze`.")
    for i in reversed(range(len(packages))):
        package = packages[i]
        frozen = package.descriptor.frozen
        assert frozen is not None, "every snapshot says what it is"
        origin = f" from {frozen.origin}" if frozen.origin else ""
        version = package.descriptor.version
        click.secho(in_line(package.label), fg="yellow", bold=True, nl=False)
        covers = joined(frozen.covers) or "nothing"
        click.echo(in_line(f"  {version}  {frozen.basis}{origin}, covers {covers}"))
        click.echo(f"    {in_line(frozen.why)}")
        if i:
            before = packages[i - 1]
            click.echo(f"    since {before.label}: {counts(diff(before, package))}")


def counts(changes: ChangeSet) -> str:
    """How many rows a change set adds, removes and changes."""
    told = [f"{changes.count(kind):,} {kind}" for kind in get_args(Kind) if changes.count(kind)]
    if changes.schema:
        told.append(f"{len(changes.schema):,} in the schema")
    return joined(told) or "no change"
