"""The codes and messages of findings about a page, and of reasons to refuse one.

Findings with one cause are reported as one: a renamed label on a page is not 29 problems.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec.structs import replace

from interopwatch.capture.english.phrases import Phrasebook
from interopwatch.errors import CaptureError
from interopwatch.findings import Finding, in_words_of
from interopwatch.package.labels import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

_T = TypeVar("_T")

_FINDINGS: Final[dict[str, Any]] = Phrasebook.of("catalogue.toml").data
_REFUSALS: Final[dict[str, Any]] = _FINDINGS.pop("refusals")
CATALOGUE: Final[dict[str, str]] = {code: each["means"] for code, each in _FINDINGS.items()}
"""The meaning of each code. Its level depends on the consequences of the individual finding."""
FEW: Final = 3
"""At most this many findings of one cause are reported separately: each may have its own cause."""
_LINES: Final = 12  # lines that a finding names


def found(name: str, file: str, line: int = 0, field: str = "", /, **said: object) -> Finding:
    """Create a finding with a message of the catalogue.

    Args:
        name: Its code; if it has several messages, followed by a full stop and a message's name.
        file: The file it is about.
        line: The line in it; 0 if it is about the file as a whole.
        field: The field that it is about.
        said: The values of the placeholders in the message.
    """
    return in_words_of(_FINDINGS, name, (file, line, field), said)


def refused(name: str, **said: object) -> CaptureError:
    """Create the error that refuses a page or an answer, with a message of the catalogue."""
    words = _REFUSALS[name]
    return CaptureError(words["says"].format_map(said), hint=words.get("hint", "").format_map(said))


def as_table() -> str:
    """Return the catalogue as a table in Markdown, for ``docs/updating.md``."""
    rows = [f"| `{code}` | {text} |" for code, text in CATALOGUE.items()]
    return "".join(f"{line}\n" for line in ("| code | what it means |", "|---|---|", *rows))


def grouped(things: Iterable[_T], cause: Callable[[_T], Hashable]) -> Iterator[list[_T]]:
    """Group more than a few things with one cause, in order; yield all others separately."""
    groups: dict[Hashable, list[_T]] = {}
    for each in things:
        groups.setdefault(cause(each), []).append(each)
    for group in groups.values():
        yield from [group] if len(group) > FEW else ([one] for one in group)


def by_cause(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings in order, with more than a few of one cause merged into one.

    A message names its subject, then the problem after a colon; or the entire message is the same
    for all.
    """

    def cause(each: Finding) -> Hashable:
        what = each.message.partition(": ")[2]
        return each.file, each.field, each.code, each.level, each.hint, what or each.message

    told = []
    for first, *others in grouped(findings, cause):
        group, (_, colon, what) = (first, *others), first.message.partition(": ")
        of = joined([each.message.partition(": ")[0] for each in group], most=FEW)
        said = f"{of}: {what}" if colon else first.message
        whole = f"{said}{in_lines(each.line for each in group)}"
        told.append(replace(first, message=whole) if others else first)
    return tuple(told)


def in_lines(lines: Iterable[int]) -> str:
    """Format the lines of a page for a message; empty if they are unknown.

    >>> in_lines([7, 3, 0]), in_lines([0])
    (' (lines 3 and 7)', '')
    """
    known = sorted({line for line in lines if line})
    told = joined([str(line) for line in known], most=_LINES)
    return f" (line{'s' if len(known) > 1 else ''} {told})" if known else ""
