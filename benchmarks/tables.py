"""Make pairs of large tables that differ in known ways, the same in each run.

A table is written from a stock of rows with its own keys; which rows are edited is drawn for each
row and stored in one byte per row. So memory hardly grows with the number of rows.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

STOCK: Final = 100_000
"""The number of distinct rows. Cells repeat after that many: more would take minutes to make."""
_CHUNK: Final = 100_000
_REMARKED: Final = 100
"""In added columns, one row in this many has cells."""
_KEPT, _ADDED, _REMOVED, _CHANGED = range(4)  # beyond _CHANGED: further columns

Row = list[str]

_WORDS: Final = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india")
_GIVEN: Final = (
    "Zoë",
    "José",
    "Anaïs",
    "Jürgen",
    "Søren",
    "Łukasz",
    "Mary",
    "Ahmed",
    "Wei",
    "Olga",
)
_FAMILY: Final = ("Åkesson", "O'Neill", "Dvořák", "Nguyễn", "Šimek", "Brown", "Çelik", "Ibáñez")
_PLACES: Final = (
    "São Paulo",
    "Zürich",
    "Cork, Éire",
    "Kraków",
    "Tromsø",
    "Austin, Texas",
    "Oslo",
)


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares of rows with one changed cell, of added rows, and of removed rows."""

    changed: float
    added: float = 0.005
    removed: float = 0.005


@dataclass(frozen=True, slots=True)
class Kind:
    """The shape of a table.

    Attributes:
        columns: The names of its columns; the first is the key.
        row: Makes the cells other than the key.
        key: Makes the key of a row from its position.
        shares: How many rows differ, by default.
    """

    columns: tuple[str, ...]
    row: Callable[[random.Random], Row]
    key: Callable[[int], str]
    shares: Shares


@dataclass(frozen=True, slots=True)
class Case:
    """How the newer table differs from the older, besides single edits.

    Attributes:
        order: The order of the newer table's rows, as positions in the order of keys.
        edited: Whether rows are edited.
        every_row: Whether the last cell of every row is changed.
        added: The names of added columns.
    """

    order: Callable[[int], Iterable[int]] = range
    edited: bool = True
    every_row: bool = False
    added: tuple[str, ...] = ()


def _plain(chance: random.Random) -> Row:
    pick = chance.choice
    return [
        f"{pick(_WORDS)}{chance.randrange(1000)}", pick(_WORDS), f"{chance.random() * 1000:.2f}",
        f"20{chance.randrange(10, 26)}-{chance.randrange(1, 13):02d}-01", pick(("true", "false")),
        f"C{chance.randrange(10000):04d}", f"{pick(_WORDS)} {pick(_WORDS)}",
        str(chance.randrange(100)),
    ]  # fmt: skip


def _quoted(chance: random.Random) -> Row:
    pick = chance.choice
    remark = f"{pick(_WORDS)} {pick(_WORDS)} {pick(_WORDS)}"
    fate = chance.random()
    if fate < 0.01:  # noqa: PLR2004 - the shares of remarks
        remark = remark.replace(" ", "\n", 1)
    elif fate < 0.03:  # noqa: PLR2004
        remark = f'called "{remark}"'
    elif fate < 0.10:  # noqa: PLR2004
        remark = ""
    return [
        f"{pick(_GIVEN)} {pick(_FAMILY)}", f"R-{chance.randrange(10**6):06d}", pick(_PLACES),
        f"{chance.random() * 10000:.2f}", str(chance.randrange(1000)),
        f"20{chance.randrange(26):02d}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
        remark, pick("abcde"),
    ]  # fmt: skip


def _shuffled(number: int) -> Iterator[int]:
    order = np.random.default_rng(3).permutation(number)
    for start in range(0, number, _CHUNK):  # all at once, as Python integers, take tenfold memory
        yield from order[start : start + _CHUNK].tolist()


def _block_moved(number: int) -> Iterable[int]:
    return chain(range(number // 10, number), range(number // 10))


KINDS: Final = {
    # One cell in a hundred changes: one of eight, in eight rows of a hundred.
    "plain": Kind(
        ("id", "name", "city", "amount", "date", "flag", "code", "note", "score"),
        _plain, "{:09d}".format, Shares(0.08),
    ),
    "quoted": Kind(
        ("id", "person", "code", "place", "price", "quantity", "date", "remark", "class"),
        _quoted, "{}".format, Shares(0.01),
    ),
}  # fmt: skip

CASES: Final = {
    "same order": Case(),
    "shuffled": Case(order=_shuffled),
    "every row changed": Case(every_row=True),
    "block moved": Case(order=_block_moved),
    "identical": Case(edited=False),
    "columns added": Case(added=("rank", "remarks")),
}


def make(
    kind: Kind, case: Case, number: int, old: Path, new: Path, shares: Shares | None = None
) -> int:
    """Write two tables.

    Args:
        kind: Their shape.
        case: How they differ.
        number: The number of rows, including those added and removed.
        old: The older file.
        new: The newer file.
        shares: How many rows are edited; the kind's shares by default.

    Returns:
        The number of rows with single edits.
    """
    fates = _fates(number, shares or kind.shares, len(kind.columns) - 1)
    if not case.edited:
        fates = bytes(number)
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    stock = [kind.row(chance) for _ in range(min(number, STOCK))]
    line = csv.writer(SimpleNamespace(write=str), lineterminator="\n").writerow
    olds = list(map(line, stock))
    news = [line([*r[:-1], r[-1] + "x"]) for r in stock] if case.every_row else olds

    def before(place: int) -> str:
        return f"{kind.key(place + 1)},{olds[place % len(olds)]}"

    def after(place: int) -> str:
        fate = fates[place]
        body = news[place % len(news)]
        if fate >= _CHANGED:
            body = line(_changed(stock, place % len(stock), fate - _CHANGED))
        return f"{kind.key(place + 1)},{body}"

    def longer(place: int) -> str:
        more = ",,\n" if place % _REMARKED else f",{place % 7},x\n"
        return after(place)[:-1] + more

    made = longer if case.added else after
    _write(old, kind.columns, (before(i) for i in range(number) if fates[i] != _ADDED))
    places = case.order(number)
    _write(new, kind.columns + case.added, (made(i) for i in places if fates[i] != _REMOVED))
    return number - fates.count(_KEPT)


def _fates(number: int, shares: Shares, columns: int) -> bytes:
    """Return for each row whether it is kept, added, removed, or in which column it is changed."""
    chance = np.random.default_rng(2)
    drawn = chance.random(number)
    fates = np.zeros(number, np.uint8)
    fates[drawn < shares.added + shares.removed] = _REMOVED
    fates[drawn < shares.added] = _ADDED
    changed = drawn > 1 - shares.changed
    fates[changed] = _CHANGED + chance.integers(columns, size=int(changed.sum()))
    return fates.tobytes()


def _changed(stock: Sequence[Row], place: int, column: int) -> Row:
    """Return a row with one cell of the next row that differs in it."""
    row = stock[place]
    rest = (stock[(place + i) % len(stock)][column] for i in range(1, len(stock)))
    other = next(cell for cell in rest if cell != row[column])
    return [*row[:column], other, *row[column + 1 :]]


def _write(path: Path, columns: Iterable[str], lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(columns) + "\n")
        file.writelines(lines)
