"""Rows that are numbered on their page, brought to the numbers that the tables have.

Spells and occurrences are counted from the first that a page tells of. A page that leaves the first
out would give its number to the second, and so put one fact over another.

Items of a list are numbered, so that an item which is inserted moves all those below it. Our words
for an item have to go with it; else they would say of one item what is true of another. An item is
known again by the fingerprint of its text, and its old number by the sentence above the list.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from interopwatch.capture.account import RESOURCE, fingerprint
from interopwatch.capture.english.dates import surely_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.model import Extract, Passage
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Row = Mapping[str, str]
    Key = tuple[str, ...]

_NUMBER: Final = "position"
_COUNTERS: Final = {"memberships": ("spell", "start"), "milestones": ("occurrence", "date")}
"""By resource, the field of the key that counts, and the date by which rows are told apart."""


def aligned(resource: Resource, stated: Iterable[Row], held: Iterable[Row]) -> list[Row]:
    """What an edition states, under the numbers by which the tables know the same rows."""
    if resource.name not in _COUNTERS:
        return list(stated)
    counter, date = _COUNTERS[resource.name]
    known: dict[Key, list[Row]] = {}
    for row in sorted(held, key=lambda row: int(row[counter])):
        known.setdefault(_group(resource, row, counter), []).append(row)
    stated = list(stated)
    numbers: dict[int, str] = {}
    taken: set[Key] = set()
    for exact in (True, False):
        for at, row in enumerate(stated):
            group = _group(resource, row, counter)
            free = [each for each in known.get(group, ()) if resource.key_of(each) not in taken]
            rest = [n for n, each in enumerate(stated) if _group(resource, each, counter) == group]
            waiting = sum(n not in numbers for n in rest)
            same = _same(resource, row, free, date, waiting, exact=exact)
            if at not in numbers and same is not None:
                numbers[at] = same[counter]
                taken.add(resource.key_of(same))
    found: list[Row] = []
    for at, row in enumerate(stated):
        group = _group(resource, row, counter)
        if at not in numbers:
            others = [int(each[counter]) for each in known.get(group, ())]
            others += [int(r[counter]) for r in found if _group(resource, r, counter) == group]
            numbers[at] = str(max(others, default=0) + 1)
        found.append({**row, counter: numbers[at]})
    return found


def _group(resource: Resource, row: Row, counter: str) -> Key:
    return tuple(row[name] for name in resource.primary_key if name != counter)


def _same(
    resource: Resource, row: Row, free: list[Row], date: str, waiting: int, *, exact: bool
) -> Row | None:
    """The known row that a stated one is: of the same date; failing that, the next or the last."""
    given, lifecycle = row.get(date, ""), resource.meaning.lifecycle
    if exact:
        return next((each for each in free if given and each[date] == given), None)
    end = lifecycle.end if lifecycle else ""
    possible = [each for each in free if not (end and each[end] and surely_after(given, each[end]))]
    if not possible:
        return None
    return possible[0] if waiting >= len(possible) else possible[-1]


def moved(package: Package, resource: Resource, extract: Extract) -> dict[Key, Key | None]:
    """The rows whose item had another number before.

    Args:
        package: The package before.
        resource: The resource of the rows.
        extract: What the edition states.

    Returns:
        By the key of a row, the key it had; ``None`` for an item that is new where another one
        stood. A list of which the sentence above is unknown, too, is taken to be as it was.
    """
    if _NUMBER not in resource.primary_key or "source" in resource.primary_key:
        return {}
    at = resource.primary_key.index(_NUMBER)
    known = {
        (row["locator"], row["digest"]): int(row[_NUMBER])
        for row in package.rows(RESOURCE)
        if row["work"] == extract.work
    }
    found: dict[Key, Key | None] = {}
    above: Passage | None = None
    loose = [passage for passage in extract.passages if not passage.settled]
    for _, group in groupby(loose, lambda passage: _list_of(passage, resource.name, at)):
        passages = list(group)
        key = _key(passages[0], resource.name)
        start = known.get((above.locator, fingerprint(above.text))) if above is not None else None
        if key is not None and start is not None:
            items = {
                _key(each, resource.name) or (): known.get((each.locator, fingerprint(each.text)))
                for each in passages
            }
            found.update(_numbers(items, at, start))
        above = passages[-1]
    return found


def _key(passage: Passage, resource: str) -> Key | None:
    """The row that a passage is all of; none if it gave several, or one of another resource."""
    facts = [fact.key for fact in passage.facts if fact.resource == resource]
    return facts[0] if len(facts) == len(passage.facts) == 1 else None


def _list_of(passage: Passage, resource: str, at: int) -> Key | None:
    key = _key(passage, resource)
    return None if key is None else key[:at] + key[at + 1 :]


def _numbers(items: Mapping[Key, int | None], at: int, start: int) -> dict[Key, Key | None]:
    """The old keys of the items of one list that have another number now."""
    before = {
        key: (*key[:at], str(place - start), *key[at + 1 :])
        for key, place in items.items()
        if place is not None and place > start
    }
    taken = set(before.values())
    found: dict[Key, Key | None] = {key: old for key, old in before.items() if old != key}
    found.update({key: None for key in items if key not in before and key in taken})
    return found
