"""Recognise renamed fields and tables by their contents.

A removed and an added name are a rename if their contents agree. This module knows no files or
engines, and the result does not depend on which side is the newer.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from interopwatch.package.renames import Names
from interopwatch.text import appearance

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.table import Table

    Row = Mapping[str, str]
    Column = tuple[tuple[str, str], tuple[str, ...]]
    """The type and format of a field, and its cells."""

_SEPARATORS: Final = r"[\s_.-]+"
_MOST: Final = 0.9
"""The minimum share of equal cells in a renamed field."""
_HALF: Final = 0.5
"""The minimum share of equal keys of a renamed key, or of equal rows of a renamed table."""
_MOST_CELLS: Final = 8_000_000
"""The maximum number of pairs of cells to compare in columns that are not equal, in some 2 s. Of
more, only those columns are compared that have most in common in :data:`_LOOKED_AT` rows."""
_LOOKED_AT: Final = 64
_COMMON: Final = 64
"""A value shared by more pairs of columns in a row is no evidence for any of them."""


def respelled_fields(old: Resource, new: Resource) -> Names:
    """Return the fields of the same type whose name changed only in case, spaces or punctuation.

    Their names alone suffice, before any key is known: a tidied header still names the same
    columns.
    """
    was, now = (
        {spelling: fields for spelling, fields in _by_spelling(each).items() if len(fields) == 1}
        for each in (_gone(old, new), _gone(new, old))
    )
    pairs = [(was[spelling][0], now[spelling][0]) for spelling in was if spelling in now]
    return Names({one.name: other.name for one, other in pairs if _kind(one) == _kind(other)})


def _by_spelling(fields: Iterable[Field]) -> dict[str, list[Field]]:
    """Group fields by name, regardless of case, spaces, punctuation and invisible characters."""
    found: dict[str, list[Field]] = {}
    for field in fields:
        spelling = re.sub(_SEPARATORS, "_", appearance(field.name).casefold()).strip("_")
        found.setdefault(spelling, []).append(field)
    return found


def may_be_renamed(old: Resource, new: Resource) -> bool:
    """Whether a removed and an added field have the same type, or are both part of a key."""
    gone, came = _gone(old, new), _gone(new, old)
    if not {_kind(field) for field in gone}.isdisjoint(map(_kind, came)):
        return True
    keys = {*old.primary_key, *new.primary_key}
    return any(field.name in keys for field in gone) and any(f.name in keys for f in came)


def renamed_fields(old: Table, new: Table) -> Names:
    """Return the renamed fields of one resource.

    A field of the primary key is recognised by the keys that both tables share, any other field by
    the cells of rows with the same key.
    """
    if not may_be_renamed(old.resource, new.resource):
        return Names()
    key = _renamed_key(old, new)
    if key is None:
        return Names()
    before, after = _by_key(old, key), _by_key(new, new.resource.primary_key)
    matched = [(row, after[k]) for k, row in before.items() if k in after]
    keys = {*key, *new.resource.primary_key}
    was, now = (
        {
            field.name: (_kind(field), tuple(pair[side].get(field.name, "") for pair in matched))
            for field in fields
            if field.name not in keys
        }
        for side, fields in enumerate(
            (_gone(old.resource, new.resource), _gone(new.resource, old.resource))
        )
    )
    found = _equal(was, now)
    scores: dict[tuple[str, str], float] = {}
    for one, other in _candidates(was, now, len(matched)):
        share = _agreement(list(zip(was[one][1], now[other][1], strict=True)))
        if share >= _MOST:
            scores[one, other] = share
    renamed_key = dict(zip(key, new.resource.primary_key, strict=True))
    of_key = {one: other for one, other in renamed_key.items() if one != other}
    return Names({**of_key, **found, **_best(scores)})


def _equal(was: dict[str, Column], now: dict[str, Column]) -> dict[str, str]:
    """Return the pairs of equal columns, of which each is unique on its side.

    These are removed from both sides; so are equal columns that are not unique, and columns with a
    single value, which is no evidence.
    """
    sides: dict[Column, tuple[list[str], list[str]]] = {}
    for at, columns in enumerate((was, now)):
        for name, column in columns.items():
            sides.setdefault(column, ([], []))[at].append(name)
    found = {}
    for (_, cells), (mine, yours) in sides.items():
        is_equal = bool(mine and yours and _agreement(list(zip(cells, cells, strict=True))))
        if is_equal and len(mine) == len(yours) == 1:
            found[mine[0]] = yours[0]
        if is_equal or len({*cells, ""}) < 3:  # noqa: PLR2004 - two values beside the empty one
            for name in mine:
                del was[name]
            for name in yours:
                del now[name]
    return found


def _candidates(
    was: Mapping[str, Column], now: Mapping[str, Column], rows: int
) -> Sequence[tuple[str, str]]:
    """Return the columns to compare cell by cell: all pairs of a type, or the likeliest of many."""
    most = max(_COMMON, _MOST_CELLS // max(1, rows))
    if len(was) * len(now) <= most:
        return [
            (a, b) for a, (one, _) in was.items() for b, (other, _) in now.items() if one == other
        ]
    votes = _votes(was, now, range(0, rows, max(1, rows // _LOOKED_AT)))
    # By votes alone, including all ties or none, so that both directions have the same candidates.
    found: list[tuple[str, str]] = []
    by_number: dict[int, list[tuple[str, str]]] = {}
    for pair, number in votes.items():
        by_number.setdefault(number, []).append(pair)
    for number in sorted(by_number, reverse=True):
        if len(found) + len(by_number[number]) > most:
            break
        found += by_number[number]
    return found


def _votes(
    was: Mapping[str, Column], now: Mapping[str, Column], rows: Iterable[int]
) -> Counter[tuple[str, str]]:
    """Count in how many of some rows two columns of the same type have equal cells."""
    votes: Counter[tuple[str, str]] = Counter()
    for row in rows:
        holders: dict[Hashable, tuple[list[str], list[str]]] = {}
        for at, columns in enumerate((was, now)):
            for name, (kind, cells) in columns.items():
                if cells[row]:
                    holders.setdefault((kind, cells[row]), ([], []))[at].append(name)
        for mine, yours in holders.values():
            if len(mine) * len(yours) <= _COMMON:
                votes.update((one, other) for one in mine for other in yours)
    return votes


def renamed_resources(
    gone: Sequence[Resource], came: Sequence[Resource], rows: Callable[[str], Sequence[Row]]
) -> Names:
    """Return the renamed resources: same schema, and at least half of the rows equal.

    Args:
        gone: The resources of the older package that the newer one lacks.
        came: The resources of the newer package that the older one lacks.
        rows: Returns the rows of such a resource; only called if the schemas agree.
    """
    scores: dict[tuple[str, str], float] = {}
    for one in gone:
        for other in came:
            if one.fields and _shape(one) == _shape(other):
                share = _overlap(map(_row, rows(one.name)), map(_row, rows(other.name)))
                if share >= _HALF:
                    scores[one.name, other.name] = share
    return Names(_best(scores))


def _gone(resource: Resource, other: Resource) -> list[Field]:
    """Return the fields that the other resource lacks."""
    return [field for field in resource.fields if field.name not in other.by_name]


def _kind(field: Field) -> tuple[str, str]:
    return field.type, field.format


def _renamed_key(old: Table, new: Table) -> tuple[str, ...] | None:
    """Return the fields of the older table that form the newer key; ``None`` if there are none."""
    was, now = old.resource.primary_key, new.resource.primary_key
    if not now:
        return None
    if all(name in old.resource.by_name for name in now):
        return now
    if len(was) != len(now):
        return None
    for one, other in zip(was, now, strict=True):
        # Types may differ: keys of different types are compared as texts.
        if one != other and (one in new.resource.by_name or other in old.resource.by_name):
            return None
    share = _overlap((_cells(r, was) for r in old.rows), (_cells(r, now) for r in new.rows))
    return was if share >= _HALF else None


def _by_key(table: Table, key: Sequence[str]) -> dict[Hashable, Row]:
    """Map the texts of key fields to rows, without rows that share a key."""
    counts = Counter(_cells(row, key) for row in table.rows)
    return {k: row for row in table.rows if counts[k := _cells(row, key)] == 1}


def _cells(row: Row, names: Sequence[str]) -> Hashable:
    return tuple(row.get(name, "") for name in names)


def _row(row: Row) -> Hashable:
    return tuple(row.values())


def _agreement(cells: Sequence[tuple[str, str]]) -> float:
    """Return the share of equal cells among those not empty; 0 if they are no evidence.

    A single value in all rows is no evidence, unless there is only one row. Nor is a value in
    nearly all rows, as in two fields of flags that are rarely set: of the pairs that are not both
    the most frequent value, at least half have to agree, too.
    """
    stated = [(one, other) for one, other in cells if one or other]
    same = [one for one, other in stated if one == other]
    if len(same) == len(stated) == len(cells) == 1:
        return 1.0
    if len(set(same)) < 2:  # noqa: PLR2004 - a single value in all rows
        return 0.0
    often = Counter(cell for pair in stated for cell in pair)
    usual = max(often, key=lambda cell: (often[cell], cell))
    unusual = [(one, other) for one, other in stated if not one == other == usual]
    alike = sum(one == other for one, other in unusual)
    return len(same) / len(stated) if alike >= _HALF * len(unusual) else 0.0


def _overlap(ones: Iterable[Hashable], others: Iterable[Hashable]) -> float:
    """Return how many items two multisets share, as a fraction of the larger; 0 if one is empty."""
    one, other = Counter(ones), Counter(others)
    most = max(one.total(), other.total())
    return (one & other).total() / most if most else 0.0


def _best(scores: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Return the pairs with the best score of both names, without ties."""
    rivals: defaultdict[tuple[int, str], list[float]] = defaultdict(list)  # by side and name
    for pair, score in scores.items():
        for name in enumerate(pair):
            rivals[name].append(score)
    best = {name: max(each) for name, each in rivals.items() if each.count(max(each)) == 1}
    return {
        one: other
        for (one, other), score in scores.items()
        if best.get((0, one)) == score == best.get((1, other))
    }


def _shape(resource: Resource) -> Hashable:
    resource = resource.as_declared
    fields = tuple((f.name, f.type, f.format) for f in resource.fields)
    return fields, resource.primary_key
