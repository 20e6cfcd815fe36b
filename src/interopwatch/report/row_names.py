"""Names for rows of packages without vocabulary: their label, or the text in their cells."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.changeset.model import RowChange
from interopwatch.package.edtf import in_words
from interopwatch.package.labels import RowLabels, column
from interopwatch.package.types import missing_values_of
from interopwatch.report.cells import LONGEST_NAME, shortened
from interopwatch.text import alphabetical, key_phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from interopwatch.package.descriptor import Field, Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row

_SAMPLE: Final = 1000
"""Rows sampled to choose the naming columns: four columns of them took 1 ms, and of ten times as
many, 12 ms."""
_WORD: Final = 4
"""Columns with shorter cells, on average, hold codes: of languages, countries, units."""
_VARIED: Final = 100
"""A column whose cells occur in more rows than this on average is a category and names no row."""
_MOST_KEYS: Final = 3
"""A key of more fields than this does not name a row; it only distinguishes rows."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FILE: Final = re.compile(r"\S+\.(?:csv|gif|html?|jpe?g|json|pdf|png|svg|tsv|txt|xml|zip)")
"""A file name, which does not name a row."""
_FLAGS: Final = {"yes", "no", "true", "false"}
"""Answers to questions, which do not name a row."""
_TEXTS: Final = ("string", "any")
_NO_NAMES: Final = ("uri", "email", "binary", "uuid")


class NamingColumns(Struct, frozen=True):
    """The columns that name the rows of a table."""

    name: str
    """The column whose cells are most like names; empty if the key is used."""
    key: tuple[str, ...]
    others: tuple[str, ...]
    """The other text columns."""
    rest: tuple[str, ...]
    """All other columns."""


class RowNames:
    """Names the rows of one package for readers who do not know its keys.

    The name comes from the data: first the text column that best distinguishes rows, then the key,
    then the other text columns.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._labels = RowLabels(package)
        self._chosen: dict[tuple[str, tuple[str, ...]], NamingColumns] = {}

    def full(self, change: RowChange) -> str:
        """Return a row's name with its first other text: ``Gamma Chips (CCC), Technology``."""
        resource, columns = self._of(change)
        short = self.short(change)
        if resource.meaning.label:
            return short
        row = change.row
        others = [self._cell(resource, row, name) for name in columns.others]
        texts = [text for text in dict.fromkeys(others) if text and text not in short]
        most = 1 if columns.name else 2
        # Without a key, the name alone does not identify the row.
        if not texts and not (columns.name and columns.key):
            most = 2
            rest = ((name, self._cell(resource, row, name)) for name in columns.rest)
            texts = [f"{self.title(resource, n)} {cell}" for n, cell in rest if cell]
            if not (columns.name or columns.key):
                short = ""  # its first cell is among these
        return ", ".join(filter(None, [short, *texts[:most]])) or "—"

    def short(self, change: RowChange, without: Collection[str] = ()) -> str:
        """Return a row's name and key, ``Gamma Chips (CCC)``; only the key if that is the name.

        Args:
            change: The change of the row.
            without: The fields that the line is about; a name among them is left out.
        """
        resource, columns = self._of(change)
        row = change.row
        if resource.meaning.label:
            return self._labels.label(resource, row)
        key = key_phrase(self._key(resource, row, name) or "—" for name in columns.key)
        name = self._cell(resource, row, columns.name) if columns.name else ""
        if key and columns.name in without:
            return key
        if not key:
            return name or next(filter(None, map(shortened, row.values())), "—")
        return f"{name} ({key})" if name and name != key else key

    def called(self, resource: Resource, row: Row) -> str:
        """Return the short name of a row, whether or not it changed."""
        return self.short(_as_change(resource, row))

    def of_row(self, resource: Resource, row: Row) -> str:
        """Return the full name of a row, whether or not it changed."""
        return self.full(_as_change(resource, row))

    def order(self, change: RowChange, text: str) -> tuple[str, str]:
        """Return the sort key of a row: its name, or its day if it has no other name.

        Args:
            change: The change of the row.
            text: Its name.
        """
        return ("", self.day(change)) if self.day(change) else alphabetical(text)

    def day(self, change: RowChange) -> str:
        """Return the day that identifies a row, as written; empty if the row has a name."""
        resource, columns = self._of(change)
        if columns.name or resource.meaning.label or len(columns.key) != 1:
            return ""
        field, text = resource.by_name.get(columns.key[0]), change.row.get(columns.key[0], "")
        return text if field and _is_day(field, text) else ""

    def _key(self, resource: Resource, row: Row, name: str) -> str:
        """Return a field of a key: a date in words, anything else as written."""
        field = resource.by_name.get(name)
        text = row.get(name, "")
        return in_words(text) if field and _is_day(field, text) else shortened(text)

    def _cell(self, resource: Resource, row: Row, name: str) -> str:
        return shortened(self._labels.stated(resource.name, row, name))

    def title(self, resource: Resource, name: str) -> str:
        """Return the title of a field, or else its name as written."""
        field = resource.by_name.get(name)
        return (field.title if field else "") or column(name)

    def _of(self, change: RowChange) -> tuple[Resource, NamingColumns]:
        resource = self._package.resource(change.resource)
        key = tuple(change.key)
        table = (resource.name, key)
        if table not in self._chosen:
            self._chosen[table] = naming_columns(resource, key, self._sample(change))
        return resource, self._chosen[table]

    def _sample(self, change: RowChange) -> Sequence[Row]:
        rows = self._package.each_row(change.resource)
        # If the table has no rows in this package, sample the row itself.
        return tuple(islice(rows, _SAMPLE)) or (change.row,)


def naming_columns(resource: Resource, key: tuple[str, ...], rows: Sequence[Row]) -> NamingColumns:
    """Choose the columns that name the rows of a table from some of its rows.

    Args:
        resource: The resource of the table.
        key: Its primary key.
        rows: The sample of rows.
    """
    if len(key) > _MOST_KEYS or (len(key) > 1 and set(key) == set(resource.header)):
        key = ()  # it would be the complete row
    gaps = {f.name: missing_values_of(f, resource.missing_values) for f in resource.fields}
    cells = {
        name: [row[name] for row in rows if row.get(name, "") not in gaps[name]]
        for name in resource.header
        if name not in key
    }
    texts = [
        name
        for name, filled in cells.items()
        # Filled in at least half of the rows, so that few rows have no name.
        if _may_name(resource.by_name[name]) and 2 * len(filled) >= len(rows) and _are_texts(filled)
        if len(key) != 1 or not _is_in_key(rows, key[0], name)
    ]
    # At least half of its cells are distinct: such a column distinguishes rows.
    distinct = [name for name in texts if 2 * len(set(cells[name])) >= len(cells[name])]
    varied = [name for name in texts if _VARIED * len(set(cells[name])) >= len(cells[name])]
    words = [name for name in distinct if _length(cells[name]) >= _WORD]
    key_cells = [row[key[0]] for row in rows if row.get(key[0])] if len(key) == 1 else []
    is_name = bool(key_cells) and _are_texts(key_cells) and any(" " in cell for cell in key_cells)
    may_lead = words or (varied and not is_name)
    name = (words or distinct or varied)[0] if may_lead else ""
    others = tuple(each for each in texts if each != name)
    rest = tuple(each for each in cells if each != name and each not in others)
    return NamingColumns(name, key, others, rest)


def _as_change(resource: Resource, row: Row) -> RowChange:
    key = {name: row.get(name, "") for name in resource.primary_key}
    return RowChange(resource.name, key, None, row, tuple(row))


def how_often(rows: Sequence[Row]) -> str:
    """Return a suffix for a name that stands for several rows: how many; empty for one."""
    if len(rows) == 1:
        return ""
    word = "times" if all(row == rows[0] for row in rows) else "rows"
    return f" ({len(rows):,} {word})"


def _is_day(field: Field, text: str) -> bool:
    return field.type == "date" and field.format == "default" and bool(_DAY.fullmatch(text))


def _may_name(field: Field) -> bool:
    return field.type in _TEXTS and field.format not in _NO_NAMES


def _are_texts(cells: Sequence[str]) -> bool:
    """Return whether most cells are texts that fit on a line, not numbers, addresses or files."""
    fitting = (
        any(map(str.isalpha, cell))
        and len(cell) <= LONGEST_NAME
        and "://" not in cell
        and not _FILE.fullmatch(cell)
        and cell.casefold() not in _FLAGS
        for cell in cells
    )
    return 2 * sum(fitting) > len(cells)


def _is_in_key(rows: Sequence[Row], key: str, name: str) -> bool:
    """Return whether the key contains a column's cells: ``en`` and ``GB`` beside ``en-GB``."""
    cells = ((row.get(key, ""), row.get(name, "")) for row in rows)
    return 2 * sum(text in cell for cell, text in cells if text) > len(rows)


def _length(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / len(cells)
