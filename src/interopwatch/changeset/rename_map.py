"""Compose the renames of two consecutive change sets.

The first uses the names of the second package, the second those of the third.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.model import IgnoredRows, RowChange
from interopwatch.package.renames import Names, Renames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.changes import Changes
    from interopwatch.package.descriptor import Descriptor

    Transition = tuple[Renames, Descriptor, Descriptor]
    """Renames, and the descriptors before and after, of the resources that differ."""

_Named = TypeVar("_Named", RowChange, IgnoredRows)
"""A value that names a resource and its fields."""


class RenameMap(Struct, frozen=True):
    """The composed renames of two change sets.

    Attributes:
        renames: The renames from the first package to the third.
        second: The renames from the second to the third.
        resources: For each resource, by its name after the second change set, its name in the
            composition; they differ if that name is unused in the third package again.
        fields: The same for fields, by the name of their resource in the composition.
    """

    renames: Renames
    second: Renames
    resources: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, first: Transition, second: Transition) -> RenameMap:
        """Compose the renames of two change sets."""
        if not (first[0] or second[0]):
            return cls(Renames(), Renames(), {}, {})
        stages = list(_stages(first, second))
        resources = Names({s.names[0]: s.names[2] for s in stages if s.is_renamed})
        fields = {s.names[2]: s.renamed(first[0], second[0]) for s in stages if all(s.names)}
        renames = Renames(
            resources, {name: Names(pairs) for name, pairs in fields.items() if pairs}
        )
        called: dict[str, str] = {}
        by_field: dict[str, Mapping[str, str]] = {}
        # Renaming in two steps or in one differs only if a name was reused in between, and its
        # former bearer got a prime (see `package.renames`).
        for stage in stages:
            middle = first[0].resources.renamed(stage.names[0])
            late, whole = second[0].resources.renamed(middle), resources.renamed(stage.names[0])
            one, later, names = first[0].of(middle), second[0].of(late), renames.of(whole)
            called[late] = whole
            by_field[whole] = {
                later.renamed(one.renamed(f)): names.renamed(f) for f in stage.headers[0]
            }
        return cls(renames, second[0], called, by_field)

    def later(self, resource: str) -> str:
        """Return the second change set's name for a resource of the first."""
        return self.second.resources.renamed(resource)

    def header(self, resource: str, names: Sequence[str] | None) -> tuple[str, ...] | None:
        """Return the second change set's names for fields of the first."""
        if names is None:
            return None
        return tuple(map(self.second.of(self.later(resource)).renamed, names))

    def renamed(self, changes: Changes) -> Changes:
        """Return the first change set with rows in the names of the second."""
        if not self.second:
            return changes

        def later(each: _Named) -> _Named:
            resource = self.later(each.resource)
            return each.renamed(resource, self.second.of(resource).renamed)

        return replace(
            changes,
            rows=tuple(map(later, changes.rows)),
            reformatted=tuple(map(later, changes.reformatted)),
            ignored=tuple(map(later, changes.ignored)),
            keys={self.later(n): self.header(n, key) or () for n, key in changes.keys.items()},
        )

    def keys(self, keys: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Return inferred keys in the names of the composition."""
        whole = {name: self.resources.get(name, name) for name in keys}
        return {
            whole[name]: tuple(self.fields.get(whole[name], {}).get(field, field) for field in key)
            for name, key in keys.items()
        }

    def final(self, changes: Iterable[RowChange]) -> Iterator[RowChange]:
        """Yield row changes in the names of the composition.

        A field that was removed and added again under its original name is one field, whose cells
        may be unchanged.
        """
        if not self.resources:
            yield from changes
            return
        for each in changes:
            resource = self.resources.get(each.resource, each.resource)
            names = self.fields.get(resource, {})
            change = each.renamed(resource, partial(_called, names))
            # Two names may have become one, see above.
            fields = tuple(dict.fromkeys(change.fields))
            if change.before is not None and change.after is not None:
                before, after = change.before, change.after
                fields = tuple(f for f in fields if before.get(f, "") != after.get(f, ""))
            if fields:
                yield replace(change, fields=fields)


class _Stage(Struct, frozen=True):
    """A resource of the first package, in each of the three packages.

    Attributes:
        names: Its name in each package; empty from where it was removed.
        headers: Its fields in each package.
    """

    names: tuple[str, str, str]
    headers: tuple[Sequence[str], Sequence[str], Sequence[str]]

    @property
    def is_renamed(self) -> bool:
        """Whether its name in the third package differs from that in the first."""
        return bool(self.names[2]) and self.names[0] != self.names[2]

    def renamed(self, first: Renames, second: Renames) -> dict[str, str]:
        """Return its fields whose name in the third package differs from that in the first."""
        found = {}
        for name in self.headers[0]:
            between = _name_after(name, first.of(self.names[1]), self.headers[1])
            last = between and _name_after(between, second.of(self.names[2]), self.headers[2])
            if last and last != name:
                found[name] = last
        return found


def _stages(first: Transition, second: Transition) -> Iterator[_Stage]:
    """Yield the resources of the first package whose descriptor changes in either transition."""
    one, start, middle = first
    again = second[1]
    for name, resource in start.by_name.items():
        between = _name_after(name, one.resources, middle.by_name)
        header = middle.by_name[between].header if between else ()
        yield _stage_from_middle(name, resource.header, between, header, second)
    for name, resource in again.by_name.items():
        if name not in middle.by_name:  # unchanged by the first transition
            yield _stage_from_middle(name, resource.header, name, resource.header, second)


def _stage_from_middle(
    name: str, header: Sequence[str], between: str, middle_header: Sequence[str], second: Transition
) -> _Stage:
    renames, start, end = second
    last = between
    if between in start.by_name:
        last = _name_after(between, renames.resources, end.by_name)
    late = end.by_name[last].header if last in end.by_name else middle_header
    return _Stage((name, between, last), (header, middle_header, late if last else ()))


def _name_after(name: str, names: Names, present: Sequence[str] | Mapping[str, object]) -> str:
    """Return the new name of something; the empty text if it was removed."""
    renamed = names.renamed(name)
    return renamed if renamed in present else ""


def _called(names: Mapping[str, str], name: str) -> str:
    """Return the new name; the same if it is not renamed."""
    return names.get(name, name)
