"""Summarise reformatted keys: one finding for each table instead of a line for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from interopwatch.compare.rekey import SPELLINGS, simplest
from interopwatch.text import key_label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from interopwatch.changeset.model import RowChange

EXAMPLES: Final = 3
"""How many examples are shown of keys that are spelled otherwise."""


class ReformattedKeys(Struct, frozen=True):
    """Keys of a resource that are spelled otherwise.

    Attributes:
        resource: The resource.
        fields: The fields of the key that are concerned.
        spellings: What is different: leading zeros, case, white space.
        rows: How many rows there are.
        examples: Some of the keys, before and after, as texts.
    """

    resource: str
    fields: tuple[str, ...]
    spellings: tuple[str, ...]
    rows: int
    examples: tuple[tuple[str, str], ...]


def reformatted_keys(changes: Iterable[RowChange]) -> tuple[ReformattedKeys, ...]:
    """The resources of which keys are spelled otherwise."""
    tally = Tally()
    tally.add(changes)
    return tally.found()


def has_reformatted_key(change: RowChange) -> bool:
    """Whether the key of a row is spelled otherwise, and means the same."""
    return change.has_new_key and all(
        simplest(was) == simplest(now) for was, now in _keys(change).values()
    )


class Tally(Struct):
    """Counts keys that are spelled otherwise, without holding them."""

    _found: dict[str, _Sum] = field(default_factory=dict)

    def add(self, changes: Iterable[RowChange]) -> None:
        """Look at some changes."""
        for change in changes:
            if has_reformatted_key(change):
                self._found.setdefault(change.resource, _Sum()).add(_keys(change))

    def merge(self, other: Tally) -> None:
        """Take over what another one counted of changes that follow."""
        for name, each in other._found.items():
            self._found.setdefault(name, _Sum()).merge(each)

    def found(self) -> tuple[ReformattedKeys, ...]:
        """What there was."""
        return tuple(
            ReformattedKeys(
                name,
                tuple(each.fields),
                tuple(spelling for spelling in SPELLINGS if spelling in each.spellings),
                each.rows,
                tuple(each.examples),
            )
            for name, each in self._found.items()
        )


class _Sum(Struct):
    """What was counted of one resource."""

    rows: int = 0
    fields: dict[str, None] = field(default_factory=dict)
    spellings: set[str] = field(default_factory=set)
    examples: list[tuple[str, str]] = field(default_factory=list)

    def add(self, keys: dict[str, tuple[str, str]]) -> None:
        self.rows += 1
        for name, (was, now) in keys.items():
            if was != now:
                self.fields[name] = None
                self.spellings |= _spellings(was, now)
        if len(self.examples) < EXAMPLES:
            sides = zip(*keys.values(), strict=True)
            was, now = (key_label(cells) for cells in sides)
            self.examples.append((was, now))

    def merge(self, other: _Sum) -> None:
        self.rows += other.rows
        self.fields |= other.fields
        self.spellings |= other.spellings
        self.examples = [*self.examples, *other.examples][:EXAMPLES]


def _keys(change: RowChange) -> dict[str, tuple[str, str]]:
    before = change.before or {}
    return {name: (before.get(name, ""), now) for name, now in change.key.items()}


def _spellings(was: str, now: str) -> set[str]:
    """What two spellings of a key differ in."""
    return {name for name in SPELLINGS if _without_others(was, name) != _without_others(now, name)}


def _without_others(key: str, spelling: str) -> str:
    """A key without anything that keys are known to lose, but for one thing."""
    for name, plain in reversed(list(SPELLINGS.items())):
        if name != spelling:
            key = plain(key)
    return key
