"""Check a package for unfinished content, which keeps it from being frozen.

Unfinished are placeholder texts, dates later than the publication of their source, rows that break
a rule of the descriptor, and unresolved findings of a capture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.errors import InteropwatchError
from interopwatch.findings import Finding, found
from interopwatch.package.edtf import days_of, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

    _Unfinished = tuple[str, str, dict[str, str]]
    """A field, the code of its finding, and the message arguments."""

ANY: Final = "*"
"""In a rule: any non-empty text."""


def check_unfinished(package: Package) -> Iterator[Finding]:
    """Yield everything that is unfinished in a package; unreadable tables are skipped."""
    for each in package.descriptor.unresolved:
        place = (each.get("file", package.file.name), 0, each.get("field", ""))
        yield found("capture-unresolved", *place, what=each.get("message", ""))
    for resource in package.descriptor.resources:
        try:
            table = package.table(resource.name)
        except InteropwatchError:
            continue  # reported by other checks
        for line, row in table.numbered_rows():
            for field, code, values in _of_row(package, resource, row):
                yield found(code, resource.path, line, field, **values)


def _of_row(package: Package, resource: Resource, row: Row) -> Iterator[_Unfinished]:
    """Yield the unfinished cells and broken rules of a row."""
    placeholder = package.descriptor.placeholder
    for field, cell in row.items() if placeholder else ():
        if cell == placeholder:
            yield field, "text-placeholder", {"cell": cell}
    yield from _dates(package, resource, row)
    for rule in resource.meaning.rules:
        if all(_agrees(_cell(package, resource, row, p), v) for p, v in rule.when.items()):
            for path, expected in rule.then.items():
                cell = _cell(package, resource, row, path)
                if not _agrees(cell, expected):
                    actual = f"it is {cell!r}" if cell else "it is empty"
                    values = {"rule": rule.says, "given": actual}
                    yield path.partition(".")[0], "rule-broken", values


def _dates(package: Package, resource: Resource, row: Row) -> Iterator[_Unfinished]:
    """Yield dates of past events that lie after the publication of their source."""
    lifecycle = resource.meaning.lifecycle
    try:
        published = package.published(row)
    except InteropwatchError:  # the list of sources is unusable; reported by other checks
        return
    if lifecycle is None or published is None or lifecycle.is_planned(row):
        return
    for field in lifecycle.date_fields:
        first = days_of(row.get(field, "")).first  # check_rows reports invalid dates
        if first is not None and first > published:
            dates = {"date": row[field], "published": published.isoformat()}
            yield field, "date-after-source", {name: in_words(day) for name, day in dates.items()}


def _cell(package: Package, resource: Resource, row: Row, path: str) -> str:
    """Return a cell of a row, or after a dot, of the row that it refers to; else empty."""
    field, _, beyond = path.partition(".")
    cell = row.get(field, "")
    if not beyond:
        return "" if cell in resource.missing_values else cell
    found = package.referred(resource, field, cell)
    return "" if found is None else found.get(beyond, "")


def _agrees(cell: str, expected: str) -> bool:
    return bool(cell) if expected == ANY else cell == expected
