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
"""The maximum number of examples of reformatted keys."""


class ReformattedKeys(Struct, frozen=True):
    """The reformatted keys of a resource.

    Attributes:
        resource: The name of the resource.
        fields: The key fields that were reformatted.
        spellings: What differs: leading zeros, case, white space.
        rows: The number of rows with reformatted keys.
        examples: Some of the keys, before and after, as texts.
    """

    resource: str
    fields: tuple[str, ...]
    spellings: tuple[str, ...]
    rows: int
    examples: tuple[tuple[str, str], ...]


def reformatted_keys(changes: Iterable[RowChange]) -> tuple[ReformattedKeys, ...]:
    """Summarise reformatted keys by resource."""
    tally = Tally()
    tally.add(changes)
    return tally.found()


def has_reformatted_key(change: RowChange) -> bool:
    """Whether the key of a row was reformatted: another text for the same key."""
    return change.has_new_key and all(
        simplest(was) == simplest(now) for was, now in _keys(change).values()
    )


class Tally(Struct):
    """Counts reformatted keys without holding them."""

    _found: dict[str, _Sum] = field(default_factory=dict)

    def add(self, changes: Iterable[RowChange]) -> None:
        """Count the reformatted keys of some changes."""
        for change in changes:
            if has_reformatted_key(change):
                self._found.setdefault(change.resource, _Sum()).add(_keys(change))

    def merge(self, other: Tally) -> None:
        """Add the counts of another tally, whose changes come after those of this one."""
        for name, each in other._found.items():
            self._found.setdefault(name, _Sum()).merge(each)

    def found(self) -> tuple[ReformattedKeys, ...]:
        """Return the summary of each resource."""
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
    """The counts of one resource."""

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
    """Return in what two spellings of a key differ, as names of :data:`SPELLINGS`."""
    return {name for name in SPELLINGS if _without_others(was, name) != _without_others(now, name)}


def _without_others(key: str, spelling: str) -> str:
    """Return a key after all normalisations but one."""
    for name, plain in reversed(list(SPELLINGS.items())):
        if name != spelling:
            key = plain(key)
    return key
