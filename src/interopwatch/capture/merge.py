"""Merge what an edition states into the tables.

``source`` is the first edition that states a row as it stands, so a row that an edition only
repeats stays as it is, whatever order works are captured in. Our own words are kept.

Silence never clears. What a page does not state stands as the tables have it: it may be told in
words that no rule reads, or be too old to be told again. A row leaves the tables only if a list
that was read whole does not name it any more, and with it what belongs to it; a cell, only if a
rule read that there is no value any more; an end, a reason or a role, never.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE, fingerprint, fingerprints
from interopwatch.capture.model import WholeList
from interopwatch.capture.numbering import aligned, moved
from interopwatch.package.edtf import span
from interopwatch.package.row_filter import matches, parse_filter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.model import Extract
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]
    Key = tuple[str, ...]

TO_BE_WORDED: Final = "To be worded."
"""What stands where our own words are required and there are none yet."""
_PLACE: Final = ("source", "locator")
COUNTS: Final = "stated_counts"
"""The resource of the numbers that pages state about their own lists."""
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

    resource: str
    row: Row
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The tables after an edition was captured.

    Attributes:
        rows: By resource, all its rows, where any differs.
        unworded: The rows that lack our own words: resource, key, field.
        gone: How many rows left each resource, and how many of this work it held.
        emptied: The cells of which a rule read that they have no value any more.
        kept: The cells of which a rule read so, and that stand all the same.
        unread: What the edition does not state, and stands: cells, and rows as a whole.
        outdated: The counts that the edition does not state, and that are not those of the rows
            any more.
    """

    rows: Mapping[str, tuple[Row, ...]]
    unworded: tuple[tuple[str, Key, str], ...]
    gone: Mapping[str, tuple[int, int]]
    emptied: tuple[Standing, ...] = ()
    kept: tuple[Standing, ...] = ()
    unread: tuple[Standing, ...] = ()
    outdated: tuple[Standing, ...] = ()


def merge(package: Package, extract: Extract) -> Merged:
    """The tables of a package after an edition of a work.

    Args:
        package: The package before; it is not changed.
        extract: What the edition states.
    """
    stated = {**extract.rows, RESOURCE: fingerprints(extract)}
    owns = {**extract.owns, RESOURCE: ({},)}
    extract = replace(extract, lists=(*extract.lists, WholeList(RESOURCE, {})))
    tables = {
        name: _Table(package, own, extract, owns.get(name, ()))
        for name, own in package.descriptor.by_name.items()
        if name in stated or name in owns
    }
    for name, table in tables.items():
        table.read(stated.get(name, ()))
    _follow(tables)
    found = {name: table.merged() for name, table in tables.items()}
    outdated = _outdated(package, found, tables)
    old = [each.row for each in outdated]
    if outdated:
        found[COUNTS] = [row for row in found[COUNTS] if row not in old]
    return Merged(
        rows={
            name: tuple(rows) for name, rows in found.items() if rows != list(package.rows(name))
        },
        unworded=tuple(
            (name, tables[name].resource.key_of(row), field)
            for name, rows in found.items()
            for row in rows
            for field, cell in row.items()
            if cell == TO_BE_WORDED
        ),
        gone={name: table.gone for name, table in tables.items()},
        emptied=tuple(each for table in tables.values() for each in table.emptied),
        kept=tuple(each for table in tables.values() for each in table.kept),
        unread=tuple(
            each for table in tables.values() for each in table.unread() if each not in outdated
        ),
        outdated=outdated,
    )


def _follow(tables: Mapping[str, _Table]) -> None:
    """Take out what belongs to rows that go: who takes part in a project that is gone."""
    again = True
    while again:
        again = False
        for table in tables.values():
            for name, key in table.resource.references.items():
                above = tables.get(key.resource)
                again |= above is not None and table.follow(name, above.leaving)
            if table.resource.name == COUNTS:
                again |= table.follow_counts(tables)


def _outdated(
    package: Package, found: Mapping[str, Sequence[Row]], tables: Mapping[str, _Table]
) -> tuple[Standing, ...]:
    """The counts that an edition does not state and that its lists contradict."""
    return tuple(
        Standing(COUNTS, row)
        for row in found.get(COUNTS, ())
        if tables[COUNTS].is_silent(row)
        and sum(
            matches(parse_filter(row["filter"]), each)
            for each in found.get(row["resource"], package.rows(row["resource"]))
        )
        != int(row["stated"])
    )


class _Table:
    """One resource, as an edition is brought into it."""

    def __init__(
        self, package: Package, resource: Resource, extract: Extract, owns: Iterable[Row]
    ) -> None:
        self._package, self.resource, self._extract = package, resource, extract
        self._owns = tuple(owns)
        sources = (*package.rows("sources"), *extract.rows.get("sources", ()))
        self._published = {row["source"]: row["published"] for row in sources}
        self.held = {resource.key_of(row): row for row in package.rows(resource.name)}
        self.said: dict[Key, Row] = {}
        self.leaving: set[Key] = set()
        self.gone = (0, 0)
        self.emptied: list[Standing] = []
        self.kept: list[Standing] = []

    def read(self, stated: Sequence[Row]) -> None:
        """Take what an edition states, and see which rows its lists do not name any more."""
        resource = self.resource
        held = [row for row in self.held.values() if self._is_mine(row)]
        self.said = {resource.key_of(row): row for row in aligned(resource, stated, held)}
        left = [row for row in held if resource.key_of(row) not in self.said]
        if resource.name not in _SHARED:
            self.leaving = {resource.key_of(row) for row in left if self._is_unlisted(row)}

    def _is_unlisted(self, row: Row) -> bool:
        """Whether a list that was read whole does not name a row that it would have to name."""
        lifecycle = self.resource.meaning.lifecycle
        if lifecycle and lifecycle.end and row[lifecycle.end]:
            return False  # it ended: no list of today names it
        return any(
            each.resource == self.resource.name
            and all(row.get(name) == value for name, value in each.fields.items())
            for each in self._extract.lists
        )

    def follow(self, field: str, leaving: Collection[Key]) -> bool:
        """Let rows go that refer to rows which go; say whether there are any."""
        found = {
            key
            for key, row in self.held.items()
            if (row[field],) in leaving
            and self._is_mine(row) and key not in self.said and field in self.resource.primary_key
        } - self.leaving  # fmt: skip
        self.leaving |= found
        return bool(found)

    def follow_counts(self, tables: Mapping[str, _Table]) -> bool:
        """Let counts go that are about rows which go; say whether there are any."""
        found = {
            key
            for key, row in self.held.items()
            if self._is_mine(row) and key not in self.said
            for each in parse_filter(row["filter"])
            for table in tables.values()
            if table.resource.primary_key == (each.field,) and (each.value,) in table.leaving
        } - self.leaving  # fmt: skip
        self.leaving |= found
        return bool(found)

    def is_silent(self, row: Row) -> bool:
        """Whether a row is one of the work's that the edition does not state."""
        return self._is_mine(row) and self.resource.key_of(row) not in self.said

    def unread(self) -> Iterator[Standing]:
        """What the edition does not state, and stands."""
        if self.resource.name in (*_SHARED, RESOURCE):
            return
        lifecycle = self.resource.meaning.lifecycle
        dated = (*lifecycle.clocks, lifecycle.reason, *lifecycle.moments) if lifecycle else ()
        for key, row in self.held.items():
            if not self._is_mine(row) or key in self.leaving:
                continue
            if key not in self.said:
                if not self._has_ended(row):
                    yield Standing(self.resource.name, row)
                continue
            alike = [each for each in self.said.values() if self._own(each) == self._own(row)]
            expected = {name for each in alike for name in each} | set(dated)
            missing = [
                name
                for name in self.resource.header
                if name in expected and row[name] and name not in self.said[key]
            ]
            if missing:
                yield Standing(self.resource.name, row, tuple(missing))

    def _has_ended(self, row: Row) -> bool:
        """Whether a row has ended and a list of what is true today was read whole: it agrees."""
        lifecycle = self.resource.meaning.lifecycle
        ended = bool(lifecycle and lifecycle.end and row[lifecycle.end])
        return ended and self._is_unlisted({**row, lifecycle.end: ""} if lifecycle else row)

    def merged(self) -> list[Row]:
        """All rows of the resource after the edition."""
        resource, held, said = self.resource, self.held, self.said
        places = {self._place(row) for row in said.values()}
        mine = sum(map(self._is_mine, held.values()))
        self.gone = (sum(self._place(held[key]) not in places for key in self.leaving), mine)
        earlier = {self._place(held[key]): held[key] for key in self.leaving}
        familiar = self._familiar()
        kept = {key: row for key, row in held.items() if key not in self.leaving}
        shifted = moved(self._package, resource, self._extract)
        for key, row in said.items():
            if key in shifted:
                old = shifted[key]
                kept[key] = self._new(row, held.get(old) if old is not None else None)
            elif key in kept:
                kept[key] = self._row(kept[key], row)
            else:
                before = earlier.get(self._place(row)) if key in familiar else None
                kept[key] = self._new(row, before if _agree(before, row) else None)
        return list(kept.values())

    def _place(self, row: Row) -> Key:
        """The key of a row, whatever edition it is of."""
        return tuple(row[name] for name in self.resource.primary_key if name != "source")

    def _familiar(self) -> frozenset[Key]:
        """The rows that the edition states in the words of an earlier one."""
        name, work = self.resource.name, self._extract.work
        known = {row["digest"] for row in self._package.rows(RESOURCE) if row["work"] == work}
        return frozenset(
            fact.key
            for passage in self._extract.passages
            if not passage.settled and any(fact.resource == name for fact in passage.facts)
            and fingerprint(passage.text) in known
            for fact in passage.facts
            if fact.resource == name
        )  # fmt: skip

    def _is_mine(self, row: Row) -> bool:
        """Whether a row is one that the work feeds."""
        resource = self.resource
        work = row["work"] if "work" in resource.by_name else self._package.work_of(resource, row)
        return work == self._extract.work and self._own(row) is not None

    def _own(self, row: Row) -> Row | None:
        """What tells the kind of a row among those that the work feeds."""
        fits = (own for own in self._owns if all(row.get(n) == v for n, v in own.items()))
        return next(fits, None)

    def _new(self, row: Row, before: Row | None) -> Row:
        """A row with what is not read of it as it was, if there is one that was the same."""
        words = before or {}
        return {
            name: row.get(name, "")
            or (words.get(name, TO_BE_WORDED) if self._is_ours(name, row) else "")
            or (words.get(name, "") if name not in row else "")
            for name in self.resource.header
        }

    def _is_ours(self, name: str, row: Row) -> bool:
        """Whether a cell holds our own words, which have to be there."""
        required = self.resource.by_name[name].constraints.get("required")
        return name not in row and bool(required)

    def _row(self, held: Row, said: Row) -> Row:
        """A row that stands already, as the edition leaves it."""
        ours = _OURS.get(self.resource.name, ())
        lasting = self._lasting(held, said)
        said = {k: v for k, v in said.items() if k not in (*ours, *lasting)}
        fields = [name for name in said if name not in _PLACE]
        differ = [name for name in fields if held.get(name, "") != said[name]]
        place: dict[str, str] = {name: said[name] for name in _PLACE if name in said}
        older = self._is_older(said, held)
        if differ and all(
            name in self._dates and _wider(said[name], held[name]) for name in differ
        ):
            return held  # the same, told less precisely
        if not differ:
            return {**held, **place} if older else held
        if older:
            # The later edition has the last word on what it states.
            filled = {**held, **{name: said[name] for name in differ if not held.get(name)}}
            all_of_it = all(filled[name] == said[name] for name in fields)
            return {**filled, **place} if all_of_it else filled
        empty = tuple(name for name in differ if not said[name])
        self.emptied += [Standing(self.resource.name, held, empty)] if empty else []
        return {**held, **said}

    def _lasting(self, held: Row, said: Row) -> tuple[str, ...]:
        """The cells that are read as empty, and stand all the same."""
        name, lifecycle = self.resource.name, self.resource.meaning.lifecycle
        never = (*_ROLES.get(name, ()), *((lifecycle.end, lifecycle.reason) if lifecycle else ()))
        found = tuple(n for n in never if n in said and not said[n] and held.get(n))
        if found and not self._is_older(said, held):
            self.kept.append(Standing(name, held, found))
        end = lifecycle.end if lifecycle else ""
        # "Have since left": by the day of the edition, as is known already, and more exactly.
        vague = end and said.get(end, "").startswith("../") and held.get(end)
        sure = vague and span(held[end]).is_by(span(said[end]).last or date.max)
        return (*found, end) if sure else found

    @property
    def _dates(self) -> tuple[str, ...]:
        """The fields that hold dates of what rows state."""
        lifecycle = self.resource.meaning.lifecycle
        return (*lifecycle.clocks, *lifecycle.moments) if lifecycle else ()

    def _is_older(self, said: Row, held: Row) -> bool:
        """Whether what is said was published before what is held."""
        if "source" not in said:
            return False
        mine = self._published.get(said["source"], "")
        return mine < self._published.get(held.get("source", ""), "")


def _wider(date: str, known: str) -> bool:
    """Whether a date holds all days of another, and more."""
    if not date or not known or "~" in known:
        return False
    one, two = span(date), span(known)
    if None in (one.first, one.last, two.first, two.last):
        return False
    return one != two and one.first <= two.first and two.last <= one.last  # type: ignore[operator]  # just seen


def _agree(before: Row | None, row: Row) -> bool:
    """Whether what an edition states of a row stood in one of an earlier edition."""
    fields = [name for name in row if name not in _PLACE]
    return before is not None and all(before[name] == row[name] for name in fields)
