"""What was true on a date (valid time), according to all observed editions.

:mod:`interopwatch.timeline.intervals` determines when a row of one edition held. Several editions
add one rule: a row that a later edition of its work drops, without stating that it ended, held up
to the last edition that states it. From there to the first edition that drops it, it is unknown
whether it held; after that, it is not listed.

No source vouches for a day after its *horizon*: the day on which it was published, or last checked
and found unchanged. For a later day, an event with a date remains true; anything that held at the
horizon is listed separately, as true at the last report.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from interopwatch.package.edtf import last_day
from interopwatch.package.words import worded
from interopwatch.timeline.intervals import Holds, intervals
from interopwatch.timeline.listing import is_dated_by_listing, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.meaning import Lifecycle
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

    Day = date  # a field of State is called `date`
    Key = tuple[Hashable, ...]
    Rows = dict[str, list[Row]]


class Reported(NamedTuple):
    """A row that held at the last report of its work.

    Attributes:
        row: The row.
        day: The day of that report.
    """

    row: Row
    day: date


@dataclass(frozen=True, slots=True)
class State:
    """What was true on a day.

    Attributes:
        date: The requested date (EDTF); it means the end of it.
        held: For each resource, the rows that held.
        reported: For each resource, the rows that held at the last report of their works, which
            was before that day.
        horizons: The last day that each work covers.
        unknown: For each resource, the rows for which the sources cannot tell.
        past: For each resource, the rows that had held and ended by then.
        package: The edition that defines the resources.
    """

    date: str
    held: Mapping[str, tuple[Row, ...]]
    reported: Mapping[str, tuple[Reported, ...]]
    unknown: Mapping[str, tuple[Row, ...]]
    past: Mapping[str, tuple[Row, ...]]
    horizons: Mapping[str, Day]
    package: Package = dataclasses.field(repr=False, compare=False)

    def frame(self, name: str) -> pd.DataFrame:
        """Return the rows of a resource that held, or may have held, as a pandas data frame.

        Its columns are those of :meth:`interopwatch.Package.frame`, and two more: ``holds``
        (``yes``, ``at_last_report``, ``unknown`` or ``no_longer``) and ``last_report``, the last
        day that a source vouches for, if that was before the date.

        Raises:
            DescriptorError: There is no resource with this name.
        """
        from interopwatch.package.pandas import state_frame

        resource = self.package.resource(name)
        return state_frame(
            resource,
            [
                *((row, "yes", "") for row in self.held[name]),
                *((row, "at_last_report", day.isoformat()) for row, day in self.reported[name]),
                *((row, "unknown", "") for row in self.unknown[name]),
                *((row, "no_longer", "") for row in self.past[name]),
            ],
        )


def as_of(
    editions: Sequence[Package],
    date: str,
    resources: Collection[str] | None = None,
) -> State:
    """Return what was true at the end of a date.

    Args:
        editions: The observed editions of the package, oldest first. The last one defines the
            resources.
        date: Any EDTF date that has an end; only rows that had begun by then are listed.
        resources: The resources to list; all of them if not given.

    Raises:
        DateError: ``date`` is not EDTF, or has no end.
        DescriptorError: There is no resource with a given name.
        TableError: A date in a table is not EDTF.
    """
    day = last_day(date)
    latest = editions[-1]
    for name in resources or ():
        latest.resource(name)
    answers = _AsOf(editions, day)
    found = answers.rows()
    chosen = [
        r.name for r in latest.descriptor.resources if resources is None or r.name in resources
    ]
    held, unknown, past = ({name: tuple(rows[name]) for name in chosen} for rows in found)
    reported = {name: tuple(answers.beyond_horizon(name, held[name])) for name in chosen}
    for name, rows in reported.items():
        # By identity, since rows are mappings and not hashable.
        ids = {id(each.row) for each in rows}
        held[name] = tuple(row for row in held[name] if id(row) not in ids)
    return State(date, held, reported, unknown, past, horizons(editions), latest)


def horizons(editions: Sequence[Package]) -> dict[str, date]:
    """Return the last day that each work covers: that of its latest edition, or of a later check.

    Args:
        editions: The observed editions of the package.
    """
    found: dict[str, date] = {}
    for edition in editions:
        provenance = edition.descriptor.provenance
        if provenance is None:
            continue
        for work in {row[provenance.work] for row in edition.editions.values()}:
            day = edition.vouched_until(work)
            if day is not None:
                found[work] = max(day, found.get(work, day))
    return found


class _AsOf:
    """Decides for every row that any edition states whether it held on a day."""

    def __init__(self, editions: Sequence[Package], day: date) -> None:
        self._editions = editions
        self._latest = editions[-1]
        self._day = day
        self._resources = self._latest.descriptor.resources
        self._references: dict[str, list[tuple[Row, Row]]] = {}
        # The last day that a source vouches for a row, by the row's identity: all rows live as
        # long as this object.
        self._vouched: dict[int, date | None] = {}
        self._horizons = horizons(editions)

    def beyond_horizon(self, name: str, held: Iterable[Row]) -> Iterator[Reported]:
        """Yield the held rows for which no source vouches on the day itself."""
        resource = self._latest.resource(name)
        lifecycle = resource.meaning.lifecycle
        for row in held:
            day = self._vouched.get(id(row))
            if day is None or day >= self._day:
                continue
            has_happened = lifecycle is not None and lifecycle.event and row[lifecycle.event]
            if not has_happened or (lifecycle is not None and lifecycle.is_planned(row)):
                yield Reported(row, day)

    def rows(self) -> tuple[Rows, Rows, Rows]:
        """Return the rows that held, those that are unknown, and those that had ended."""
        held, unknown, past = (_empty(self._resources) for _ in range(3))
        for resource in self._resources:
            # A reference row neither holds nor ends: it is included if another row names it.
            if resource.primary_key and is_dated_by_listing(self._latest, resource):
                self._add_listed(resource, held[resource.name], unknown[resource.name])
            elif not resource.meaning.reference:
                if not resource.primary_key:
                    unknown[resource.name] += map(dict, self._latest.rows(resource.name))
                for key, i, row in self._stated(resource):
                    answer = self._answer(resource, row, i)
                    if answer is Holds.UNKNOWN:
                        plain = {name: row.get(name, "") for name in resource.header}
                        unknown[resource.name].append(plain)
                    elif answer is Holds.YES:
                        as_of_row = self._row_as_of(resource, key, i)
                        work = self._editions[i].work_of(resource, row)
                        self._vouched[id(as_of_row)] = self._horizons.get(work)
                        held[resource.name].append(as_of_row)
                    elif self._ended(resource, row, i):
                        past[resource.name].append(self._row_as_of(resource, key, i))
        self._drop_orphans(held, unknown, past)
        # Last, since reference rows are included only for the remaining rows.
        named = self._references_of(held)
        for name, rows in self._references_of(_joined(held, past)).items():
            ids = {id(row) for row in named[name]}
            held[name] += named[name]
            past[name] += [row for row in rows if id(row) not in ids]
        return held, unknown, past

    def _add_listed(self, resource: Resource, held: list[Row], unknown: list[Row]) -> None:
        """Add the rows that held, or may have, according to the editions that list them."""
        for each in listed(self._editions, resource, self._day):
            as_of_row = self._row_as_of(resource, each.key, each.edition)
            if each.holds is Holds.YES:
                self._vouched[id(as_of_row)] = each.until
                held.append(as_of_row)
            elif each.holds is Holds.UNKNOWN:
                unknown.append(as_of_row)

    def _answer(self, resource: Resource, row: Row, last: int) -> Holds:
        """Return whether a row held on the day, by its dates and by the editions that list it."""
        edition = self._editions[last]
        by_dates = intervals(edition).holds(self._as_stated(resource, last), row, self._day)
        answers = (self._listed(resource, row, last), by_dates)
        if Holds.NO in answers:
            return Holds.NO
        return Holds.UNKNOWN if Holds.UNKNOWN in answers else Holds.YES

    def _ended(self, resource: Resource, row: Row, last: int) -> bool:
        """Return whether a row had certainly held and ended by the day."""
        times, stated = intervals(self._editions[last]), self._as_stated(resource, last)
        begin, end = times.begin(stated, row), times.end(stated, row)
        return end is not None and end.is_by(self._day) and begin.is_by(self._day)

    def _as_stated(self, resource: Resource, i: int) -> Resource:
        """Return a resource with an edition's own fields and the latest vocabulary."""
        return worded(self._editions[i]).resource(resource.name)

    def _stated(self, resource: Resource) -> Iterator[tuple[Key, int, Row]]:
        """Yield every row of any edition, as its last edition states it: key, edition, row.

        Without a key, rows cannot be matched between editions.
        """
        last: dict[Key, int] = {}
        for i, edition in enumerate(self._editions):
            stated = edition.descriptor.by_name.get(resource.name)
            if stated is not None and stated.primary_key:
                last.update(dict.fromkeys(edition.table(resource.name).by_key, i))
        for key, i in last.items():
            yield key, i, self._editions[i].table(resource.name).by_key[key]

    def _listed(self, resource: Resource, row: Row, last: int) -> Holds:
        """Return whether a row, last stated by an edition, was still listed on the day."""
        dropping = dropped_by(self._editions, last, resource, row)
        if dropping is None:
            return Holds.YES
        work = self._editions[last].work_of(resource, row)
        dropped, stated = dropping.edition_day(work), self._editions[last].edition_day(work)
        if dropped is None or stated is None or self._day >= dropped:
            return Holds.NO  # without days to compare, all that is known is that it was dropped
        return Holds.YES if self._day <= stated else Holds.UNKNOWN

    def _row_as_of(self, resource: Resource, key: Key, last: int) -> Row:
        """Return a row as of the day: without what happened later or was unknown then."""
        edition = self._editions[last]
        row = edition.table(resource.name).by_key[key]
        # If the key was renamed since, the row gets the new key.
        primary_key = edition.resource(resource.name).primary_key
        renamed = dict(zip(resource.primary_key, primary_key, strict=False)) if primary_key else {}
        cells = {
            name: row.get(name, row.get(renamed.get(name, ""), "")) for name in resource.header
        }
        lifecycle = resource.meaning.lifecycle
        if lifecycle is None:
            return cells
        # Later events were unknown on the day.
        for field in (lifecycle.end, *lifecycle.moments):
            days = intervals(edition).dated(resource, row, field) if field else None
            if field and (days is None or not days.is_by(self._day)):
                cells[field] = ""
        if lifecycle.reason and not cells[lifecycle.end]:
            cells[lifecycle.reason] = ""
        cells.update(self._momentary(resource, lifecycle, key))
        return cells

    def _momentary(self, resource: Resource, lifecycle: Lifecycle, key: Key) -> Mapping[str, str]:
        """Return the momentary fields, as far as an edition states them for this day."""
        if not lifecycle.momentary:
            return {}
        past: tuple[date, Row] | None = None
        future: Row | None = None
        for edition in self._editions:
            found = (
                edition.table(resource.name).by_key.get(key)
                if resource.name in edition.descriptor.by_name
                else None
            )
            if found is None:
                continue
            day = edition.edition_day(edition.work_of(resource, found))
            if day is not None and day <= self._day:
                past = (day, found)
            elif future is None:
                future = found
        if past is None:
            return dict.fromkeys(lifecycle.momentary, "")
        day, row = past
        # Between two different statements, it is unknown when the value changed.
        return {
            field: row.get(field, "")
            if day == self._day or future is None or future.get(field) == row.get(field)
            else ""
            for field in lifecycle.momentary
        }

    def _drop_orphans(self, held: Rows, unknown: Rows, past: Rows) -> None:
        """Move held rows that refer to absent rows to unknown, and drop such past rows."""
        moved = True
        while moved:  # repeat, since other rows may refer to a row that was moved
            moved = False
            present = self._present(_joined(held, past))
            for resource in self._resources:
                for state, instead in ((held, unknown), (past, None)):
                    rows = state[resource.name]
                    orphans = [row for row in rows if not _is_anchored(resource, row, present)]
                    if orphans:
                        moved = True
                        ids = {id(row) for row in orphans}
                        state[resource.name] = [row for row in rows if id(row) not in ids]
                        if instead is not None:
                            instead[resource.name] += orphans

    def _present(self, held: Rows) -> Mapping[tuple[str, str], set[str]]:
        """Return the values of each field that others refer to, outside reference resources."""
        pairs = {
            (key.resource, key.reference[0])
            for resource in self._resources
            for key in resource.references.values()
            if key.resource in held and not self._latest.resource(key.resource).meaning.reference
        }
        return {(name, field): {row.get(field, "") for row in held[name]} for name, field in pairs}

    def _references_of(self, rows: Rows) -> Rows:
        """Return the reference rows that some rows name, and those that belong to these."""
        found = _empty(self._resources)
        referenced: set[tuple[str, str, str]] = set()
        fresh = [(r, row) for r in self._resources for row in rows[r.name]]
        while fresh:  # reference rows may name others
            for resource, row in fresh:
                for field, key in resource.references.items():
                    if row.get(field):
                        referenced.add((key.resource, key.reference[0], row[field]))
            fresh = []
            for resource in (r for r in self._resources if r.meaning.reference):
                present = {id(row) for row in found[resource.name]}
                for row, original in self._reference_rows(resource):
                    if id(row) not in present and self._is_referenced(
                        resource, original, referenced
                    ):
                        found[resource.name].append(row)
                        fresh.append((resource, row))
        return found

    def _reference_rows(self, resource: Resource) -> Sequence[tuple[Row, Row]]:
        """Return the rows of a reference resource as of the day, each with its original."""
        if resource.name not in self._references:
            self._references[resource.name] = [
                (self._row_as_of(resource, key, i), row) for key, i, row in self._stated(resource)
            ]
        return self._references[resource.name]

    def _is_referenced(
        self, resource: Resource, row: Row, referenced: Collection[tuple[str, str, str]]
    ) -> bool:
        parent = resource.meaning.belongs_to
        key = resource.references.get(parent)
        if key is not None:
            return (key.resource, key.reference[0], row[parent]) in referenced
        return any((resource.name, field, value) in referenced for field, value in row.items())


def _empty(resources: Iterable[Resource]) -> Rows:
    return {resource.name: [] for resource in resources}


def _joined(one: Rows, other: Rows) -> Rows:
    return {name: [*rows, *other[name]] for name, rows in one.items()}


def dropped_by(
    editions: Sequence[Package], last: int, resource: Resource, row: Row
) -> Package | None:
    """Return the first edition that no longer lists a row, although it covers the row's work.

    Args:
        editions: The editions, oldest first.
        last: The index of the last one that states the row.
        resource: The resource of the row.
        row: The row as that edition states it.
    """
    work = editions[last].work_of(resource, row)
    for edition in editions[last + 1 :]:
        if not work or edition.covers is None or work in edition.covers:
            return edition
    return None


def _is_anchored(resource: Resource, row: Row, present: Mapping[tuple[str, str], set[str]]) -> bool:
    """Return whether every row that a row refers to is present."""
    return all(
        not row.get(field)
        or row[field] in present.get((key.resource, key.reference[0]), (row[field],))
        for field, key in resource.references.items()
    )
