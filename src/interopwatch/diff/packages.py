"""The diff of two packages: which resources to compare, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changes import ChangeSet, RowChange, Side
from interopwatch.diff.rows import compare
from interopwatch.diff.schemas import compare_schemas, merged

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.package import Package


def diff(old: Package, new: Package, resources: Collection[str] | None = None) -> ChangeSet:
    """Everything that differs between two data packages.

    Rows are matched by primary key, and values compare as the schema's types say.
    Nothing but the two packages has any influence on the result.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.

    Raises:
        DescriptorError: A resource that was asked for is in neither package.
        KeyProblemError: Rows cannot be told apart by their keys.
        TableError: A table is missing, unreadable, or disagrees with its schema.
    """
    names = merged(list(old.descriptor.by_name), list(new.descriptor.by_name))
    for name in resources or ():
        if name not in names:
            new.resource(name)  # says which resources there are
    rows: list[RowChange] = []
    respelled: list[RowChange] = []
    form: list[str] = []
    chosen = [name for name in names if resources is None or name in resources]
    for name in chosen:
        found = compare(old, new, name)
        rows += found.rows
        respelled += found.respelled
        if found.form_only:
            form.append(name)
    return ChangeSet(
        old=side(old),
        new=side(new),
        schema=compare_schemas(old.descriptor, new.descriptor, chosen),
        rows=tuple(rows),
        respelled=tuple(respelled),
        form=tuple(form),
    )


def side(package: Package) -> Side:
    """What a change set says about one of its two packages."""
    frozen = package.descriptor.frozen
    return Side(
        label=package.label,
        date=frozen.date if frozen else "",
        version=package.descriptor.version,
        basis=frozen.basis if frozen else "",
        covers=frozen.covers if frozen else None,
    )
