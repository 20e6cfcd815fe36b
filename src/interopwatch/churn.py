"""Keys that are spelled otherwise throughout a table: one finding instead of a row for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.diff.rekeying import MASS, SPELLINGS, simplest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.changes import ChangeSet, RowChange

EXAMPLES: Final = 3
"""How many examples are shown of keys that are spelled otherwise."""


@dataclass(frozen=True, slots=True)
class Churn:
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


def churn(changes: ChangeSet) -> tuple[Churn, ...]:
    """The resources of which keys are spelled otherwise throughout."""
    grouped: dict[str, list[RowChange]] = {}
    for change in (*changes.rows, *changes.respelled):
        if is_churn(change):
            grouped.setdefault(change.resource, []).append(change)
    return tuple(_churn(name, mine) for name, mine in grouped.items() if len(mine) >= MASS)


def is_churn(change: RowChange) -> bool:
    """Whether the key of a row is spelled otherwise, and means the same."""
    return change.has_new_key and all(
        simplest(was) == simplest(now) for was, now in _keys(change).values()
    )


def _keys(change: RowChange) -> dict[str, tuple[str, str]]:
    before = change.before or {}
    return {name: (before.get(name, ""), now) for name, now in change.key.items()}


def _churn(name: str, mine: Sequence[RowChange]) -> Churn:
    pairs = [(change, _keys(change)) for change in mine]
    differ = [
        (field, was, now) for _, keys in pairs for field, (was, now) in keys.items() if was != now
    ]
    spellings = [
        spelling
        for spelling, plain in SPELLINGS.items()
        if any(plain(was) != was or plain(now) != now for _, was, now in differ)
        and any(_without(was, spelling) != _without(now, spelling) for _, was, now in differ)
    ]
    return Churn(
        name,
        tuple(dict.fromkeys(field for field, _, _ in differ)),
        tuple(spellings),
        len(mine),
        tuple(
            ("/".join(was for was, _ in keys.values()), "/".join(now for _, now in keys.values()))
            for _, keys in pairs[:EXAMPLES]
        ),
    )


def _without(key: str, spelling: str) -> str:
    """A key without anything that keys are known to lose, but for one thing."""
    for name, plain in reversed(list(SPELLINGS.items())):
        if name != spelling:
            key = plain(key)
    return key
