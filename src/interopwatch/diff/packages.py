"""The diff of two packages: which resources to compare, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from interopwatch.changes import Aside, ChangeSet, Side
from interopwatch.diff.descriptors import compare_descriptors
from interopwatch.diff.engines import LOCAL, comparing
from interopwatch.diff.rekeying import Paperwork, rekeyed
from interopwatch.diff.renames import may_be_renamed, renamed_fields, renamed_resources
from interopwatch.diff.resources import compare, count_one
from interopwatch.diff.schemas import compare_schemas, merged
from interopwatch.leeway import Leeway, check, declared
from interopwatch.leeway import seen as seen_leeway
from interopwatch.renaming import Names, Renames, seen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from interopwatch.descriptor import Descriptor
    from interopwatch.diff.counting import Counts
    from interopwatch.package import Package


def diff(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    trust_keys: bool = False,
    leeways: Mapping[str, Leeway] = MappingProxyType({}),
    engine: str = LOCAL,
) -> ChangeSet:
    """Everything that differs between two data packages.

    Rows are matched by primary key, and values compare as the schema's types say. Fields and
    resources that were renamed, and rows whose key changed, are recognised by what they hold.
    Nothing but the two packages has any influence on the result.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        trust_keys: Whether you vouch that no key stands twice, so that rows which large
            tables share need not be looked at. Snapshots vouch for themselves.
        leeways: By resource, what is not to be minded, beside what the descriptors say.
        engine: Where to compare tables: ``local``, in this process; or ``duckdb`` or
            ``spark``, as one relational plan, which finds the same. What only an engine can
            read is matched by key, and no further understood.

    Raises:
        EngineError: The engine is not installed or cannot be started.
        DescriptorError: A resource that was asked for is in neither package, or something
            is not to be minded that has to be.
        KeyProblemError: Rows cannot be told apart by their keys.
        TableError: A table is missing, unreadable, or disagrees with its schema.
    """
    pair = _Pair.of(old, new, resources, leeways)
    with comparing(engine) as elsewhere:
        found = {
            name: (compare if pair.renames.of(name) else elsewhere)(
                pair.old, new, name, pair.leeway(name), trust_keys=trust_keys
            )
            for name in pair.names
        }
    found = rekeyed(found, pair.old.descriptor, new.descriptor, pair.paperwork, pair.rows)
    return ChangeSet(
        old=side(old),
        new=side(new),
        schema=compare_schemas(pair.old.descriptor, new.descriptor, pair.names, pair.renames),
        rows=tuple(change for each in found.values() for change in each.rows),
        respelled=tuple(change for each in found.values() for change in each.respelled),
        form=tuple(
            name  # a header with other names is no matter of form
            for name, each in found.items()
            if each.form_only and not pair.renames.of(name)
        ),
        descriptor=compare_descriptors(
            old.descriptor, new.descriptor, pair.every_name, whole=resources is None
        ),
        aside=tuple(pair.aside(name, each.aside) for name, each in found.items() if each.aside),
    )


def count(
    old: Package,
    new: Package,
    resources: Collection[str] | None = None,
    *,
    trust_keys: bool = False,
    leeways: Mapping[str, Leeway] = MappingProxyType({}),
    engine: str = LOCAL,
) -> Mapping[str, Counts]:
    """How many rows and cells differ, by resource, matched by key and no further understood.

    Large tables that share an order are counted without holding what differs. A row whose
    key changed counts as one removed and one added.

    Args:
        old: The package before.
        new: The package after.
        resources: The resources to compare; all of them if not given.
        trust_keys: Whether you vouch that no key stands twice; see :func:`diff`.
        leeways: By resource, what is not to be minded; see :func:`diff`.
        engine: Where to compare tables; see :func:`diff`.

    Raises:
        InteropwatchError: What :func:`diff` raises.
    """
    pair = _Pair.of(old, new, resources, leeways)
    if engine != LOCAL:
        from interopwatch.diff.counting import counts_of

        with comparing(engine) as elsewhere:
            return {
                name: counts_of(
                    (compare if pair.renames.of(name) else elsewhere)(
                        pair.old, new, name, pair.leeway(name), trust_keys=trust_keys
                    )
                )
                for name in pair.names
            }
    return {
        name: count_one(pair.old, new, name, pair.leeway(name), trust_keys=trust_keys)
        for name in pair.names
    }


@dataclass(frozen=True)
class _Pair:
    """Two packages that are to be compared.

    Attributes:
        old: The older one, in the names of the newer.
        new: The newer one.
        renames: What was renamed.
        names: The resources to compare, by their new names.
        every_name: These, and the old names of those that were renamed.
        leeways: What the user does not want to mind.
    """

    old: Package
    new: Package
    own: Descriptor
    renames: Renames
    names: tuple[str, ...]
    every_name: tuple[str, ...]
    leeways: Mapping[str, Leeway]

    @classmethod
    def of(
        cls,
        old: Package,
        new: Package,
        resources: Collection[str] | None,
        leeways: Mapping[str, Leeway],
    ) -> Self:
        """Two packages, with what was renamed between them."""
        every = _chosen(old, new, resources)
        renames = _renamed(old, new, every)
        back = ~renames.resources
        names = tuple(name for name in every if name not in renames.resources.pairs)
        view = seen(old, renames, new.descriptor)
        pair = cls(view, new, old.descriptor, renames, names, tuple(every), leeways)
        for name in names:
            sides = (
                p.descriptor.by_name[name] for p in (view, new) if name in p.descriptor.by_name
            )
            check(pair.leeway(name), back.pairs.get(name, name), sides)
        return pair

    def leeway(self, name: str) -> Leeway:
        """What is not to be minded in a resource, as either side or the user says."""
        there = self.own.by_name.get((~self.renames.resources).pairs.get(name, name))
        was = Leeway() if there is None else seen_leeway(declared(there), self.renames.of(name))
        own = self.new.descriptor.by_name.get(name)
        now = Leeway() if own is None else declared(own)
        return was | now | self.leeways.get(name, Leeway())

    def paperwork(self, name: str) -> Paperwork:
        """What is asked of a resource's fields beside their schema."""
        clerical = frozenset(
            field
            for package in (self.old, self.new)
            if name in package.descriptor.by_name
            for field in package.paperwork(package.resource(name))
        )
        return Paperwork(clerical, self.leeway(name))

    def rows(self, name: str) -> Iterator[Iterable[Mapping[str, str]]] | None:
        """The rows of a resource in either package, which need not be held.

        ``None`` if only an engine can read them.
        """
        sides = (self.old, self.new)
        if not all(side.is_readable(name) for side in sides):
            return None
        return (side.each_row(name) for side in sides)

    def aside(self, name: str, rows: int) -> Aside:
        """What to say of rows that differ only in what is not to be minded."""
        leeway = self.leeway(name)
        return Aside(name, tuple(sorted(leeway.ignored)), dict(leeway.tolerances), rows)


def _renamed(old: Package, new: Package, names: Sequence[str]) -> Renames:
    """What was renamed among the named resources."""
    before, after = old.descriptor.by_name, new.descriptor.by_name
    gone = [before[n] for n in names if n not in after and old.is_readable(n)]
    came = [after[n] for n in names if n not in before and new.is_readable(n)]

    def rows(name: str) -> Sequence[Mapping[str, str]]:
        return (old if name in before else new).rows(name)

    resources = renamed_resources(gone, came, rows) if gone and came else Names()
    fields = {}
    for name in names:
        was, now = before.get(name), after.get(name)
        if was is None or now is None or not may_be_renamed(was, now):
            continue
        if old.is_readable(name) and new.is_readable(name):
            pairs = renamed_fields(old.table(name), new.table(name))
            if pairs:
                fields[name] = pairs
    return Renames(resources, fields)


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
