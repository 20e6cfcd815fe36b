"""Patch tables with daff, which must understand a tabular diff."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import daff  # type: ignore[import-untyped] # it has no types

from interopwatch.package.table import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch import Package

Lines = list[list[str]]


def lines_of(package: Package, name: str) -> Lines:
    """Return the table of a resource as in its file: the header, then the rows."""
    if name not in package.descriptor.by_name:
        return []
    rows = package.rows(name)
    header = list(rows[0]) if rows else list(package.resource(name).header)
    return [header, *(_in_order(row, header) for row in rows)]


def _in_order(row: Mapping[str, str], header: Sequence[str]) -> list[str]:
    return [row[name] for name in header]


def parsed(text: str) -> Lines:
    """Parse CSV text."""
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def patched(old: Lines, patch: str) -> Lines:
    """Apply a patch to a table of texts with daff."""
    table = [list(line) for line in old]
    view = daff.PythonTableView(table)
    daff.HighlightPatch(view, daff.PythonTableView(parsed(patch))).apply()
    return table if view.get_width() else []


def patched_as_csv(old: Lines, patch: str) -> Lines:
    """Apply a patch with daff reading both from CSV; a missing value is ``NULL``."""
    table = daff.Csv().makeTable("".join(map(record, old)))
    daff.HighlightPatch(table, daff.Csv().makeTable(patch)).apply()
    width, height = table.get_width(), table.get_height()
    cells = [[table.getCell(x, y) for x in range(width)] for y in range(height)]
    return [["NULL" if cell is None else cell for cell in line] for line in cells]
