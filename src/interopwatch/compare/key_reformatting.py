"""Recognise keys that were reformatted throughout a table with too many changes for memory.

Where the keys of a table lost their leading zeros, every row appears as removed and added. The
changes are spooled to disk, and a sample of the keys shows whether and how they were reformatted.
Removed and added rows are then sorted by their normalised keys, and paired.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain, groupby
from typing import TYPE_CHECKING
from zlib import crc32

from interopwatch.compare.external_sort import in_order, kept
from interopwatch.compare.rekey import MASS, SPELLINGS, Pairing, simplest
from interopwatch.compare.rows import TableDiff, order_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from interopwatch.changeset.model import RowChange
    from interopwatch.compare.options import DiffOptions
    from interopwatch.compare.rekey import FieldRules
    from interopwatch.package.descriptor import Resource

    Key = tuple[str, ...]
    Spelling = Callable[[str], str]
    Item = tuple[RowChange, bool]
    """A change, and whether any value changed."""


@contextmanager
def reformatted(
    found: Iterable[TableDiff],
    old: Resource,
    new: Resource,
    rules: FieldRules,
    options: DiffOptions,
) -> Iterator[Iterator[TableDiff]]:
    """Provide the differences of a resource, with each row whose key was reformatted as one change.

    Args:
        found: The differences in batches, in the order of the keys.
        old: The older resource, with the field names of the newer one.
        new: The newer resource.
        rules: The clerical and ignored fields.
        options: How many items to hold at a time, and how many keys to sample.
    """
    held = options.sorted_in_memory
    sample = _Sample(new, options.key_sample)
    ignored = 0

    def items() -> Iterator[list[Item]]:
        nonlocal ignored
        for some in found:
            ignored += some.ignored
            sample.add(some.rows)
            yield [(change, True) for change in some.rows]
            yield [(change, False) for change in some.reformatted]

    with ExitStack() as stack:
        every = stack.enter_context(kept(items()))
        spelling = sample.spelling()
        if spelling is None:
            changes = every()
        else:
            key, order = partial(_key, new, spelling), order_of(old, new)
            alone = ([item for item in some if _is_alone(item)] for some in every())
            by_key = stack.enter_context(in_order(alone, key, held))
            pairs = _paired(chain.from_iterable(by_key), key, Pairing(old, new, rules))
            others = ([item for item in some if not _is_alone(item)] for some in every())
            changes = stack.enter_context(
                in_order(chain(others, pairs), lambda item: order(item[0]), held)
            )
        yield chain([TableDiff(ignored=ignored)] if ignored else [], map(_found, changes))


def _found(items: Sequence[Item]) -> TableDiff:
    return TableDiff(
        tuple(change for change, is_change in items if is_change),
        tuple(change for change, is_change in items if not is_change),
    )


def _is_alone(item: Item) -> bool:
    return item[0].kind != "changed"


def _key(resource: Resource, spelling: Spelling, item: Item) -> Key:
    """Return the normalised key of a row."""
    row = item[0].row
    return tuple([spelling(row[name]) for name in resource.primary_key])


def _paired(
    alone: Iterable[Item], key: Callable[[Item], Key], pairing: Pairing
) -> Iterator[list[Item]]:
    """Merge a removed and an added row into one change if no other row has their key."""
    for _, group in groupby(alone, key):
        items = list(group)
        gone = [change.before for change, _ in items if change.before is not None]
        came = [change.after for change, _ in items if change.after is not None]
        if len(gone) == len(came) == 1:
            change, is_change = pairing.change(gone[0], came[0], spelled_only=True)
            yield [(change, is_change)] if change.fields else []
        else:
            yield items


class _Sample:
    """A sample of the removed and added keys, chosen by a hash of their normalised form."""

    def __init__(self, resource: Resource, most: int) -> None:
        self._names = resource.primary_key
        self._most, self._one_in = most, 1
        self._sides: tuple[set[Key], set[Key]] = (set(), set())

    def add(self, changes: Iterable[RowChange]) -> None:
        """Add the keys of removed and added rows to the sample."""
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
        """Return the normalisation under which most keys agree; ``None`` if there is none."""
        gone, came = self._sides
        enough = max(MASS, min(len(gone), len(came)) / 2)
        for spelling in (*SPELLINGS.values(), simplest):
            mine = Counter(tuple(map(spelling, key)) for key in gone)
            yours = Counter(tuple(map(spelling, key)) for key in came)
            if sum(number == yours[key] == 1 for key, number in mine.items()) >= enough:
                return spelling
        return None
