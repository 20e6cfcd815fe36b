"""The numbers that rows have on their page, brought to those that the tables have.

Spells and occurrences are counted from the first that a page tells of. A page that leaves the first
out would give its number to the second, and so put one fact over another.

Items of a list are numbered, so that an item which is inserted moves all those below it. Our words
for an item have to go with it; else they would say of one item what is true of another. An item is
known again by the fingerprint of its text, and its old number by the sentence above the list.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from interopwatch.capture.english.dates import surely_after
from interopwatch.package.meaning import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from interopwatch.capture.model import Extract, Key, Passage, Row
    from interopwatch.package.descriptor import Resource

_NUMBER: Final = "position"
_COUNTERS: Final = {"memberships": ("spell", "start"), "milestones": ("occurrence", "date")}
"""By resource, the field of the key that counts, and the date by which rows are told apart."""


def aligned(resource: Resource, stated: Iterable[Row], held: Iterable[Row]) -> list[Row]:
    """What an edition states, under the numbers by which the tables know the same rows.

    A row is the known one of the same date; failing that, the next, or the last of those that
    had not ended before; failing that, it is new.
    """
    if resource.name not in _COUNTERS:
        return list(stated)
    counter, date = _COUNTERS[resource.name]
    end = (resource.meaning.lifecycle or Lifecycle()).end
    free: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in sorted(held, key=lambda row: int(row[counter])):
        free[_key_without(resource, row, counter)].append(row)
    last = {group: int(rows[-1][counter]) for group, rows in free.items()}
    found = [dict(row) for row in stated]
    waiting: defaultdict[Key, list[dict[str, str]]] = defaultdict(list)
    for row in found:
        known, given = free[group := _key_without(resource, row, counter)], row.get(date)
        same = next((each for each in known if given and each[date] == given), None)
        if same is None:
            waiting[group].append(row)
        else:
            row[counter] = same[counter]
            known.remove(same)
    for group, rows in waiting.items():
        left = len(rows)
        for row in rows:
            given = row.get(date, "")
            possible = [
                each
                for each in free[group]
                if not (end and each[end] and surely_after(given, each[end]))
            ]
            if possible:
                same = possible[0 if left >= len(possible) else -1]
                free[group].remove(same)
                row[counter] = same[counter]
                left -= 1
            else:
                last[group] = last.get(group, 0) + 1
                row[counter] = str(last[group])
    return list(found)


def _key_without(resource: Resource, row: Row, field: str) -> Key:
    return tuple(row[name] for name in resource.primary_key if name != field)


def moved(resource: Resource, extract: Extract) -> dict[Key, Key | None]:
    """The rows whose item had another number before.

    Args:
        resource: The resource of the rows.
        extract: What the edition states, accounted for.

    Returns:
        By the key of a row, the key it had; ``None`` for an item that is new where another one
        stood. A list of which the sentence above is unknown, too, is taken to be as it was.
    """
    found: dict[Key, Key | None] = {}
    for start, items in _runs(resource, extract):
        if start and items[0].key:
            before = {
                item.key: _renumbered(resource, item.key, item.known - start)
                for item in items
                if item.known and item.known > start
            }
            taken = set(before.values())
            found |= {item: old for item, old in before.items() if old != item}
            numbers = [item.key for item in items]
            found |= {item: None for item in numbers if item not in before and item in taken}
    return found


def divided(resource: Resource, extract: Extract) -> Iterator[Key]:
    """The rows whose items are on the page, as known text behind what now divides their list.

    Args:
        resource: The resource of the rows.
        extract: What the edition states, accounted for.
    """
    above, last = 0, _Item((), None, "")  # the number of the sentence above the list, and an item
    for start, items in _runs(resource, extract):
        if items[0].key:
            above, last = start or 0, items[0]
            continue
        for item in items:
            if above and item.locator == last.locator and (item.known or 0) > above:
                yield _renumbered(resource, last.key, (item.known or 0) - above)


class _Item(NamedTuple):
    """A passage: the row that it is all of, if it is one of a list, and its known number."""

    key: Key
    known: int | None
    locator: str


def _runs(resource: Resource, extract: Extract) -> Iterator[tuple[int | None, list[_Item]]]:
    """The lists of a page and what stands between them, each with the number of what is above."""
    if _NUMBER not in resource.primary_key or "source" in resource.primary_key:
        return
    at = resource.primary_key.index(_NUMBER)
    start: int | None = None
    loose = (_item(resource, passage) for passage in extract.passages if not passage.settled)
    for _, group in groupby(loose, lambda each: (bool(k := each.key), k[:at], k[at + 1 :])):
        items = list(group)
        yield start, items
        start = items[-1].known


def _item(resource: Resource, passage: Passage) -> _Item:
    one = len(passage.facts) == 1 and passage.facts[0].resource == resource.name
    return _Item(passage.facts[0].key if one else (), passage.known, passage.locator)


def _renumbered(resource: Resource, key: Key, number: int) -> Key:
    names = zip(resource.primary_key, key, strict=True)
    return tuple(str(number) if name == _NUMBER else cell for name, cell in names)
