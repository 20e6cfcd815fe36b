"""Which pages a site has, and their addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.errors import InteropwatchError
from interopwatch.package.labels import RowLabels
from interopwatch.package.words import worded
from interopwatch.report.anchors import Anchors, anchor
from interopwatch.text import alphabetical
from interopwatch.timeline.entity import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.report.model import Picture
    from interopwatch.report.report import Report
    from interopwatch.site.addresses import Addresses
    from interopwatch.site.data import PublishedFiles
    from interopwatch.site.downloads import Download

HOME: Final = "index.html"
SEARCH: Final = "search.html"
NOT_FOUND: Final = "404.html"
ATOM: Final = "feed.atom"
JSON_FEED: Final = "feed.json"
SITEMAP: Final = "sitemap.xml"
MANIFEST: Final = "site.json"
STYLE: Final = "assets/site.css"
SCRIPT: Final = "assets/site.js"
# No file of the package may have these names: it is moved to another folder (`data.py`).
RESERVED: Final = (
    HOME, SEARCH, NOT_FOUND, ATOM, JSON_FEED, SITEMAP, MANIFEST, STYLE, SCRIPT,
    "datapackage.json", "robots.txt",
)  # fmt: skip
PAGE_ROWS: Final = 250
"""Rows on one page of a table: a page of ten columns is some 100 kB, and loads at once."""
MOST_ROWS: Final = 5000
"""Rows of a table that are shown at all, on twenty pages; the file has the rest."""
MOST_SUBJECTS: Final = 2000
"""The maximum number of subjects with a page, of all resources: a page takes about 2 ms and 10
kB."""


class Shown(Struct, frozen=True):
    """A row on a page of a table."""

    row: Row
    anchor: str


class TablePages(Struct, frozen=True):
    """The pages of a table.

    Attributes:
        resource: The table.
        addresses: The paths of its pages.
        pages: The rows on each of them.
        number: Its number of rows; ``None`` if they cannot be read.
    """

    resource: Resource
    addresses: tuple[str, ...]
    pages: tuple[tuple[Shown, ...], ...]
    number: int | None


class SubjectPage(Struct, frozen=True):
    """The page of a subject.

    Attributes:
        subject: The subject.
        name: Its name.
        address: The path of its page.
        package: The last edition that has it.
        row: Its row in that edition.
        is_current: Whether the working edition still has it.
    """

    subject: Subject
    name: str
    address: str
    package: Package
    row: Row
    is_current: bool


class SubjectPages(Struct, frozen=True):
    """The pages of the subjects of one resource, in alphabetical order."""

    resource: Resource
    address: str
    pages: tuple[SubjectPage, ...]


class ReportPage(Struct, frozen=True):
    """The page of the changes from one edition to the next."""

    report: Report
    address: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The pages of a site.

    Attributes:
        package: The working edition, with schemas that fit its tables.
        editions: All observed editions, in chronological order, the working edition last.
        files: The files of the package in the site.
        tables: The tables.
        subjects: The subjects that have pages.
        reports: The reports, from the oldest pair of editions to the latest.
        downloads: The complete package in other formats.
        base_url: The address of the site; empty if unknown.
    """

    package: Package
    editions: tuple[Package, ...]
    files: PublishedFiles
    tables: tuple[TablePages, ...]
    subjects: tuple[SubjectPages, ...]
    reports: tuple[ReportPage, ...]
    downloads: tuple[Download, ...] = ()
    base_url: str = ""
    _places: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    @property
    def title(self) -> str:
        """What the site is about."""
        descriptor = self.package.descriptor
        return descriptor.subject or descriptor.title or descriptor.name or "Data package"

    @property
    def lead(self) -> ReportPage | None:
        """The latest changes between frozen editions, if there are any; otherwise the latest."""
        return next(
            (each for each in reversed(self.reports) if each.report.new.date),
            self.reports[-1] if self.reports else None,
        )

    def files_of(self, resource: str) -> tuple[str, ...]:
        """Return the paths of the files that hold a table."""
        made = (each.path for each in self.downloads if each.resource == resource)
        return (*self.files.places.get(resource, ()), *made)

    def subject(self, resource: str, key: str) -> SubjectPage | None:
        """Return the page of a subject; ``None`` if it has none."""
        return self._by_subject.get(Subject(resource, key))

    def other_names(self, subject: Subject) -> Iterator[list[str]]:
        """Yield the other names of a subject, from each table that has any."""
        for other in self.package.descriptor.resources:
            key = other.references.get(other.meaning.names_of)
            if key is not None and key.resource == subject.resource:
                rows = self.package.referring(other.name, other.meaning.names_of, subject.key)
                yield [row[field] for row in rows for field in other.primary_key]

    def link(self, resource: Resource, field: str, value: str) -> str:
        """Return the target of a cell that refers to a row: a subject, or the row in its table."""
        reference = resource.references.get(field)
        if reference is not None:
            target = self.package.descriptor.by_name.get(reference.resource)
            if target is None or target.primary_key != reference.reference:
                return ""
            found = self.subject(target.name, value)
            return found.address if found else self.place(target.name, value)
        if resource.primary_key == (field,):
            found = self.subject(resource.name, value)
            return found.address if found else ""
        return ""

    def place(self, name: str, key: str) -> str:
        """Return where a table shows the row with a single-field key; empty if it is not shown."""
        if name not in self._places:
            table = next((each for each in self.tables if each.resource.name == name), None)
            places: dict[str, str] = {}
            if table is not None and len(table.resource.primary_key) == 1:
                (field,) = table.resource.primary_key
                for address, shown in zip(table.addresses, table.pages, strict=True):
                    for each in shown:
                        places.setdefault(each.row[field], f"{address}#{each.anchor}")
            self._places[name] = places
        return self._places[name].get(key, "")

    @cached_property
    def _by_subject(self) -> Mapping[Subject, SubjectPage]:
        return {page.subject: page for each in self.subjects for page in each.pages}


def tables(
    package: Package, addresses: Addresses, note: Callable[[str], None]
) -> Iterator[TablePages]:
    """Yield the pages of all tables.

    Args:
        package: The package.
        addresses: The paths in use; those of the pages are added.
        note: Called with messages about what is not shown.
    """
    for resource in package.descriptor.resources:
        shown: list[Shown] = []
        anchors, number = Anchors(), 0
        try:
            if not package.is_readable(resource.name):
                raise InteropwatchError("its rows can only be read by an engine")  # noqa: TRY301
            for row in package.each_row(resource.name):
                number += 1
                if number <= MOST_ROWS:
                    key = resource.key_of(row) if resource.primary_key else (str(number),)
                    shown.append(Shown(row, anchors.new(anchor(resource.name, key))))
        except InteropwatchError as error:
            note(f"{resource.name}: {error.message}: its rows are not shown")
            yield TablePages(resource, (_table(addresses, resource.name),), ((),), None)
            continue
        # A table without rows has a page, too.
        pages = tuple(
            tuple(shown[at : at + PAGE_ROWS]) for at in range(0, max(len(shown), 1), PAGE_ROWS)
        )
        where = [_table(addresses, resource.name, each) for each in range(1, len(pages) + 1)]
        yield TablePages(resource, tuple(where), pages, number)


def _table(addresses: Addresses, name: str, page: int = 1) -> str:
    if page == 1:
        return addresses.new("tables", ["table", name], ".html")
    return addresses.new("tables", ["table", str(page), f"{name}-{page}"], ".html")


def has_subjects(resource: Resource) -> bool:
    """Return whether the rows of a resource have names, and a key of one field."""
    return bool(resource.meaning.names) and len(resource.primary_key) == 1


def subjects(
    editions: Sequence[Package], addresses: Addresses, note: Callable[[str], None]
) -> Iterator[SubjectPages]:
    """Yield the pages of the subjects of all editions.

    Args:
        editions: All observed editions, in chronological order, the working edition last.
        addresses: The paths in use; those of the pages are added.
        note: Called with messages about what has no page.
    """
    room = MOST_SUBJECTS
    for resource in filter(has_subjects, editions[-1].descriptor.resources):
        found = _found(editions, resource)
        if len(found) > room:
            note(f"{resource.name}: {len(found) - room:,} rows have no page of their own")
        shown = list(found.items())[:room]
        room -= len(shown)
        folder = addresses.folder(["subjects", resource.name])
        index = addresses.reserve(f"{folder}/index.html")
        pages = []
        for key, (package, row) in shown:
            address = addresses.new(folder, ["subject", resource.name, key], ".html")
            edition = worded(package)
            name = RowLabels(edition).label(edition.resource(resource.name), row) or key
            is_current = package is editions[-1]
            subject = Subject(resource.name, key)
            pages.append(SubjectPage(subject, name, address, package, row, is_current))
        if pages:
            pages.sort(key=lambda page: alphabetical(page.name))
            yield SubjectPages(resource, index, tuple(pages))


def _found(editions: Sequence[Package], resource: Resource) -> Mapping[str, tuple[Package, Row]]:
    """Return a resource's rows, each in the last edition that has it; current ones first."""
    found: dict[str, tuple[Package, Row]] = {}
    (field,) = resource.primary_key
    for edition in reversed(editions):
        declared = edition.descriptor.by_name.get(resource.name)
        # With another primary key, the same value may identify something else.
        if declared is None or declared.primary_key != resource.primary_key:
            continue
        for row in edition.rows(resource.name):
            if row[field]:
                found.setdefault(row[field], (edition, row))
    return found
