"""Fields and tables that were renamed, found by what they hold.

A name that went and a name that came are one thing renamed if they hold the same. Nothing
here knows files or engines, and the result does not depend on which side is the newer.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from interopwatch.package.renames import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.table import Table

    Row = Mapping[str, str]

_MOST: Final = 0.9
"""Of the cells of a renamed field, at least this share has to be what it was."""
_HALF: Final = 0.5
"""Of the keys, or the rows, of what was renamed, at least this share has to be what it was."""


def may_be_renamed(old: Resource, new: Resource) -> bool:
    """Whether a field may have been renamed: one went, and one of its type came."""
    return bool(_pairs(old, new))


def renamed_fields(old: Table, new: Table) -> Names:
    """The fields of one resource that were renamed.

    A field of the primary key is recognised by the keys that both tables have; any other
    field, by the rows that have the same key in both.
    """
    pairs = _pairs(old.resource, new.resource)
    if not pairs:
        return Names()
    key = _renamed_key(old, new, pairs)
    if key is None:
        return Names()
    before, after = _by_key(old, key), _by_key(new, new.resource.primary_key)
    matched = [(row, after[k]) for k, row in before.items() if k in after]
    keys = {*key, *new.resource.primary_key}
    scores: dict[tuple[str, str], float] = {}
    for one, other in pairs:
        if one in keys or other in keys:
            continue
        share = _agreement([(a.get(one, ""), b.get(other, "")) for a, b in matched])
        if share >= _MOST:
            scores[one, other] = share
    told = dict(zip(key, new.resource.primary_key, strict=True))
    found = {was: now for was, now in told.items() if was != now}
    return Names({**found, **_best(scores)})


def renamed_resources(
    gone: Sequence[Resource], came: Sequence[Resource], rows: Callable[[str], Sequence[Row]]
) -> Names:
    """The resources that were renamed: same schema, and at least half of the rows the same.

    Args:
        gone: The resources of the older package that the newer one lacks.
        came: Those of the newer one that the older one lacks.
        rows: The rows of any of them, by name; asked only where the schemas agree.
    """
    scores: dict[tuple[str, str], float] = {}
    for one in gone:
        for other in came:
            if one.fields and _shape(one) == _shape(other):
                share = _overlap(map(_row, rows(one.name)), map(_row, rows(other.name)))
                if share >= _HALF:
                    scores[one.name, other.name] = share
    return Names(_best(scores))


def _pairs(old: Resource, new: Resource) -> list[tuple[str, str]]:
    """Fields that went, with the fields of their type that came."""
    gone = [f for f in old.fields if f.name not in new.by_name]
    came = [f for f in new.fields if f.name not in old.by_name]
    return [(a.name, b.name) for a in gone for b in came if _kind(a) == _kind(b)]


def _kind(field: Field) -> tuple[str, str]:
    return field.type, field.format


def _renamed_key(
    old: Table, new: Table, pairs: Sequence[tuple[str, str]]
) -> tuple[str, ...] | None:
    """The fields that are the newer key in the older table; ``None`` if there are none."""
    was, now = old.resource.primary_key, new.resource.primary_key
    if not now:
        return None
    if all(name in old.resource.by_name for name in now):
        return now
    if len(was) != len(now):
        return None
    for one, other in zip(was, now, strict=True):
        if one != other and (one, other) not in pairs:
            return None
    share = _overlap((_cells(r, was) for r in old.rows), (_cells(r, now) for r in new.rows))
    return was if share >= _HALF else None


def _by_key(table: Table, key: Sequence[str]) -> dict[Hashable, Row]:
    """Rows by the texts of some fields; without those that share them."""
    counts = Counter(_cells(row, key) for row in table.rows)
    return {k: row for row in table.rows if counts[k := _cells(row, key)] == 1}


def _cells(row: Row, names: Sequence[str]) -> Hashable:
    return tuple(row.get(name, "") for name in names)


def _row(row: Row) -> Hashable:
    return tuple(row.values())


def _agreement(cells: Sequence[tuple[str, str]]) -> float:
    """The share of cells that agree, of those that hold anything; 0 if they show nothing.

    One value that stands everywhere shows nothing, unless there is but one row to go by. Nor
    does the usual value show much where it is nearly everywhere, as in two fields of flags that
    are rarely set: half of the cells that are not both the usual one have to agree, too.
    """
    stated = [(one, other) for one, other in cells if one or other]
    same = [one for one, other in stated if one == other]
    if len(same) == len(stated) == len(cells) == 1:
        return 1.0
    if len(set(same)) < 2:  # noqa: PLR2004 - one value that stands everywhere
        return 0.0
    often = Counter(cell for pair in stated for cell in pair)
    usual = max(often, key=lambda cell: (often[cell], cell))
    unusual = [(one, other) for one, other in stated if not one == other == usual]
    alike = sum(one == other for one, other in unusual)
    return len(same) / len(stated) if alike >= _HALF * len(unusual) else 0.0


def _overlap(ones: Iterable[Hashable], others: Iterable[Hashable]) -> float:
    """How much two lists share, of the longer one; 0 if either is empty."""
    one, other = Counter(ones), Counter(others)
    most = max(one.total(), other.total())
    return (one & other).total() / most if most else 0.0


def _best(scores: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """The pairs of which either has no other partner that is as good."""
    found = {}
    for (one, other), score in scores.items():
        rivals = [s for pair, s in scores.items() if (one in pair[:1]) != (other in pair[1:])]
        if all(score > rival for rival in rivals):
            found[one] = other
    return found


def _shape(resource: Resource) -> Hashable:
    resource = resource.as_declared
    fields = tuple((f.name, f.type, f.format) for f in resource.fields)
    return fields, resource.primary_key
