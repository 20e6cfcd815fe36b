"""How an embedded engine is to read a file: as keys, and the rest of each row as one value.

Everything here is SQL; every name and text in it is quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interopwatch.compare.csvfile import NO_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from interopwatch.compare.csvfile import File

_BUFFER = 8_000_000
"""Bytes read at a time: with larger buffers, more memory may suffice less."""
_LONGEST = 2_000_000
"""The longest line in bytes."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as the engine sees it.

    Attributes:
        file: The file.
        query: A query for its rows: the key as ``k0``, ``k1`` and so on, and as ``row`` what
            differs if and only if the row does.
        cells: What makes a list of cells of the row called ``{}``.
        fields: The fields that those cells are of.
        count: Tells how many rows it has; ``None`` if the engine has to count them.
    """

    file: File
    query: str
    cells: str
    fields: Sequence[str]
    count: Callable[[], int] | None

    @property
    def keys(self) -> list[str]:
        """The columns of the key."""
        return [f"k{i}" for i in range(len(self.file.resource.primary_key))]


def by_line(file: File, fields: Sequence[str]) -> Source:
    """A file whose lines are records as they stand: no cell is looked at but the key's.

    Args:
        file: The file.
        fields: Its fields, and after them those that only the other file has: each line is
            taken with as many empty cells more.
    """
    delimiter = text(file.resource.dialect.delimiter)
    more = text(file.resource.dialect.delimiter * (len(fields) - len(file.header)))
    parts = []
    for name in file.resource.primary_key:
        place = file.header.index(name)
        cell = (
            f"string_split(line, {delimiter})[{place + 1}]"
            if place
            else f"substring(line, 1, instr(line, {delimiter}) - 1)"
        )
        parts.append(_meant(cell, name, file))
    query = (
        f"SELECT {_listed(parts)}, line || {more} AS row FROM read_csv({text(literal(file.path))}, "
        f"auto_detect = false, header = true, delim = {text(NO_TEXT.decode())}, quote = '', "
        f"escape = '', buffer_size = {_BUFFER}, max_line_size = {_LONGEST}, "
        "columns = {'line': 'VARCHAR'})"
    )
    return Source(
        file, query, f"string_split({{}}, {delimiter})", fields, lambda: file.bare_lines or 0
    )


def by_cell(file: File, fields: Sequence[str]) -> Source:
    """A file read as CSV.

    Args:
        file: The file.
        fields: The cells to compare, in this order; a field that it lacks is empty.
    """
    dialect = file.resource.dialect
    columns = ", ".join(f"{text(f'c{i}')}: 'VARCHAR'" for i in range(len(file.header)))
    # What stands for a missing value is what no text holds, so that an empty cell is a text.
    nothing = text(NO_TEXT.decode())
    cell = {name: f"coalesce(c{i}, {nothing})" for i, name in enumerate(file.header)}
    parts = [_meant(cell[name], name, file) for name in file.resource.primary_key]
    row = ", ".join(cell.get(name, "''") for name in fields)
    query = (
        f"SELECT {_listed(parts)}, [{row}] AS row FROM read_csv({text(literal(file.path))}, "
        f"delim = {text(dialect.delimiter)}, quote = {text(dialect.quote)}, "
        f"escape = {text(dialect.quote)}, header = true, auto_detect = false, "
        f"columns = {{{columns}}}, nullstr = {nothing}, strict_mode = true, "
        f"buffer_size = {_BUFFER}, max_line_size = {_LONGEST})"
    )
    return Source(file, query, "{}", fields, None)


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(f"{part} AS k{i}" for i, part in enumerate(parts))


def _meant(cell: str, name: str, file: File) -> str:
    """A key's cell as what it means: 01 and 1 are one integer."""
    if file.resource.by_name[name].type == "integer":
        return f"coalesce(CAST(TRY_CAST({cell} AS HUGEINT) AS VARCHAR), {cell})"
    return cell


def in_order(source: Source) -> str:
    """By what to sort keys: numbers as numbers, texts by code point, nothing first."""
    terms = []
    for key, name in zip(source.keys, source.file.resource.primary_key, strict=True):
        if source.file.resource.by_name[name].type == "integer":
            terms.append(f"TRY_CAST({key} AS HUGEINT) NULLS FIRST")
        terms.append(f"{key} NULLS FIRST")
    return ", ".join(terms)


def odd_keys(source: Source) -> str:
    """Whether a row has no key, or an integer of which the engine does not know the value."""
    kinds = zip(source.keys, source.file.resource.primary_key, strict=True)
    odd = [
        f"({key} <> '' AND TRY_CAST({key} AS HUGEINT) IS NULL)"
        for key, name in kinds
        if source.file.resource.by_name[name].type == "integer"
    ]
    none = " AND ".join(f"{key} = ''" for key in source.keys)
    return " OR ".join([*odd, f"({none})"])


def literal(path: Path) -> str:
    """A file by its name, as an engine takes it that takes names for patterns."""
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


def text(value: str) -> str:
    """A text in a query."""
    return "'" + value.replace("'", "''") + "'"
