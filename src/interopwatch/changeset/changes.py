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
        old: The package on the old side.
        new: The package on the new side.
        schema: Differences between the schemas, in the order of the resources.
        rows: Rows added, removed or changed, by resource and then by key.
        reformatted: Rows whose text differs and whose values do not; also those whose key is
            written in another form, where this is so throughout a table.
        form: Resources whose files differ in form only: order, quoting, line ends.
        descriptor: Differences between the descriptors, first of the package, then of the
            resources. Titles, descriptions and other texts alone do not make packages differ.
        ignored: How many rows differ only in fields that are ignored or within a tolerance.
        keys: For resources that declare no primary key, the fields that were found to distinguish
            their rows; none where rows are compared as wholes, however often they stand.
        files: Files that were compared by their bytes: they are no tables, or cannot be read
            as such.
        missing: Resources that only one of the packages has, and whose files are not there, so
            that nothing is known of their rows.
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
        """What was renamed, as the schema changes say."""
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
        """How many rows were added, removed or changed."""
        return sum(change.kind == kind for change in self.rows)
