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
    """Export an edition of a package to OUT, for use in other tools.

    Without SNAPSHOT, the working edition is exported. FORMAT is one of:

    \b
      sqlite   a database with types, primary and foreign keys and an index
               for each foreign key; views *_with_names add the names that
               keys refer to, and *_with_days the earliest and latest day of
               each EDTF date; with a metadata.json for Datasette
      metadata a folder of metadata for catalogues: CITATION.cff, CKAN,
               Croissant, DCAT, schema.org, Zenodo (needs the extra
               `metadata`)
      parquet  a folder with a typed file for each table, which adds the
               earliest and latest day of EDTF dates (needs the extra
               `parquet`)
      xlsx     a workbook: a data dictionary, then a typed sheet for each
               table, with the days of EDTF dates (needs the extra `xlsx`)
      zip      the package as one file, which every command accepts as a
               package

    A column with a cell that is not of its type, or that the format cannot
    represent exactly, is written as text, with a note. Tables that cannot be
    read are left out, with a note. An existing file is replaced; a folder
    must not exist. The same edition gives the same bytes.

    \b
    Examples:
      interopwatch export sqlite edition.db
      interopwatch export xlsx edition.xlsx 2024-03-07
      interopwatch --package PATH export parquet folder
    """  # noqa: D301 - to click, a backspace keeps lines
    package = named(ctx, opened(ctx, names=True), name)
    export(package, form, out, notes_each_once(), partial(refuse_outdated, ctx))
    say(f"Wrote {out}.")
