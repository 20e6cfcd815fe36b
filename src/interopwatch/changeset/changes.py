"""The fields of a change set, without its algebra.

They are apart from :class:`~interopwatch.changeset.changeset.ChangeSet`, so that composing,
applying and rendering can use them without importing the class that offers all three.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from interopwatch.package.renames import Names, Renames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.changeset.model import (
        DescriptorChange,
        FileChange,
        IgnoredRows,
        Kind,
        RowChange,
        SchemaChange,
        Side,
    )


class Changes(Struct, frozen=True, dict=True):
    """Everything that differs between two packages, in the names of the newer one.

    Attributes:
        old: The older package.
        new: The newer package.
        schema: Differences between the schemas, in the order of the resources.
        rows: Rows added, removed or changed, by resource and then by key.
        reformatted: Rows whose text differs but whose values do not; also rows whose key is
            written differently, if that is so throughout a table.
        form: Resources whose files differ only in form: order, quoting, line ends.
        descriptor: Differences between the descriptors, first of the package, then of the
            resources. Titles, descriptions and other texts alone do not make packages differ.
        ignored: The numbers of rows that differ only in ignored fields or within a tolerance.
        keys: For resources that declare no primary key, the fields that were inferred as their
            key; empty if rows are compared as wholes, including duplicates.
        files: Files that were compared by their bytes, because they are not tables or cannot be
            read as such.
        missing: Resources that only one of the packages has, and whose files are missing, so
            that their rows are unknown.
    """

    old: Side
    new: Side
    schema: tuple[SchemaChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    reformatted: tuple[RowChange, ...] = ()
    form: tuple[str, ...] = ()
    descriptor: tuple[DescriptorChange, ...] = ()
    ignored: tuple[IgnoredRows, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = {}
    files: tuple[FileChange, ...] = ()
    missing: tuple[str, ...] = ()

    @cached_property
    def renames(self) -> Renames:
        """The renames among the schema changes."""
        resources: dict[str, str] = {}
        fields: dict[str, dict[str, str]] = {}
        for change in self.schema:
            if change.kind == "renamed" and change.before and change.after:
                pairs = fields.setdefault(change.resource, {}) if change.field else resources
                pairs[change.before["name"]] = change.after["name"]
        return Renames(Names(resources), {name: Names(pairs) for name, pairs in fields.items()})

    def __bool__(self) -> bool:
        return bool(self.schema or self.rows or self.reformatted or self.files)

    def count(self, kind: Kind) -> int:
        """Return how many rows were added, removed or changed."""
        return sum(change.kind == kind for change in self.rows)
