"""Whether the numbers that sources state about their lists agree with the rows.

A filter says which rows a number is about: one or more conditions joined by ``&``, all of
which must hold. A condition is ``field=value`` or ``field!=value``; an empty value stands
for an empty cell, and the empty filter for every row. Values are compared as written, and
can hold ``=`` but no ``&``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.findings import Finding
from interopwatch.validation.descriptor import has_counts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

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
        message = f"{stated} stated, and {number} counted in {counted.path}"
        hint = "Correct the rows, or the filter if it is not what the source counts."
        yield found(counts.stated, "count-wrong", message, hint)


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of one cell.

    Attributes:
        field: The field of the cell.
        value: The text to compare it with; empty for an empty cell.
        equal: Whether the cell must have that value, or must not.
    """

    field: str
    value: str
    equal: bool = True

    def holds(self, row: Mapping[str, str], missing: Collection[str] = ("",)) -> bool:
        """Whether it holds of a row; cells that are ``missing`` values count as empty.

        >>> Condition("end", "").holds({"end": "NA"}, missing=["", "NA"])
        True
        """
        cell = row[self.field]
        return (("" if cell in missing else cell) == self.value) is self.equal


def parse_filter(text: str) -> tuple[Condition, ...]:
    """Read a filter.

    Raises:
        ValueError: A condition has no ``=``, or nothing before it.

    >>> for condition in parse_filter("format=ip&end=&capacity!=organisation"):
    ...     print(condition)
    Condition(field='format', value='ip', equal=True)
    Condition(field='end', value='', equal=True)
    Condition(field='capacity', value='organisation', equal=False)
    >>> parse_filter("")
    ()
    >>> parse_filter("format")
    Traceback (most recent call last):
    ValueError: 'format' is no condition: field=value or field!=value is expected
    """
    return tuple(_condition(part) for part in text.split("&")) if text else ()


def _condition(text: str) -> Condition:
    start, equals, value = text.partition("=")
    field = start.removesuffix("!")
    if not equals or not field:
        raise ValueError(f"{text!r} is no condition: field=value or field!=value is expected")
    return Condition(field, value, equal=field == start)


def matches(
    filter_: tuple[Condition, ...], row: Mapping[str, str], missing: Collection[str] = ("",)
) -> bool:
    """Whether every condition of a filter holds of a row.

    >>> matches(parse_filter("a=1&b!=2"), {"a": "1", "b": "3"})
    True
    >>> matches(parse_filter("a=1&b!=2"), {"a": "1", "b": "2"})
    False
    """
    return all(condition.holds(row, missing) for condition in filter_)
