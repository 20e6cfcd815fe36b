"""Infer the key of a table that declares none: the fewest fields that identify each row.

The result depends on the contents of both editions, not on which of them is the newer.
"""

from __future__ import annotations

import re
from itertools import combinations, islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import InteropwatchError
from interopwatch.package import types
from interopwatch.package.keys import fields_of
from interopwatch.package.labels import by_key, column, joined
from interopwatch.package.tolerance import Tolerance, declared
from interopwatch.package.types import missing_values_of

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Hashable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.descriptor import Field
    from interopwatch.package.package import Package

    Row = Mapping[str, str]
    Key = tuple[str, ...]

MOST_FIELDS: Final = 3
"""A key of more fields tells a reader no more than the complete row."""
_SAMPLE: Final = 2_000
"""Rows sampled before all are read: they rule out most fields, in some 10 ms for 20 fields."""
_COMBINED: Final = 16
"""Fields combined to pairs and triples: to try 560 triples on a sample takes about a second."""
_VERIFIED: Final = 4
"""Keys verified in one pass over all rows: each takes some 60 MB per million rows."""
_SHARED: Final = 0.5
"""The minimum share of keys found in both editions, of those in the smaller one. It rules out
values that change from edition to edition, such as counts, and are unique by chance."""
_MOST_NAMED: Final = 3
"""The maximum number of tables named for each key; more are counted."""
_PROSE: Final = 80
"""A mean length, in characters, from which texts are prose rather than names."""
_ID: Final = (
    r"(?:^|[^a-z])(?:id|ids|identifier|key|code|uuid|guid|slug|symbol|isbn|issn|iso\d?|doi|uri|url)"
    r"(?:[^a-z]|$)|(?<=[a-z])(?:Id|ID|Code|Key)$"
)
_DECIMAL: Final = r"[-+]?\d*[.,]\d+(?:[eE][-+]?\d+)?%?"
_EXACT: Final = ("string", "integer", "year", "date", "yearmonth", "datetime", "time", "any")


class TableSide(Struct, frozen=True):
    """One edition of a table.

    Attributes:
        fields: Its fields by name.
        missing: The texts that represent a missing value.
        rows: Reads its rows from the beginning on each call.
    """

    fields: Mapping[str, Field]
    missing: tuple[str, ...]
    rows: Callable[[], Iterable[Row]]


def found_keys(
    old: Package,
    new: Package,
    names: Iterable[str],
    options: DiffOptions,
    tolerances: Mapping[str, Tolerance],
) -> dict[str, Key]:
    """Infer keys for the named resources that declare none in either package.

    Args:
        old: The package before, with the names of the newer one.
        new: The package after.
        names: The resources to consider; those that are equal in both need no key.
        options: Options of the comparison.
        tolerances: By resource, fields to ignore, or with a tolerance, which are never in a key.

    Returns:
        The fields of the key by resource; empty if no key was found.
    """
    found: dict[str, Key] = {}
    matched: dict[str, Key] = {}
    for name in names:
        there = [side for side in (old, new) if name in side.descriptor.by_name]
        if any(s.resource(name).primary_key or not s.is_readable(name) for s in there):
            continue
        try:
            if len(there) > 1 and _are_same(old, new, name, options):
                continue
            said = [tolerances.get(name, Tolerance()), *(declared(s.resource(name)) for s in there)]
            loose = {field for each in said for field in (*each.ignored, *each.tolerances)}
            key = find_key([_side(package, name, loose) for package in there])
        except InteropwatchError:  # raised again when its rows are compared
            continue
        found[name] = key
        if len(there) > 1:  # the rows of an added or removed table are not matched
            matched[name] = key
    if options.note is not None:
        for text in _sayings(matched):
            options.note(text)
    return found


def _sayings(found: Mapping[str, Key]) -> Iterator[str]:
    """Yield notes on how rows without a declared key are matched, one for all tables together."""
    keys = {name: key for name, key in found.items() if key}
    if len(keys) == 1:
        [(name, key)] = keys.items()
        each = ", ".join(map(column, key))
        yield f"{name}: matched by {each}; declare it as primaryKey, or give --key"
    elif keys:
        each = "; ".join(by_key(keys, _MOST_NAMED))
        yield f"matched by keys that were found: {each}; declare them as primaryKey, or give --key"
    if keyless := [name for name, key in found.items() if not key]:
        yield f"{joined(keyless)}: no fields tell the rows apart, so whole rows are compared"


def _are_same(old: Package, new: Package, name: str, options: DiffOptions) -> bool:
    if old.resource(name) != new.resource(name) or old.size(name) != new.size(name):
        return False
    if not (old.is_on_disk and new.is_on_disk) or old.size(name) <= options.in_memory:
        return old.content(name) == new.content(name)
    from interopwatch.compare.csvfile import CsvFile

    one, other = (CsvFile(p.path(name), p.resource(name), p.place(name)) for p in (old, new))
    return one.has_bytes_of(other)


def _side(package: Package, name: str, loose: Collection[str]) -> TableSide:
    resource = package.resource(name)
    fields = {f.name: f for f in fields_of(package, resource) if f.name not in loose}
    return TableSide(fields, resource.missing_values, lambda: package.each_row(name))


def find_key(sides: Sequence[TableSide]) -> Key:
    """Return the fewest fields that are filled and unique in each edition; empty if none are.

    Single fields are tried first, then pairs, then triples; among these, fields named like
    identifiers first, then others in their order, and decimal numbers and prose last.

    Args:
        sides: The two editions of a table, or the only one.

    Raises:
        TableError: A table cannot be read.
    """
    samples = [list(islice(side.rows(), _SAMPLE)) for side in sides]
    ranks = {
        name: rank for name in _shared(sides) if (rank := _rank(name, sides, samples)) is not None
    }
    ordered = sorted(ranks, key=lambda name: (ranks[name], _place(name, sides), name))
    for number in range(1, MOST_FIELDS + 1):
        likely = ordered if number == 1 else [n for n in ordered if ranks[n] < _LAST][:_COMBINED]
        candidates = [
            key
            for key in sorted(
                combinations(likely, number),
                key=lambda key: (sum(ranks[n] for n in key), [ordered.index(n) for n in key]),
            )
            if all(_is_unique(key, rows) for rows in samples)
        ]
        for some in _parts(candidates):
            if found := _verified(some, sides):
                return tuple(sorted(found, key=lambda name: (_place(name, sides), name)))
    return ()


_FIRST, _USUAL, _LAST = range(3)


def _rank(name: str, sides: Sequence[TableSide], samples: Sequence[Sequence[Row]]) -> int | None:
    """Rank how likely a field is part of a key, the likeliest lowest; ``None`` if it cannot be."""
    lengths = []
    is_decimal = False
    for side, rows in zip(sides, samples, strict=True):
        field = side.fields[name]
        gaps = missing_values_of(field, ("", *side.missing))
        for row in rows:
            cell = row.get(name, "")
            if cell in gaps or not cell.strip():
                return None
            lengths.append(len(cell))
            is_decimal = is_decimal or re.fullmatch(_DECIMAL, cell) is not None
        if field.type not in (*_EXACT, "number"):
            return None
        is_decimal = is_decimal or field.type == "number"
    if is_decimal or sum(lengths) > _PROSE * len(lengths):
        return _LAST
    return _FIRST if re.search(_ID, name) or re.search(_ID, name.lower()) else _USUAL


def _shared(sides: Sequence[TableSide]) -> list[str]:
    return [name for name in sides[0].fields if all(name in side.fields for side in sides)]


def _place(name: str, sides: Sequence[TableSide]) -> int:
    return min(list(side.fields).index(name) for side in sides)


def _is_unique(key: Key, rows: Sequence[Row]) -> bool:
    return len({tuple(row[name] for name in key) for row in rows}) == len(rows)


def _parts(candidates: Sequence[Key]) -> Iterator[Sequence[Key]]:
    # Few candidates hold in a sample and not in all rows, so few passes are enough. The likeliest
    # is verified first and alone: with 2.6 million rows, four at once took 400 MB more.
    if candidates:
        yield candidates[:1]
    for start in range(1, min(len(candidates), 2 * _VERIFIED), _VERIFIED):
        yield candidates[start : start + _VERIFIED]


def _verified(candidates: Sequence[Key], sides: Sequence[TableSide]) -> Key:
    """Return the first candidate that is a key of all rows; empty if none is."""
    found: list[dict[Key, set[int]]] = []
    for side in sides:
        seen: dict[Key, set[int]] = {key: set() for key in candidates}
        readers = {name: _reader(name, side, sides) for key in candidates for name in key}
        gaps = {name: missing_values_of(side.fields[name], ("", *side.missing)) for name in readers}
        for number, row in enumerate(side.rows()):
            for key, values in list(seen.items()):
                if any(row[name] in gaps[name] for name in key):
                    del seen[key]
                    continue
                try:
                    values.add(hash(tuple(readers[name](row[name]) for name in key)))
                except ValueError:  # a cell that is not of its field's type rules a key out
                    del seen[key]
                    continue
                if len(values) != number + 1:
                    del seen[key]
            if not seen:
                return ()
        candidates = list(seen)
        found.append(seen)
    for key in candidates:
        least, *others = sorted((seen[key] for seen in found), key=len)
        shared = sum(all(value in other for other in others) for value in least)  # no third set
        if shared >= _SHARED * len(least):
            return key
    return ()


def _reader(name: str, side: TableSide, sides: Sequence[TableSide]) -> Callable[[str], Hashable]:
    """Return the parser of a field; as text if the other side has another kind of type."""
    field = side.fields[name]
    if field.type == "string" or len({types.kind_of(s.fields[name]) for s in sides}) > 1:
        return str
    return types.parser(field, ("", *side.missing))
