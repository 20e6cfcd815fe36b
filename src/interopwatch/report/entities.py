"""Changes to the subjects that other rows belong to: who or what each gained and lost.

The descriptor says which these are: rows with names, to which other rows belong for a time
(``belongs_to`` and ``begin``), such as projects and their participants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from interopwatch.changeset.model import NEWS, Sense
from interopwatch.package.labels import RowLabels, tally
from interopwatch.report.anchors import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.changeset.model import Classified, RowChange
    from interopwatch.package.descriptor import Resource
    from interopwatch.package.package import Package
    from interopwatch.package.table import Row
    from interopwatch.report.anchors import Anchors
    from interopwatch.report.model import Comparison
    from interopwatch.report.subjects import Subjects

_MOST_DOTS: Final = 36
"""The maximum number of dots, as many as fit on a narrow screen."""
_RECORDED: Final = (Sense.BACKFILLED, Sense.UNCOVERED)


class Members(Struct, frozen=True):
    """Rows that belong to an entity, with the same noun and the same fate.

    Attributes:
        count: Their number, with the noun.
        names: Their names, in alphabetical order.
    """

    count: str
    names: tuple[str, ...]


class Entity(Struct, frozen=True):
    """The changes to one entity.

    Attributes:
        anchor: Its anchor on the page.
        name: Its name.
        fate: What happened to it as a whole; empty if it existed before and still does.
        gained: The members that joined it.
        lost: The members that left it.
        recorded: The members that already belonged to it, and are recorded only now.
        others: Its other changes, counted.
        kinds: Its values of the filter by kind of change.
        subjects: Its values of the filters by subject.
    """

    anchor: str
    name: str
    fate: str
    gained: tuple[Members, ...]
    lost: tuple[Members, ...]
    recorded: tuple[Members, ...]
    others: str
    kinds: tuple[str, ...]
    subjects: tuple[str, ...]

    @property
    def dots(self) -> tuple[str, ...]:
        """One word for each member, to be drawn as a dot; empty if there are too many."""
        fates = (("gained", self.gained), ("lost", self.lost), ("recorded", self.recorded))
        found = [fate for fate, lists in fates for each in lists for _ in each.names]
        return tuple(found) if len(found) <= _MOST_DOTS else ()

    @property
    def sum(self) -> str:
        """How many members it gained, lost, or already had."""
        texts = [f"+ {each.count}" for each in self.gained]
        texts += [f"− {each.count}" for each in self.lost]
        texts += [each.count for each in self.recorded]
        return ", ".join(texts)


class EntityGroup(Struct, frozen=True):
    """Entities of one group, such as an area; ``title`` is empty if there are no groups."""

    title: str
    entities: tuple[Entity, ...]


class Entities(Struct, frozen=True):
    """The entities of one resource.

    Attributes:
        anchor: Its anchor on the page.
        title: What they are, and by what they are grouped.
        groups: The groups, in alphabetical order.
        number: The number of entities.
    """

    anchor: str
    title: str
    groups: tuple[EntityGroup, ...]
    number: int


def entities(compared: Comparison, subjects: Subjects, anchors: Anchors) -> tuple[Entities, ...]:
    """Return what happened to the entities of two packages, by resource."""
    found = []
    for resource in compared.new.descriptor.resources:
        members = _members(compared.new, resource)
        if members:
            made = _EntityMaker(compared, resource, members, subjects, anchors)
            if groups := made.groups():
                number = sum(len(group.entities) for group in groups)
                named = anchors.new(f"entities:{anchor(resource.name, ())}")
                found.append(Entities(named, made.title, groups, number))
    return tuple(found)


def _members(package: Package, resource: Resource) -> dict[str, str]:
    """Return the resources with members of another's rows, and for each the field of the member."""
    found: dict[str, str] = {}
    if not resource.meaning.names or len(resource.primary_key) != 1:
        return found
    for child in package.descriptor.resources:
        lifecycle, owner = child.meaning.lifecycle, child.meaning.belongs_to
        key = child.references.get(owner)
        if key is None or key.resource != resource.name or not lifecycle or not lifecycle.begin:
            continue
        members = [
            field
            for field, reference in child.references.items()
            if field != owner and package.resource(reference.resource).meaning.names
        ]
        if members:
            found[child.name] = members[0]
    return found


class _EntityMaker:
    """Makes the entities of one resource."""

    def __init__(
        self,
        compared: Comparison,
        resource: Resource,
        members: Mapping[str, str],
        subjects: Subjects,
        anchors: Anchors,
    ) -> None:
        self._old, self._new = compared.old, compared.new
        self._resource, self._members = resource, members
        self._subjects, self._anchors = subjects, anchors
        self._group = self._group_field()
        self._entities: dict[str, Classified] = {}
        self._parts: dict[str, list[Classified]] = {}
        for item in compared.items:
            change = item.change
            if change.resource == resource.name and len(change.key) == 1:
                self._entities[next(iter(change.key.values()))] = item
            owner = subjects.owner(change)
            if owner is not None and owner[0] == resource.name:
                self._parts.setdefault(owner[1], []).append(item)

    def _group_field(self) -> str:
        """Return the reference to group by: the first to another resource with names."""
        for field, key in self._resource.references.items():
            target = self._new.resource(key.resource).meaning
            if target.names and not target.reference and key.resource != self._resource.name:
                return field
        return ""

    @property
    def title(self) -> str:
        """What the entities are, and by what they are grouped."""
        title = self._resource.title or self._resource.name
        if not self._group:
            return title
        target = self._new.resource(self._resource.references[self._group].resource)
        return f"{title} by {target.meaning.words.noun[0]}"

    def groups(self) -> tuple[EntityGroup, ...]:
        """Return the entities with changes, by group."""
        grouped: dict[str, list[Entity]] = {}
        for key in dict.fromkeys((*self._entities, *self._parts)):
            package, row = self._row(key)
            if row is None:
                continue
            labels = RowLabels(package)
            title = labels.stated(self._resource.name, row, self._group) if self._group else ""
            made = self._entity(key, labels.label(self._resource, row))
            if made is not None:
                grouped.setdefault(title, []).append(made)
        return tuple(
            EntityGroup(title, tuple(sorted(grouped[title], key=lambda e: e.name.casefold())))
            for title in sorted(grouped, key=str.casefold)
        )

    def _row(self, key: str) -> tuple[Package, Row | None]:
        for package in (self._new, self._old):
            if self._resource.name in package.descriptor.by_name:
                row = self._subjects.row(package, self._resource.name, key)
                if row is not None:
                    return package, row
        return self._new, None

    def _entity(self, key: str, name: str) -> Entity | None:
        entity, parts = self._entities.get(key), self._parts.get(key, [])
        members = [item for item in parts if item.change.resource in self._members]
        rest = [item for item in parts if item.change.resource not in self._members]
        fates: dict[str, list[Classified]] = {"gained": [], "lost": [], "recorded": []}
        for item in members:
            fate = _fate(item, entity)
            if fate:
                fates[fate].append(item)
        fate = _entity_fate(entity)
        # New and ended entities are reported even if nobody joined or left.
        if not any(fates.values()) and fate in ("", *_QUIET):
            return None
        changes = [item.change for item in ([entity] if entity else []) + parts]
        shown = [item for items in fates.values() for item in items] + ([entity] if entity else [])
        kinds = [item.change.kind.capitalize() for item in shown]
        return Entity(
            self._anchors.new(anchor(self._resource.name, [key, "members"])),
            name,
            fate,
            tuple(self._named(fates["gained"])),
            tuple(self._named(fates["lost"])),
            tuple(self._named(fates["recorded"])),
            self._counted(rest),
            tuple(dict.fromkeys(kinds)),
            self._subjects.of(changes),
        )

    def _named(self, items: Sequence[Classified]) -> Iterator[Members]:
        """Yield the members, grouped by noun."""
        grouped: dict[tuple[str, str], list[RowChange]] = {}
        for item in items:
            resource = self._new.resource(item.change.resource)
            noun = resource.meaning.words_for(item.change.row).noun
            grouped.setdefault(noun, []).append(item.change)
        for changes in grouped.values():
            resource = self._new.resource(changes[0].resource)
            names = [self._member_name(change) for change in changes]
            count = tally(resource, [change.row for change in changes])
            yield Members(count, tuple(sorted(names, key=str.casefold)))

    def _member_name(self, change: RowChange) -> str:
        package = self._old if change.after is None else self._new
        field = self._members[change.resource]
        return RowLabels(package).stated(change.resource, change.row, field)

    def _counted(self, items: Iterable[Classified]) -> str:
        """Count the other rows that were added, removed or changed."""
        kinds: dict[str, dict[str, list[Row]]] = {}
        for item in items:
            if item.clerical or item.change.resource not in self._new.descriptor.by_name:
                continue
            rows = kinds.setdefault(item.change.kind, {})
            rows.setdefault(item.change.resource, []).append(item.change.row)
        texts = []
        for kind, tables in kinds.items():
            counts = [tally(self._new.resource(name), rows) for name, rows in tables.items()]
            texts.append(f"{', '.join(counts)} {kind}")
        return "; ".join(texts)


_QUIET: Final = ("changed", "recorded for the first time", "newly listed")
"""Fates that are reported elsewhere, and not worth an entry if no member joined or left."""


def _fate(item: Classified, entity: Classified | None) -> str:
    """Return what happened to a member: ``gained``, ``lost``, ``recorded``, or empty."""
    change = item.change
    if item.sense is Sense.ENDED or change.kind == "removed":
        return "lost"
    if change.kind == "changed":
        return "gained" if item.sense is Sense.BEGAN else ""
    if item.sense in NEWS:
        return "gained"
    # If the entity itself was recorded late, a member without dates of its own counts as recorded
    # late, too, and not as gained.
    is_older = entity is not None and entity.change.kind == "added" and entity.sense not in NEWS
    return "recorded" if item.sense in _RECORDED or is_older else "gained"


def _entity_fate(entity: Classified | None) -> str:
    """Return what happened to the entity as a whole, in words."""
    if entity is None or entity.clerical:
        return ""
    if entity.sense is Sense.ENDED:
        return "ended"
    if entity.change.kind == "removed":
        return "no longer listed"
    if entity.change.kind == "added":
        if entity.sense in NEWS:
            return "new"
        return "recorded for the first time" if entity.sense in _RECORDED else "newly listed"
    return "changed"
