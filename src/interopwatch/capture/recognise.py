"""Recognise the work of which a page is an edition, and the date of the edition.

Successive editions share one address, so the date of the last update identifies an edition as
much as its work does. It is read from the page and never guessed: no clock is consulted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - it is the type of a day, beside dates as texts
from itertools import compress, product
from typing import TYPE_CHECKING, Final

from interopwatch.capture.catalogue import refused
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.boilerplate import SITE
from interopwatch.capture.page.datelines import edition_dates
from interopwatch.capture.page.outline import title_of, titles_shown
from interopwatch.capture.works.registry import WORKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Document
    from interopwatch.capture.works.work import Evidence, Where, Work

_SHORT: Final = 120  # characters; a longer block is not a heading
_ENGLISH: Final = frozenset({"the", "of", "and", "to", "in", "for", "with", "that", "is", "on"})
_ENOUGH_WORDS: Final = 60  # the minimum words to tell whether a text is English
_ENGLISH_SHARE: Final = 0.08
_TOP: Final = 12  # blocks in which to look for the message of an error page
_FEW: Final = 40  # blocks that an error page has at most


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a work."""

    work: str
    date: str  # of its last update, ``YYYY-MM-DD``
    title: str  # as printed, without a final full stop

    @property
    def source(self) -> str:
        """The id of the edition."""
        return f"{self.work}-{self.date}"


@dataclass(frozen=True, slots=True)
class Score:
    """The evidence that a page is an edition of a work."""

    work: Work
    found: tuple[Evidence, ...]
    whole: bool  # whether the page has any text from near the end of the work

    @property
    def points(self) -> int:
        """The sum of the points of the evidence found."""
        return sum(each.points for each in self.found)

    def __str__(self) -> str:
        head = f"{self.work.id}: {self.points} of {self.work.most} points"
        head += f", {self.work.enough} needed"
        found = "; ".join(str(each) for each in self.found) or "nothing"
        return f"{head} (found {found})"


def recognise(
    document: Document, work: str = "", date: str = "", works: Mapping[str, Work] = WORKS
) -> Edition:
    """Recognise the work and the date of a page.

    Args:
        document: The page.
        work: The work, if given by the user: no evidence is needed then.
        date: The date of the edition, ``YYYY-MM-DD``, if given by the user.
        works: The known works by their ids.

    Raises:
        CaptureError: The page matches none of the known works, or several, or is cut off, or its
            date is missing or ambiguous; or the given work or date is invalid.
    """
    if work and work not in works:
        raise refused("unknown-work", work=work, works=", ".join(works))
    if date and not _is_day(date):
        raise refused("given-day", date=date)
    known = works[work] if work else _recognised(document, works)
    day = date or _stated_day(document)
    return Edition(known.id, day, title_of(document, known.titles).removesuffix("."))


def scores(document: Document, works: Mapping[str, Work] = WORKS) -> tuple[Score, ...]:
    """Return the evidence for each work, in the order of the works."""
    texts = _texts(document)

    def is_found(each: Evidence) -> bool:
        part = each.where in {"heading", "text"}
        pairs = product(texts[each.where], each.any_of)
        return sum(text.count(said) if part else text == said for text, said in pairs) >= each.times

    return tuple(
        Score(
            work,
            tuple(filter(is_found, work.evidence)),
            any(each in texts["text"][0] or each in texts["layout"] for each in work.last),
        )
        for work in works.values()
    )


def _texts(document: Document) -> dict[Where, list[str]]:
    """Return the folded texts of a page in which to look for each kind of evidence."""
    texts = [fold(block.text) for block in document.blocks]
    may_head = (
        block.kind is Kind.HEADING
        if document.marked
        else not block.text.endswith((".", ",", ";", ":"))
        for block in document.blocks
    )
    # Advertisements and related articles may have been taken for boilerplate.
    alone = (each.text for each in (*document.blocks, *document.boilerplate))
    return {
        "title": [fold(title) for title in titles_shown(document)],
        "heading": [text for text in compress(texts, may_head) if len(text) <= _SHORT],
        "label": [re.split("[: ]", text, maxsplit=1)[0] for text in texts],
        "layout": [fold(text) for text in alone if len(text) <= _SHORT],
        "text": ["\n".join(texts)],
    }


def _recognised(document: Document, works: Mapping[str, Work]) -> Work:
    found = scores(document, works)
    fit = [score for score in found if score.points >= score.work.enough]
    where, listed = document.where, "; ".join(map(str, fit or found))
    if not fit:
        raise refused("no-work", where=where, why=_why(document), scores=listed)
    if len(fit) > 1:
        ids = ", ".join(score.work.id for score in fit)
        raise refused("several-works", where=where, works=ids, scores=listed)
    work = fit[0].work
    if not fit[0].whole:
        last = " or ".join(f"“{each}”" for each in work.last[:2])
        raise refused("half-a-page", where=where, work=work.id, last=last, score=listed)
    return work


def _why(document: Document) -> str:
    """Return the reason why a page matches no work, for a message; empty if unknown."""
    if not document.blocks:
        return ": it has no text"
    top = [document.title, *(block.text[:_SHORT] for block in document.blocks[:_TOP])]
    error = next((m for text in top if (m := SITE.phrase("no_page").search(text))), None)
    if error and len(document.blocks) <= _FEW:
        return f": it seems to be an error page or a notice (“{error[0].strip(' |–-')}”)"
    if document.language:
        foreign = not document.language.lower().startswith("en")
        said = f": it declares its language as “{document.language}”, and only English is read"
        return said if foreign else ""
    words = [w for block in document.blocks[:_FEW] for w in block.text[:2000].lower().split()]
    share = sum(word in _ENGLISH for word in words) / len(words) if words else 1.0
    if len(words) >= _ENOUGH_WORDS and share < _ENGLISH_SHARE:
        return ": it does not seem to be in English, and only English is read"
    return ""


def _is_day(date: str) -> bool:
    try:
        return str(Day.fromisoformat(date)) == date
    except ValueError:
        return False


def _stated_day(document: Document) -> str:
    stated = edition_dates(document)
    if not stated:
        raise refused("no-day", where=document.where)
    days = list(dict.fromkeys(each.day or "" for each in stated))
    said = ", ".join(map(str, stated))
    if len(days) > 1:
        raise refused("several-days", where=document.where, days=said)
    if not _is_day(days[0]):
        raise refused("bad-day", where=document.where, days=said)
    return days[0]
