"""``interopwatch history``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.cli.main import opened
from interopwatch.cli.options import format_option, output_option
from interopwatch.cli.output import Notes, emit
from interopwatch.cli.readable import readable
from interopwatch.cli.screen import pager_option, text_width
from interopwatch.report import terminal
from interopwatch.report.history import history
from interopwatch.text import as_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command("history")
@click.argument("subject", required=False, default="")
@format_option("terminal", "json")
@output_option
@pager_option
@click.pass_context
def command(ctx: click.Context, subject: str, form: str, output: Path | None) -> None:
    """Show everything known about one SUBJECT, in chronological order.

    SUBJECT identifies a row by its key, by any name that the package has for it, in upper or
    lower case (AUT, Austria, österreich), or as RESOURCE/KEY.

    Without SUBJECT, the history of the package is summed up in about ten lines: by year if its
    rows are dated, else by edition.
    """
    store, unread = opened(ctx), Notes("left out")
    # The summary uses only the tables with dates, and reads no others in full.
    dated = [r.name for r in store.package.descriptor.resources if r.meaning.lifecycle]
    needed = None if subject else dated
    editions = [readable(each, unread, needed) for each in store.editions()]
    found = history(editions, subject)
    if form == "json":
        emit(as_json(found.to_dict()), output, form)
    else:
        emit(terminal.history(found, text_width(output)), output, form)
    unread.write()
