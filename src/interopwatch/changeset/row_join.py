"""Join the row changes of two consecutive change sets for one resource."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NoReturn

from msgspec import Struct

from interopwatch.changeset.equality import differing
from interopwatch.changeset.metadata import merged
from interopwatch.changeset.model import RowChange
from interopwatch.errors import ChangeSetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Key = tuple[str | None, ...]
    from interopwatch.package.table import Row

_HINT: Final = (
    "The second has to start from the package at which the first ends. If it does, equal rows "
    "stand more than once: compare the first package with the third instead, "
    "`interopwatch diff FIRST THIRD --format json`."
)


class Shape(Struct, frozen=True):
    """The fields of a resource on either side, ``None`` where it does not exist, and its key."""

    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    key: tuple[str, ...] | None


class Step(Struct, frozen=True):
    """What happened to a row.

    Attributes:
        before: The row before, if it existed.
        after: The row after, if it exists.
        valued: The fields whose values changed, not only their spelling.
        key: The fields by which the change set identifies the row.
    """

    before: Row | None
    after: Row | None
    valued: frozenset[str]
    key: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether the row was added or removed, and is its own key."""
        if self.before is not None and self.after is not None:
            return False
        return {*(self.after or self.before or ())} <= {*self.key}


def middle_fields(ones: Sequence[Step], others: Sequence[Step]) -> tuple[str, ...]:
    """Return the fields of the second package, by which rows are joined if there is no key."""
    lefts, rights = [one.after for one in ones], [then.before for then in others]
    outer = [*(one.before for one in ones), *(then.after for then in others)]
    return next((tuple(row) for row in (*lefts, *rights, *outer) if row is not None), ())


# The composition of the first change set's change to a row with the second one's:
#
#     first     second    together
#     --------  --------  -----------------------------------------------------------------
#     added     added     contradiction
#     added     removed   nothing
#     added     changed   added, as the second leaves it
#     removed   added     changed, or nothing if it was restored unchanged
#     removed   removed   contradiction
#     removed   changed   contradiction
#     changed   added     contradiction
#     changed   removed   removed, as the first found it
#     changed   changed   changed, or nothing if it was changed back
#
# A row changed by only one of them keeps that change, in the fields and names of the third package.


class Join:
    """Joins two consecutive sequences of changes to the rows of one resource."""

    def __init__(
        self, name: str, key: tuple[str, ...], first: Shape | None, second: Shape | None
    ) -> None:
        self._name, self._key = name, key
        self._first, self._second = first, second

    def is_bag(self, ones: Sequence[Step], others: Sequence[Step]) -> bool:
        """Return whether rows have duplicates, so that a key does not identify the row of a step.

        The two are joined in the second package. Of the first and the third, only removed and added
        rows are looked up by key: a changed row has the key that it has in the second.
        """
        # Among keyed rows, a row that is its own key was one of several with the same key, unless
        # its package declares all fields as the key.
        is_shared = any(
            step.is_whole and (shape is None or {*step.key} != {*(shape.key or ())})
            for steps, shape in ((ones, self._first), (others, self._second))
            for step in steps
        )
        if is_shared and len({frozenset(step.key) for step in (*ones, *others)}) > 1:
            return True
        for side in (
            [step.before for step in ones if step.after is None and step.key == self._key],
            [step.after for step in ones],
            [step.before for step in others],
            [step.after for step in others if step.before is None and step.key == self._key],
        ):
            # A row of the first package may lack key fields of the third.
            rows = [row for row in side if row and set(self._key) <= row.keys()]
            if rows and max(Counter(map(self._of, rows)).values()) > 1:
                return True
        return False

    def bag_steps(self, ones: Sequence[Step], others: Sequence[Step]) -> Iterator[Step]:
        """Yield every row that either change set changes, where equal rows may be duplicated.

        Rows that are equal in every cell are interchangeable. So the second change set may mean any
        such row that the first one produces, or else one that the first did not change.
        """
        left: dict[frozenset[tuple[str, str]], list[Step]] = {}
        # Rows added by the first come last, and are popped first: if the second removes them, that
        # is no change.
        for one in sorted(ones, key=lambda step: step.before is None):
            if one.after is not None:
                left.setdefault(frozenset(one.after.items()), []).append(one)
        steps = [one for one in ones if one.after is None]
        for then in others:
            if then.before is None:
                steps.append(then)
            elif same := left.get(frozenset(then.before.items())):
                was = same.pop()
                steps.append(Step(was.before, then.after, was.valued | then.valued))
            else:
                steps.append(Step(self._backwards(then.before, {}), then.after, then.valued))
        steps += [
            Step(one.before, self._forwards(one.after or {}), one.valued)
            for one in chain.from_iterable(left.values())
        ]
        yield from _without_round_trips(steps)

    def steps(self, ones: Sequence[Step], others: Sequence[Step]) -> Iterator[Step]:
        """Yield every row that either change set changes, from its first state to its last."""
        # Joined steps may again remove a row and restore it.
        yield from self._paired(list(self._joined(self._paired(ones), self._paired(others))))

    def _joined(self, ones: Sequence[Step], others: Sequence[Step]) -> Iterator[Step]:
        left = {self._of(one.after): one for one in ones if one.after is not None}
        went = [one for one in ones if one.before is not None and self._of(one.before) not in left]
        # If a table was removed and added again with another key, its earlier rows may share keys.
        counts = Counter(self._of(one.before) for one in went)
        gone = {key: one for one in went if counts[key := self._of(one.before)] == 1}
        yield from (one for one in went if one.after is None and counts[self._of(one.before)] > 1)
        for then in (each for each in others if each.before is not None):
            yield self._met(then, left.pop(self._of(then.before), None), gone)
        for then in (each for each in others if each.before is None):
            yield self._added(then, left, gone)
        for one in left.values():
            yield Step(one.before, self._forwards(one.after or {}), one.valued)
        yield from (one for one in gone.values() if one.after is None)

    def _paired(self, steps: Sequence[Step]) -> list[Step]:
        """Merge steps that remove a row with those that restore it.

        A diff has such steps if the type of a key changed, but not its text.
        """
        # A row that was added and removed again has neither side, and no key.
        steps = [step for step in steps if step.before is not None or step.after is not None]
        gone = {self._of(step.before): step for step in steps if step.after is None}
        back = [step for step in steps if step.before is None and self._of(step.after) in gone]
        taken = {self._of(step.after) for step in back}
        pairs = [(gone[self._of(step.after)], step) for step in back]
        return [
            *(Step(was.before, now.after, was.valued | now.valued) for was, now in pairs),
            *(
                step
                for step in steps
                if not (
                    (step.after is None and self._of(step.before) in taken)
                    or (step.before is None and self._of(step.after) in taken)
                )
            ),
        ]

    def _met(self, then: Step, was: Step | None, gone: Mapping[Key, Step]) -> Step:
        """Return the step for a row that the second change set expects to exist."""
        assert then.before is not None, "only asked of such rows"
        if was is None:
            return Step(self._backwards(then.before, gone), then.after, then.valued)
        self._check(was.after, then.before)
        return Step(was.before, then.after, was.valued | then.valued)

    def _added(self, then: Step, left: Mapping[Key, Step], gone: dict[Key, Step]) -> Step:
        """Return the step for a row that the second change set adds."""
        key = self._of(then.after)
        if key in left:
            self._wrong(then.after or {}, "the second adds it, and the first leaves it there")
        was = gone.get(key)
        if was is None or was.after is not None:
            return then
        del gone[key]
        return Step(was.before, then.after, was.valued | then.valued)

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

    def _backwards(self, row: Row, gone: Mapping[Key, Step]) -> Row:
        """Return a row that the first change set did not change, as it was before the first."""
        if self._of(row) in gone:
            self._wrong(row, "the second expects it, and the first takes it away")
        shape = self._first
        if shape is None:
            return row
        if shape.before is None:
            self._wrong(row, "the second expects it, and the first does not add it")
        return self._projected(row, shape.before, "the second expects {} in field {}, empty before")

    def _forwards(self, row: Row) -> Row | None:
        """Return a row that the second change set did not change, as it is after the second."""
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

    def _wrong(self, row: Row, what: str) -> NoReturn:
        key = ", ".join(f"{name}={row.get(name, '')!r}" for name in self._key)
        contradiction(f"{self._name} {key}", what)


def _without_round_trips(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps, except for pairs that remove a row and restore it unchanged."""
    gone = Counter(frozenset(s.before.items()) for s in steps if s.before and s.after is None)
    came = Counter(frozenset(s.after.items()) for s in steps if s.after and s.before is None)
    left = {True: gone & came, False: gone & came}
    for step in steps:
        row = step.before if step.after is None else step.after
        if row is not None and (step.before is None or step.after is None):
            same, cells = left[step.after is None], frozenset(row.items())
            if same[cells]:
                same[cells] -= 1
                continue
        yield step


def row_changes(
    name: str, steps: Iterator[Step], keys: tuple[tuple[str, ...], tuple[str, ...]], *, whole: bool
) -> tuple[list[RowChange], list[RowChange]]:
    """Convert steps to row changes and reformatted rows.

    Args:
        name: The resource.
        steps: What happened to its rows.
        keys: Its key in the newest package, and the one that identified its rows.
        whole: Whether added and removed rows are their own key, for lack of another.
    """
    newest, key = keys
    rows: list[RowChange] = []
    reformatted: list[RowChange] = []
    for step in chain.from_iterable(_with_common_key(step, newest, key) for step in steps):
        row = step.before if step.after is None else step.after
        if row is None:
            continue  # added and removed again
        # A removed row has the key that it had while it existed.
        either = (key, newest) if step.after is None else (newest, key)
        there = (
            row.keys()
            if step.before is None or step.after is None
            else (step.before.keys() & step.after.keys())
        )
        names = next((n for n in either if n and there >= {*n}), key)
        cells = {field: row[field] for field in names if field in row}
        if step.before is None or step.after is None:
            own = dict(row) if whole else cells
            rows.append(RowChange(name, own, step.before, step.after, tuple(row)))
            continue
        was, now = step.before, step.after
        fields = [f for f in merged(list(was), list(now)) if was.get(f, "") != now.get(f, "")]
        valued = tuple(field for field in fields if field in step.valued)
        if fields:
            found = RowChange(name, cells, was, now, valued or tuple(fields))
            (rows if valued else reformatted).append(found)
    return _in_order(rows), _in_order(reformatted)


def _with_common_key(step: Step, *keys: tuple[str, ...]) -> tuple[Step, ...]:
    """Return a step; split into removal and addition if neither key is in both of its rows."""
    was, now = step.before, step.after
    if (
        was is None
        or now is None
        or any(key and now.keys() >= {*key} <= was.keys() for key in keys)
    ):
        return (step,)
    if not any(keys):
        return (step,)
    return Step(was, None, frozenset()), Step(None, now, frozenset())


def _in_order(changes: list[RowChange]) -> list[RowChange]:
    texts = [tuple(change.key.values()) for change in changes]
    numbers = all(_number(text) is not None for key in texts for text in key)

    def place(change: RowChange) -> tuple[Any, ...]:
        cells = change.key.values()
        return tuple((_number(cell) if numbers else 0, cell) for cell in cells)

    return sorted(changes, key=place)


def _number(text: str) -> Decimal | None:
    # Keys may have any length, and `int` rejects thousands of digits.
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def contradiction(where: str, what: str) -> NoReturn:
    """Raise an error where the second change set does not start with the result of the first.

    Raises:
        ChangeSetError: Always.
    """
    raise ChangeSetError(f"the two change sets do not fit: {where}: {what}", hint=_HINT)
