"""The lines of a page that say of which day it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import date_like
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.package.edtf import is_season

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Document

_LONG: Final = 80  # letters; a longer line is no date line
_PROSE: Final = 200  # letters; a longer block is running text
_HEAD: Final = 2  # blocks of running text before which a date may stand alone
_UPDATED: Final = re.compile(
    r"[•·*\s–-]*(?:page |article )?(?:last |latest |date of (?:last )?)?"
    r"(?:updated?|modified|revised|revision|modification)(?: on| at)?\s*[:|–-]?\s*(?=\S)",
    re.IGNORECASE,
)
_PUBLISHED: Final = re.compile(
    r"[•·*\s–-]*(?:first |originally )?(?:published|posted|publication date|date)(?: on| at)?"
    r"\s*[:|–-]?\s*(?=\d|[A-Z])",
    re.IGNORECASE,
)
_SAID_DAY: Final = re.compile(
    r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>(?:19|20)\d\d)"
)
_HYPHEN: Final = re.compile(r"(?<=\d)-(?=[A-Za-z])|(?<=[A-Za-z.])-(?=\d)")
_ISO: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_TIME: Final = re.compile(
    r"[\s,;|–-]*(?:at )?(?:T?\d{1,2}[:.h]\d\d(?::\d\d(?:\.\d{1,9})?)?)?\s*"
    r"(?:[ap]\.?m\.?|hrs|h)?\s*(?:Z|UTC|GMT|CES?T|[A-Z]{3,4}|[+-]\d\d:?\d\d)?[\s.)]*",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"[\s•·*–-]*(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?",
    re.IGNORECASE,
)
_MONTHS: Final = 12
RELATED: Final = frozenset(
    {"related articles", "related posts", "related stories", "related content", "related",
     "more articles", "read more", "read next", "you may also like", "more on this topic"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date that a page gives itself.

    Attributes:
        day: The date, EDTF; empty if it cannot be told.
        text: The text that says so.
        line: The line on which it stands, if it does.
    """

    day: str
    text: str
    line: int = 0

    @property
    def place(self) -> str:
        """The line, as a message has it."""
        return f", line {self.line}" if self.line else ""


def edition_dates(document: Document) -> tuple[StatedDate, ...]:
    """The dates that say of which day a page is, of the kind that says so best.

    A line "Last updated: …" goes before "Published: …", that before a date alone on a line
    before the running text, and that before the stamps in the page's head.
    """
    updated = _labelled(document, _UPDATED)
    if updated:
        return updated
    published = _labelled(document, _PUBLISHED)
    return published or _alone(document) or _stamps(document)


def is_date_line(text: str) -> bool:
    """Whether a block says of which day the page is, and nothing else."""
    if len(text) > _LONG:
        return False
    label = _UPDATED.match(text) or _PUBLISHED.match(text)
    return _date_alone(text[label.end() :] if label else text) is not None


def _labelled(document: Document, label: re.Pattern[str]) -> tuple[StatedDate, ...]:
    return tuple(_labels(document, label))


def _labels(document: Document, label: re.Pattern[str]) -> Iterator[StatedDate]:
    awaited = False
    for block in document.blocks:
        if len(block.text) > _LONG:
            awaited = False
            continue
        if awaited:  # the label stood on a line of its own
            day = _date_alone(block.text)
            if day is not None:
                yield StatedDate(day, block.text, block.line)
        match = label.match(block.text)
        awaited = match is None and fold(block.text) in {"last updated", "updated"}
        if match:
            day = _date_alone(block.text[match.end() :])
            sure = ":" in match[0] or "last" in match[0].lower()
            if day is not None or (sure and any(map(str.isdigit, block.text))):
                yield StatedDate(day or "", block.text, block.line)


def _alone(document: Document) -> tuple[StatedDate, ...]:
    found, prose = [], 0
    for block in document.blocks:
        prose += len(block.text) > _PROSE
        if prose > _HEAD or fold(block.text) in RELATED:
            break
        if len(block.text) <= _LONG and block.kind is not Kind.CAPTION:
            day = _date_alone(block.text)
            if day is not None:
                found.append(StatedDate(day, block.text, block.line))
    return tuple(found)


def _stamps(document: Document) -> tuple[StatedDate, ...]:
    """What the head of the page says, where the reader of the page has kept it."""
    for words in (("modif", "update", "revis"), ("publi", "creat", "issued"), ("",)):
        found = [
            StatedDate(date_in(value) or "", f"{name}: {value}")
            for name, value in document.stamps
            if any(word in name.lower() for word in words)
        ]
        if found:
            return tuple(found)
    return ()


def date_in(text: str) -> str | None:
    """The date that a text begins with, EDTF; empty if it is ambiguous; None without one."""
    found = _found(text)
    return found[0] if found else None


def _date_alone(text: str) -> str | None:
    """The date of a text that holds nothing else but a time of day."""
    found = _found(text)
    if found is None:
        return None
    day, end = found
    rest = _HYPHEN.sub(" ", text)[end:]
    return day if len(rest) <= _LONG and _TIME.fullmatch(rest) else None


def _found(text: str) -> tuple[str, int] | None:
    plain = _HYPHEN.sub(" ", text)
    weekday = _WEEKDAY.match(plain)
    start = weekday.end() if weekday else 0
    iso = _ISO.match(plain, start)
    if iso:
        return iso[0], iso.end()
    numeric = _SAID_DAY.match(plain, start)
    if numeric:
        return _numeric(numeric), numeric.end()
    first = next(iter(date_like(plain[start:])), None)
    if first is None or first.start or is_season(first.edtf):
        return None
    return first.edtf, start + first.end


def _numeric(match: re.Match[str]) -> str:
    """24/07/2025: which is the day can be told only where it can be no month."""
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    if first == second or first > _MONTHS:
        return f"{year}-{second:02}-{first:02}"
    if second > _MONTHS:
        return f"{year}-{first:02}-{second:02}"
    return ""
