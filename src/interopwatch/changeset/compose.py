"""Compose two consecutive change sets into one.

The first uses the names of the second package, the second those of the third. The composition
uses those of the third, and for anything that no longer exists there, those of the first.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from interopwatch.changeset.apply import parsed
from interopwatch.changeset.equality import agree, first_difference
from interopwatch.changeset.metadata import compare_schemas, merged
from interopwatch.changeset.model import (
    DescriptorChange,
    FileChange,
    RowChange,
)
from interopwatch.changeset.rename_map import RenameMap
from interopwatch.changeset.row_join import (
    Join,
    Shape,
    Step,
    contradiction,
    middle_fields,
    row_changes,
)
from interopwatch.package.renamed import renamed_descriptor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changeset.changes import Changes
    from interopwatch.changeset.model import SchemaChange
    from interopwatch.package.descriptor import Descriptor
    from interopwatch.package.renames import Renames

    Key = tuple[str | None, ...]

ChangesType = TypeVar("ChangesType", bound="Changes")


def compose(first: ChangesType, second: Changes) -> ChangesType:
    """Compose two consecutive change sets into one.

    For any packages ``a``, ``b`` and ``c``, applying ``diff(a, b) + diff(b, c)`` to ``a`` makes
    ``c``. Changes that were reverted cancel out. The types of cells are unknown here, so a value
    that was restored in another spelling counts as changed, and rows are sorted by key: as numbers
    if all keys are numbers, else as texts. Equal rows are interchangeable where there are
    duplicates.

    Args:
        first: The earlier change set; ``first + second`` is short for this function.
        second: The later change set.

    Raises:
        ChangeSetError: The second does not start where the first ends. The message names
            the first contradiction.
    """
    descriptor = _descriptor(first, second)
    renaming = RenameMap.of(
        (first.renames, *_descriptors(first)), (second.renames, *_descriptors(second))
    )
    one = {
        renaming.later(name): Shape(*(renaming.header(name, h) for h in (s.before, s.after, s.key)))
        for name, s in _shapes(first).items()
    }
    other = _shapes(second)
    keys = {name: shape.key for name, shape in (*one.items(), *other.items())}
    early = renaming.renamed(first)
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    found_keys = {**early.keys, **second.keys}
    for name in _names(early, second):
        # The newest key, for further compositions; the older one if the second changes no rows.
        key = _key(second, name) or _key(early, name)
        befores, afters = _steps(early, name), _steps(second, name)
        found_key = _found_key(
            [
                c.keys[name]
                for c, steps in ((early, befores), (second, afters))
                if steps and name in c.keys
            ]
        )
        if found_key is not None:
            found_keys[name] = found_key
        # Without a key, rows are joined as wholes, by the fields of the middle package.
        fields = middle_fields(befores, afters) if found_key == () else key
        join = Join(name, fields, one.get(name), other.get(name))
        whole = found_key == () or join.is_bag(befores, afters)
        steps = (join.bag_steps if whole else join.steps)(befores, afters)
        names = (keys.get(name) or (), _key(early, name) or key)
        found, found_reformatted = row_changes(name, steps, names, whole=whole)
        rows += renaming.final(found)
        reformatted += renaming.final(found_reformatted)
    # Where rows differ, a difference in form is implied.
    touched = {change.resource for change in (*rows, *reformatted)}
    # A resource that was added and removed between is in neither package.
    one_sided = {c.resource for c in descriptor if (c.before is None) != (c.after is None)}
    missing = dict.fromkeys((*map(renaming.later, first.missing), *second.missing))
    form = dict.fromkeys((*map(renaming.later, first.form), *second.form))
    return replace(
        first,
        new=second.new,
        schema=schema_of(descriptor, renaming.renames),
        rows=tuple(rows),
        reformatted=tuple(reformatted),
        form=tuple(name for name in form if name not in touched),
        descriptor=descriptor,
        # Both, since these rows are counted and not listed: which ones overlap is unknown.
        ignored=(*early.ignored, *second.ignored),
        files=_files(first.files, second.files),
        keys=renaming.keys(found_keys),
        missing=tuple(name for name in missing if name in one_sided - touched),
    )


def _files(first: Sequence[FileChange], second: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """Compose two sequences of file changes."""
    combined: dict[tuple[str, str], FileChange] = {}
    for change in first:
        side = change.after or change.before
        combined[change.resource, side.path if side else ""] = change
    for later in second:
        side = later.before or later.after
        place = (later.resource, side.path if side else "")
        earlier = combined.pop(place, None)
        if earlier is not None and earlier.after != later.before:
            contradiction(
                later.resource, "the first ends with another file than the second expects"
            )
        both = FileChange(later.resource, earlier.before if earlier else later.before, later.after)
        if both.before != both.after:
            combined[place] = both
    return tuple(combined.values())


# The descriptor and the schemas


def _descriptor(first: Changes, second: Changes) -> tuple[DescriptorChange, ...]:
    combined = {change.resource: change for change in first.descriptor}
    for later in second.descriptor:
        name = later.resource
        if name not in combined:
            combined[name] = later
            continue
        earlier = combined[name]
        if not agree(earlier.after, later.before):
            at, actual, expected = first_difference(earlier.after, later.before)
            contradiction(
                name or "descriptor",
                f"the first ends with {actual} at {at or '/'}, but the second expects {expected}",
            )
        combined[name] = DescriptorChange(name, earlier.before, later.after)
    names = merged([c.resource for c in first.descriptor], [c.resource for c in second.descriptor])
    every = (combined[name] for name in names)
    return tuple(change for change in every if not agree(change.before, change.after))


def _sides(changes: Sequence[DescriptorChange]) -> tuple[list[Any], list[Any]]:
    chosen = [change for change in changes if change.resource]
    before = [change.before for change in chosen if change.before is not None]
    return before, [change.after for change in chosen if change.after is not None]


def _descriptors(changes: Changes) -> tuple[Descriptor, Descriptor]:
    old, new = (parsed({"resources": side}) for side in _sides(changes.descriptor))
    return old, new


def _shapes(changes: Changes) -> dict[str, Shape]:
    """Return the shapes of the resources whose descriptors differ, by their newer names."""
    plain, new = _descriptors(changes)
    old = renamed_descriptor(plain, changes.renames, new)
    return {
        name: Shape(
            old.by_name[name].header if name in old.by_name else None,
            new.by_name[name].header if name in new.by_name else None,
            new.by_name[name].primary_key if name in new.by_name else (),
        )
        for name in dict.fromkeys((*old.by_name, *new.by_name))
    }


def schema_of(changes: Sequence[DescriptorChange], renames: Renames) -> tuple[SchemaChange, ...]:
    """Return the schema changes among descriptor changes.

    Raises:
        ChangeSetError: The properties of a resource are invalid.
    """
    plain, new = (parsed({"resources": side}) for side in _sides(changes))
    chosen = [change.resource for change in changes if change.resource]
    names = [name for name in chosen if name not in renames.resources.pairs]
    return compare_schemas(renamed_descriptor(plain, renames, new), new, names, renames)


# Rows


def _names(first: Changes, second: Changes) -> list[str]:
    """Return the resources in which either change set changes rows, in a common order."""
    lists = [
        list(dict.fromkeys(c.resource for c in (*changes.rows, *changes.reformatted)))
        for changes in (first, second)
    ]
    return merged(lists[0], lists[1])


def _key(changes: Changes, name: str) -> tuple[str, ...]:
    """Return the key fields by which a change set identifies the rows of a resource."""
    every = chain(changes.rows, changes.reformatted)
    return next((tuple(c.key) for c in every if c.resource == name), ())


def _steps(changes: Changes, name: str) -> list[Step]:
    rows = (c for c in changes.rows if c.resource == name)
    reformatted = (c for c in changes.reformatted if c.resource == name)
    return [
        *(Step(c.before, c.after, frozenset(c.fields), tuple(c.key)) for c in rows),
        *(Step(c.before, c.after, frozenset(), tuple(c.key)) for c in reformatted),
    ]


def _found_key(keys: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return the inferred key for the rows of both change sets; ``None`` if none was inferred.

    If they have different ones, neither is valid for all three packages: compare rows as wholes.
    """
    return None if not keys else keys[0] if len(set(keys)) == 1 else ()
