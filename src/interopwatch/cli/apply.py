"""``interopwatch apply``."""

from __future__ import annotations

from pathlib import Path

import click

from interopwatch.changeset.apply import apply
from interopwatch.cli.changes_input import taken
from interopwatch.cli.main import named, opened
from interopwatch.errors import OutputError
from interopwatch.files import place_folder
from interopwatch.package.labels import counted


@click.command("apply")
@click.argument("changes")
@click.argument("old")
@click.option(
    "-o",
    "--output",
    "new",
    required=True,
    type=click.Path(path_type=Path),
    metavar="NEW",
    help="The folder to make; it must not exist yet.",
)
@click.pass_context
def command(ctx: click.Context, changes: str, old: str, new: Path) -> None:
    """Make the newer package from OLD and a change set, as a folder of its own.

    CHANGES is what `diff --format json` or `jsonl` wrote, or - for standard input. The
    tables are written in canonical form. Nothing is written if anything in OLD that is to
    change is not what the change set says it is.
    """
    _refuse_existing(new)
    files = apply(named(ctx, opened(ctx), old), taken(changes))
    _refuse_existing(new)
    try:
        place_folder(new.parent, new.name, files)
    except OSError as error:
        raise OutputError(
            f"{new}: cannot be written: {error.strerror or error}",
            hint="Nothing was written. Choose a folder that can be made.",
        ) from None
    tables = counted(len(files) - 1, ("table and its", "tables and their"))
    click.echo(f"Wrote {new}: {tables} descriptor.")


def _refuse_existing(new: Path) -> None:
    if new.exists() or new.is_symlink() or not new.name:
        raise OutputError(
            f"{new}: it exists already, and nothing is overwritten",
            hint="Choose another folder, or remove this one.",
        )
