"""Check the counts that sources state about their own lists against the rows.

A filter (:mod:`interopwatch.package.row_filter`) selects the rows that a count is about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.findings import found
from interopwatch.package.row_filter import filter_in_words, matches, parse_filter
from interopwatch.validation.descriptor import has_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource, StatedCounts
    from interopwatch.validation.readable import ReadablePackage

_WHOLE: Final = re.compile(r"[0-9]+")


def check_counts(package: ReadablePackage) -> Iterator[Finding]:
    """Yield every stated count that cannot be checked or does not match the rows."""
    counts = package.descriptor.counts
    if counts is None or not has_counts(package) or counts.resource not in package.readable:
        return
    resource = package.resource(counts.resource)
    table = package.table(counts.resource)
    for line, row in table.numbered_rows():
        yield from _check(package, resource, counts, row, line)


def _check(
    package: ReadablePackage,
    resource: Resource,
    counts: StatedCounts,
    row: Mapping[str, str],
    line: int,
) -> Iterator[Finding]:
    at = (resource.path, line)
    name, text, stated = row[counts.of], row[counts.filter], row[counts.stated]
    counted = package.descriptor.by_name.get(name)
    if counted is None:
        names = ", ".join(package.descriptor.by_name)
        yield found("count-resource", *at, counts.of, name=name, known=names)
        return
    try:
        filter_ = parse_filter(text)
    except ValueError as error:
        yield found("count-filter", *at, counts.filter, what=error)
        return
    unknown = [c.field for c in filter_ if c.field not in counted.by_name]
    if unknown:
        values = {"name": name, "field": unknown[0], "fields": ", ".join(counted.header)}
        yield found("count-field", *at, counts.filter, **values)
        return
    if _WHOLE.fullmatch(stated) is None:
        yield found("count-stated", *at, counts.stated, stated=stated)
        return
    if counted.name not in package.readable:
        return  # reported for that table
    missing = counted.missing_values
    number = sum(matches(filter_, each, missing) for each in package.rows(name))
    if number != int(stated):
        values = {"of": f" ({filter_in_words(text)})" if text else "", "file": counted.path}
        wrong = {"stated": stated, "name": name, "number": number, **values}
        yield found("count-wrong", *at, counts.stated, **wrong)
