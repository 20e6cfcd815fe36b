"""The diff of two packages: which resources to compare, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.changes import ChangeSet, RowChange, Side
from interopwatch.diff.descriptors import compare_descriptors
from interopwatch.diff.engines import LOCAL, comparing
from interopwatch.diff.resources import count_one
from interopwatch.diff.schemas import compare_schemas, merged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from interopwatch.diff.counting import Counts
    from interopwatch.package import Package


def diff(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    trust_keys: bool = False,
    engine: str = LOCAL,
) -> ChangeSet:
    """Everything that differs between two data packages.

    Rows are matched by primary key, and values compare as the schema's types say.
    Nothing but the two packages has any influence on the result.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        trust_keys: Whether you vouch that no key stands twice, so that rows which large
            tables share need not be looked at. Snapshots vouch for themselves.
        engine: Where to compare tables: ``local``, in this process; or ``duckdb`` or
            ``spark``, as one relational plan, which finds the same.

    Raises:
        EngineError: The engine is not installed or cannot be started.
        DescriptorError: A resource that was asked for is in neither package.
        KeyProblemError: Rows cannot be told apart by their keys.
        TableError: A table is missing, unreadable, or disagrees with its schema.
    """
    rows: list[RowChange] = []
    respelled: list[RowChange] = []
    form: list[str] = []
    chosen = _chosen(old, new, resources)
    with comparing(engine) as compare:
        for name in chosen:
            found = compare(old, new, name, trust_keys=trust_keys)
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
        descriptor=compare_descriptors(
            old.descriptor, new.descriptor, chosen, whole=resources is None
        ),
    )


def count(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    trust_keys: bool = False,
    engine: str = LOCAL,
) -> Mapping[str, Counts]:
    """How many rows and cells differ, by resource: what :func:`diff` finds, only counted.

    Large tables that share an order are counted without holding what differs.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        trust_keys: Whether you vouch that no key stands twice; see :func:`diff`.
        engine: Where to compare tables; see :func:`diff`.

    Raises:
        InteropwatchError: What :func:`diff` raises.
    """
    if engine != LOCAL:
        from interopwatch.diff.counting import counts_of

        with comparing(engine) as compare:
            return {
                name: counts_of(compare(old, new, name, trust_keys=trust_keys))
                for name in _chosen(old, new, resources)
            }
    return {
        name: count_one(old, new, name, trust_keys=trust_keys)
        for name in _chosen(old, new, resources)
    }


def _chosen(old: Package, new: Package, resources: Collection[str] | None) -> list[str]:
    """The names of the resources to compare, in the order in which both packages have them."""
    names = merged(list(old.descriptor.by_name), list(new.descriptor.by_name))
    for name in resources or ():
        if name not in names:
            new.resource(name)  # says which resources there are
    return [name for name in names if resources is None or name in resources]


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
