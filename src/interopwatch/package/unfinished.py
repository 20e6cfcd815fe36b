"""What is not finished in a package, so that it is not to be frozen as it stands.

Texts that are still to be written, dates that their source cannot know, rows that contradict what
the descriptor says of such rows, and findings of a capture that nobody has decided on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.errors import InteropwatchError
from interopwatch.findings import Finding
from interopwatch.package.edtf import days_of, in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

ANY: Final = "*"
"""In a rule: any text but none."""
_NOT_KNOWN: Final = (
    "A source does not report what is still to come: correct the date or the source, or mark the "
    "row as planned."
)


def check_unfinished(package: Package) -> Iterator[Finding]:
    """Everything in a package that is not finished; tables that cannot be read are left out."""
    for each in package.descriptor.unresolved:
        yield Finding(
            each.get("file", package.file.name),
            0,
            each.get("field", ""),
            "capture-unresolved",
            f"a capture left this open: {each.get('message', '')}",
            "Decide on it: correct the row or capture the page again, then remove the entry "
            "under `unresolved` in the descriptor.",
        )
    for resource in package.descriptor.resources:
        try:
            table = package.table(resource.name)
        except InteropwatchError:
            continue  # others tell of it
        for row, line in zip(table.rows, table.lines, strict=True):
            for field, code, message, hint in _of_row(package, resource, row):
                yield Finding(resource.path, line, field, code, message, hint)


def _of_row(package: Package, resource: Resource, row: Row) -> Iterator[tuple[str, str, str, str]]:
    """What is not finished in a row: field, code, message and hint."""
    placeholder = package.descriptor.placeholder
    for field, cell in row.items() if placeholder else ():
        if cell == placeholder:
            yield (
                field,
                "text-placeholder",
                f"{cell!r} stands for a text to be written",
                "Write it.",
            )
    yield from _dates(package, resource, row)
    for rule in resource.meaning.rules:
        if all(_agrees(_cell(package, resource, row, p), v) for p, v in rule.when.items()):
            for path, wanted in rule.then.items():
                cell = _cell(package, resource, row, path)
                if not _agrees(cell, wanted):
                    given = f"it is {cell!r}" if cell else "it is empty"
                    yield path.partition(".")[0], "rule-broken", f"{rule.says}: {given}", ""


def _dates(package: Package, resource: Resource, row: Row) -> Iterator[tuple[str, str, str, str]]:
    """The dates of what a row says has happened that lie after its source was published."""
    lifecycle = resource.meaning.lifecycle
    try:
        published = package.published(row)
    except InteropwatchError:  # the list of sources cannot be used, which others tell
        return
    if lifecycle is None or published is None or lifecycle.is_planned(row):
        return
    for field in lifecycle.date_fields:
        first = days_of(row.get(field, "")).first  # the check of cells tells what is no date
        if first is not None and first > published:
            yield (
                field,
                "date-after-source",
                f"{in_words(row[field])} lies after its source was published, "
                + in_words(published.isoformat()),
                _NOT_KNOWN,
            )


def _cell(package: Package, resource: Resource, row: Row, path: str) -> str:
    """A cell of a row, or after a full stop, of the row that it refers to; else nothing."""
    field, _, beyond = path.partition(".")
    cell = row.get(field, "")
    if not beyond:
        return "" if cell in resource.missing_values else cell
    found = package.referred(resource, field, cell)
    return "" if found is None else found.get(beyond, "")


def _agrees(cell: str, wanted: str) -> bool:
    return bool(cell) if wanted == ANY else cell == wanted
