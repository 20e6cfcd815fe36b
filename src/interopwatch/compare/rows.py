"""Compare rows that were matched by key, cell by cell and by type.

This module knows no files, packages or engines.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, compress
from operator import ne
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import RowChange
from interopwatch.errors import KeyProblemError
from interopwatch.package import types
from interopwatch.package.descriptor import Field
from interopwatch.package.table import sorter
from interopwatch.package.tolerance import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from interopwatch.package.descriptor import Resource

    Reader = tuple[Callable[[str], Hashable], Callable[[str], Hashable]]
    Readers = Mapping[str, Reader | None]
    Row = Mapping[str, str]
    Pairs = Sequence[tuple[object, object]]

NONE: Final = Tolerance()


class TableDiff(Struct, frozen=True):
    """What differs in one resource, or in some rows of it.

    Attributes:
        rows: Rows added, removed or changed.
        reformatted: Rows whose text differs and whose values do not.
        form_only: Whether nothing but the form of the file differs.
        ignored: How many rows differ only in ignored fields or within a tolerance.
    """

    rows: tuple[RowChange, ...] = ()
    reformatted: tuple[RowChange, ...] = ()
    form_only: bool = False
    ignored: int = 0

    @property
    def has_rows(self) -> bool:
        """Whether the rows explain why the files' bytes differ."""
        return bool(self.rows or self.reformatted or self.ignored)

    @property
    def diff(self) -> TableDiff:
        """What differs: itself."""
        return self

    @property
    def least(self) -> int:
        """How many rows differ in text, but for those that are ignored."""
        return len(self.rows) + len(self.reformatted)

    @property
    def alone(self) -> int:
        """How many rows were added or removed."""
        return sum(change.kind != "changed" for change in self.rows)


class RowPairs:
    """Some rows of two files that differ in text, to be compared by type when they are asked for.

    Whoever tells what differs may have them compared by another process: that is quicker than to
    pass to it what they have become.

    Attributes:
        pairs: The pairs.
        compare: What compares them.
    """

    def __init__(
        self,
        pairs: Pairs,
        compare: Callable[[Any], TableDiff],
        sure: Callable[[Any], int] = lambda _: 0,
    ) -> None:
        """Hold some pairs.

        Args:
            pairs: What becomes rows before and after; ``None`` where there is no such row.
            compare: Compares such pairs.
            sure: Says how many of such pairs are sure to be rows that differ.
        """
        self.pairs, self.compare, self._sure = pairs, compare, sure

    @cached_property
    def diff(self) -> TableDiff:
        """What differs.

        Raises:
            InteropwatchError: What comparing them raises.
        """
        return self.compare(self.pairs)

    @cached_property
    def least(self) -> int:
        """How many rows differ in text at the least, but for those that are ignored."""
        sure = self._sure(self.pairs)
        return sure if 2 * sure >= len(self.pairs) else self.diff.least

    @property
    def alone(self) -> int:
        """How many rows were added or removed."""
        return sum(None in pair for pair in self.pairs)


Part = TableDiff | RowPairs
"""What differs in some rows of a resource, compared already or not."""


def whole(parts: Iterable[Part]) -> TableDiff:
    """What differs in a resource."""
    found = [part.diff for part in parts]
    return TableDiff(
        tuple(chain.from_iterable(some.rows for some in found)),
        tuple(chain.from_iterable(some.reformatted for some in found)),
        any(some.form_only for some in found),
        sum(some.ignored for some in found),
    )


class RowComparer:
    """Compares rows that have one key, cell by cell and by type.

    Attributes:
        readers: How to read the cells of each field; see :func:`readers_of`.
    """

    def __init__(self, old: Resource, new: Resource, tolerance: Tolerance = NONE) -> None:
        self.readers = readers_of(old, new)
        self._resource, self._tolerance = new, tolerance
        self._ignored = tolerance.ignored
        self._are_texts = not any(self.readers.values()) and not tolerance
        self._names = list(self.readers)
        self._key = new.primary_key
        self._old_keys, self._new_keys = (_key_readers(side, self._key) for side in (old, new))

    def diff(self, pairs: Iterable[tuple[Row | None, Row | None]]) -> TableDiff:
        """What differs between rows before and after, in the order in which they come.

        Args:
            pairs: Rows of one key; ``None`` where there is no such row.

        Raises:
            KeyProblemError: A row has no key.
            ValueError: A cell is not of its field's type.
        """
        name = self._resource.name
        rows: list[RowChange] = []
        reformatted: list[RowChange] = []
        ignored = 0
        for was, now in pairs:
            row = was if now is None else now
            assert row is not None, "a pair has at least one side"
            if was == now:
                continue
            if was is None or now is None:
                key = self._key_of(row, is_old=now is None)
                rows.append(RowChange(name, key, was, now, tuple(row)))
                continue
            spelled, valued = self.fields(was, now)
            if valued:
                rows.append(RowChange(name, self._key_of(row), was, now, valued))
            elif spelled:
                reformatted.append(RowChange(name, self._key_of(row), was, now, spelled))
            elif self._tolerance and any(was.get(n, "") != now.get(n, "") for n in self.readers):
                ignored += 1  # else it only has fields more or fewer, which are empty
        return TableDiff(tuple(rows), tuple(reformatted), ignored=ignored)

    def fields(self, was: Row, now: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields whose text differs, and those among them whose value differs too.

        Raises:
            ValueError: A cell is not of its field's type.
        """
        if [*was] == self._names == [*now]:  # as in all rows of two tables of one form
            names = tuple(compress(self._names, map(ne, was.values(), now.values())))
        else:
            names = tuple([n for n in self._names if was.get(n, "") != now.get(n, "")])
        if self._are_texts:
            return names, names
        spelled, valued = [], []
        for name in names:
            if name in self._ignored:
                continue
            reader = self.readers[name]
            if reader is None:
                if not self._tolerance.allows(name, was.get(name, ""), now.get(name, "")):
                    valued.append(name)
                    spelled.append(name)
                continue
            mine, yours = reader[0](was.get(name, "")), reader[1](now.get(name, ""))
            if mine == yours:
                spelled.append(name)
            elif not self._tolerance.allows(name, mine, yours):
                valued.append(name)
                spelled.append(name)
        return tuple(spelled), tuple(valued)

    def fields_of_any(self, was: Row, now: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The same of rows with cells that are not of their field's type: these differ as texts."""
        try:
            return self.fields(was, now)
        except ValueError:
            names = tuple(n for n in self.readers if was.get(n, "") != now.get(n, ""))
            return names, names

    def _key_of(self, row: Row, *, is_old: bool = False) -> dict[str, str]:
        key = {name: row[name] for name in self._key}
        if "" in key.values() and not any(key.values()):
            raise KeyProblemError(f"{self._resource.name}: the row has no key")
        for field, reader in self._old_keys if is_old else self._new_keys:
            reader(key[field])
        return key


def _key_readers(
    resource: Resource, key: Sequence[str]
) -> list[tuple[str, Callable[[str], object]]]:
    """What reads the cells of a key, but for those that are plain text."""
    fields = [resource.by_name[name] for name in key if name in resource.by_name]
    return [(f.name, types.parser(f, ("",))) for f in fields if not _is_plain(f, resource)]


def readers_of(old: Resource, new: Resource) -> Readers:
    """For each field of either schema, how to read its cells on either side.

    A field that is text on both sides needs no reading: its texts are its values.
    """
    readers: dict[str, Reader | None] = {}
    for name in merged(old.header, new.header):
        plain = all(
            name not in resource.by_name or _is_plain(resource.by_name[name], resource)
            for resource in (old, new)
        )
        readers[name] = None if plain else (_reader(old, new, name), _reader(new, old, name))
    return readers


def _is_plain(field: Field, resource: Resource) -> bool:
    return field.type == "string" and types.gaps_of(field, resource.missing_values) == ("",)


def _reader(own: Resource, other: Resource, name: str) -> Callable[[str], Hashable]:
    field = own.by_name.get(name) or other.by_name[name]
    return types.parser(field, ("", *own.missing_values))


def change_of(
    resource: Resource,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
    fields: tuple[str, ...],
) -> RowChange:
    """The change of a row of a resource, under the key of the newer schema."""
    row = after if after is not None else before
    assert row is not None, "a change has at least one side"
    key = {name: row[name] for name in resource.primary_key}
    return RowChange(resource.name, key, before, after, fields)


def order_of(old: Resource, new: Resource) -> Callable[[RowChange], Any]:
    """What changes sort by: the key, in an order that does not depend on the direction."""
    key = new.primary_key
    typed = all(
        name in old.by_name and old.by_name[name].type == new.by_name[name].type for name in key
    )
    place = sorter(new if typed else replace(new, fields=tuple(Field(f.name) for f in new.fields)))

    def order(change: RowChange) -> Any:  # noqa: ANN401 - whatever sorts
        if change.before is None or change.after is None:
            return place(change.row)
        return min(place(change.before), place(change.after))

    return order
