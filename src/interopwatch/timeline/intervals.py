"""When the rows of one package were true, as intervals of days.

A row holds from its beginning to its end. Sources give dates with limited precision, so whether a
row held on a day has three answers: yes, no, and unknown. The rules, in the order they apply:

* A dated row began, or happened, within the days of its date, and not after its source was
  published, since whatever a source reports as past had happened by then.
* A row without a date of its own is no older than the row it belongs to. It is attested from the
  earliest dated row that depends on it; failing that, from the day its source was published.
  Before that, it is unknown.
* A planned row is a statement about the future, attested from the day of its source.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from interopwatch.errors import DateError, TableError
from interopwatch.package.edtf import Span, span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row


class Holds(Enum):
    """Whether a row was true on a day, according to the sources."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Intervals:
    """When the rows of one package began, happened and ended."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._attested = self._attestations()

    def stated(self, resource: Resource, row: Row) -> Span | None:
        """Return when a row itself says it began or happened; ``None`` if it does not say."""
        lifecycle = resource.meaning.lifecycle
        if lifecycle is None or lifecycle.is_planned(row):
            return None
        return self.dated(resource, row, lifecycle.begin or lifecycle.event)

    def dated(self, resource: Resource, row: Row, field: str) -> Span | None:
        """Return the days of a date field, bounded by the row's source; ``None`` if empty.

        Raises:
            TableError: The cell is not an EDTF date.
        """
        text = row.get(field, "")
        if text in resource.missing_values or not text:
            return None
        try:
            days = span(text)
        except DateError as error:
            table = self._package.table(resource.name)
            line = table.line_of(row)
            raise TableError(
                f"{table.where}:{line}:{field}: {error.message}", hint=error.hint
            ) from None
        lifecycle = resource.meaning.lifecycle
        if lifecycle is not None and lifecycle.is_planned(row):
            return days  # a future date is not bounded by its source
        return days.no_later_than(self._package.published(row))

    def attested(self, resource: Resource, row: Row) -> date | None:
        """Return the earliest day by which a dated row that depends on this one attests it."""
        if len(resource.primary_key) != 1:
            return None
        return self._attested.get((resource.name, row[resource.primary_key[0]]))

    def no_earlier(self, resource: Resource, row: Row) -> date | None:
        """Return the day before which a row cannot have held, as its parent had not begun."""
        seen: set[tuple[str, ...]] = set()
        while (parent := self.parent(resource, row)) is not None:
            resource, row = parent
            stated = self.stated(resource, row)
            if stated is not None:
                return stated.first
            key = (resource.name, *resource.key_of(row))
            if key in seen:
                return None  # rows that belong to each other in a cycle
            seen.add(key)
        return None

    def parent(self, resource: Resource, row: Row) -> tuple[Resource, Row] | None:
        """Return the row that a row belongs to, with its resource."""
        field = resource.meaning.belongs_to
        if not field:
            return None
        found = self._package.referred(resource, field, row.get(field, ""))
        if found is None:
            return None
        return self._package.resource(resource.references[field].resource), found

    def begin(self, resource: Resource, row: Row) -> Span:
        """Return the days within which a row began to hold."""
        stated = self.stated(resource, row)
        if stated is not None:
            return stated
        # Not stated: at some time since its parent began, and by the first attestation.
        first = self.no_earlier(resource, row)
        latest_days = [self.attested(resource, row), self._package.published(row)]
        days = [day for day in latest_days if day is not None]
        return Span(first, min(days)) if days else Span(first, None)

    def end(self, resource: Resource, row: Row) -> Span | None:
        """Return the days within which a row ceased to hold; ``None`` if nothing says it did."""
        seen: set[tuple[str, ...]] = set()
        while True:
            lifecycle = resource.meaning.lifecycle
            stated = self.dated(resource, row, lifecycle.end) if lifecycle else None
            parent = self.parent(resource, row)
            key = (resource.name, *resource.key_of(row))
            if stated is not None or parent is None or key in seen:
                return stated
            seen.add(key)
            resource, row = parent  # without its own end, it ends with its parent

    def holds(self, resource: Resource, row: Row, day: date) -> Holds:
        """Return whether a row held at the end of a day."""
        begin, end = self.begin(resource, row), self.end(resource, row)
        if begin.is_after(day) or (end is not None and end.is_by(day)):
            return Holds.NO
        # Whether it held on days within its beginning or end is unknown.
        began = begin.is_by(day)
        ended = end is not None and not end.is_after(day)
        return Holds.YES if began and not ended else Holds.UNKNOWN

    def _attestations(self) -> Mapping[tuple[str, str], date]:
        found: dict[tuple[str, str], date] = {}
        for resource in self._package.descriptor.resources:
            lifecycle = resource.meaning.lifecycle
            reference = lifecycle and resource.references.get(lifecycle.attests)
            if lifecycle is None or not reference:
                continue
            for row in self._package.rows(resource.name):
                stated = self.stated(resource, row)
                target = (reference.resource, row[lifecycle.attests])
                if stated is not None and stated.last is not None:
                    found[target] = min(stated.last, found.get(target, stated.last))
        return found


def intervals(package: Package) -> Intervals:
    """Return the intervals of a package; computed once per package."""
    if "intervals" not in package.memo:
        package.memo["intervals"] = Intervals(package)
    found: Intervals = package.memo["intervals"]
    return found
