"""``interopwatch freeze``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

import click

from interopwatch.cli.main import opened
from interopwatch.errors import OutputError
from interopwatch.package.descriptor import Basis
from interopwatch.timeline.freeze import freeze

if TYPE_CHECKING:
    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store


@click.command("freeze")
@click.argument("date")
@click.option("-m", "--message", "why", required=True, metavar="WHY", help="The reason for it.")
@click.option(
    "--basis",
    type=click.Choice(get_args(Basis)),
    default="observed",
    show_default=True,
    help="observed: what the tables say. reconstructed: what a later snapshot lets us say "
    "was true then.",
)
@click.option(
    "--from",
    "origin",
    default="",
    metavar="SNAPSHOT",
    help="The observed snapshot to reconstruct from; the last one if not given.",
)
@click.pass_context
def command(ctx: click.Context, date: str, why: str, basis: str, origin: str) -> None:
    """Make the snapshot of DATE, a day, month or year: it stands for the end of it.

    The version is computed from what changed. A snapshot appears whole or not at all,
    and an existing one is never overwritten.
    """
    store = opened(ctx)
    made = _frozen(store, date, why, cast("Basis", basis), origin)
    click.echo(f"Froze {made.label} as version {made.descriptor.version} in {made.root}.")
    names = store.names()
    place = names.index(date)
    if place:
        click.echo(f"Next: interopwatch report {names[place - 1]} {date}")


def _frozen(store: Store, date: str, why: str, basis: Basis, origin: str) -> Package:
    try:
        return freeze(store, date, why, basis, origin)
    except OSError as error:
        raise OutputError(
            f"{error.filename or store.folder}: cannot be written: {error.strerror or error}",
            hint="Nothing was frozen. Make the folder writable, or copy the package elsewhere.",
        ) from None
