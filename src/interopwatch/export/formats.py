"""The export formats, by name; each is one module beside this one.

A new format is a module with ``write``, as :class:`Writer` describes it, and its line in
:data:`FORMATS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from interopwatch.package.adapted import adapted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from interopwatch.export.tables import Note
    from interopwatch.package.package import Package


class Writer(Protocol):
    """A module that writes a package in one format."""

    def write(self, package: Package, place: Path, note: Note, ready: Callable[[], None]) -> None:
        """Write a package, completely or not at all, and deterministically.

        Args:
            package: The package.
            place: The file or folder to write.
            note: Called with messages for the user, for instance on a table that cannot be read.
            ready: Called after everything is read, before the result replaces what was there.

        Raises:
            MissingExtraError: A required library is not installed; the hint names the extra.
            FormatError: The format cannot hold the package.
            OutputError: It cannot be written.
        """


class ExportFormat(Struct, frozen=True):
    """An export format.

    Attributes:
        summary: What it writes, in a few words.
        makes: Whether it writes a ``file`` or a ``folder``.
        ending: The usual extension of such a file.
        extra: The extra of this distribution that it needs; empty for none.
    """

    summary: str
    makes: str
    ending: str = ""
    extra: str = ""


FORMATS: Final = {
    "sqlite": ExportFormat("a database with views that add names and days", "file", ".db"),
    "metadata": ExportFormat("a folder of metadata for catalogues", "folder", "", "metadata"),
    "parquet": ExportFormat("a folder with a typed file for each table", "folder", "", "parquet"),
    "xlsx": ExportFormat(
        "a workbook with a data dictionary and a sheet for each table", "file", ".xlsx", "xlsx"
    ),
    "zip": ExportFormat("the package as one file, byte for byte", "file", ".zip"),
}
"""Each name is that of the module beside this one."""


def export(
    package: Package,
    form: str,
    place: Path,
    note: Note = lambda _: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Write a package for other tools; ``form`` is one of :data:`FORMATS`.

    An existing result is unchanged if anything goes wrong: see :class:`Writer` for the arguments
    and errors.
    """
    writer: Writer = import_module(f"interopwatch.export.{form}")
    # With the columns that the tables really have, if their schemas differ.
    writer.write(adapted(package), place, note, ready)
