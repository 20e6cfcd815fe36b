"""``interopwatch history``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from interopwatch.cli.main import opened
from interopwatch.cli.options import format_option, output_option
from interopwatch.cli.output import emit
from interopwatch.package.edtf import in_words
from interopwatch.report.history import History, history
from interopwatch.text import as_json, in_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from interopwatch.report.model import Entry

_DATED = {"event": "", "expected": "expected: ", "record": "on record: "}


@click.command("history")
@click.argument("subject")
@format_option("terminal", "json")
@output_option
@click.pass_context
def command(ctx: click.Context, subject: str, form: str, output: Path | None) -> None:
    """Tell everything known of one SUBJECT, in order of time.

    SUBJECT is a key, an acronym or any name: FIN, Finland, MUS, Türkiye, eop.
    """
    found = history(opened(ctx).editions(), subject)
    if form == "json":
        emit(as_json(asdict(found)), output, form)
    else:
        emit("".join(f"{line}\n" for line in _lines(found)), output, form)


def _lines(found: History) -> Iterator[str]:
    yield click.style(in_line(found.subject), bold=True)
    dated = [entry for entry in found.entries if entry.date]
    sections = [("IN ORDER OF TIME", dated)]
    standing = [entry for entry in found.entries if not entry.date]
    for day in sorted({entry.until for entry in standing}, reverse=True):
        heading = f"TRUE AT LAST REPORT ({in_words(day)})" if day else "WITHOUT A DATE OF ITS OWN"
        sections.append((heading, [entry for entry in standing if entry.until == day]))
    for heading, entries in sections:
        if entries:
            yield ""
            yield click.style(heading, fg="cyan", bold=True)
            for entry in entries:
                yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    when = f"{in_words(entry.date)}  " if entry.date else ""
    lead = click.style(in_line(when), fg="yellow")
    yield f"  {lead}{_DATED.get(entry.kind, '')}{in_line(entry.sentence)}"
    recorded = f"in {entry.recorded}" if entry.recorded == "tables" else f"since {entry.recorded}"
    places = " — ".join(filter(None, (entry.source, entry.locator, f"recorded {recorded}")))
    yield click.style(f"      {in_line(places)}", dim=True)
