"""Counts of the results of an attack, and their table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

BAD: Final = ("lost", "mixed", "untrue", "unnoticed", "tracebacks", "hangs")
"""What may be wrong after a try.

lost: data that existed, or was reported as written, is missing, or leftovers stay for good. mixed:
data on disk, or in the output, is from two editions. untrue: a message or an exit status is false.
unnoticed: damage or an attack was taken for valid data. tracebacks: a bug of the tool, or an exit
status that it does not document. hangs: it did not end in time, or used memory without a bound."""


@dataclass
class Tally:
    """The tries of one attack.

    Attributes:
        what: What was attacked, and how.
        tried: The number of tries.
        bad: The number of tries with each problem of :data:`BAD`.
        details: A line on each bad try.
        skipped: Why nothing was tried; empty if it was.
    """

    what: str
    tried: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)
    skipped: str = ""

    def wrong(self, kind: str, detail: str) -> None:
        """Count a try that ended badly."""
        assert kind in BAD
        self.bad[kind] += 1
        self.details.append(f"{self.what}: {kind}: {detail}")

    def __add__(self, other: Tally) -> Tally:
        """Return both as one, under the name of the first."""
        return Tally(
            self.what,
            self.tried + other.tried,
            self.bad + other.bad,
            [*self.details, *other.details],
            self.skipped or other.skipped,
        )


def merged(tallies: Iterable[Tally]) -> list[Tally]:
    """Merge tallies with the same name, in the order of their first occurrence."""
    found: dict[str, Tally] = {}
    for tally in tallies:
        known = found.get(tally.what)
        found[tally.what] = tally if known is None else known + tally
    return list(found.values())


def table(tallies: Iterable[Tally]) -> str:
    """Return the table of all attacks."""
    rows = [["attack", "tried", *BAD]]
    total = Tally("in all")
    for tally in tallies:
        total += tally
        if tally.skipped:
            rows.append([tally.what, f"skipped: {tally.skipped}"])
        else:
            rows.append(_row(tally))
    total.skipped = ""
    rows.append(_row(total))
    widths = [max(len(row[n]) for row in rows if len(row) > 2) for n in range(len(rows[0]))]
    widths[0] = max(len(row[0]) for row in rows)
    return "".join(
        "  ".join(
            cell.ljust(width) if n == 0 or len(row) == 2 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=False))
        ).rstrip()
        + "\n"
        for row in rows
    )


def _row(tally: Tally) -> list[str]:
    return [tally.what, f"{tally.tried:,}", *(str(tally.bad[kind]) for kind in BAD)]
