"""Keys that are spelled otherwise throughout a table, of which too much differs to be held.

A table whose keys lost their leading zeros has gone and come again, row by row. What was
found is kept on disk; a sample shows whether keys are spelled otherwise, and how; rows that
went and rows that came are then sorted by what their keys have in common, and paired.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from itertools import chain, groupby
from typing import TYPE_CHECKING
from zlib import crc32

from interopwatch.compare.external_sort import in_order, kept
from interopwatch.compare.rekey import MASS, SPELLINGS, Pairing, simplest
from interopwatch.compare.rows import TableDiff, change_of, order_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from interopwatch.changeset.model import RowChange
    from interopwatch.compare.options import DiffOptions
    from interopwatch.compare.rekey import FieldRules
    from interopwatch.package.descriptor import Resource

    Row = Mapping[str, str]
    Key = tuple[str, ...]
    Spelling = Callable[[str], str]
    Cells = tuple[str, ...] | None
    Item = tuple[Cells, Cells, tuple[str, ...], bool]
    """A change as it is kept: its cells before and after, the fields that differ, and whether
    it is more than another spelling."""


@contextmanager
def reformatted(
    found: Iterable[TableDiff],
    old: Resource,
    new: Resource,
    rules: FieldRules,
    options: DiffOptions,
) -> Iterator[Iterator[TableDiff]]:
    """What was found, with rows whose keys are spelled otherwise as one change each.

    Args:
        found: What was found, some at a time, in the order of the keys.
        old: What the older descriptor says, in the names of the newer one.
        new: What the newer descriptor says.
        rules: Which fields are clerical or ignored.
        options: How much to hold at a time.
    """
    held = options.sorted_in_memory
    sample, packing = _Sample(new, options.key_sample), _Packing(new)
    ignored = 0

    def items() -> Iterator[list[Item]]:
        nonlocal ignored
        for some in found:
            ignored += some.ignored
            sample.add(some.rows)
            yield [packing.item(change, is_change=True) for change in some.rows]
            yield [packing.item(change, is_change=False) for change in some.reformatted]

    with ExitStack() as stack:
        every = stack.enter_context(kept(items()))
        spelling = sample.spelling()
        if spelling is None:
            changes = every()
        else:
            alone = ([item for item in some if None in item] for some in every())
            by_key = stack.enter_context(in_order(alone, packing.key(spelling), held))
            pairs = _paired(
                chain.from_iterable(by_key), packing, spelling, Pairing(old, new, rules)
            )
            others = ([item for item in some if None not in item] for some in every())
            order = order_of(old, new)
            changes = stack.enter_context(
                in_order(chain(others, pairs), lambda item: order(packing.change(item)), held)
            )
        yield chain([TableDiff(ignored=ignored)] if ignored else [], map(packing.found, changes))


class _Packing:
    """Makes of changes what takes little room, and changes of that again."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._before: tuple[str, ...] = ()
        self._after: tuple[str, ...] = ()

    def item(self, change: RowChange, *, is_change: bool) -> Item:
        """A change as it is kept; all rows of one side have the same fields."""
        before, after = change.before, change.after
        if before is not None:
            self._before = self._before or tuple(before)
        if after is not None:
            self._after = self._after or tuple(after)
        return (
            None if before is None else tuple(before.values()),
            None if after is None else tuple(after.values()),
            change.fields,
            is_change,
        )

    def rows(self, item: Item) -> tuple[Row | None, Row | None]:
        """The rows before and after."""
        before, after, _, _ = item
        return (
            None if before is None else dict(zip(self._before, before, strict=True)),
            None if after is None else dict(zip(self._after, after, strict=True)),
        )

    def change(self, item: Item) -> RowChange:
        """The change that is kept."""
        return change_of(self._resource, *self.rows(item), item[2])

    def found(self, items: Iterable[Item]) -> TableDiff:
        """The changes that are kept."""
        by_kind: dict[bool, list[RowChange]] = {True: [], False: []}
        for item in items:
            by_kind[item[3]].append(self.change(item))
        return TableDiff(tuple(by_kind[True]), tuple(by_kind[False]))

    def key(self, spelling: Spelling) -> Callable[[Item], Key]:
        """What gives what a row's key has in common with other spellings of it."""
        names = self._resource.primary_key
        sides = [[names_of.index(n) for n in names] for names_of in (self._before, self._after)]

        def key(item: Item) -> Key:
            before, after, _, _ = item
            cells, places = (before, sides[0]) if before is not None else (after, sides[1])
            assert cells is not None, "a change has at least one side"
            return tuple([spelling(cells[place]) for place in places])

        return key


def _paired(
    alone: Iterable[Item], packing: _Packing, spelling: Spelling, pairing: Pairing
) -> Iterator[list[Item]]:
    """Rows that went and came, each two that have a key in common with no other as one."""
    for _, group in groupby(alone, packing.key(spelling)):
        items = list(group)
        rows = [packing.rows(item) for item in items]
        gone = [before for before, _ in rows if before is not None]
        came = [after for _, after in rows if after is not None]
        if len(gone) == len(came) == 1:
            change, is_change = pairing.change(gone[0], came[0], spelled_only=True)
            yield [packing.item(change, is_change=is_change)] if change.fields else []
        else:
            yield items


class _Sample:
    """Some of the keys that went and came: those of which the simplest spelling says so."""

    def __init__(self, resource: Resource, most: int) -> None:
        self._names = resource.primary_key
        self._most, self._one_in = most, 1
        self._sides: tuple[set[Key], set[Key]] = (set(), set())

    def add(self, changes: Iterable[RowChange]) -> None:
        """Look at some changes."""
        for change in changes:
            if change.before is not None and change.after is not None:
                continue
            row = change.row
            key = tuple([row[name] for name in self._names])
            if self._has(key):
                side = self._sides[change.before is None]
                side.add(key)
                if len(side) > self._most:
                    self._thin_out()

    def _has(self, key: Key) -> bool:
        text = "\0".join(map(simplest, key))
        return crc32(text.encode(errors="surrogatepass")) % self._one_in == 0

    def _thin_out(self) -> None:
        self._one_in *= 2
        gone, came = self._sides
        self._sides = {k for k in gone if self._has(k)}, {k for k in came if self._has(k)}

    def spelling(self) -> Spelling | None:
        """What keys have in common that are spelled otherwise; ``None`` if most have nothing."""
        gone, came = self._sides
        enough = max(MASS, min(len(gone), len(came)) / 2)
        for spelling in (*SPELLINGS.values(), simplest):
            mine = Counter(tuple(map(spelling, key)) for key in gone)
            yours = Counter(tuple(map(spelling, key)) for key in came)
            if sum(number == yours[key] == 1 for key, number in mine.items()) >= enough:
                return spelling
        return None
