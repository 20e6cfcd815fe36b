"""When undated rows held, inferred from the editions that list them.

A package that names no sources is its own source: each edition vouches for the rows it lists, on
its day. A row held from the first edition that lists it to the last. Between that and the next
edition, which does not list it, it is unknown whether it held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from interopwatch.timeline.intervals import Holds

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from datetime import date

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package

    Key = tuple[Hashable, ...]


class Listed(Struct, frozen=True):
    """Whether a row held on a day.

    Attributes:
        key: Its primary key.
        edition: The index of the edition that states the row for that day.
        holds: Whether it held.
        until: The last day that an edition vouches for the row, if no later snapshot exists.
    """

    key: Key
    edition: int
    holds: Holds
    until: date | None = None


def is_dated_by_listing(package: Package, resource: Resource) -> bool:
    """Return whether only the editions that list a row show when it was true."""
    meaning = resource.meaning
    return not (package.descriptor.provenance or meaning.lifecycle or meaning.belongs_to)


def listed(editions: Sequence[Package], resource: Resource, day: date) -> Iterator[Listed]:
    """Yield, for each row that any edition lists, whether it held on a day.

    Args:
        editions: The observed editions of the package, oldest first.
        resource: The resource of the rows, which has a key.
        day: The day.
    """
    places: dict[Key, list[int]] = {}
    for at, edition in enumerate(editions):
        declared = edition.descriptor.by_name.get(resource.name)
        if declared is not None and declared.primary_key:
            for key in edition.table(resource.name).by_key:
                places.setdefault(key, []).append(at)
    days = [edition.as_of for edition in editions]
    # The edition in force on the day. The working edition has no day, so it does not count.
    force = max((at for at, end in enumerate(days) if end is not None and end <= day), default=-1)
    for key, where in places.items():
        before = [at for at in where if at <= force]
        if not before:
            yield Listed(key, where[0], Holds.UNKNOWN)
        elif before[-1] < force:
            yield Listed(key, before[-1], Holds.NO)
        elif days[force] == day:
            yield Listed(key, force, Holds.YES)
        elif force + 1 < len(editions) and force + 1 not in where:
            yield Listed(key, force, Holds.UNKNOWN)
        else:
            is_last = all(end is None for end in days[force + 1 :])
            yield Listed(key, force, Holds.YES, days[force] if is_last else None)
