"""Build the SQL query, for DuckDB and Spark alike, that selects the differences of two tables.

The query is a full outer join on the primary key. It keeps the pairs that lack a side or differ in
a cell. It deals with columns, keys and texts only: no files, and no types except the spelling of
keys. Cells are texts, never null. Identifiers are generated here, and every text literal is
escaped by the engine's own ``quoted``. :mod:`interopwatch.compare.engines` runs the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    Quoted = Callable[[str], str]

Spelling = Literal["text", "integer"]
"""How a key field is written: one text for each value, or as an integer, where 01 equals 1."""
_BLANKS: Final = " \t\n\v\f\r"


class KeyPart(Struct, frozen=True):
    """One field of a primary key.

    Attributes:
        name: The name of the field.
        spelling: How its cells are written.
        gaps: The texts that represent a missing value, all of them equal.
    """

    name: str
    spelling: Spelling = "text"
    gaps: tuple[str, ...] = ()


class Relation(Struct, frozen=True):
    """A table in an engine.

    Attributes:
        name: Its name in the engine.
        fields: Its field names. In the engine, the columns are named ``c0``, ``c1`` and so on,
            since engines do not accept every name.
        key: The fields of the key, as they are written in this table.
    """

    name: str
    fields: tuple[str, ...]
    key: tuple[KeyPart, ...]


def differing(old: Relation, new: Relation, quoted: Quoted, doubtful: str = "") -> str:
    """Return the query for the pairs of rows that differ, and the rows that only one table has.

    A field that one table lacks is compared as if its cells were empty. The columns of the result:
    whether there is a row before, its cells, whether there is a row after, its cells.

    Args:
        old: The table before.
        new: The table after, with the same names of key fields.
        quoted: Formats a text as a literal of the engine's SQL.
        doubtful: A text; rows that contain it are selected even if they are equal.
    """
    sides = ((old, "old", 0), (new, "new", 1))
    on = " AND ".join(f"old_key_{at} = new_key_{at}" for at in range(len(new.key)))
    tests = ["here_0 IS NULL", "here_1 IS NULL"]
    for field in dict.fromkeys((*old.fields, *new.fields)):
        was, now = (
            f"{side}_{relation.fields.index(field)}" if field in relation.fields else "''"
            for relation, side, _ in sides
        )
        tests.append(f"{was} <> {now}")
    cells = [[f"{side}_{at}" for at in range(len(r.fields))] for r, side, _ in sides]
    if doubtful:
        tests += [f"contains({name}, {quoted(doubtful)})" for names in cells for name in names]
    one, other = (_sided(relation, side, number, quoted) for relation, side, number in sides)
    return (
        f"SELECT {', '.join(['here_0', *cells[0], 'here_1', *cells[1]])} "
        f"FROM ({one}) AS o FULL OUTER JOIN ({other}) AS n ON {on} WHERE {' OR '.join(tests)}"
    )


def doubles(table: Relation, quoted: Quoted, most: int = 1) -> str:
    """Return the query for the first ``most`` duplicate keys; nulls count as equal."""
    keys = [f"k{at}" for at in range(len(table.key))]
    named = ", ".join(
        f"{_spelled(table, part, quoted)} AS {key}"
        for key, part in zip(keys, table.key, strict=True)
    )
    order = ", ".join(f"{key} NULLS FIRST" for key in keys)
    return (
        f"SELECT {', '.join(keys)} FROM (SELECT {named} FROM {table.name}) AS t "
        f"GROUP BY {', '.join(keys)} HAVING count(*) > 1 ORDER BY {order} LIMIT {most}"
    )


def every(table: Relation, most: int | None = None) -> str:
    """Return the query for all rows of a table, or for at most ``most`` of them."""
    columns = ", ".join(f"c{at}" for at in range(len(table.fields)))
    return f"SELECT {columns} FROM {table.name}" + ("" if most is None else f" LIMIT {most}")


def _sided(relation: Relation, side: str, number: int, quoted: Quoted) -> str:
    """Return a subquery for a table and its normalised keys, with column names of its side."""
    parts = [f"TRUE AS here_{number}"]
    parts += [f"c{at} AS {side}_{at}" for at in range(len(relation.fields))]
    parts += [
        f"{_spelled(relation, part, quoted)} AS {side}_key_{at}"
        for at, part in enumerate(relation.key)
    ]
    return f"SELECT {', '.join(parts)} FROM {relation.name}"


def _spelled(relation: Relation, part: KeyPart, quoted: Quoted) -> str:
    """Return the expression for a normalised key cell; null where the value is missing.

    Nulls never join: rows without a key are selected, and matched with the other differences.
    """
    if part.name not in relation.fields:
        return "''"
    cell = f"c{relation.fields.index(part.name)}"
    text = _integer(cell, quoted) if part.spelling == "integer" else cell
    if not part.gaps:
        return text
    return f"CASE WHEN {cell} IN ({', '.join(map(quoted, part.gaps))}) THEN NULL ELSE {text} END"


def _integer(cell: str, quoted: Quoted) -> str:
    """Return the expression for an integer in its shortest form; other texts stay as they are."""
    bare = f"trim(BOTH {quoted(_BLANKS)} FROM {cell})"
    unsigned = (
        f"CASE WHEN substr({bare}, 1, 1) IN ('+', '-') THEN substr({bare}, 2) ELSE {bare} END"
    )
    digits = f"trim(LEADING '0' FROM {unsigned})"
    sign = f"CASE WHEN substr({bare}, 1, 1) = '-' THEN '-' ELSE '' END"
    shortest = f"CASE WHEN {digits} = '' THEN '0' ELSE concat({sign}, {digits}) END"
    is_integer = f"{unsigned} <> '' AND translate({unsigned}, '0123456789', '') = ''"
    return f"CASE WHEN {is_integer} THEN {shortest} ELSE {cell} END"
