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
    """The differences of one resource, or of some of its rows.

    Attributes:
        rows: Rows added, removed or changed.
        reformatted: Rows with the same values in different text.
        form_only: Whether only the form of the file differs.
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
        """The diff itself, as :attr:`RowPairs.diff`."""
        return self

    @property
    def least(self) -> int:
        """The number of rows that differ in text, without ignored ones."""
        return len(self.rows) + len(self.reformatted)

    @property
    def alone(self) -> int:
        """How many rows were added or removed."""
        return sum(change.kind != "changed" for change in self.rows)


class RowPairs:
    """Pairs of rows that differ in text, compared by type on demand.

    A consumer may have another process compare them, which is faster than to send the resulting
    changes to it.

    Attributes:
        pairs: The pairs.
        compare: Compares such pairs.
    """

    def __init__(
        self,
        pairs: Pairs,
        compare: Callable[[Any], TableDiff],
        sure: Callable[[Any], int] = lambda _: 0,
    ) -> None:
        """Hold some pairs.

        Args:
            pairs: Records before and after, to be parsed as rows; ``None`` for a missing side.
            compare: Compares such pairs.
            sure: Returns how many of such pairs are certain to differ without parsing them.
        """
        self.pairs, self.compare, self._sure = pairs, compare, sure

    @cached_property
    def diff(self) -> TableDiff:
        """The differences of the pairs.

        Raises:
            InteropwatchError: Comparing them raises it.
        """
        return self.compare(self.pairs)

    @cached_property
    def least(self) -> int:
        """A lower bound on the number of rows that differ in text, without ignored ones."""
        sure = self._sure(self.pairs)
        return sure if 2 * sure >= len(self.pairs) else self.diff.least

    @property
    def alone(self) -> int:
        """How many rows were added or removed."""
        return sum(None in pair for pair in self.pairs)


Part = TableDiff | RowPairs
"""The differences of some rows of a resource, compared already or on demand."""


def whole(parts: Iterable[Part]) -> TableDiff:
    """Combine parts into the differences of a complete resource."""
    found = [part.diff for part in parts]
    return TableDiff(
        tuple(chain.from_iterable(some.rows for some in found)),
        tuple(chain.from_iterable(some.reformatted for some in found)),
        any(some.form_only for some in found),
        sum(some.ignored for some in found),
    )


class RowComparer:
    """Compares rows with the same key, cell by cell and by type.

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
        """Return the differences between rows before and after, in the order of the pairs.

        Args:
            pairs: Rows with the same key; ``None`` for a missing side.

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
                ignored += 1  # otherwise, it only has more or fewer fields, which are empty
        return TableDiff(tuple(rows), tuple(reformatted), ignored=ignored)

    def fields(self, was: Row, now: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the fields whose text differs, and those among them whose value differs too.

        Raises:
            ValueError: A cell is not of its field's type.
        """
        if [*was] == self._names == [*now]:  # the case of two tables with the same header
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
        """Return the same, comparing texts if a cell is not of its field's type."""
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
    """Return the parsers of the key fields, except those that are plain text."""
    fields = [resource.by_name[name] for name in key if name in resource.by_name]
    return [(f.name, types.parser(f, ("",))) for f in fields if not _is_plain(f, resource)]


def readers_of(old: Resource, new: Resource) -> Readers:
    """Return, for each field of either schema, the parsers of its cells on both sides.

    ``None`` for a field that is text on both sides, whose texts are its values.
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
    return field.type == "string" and types.missing_values_of(field, resource.missing_values) == (
        "",
    )


def _reader(own: Resource, other: Resource, name: str) -> Callable[[str], Hashable]:
    field = own.by_name.get(name) or other.by_name[name]
    return types.parser(field, ("", *own.missing_values))


def change_of(
    resource: Resource,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
    fields: tuple[str, ...],
) -> RowChange:
    """Return the change of a row, identified by the primary key of a resource."""
    row = after if after is not None else before
    assert row is not None, "a change has at least one side"
    key = {name: row[name] for name in resource.primary_key}
    return RowChange(resource.name, key, before, after, fields)


def order_of(old: Resource, new: Resource) -> Callable[[RowChange], Any]:
    """Return the sort key function of changes: by key, whatever the direction of comparison."""
    key = new.primary_key
    typed = all(
        name in old.by_name and old.by_name[name].type == new.by_name[name].type for name in key
    )
    place = sorter(new if typed else replace(new, fields=tuple(Field(f.name) for f in new.fields)))

    def order(change: RowChange) -> Any:  # noqa: ANN401 - any sort key
        if change.before is None or change.after is None:
            return place(change.row)
        return min(place(change.before), place(change.after))

    return order
