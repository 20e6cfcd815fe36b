"""Prepare two packages for comparison: find renames and keys, and merge tolerances."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import IgnoredRows
from interopwatch.compare.key_inference import found_keys
from interopwatch.compare.rekey import FieldRules
from interopwatch.compare.renames import (
    may_be_renamed,
    renamed_fields,
    renamed_resources,
    respelled_fields,
)
from interopwatch.compare.samples import divisor, sampled, samples
from interopwatch.package.keys import common_keys, comparable_keys, matched_by, without_lost_keys
from interopwatch.package.renamed import renamed
from interopwatch.package.renames import Names, Renames
from interopwatch.package.tolerance import Tolerance, check, declared
from interopwatch.package.tolerance import renamed as renamed_tolerance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from interopwatch.compare.options import DiffOptions
    from interopwatch.package.descriptor import Descriptor, Resource
    from interopwatch.package.package import Package


class PackagePair(Struct, frozen=True, dict=True):
    """Two packages that are to be compared.

    Attributes:
        old: The older package, under the names of the newer one.
        new: The newer package.
        own: The descriptor of the older package, under its own names.
        renames: The renames of resources and fields between them.
        names: The resources to compare, by their new names.
        every_name: The chosen resources of both packages, under their own names.
        tolerances: By resource, the ignored fields and tolerances that the user gave.
        options: Options of the comparison.
        keys: The inferred keys of resources that declare none.
    """

    old: Package
    new: Package
    own: Descriptor
    renames: Renames
    names: tuple[str, ...]
    every_name: tuple[str, ...]
    tolerances: Mapping[str, Tolerance]
    options: DiffOptions
    keys: Mapping[str, tuple[str, ...]] = {}

    @classmethod
    def of(
        cls,
        old: Package,
        new: Package,
        resources: Collection[str] | None,
        tolerances: Mapping[str, Tolerance],
        options: DiffOptions,
    ) -> Self:
        """Prepare two packages: recognise renames, and infer keys where none are declared."""
        every = _with_partners(old, new, _chosen(old, new, resources), options)
        own = old.descriptor
        old, new = common_keys(old, new)
        renames = _respelled(old, new, every)
        old = renamed(old, renames, new.descriptor)
        # Renames are recognised by key, and a key may be found only once fields were renamed.
        both = [n for n in every if n in old.descriptor.by_name and n in new.descriptor.by_name]
        found = found_keys(old, new, both, options, tolerances)
        old, new = matched_by(old, found), matched_by(new, found)
        by_key = _renamed(old, new, every, options)
        old, new = without_lost_keys(old, new, by_key)
        names = _in_order(old, new, every, by_key.resources)
        old = renamed(old, by_key, new.descriptor)
        more = found_keys(old, new, [n for n in names if n not in found], options, tolerances)
        old, new = matched_by(old, more), matched_by(new, more)
        beside = _renamed(old, new, [n for n in both if more.get(n)], options)
        view, new = comparable_keys(renamed(old, beside, new.descriptor), new)
        renames = renames.then(by_key).then(beside)
        back = ~renames.resources
        keys = {
            name: key
            for name in names
            for key in [found.get(name, more.get(name))]
            if key is not None
        }
        pair = cls(view, new, own, renames, names, tuple(every), tolerances, options, keys)
        for name in names:
            sides = (
                p.descriptor.by_name[name] for p in (view, new) if name in p.descriptor.by_name
            )
            check(pair.tolerance(name), back.pairs.get(name, name), sides)
        return pair

    def tolerance(self, name: str) -> Tolerance:
        """Combine the ignored fields and tolerances of a resource from both sides and the user."""
        there = self.own.by_name.get((~self.renames.resources).pairs.get(name, name))
        was = (
            Tolerance()
            if there is None
            else renamed_tolerance(declared(there), self.renames.of(name))
        )
        own = self.new.descriptor.by_name.get(name)
        now = Tolerance() if own is None else declared(own)
        sides = (p.descriptor.by_name.get(name) for p in (self.old, self.new))
        said = was | now | self.tolerances.get(name, Tolerance())
        return said.of_fields([side for side in sides if side is not None])

    @cached_property
    def is_large(self) -> bool:
        """Whether any table is too large to be held in memory."""
        sides = (self.old, self.new)
        return any(
            side.is_plain(name)
            and (not side.is_readable(name) or side.size(name) > self.options.in_memory // 2)
            for side in sides
            for name in self.names
            if name in side.descriptor.by_name
        )

    def field_rules(self, name: str) -> FieldRules:
        """Return which fields of a resource are clerical, ignored, or have a tolerance."""
        clerical = frozenset(
            field
            for package in (self.old, self.new)
            if name in package.descriptor.by_name
            for field in package.clerical_fields(package.resource(name))
        )
        return FieldRules(clerical, self.tolerance(name))

    def rows(
        self, name: str, field: str, cells: Collection[str]
    ) -> Iterator[Iterable[Mapping[str, str]]] | None:
        """Return lazily, for each package, the rows whose cell in a field is one of ``cells``.

        ``None`` if only an engine can read them.
        """
        sides = (self.old, self.new)
        if not all(side.is_readable(name) for side in sides):
            return None
        if self.is_large:
            from interopwatch.compare.lookup import rows_with

            return (rows_with(side, name, field, cells) for side in sides)
        return ((r for r in side.each_row(name) if r.get(field, "") in cells) for side in sides)

    def ignored_rows(self, rows: Mapping[str, int]) -> tuple[IgnoredRows, ...]:
        """Describe the rows that differ only in ignored fields or within a tolerance.

        Args:
            rows: The number of such rows by resource.
        """
        tolerances = {name: self.tolerance(name) for name, number in rows.items() if number}
        return tuple(
            IgnoredRows(name, tuple(sorted(each.ignored)), dict(each.tolerances), rows[name])
            for name, each in tolerances.items()
        )


def _in_order(
    old: Package, new: Package, names: Collection[str], renamed: Names
) -> tuple[str, ...]:
    """Order the new names of resources independently of the direction of the comparison."""
    before = [renamed.renamed(n) for n in old.descriptor.by_name if n in names]
    after = [n for n in new.descriptor.by_name if n in names]
    back = ~renamed
    return tuple(merged(before, after, lambda name: min(name, back.pairs.get(name, name))))


def _respelled(old: Package, new: Package, names: Iterable[str]) -> Renames:
    """Return the fields whose names differ only in spelling, for the named resources."""
    every = _with_schemas(old, new, names)
    return Renames(fields={name: respelled_fields(was, now) for name, was, now in every})


def _with_schemas(
    old: Package, new: Package, names: Iterable[str]
) -> Iterator[tuple[str, Resource, Resource]]:
    """Yield the resources with a declared schema on both sides, which alone can show renames."""
    for name in names:
        was, now = old.descriptor.by_name.get(name), new.descriptor.by_name.get(name)
        if was and now and was.as_declared.fields and now.as_declared.fields:
            yield name, was, now


def _renamed(old: Package, new: Package, names: Sequence[str], options: DiffOptions) -> Renames:
    """Return the renames of the named resources and of their fields."""
    resources = _renamed_resources(old, new, names, options)
    fields = {}
    for name, was, now in _with_schemas(old, new, names):
        if not may_be_renamed(was, now):
            continue
        fields[name] = said = _declared_renames(old, was, now)
        view = renamed(old, Renames(fields={name: said}), new.descriptor)
        if view.is_readable(name) and new.is_readable(name):
            found = (renamed_fields(*tables) for tables in samples(view, new, name, options))
            fields[name] = said.then(next(filter(None, found), Names()))
    return Renames(resources, fields)


def _declared_renames(old: Package, was: Resource, now: Resource) -> Names:
    """Return the renames of key fields that follow from the keys given for both sides."""
    is_declared = not old.descriptor.raw or (was.declared is not None and now.declared is not None)
    pairs = dict(zip(was.primary_key, now.primary_key, strict=False))
    renames = {
        one: other
        for one, other in pairs.items()
        if one != other and one not in now.by_name and other not in was.by_name
    }
    return (
        Names(renames) if is_declared and len(was.primary_key) == len(now.primary_key) else Names()
    )


def _renamed_resources(
    old: Package, new: Package, names: Sequence[str], options: DiffOptions
) -> Names:
    """Return the renames of resources among the named ones."""
    before, after = old.descriptor.by_name, new.descriptor.by_name
    gone = [before[n] for n in names if n not in after and old.is_readable(n)]
    came = [after[n] for n in names if n not in before and new.is_readable(n)]

    def side(name: str) -> Package:
        return old if name in before else new

    def rows(name: str) -> Sequence[Mapping[str, str]]:
        if one_in == 1:
            return side(name).rows(name)
        return tuple(sampled(side(name).each_row(name), side(name).resource(name).header, one_in))

    if not gone or not came:
        return Names()
    one_in = divisor((side(each.name).size(each.name) for each in (*gone, *came)), options.whole)
    return renamed_resources(gone, came, rows)


def _with_partners(old: Package, new: Package, names: list[str], options: DiffOptions) -> list[str]:
    """Return the named resources and those that they were renamed from or to.

    Otherwise, a resource requested by one of its two names would appear as added or removed.
    """
    every = _chosen(old, new, None)
    both = old.descriptor.by_name.keys() & new.descriptor.by_name.keys()
    if len(names) == len(every) or both.issuperset(names):
        return names
    pairs = _renamed_resources(old, new, every, options).pairs.items()
    partners = {n for pair in pairs if not set(pair).isdisjoint(names) for n in pair}
    return [name for name in every if name in names or name in partners]


def _chosen(old: Package, new: Package, resources: Collection[str] | None) -> list[str]:
    """Return the names of the resources to compare, in the merged order of both packages."""
    names = merged(list(old.descriptor.by_name), list(new.descriptor.by_name))
    for name in resources or ():
        files = (old.descriptor.files_by_name, new.descriptor.files_by_name)
        if name not in names and not any(name in each for each in files):
            new.resource(name)  # raises an error that lists the resources
    return [name for name in names if resources is None or name in resources]
