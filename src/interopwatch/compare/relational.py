"""What two tables do not share, as one relational plan that any engine can run.

The plan is a full outer join on the primary key; of each pair it keeps what has one side only,
or a cell that differs. It knows columns, keys and texts: no files, no types beyond how a key
is spelled, no engines. Cells are texts and never missing. :mod:`interopwatch.compare.engines`
runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis
    from ibis.expr import types as ir

Spelling = Literal["text", "integer"]
"""How a field of a key is spelled: one text to a value, or as an integer, where 01 is 1."""


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One field of a primary key.

    Attributes:
        name: The field.
        spelling: How its cells are spelled.
        gaps: The texts that stand for a missing value, all of them one value.
    """

    name: str
    spelling: Spelling = "text"
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as an engine knows it.

    Attributes:
        name: What it is called there.
        fields: Its fields; the engine calls the first one ``c0``, the second one ``c1``.
        key: The fields of the key, spelled as they are in this table.
    """

    name: str
    fields: tuple[str, ...]
    key: tuple[KeyPart, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """What its fields are called in an engine, which could not take every name."""
        return tuple(f"c{place}" for place in range(len(self.fields)))


def differing(old: Relation, new: Relation, doubtful: str = "") -> ibis.Table:
    """The rows of either table that the other does not have as such, side by side.

    A field that one of them lacks is compared as if its cells were empty there.

    Args:
        old: The table before.
        new: The table after, with the same names of key fields.
        doubtful: A text that brings every row along in which it stands.

    Returns:
        For each row: whether it has a side before, its cells, whether it has a side after, its
        cells. Columns are called ``here_0``, ``old_0``, … and ``here_1``, ``new_0``, …
    """
    import ibis

    one, other = _sided(old, "old", 0), _sided(new, "new", 1)
    on = [one[f"old_key_{at}"] == other[f"new_key_{at}"] for at in range(len(new.key))]
    both = one.join(other, on, how="outer")
    tests = [both["here_0"].isnull(), both["here_1"].isnull()]
    for field in dict.fromkeys((*old.fields, *new.fields)):
        sides = [
            both[f"{side}_{relation.fields.index(field)}"]
            if field in relation.fields
            else ibis.literal("")
            for side, relation in (("old", old), ("new", new))
        ]
        tests.append(sides[0] != sides[1])
    cells = [_names(old, "old"), _names(new, "new")]
    if doubtful:
        tests += [both[name].contains(doubtful) for names in cells for name in names]
    return both.filter(reduce(or_, tests)).select("here_0", *cells[0], "here_1", *cells[1])


def doubles(table: Relation, most: int = 1) -> ibis.Table:
    """The first keys that stand more than once; a missing value is the same as another."""
    rows = _table(table)
    keys = {f"k{at}": _spelled(table, part)(rows) for at, part in enumerate(table.key)}
    named = rows.select(**keys)
    counted = named.group_by(list(keys)).agg(n=named.count())
    return counted.filter(counted.n > 1).select(*keys).order_by(*keys).limit(most)


def every(table: Relation, most: int | None = None) -> ibis.Table:
    """All rows of a table, or some."""
    rows = _table(table)
    return rows if most is None else rows.limit(most)


def sql(plan: ibis.Table, dialect: str) -> str:
    """A plan as a query in the words of an engine."""
    import ibis

    return str(ibis.to_sql(plan, dialect=dialect))


def _table(relation: Relation) -> ibis.Table:
    import ibis

    return ibis.table(dict.fromkeys(relation.columns, "string"), name=relation.name)


def _names(relation: Relation, side: str) -> list[str]:
    return [f"{side}_{place}" for place in range(len(relation.fields))]


def _sided(relation: Relation, side: str, number: int) -> ibis.Table:
    """A table with its keys spelled out, under names that the other side does not have."""
    import ibis

    rows = _table(relation)
    cells = {
        name: rows[column]
        for name, column in zip(_names(relation, side), relation.columns, strict=True)
    }
    keys = {
        f"{side}_key_{at}": _spelled(relation, part)(rows) for at, part in enumerate(relation.key)
    }
    here: ir.BooleanScalar = ibis.literal(value=True)
    return rows.select(**{f"here_{number}": here}, **cells, **keys)


def _spelled(relation: Relation, part: KeyPart) -> Callable[[ibis.Table], ir.StringValue]:
    """A cell of a key in its one spelling; no value at all where it is missing.

    No value equals no value in no join: what has none is left to whoever matches the rest.
    """
    import ibis

    def spell(rows: ibis.Table) -> ir.StringValue:
        if part.name not in relation.fields:
            return ibis.literal("")
        cell = rows[relation.columns[relation.fields.index(part.name)]]
        text = _integer(cell) if part.spelling == "integer" else cell
        return ibis.ifelse(cell.isin(part.gaps), ibis.null("string"), text) if part.gaps else text

    return spell


def _integer(cell: ir.StringValue) -> ir.StringValue:
    """The shortest spelling of an integer; any other text as it is."""
    import ibis

    bare = cell.strip()
    digits = bare.re_replace("^[+-]?0*", "")
    signed = ibis.ifelse(bare.startswith("-"), ibis.literal("-").concat(digits), digits)
    shortest = ibis.ifelse(digits == "", ibis.literal("0"), signed)
    return ibis.ifelse(bare.re_search("^[+-]?[0-9]+$"), shortest, cell)
