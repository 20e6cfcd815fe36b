"""``interopwatch as-of``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from interopwatch.cli.main import opened
from interopwatch.cli.options import format_option, output_option, resource_option
from interopwatch.cli.output import Notes, emit, note
from interopwatch.cli.readable import readable
from interopwatch.cli.screen import pager_option, text_width
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, counted, tally
from interopwatch.package.table import for_spreadsheets, in_order
from interopwatch.report.line_breaks import wrapped
from interopwatch.report.row_names import RowNames, how_often
from interopwatch.report.terminal import heading
from interopwatch.text import alphabetical, as_json, in_line
from interopwatch.timeline.as_of import State, as_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

_MOST: Final = 40
"""The maximum number of rows listed for a resource that was not requested: one screen."""
_FEW_MORE: Final = 2
"""A list may exceed its maximum by this much: a line on what is left out is no shorter."""
_MOST_UNKNOWN: Final = 10
"""The maximum number of rows listed as unknown: their number says most."""


@click.command("as-of")
@click.argument("date")
@resource_option
@format_option("terminal", "csv", "json", help="The output format; csv needs one --resource.")
@output_option
@pager_option
@click.pass_context
def command(
    ctx: click.Context, date: str, resources: tuple[str, ...], form: str, output: Path | None
) -> None:
    """Show what was true at the end of DATE, and what the sources leave unknown.

    DATE is any EDTF date: 2021-01-01, 2021-01, 2021.

    No source vouches for a day after it was published or last checked: what it reported as
    current until then is listed separately, with the day of that report.
    """
    unread = Notes("left out")
    editions = [readable(each, unread) for each in opened(ctx).editions()]
    latest = editions[-1]
    has_dates = any(resource.meaning.lifecycle for resource in latest.descriptor.resources)
    if len(editions) == 1 and not has_dates and latest.descriptor.provenance is None:
        note(
            "no table says when its rows were true, and there are no snapshots, so nothing is "
            "known of any day; `interopwatch freeze` makes a snapshot"
        )
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
        lines = _lines(state, latest, text_width(output), whole=bool(resources))
        emit("".join(f"{line}\n" for line in lines), output, form)
    unread.write()


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
    """Return the rows that held at a last report, by its day, the latest first."""
    found: dict[date, list[Row]] = {}
    for row, day in sorted(state.reported[name], key=lambda each: each.day, reverse=True):
        found.setdefault(day, []).append(row)
    return found


def _as_csv(state: State, package: Package, name: str) -> str:
    header = package.resource(name).header
    lines = [(*header, "holds", "last_report")]
    at_report = (("at_last_report", day, rows) for day, rows in _by_day(state, name).items())
    answers: Iterable[tuple[str, date | None, Sequence[Row]]] = (
        ("yes", None, state.held[name]),
        *at_report,
        ("unknown", None, state.unknown[name]),
    )
    for answer, day, rows in answers:
        ends = (answer, day.isoformat() if day else "")
        lines += [(*(row[f] for f in header), *ends) for row in _rows(package, name, rows)]
    return for_spreadsheets(lines)


def _line(labels: RowLabels, names: RowNames, resource: Resource, row: Row) -> str:
    """Return the name of a row and, if known, its begin or event date."""
    lifecycle = resource.meaning.lifecycle
    label = labels.label(resource, row)
    # Without a vocabulary, rows are named by their cells, as in reports.
    if not (resource.meaning.label or resource.references.keys() & set(resource.primary_key)):
        label = names.called(resource, row)
    dates = (lifecycle.begin, lifecycle.event) if lifecycle else ()
    when = next((labels.cell(resource, row, (f,)) for f in dates if f and row[f]), "")
    return f"{label} ({when})" if when and when not in label else label


def _lines(state: State, package: Package, width: int, *, whole: bool) -> Iterator[str]:
    """Yield what was true, as text.

    Args:
        state: What was true.
        package: The package whose names are used.
        width: The line width, in columns.
        whole: Whether to list all rows, however many.
    """
    # An interval already has an end, so "the end of" would not fit before it.
    when = state.date if "/" in state.date else in_words(state.date)
    yield from wrapped(f"What was true at the end of {when}", width, "", "  ", bold=True)
    labels, names = RowLabels(package), RowNames(package)
    reports = {name: _by_day(state, name) for name in state.held}
    days = sorted({day for each in reports.values() for day in each}, reverse=True)
    sections: list[tuple[str, Mapping[str, Sequence[Row]]]] = [("True", state.held)]
    for day in days:
        title = f"True at last report ({in_words(day.isoformat())})"
        sections.append((title, {name: each.get(day, []) for name, each in reports.items()}))
    sections.append(("Sources cannot tell", state.unknown))
    for title, found in sections:
        yield ""
        yield heading(title)
        most = _MOST_UNKNOWN if found is state.unknown else _MOST
        for name, rows in found.items():
            if rows:
                resource = package.resource(name)
                yield from _resource(labels, names, resource, rows, width, None if whole else most)
        if not any(found.values()):
            yield "  nothing"


def _resource(
    labels: RowLabels,
    names: RowNames,
    resource: Resource,
    rows: Sequence[Row],
    width: int,
    most: int | None,
) -> Iterator[str]:
    """Yield the rows of a resource, ordered by name, below their number."""
    title, number = resource.title or resource.name, tally(resource, rows)
    noun = resource.meaning.words_for(rows[0]).noun
    if title.casefold() == noun[1].casefold() and number == counted(len(rows), noun):
        number = f"{len(rows):,}"  # the title says of what
    yield ""
    head, *rest = wrapped(f"{title}: {number}", width, "  ", "    ")
    name = in_line(title)
    if head.startswith(f"  {name}"):  # unless the title is so long that it wraps
        head = f"  {click.style(name, underline=True)}{head[2 + len(name) :]}"
    yield from (head, *rest)
    named: dict[str, list[Row]] = {}
    for row in rows:
        named.setdefault(_line(labels, names, resource, row), []).append(row)
    texts = [
        f"{text}{how_often(group)}"
        for text, group in sorted(named.items(), key=lambda pair: alphabetical(pair[0]))
    ]
    shown = texts if most is None or len(texts) <= most + _FEW_MORE else texts[:most]
    if most is not None and resource.meaning.bookkeeping:
        shown = []  # for bookkeeping, the number is all that a reader needs
    for text in shown:
        yield from wrapped(text, width, "    ", "      ")
    if len(texts) > len(shown):
        others = f"… and {len(texts) - len(shown):,} more" if shown else "not listed here"
        more = f"{others}; --resource {resource.name} lists all"
        yield from wrapped(more, width, "    ", "      ")
