"""``interopwatch as-of``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from interopwatch.cli.main import opened
from interopwatch.cli.options import format_option, output_option, resource_option
from interopwatch.cli.output import emit
from interopwatch.cli.screen import pager_option
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, tally
from interopwatch.package.table import in_order, record
from interopwatch.text import as_json, for_spreadsheet, in_line
from interopwatch.timeline.as_of import State, as_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]


@click.command("as-of")
@click.argument("date")
@resource_option
@format_option("terminal", "csv", "json", help="How to write it; csv needs one --resource.")
@output_option
@pager_option
@click.pass_context
def command(
    ctx: click.Context, date: str, resources: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Show what was true at the end of DATE, and apart, what the sources cannot tell.

    DATE is any EDTF date: 2021-01-01, 2021-01, 2021.

    No source vouches for a day after it was published or last checked: what it then reported
    as current is told apart, with the day of that report.
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
        emit(as_json(_as_dict(state, latest)), output, form)
    elif form == "csv":
        emit(_as_csv(state, latest, chosen[0]), output, form)
    else:
        emit("".join(f"{line}\n" for line in _lines(state, latest)), output, form)


def _as_dict(state: State, package: Package) -> dict[str, Any]:
    return {
        "date": state.date,
        "last_reports": {work: day.isoformat() for work, day in sorted(state.horizons.items())},
        "resources": {
            name: {
                "yes": _rows(package, name, state.held[name]),
                "at_last_report": [
                    {"day": day.isoformat(), "rows": _rows(package, name, rows)}
                    for day, rows in _by_day(state, name).items()
                ],
                "unknown": _rows(package, name, state.unknown[name]),
            }
            for name in state.held
        },
    }


def _rows(package: Package, name: str, rows: Sequence[Row]) -> list[Row]:
    return [dict(row) for row in in_order(package.resource(name), rows)]


def _by_day(state: State, name: str) -> dict[date, list[Row]]:
    """The rows that held at a last report, by the day of that report, the latest first."""
    found: dict[date, list[Row]] = {}
    for row, day in sorted(state.reported[name], key=lambda each: each.day, reverse=True):
        found.setdefault(day, []).append(row)
    return found


def _as_csv(state: State, package: Package, name: str) -> str:
    header = package.resource(name).header
    lines = [record((*header, "holds", "last_report"))]
    at_report = (("at_last_report", day, rows) for day, rows in _by_day(state, name).items())
    answers: Iterable[tuple[str, date | None, Sequence[Row]]] = (
        ("yes", None, state.held[name]),
        *at_report,
        ("unknown", None, state.unknown[name]),
    )
    for answer, day, rows in answers:
        ends = (answer, day.isoformat() if day else "")
        lines += [
            record([*(for_spreadsheet(row[f]) for f in header), *ends])
            for row in _rows(package, name, rows)
        ]
    return "".join(lines)


def _line(speaker: RowLabels, resource: Resource, row: Row) -> str:
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
    reports = {name: _by_day(state, name) for name in state.held}
    days = sorted({day for each in reports.values() for day in each}, reverse=True)
    sections: list[tuple[str, Mapping[str, Sequence[Row]]]] = [("TRUE", state.held)]
    for day in days:
        heading = f"TRUE AT LAST REPORT ({in_words(day.isoformat())})"
        sections.append((heading, {name: each.get(day, []) for name, each in reports.items()}))
    sections.append(("SOURCES CANNOT TELL", state.unknown))
    for heading, found in sections:
        yield ""
        yield click.style(heading, fg="cyan", bold=True)
        for name, rows in found.items():
            if rows:
                yield from _resource(speaker, package.resource(name), rows)
        if not any(found.values()):
            yield "  nothing"


def _resource(speaker: RowLabels, resource: Resource, rows: Sequence[Row]) -> Iterator[str]:
    title = click.style(in_line(resource.title or resource.name), underline=True)
    yield ""
    yield f"  {title}: {in_line(tally(resource, rows))}"
    yield from sorted(f"    {in_line(_line(speaker, resource, row))}" for row in rows)
