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
"""How a field of a key is spelled: one text to a value, or as an integer, where 01 is 1."""
_BLANKS: Final = " \t\n\v\f\r"


class KeyPart(Struct, frozen=True):
    """One field of a primary key.

    Attributes:
        name: The field.
        spelling: How its cells are spelled.
        gaps: The texts that stand for a missing value, all of them one value.
    """

    name: str
    spelling: Spelling = "text"
    gaps: tuple[str, ...] = ()


class Relation(Struct, frozen=True):
    """A table as an engine knows it.

    Attributes:
        name: What it is called there.
        fields: Its fields; the engine calls the first one ``c0``, the second one ``c1``, since it
            could not take every name.
        key: The fields of the key, spelled as they are in this table.
    """

    name: str
    fields: tuple[str, ...]
    key: tuple[KeyPart, ...]


def differing(old: Relation, new: Relation, quoted: Quoted, doubtful: str = "") -> str:
    """The query for the rows of either table that the other does not have as such, side by side.

    A field that one of them lacks is compared as if its cells were empty there. A row has: whether
    it has a side before, its cells before, whether it has a side after, its cells after.

    Args:
        old: The table before.
        new: The table after, with the same names of key fields.
        quoted: Writes a text as the engine's SQL does.
        doubtful: A text that brings every row along in which it stands.
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
    """The query for the first keys that stand more than once; null counts as one value."""
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
    """The query for all rows of a table, or for some."""
    columns = ", ".join(f"c{at}" for at in range(len(table.fields)))
    return f"SELECT {columns} FROM {table.name}" + ("" if most is None else f" LIMIT {most}")


def _sided(relation: Relation, side: str, number: int, quoted: Quoted) -> str:
    """A table with its keys spelled out, under names that the other side does not have."""
    parts = [f"TRUE AS here_{number}"]
    parts += [f"c{at} AS {side}_{at}" for at in range(len(relation.fields))]
    parts += [
        f"{_spelled(relation, part, quoted)} AS {side}_key_{at}"
        for at, part in enumerate(relation.key)
    ]
    return f"SELECT {', '.join(parts)} FROM {relation.name}"


def _spelled(relation: Relation, part: KeyPart, quoted: Quoted) -> str:
    """A cell of a key in its one spelling; null where it is missing.

    Null equals null in no join: what has no key is left to whoever matches the rest.
    """
    if part.name not in relation.fields:
        return "''"
    cell = f"c{relation.fields.index(part.name)}"
    text = _integer(cell, quoted) if part.spelling == "integer" else cell
    if not part.gaps:
        return text
    return f"CASE WHEN {cell} IN ({', '.join(map(quoted, part.gaps))}) THEN NULL ELSE {text} END"


def _integer(cell: str, quoted: Quoted) -> str:
    """The shortest spelling of an integer; any other text as it is."""
    bare = f"trim(BOTH {quoted(_BLANKS)} FROM {cell})"
    unsigned = (
        f"CASE WHEN substr({bare}, 1, 1) IN ('+', '-') THEN substr({bare}, 2) ELSE {bare} END"
    )
    digits = f"trim(LEADING '0' FROM {unsigned})"
    sign = f"CASE WHEN substr({bare}, 1, 1) = '-' THEN '-' ELSE '' END"
    shortest = f"CASE WHEN {digits} = '' THEN '0' ELSE concat({sign}, {digits}) END"
    is_integer = f"{unsigned} <> '' AND translate({unsigned}, '0123456789', '') = ''"
    return f"CASE WHEN {is_integer} THEN {shortest} ELSE {cell} END"
