"""The subjects that changes concern, to filter by: rows that a package refers to by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.package.labels import RowLabels
from interopwatch.report.anchors import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.changeset.model import RowChange
    from interopwatch.package.descriptor import ForeignKey, Resource
    from interopwatch.package.package import Package
    from interopwatch.report.model import Comparison

_FEWEST: Final = 2
"""A filter needs at least this many subjects to choose from."""


class SubjectFilter(Struct, frozen=True):
    """The subjects of one resource.

    Attributes:
        title: The title of the resource.
        subjects: The value in the filter and the name of each subject, in the order of the names.
    """

    title: str
    subjects: tuple[tuple[str, str], ...]


class Subjects:
    """The subjects of the rows of two packages; collects those requested."""

    def __init__(self, compared: Comparison | None) -> None:
        self._found: dict[str, dict[str, str]] = {}
        self._packages: tuple[Package, ...] = ()
        self._by_key: dict[tuple[int, str], dict[str, Mapping[str, str]]] = {}
        self._parts: dict[tuple[str, str], list[RowChange]] = {}
        if compared is not None:
            # The newer one first, so that a row gets its current name.
            self._packages = compared.new, compared.old
            for item in compared.items:
                owner = self.owner(item.change)
                if owner is not None:
                    self._parts.setdefault(owner, []).append(item.change)

    def _resource(self, change: RowChange) -> Resource:
        # A removed row has its resource in the older package, which is the second.
        return self._packages[change.after is None].resource(change.resource)

    def owner(self, change: RowChange) -> tuple[str, str] | None:
        """Return resource and key of the row to which a row belongs; ``None`` if there is none."""
        resource = self._resource(change)
        field = resource.meaning.belongs_to
        key = resource.references.get(field)
        return (key.resource, change.row.get(field, "")) if key else None

    def parts(self, resource: str, key: str) -> tuple[RowChange, ...]:
        """Return the changes of rows that belong to a row."""
        return tuple(self._parts.get((resource, key), ()))

    def of(self, changes: Iterable[RowChange]) -> tuple[str, ...]:
        """Return the subjects of some changes, including those of rows that belong to theirs."""
        found: dict[str, None] = {}
        for change in changes if self._packages else ():
            key = tuple(change.key.values())
            parts = self.parts(change.resource, key[0]) if len(key) == 1 else ()
            for each in (change, *parts):
                found.update(dict.fromkeys(self._about(each)))
        return tuple(sorted(found))

    def _about(self, change: RowChange) -> Iterable[str]:
        resource = self._resource(change)
        if resource.meaning.names and len(change.key) == 1:
            yield from self._subject(resource.name, next(iter(change.key.values())))
        for field, key in resource.references.items():
            for row in (change.before, change.after):
                cell = (row or {}).get(field, "")
                if cell and self._is_key(key):
                    yield from self._subject(key.resource, cell)

    def _subject(self, name: str, key: str) -> Iterable[str]:
        """Yield the value of a subject in the filter, if its resource gives rows names."""
        labels = self._found.setdefault(name, {})
        if key not in labels:
            label = self.label(name, key)
            if not label:
                return
            labels[key] = label
        yield anchor(name, [key])

    def label(self, name: str, key: str) -> str:
        """Return the name of a subject; empty if its resource gives its rows no names."""
        for package in self._packages:
            resource = package.descriptor.by_name.get(name)
            if resource is None or not resource.meaning.names or len(resource.primary_key) != 1:
                continue
            row = self.row(package, name, key)
            if row is not None:
                return RowLabels(package).label(resource, row)
        return ""

    def _is_key(self, key: ForeignKey) -> bool:
        """Return whether a reference is to the complete key of a row."""
        tables = (package.descriptor.by_name.get(key.resource) for package in self._packages)
        return any(table is not None and table.primary_key == key.reference for table in tables)

    def row(self, package: Package, name: str, key: str) -> Mapping[str, str] | None:
        """Return the row of a resource with a key of one field; ``None`` if there is none."""
        table = id(package), name
        if table not in self._by_key:
            (field,) = package.resource(name).primary_key
            self._by_key[table] = {row[field]: row for row in package.rows(name)}
        return self._by_key[table].get(key)

    def lists(self) -> tuple[SubjectFilter, ...]:
        """Return the requested subjects, by resource."""
        found = []
        for package in self._packages[:1]:
            for resource in package.descriptor.resources:
                labels = self._found.get(resource.name, {})
                if len(labels) >= _FEWEST:
                    named = sorted((label.casefold(), label, key) for key, label in labels.items())
                    pairs = tuple((anchor(resource.name, [key]), label) for _, label, key in named)
                    found.append(SubjectFilter(resource.title or resource.name, pairs))
        return tuple(found)
