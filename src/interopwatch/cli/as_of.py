"""``interopwatch as-of``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from interopwatch.cli.main import opened
from interopwatch.cli.options import format_option, output_option
from interopwatch.cli.output import emit
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, tally
from interopwatch.package.table import in_order, record
from interopwatch.text import as_json, for_spreadsheet, in_line
from interopwatch.timeline.as_of import State, as_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

ANSWERS = ("yes", "unknown")


@click.command("as-of")
@click.argument("date")
@click.option("--resource", "resources", multiple=True, metavar="R", help="Only this resource.")
@format_option("terminal", "csv", "json", help="How to write it; csv needs one --resource.")
@output_option
@click.pass_context
def command(
    ctx: click.Context, date: str, resources: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Show what was true at the end of DATE, and apart, what the sources cannot tell.

    DATE is any EDTF date: 2021-01-01, 2021-01, 2021.
    """
    editions = opened(ctx).editions()
    latest = editions[-1]
    chosen = resources or tuple(
        r.name for r in latest.descriptor.resources if not r.meaning.reference
    )
    if form == "csv" and len(chosen) != 1:
        raise click.UsageError("--format csv writes one table: name it with --resource.")
    state = as_of(editions, date, chosen)
    if form == "json":
        emit(as_json(_as_dict(state, latest)), output)
    elif form == "csv":
        emit(_as_csv(state, latest, chosen[0]), output)
    else:
        emit("".join(f"{line}\n" for line in _lines(state, latest)), output, styled=True)


def _as_dict(state: State, package: Package) -> dict[str, Any]:
    return {
        "date": state.date,
        "resources": {
            name: {
                answer: [dict(row) for row in rows] for answer, rows in _both(state, package, name)
            }
            for name in state.held
        },
    }


def _as_csv(state: State, package: Package, name: str) -> str:
    header = package.resource(name).header
    lines = [record((*header, "holds"))]
    for answer, rows in _both(state, package, name):
        lines += [record([*(for_spreadsheet(row[f]) for f in header), answer]) for row in rows]
    return "".join(lines)


def _both(
    state: State, package: Package, name: str
) -> Iterator[tuple[str, Sequence[Mapping[str, str]]]]:
    resource = package.resource(name)
    for answer, rows in zip(ANSWERS, (state.held[name], state.unknown[name]), strict=True):
        yield answer, in_order(resource, rows)


def _line(speaker: RowLabels, resource: Resource, row: Mapping[str, str]) -> str:
    """A row's label and, where it is known, since when."""
    lifecycle = resource.meaning.lifecycle
    label = speaker.label(resource, row)
    dates = (lifecycle.begin, lifecycle.event) if lifecycle else ()
    when = next((speaker.cell(resource, row, (f,)) for f in dates if f and row[f]), "")
    return f"{label} ({when})" if when and when not in label else label


def _lines(state: State, package: Package) -> Iterator[str]:
    when = state.date if "/" in state.date else in_words(state.date)
    yield click.style(f"What was true at the end of {in_line(when)}", bold=True)
    speaker = RowLabels(package)
    for answer, heading in zip(ANSWERS, ("TRUE", "SOURCES CANNOT TELL"), strict=True):
        yield ""
        yield click.style(heading, fg="cyan", bold=True)
        empty = True
        for name in state.held:
            resource = package.resource(name)
            rows = dict(_both(state, package, name))[answer]
            if not rows:
                continue
            empty = False
            yield ""
            yield f"  {click.style(in_line(resource.title or name), underline=True)}: " + (
                in_line(tally(resource, rows))
            )
            lines = sorted(_line(speaker, resource, row) for row in rows)
            yield from (f"    {in_line(line)}" for line in lines)
        if empty:
            yield "  nothing"
