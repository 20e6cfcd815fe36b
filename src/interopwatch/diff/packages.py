"""The diff of two packages: which resources to compare, and what comes of it."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from interopwatch.changes import ChangeSet, RowChange, Side
from interopwatch.diff.descriptors import compare_descriptors
from interopwatch.diff.resources import compare, count_one
from interopwatch.diff.schemas import compare_schemas, merged
from interopwatch.diff.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from interopwatch.diff.counting import Counts
    from interopwatch.diff.rows import Found
    from interopwatch.package import Package


@dataclass(frozen=True, slots=True)
class Flow:
    """What differs between two packages, found while it is asked for.

    Attributes:
        head: The change set without its rows and without what differs in form only.
        found: The rows, resource by resource and then by key, each time with the resource's
            name; to be gone through once.
    """

    head: ChangeSet
    found: Iterator[tuple[str, Found]]


def diff(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    trust_keys: bool = False,
    memory: int | None = None,
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
        memory: How many bytes the engine that compares large tables may hold in memory
            before it spills to disk; a quarter of the machine's if not given.

    Raises:
        DescriptorError: A resource that was asked for is in neither package.
        KeyProblemError: Rows cannot be told apart by their keys.
        MemoryLimitError: Large tables take more memory than allowed.
        TableError: A table is missing, unreadable, or disagrees with its schema.
    """
    rows: list[RowChange] = []
    respelled: list[RowChange] = []
    form: list[str] = []
    with flowing(old, new, resources, Terms(trust_keys, memory)) as flow:
        for name, found in flow.found:
            rows += found.rows
            respelled += found.respelled
            if found.form_only:
                form.append(name)
        return replace(flow.head, rows=tuple(rows), respelled=tuple(respelled), form=tuple(form))


@contextmanager
def flowing(
    old: Package, new: Package, resources: Collection[str] | None, terms: Terms
) -> Iterator[Flow]:
    """The same, without holding all of it; see :func:`diff`.

    What is wrong with a table may show only when its rows are asked for.

    Raises:
        InteropwatchError: What :func:`diff` raises.
    """
    chosen = _chosen(old, new, resources)
    head = ChangeSet(
        old=side(old),
        new=side(new),
        schema=compare_schemas(old.descriptor, new.descriptor, chosen),
        descriptor=compare_descriptors(
            old.descriptor, new.descriptor, chosen, whole=resources is None
        ),
    )
    with ExitStack() as stack:
        parts = [(name, compare(old, new, name, terms)) for name in chosen]
        for _, part in parts:
            stack.enter_context(closing(part))
        yield Flow(head, ((name, found) for name, part in parts for found in part))


def count(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    terms: Terms | None = None,
) -> Mapping[str, Counts]:
    """How many rows and cells differ, by resource: what :func:`diff` finds, only counted.

    Large tables are counted without holding what differs.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        terms: How to go about it.

    Raises:
        InteropwatchError: What :func:`diff` raises.
    """
    return {
        name: count_one(old, new, name, terms or Terms()) for name in _chosen(old, new, resources)
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
