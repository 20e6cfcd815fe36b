"""An older package under the names that a newer one uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.package.package import Package
from interopwatch.package.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.package.descriptor import Descriptor, Field, ForeignKey, Resource
    from interopwatch.package.renames import Names, Renames


def renamed(old: Package, renames: Renames, new: Descriptor) -> Package:
    """Return an older package under the newer package's names for its resources and fields.

    Its rows and schemas are the older ones; labels and sentences are those of the newer descriptor
    where it has any, since these use the new names.
    """
    return _Renamed(old, renames, new) if renames else old


def renamed_descriptor(old: Descriptor, renames: Renames, new: Descriptor) -> Descriptor:
    """Return an older descriptor in the names of a newer one."""
    resources = tuple(_resource(r, renames, new) for r in old.resources)
    return replace(old, resources=resources, provenance=new.provenance, counts=new.counts)


class _Renamed(Package):
    """A package under other names."""

    def __init__(self, original: Package, renames: Renames, new: Descriptor) -> None:
        descriptor = renamed_descriptor(original.descriptor, renames, new)
        super().__init__(original.root, descriptor, original.label, original.files, original.places)
        self.file, self.words = original.file, original.words
        self._original, self._renames = original, renames

    def _name(self, resource: str) -> str:
        self.resource(resource)  # raises an error if it is unknown
        descriptor = self._original.descriptor
        # Including tables compared as files.
        every = (*descriptor.files_by_name, *descriptor.by_name)
        names = {self._renames.resources.renamed(r): r for r in every}
        return names[resource]

    @property
    def is_on_disk(self) -> bool:
        return self._original.is_on_disk

    def is_plain(self, name: str) -> bool:
        return self._original.is_plain(self._name(name))

    def place(self, name: str) -> str:
        return self._original.place(self._name(name))

    def content(self, name: str) -> bytes:
        return self._original.content(self._name(name))

    def is_readable(self, name: str) -> bool:
        return self._original.is_readable(self._name(name))

    def size(self, name: str) -> int:
        return self._original.size(self._name(name))

    def vouches_for(self, name: str) -> bool:
        return self._original.vouches_for(self._name(name))

    def names(self, name: str) -> Names:
        return self._renames.of(name)

    def each_row(self, name: str) -> Iterator[Mapping[str, str]]:
        names = self._renames.of(name)
        return map(names.row, self._original.each_row(self._name(name)))

    def table(self, name: str) -> Table:
        if name not in self._tables:
            table, names = self._original.table(self._name(name)), self._renames.of(name)
            rows = tuple(names.row(row) for row in table.rows) if names else table.rows
            self._tables[name] = Table(self.resource(name), rows, table.lines, table.where)
        return self._tables[name]


def _resource(old: Resource, renames: Renames, new: Descriptor) -> Resource:
    name = renames.resources.renamed(old.name)
    names, newer = renames.of(name), new.by_name.get(name)
    return replace(
        old,
        name=name,
        fields=tuple(_field(f, names) for f in old.fields),
        primary_key=_renamed_names(old.primary_key, names),
        foreign_keys=tuple(_key(k, old, names, renames) for k in old.foreign_keys),
        meaning=newer.meaning if newer is not None else old.meaning,
        declared=None if old.declared is None else _resource(old.declared, renames, new),
    )


def _field(old: Field, names: Names) -> Field:
    return replace(old, name=names.renamed(old.name)) if names else old


def _key(old: ForeignKey, resource: Resource, names: Names, renames: Renames) -> ForeignKey:
    target = renames.resources.renamed(old.resource or resource.name)
    return replace(
        old,
        fields=_renamed_names(old.fields, names),
        resource=target,
        reference=_renamed_names(old.reference, renames.of(target)),
    )


def _renamed_names(old: Iterable[str], names: Names) -> tuple[str, ...]:
    return tuple(map(names.renamed, old))
