"""A data package on disk: a descriptor and the tables it describes."""

from __future__ import annotations

import errno
from copy import copy
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from interopwatch.errors import DescriptorError, FetchError, TableError
from interopwatch.files import read_regular
from interopwatch.package import parse, table
from interopwatch.package.descriptor import FILE_NAME, FILE_NAMES, MAX_BYTES, Descriptor
from interopwatch.package.edtf import days_of, span
from interopwatch.package.package_files import PackageFiles
from interopwatch.package.renames import Names
from interopwatch.package.table_cache import TableCache
from interopwatch.updates import is_unfinished, wait_for_update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import pandas as pd

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.table import Table

    Stamp = tuple[int, int, int] | None

_TABLE_SUFFIXES: Final = (".csv", ".tsv", ".tab", ".txt")
"""Suffixes of files that cannot be descriptors."""
_LARGE: Final = 8 << 20
"""The rows of a larger file (in bytes) are streamed where they need not be kept: 8 MiB of short
cells are 230,000 rows, which take 120 MiB."""


class Package(PackageFiles):
    """A data package: its descriptor, and its tables, which are read on first use.

    Its files are those of :class:`~interopwatch.package.package_files.PackageFiles`.

    Attributes:
        words: The descriptor whose labels and sentences reports use for it; ``None`` for its own.
        stamps: Inode, size and modification time of its descriptor and tables when it was
            opened; ``None`` for a missing file.
    """

    words: Descriptor | None = None
    stamps: Mapping[Path, Stamp] = MappingProxyType({})

    @cached_property
    def _tables(self) -> TableCache:
        return TableCache()

    def __repr__(self) -> str:
        return f"Package({self.label!r})"

    def with_descriptor(self, descriptor: Descriptor) -> Package:
        """Return the same package, of the same class, under another descriptor."""
        found = copy(self)
        for kind in type(self).__mro__:
            for name, value in vars(kind).items():
                if isinstance(value, cached_property):  # it may depend on the old descriptor
                    found.__dict__.pop(name, None)
        found.descriptor = descriptor
        found.forget_paths()
        return found

    def table(self, name: str) -> Table:
        """Return the rows of a resource, cached as long as the cache has room.

        Raises:
            TableError: The file is missing, unreadable, or does not match its schema.
        """
        if name not in self._tables:
            content = self.content(name)
            self._tables[name] = table.read(content, self.resource(name), self.place(name))
        return self._tables[name]

    def is_current(self) -> bool:
        """Return whether its descriptor and tables on disk are unchanged since it was opened."""
        return all(_stamp(file) == stamp for file, stamp in self.stamps.items())

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a resource; empty if there is no such resource."""
        return self.table(name).rows if name in self.descriptor.by_name else ()

    def each_row(self, name: str) -> Iterator[Mapping[str, str]]:
        """Yield the rows of a resource; a large file is streamed.

        Raises:
            TableError: The file is missing, unreadable, or does not match its schema.
        """
        return (row for _, row in self.numbered_rows(name))

    def numbered_rows(self, name: str) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield the rows of a resource as :meth:`each_row` does, each with its line (from 1).

        Raises:
            TableError: The file is missing, unreadable, or does not match its schema.
        """
        if name not in self.descriptor.by_name:
            return
        if name in self._tables or not self.is_plain(name) or self.size(name) <= _LARGE:
            yield from self.table(name).numbered_rows()
            return
        yield from table.rows_in_file(self.path(name), self.resource(name), self.place(name))

    def count_rows(self, name: str) -> int | None:
        """Return the number of rows of a resource; ``None`` if they cannot be read."""
        if name not in self.descriptor.by_name:
            return None
        try:
            return sum(1 for _ in self.each_row(name))
        except (TableError, FetchError):
            return None

    def names(self, name: str) -> Names:
        """Return the fields of a resource whose names here differ from those in its file."""
        # They differ only in a package under newer names (package/renamed.py).
        del name
        return Names()

    def frame(self, name: str) -> pd.DataFrame:
        """Return a resource as a pandas data frame.

        Integers become ``Int64``, numbers ``Float64``, booleans ``boolean``, dates of type ``date``
        and ``datetime`` become ``datetime64``, everything else (including EDTF dates) ``string``; a
        missing value is ``pandas.NA`` or ``NaT``.

        Raises:
            MissingExtraError: pandas is not installed.
            TableError: A cell is not of its field's type, or too large for an ``Int64``.
        """
        from interopwatch.package.pandas import frame

        return frame(self.table(name))

    @cached_property
    def as_of(self) -> date | None:
        """The last day that the package covers: its own date, or its latest source's."""
        frozen = self.descriptor.frozen
        if frozen is not None:
            return span(frozen.date).last
        provenance = self.descriptor.provenance
        if provenance is None:
            return None
        texts = (row[provenance.published] for row in self.editions.values())
        return max((day for text in texts if (day := days_of(text).last)), default=None)

    @property
    def covers(self) -> frozenset[str] | None:
        """The works that it can contain statements of; ``None`` if unlimited."""
        frozen = self.descriptor.frozen
        return None if frozen is None else frozenset(frozen.covers)

    @property
    def is_observed(self) -> bool:
        """Whether what is absent from it was absent from its sources."""
        frozen = self.descriptor.frozen
        return frozen is None or frozen.basis == "observed"

    @cached_property
    def editions(self) -> Mapping[str, Mapping[str, str]]:
        """The rows of its list of sources, by the id that other rows refer to."""
        provenance = self.descriptor.provenance
        if provenance is None:
            return {}
        listed = self.resource(provenance.resource)
        for name in (provenance.work, provenance.published):
            if listed.fields and name not in listed.by_name:
                raise DescriptorError(
                    f"{self.label}: the list of sources, {listed.name!r}, has no field {name!r}",
                    hint="Name its fields in the descriptor, under interopwatch.provenance.",
                )
        key = listed.primary_key
        return {row[key[0]]: row for row in self.rows(provenance.resource)} if key else {}

    def stated_by(self, row: Mapping[str, str]) -> tuple[str, str]:
        """Return the id of the source that states a row, and the locator; empty if unknown."""
        provenance = self.descriptor.provenance
        if provenance is None:
            return "", ""
        return row.get(provenance.field, ""), row.get(provenance.locator, "")

    def work_of(self, resource: Resource, row: Mapping[str, str]) -> str:
        """Return the work whose edition states a row; empty if the row names no source."""
        provenance = self.descriptor.provenance
        if provenance is None:
            return ""
        if resource.name == provenance.resource:
            return row.get(provenance.work, "")
        return self.editions.get(row.get(provenance.field, ""), {}).get(provenance.work, "")

    def published(self, row: Mapping[str, str]) -> date | None:
        """Return the last day on which the source of a row can have been published."""
        provenance = self.descriptor.provenance
        if provenance is None:
            return None
        edition = self.editions.get(row.get(provenance.field, ""), {})
        return days_of(edition.get(provenance.published, "")).last

    def clerical_fields(self, resource: Resource) -> tuple[str, ...]:
        """Return the fields of a resource that may change without being news, with provenance."""
        return (*resource.meaning.clerical, *self.descriptor.provenance_fields)

    def edition_day(self, work: str) -> date | None:
        """Return the day on which its latest edition of a work was published."""
        return self._edition_days.get(work)

    @cached_property
    def _edition_days(self) -> Mapping[str, date]:
        provenance = self.descriptor.provenance
        if provenance is None:
            return {}
        return _latest(
            (row[provenance.work], row[provenance.published]) for row in self.editions.values()
        )

    def vouched_until(self, work: str) -> date | None:
        """Return the last day that a work vouches for: its latest edition's, or a later check's."""
        days = (self._edition_days.get(work), self._check_days.get(work))
        return max((day for day in days if day is not None), default=None)

    @cached_property
    def _check_days(self) -> Mapping[str, date]:
        provenance = self.descriptor.provenance
        if provenance is None or not provenance.checks:
            return {}
        rows = self.rows(provenance.checks)
        return _latest(
            (row.get(provenance.work, ""), row.get(provenance.checked, "")) for row in rows
        )

    def referred(self, resource: Resource, field: str, value: str) -> Mapping[str, str] | None:
        """Return the row that a foreign key's value refers to; ``None`` if there is none."""
        reference = resource.references.get(field)
        if reference is None or reference.resource not in self.descriptor.by_name:
            return None
        return self._index(reference.resource, reference.reference[0]).get(value)

    def _index(self, name: str, field: str) -> Mapping[str, Mapping[str, str]]:
        indexes = self._indexes
        if (name, field) not in indexes:
            # Without a schema, a row has the fields of its header, which may lack this one.
            indexes[name, field] = {row[field]: row for row in self.rows(name) if field in row}
        return indexes[name, field]

    def referring(self, name: str, field: str, key: str) -> Sequence[Mapping[str, str]]:
        """Return the rows of a resource with a value in a field, such as the key of another row."""
        if (name, field) not in self._referring:
            grouped: dict[str, list[Mapping[str, str]]] = {}
            for row in self.rows(name):
                grouped.setdefault(row.get(field, ""), []).append(row)
            self._referring[name, field] = grouped
        return self._referring[name, field].get(key, ())

    @cached_property
    def _referring(self) -> dict[tuple[str, str], Mapping[str, Sequence[Mapping[str, str]]]]:
        return {}

    @cached_property
    def _indexes(self) -> dict[tuple[str, str], Mapping[str, Mapping[str, str]]]:
        return {}

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """A cache of values derived from this package, which never change while it is open."""
        return {}


def open_package(
    path: str | Path,
    label: str = "",
    fetch: Callable[[str], bytes] | None = None,
    *,
    recovering: bool = False,
    lenient: bool = True,
) -> Package:
    """Open a data package.

    If an update of it is running, this waits for it, so that all files are of one edition.

    Args:
        path: Its folder or its descriptor.
        label: Its name in reports; the path if empty.
        fetch: Reads files that the descriptor refers to by address; if not given, none is fetched.
        recovering: Whether to open it despite an interrupted update, in order to complete that.
        lenient: Whether invalid parts of its descriptor are dropped, and kept in the
            descriptor's ``faults``.

    Raises:
        DescriptorError: There is no descriptor, or it cannot be read or used.
        UnfinishedUpdateError: An update of it was interrupted.
    """
    place = Path(path)
    file = descriptor_in(place) if place.is_dir() else place
    # Repeat if the descriptor was replaced meanwhile: tables of one edition would otherwise be read
    # with the schema of another, and be reported as broken.
    while True:
        if not recovering:
            wait_for_update(file.parent)
        before = _stamp(file)
        found = _opened(file, label, fetch, lenient=lenient)
        found.stamps = {file: before} | {f: _stamp(f) for f in found.tables_on_disk()}
        if recovering or (_stamp(file) == before and not is_unfinished(file.parent)):
            return found


def _opened(
    file: Path, label: str, fetch: Callable[[str], bytes] | None, *, lenient: bool
) -> Package:
    def read(name: str) -> str:
        return text_of(made.file_content(name), name)

    text = read_descriptor(file)
    # A package without a descriptor reads the files that the descriptor refers to, under the same
    # rules and limits as tables.
    made = Package(file.parent, Descriptor("", ()), label)
    made.file, made.fetch = file, fetch
    return made.with_descriptor(parse.parse(text, str(file), read, lenient=lenient))


def _latest(dated: Iterable[tuple[str, str]]) -> Mapping[str, date]:
    """Return the last day of each name among pairs of name and date; invalid dates are skipped."""
    found: dict[str, date] = {}
    for name, text in dated:
        if (day := days_of(text).last) is not None:
            found[name] = max(day, found.get(name, day))
    return found


def _stamp(file: Path) -> Stamp:
    """Return what distinguishes a file from its later versions and replacements."""
    try:
        found = file.stat()
    except OSError:
        return None
    # A file renamed into place has another inode; one written to, another size or time.
    return found.st_ino, found.st_size, found.st_mtime_ns


def text_of(content: bytes, name: str) -> str:
    """Decode a descriptor, schema or dialect.

    Raises:
        DescriptorError: It is not UTF-8.
    """
    try:
        # A byte order mark may be ignored (RFC 8259, section 8.1), and Windows programs write one.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DescriptorError(f"{name}: byte {error.start} is not UTF-8") from None


def is_table_name(name: str) -> bool:
    """Return whether a file has the suffix of a bare table, possibly compressed with gzip."""
    return name.lower().removesuffix(".gz").endswith(_TABLE_SUFFIXES)


def descriptor_in(folder: Path) -> Path:
    """Return the descriptor in a folder; under its usual name if there is none."""
    files = (folder / name for name in FILE_NAMES)
    return next((file for file in files if file.exists()), folder / FILE_NAME)


def read_descriptor(file: Path) -> str:
    """Read the text of a descriptor.

    Raises:
        DescriptorError: The file is missing, unreadable, too large or not UTF-8, or it is a table.
    """
    if is_table_name(file.name) and file.is_file():
        raise DescriptorError(
            f"{file}: this is a bare table, not a data package",
            hint="Compare two of them with `interopwatch diff OLD NEW`. For all else, describe it "
            "in a datapackage.json beside it, and name the folder.",
        )
    try:
        content = read_regular(file, MAX_BYTES)
    except FileNotFoundError:
        raise DescriptorError(
            f"{file}: there is no data package here",
            hint="Give the folder of a package, or its datapackage.json.",
        ) from None
    except OSError as error:
        prefix = "too large for a descriptor: " if error.errno == errno.EFBIG else ""
        raise DescriptorError(f"{file}: {prefix}{error.strerror or error}") from None
    try:
        return text_of(content, str(file))
    except DescriptorError as error:
        raise DescriptorError(
            error.message,
            hint="A data package is a folder, its datapackage.json or a zip archive of it. Of a "
            "spreadsheet, name the CSV file that is saved of it.",
        ) from None
