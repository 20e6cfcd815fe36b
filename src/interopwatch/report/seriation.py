"""Order the rows and columns of a matrix so that similar ones are adjacent (seriation)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet


def ranks(pairs: Iterable[tuple[str, str]]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return the positions (from 0) of the first and of the second members of pairs.

    Each order is a short path through the names, measured by the number of partners that two
    neighbours do not share: the bond energy order of McCormick, Schweitzer and White (1972), which
    Lenstra (1974) showed to be a travelling salesman problem. It is found by nearest neighbours
    from the name with most partners, and improved by reversing segments (2-opt). Only integers are
    compared, and ties are broken by name, so the order is the same everywhere.

    >>> rows, columns = ranks([("a", "x"), ("b", "y"), ("c", "x"), ("c", "z")])
    >>> sorted(rows, key=rows.get)
    ['c', 'a', 'b']
    """
    firsts: dict[str, set[str]] = {}
    seconds: dict[str, set[str]] = {}
    for first, second in pairs:
        firsts.setdefault(first, set()).add(second)
        seconds.setdefault(second, set()).add(first)
    return _ranked(firsts), _ranked(seconds)


def _ranked(partners: Mapping[str, AbstractSet[str]]) -> Mapping[str, int]:
    return {name: i for i, name in enumerate(_shortened(_nearest(partners), partners))}


def _nearest(partners: Mapping[str, AbstractSet[str]]) -> list[str]:
    remaining = sorted(partners, key=lambda name: (-len(partners[name]), name))
    path = remaining[:1]
    remaining = remaining[1:]
    while remaining:
        last = partners[path[-1]]
        nearest = min(remaining, key=lambda name: (len(last ^ partners[name]), name))
        remaining.remove(nearest)
        path.append(nearest)
    return path


def _shortened(path: Sequence[str], partners: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Shorten a path by reversing segments until none helps; its start is kept."""

    def between(one: str, other: str) -> int:
        return len(partners[one] ^ partners[other])

    # It terminates, since each reversal shortens the path by an integer.
    found, better = list(path), True
    while better:
        better = False
        for i in range(1, len(found) - 1):
            for j in range(i + 1, len(found)):
                saved = between(found[i - 1], found[i]) - between(found[i - 1], found[j])
                if j + 1 < len(found):
                    saved += between(found[j], found[j + 1]) - between(found[i], found[j + 1])
                if saved > 0:
                    found[i : j + 1] = reversed(found[i : j + 1])
                    better = True
    return found
