"""Merge the rows that an edition states into the tables.

``source`` is the first edition that states a row in its present form. A row that an edition only
repeats stays as it is, so the order in which works are captured does not matter. Texts that we
wrote ourselves are kept.

Silence never deletes. What a page does not state stays as it is in the tables: the page may say
it in words that no rule reads, or no longer repeat old facts. A row, with the rows that depend on
it, is removed only if a list that was read completely no longer names it; a cell is cleared only
if a rule read that it has no value any more; an end, a reason or a role is never cleared.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - it is the type of a day, beside dates as texts
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import found
from interopwatch.capture.model import PASSAGES, PLACE
from interopwatch.capture.row_numbers import aligned, former_keys
from interopwatch.package.edtf import NO_DAYS, days_of
from interopwatch.package.labels import joined
from interopwatch.package.meaning import Lifecycle
from interopwatch.package.rewritten import with_rows
from interopwatch.package.row_filter import matches, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.capture.model import Extract, Key, Row
    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

TO_BE_WORDED: Final = "To be worded."
"""The placeholder for texts of ours in a package that declares none."""
COUNTS: Final = "stated_counts"
"""The resource of the numbers that pages state about their own lists."""
_MANY: Final = 8
"""A page may remove fewer rows than this of a resource without a finding."""
_SHARE: Final = 3
"""A page that removes more, and over one row in three, is reported: it may be incomplete."""
_OURS: Final = {"parties": ("name",)}
"""Fields that keep our value once a row exists: a page may call a country by another name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A row of the tables, or some of its fields, that an edition does not state or contradicts."""

    resource: Resource
    row: Row
    fields: tuple[str, ...] = ()  # the fields in question; empty for the entire row

    def __str__(self) -> str:
        key = "/".join(self.resource.key_of(self.row))
        cells = joined([f"{name} “{self.row[name]}”" for name in self.fields])
        return " ".join(filter(None, (self.resource.name, key, cells)))


def merge(package: Package, extract: Extract) -> tuple[Package, list[Standing], list[Finding]]:
    """Merge an edition of a work into the tables of a package.

    Args:
        package: The package before; it is not changed.
        extract: The accounted extract of the edition.

    Returns:
        The package with the rows of the edition; the rows and cells that were kept although the
        edition does not state them; and findings about cells that it withdraws or contradicts.
    """
    tables = {
        own.name: _Table(package, own, extract)
        for own in package.descriptor.resources
        if own.name in extract.rows or own.name in extract.owns
    }
    while any(table.follow(tables) for table in tables.values()):
        pass  # rows that depend on removed rows may have dependent rows themselves
    gone = [finding for table in tables.values() for finding in table.much_gone()]
    after = {name: table.merged() for name, table in tables.items() if name != COUNTS}
    if COUNTS in tables:
        tables[COUNTS].contradict(package, after)
        after[COUNTS] = tables[COUNTS].merged()
    standing = [each for table in tables.values() for each in table.standing()]
    told = [each for table in tables.values() for each in table.findings]
    changed = {name: rows for name, rows in after.items() if rows != list(package.rows(name))}
    return with_rows(package, changed), standing, [*gone, *told]


def placeholder(package: Package) -> str:
    """Return the placeholder for required texts of ours that are not written yet."""
    return package.descriptor.placeholder or TO_BE_WORDED


def unworded(package: Package) -> Iterator[tuple[str, Key, str]]:
    """Yield the cells with the placeholder for a text of ours: resource, key and field."""
    waiting = placeholder(package)
    for resource in package.descriptor.resources:
        for row in package.rows(resource.name):
            for field, cell in row.items():
                if cell == waiting:
                    yield resource.name, resource.key_of(row), field


class _Table:
    """One resource while an edition is merged into it."""

    def __init__(self, package: Package, resource: Resource, extract: Extract) -> None:
        self._package, self.resource, self._extract = package, resource, extract
        self._lifecycle = resource.meaning.lifecycle or Lifecycle()
        self._owns = extract.owns.get(resource.name, ())
        table = package.table(resource.name)
        self._held = {resource.key_of(row): row for row in table.rows}
        self._lines = dict(zip(map(resource.key_of, table.rows), table.lines, strict=True))
        self._mine = {key: row for key, row in self._held.items() if self._is_mine(row)}
        stated = extract.rows.get(resource.name, ())
        said = aligned(resource, stated, self._mine.values())
        self.said = {resource.key_of(row): row for row in said}
        self._lists = extract.lists.get(resource.name, ())
        known = [*former_keys(resource, extract)]
        self._former = {now: old for now, old in known if now}
        self.silent = {key: row for key, row in self._mine.items() if key not in self.said}
        self.leaving = {key for key, row in self.silent.items() if self._is_unlisted(row)}
        self.leaving -= {old for now, old in known if not now}
        self.findings: list[Finding] = []

    def _is_mine(self, row: Row) -> bool:
        """Whether the work feeds a row."""
        resource = self.resource
        work = row["work"] if "work" in resource.by_name else self._package.work_of(resource, row)
        return work == self._extract.work and self._kind(row) is not None

    def _kind(self, row: Row) -> int | None:
        """Return the index of the first filter of the work's rows that a row matches."""
        kinds = (n for n, own in enumerate(self._owns) if own.items() <= row.items())
        return next(kinds, None)

    def _is_unlisted(self, row: Row) -> bool:
        """Whether a completely read list should name a row that the edition does not state."""
        meaning = self.resource.meaning
        # Reference rows stay, as their names may recur; current lists never name ended rows.
        if (meaning.reference and not meaning.bookkeeping) or row.get(self._lifecycle.end):
            return False
        return any(fields.items() <= row.items() for fields in self._lists)

    def follow(self, tables: Mapping[str, _Table]) -> bool:
        """Remove rows whose key refers to removed rows; return whether there are any."""
        going = {
            key
            for key, row in self.silent.items()
            for name, there in self.resource.references.items()
            if name in self.resource.primary_key and there.resource in tables
            if (row[name],) in tables[there.resource].leaving
        } - self.leaving
        self.leaving |= going
        return bool(going)

    def much_gone(self) -> Iterator[Finding]:
        """Report that the edition removes so many rows that the page may be incomplete."""
        places = {self._place(row) for row in self.said.values()}
        gone = sum(self._place(self._held[key]) not in places for key in self.leaving)
        # Rows of passages change with the wording of a page.
        if gone >= _MANY and gone * _SHARE > len(self._mine) and self.resource.name != PASSAGES:
            yield found("much-gone", self.resource.path, gone=gone, held=len(self._mine))

    def contradict(self, package: Package, after: Mapping[str, Sequence[Row]]) -> None:
        """Remove counts that the edition does not state and its rows contradict."""
        for key, row in self.silent.items():
            rows = after.get(row["resource"], package.rows(row["resource"]))
            try:
                counted = sum(matches(parse_filter(row["filter"]), each) for each in rows)
                if counted == int(row["stated"]):
                    continue
            except (ValueError, KeyError):
                continue  # it cannot be checked, which validation reports
            self.leaving.add(key)
            if self._is_there(row, package, after):  # else the removal of all is reported
                self._find("no-longer-stated.count", row, "stated")

    @staticmethod
    def _is_there(count: Row, package: Package, after: Mapping[str, Sequence[Row]]) -> bool:
        """Whether any row that a count included is still there, even with other cells."""
        name, wanted = count["resource"], parse_filter(count["filter"])
        key_of, held = package.resource(name).key_of, package.rows(name)
        stands = {key_of(row) for row in after.get(name, held)}
        return any(matches(wanted, row) and key_of(row) in stands for row in held)

    def _find(self, name: str, row: Row, *fields: str) -> None:
        """Report a finding about cells of the tables, unless no field is given."""
        told, line = Standing(self.resource, row, fields), self._lines[self.resource.key_of(row)]
        for field in fields[:1]:
            self.findings.append(found(name, self.resource.path, line, field, row=str(told)))

    def standing(self) -> Iterator[Standing]:
        """Yield the rows and cells that are kept although the edition does not state them."""
        if self.resource.meaning.reference:
            return
        end, reason = self._lifecycle.end, self._lifecycle.reason
        expected: defaultdict[int | None, set[str]]
        expected = defaultdict(lambda: {*self._lifecycle.date_fields, reason})
        for row in self.said.values():
            expected[self._kind(row)] |= row.keys()
        for key, row in self._mine.items():
            if key in self.said:
                fields = expected[self._kind(row)] - self.said[key].keys()
                missing = tuple(n for n in self.resource.header if n in fields and row[n])
                if missing:
                    yield Standing(self.resource, row, missing)
            # A completely read list of current rows agrees that a row has ended.
            elif not (
                key in self.leaving or (row.get(end) and self._is_unlisted({**row, end: ""}))
            ):
                yield Standing(self.resource, row)

    def merged(self) -> list[Row]:
        """Return all rows of the resource after the edition."""
        after = {key: row for key, row in self._held.items() if key not in self.leaving}
        moved, repeated = {*self._former.values()}, self._repeated()
        for key, row in self.said.items():
            old = self._former.get(key, () if key in moved else key)
            before = self._held.get(old) or repeated.get(key, {})
            stands = old == key and key in self._held
            after[key] = self._row(before, row) if stands else self._filled(row, before)
        return list(after.values())

    def _repeated(self) -> dict[Key, Row]:
        """Return the rows of an earlier edition that this one repeats verbatim, by their new keys.

        If it is unclear which position an item had, only an entirely unchanged list is returned.
        """
        own = self.resource.primary_key
        earlier = {self._place(self._held[key]): self._held[key] for key in self.leaving}
        found = {
            fact.key: earlier.get(self._place(dict(zip(own, old, strict=False))), {})
            for passage in self._extract.passages
            for fact in passage.facts
            if passage.known is not None and fact.resource == self.resource.name
            if (old := self._former.get(fact.key, fact.key))
        }
        same = {
            key: row for key, row in found.items()
            if all(row.get(n) == c for n, c in self.said[key].items() if n not in {*PLACE, *own})
        }  # fmt: skip
        return same if self._former or len(same) == len(found) else {}

    def _place(self, row: Row) -> Key:
        """Return the key of a row without its edition."""
        return tuple(row[name] for name in self.resource.primary_key if name != "source")

    def _filled(self, row: Row, words: Row) -> Row:
        """Complete a new row with the unread cells of ``words``, the same row before, if any.

        Other required cells get the placeholder for a text of ours.
        """
        by_name, waiting = self.resource.by_name, placeholder(self._package)
        return {
            name: row[name]
            if name in row
            else words.get(name) or (waiting if by_name[name].constraints.get("required") else "")
            for name in self.resource.header
        }

    def _row(self, held: Row, said: Row) -> Row:
        """Return an existing row as updated by the edition."""
        resource, lifecycle = self.resource, self._lifecycle
        ending = (lifecycle.end, lifecycle.reason)
        lasting = resource.header if resource.meaning.reference else ending
        edition = self._package.editions.get(held.get("source", ""), {})
        older = self._extract.published < edition.get("published", "")
        passed = {*PLACE, *_OURS.get(resource.name, ())}
        differ = {n: c for n, c in said.items() if n not in passed and c != held.get(n, "")}
        if lifecycle.is_planned({**held, **said}) and not (older or lifecycle.is_planned(held)):
            # A plan does not undo what has happened.
            self._find("listed-again.planned", held, *lifecycle.planned)
            return dict(held)

        def stands(name: str, cell: str) -> bool:
            """Whether the known cell outweighs the one of the edition."""
            # For a plan, "by 2028" is later than "by 2027", not less precise.
            other = "/" in cell and lifecycle.is_planned({**held, **said})
            dated = name in lifecycle.date_fields
            vaguer = dated and not other and _is_vaguer(cell, held[name])
            return older or vaguer or (not cell and name in lasting)

        new = {n: c for n, c in differ.items() if not (held.get(n) and stands(n, c))}
        if not older:
            again = [name for name, cell in differ.items() if not cell and name not in new]
            self._find("listed-again", held, *again)
            emptied = [name for name, cell in new.items() if not cell]
            self._find("no-longer-stated.cell", held, *emptied)
        is_stated_so = new == differ if older else bool(new)
        place = {name: said[name] for name in PLACE & said.keys() if is_stated_so}
        return {**held, **new, **place}


def _is_vaguer(date: str, known: str) -> bool:
    """Whether a date includes all days of a known date, and more."""
    outer, inner = days_of(date), days_of(known)
    if NO_DAYS in (outer, inner) or outer == inner or "~" in known:
        return False
    begins = (outer.first or Day.min) <= (inner.first or Day.min)
    return begins and (inner.last or Day.max) <= (outer.last or Day.max)
