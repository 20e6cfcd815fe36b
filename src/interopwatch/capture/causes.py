"""Findings of one cause as one: a label that a page gave another name is not 29 faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from interopwatch.package.labels import joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from interopwatch.findings import Finding

FEW: Final = 3
"""So many findings of one cause are told one by one: each of them may have a cause of its own."""
_LINES: Final = 12  # lines that a finding names


def by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, in order, where what is said of more than a few things is said of all at once.

    A message says first of what it speaks, and behind a colon what is wrong with it.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for each in findings:
        what = each.message.partition(": ")[2]
        cause = (each.file, each.code, each.level, each.hint, what or each.message)
        groups.setdefault(cause, []).append(each)
    return tuple(one for group in groups.values() for one in _told(group))


def _told(group: Sequence[Finding]) -> Sequence[Finding]:
    first, what = group[0], group[0].message.partition(": ")[2]
    if len(group) <= FEW or not what:
        return group
    of = joined([each.message.partition(": ")[0] for each in group], most=FEW)
    return [replace(first, message=f"{of}: {what}{in_lines(each.line for each in group)}")]


def in_lines(lines: Iterable[int]) -> str:
    """The lines of a page, as a message has them; nothing if they are not known.

    >>> in_lines([7, 3, 0]), in_lines([0])
    (' (lines 3 and 7)', '')
    """
    known = sorted({line for line in lines if line})
    told = joined([str(line) for line in known], most=_LINES)
    return f" (line{'s' if len(known) > 1 else ''} {told})" if known else ""
