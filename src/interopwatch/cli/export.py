"""``interopwatch export``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.main import named, opened, refuse_outdated
from interopwatch.cli.output import notes_each_once
from interopwatch.cli.streams import say
from interopwatch.export.formats import FORMATS, export
from interopwatch.timeline.snapshots import WORKING


@click.command("export", no_args_is_help=True)
@click.argument("form", metavar="FORMAT", type=click.Choice(tuple(FORMATS)))
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("name", metavar="[SNAPSHOT]", default=WORKING, shell_complete=snapshot_names)
@click.pass_context
def command(ctx: click.Context, form: str, out: Path, name: str) -> None:
    """Write a whole edition of a package for other tools, to OUT.

    Without SNAPSHOT, it is the working edition. FORMAT is one of:

    \b
      sqlite   a database: types, primary and foreign keys, an index for each
               foreign key; views *_with_names have the name of what a key
               refers to beside it, and *_with_days the earliest and latest
               day of each EDTF date; with a metadata.json beside it for
               Datasette
      metadata a folder with what the package says of itself, for catalogues:
               CITATION.cff, CKAN, Croissant, DCAT, schema.org, Zenodo (extra
               `metadata`)
      parquet  a folder with a file for each table, typed; beside EDTF dates
               their earliest and latest day (needs the extra `parquet`)
      xlsx     a workbook: a data dictionary, then a sheet for each table,
               with text as text, and the days of EDTF dates (extra `xlsx`)
      zip      the package as one file, which can be named wherever a package
               can

    A column with a cell that is not of its type, or that the format cannot
    hold exactly, is written as text as a whole, and a note says so; so it
    does of tables that cannot be read. A file is replaced; a folder must not
    exist yet. The same edition gives the same bytes.

    \b
    Examples:
      interopwatch export sqlite edition.db
      interopwatch export xlsx edition.xlsx 2024-03-07
      interopwatch --package PATH export parquet folder
    """  # noqa: D301 - to click, a backspace keeps lines
    package = named(ctx, opened(ctx, names=True), name)
    export(package, form, out, notes_each_once(), partial(refuse_outdated, ctx))
    say(f"Wrote {out}.")
