"""What becomes of names on the way from one package over a second to a third.

Two change sets that follow on each other speak of things by different names: the first by
those of the second package, the second by those of the third. Put together, they speak by
those of the third, and of what has gone by then, by those of the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from interopwatch.changes import Aside, RowChange
from interopwatch.renaming import Names, Renames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.changes import ChangeSet
    from interopwatch.descriptor import Descriptor

    Leg = tuple[Renames, Descriptor, Descriptor]
    """What was renamed, and the descriptors before and after, of the resources that differ."""


@dataclass(frozen=True, slots=True)
class Way:
    """The names on the way of two change sets, one after the other.

    Attributes:
        renames: What was renamed from the first package to the third.
        then: What was renamed from the second to the third.
        resources: What the whole calls a resource that the second would call otherwise.
        fields: The same for fields, by what the whole calls their resource.
    """

    renames: Renames
    then: Renames
    resources: Mapping[str, str]
    fields: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, first: Leg, second: Leg) -> Way:
        """The way of two legs."""
        if not (first[0] or second[0]):
            return cls(Renames(), Renames(), {}, {})
        stages = list(_stages(first, second))
        resources = Names({s.names[0]: s.names[2] for s in stages if s.is_renamed})
        fields = {s.names[2]: s.renamed(first[0], second[0]) for s in stages if all(s.names)}
        renames = Renames(
            resources, {name: Names(pairs) for name, pairs in fields.items() if pairs}
        )
        called: dict[str, str] = {}
        told: dict[str, Mapping[str, str]] = {}
        for stage in stages:
            middle = first[0].resources.seen(stage.names[0])
            late, whole = second[0].resources.seen(middle), resources.seen(stage.names[0])
            one, then, names = first[0].of(middle), second[0].of(late), renames.of(whole)
            called[late] = whole
            told[whole] = {then.seen(one.seen(f)): names.seen(f) for f in stage.headers[0]}
        return cls(renames, second[0], called, told)

    def later(self, resource: str) -> str:
        """What the second change set would call a resource of the first."""
        return self.then.resources.seen(resource)

    def header(self, resource: str, names: Sequence[str] | None) -> tuple[str, ...] | None:
        """What the second change set would call fields of the first."""
        if names is None:
            return None
        return tuple(map(self.then.of(self.later(resource)).seen, names))

    def seen(self, changes: ChangeSet) -> ChangeSet:
        """The rows of the first change set, by the names of the second."""
        if not self.then:
            return changes

        def told(change: RowChange) -> RowChange:
            resource = self.later(change.resource)
            return _told(change, resource, self.then.of(resource).seen)

        return replace(
            changes,
            rows=tuple(map(told, changes.rows)),
            respelled=tuple(map(told, changes.respelled)),
            aside=tuple(map(self._aside, changes.aside)),
        )

    def _aside(self, aside: Aside) -> Aside:
        resource = self.later(aside.resource)
        seen = self.then.of(resource).seen
        tolerances = {seen(name): each for name, each in aside.tolerances.items()}
        return Aside(resource, tuple(sorted(map(seen, aside.ignored))), tolerances, aside.rows)

    def told(self, changes: Iterable[RowChange]) -> Iterator[RowChange]:
        """Row changes by the names of the whole.

        A field that went and came again under its first name is one field, and may hold again
        what it held.
        """
        if not self.resources:
            yield from changes
            return
        for each in changes:
            resource = self.resources.get(each.resource, each.resource)
            names = self.fields.get(resource, {})
            change = _told(each, resource, _Called(names))
            fields = tuple(dict.fromkeys(change.fields))
            if change.before is not None and change.after is not None:
                was, now = change.before, change.after
                fields = tuple(f for f in fields if was.get(f, "") != now.get(f, ""))
            if fields:
                yield replace(change, fields=fields)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A resource of the first package, on its way.

    Attributes:
        names: What it is called in each package; empty from where it is no longer there.
        headers: Its fields in each package.
    """

    names: tuple[str, str, str]
    headers: tuple[Sequence[str], Sequence[str], Sequence[str]]

    @property
    def is_renamed(self) -> bool:
        """Whether the third package has it under another name than the first."""
        return bool(self.names[2]) and self.names[0] != self.names[2]

    def renamed(self, one: Renames, then: Renames) -> dict[str, str]:
        """Its fields that the third package has under another name than the first."""
        found = {}
        for name in self.headers[0]:
            between = _carried(name, one.of(self.names[1]), self.headers[1])
            last = between and _carried(between, then.of(self.names[2]), self.headers[2])
            if last and last != name:
                found[name] = last
        return found


def _stages(first: Leg, second: Leg) -> Iterator[_Stage]:
    """The resources of the first package of which either leg changes the descriptor."""
    one, start, middle = first
    again = second[1]
    for name, resource in start.by_name.items():
        between = _carried(name, one.resources, middle.by_name)
        header = middle.by_name[between].header if between else ()
        yield _onwards(name, resource.header, between, header, second)
    for name, resource in again.by_name.items():
        if name not in middle.by_name:  # the first leg leaves it as it is
            yield _onwards(name, resource.header, name, resource.header, second)


def _onwards(
    name: str, header: Sequence[str], between: str, there: Sequence[str], second: Leg
) -> _Stage:
    then, again, end = second
    last = between
    if between in again.by_name:
        last = _carried(between, then.resources, end.by_name)
    late = end.by_name[last].header if last in end.by_name else there
    return _Stage((name, between, last), (header, there, late if last else ()))


def _carried(name: str, names: Names, there: Sequence[str] | Mapping[str, object]) -> str:
    """What became of a name; the empty text if it went."""
    seen = names.seen(name)
    return seen if seen in there else ""


class _Called:
    """What a name is called instead; itself if nothing is said of it."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __call__(self, name: str) -> str:
        return self._names.get(name, name)


def _told(change: RowChange, resource: str, name: Callable[[str], str]) -> RowChange:
    """A row change under other names."""

    def row(cells: Mapping[str, str]) -> Mapping[str, str]:
        return {name(field): cell for field, cell in cells.items()}

    return RowChange(
        resource,
        row(change.key),
        None if change.before is None else row(change.before),
        None if change.after is None else row(change.after),
        tuple(map(name, change.fields)),
    )
