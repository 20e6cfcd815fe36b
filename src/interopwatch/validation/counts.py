"""Whether the numbers that sources state about their lists agree with the rows.

A filter (:mod:`interopwatch.package.row_filter`) says which rows a number is about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.package.row_filter import in_words, matches, parse_filter
from interopwatch.validation.descriptor import has_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.package.descriptor import Resource, StatedCounts
    from interopwatch.validation.readable import ReadablePackage

_WHOLE: Final = re.compile(r"[0-9]+")


def check_counts(package: ReadablePackage) -> Iterator[Finding]:
    """Every stated count that cannot be checked or disagrees with the rows."""
    counts = package.descriptor.counts
    if counts is None or not has_counts(package) or counts.resource not in package.readable:
        return
    resource = package.resource(counts.resource)
    table = package.table(counts.resource)
    for row, line in zip(table.rows, table.lines, strict=True):
        yield from _check(package, resource, counts, row, line)


def _check(
    package: ReadablePackage,
    resource: Resource,
    counts: StatedCounts,
    row: Mapping[str, str],
    line: int,
) -> Iterator[Finding]:
    def found(column: str, code: str, message: str, hint: str = "") -> Finding:
        return Finding(resource.path, line, column, code, message, hint)

    name, text, stated = row[counts.of], row[counts.filter], row[counts.stated]
    counted = package.descriptor.by_name.get(name)
    if counted is None:
        known = ", ".join(package.descriptor.by_name)
        message = f"there is no resource {name!r} to count"
        yield found(counts.of, "count-resource", message, f"There are: {known}.")
        return
    try:
        filter_ = parse_filter(text)
    except ValueError as error:
        yield found(counts.filter, "count-filter", str(error))
        return
    unknown = [c.field for c in filter_ if c.field not in counted.by_name]
    if unknown:
        hint = f"Its fields are: {', '.join(counted.header)}."
        message = f"resource {name!r} has no field {unknown[0]!r}"
        yield found(counts.filter, "count-field", message, hint)
        return
    if _WHOLE.fullmatch(stated) is None:
        message = f"{stated!r} is no number of rows"
        yield found(counts.stated, "count-stated", message)
        return
    if counted.name not in package.readable:
        return  # reported for that table
    missing = counted.missing_values
    number = sum(matches(filter_, each, missing) for each in package.rows(name))
    if number != int(stated):
        of = f" ({in_words(text)})" if text else ""
        message = f"{stated} {name}{of} stated, and {number} counted in {counted.path}"
        hint = "Correct the rows, or the filter if it is not what the source counts."
        yield found(counts.stated, "count-wrong", message, hint)
