"""Merge what an edition states into the tables.

``source`` is the first edition that states a row as it stands, so a row that an edition only
repeats stays as it is, whatever order works are captured in. Our own words are kept. What the
page of a work no longer states leaves the tables; older snapshots keep it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE, fingerprint, fingerprints
from interopwatch.capture.list_moves import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.capture.model import Extract
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]
    Key = tuple[str, ...]

TO_BE_WORDED: Final = "To be worded."
"""What stands where our own words are required and there are none yet."""
_PLACE: Final = ("source", "locator")
_SHARED: Final = ("parties",)
"""Resources whose rows are names of things: they stay, for names that come back."""

_LASTING: Final = {
    "formats": ("acronym", "parent", "launched", "launch_event"),
    "parties": ("iso_alpha2", "alliance_role", "joined_alliance"),
}
"""Fields that stay as they are where an edition does not mention them: what does not change, an
edition need not repeat."""
_OURS: Final = {"parties": ("name",)}
"""Fields that have our word once there is a row: a page may call a country by another name."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The tables after an edition was captured.

    Attributes:
        rows: By resource, all its rows, where any differs.
        unworded: The rows that lack our own words: resource, key, field.
        gone: How many rows left each resource, and how many of this work it held.
        emptied: The cells of rows that stay which the edition leaves empty, and what stood
            there: resource, key, field, cell.
    """

    rows: Mapping[str, tuple[Row, ...]]
    unworded: tuple[tuple[str, Key, str], ...]
    gone: Mapping[str, tuple[int, int]]
    emptied: tuple[tuple[str, Key, str, str], ...] = ()


def merge(package: Package, extract: Extract) -> Merged:
    """The tables of a package after an edition of a work.

    Args:
        package: The package before; it is not changed.
        extract: What the edition states.
    """
    rows: dict[str, tuple[Row, ...]] = {}
    unworded: list[tuple[str, Key, str]] = []
    gone: dict[str, tuple[int, int]] = {}
    emptied: list[tuple[str, Key, str, str]] = []
    stated = {**extract.rows, RESOURCE: fingerprints(extract)}
    owns = {**extract.owns, RESOURCE: ({},)}
    published = _published(package, extract)
    for resource in package.descriptor.resources:
        name = resource.name
        if name not in stated and name not in owns:
            continue
        table = _Table(package, resource, extract, published)
        found = table.merged(stated.get(name, ()), owns.get(name, ()))
        gone[name] = table.gone
        emptied += [(name, *cell) for cell in table.emptied]
        if list(found) != list(package.rows(name)):
            rows[name] = tuple(found)
        unworded += [(name, key, field) for key, field in table.unworded(found)]
    return Merged(rows, tuple(unworded), gone, tuple(emptied))


def _published(package: Package, extract: Extract) -> dict[str, str]:
    """The dates of all editions, the captured one among them, by their ids."""
    found = {row["source"]: row["published"] for row in package.rows("sources")}
    found.update({row["source"]: row["published"] for row in extract.rows.get("sources", ())})
    return found


class _Table:
    """One resource, as an edition is brought into it."""

    def __init__(
        self, package: Package, resource: Resource, extract: Extract, published: Mapping[str, str]
    ) -> None:
        self._package, self._resource, self._extract = package, resource, extract
        self._published = published
        self.gone = (0, 0)
        self.emptied: list[tuple[Key, str, str]] = []

    def merged(self, stated: Sequence[Row], owns: Iterable[Row]) -> list[Row]:
        """All rows of the resource after the edition."""
        resource = self._resource
        held = {resource.key_of(row): row for row in self._package.rows(resource.name)}
        said = {resource.key_of(row): row for row in stated}
        mine = [key for key, row in held.items() if self._is_mine(row, tuple(owns))]
        left = [key for key in mine if key not in said]
        if resource.name in _SHARED:
            left = []
        places = {self._place(row) for row in said.values()}
        self.gone = (sum(self._place(held[key]) not in places for key in left), len(mine))
        earlier = {self._place(held[key]): held[key] for key in left}
        familiar = self._familiar()
        kept = {key: row for key, row in held.items() if key not in set(left)}
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
        return tuple(row[name] for name in self._resource.primary_key if name != "source")

    def _familiar(self) -> frozenset[Key]:
        """The rows that the edition states in the words of an earlier one."""
        name, work = self._resource.name, self._extract.work
        known = {row["digest"] for row in self._package.rows(RESOURCE) if row["work"] == work}
        return frozenset(
            fact.key
            for passage in self._extract.passages
            if not passage.settled and any(fact.resource == name for fact in passage.facts)
            and fingerprint(passage.text) in known
            for fact in passage.facts
            if fact.resource == name
        )  # fmt: skip

    def _is_mine(self, row: Row, owns: Sequence[Row]) -> bool:
        """Whether a row is one that the work feeds."""
        resource = self._resource
        work = row["work"] if "work" in resource.by_name else self._package.work_of(resource, row)
        return work == self._extract.work and any(
            all(row.get(name) == value for name, value in own.items()) for own in owns
        )

    def _new(self, row: Row, before: Row | None) -> Row:
        """A row with our words of another, if there is one that was the same."""
        words = before or {}
        return {
            name: row.get(name, "")
            or (words.get(name, TO_BE_WORDED) if self._is_ours(name, row) else "")
            for name in self._resource.header
        }

    def _is_ours(self, name: str, row: Row) -> bool:
        """Whether a cell holds our own words, which have to be there."""
        required = self._resource.by_name[name].constraints.get("required")
        return name not in row and bool(required)

    def _row(self, held: Row, said: Row) -> Row:
        """A row that stands already, as the edition leaves it."""
        lasting = _LASTING.get(self._resource.name, ())
        ours = _OURS.get(self._resource.name, ())
        said = {k: v for k, v in said.items() if k not in ours and (v or k not in lasting)}
        fields = [name for name in said if name not in _PLACE]
        differ = [name for name in fields if held.get(name, "") != said[name]]
        place: dict[str, str] = {name: said[name] for name in _PLACE if name in said}
        older = self._is_older(said, held)
        if not differ:
            return {**held, **place} if older else held
        if older:
            # The later edition has the last word on what it states.
            filled = {**held, **{name: said[name] for name in differ if not held.get(name)}}
            all_of_it = all(filled[name] == said[name] for name in fields)
            return {**filled, **place} if all_of_it else filled
        key = self._resource.key_of(held)
        self.emptied += [(key, name, held[name]) for name in differ if not said[name]]
        return {**held, **said}

    def _is_older(self, said: Row, held: Row) -> bool:
        """Whether what is said was published before what is held."""
        if "source" not in said:
            return False
        mine = self._published.get(said["source"], "")
        return mine < self._published.get(held.get("source", ""), "")

    def unworded(self, rows: Iterable[Row]) -> list[tuple[Key, str]]:
        """The cells that lack our own words."""
        return [
            (self._resource.key_of(row), name)
            for row in rows
            for name, cell in row.items()
            if cell == TO_BE_WORDED
        ]


def _agree(before: Row | None, row: Row) -> bool:
    """Whether what an edition states of a row stood in one of an earlier edition."""
    fields = [name for name in row if name not in _PLACE]
    return before is not None and all(before[name] == row[name] for name in fields)
