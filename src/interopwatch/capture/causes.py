"""Findings of one cause as one: a label that a page gave another name is not 29 faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace

from interopwatch.package.labels import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from interopwatch.findings import Finding

_T = TypeVar("_T")

FEW: Final = 3
"""So many findings of one cause are told one by one: each of them may have a cause of its own."""
_LINES: Final = 12  # lines that a finding names


def grouped(things: Iterable[_T], cause: Callable[[_T], Hashable]) -> Iterator[list[_T]]:
    """More than a few things of one cause together, in order; any other by itself."""
    groups: dict[Hashable, list[_T]] = {}
    for each in things:
        groups.setdefault(cause(each), []).append(each)
    for group in groups.values():
        yield from [group] if len(group) > FEW else ([one] for one in group)


def by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, in order, where what is said of more than a few things is said of all at once.

    A message says first of what it speaks, and behind a colon what is wrong with it.
    """

    def cause(each: Finding) -> Hashable:
        what = each.message.partition(": ")[2]
        return each.file, each.code, each.level, each.hint, what or each

    return tuple(_as_one(group) for group in grouped(findings, cause))


def _as_one(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    of = joined([each.message.partition(": ")[0] for each in group], most=FEW)
    what = group[0].message.partition(": ")[2]
    return replace(group[0], message=f"{of}: {what}{in_lines(each.line for each in group)}")


def in_lines(lines: Iterable[int]) -> str:
    """The lines of a page, as a message has them; nothing if they are not known.

    >>> in_lines([7, 3, 0]), in_lines([0])
    (' (lines 3 and 7)', '')
    """
    known = sorted({line for line in lines if line})
    told = joined([str(line) for line in known], most=_LINES)
    return f" (line{'s' if len(known) > 1 else ''} {told})" if known else ""
