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
    "The second must start from the package at which the first ends. If it does, the tables have "
    "duplicate rows: compare the first package with the third instead, "
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
    afters, befores = [one.after for one in ones], [other.before for other in others]
    outer = [*(one.before for one in ones), *(other.after for other in others)]
    return next((tuple(row) for row in (*afters, *befores, *outer) if row is not None), ())


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
        unmatched: dict[frozenset[tuple[str, str]], list[Step]] = {}
        # Rows added by the first come last, and are popped first: if the second removes them, that
        # is no change.
        for one in sorted(ones, key=lambda step: step.before is None):
            if one.after is not None:
                unmatched.setdefault(frozenset(one.after.items()), []).append(one)
        steps = [one for one in ones if one.after is None]
        for later in others:
            if later.before is None:
                steps.append(later)
            elif same := unmatched.get(frozenset(later.before.items())):
                earlier = same.pop()
                steps.append(Step(earlier.before, later.after, earlier.valued | later.valued))
            else:
                steps.append(Step(self._backwards(later.before, {}), later.after, later.valued))
        steps += [
            Step(one.before, self._forwards(one.after or {}), one.valued)
            for one in chain.from_iterable(unmatched.values())
        ]
        yield from _without_round_trips(steps)

    def steps(self, ones: Sequence[Step], others: Sequence[Step]) -> Iterator[Step]:
        """Yield every row that either change set changes, from its first state to its last."""
        # Joined steps may again remove a row and restore it.
        yield from self._paired(list(self._joined(self._paired(ones), self._paired(others))))

    def _joined(self, ones: Sequence[Step], others: Sequence[Step]) -> Iterator[Step]:
        unmatched = {self._of(one.after): one for one in ones if one.after is not None}
        departed = [
            one for one in ones if one.before is not None and self._of(one.before) not in unmatched
        ]
        # If a table was removed and added again with another key, its earlier rows may share keys.
        counts = Counter(self._of(one.before) for one in departed)
        removed = {key: one for one in departed if counts[key := self._of(one.before)] == 1}
        yield from (
            one for one in departed if one.after is None and counts[self._of(one.before)] > 1
        )
        for later in (each for each in others if each.before is not None):
            yield self._of_existing(later, unmatched.pop(self._of(later.before), None), removed)
        for later in (each for each in others if each.before is None):
            yield self._added(later, unmatched, removed)
        for one in unmatched.values():
            yield Step(one.before, self._forwards(one.after or {}), one.valued)
        yield from (one for one in removed.values() if one.after is None)

    def _paired(self, steps: Sequence[Step]) -> list[Step]:
        """Merge steps that remove a row with those that restore it.

        A diff has such steps if the type of a key changed, but not its text.
        """
        # A row that was added and removed again has neither side, and no key.
        steps = [step for step in steps if step.before is not None or step.after is not None]
        removals = {self._of(step.before): step for step in steps if step.after is None}
        back = [step for step in steps if step.before is None and self._of(step.after) in removals]
        restored = {self._of(step.after) for step in back}
        pairs = [(removals[self._of(step.after)], step) for step in back]
        return [
            *(
                Step(removal.before, addition.after, removal.valued | addition.valued)
                for removal, addition in pairs
            ),
            *(
                step
                for step in steps
                if not (
                    (step.after is None and self._of(step.before) in restored)
                    or (step.before is None and self._of(step.after) in restored)
                )
            ),
        ]

    def _of_existing(self, later: Step, earlier: Step | None, removed: Mapping[Key, Step]) -> Step:
        """Return the step for a row that the second change set expects to exist."""
        assert later.before is not None, "only asked of such rows"
        if earlier is None:
            return Step(self._backwards(later.before, removed), later.after, later.valued)
        self._check(earlier.after, later.before)
        return Step(earlier.before, later.after, earlier.valued | later.valued)

    def _added(self, later: Step, unmatched: Mapping[Key, Step], removed: dict[Key, Step]) -> Step:
        """Return the step for a row that the second change set adds."""
        key = self._of(later.after)
        if key in unmatched:
            self._contradict(later.after or {}, "the second adds it, but it exists after the first")
        earlier = removed.get(key)
        if earlier is None or earlier.after is not None:
            return later
        del removed[key]
        return Step(earlier.before, later.after, earlier.valued | later.valued)

    def _of(self, row: Row | None) -> Key:
        return tuple((row or {}).get(name) for name in self._key)

    def _check(self, actual: Row | None, expected: Row) -> None:
        assert actual is not None, "only rows that are left are compared"
        field = differing(actual, expected)
        if field is not None:
            self._contradict(
                expected,
                f"after the first, field {field!r} has {actual.get(field)!r}, but the second "
                f"expects {expected.get(field)!r}",
            )

    def _backwards(self, row: Row, removed: Mapping[Key, Step]) -> Row:
        """Return a row that the first change set did not change, as it was before the first."""
        if self._of(row) in removed:
            self._contradict(row, "the second expects it, but the first removes it")
        shape = self._first
        if shape is None:
            return row
        if shape.before is None:
            self._contradict(row, "the second expects it, but the first does not add it")
        return self._projected(
            row, shape.before, "the second expects {} in field {}, which the first leaves empty"
        )

    def _forwards(self, row: Row) -> Row | None:
        """Return a row that the second change set did not change, as it is after the second."""
        shape = self._second
        if shape is None:
            return row
        if shape.after is None:
            self._contradict(row, "it exists after the first, but the second does not remove it")
        return self._projected(
            row, shape.after, "after the first it has {} in field {}, which the second removes"
        )

    def _projected(self, row: Row, header: Sequence[str], problem: str) -> Row:
        for field, cell in row.items():
            if cell and field not in header:
                self._contradict(row, problem.format(repr(cell), repr(field)))
        return {field: row.get(field, "") for field in header}

    def _contradict(self, row: Row, problem: str) -> NoReturn:
        key = ", ".join(f"{name}={row.get(name, '')!r}" for name in self._key)
        contradiction(f"{self._name} {key}", problem)


def _without_round_trips(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield steps, except for pairs that remove a row and restore it unchanged."""
    removed = Counter(frozenset(s.before.items()) for s in steps if s.before and s.after is None)
    added = Counter(frozenset(s.after.items()) for s in steps if s.after and s.before is None)
    pairs = {True: removed & added, False: removed & added}
    for step in steps:
        row = step.before if step.after is None else step.after
        if row is not None and (step.before is None or step.after is None):
            same, cells = pairs[step.after is None], frozenset(row.items())
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
        present = (
            row.keys()
            if step.before is None or step.after is None
            else (step.before.keys() & step.after.keys())
        )
        names = next((n for n in either if n and present >= {*n}), key)
        cells = {field: row[field] for field in names if field in row}
        if step.before is None or step.after is None:
            identity = dict(row) if whole else cells
            rows.append(RowChange(name, identity, step.before, step.after, tuple(row)))
            continue
        before, after = step.before, step.after
        fields = [
            f for f in merged(list(before), list(after)) if before.get(f, "") != after.get(f, "")
        ]
        valued = tuple(field for field in fields if field in step.valued)
        if fields:
            found = RowChange(name, cells, before, after, valued or tuple(fields))
            (rows if valued else reformatted).append(found)
    return _in_order(rows), _in_order(reformatted)


def _with_common_key(step: Step, *keys: tuple[str, ...]) -> tuple[Step, ...]:
    """Return a step; split into removal and addition if neither key is in both of its rows."""
    before, after = step.before, step.after
    if (
        before is None
        or after is None
        or any(key and after.keys() >= {*key} <= before.keys() for key in keys)
    ):
        return (step,)
    if not any(keys):
        return (step,)
    return Step(before, None, frozenset()), Step(None, after, frozenset())


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


def contradiction(where: str, problem: str) -> NoReturn:
    """Raise an error where the second change set does not start with the result of the first.

    Raises:
        ChangeSetError: Always.
    """
    raise ChangeSetError(f"the two change sets are not consecutive: {where}: {problem}", hint=_HINT)
