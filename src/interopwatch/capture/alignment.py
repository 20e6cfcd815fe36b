"""Rows that are counted among others of their kind, brought to the numbers that the tables have.

Spells and occurrences are numbered from the first that a page tells of. A page that leaves the
first out would give its number to the second, and so put one fact over another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import surely_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.package.descriptor import Resource

    Row = Mapping[str, str]
    Key = tuple[str, ...]

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
