"""Recognise rows whose key changed: pair a removed row with an added one.

Two such rows are the same row if

* the key has the same text, and only its type changed; or
* the key refers to another row (a foreign key), and that row's key changed; or
* keys were reformatted throughout the table: leading zeros, case, white space; or
* all cells outside the key are equal, and no other row of either table has the same cells.

Rows whose keys refer to different rows (a membership of Finland, a membership of Sweden) are never
paired by their other cells. This module knows no files or engines, and the result does not depend
on which side is the newer.
"""

from __future__ import annotations

from collections import Counter
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.compare.rows import RowComparer, TableDiff, change_of, order_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.tolerance import Tolerance

    Row = Mapping[str, str]
    Key = tuple[str, ...]
    Pair = tuple[RowChange, RowChange]
    Moved = Mapping[str, Mapping[Key, Key]]
    RowsWith = Callable[[str, str, Collection[str]], Iterable[Iterable[Row]] | None]

MASS: Final = 3
"""The minimum number of reformatted keys for the reformatting to be the table's."""

_NONE: Final[Moved] = MappingProxyType({})

SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "leading zeros": lambda key: key.lstrip("0") or key[:1],
    "case": str.casefold,
    "white space": lambda key: "".join(key.split()),
}
"""What keys often lose or gain in other tools, each with the function that removes it."""
_SIMPLEST: Final = tuple(SPELLINGS.values())[::-1]


class FieldRules(Struct, frozen=True):
    """The fields of a resource that are clerical, ignored, or compared within a tolerance."""

    clerical: frozenset[str]
    tolerance: Tolerance


def rekeyed(
    found: Mapping[str, TableDiff],
    old: Descriptor,
    new: Descriptor,
    rules: Callable[[str], FieldRules],
    rows: RowsWith,
) -> dict[str, TableDiff]:
    """Return the differences of each resource, with each row whose key changed as one change.

    Args:
        found: The differences found by matching keys, by resource.
        old: The older descriptor, with the names of the newer one.
        new: The newer descriptor.
        rules: Returns the clerical and ignored fields of a resource.
        rows: Returns, for a resource, a field and cells, the rows of both tables that have one of
            the cells in the field, under the names of the newer table; ``None`` if they cannot be
            read. Only called if added rows have the same contents as removed ones.
    """
    done: dict[str, TableDiff] = {}
    moved: dict[str, dict[Key, Key]] = {}
    for name in _referred_first(found, new):
        was, now = old.by_name.get(name), new.by_name.get(name)
        if was is None or now is None or not now.primary_key:
            done[name] = found[name]
            continue
        pairing = Pairing(was, now, rules(name), moved, rows)
        done[name] = pairing.found(found[name])
        changed = (*done[name].rows, *done[name].reformatted)
        moved[name] = {
            _key(change.before, now): _key(change.after, now)
            for change in changed
            if change.before is not None and change.after is not None and change.has_new_key
        }
    return {name: done[name] for name in found}


def _referred_first(names: Mapping[str, TableDiff], descriptor: Descriptor) -> list[str]:
    """Order resources topologically: those that foreign keys refer to come first."""
    ordered: dict[str, None] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above or name in ordered:
            return
        resource = descriptor.by_name.get(name)
        for key in resource.foreign_keys if resource is not None else ():
            if key.resource in names:
                visit(key.resource, (*above, name))
        ordered[name] = None

    for name in names:
        visit(name, ())
    return list(ordered)


def _key(row: Row, resource: Resource) -> Key:
    return tuple([row[name] for name in resource.primary_key])


class Pairing:
    """Finds the rows of one resource whose key changed."""

    def __init__(
        self,
        old: Resource,
        new: Resource,
        rules: FieldRules,
        moved: Moved = _NONE,
        rows: RowsWith = lambda *_: None,
    ) -> None:
        self._old, self._new, self._rows = old, new, rows
        self._moved = moved
        self._compare = RowComparer(old, new, rules.tolerance)
        self._names = new.primary_key
        self._content = tuple(
            name
            for name in new.header
            if name in old.by_name
            and name not in self._names
            and name not in rules.clerical
            and name not in rules.tolerance.ignored
        )

    def found(self, found: TableDiff) -> TableDiff:
        """Return the differences, with each row whose key changed as one change."""
        gone = [c for c in found.rows if c.after is None]
        came = [c for c in found.rows if c.before is None]
        if not gone or not came:
            return found
        rows: list[RowChange] = []
        reformatted: list[RowChange] = []
        taken: set[int] = set()
        for spelled_only, pairs in self._pairs(gone, came):
            for was, now in pairs:
                taken |= {id(was), id(now)}
                change, is_change = self.change(was.row, now.row, spelled_only=spelled_only)
                if change.fields:
                    (rows if is_change else reformatted).append(change)
        if not taken:
            return found
        in_order = order_of(self._old, self._new)
        rows += [change for change in found.rows if id(change) not in taken]
        reformatted += found.reformatted
        return replace(
            found,
            rows=tuple(sorted(rows, key=in_order)),
            reformatted=tuple(sorted(reformatted, key=in_order)),
        )

    def change(self, was: Row, now: Row, *, spelled_only: bool) -> tuple[RowChange, bool]:
        """Return the change between two paired rows, and whether any value changed.

        Args:
            was: The removed row.
            now: The added row.
            spelled_only: Whether their keys differ only in spelling.
        """
        spelled, valued = self._compare.fields_of_any(was, now)
        if _key(was, self._new) == _key(now, self._new):  # its type is among the schema changes
            spelled, valued = (
                tuple(n for n in names if n not in self._names) for names in (spelled, valued)
            )
        if spelled_only and not any(name not in self._names for name in valued):
            return change_of(self._new, was, now, spelled), False
        return change_of(self._new, was, now, valued), True

    def _pairs(
        self, gone: Sequence[RowChange], came: Sequence[RowChange]
    ) -> Iterator[tuple[bool, list[Pair]]]:
        for spelled_only, find in (
            (True, self._retyped),
            (False, self._followed),
            (True, self._reformatted),
            (False, self._alike),
        ):
            pairs = find(gone, came)
            if not pairs:
                continue
            yield spelled_only, pairs
            taken = {id(change) for pair in pairs for change in pair}
            gone = [change for change in gone if id(change) not in taken]
            came = [change for change in came if id(change) not in taken]

    def _retyped(self, gone: Sequence[RowChange], came: Sequence[RowChange]) -> list[Pair]:
        """Pair rows whose keys have the same text and different types."""
        return _partners(gone, came, self._keys(gone), self._keys(came))

    def _followed(self, gone: Sequence[RowChange], came: Sequence[RowChange]) -> list[Pair]:
        """Pair rows whose keys refer to rows whose own keys changed."""
        refers = [self._new.references.get(name) for name in self._names]
        targets = [self._moved.get(r.resource, {}) if r is not None else {} for r in refers]
        if not any(targets):
            return []
        moved = [
            tuple(target.get((c,), (c,))[0] for c, target in zip(key, targets, strict=True))
            for key in self._keys(gone)
        ]
        return _partners(gone, came, moved, self._keys(came))

    def _reformatted(self, gone: Sequence[RowChange], came: Sequence[RowChange]) -> list[Pair]:
        """Pair rows whose keys differ only in spelling, if most keys do."""
        enough = max(MASS, min(len(gone), len(came)) / 2)
        mine, yours = self._keys(gone), self._keys(came)
        # Keys that agree after any normalisation also agree after all of them.
        simple = {tuple(map(simplest, key)) for key in mine}
        if simple.isdisjoint(tuple(map(simplest, key)) for key in yours):
            return []
        for spelling in (*SPELLINGS.values(), simplest):
            plain = ([tuple(map(spelling, key)) for key in keys] for keys in (mine, yours))
            pairs = _partners(gone, came, *plain)
            if len(pairs) >= enough:
                return pairs
        return []

    def _keys(self, changes: Sequence[RowChange]) -> list[Key]:
        return [_key(change.row, self._new) for change in changes]

    def _alike(self, gone: Sequence[RowChange], came: Sequence[RowChange]) -> list[Pair]:
        """Pair rows that are equal except for their keys, and distinctive in both tables."""
        pairs = [
            pair
            for pair in _partners(gone, came, self._contents(gone), self._contents(came))
            if self._is_distinctive(pair[0].row) and self._may_differ(pair)
        ]
        if not pairs:
            return []
        found = {self._content_of(pair[0].row): pair for pair in pairs}
        # The cells of the most selective field rule out most rows before the others are read.
        columns = [set(cells) for cells in zip(*found, strict=True)]
        at = max(range(len(columns)), key=lambda each: len(columns[each]))
        tables = self._rows(self._new.name, self._content[at], columns[at]) or [()]
        for side, rows in enumerate(tables):
            keys = {c: _key(pair[side].row, self._new) for c, pair in found.items()}
            found = {content: found[content] for content in self._unique(keys, rows)}
        return list(found.values())

    def _unique(self, keys: Mapping[Key, Key], rows: Iterable[Row]) -> Iterator[Key]:
        """Return the contents that only one of the rows has, namely the row with their key."""
        left = dict(keys)
        met: set[Key] = set()
        for row in rows:
            if not left:
                break  # soon, in tables with many duplicates
            content = self._content_of(row)
            if content not in left:
                continue
            if content in met or _key(row, self._new) != left[content]:
                del left[content]
            else:
                met.add(content)
        return filter(met.__contains__, left)

    def _contents(self, changes: Sequence[RowChange]) -> list[Key]:
        return [self._content_of(change.row) for change in changes]

    def _content_of(self, row: Row) -> Key:
        return tuple(map(row.get, self._content, repeat("")))

    def _is_distinctive(self, row: Row) -> bool:
        """Whether the contents identify a row: two cells outside the key, or one with letters.

        Booleans and foreign keys do not count.
        """
        own = [
            row.get(name, "")
            for name in self._content
            if name not in self._new.references and self._new.by_name[name].type != "boolean"
        ]
        stated = [cell for cell in own if cell]
        return len(stated) > 1 or any(any(map(str.isalpha, cell)) for cell in stated)

    def _may_differ(self, pair: Pair) -> bool:
        """Whether no differing part of the key is a foreign key."""
        refers = {name for key in self._new.foreign_keys for name in key.fields}
        was, now = pair[0].row, pair[1].row
        return not any(was[name] != now[name] for name in self._names if name in refers)


def simplest(key: str) -> str:
    """Return a key after all normalisations of :data:`SPELLINGS`."""
    for spelling in _SIMPLEST:
        key = spelling(key)
    return key


def _partners(
    gone: Sequence[RowChange],
    came: Sequence[RowChange],
    of_gone: Sequence[Key],
    of_came: Sequence[Key],
) -> list[Pair]:
    """Pair the changes whose keys are equal, and unique on both sides."""
    there = dict(zip(of_came, came, strict=True))
    if there.keys().isdisjoint(of_gone):
        return []
    mine, yours = Counter(of_gone), Counter(of_came)
    return [
        (change, there[key])
        for change, key in zip(gone, of_gone, strict=True)
        if mine[key] == 1 and yours[key] == 1
    ]
