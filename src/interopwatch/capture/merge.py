"""Merge what an edition states into the tables.

``source`` is the first edition that states a row as it stands, so a row that an edition only
repeats stays as it is, whatever order works are captured in. Our own words are kept.

Silence never clears. What a page does not state stands as the tables have it: it may be told in
words that no rule reads, or be too old to be told again. A row leaves the tables only if a list
that was read whole does not name it any more, and with it what belongs to it; a cell, only if a
rule read that there is no value any more; an end, a reason or a role, never. Beside a line of names
that was not read, no list is whole: it may go on there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE
from interopwatch.capture.catalogue import found
from interopwatch.capture.english.dates import agreeing
from interopwatch.capture.english.names import mentions
from interopwatch.capture.model import PLACE
from interopwatch.capture.row_numbers import aligned, divided, moved
from interopwatch.package.edtf import span
from interopwatch.package.labels import joined
from interopwatch.package.meaning import Lifecycle
from interopwatch.package.rewritten import with_rows
from interopwatch.package.row_filter import matches, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Extract, Key, Row, Vocabulary, WholeList
    from interopwatch.findings import Finding
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

TO_BE_WORDED: Final = "To be worded."
"""What stands for our own words in a package that does not say what does."""
COUNTS: Final = "stated_counts"
"""The resource of the numbers that pages state about their own lists."""
_MANY: Final = 8
"""A page that takes back fewer rows than this of a resource is believed."""
_SHARE: Final = 3
"""One that takes back more than one in so many is not: it may be half a page."""
_SHARED: Final = ("parties",)
"""Resources whose rows are names of things: they stay, for names that come back."""
_ROLES: Final = {"parties": ("alliance_role", "joined_alliance")}
"""Fields that no page empties, beside ends and their reasons: a person does."""
_OURS: Final = {"parties": ("name",)}
"""Fields that have our word once there is a row: a page may call a country by another name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the tables have of a row, as an edition found it.

    Attributes:
        resource: The resource.
        row: The row as the tables had it.
        fields: The fields it is about; none if it is about the row as a whole.
    """

    resource: Resource
    row: Row
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        key = "/".join(self.resource.key_of(self.row))
        cells = joined([f"{name} “{self.row[name]}”" for name in self.fields])
        return " ".join(filter(None, (self.resource.name, key, cells)))


@dataclass(frozen=True, slots=True)
class Merged:
    """The tables after an edition was captured.

    Attributes:
        package: The package with what the edition states.
        unread: What the edition does not state and stands, cells and rows as a whole.
        findings: What it takes back, contradicts, or says to have no value any more.
    """

    package: Package
    unread: tuple[Standing, ...]
    findings: tuple[Finding, ...]


def merge(package: Package, extract: Extract, known: Vocabulary) -> Merged:
    """The tables of a package after an edition of a work.

    Args:
        package: The package before; it is not changed.
        extract: What the edition states, accounted for.
        known: What the package knows, by which lines of names are known.
    """
    open_ones = (each for each in extract.passages if each.is_open)
    named = {each.locator for each in open_ones if _has_only_names(each.text, known)}
    tables = {
        own.name: _Table(package, own, extract, named)
        for own in package.descriptor.resources
        if own.name in extract.rows or own.name in extract.owns
    }
    while any(table.follow(tables) for table in tables.values()):
        pass  # what belongs to rows that go may have rows that belong to it
    after = {name: table.merged() for name, table in tables.items()}
    gone = [finding for table in tables.values() for finding in table.much_gone()]
    if COUNTS in tables:
        after[COUNTS] = list(tables[COUNTS].agreeing(package, after))
    unread = tuple(each for table in tables.values() for each in table.unread())
    told = (each for table in tables.values() for each in table.findings)
    changed = {name: rows for name, rows in after.items() if rows != list(package.rows(name))}
    return Merged(with_rows(package, changed), unread, (*gone, *told))


def placeholder(package: Package) -> str:
    """What stands in a package where our own words are required and there are none yet."""
    return package.descriptor.placeholder or TO_BE_WORDED


def unworded(package: Package) -> Iterator[tuple[str, Key, str]]:
    """The cells that wait for words of our own: resource, key and field."""
    waiting = placeholder(package)
    for resource in package.descriptor.resources:
        for row in package.rows(resource.name):
            for field, cell in row.items():
                if cell == waiting:
                    yield resource.name, resource.key_of(row), field


class _Table:
    """One resource, as an edition is brought into it."""

    def __init__(
        self, package: Package, resource: Resource, extract: Extract, named: set[str]
    ) -> None:
        self._package, self.resource, self._extract = package, resource, extract
        self._lifecycle = resource.meaning.lifecycle or Lifecycle()
        sources = (*package.rows("sources"), *extract.rows.get("sources", ()))
        self._published = {row["source"]: row["published"] for row in sources}
        table = package.table(resource.name)
        self.held = {resource.key_of(row): row for row in table.rows}
        self._lines = dict(zip(map(resource.key_of, table.rows), table.lines, strict=True))
        self.mine = {key: row for key, row in self.held.items() if self._is_mine(row)}
        stated = extract.rows.get(resource.name, ())
        said = aligned(resource, stated, self.mine.values())
        self.said = {resource.key_of(row): row for row in said}
        self._lists = [
            each.fields
            for each in extract.lists
            if each.resource == resource.name and named.isdisjoint(self._places(each))
        ]
        self.silent = {key: row for key, row in self.mine.items() if key not in self.said}
        self.leaving = {key for key, row in self.silent.items() if self._is_unlisted(row)}
        self.leaving -= {*divided(resource, extract)}
        self.findings: list[Finding] = []

    def _is_mine(self, row: Row) -> bool:
        """Whether a row is one that the work feeds."""
        resource = self.resource
        work = row["work"] if "work" in resource.by_name else self._package.work_of(resource, row)
        return work == self._extract.work and self._own(row) is not None

    def _own(self, row: Row) -> Row | None:
        """What tells the kind of a row among those that the work feeds."""
        owns = self._extract.owns.get(self.resource.name, ())
        return next((own for own in owns if own.items() <= row.items()), None)

    def _places(self, whole: WholeList) -> Iterator[str]:
        """Where the rows of a list stand on the page."""
        for row in self.said.values():
            if whole.fields.items() <= row.items():
                yield row.get("locator", "")

    def _is_unlisted(self, row: Row) -> bool:
        """Whether a list that was read whole does not name a row that it would have to name."""
        if self.resource.name in _SHARED or row.get(self._lifecycle.end):
            return False  # of what ended, no list of today names it
        return any(fields.items() <= row.items() for fields in self._lists)

    def follow(self, tables: Mapping[str, _Table]) -> bool:
        """Let rows go whose key refers to rows which go; say whether there are any."""
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
        """That the edition takes back so many rows that it may be half a page."""
        places = {self._place(row) for row in self.said.values()}
        gone = sum(self._place(self.held[key]) not in places for key in self.leaving)
        # Rows of passages come and go with the wording of a page.
        if gone >= _MANY and gone * _SHARE > len(self.mine) and self.resource.name != RESOURCE:
            yield found("much-gone", self.resource.path, gone=gone, held=len(self.mine))

    def agreeing(self, package: Package, after: Mapping[str, list[Row]]) -> Iterator[Row]:
        """The counts, without those that the edition does not state and its lists contradict."""
        for row in after[self.resource.name]:
            key = self.resource.key_of(row)
            rows = after.get(row["resource"], package.rows(row["resource"]))
            try:
                counted = sum(matches(parse_filter(row["filter"]), each) for each in rows)
                agrees = key not in self.silent or counted == int(row["stated"])
            except (ValueError, KeyError):
                agrees = True  # it cannot be checked, which validation tells
            if agrees:
                yield row
                continue
            self.leaving.add(key)
            if counted:  # else what it is about is gone, and that is told
                self._find("no-longer-stated.count", row, "stated")

    def _find(self, name: str, row: Row, *fields: str) -> None:
        """Report what the edition makes of cells that the tables have."""
        told, line = Standing(self.resource, row, fields), self._lines[self.resource.key_of(row)]
        self.findings.append(found(name, self.resource.path, line, fields[0], row=str(told)))

    def unread(self) -> Iterator[Standing]:
        """What the edition does not state, and stands."""
        lifecycle = self._lifecycle
        if self.resource.name in (*_SHARED, RESOURCE):
            return
        stated = [(self._own(row), row.keys()) for row in self.said.values()]
        for key, row in self.mine.items():
            if key in self.silent and key not in self.leaving and not self._has_ended(row):
                yield Standing(self.resource, row)
            if key in self.said:
                own = self._own(row)
                expected = {field for kind, fields in stated if kind == own for field in fields}
                expected |= {*lifecycle.date_fields, lifecycle.reason}
                missing = [
                    field
                    for field in self.resource.header
                    if field in expected and row[field] and field not in self.said[key]
                ]
                if missing:
                    yield Standing(self.resource, row, tuple(missing))

    def _has_ended(self, row: Row) -> bool:
        """Whether a row has ended and a list of what is true today was read whole: it agrees."""
        end = self._lifecycle.end
        return bool(row.get(end)) and self._is_unlisted({**row, end: ""})

    def merged(self) -> list[Row]:
        """All rows of the resource after the edition."""
        earlier = {self._place(self.held[key]): self.held[key] for key in self.leaving}
        familiar = {  # what the edition states in the words of an earlier one
            fact.key
            for passage in self._extract.passages
            for fact in passage.facts
            if passage.known is not None and fact.resource == self.resource.name
        }
        kept = {key: row for key, row in self.held.items() if key not in self.leaving}
        shifted = moved(self.resource, self._extract)
        for key, row in self.said.items():
            if key in shifted:
                old = shifted[key]
                kept[key] = self._new(row, self.held.get(old, {}) if old is not None else {})
            elif key in kept:
                kept[key] = self._row(kept[key], row)
            else:
                before = earlier.get(self._place(row), {}) if key in familiar else {}
                agrees = all(before.get(n) == cell for n, cell in row.items() if n not in PLACE)
                kept[key] = self._new(row, before if agrees else {})
        return list(kept.values())

    def _place(self, row: Row) -> Key:
        """The key of a row, whatever edition it is of."""
        return tuple(row[name] for name in self.resource.primary_key if name != "source")

    def _new(self, row: Row, words: Row) -> Row:
        """A row with what is not read of it as it was, if there is one that was the same.

        A cell of our own words, which has to be there, is marked to be worded otherwise.
        """
        by_name, waiting = self.resource.by_name, placeholder(self._package)
        return {
            name: row[name]
            if name in row
            else words.get(name) or (waiting if by_name[name].constraints.get("required") else "")
            for name in self.resource.header
        }

    def _row(self, held: Row, said: Row) -> Row:
        """A row that stands already, as the edition leaves it."""
        name, lifecycle = self.resource.name, self._lifecycle
        end = lifecycle.end
        never = (*_ROLES.get(name, ()), end, lifecycle.reason)
        lasting = [n for n in never if n in said and not said[n] and held.get(n)]
        of = held.get("source", "")
        older = self._published.get(said.get("source", of), "") < self._published.get(of, "")
        if lasting and not older:
            self._find("listed-again", held, *lasting)
        # "Have since left": by the day of the edition, as is known already, and more exactly.
        vague = said.get(end, "").startswith("../") and held.get(end)
        if vague and span(held[end]).is_by(span(said[end]).last or date.max):
            lasting.append(end)
        said = {k: v for k, v in said.items() if k not in (*_OURS.get(name, ()), *lasting)}
        differ = [n for n in said if n not in PLACE and held.get(n, "") != said[n]]
        if differ and all(n in lifecycle.date_fields and _wider(said[n], held[n]) for n in differ):
            return held  # the same, told less precisely
        if older:
            # The later edition has the last word on what it states.
            filled = {**held, **{n: said[n] for n in differ if not held.get(n)}}
            return {**filled, **said} if all(filled[n] == said[n] for n in differ) else filled
        empty = [n for n in differ if not said[n]]
        if empty:
            self._find("no-longer-stated.cell", held, *empty)
        return {**held, **said} if differ else held


def _has_only_names(text: str, known: Vocabulary) -> bool:
    """Whether a text is a line of a list of parties."""
    found, rest = mentions(text, known), text
    for each in reversed(found):
        rest = rest[: each.start] + rest[each.end :]
    return bool(found) and set(re.findall(r"\w+", rest)) <= {"and", "the"}


def _wider(date: str, known: str) -> bool:
    """Whether a date holds all days of another, and more."""
    return bool(date) and date != known and "~" not in known and agreeing(date, known) == known
