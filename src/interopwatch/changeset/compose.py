"""Composes two change sets that follow on each other into one.

The first speaks of things by the names of the second package, the second by those of the
third. Composed, they speak by those of the third, and of what has gone by then, by those of
the first.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from interopwatch.changeset.apply import agree, differing, first_difference, parsed
from interopwatch.changeset.metadata import compare_schemas, merged
from interopwatch.changeset.model import (
    DescriptorChange,
    FileChange,
    RowChange,
)
from interopwatch.changeset.rename_map import RenameMap
from interopwatch.errors import ChangeSetError
from interopwatch.package.renamed import renamed_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from interopwatch.changeset.changeset import ChangeSet
    from interopwatch.changeset.model import SchemaChange
    from interopwatch.package.descriptor import Descriptor
    from interopwatch.package.renames import Renames

    Row = Mapping[str, str]
    Key = tuple[str | None, ...]

_HINT: Final = "The second has to start from the package at which the first ends."
_HINT_TWICE: Final = (
    "Which of the equal rows is meant, a change set does not say. Compare the first package with "
    "the third instead: `interopwatch diff FIRST THIRD --format json`."
)


# What comes of a row, by what the first change set does to it and what the second does then:
#
#     first     second    together
#     --------  --------  -----------------------------------------------------------------
#     added     added     a contradiction
#     added     removed   nothing
#     added     changed   added, as the second leaves it
#     removed   added     changed, or nothing if it came back as it was
#     removed   removed   a contradiction
#     removed   changed   a contradiction
#     changed   added     a contradiction
#     changed   removed   removed, as the first found it
#     changed   changed   changed, or nothing if it was changed back
#
# What only one of the two touches stays as it is, in the fields and names of the third package.


def compose(first: ChangeSet, second: ChangeSet) -> ChangeSet:
    """One change set that does what two do, one after the other.

    For any packages ``a``, ``b`` and ``c``, applying ``diff(a, b) + diff(b, c)`` to ``a`` makes
    ``c``. What was changed and changed back is no change. The types of cells are not at hand
    here, so a value that came back in another spelling counts as changed, and rows stand in
    the order of their keys as numbers if all are numbers, and else as texts.

    Args:
        first: What to do first; ``first + second`` is short for it.
        second: What to do then.

    Raises:
        ChangeSetError: The second does not start where the first ends. The message names
            the first place where they contradict each other.
    """
    descriptor = _descriptor(first, second)
    way = RenameMap.of(
        (first.renames, *_descriptors(first)), (second.renames, *_descriptors(second))
    )
    one = {
        way.later(name): _Shape(*(way.header(name, h) for h in (s.before, s.after, s.key)))
        for name, s in _shapes(first).items()
    }
    other = _shapes(second)
    keys = {name: shape.key for name, shape in (*one.items(), *other.items())}
    early = way.renamed(first)
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    found_keys = {**early.keys, **second.keys}
    for name in _names(early, second):
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
        fields = _middle(befores, afters) if found_key == () else key
        join = _Join(name, fields, one.get(name), other.get(name))
        for some in (befores, afters):
            join.refuse_twice(some)
        steps = join.steps(befores, afters)
        names = (keys.get(name) or (), _key(early, name) or key)
        found, spelled = _changes(name, steps, names, whole=found_key == ())
        rows += way.told(found)
        reformatted += way.told(spelled)
    touched = {change.resource for change in (*rows, *reformatted)}
    form = dict.fromkeys((*map(way.later, first.form), *second.form))
    return replace(
        first,
        new=second.new,
        schema=schema_of(descriptor, way.renames),
        rows=tuple(rows),
        reformatted=tuple(reformatted),
        form=tuple(name for name in form if name not in touched),
        descriptor=descriptor,
        ignored=(*early.ignored, *second.ignored),
        files=_files(first.files, second.files),
        keys=way.keys(found_keys),
    )


def _files(first: Sequence[FileChange], second: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """What two sets of file changes come to."""
    said: dict[tuple[str, str], FileChange] = {}
    for change in first:
        side = change.after or change.before
        said[change.resource, side.path if side else ""] = change
    for then in second:
        side = then.before or then.after
        place = (then.resource, side.path if side else "")
        was = said.pop(place, None)
        if was is not None and was.after != then.before:
            _contradiction(then.resource, "the first leaves another file than the second expects")
        both = FileChange(then.resource, was.before if was else then.before, then.after)
        if both.before != both.after:
            said[place] = both
    return tuple(said.values())


def _contradiction(where: str, what: str, hint: str = _HINT) -> NoReturn:
    raise ChangeSetError(f"the two change sets do not fit: {where}: {what}", hint=hint)


# The descriptor and the schemas


class _Shape(Struct, frozen=True):
    """The fields of a resource on either side; ``None`` on a side where it is not."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    key: tuple[str, ...] | None


def _descriptor(first: ChangeSet, second: ChangeSet) -> tuple[DescriptorChange, ...]:
    said = {change.resource: change for change in first.descriptor}
    for then in second.descriptor:
        name = then.resource
        if name not in said:
            said[name] = then
            continue
        was = said[name]
        if not agree(was.after, then.before):
            at, stands, expected = first_difference(was.after, then.before)
            _contradiction(
                name or "descriptor",
                f"the first leaves {stands} at {at or '/'}, and the second expects {expected}",
            )
        said[name] = DescriptorChange(name, was.before, then.after)
    names = merged([c.resource for c in first.descriptor], [c.resource for c in second.descriptor])
    every = (said[name] for name in names)
    return tuple(change for change in every if not agree(change.before, change.after))


def _sides(changes: Sequence[DescriptorChange]) -> tuple[list[Any], list[Any]]:
    told = [change for change in changes if change.resource]
    before = [change.before for change in told if change.before is not None]
    return before, [change.after for change in told if change.after is not None]


def _descriptors(changes: ChangeSet) -> tuple[Descriptor, Descriptor]:
    old, new = (parsed({"resources": side}) for side in _sides(changes.descriptor))
    return old, new


def _shapes(changes: ChangeSet) -> dict[str, _Shape]:
    """The shapes of the resources of which the descriptors differ, in the newer names."""
    plain, new = _descriptors(changes)
    old = renamed_descriptor(plain, changes.renames, new)
    return {
        name: _Shape(
            old.by_name[name].header if name in old.by_name else None,
            new.by_name[name].header if name in new.by_name else None,
            new.by_name[name].primary_key if name in new.by_name else (),
        )
        for name in dict.fromkeys((*old.by_name, *new.by_name))
    }


def schema_of(changes: Sequence[DescriptorChange], renames: Renames) -> tuple[SchemaChange, ...]:
    """The differences between schemas that are among those of descriptors.

    Raises:
        ChangeSetError: What they say of a resource is no part of a descriptor.
    """
    plain, new = (parsed({"resources": side}) for side in _sides(changes))
    told = [change.resource for change in changes if change.resource]
    names = [name for name in told if name not in renames.resources.pairs]
    return compare_schemas(renamed_descriptor(plain, renames, new), new, names, renames)


# Rows


class _Step(Struct, frozen=True):
    """What happened to a row, and in which fields more than the spelling changed."""

    before: Row | None
    after: Row | None
    valued: frozenset[str]


def _names(first: ChangeSet, second: ChangeSet) -> list[str]:
    """The resources in which either changes rows, in one order."""
    lists = [
        list(dict.fromkeys(c.resource for c in (*changes.rows, *changes.reformatted)))
        for changes in (first, second)
    ]
    return merged(lists[0], lists[1])


def _key(changes: ChangeSet, name: str) -> tuple[str, ...]:
    """The fields of the key by which a change set tells the rows of a resource apart."""
    every = chain(changes.rows, changes.reformatted)
    return next((tuple(c.key) for c in every if c.resource == name), ())


def _steps(changes: ChangeSet, name: str) -> list[_Step]:
    steps = [
        _Step(c.before, c.after, frozenset(c.fields)) for c in changes.rows if c.resource == name
    ]
    spelled = [c for c in changes.reformatted if c.resource == name]
    return [*steps, *(_Step(c.before, c.after, frozenset()) for c in spelled)]


def _found_key(keys: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The key that was found for the rows that both change sets touch.

    None of two holds for all three packages; rows are compared as wholes then.
    """
    return None if not keys else keys[0] if len(set(keys)) == 1 else ()


def _middle(ones: Sequence[_Step], others: Sequence[_Step]) -> tuple[str, ...]:
    """The fields of the second package: by them, rows are the same if no key tells."""
    lefts, rights = [one.after for one in ones], [then.before for then in others]
    outer = [*(one.before for one in ones), *(then.after for then in others)]
    return next((tuple(row) for row in (*lefts, *rights, *outer) if row is not None), ())


class _Join:
    """Joins what happened to the rows of one resource first with what happened to them then."""

    def __init__(
        self, name: str, key: tuple[str, ...], first: _Shape | None, second: _Shape | None
    ) -> None:
        self._name, self._key = name, key
        self._first, self._second = first, second

    def refuse_twice(self, steps: Sequence[_Step]) -> None:
        """Refuse rows that stand more than once: which of them is meant then, no key says.

        Raises:
            ChangeSetError: There is such a row.
        """
        for side in ([s.before for s in steps], [s.after for s in steps]):
            # A row of the first package may lack the fields of the key of the third.
            rows = [row for row in side if row and set(self._key) <= row.keys()]
            counts = Counter(map(self._of, rows))
            for row in rows:
                if counts[self._of(row)] > 1:
                    self._wrong(row, "it stands more than once", _HINT_TWICE)

    def steps(self, ones: Sequence[_Step], others: Sequence[_Step]) -> Iterator[_Step]:
        """Every row that either of the two touched, from its first state to its last."""
        # Joined, too, steps may come to take away a row and put it back.
        yield from self._paired(list(self._joined(self._paired(ones), self._paired(others))))

    def _joined(self, ones: Sequence[_Step], others: Sequence[_Step]) -> Iterator[_Step]:
        left = {self._of(one.after): one for one in ones if one.after is not None}
        went = [one for one in ones if one.before is not None and self._of(one.before) not in left]
        # By a key that the table came back with, rows of its earlier life may be the same.
        counts = Counter(self._of(one.before) for one in went)
        gone = {key: one for one in went if counts[key := self._of(one.before)] == 1}
        yield from (one for one in went if one.after is None and counts[self._of(one.before)] > 1)
        for then in (each for each in others if each.before is not None):
            yield self._met(then, left.pop(self._of(then.before), None), gone)
        for then in (each for each in others if each.before is None):
            yield self._added(then, left, gone)
        for one in left.values():
            yield _Step(one.before, self._forwards(one.after or {}), one.valued)
        yield from (one for one in gone.values() if one.after is None)

    def _paired(self, steps: Sequence[_Step]) -> list[_Step]:
        """Steps of which none takes away a row that another one puts back.

        A diff has such steps where the type of a key changed: its texts did not.
        """
        # What came and went is no row, and has no key that another one could have.
        steps = [step for step in steps if step.before is not None or step.after is not None]
        gone = {self._of(step.before): step for step in steps if step.after is None}
        back = [step for step in steps if step.before is None and self._of(step.after) in gone]
        taken = {self._of(step.after) for step in back}
        pairs = [(gone[self._of(step.after)], step) for step in back]
        return [
            *(_Step(was.before, now.after, was.valued | now.valued) for was, now in pairs),
            *(
                step
                for step in steps
                if not (
                    (step.after is None and self._of(step.before) in taken)
                    or (step.before is None and self._of(step.after) in taken)
                )
            ),
        ]

    def _met(self, then: _Step, was: _Step | None, gone: Mapping[Key, _Step]) -> _Step:
        """What comes of a row that the second expects to be there."""
        assert then.before is not None, "only asked of such rows"
        if was is None:
            return _Step(self._backwards(then.before, gone), then.after, then.valued)
        self._check(was.after, then.before)
        return _Step(was.before, then.after, was.valued | then.valued)

    def _added(self, then: _Step, left: Mapping[Key, _Step], gone: dict[Key, _Step]) -> _Step:
        """What comes of a row that the second adds."""
        key = self._of(then.after)
        if key in left:
            self._wrong(then.after or {}, "the second adds it, and the first leaves it there")
        was = gone.get(key)
        if was is None or was.after is not None:
            return then
        del gone[key]
        return _Step(was.before, then.after, was.valued | then.valued)

    def _of(self, row: Row | None) -> Key:
        return tuple((row or {}).get(name) for name in self._key)

    def _check(self, stands: Row | None, expected: Row) -> None:
        assert stands is not None, "only rows that are left are compared"
        field = differing(stands, expected)
        if field is not None:
            self._wrong(
                expected,
                f"the first leaves {stands.get(field)!r} in field {field!r}, and the second "
                f"expects {expected.get(field)!r}",
            )

    def _backwards(self, row: Row, gone: Mapping[Key, _Step]) -> Row:
        """A row that the first did not touch, as it was before the first."""
        if self._of(row) in gone:
            self._wrong(row, "the second expects it, and the first takes it away")
        shape = self._first
        if shape is None:
            return row
        if shape.before is None:
            self._wrong(row, "the second expects it, and the first does not add it")
        return self._projected(row, shape.before, "the second expects {} in field {}, empty before")

    def _forwards(self, row: Row) -> Row | None:
        """A row that the second did not touch, as it is after the second."""
        shape = self._second
        if shape is None:
            return row
        if shape.after is None:
            self._wrong(row, "the first leaves it, and the second does not remove it")
        return self._projected(row, shape.after, "the first leaves {} in field {}, which goes")

    def _projected(self, row: Row, header: Sequence[str], wrong: str) -> Row:
        for field, cell in row.items():
            if cell and field not in header:
                self._wrong(row, wrong.format(repr(cell), repr(field)))
        return {field: row.get(field, "") for field in header}

    def _wrong(self, row: Row, what: str, hint: str = _HINT) -> NoReturn:
        key = ", ".join(f"{name}={row.get(name, '')!r}" for name in self._key)
        _contradiction(f"{self._name} {key}", what, hint)


def _changes(
    name: str, steps: Iterator[_Step], keys: tuple[tuple[str, ...], tuple[str, ...]], *, whole: bool
) -> tuple[list[RowChange], list[RowChange]]:
    """The row changes, and the reformatted rows, that some steps come to.

    Args:
        name: The resource.
        steps: What happened to its rows.
        keys: Its key in the newest package, and the one by which its rows were told apart.
        whole: Whether rows that were added or removed are their own key, as no other is at hand.
    """
    newest, key = keys
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    for step in steps:
        row = step.before if step.after is None else step.after
        if row is None:
            continue  # it came and went
        # A row that went is called by the key that told it apart while it was there.
        either = (key, newest) if step.after is None else (newest, key)
        names = next((n for n in either if n and all(field in row for field in n)), key)
        said = {field: row[field] for field in names}
        if step.before is None or step.after is None:
            own = dict(row) if whole else said
            rows.append(RowChange(name, own, step.before, step.after, tuple(row)))
            continue
        was, now = step.before, step.after
        fields = [f for f in merged(list(was), list(now)) if was.get(f, "") != now.get(f, "")]
        valued = tuple(field for field in fields if field in step.valued)
        if fields:
            found = RowChange(name, said, was, now, valued or tuple(fields))
            (rows if valued else reformatted).append(found)
    return _in_order(rows), _in_order(reformatted)


def _in_order(changes: list[RowChange]) -> list[RowChange]:
    texts = [tuple(change.key.values()) for change in changes]
    numbers = all(_number(text) is not None for key in texts for text in key)

    def place(change: RowChange) -> tuple[Any, ...]:
        cells = change.key.values()
        return tuple((_number(cell) if numbers else 0, cell) for cell in cells)

    return sorted(changes, key=place)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
