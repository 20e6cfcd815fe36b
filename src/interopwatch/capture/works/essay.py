"""The essay, as tables: the edition, its sections, and the articles it is related to.

The essay states opinions. Themes and statements are our reading of them and are not taken from
the page: every paragraph is accounted for, so that a rewording shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold, sentences
from interopwatch.capture.model import Extract, Fact, Kind, Passage
from interopwatch.capture.page.datelines import RELATED, date_in, is_date_line
from interopwatch.capture.page.outline import Placed, outline
from interopwatch.capture.works.registry import ESSAY
from interopwatch.findings import Finding
from interopwatch.package.edtf import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Block, Document, Known, Row
    from interopwatch.findings import Level

OWNS: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {"readings": ({},)}
"""The rows that the work feeds: all readings, whatever their edition."""
_HEADING: Final = 160  # letters; a longer sentence is no heading
_PROSE: Final = 240  # letters; a shorter block is no paragraph of the essay
_FEW: Final = 5  # paragraphs; a whole essay has more
_DESCRIPTION: Final = 80  # letters; a shorter line is no description of an article
_ADVERTS: Final = frozenset({"advertisement", "advertisements", "sponsored", "ad", "promotion"})
_SHARING: Final = frozenset(
    ("facebook", "x", "reddit", "twitter", "linkedin", "whatsapp", "telegram", "pinterest",
     "email", "e-mail", "share", "copy", "link", "print", "this", "on", "bluesky")
)  # fmt: skip


def extract(document: Document, known: Known, source: str) -> Extract:
    """Read an edition of the essay.

    Args:
        document: The page.
        known: What the package knows: headings of earlier editions.
        source: The id of the edition, ``essay-YYYY-MM-DD``.
    """
    found = outline(document, ESSAY, known, heads=_is_heading)
    placed = found.placed
    start = next((n for n, each in enumerate(placed) if _is_related(each.block)), None)
    if start is None:
        # Whoever read the page may have taken the list for something beside the text.
        aside = tuple(
            Placed(block, block.text if _is_related(block) else "", heads=_is_related(block))
            for block in document.furniture
        )
        at = next((n for n, each in enumerate(aside) if each.heads), None)
        start = len(placed)
        if at is not None:
            label = aside[at].block.text
            placed += tuple(Placed(e.block, label, heads=e.heads) for e in aside[at:])
    reading = _Reading(document.where, source)
    body = [each for each in placed[:start] if not each.heads and _is_prose(each.block)]
    sections = {each.locator for each in body} - {found.title}
    readings = reading.read(placed[start:])
    passages = (
        *(_passage(each, source, found.title) for each in placed[:start]),
        *readings,
    )
    reading.check(paragraphs=len(body), sections=len(sections))
    row = {
        "source": source, "work": ESSAY.work, "title": found.title.removesuffix("."),
        "publisher": ESSAY.publisher, "kind": ESSAY.kind,
        "published": source.partition("-")[2], "language": "en",
    }  # fmt: skip
    if document.address:
        row["url"] = document.address
    rows = {"sources": (row,), "readings": tuple(reading.rows)}
    return Extract(ESSAY.work, source, rows, passages, tuple(reading.findings), OWNS)


def _passage(placed: Placed, source: str, title: str) -> Passage:
    block = placed.block
    facts = (Fact("sources", (source,)),) if placed.heads and placed.locator == title else ()
    settled = placed.heads or _is_furniture(block)
    return Passage(placed.locator, block.text, block.line, facts, settled)


def _is_heading(blocks: tuple[Block, ...], at: int) -> bool:
    """A heading is a short sentence with its full stop, alone between long paragraphs."""
    text = blocks[at].text
    if fold(text) in RELATED:
        return True
    if len(text) > _HEADING or not text.endswith((".", "?", "!")) or len(sentences(text)) > 1:
        return False
    above = next((b for b in reversed(blocks[:at]) if not _is_furniture(b)), None)
    below = next((b for b in blocks[at + 1 :] if not _is_furniture(b)), None)
    return above is not None and below is not None and _is_prose(above) and _is_prose(below)


def _is_prose(block: Block) -> bool:
    return block.kind is not Kind.HEADING and len(block.text) >= _PROSE


def _is_related(block: Block) -> bool:
    return fold(block.text) in RELATED


def _is_furniture(block: Block) -> bool:
    """Whether a block is an advertisement's label or a row of links to share the page by."""
    words = fold(block.text).replace("|", " ").replace(",", " ").split()
    return fold(block.text) in _ADVERTS or (bool(words) and _SHARING.issuperset(words))


@dataclass(slots=True)
class _Reading:
    """The state of reading the related articles."""

    where: str
    source: str
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, placed: tuple[Placed, ...]) -> list[Passage]:
        """Read the list: descriptions, each with its date below (or above) it."""
        articles = [
            n for n, e in enumerate(placed) if not e.heads or is_date_line(e.block.text)
        ]  # fmt: skip
        articles = [n for n in articles if not _is_furniture(placed[n].block)]
        groups = list(_groups(placed, articles))
        usual = Counter(len(g) for g in groups if _dated(placed, g)).most_common(1)
        size = usual[0][0] if usual else 0
        facts: dict[int, Fact] = {}
        for group in groups:
            if not _dated(placed, group):
                self._undated(placed, group)
                continue
            extra = len(group) - size
            if extra:
                # With one description to each date, one too many is an article without a date.
                group_line = placed[group[0]].block.line
                alone = size == 2 and extra > 0  # noqa: PLR2004 - a description and its date
                self._find(
                    "readings-unclear",
                    "among the related articles, descriptions and dates do not alternate here",
                    group_line,
                    "error" if not alone else "warning",
                )
                spare = group[:extra] if alone else []
                for number in spare:
                    facts[number] = self._row("")
                group = group[len(spare) :]  # noqa: PLW2901 - the rest of it
            day = next(n for n in group if is_date_line(placed[n].block.text))
            fact = self._row(self._day(placed[day].block))
            facts |= dict.fromkeys(group, fact)
        return [_of_article(each, facts.get(n)) for n, each in enumerate(placed)]

    def _row(self, published: str) -> Fact:
        position = str(len(self.rows) + 1)
        self.rows.append({"source": self.source, "position": position, "published": published})
        return Fact("readings", (self.source, position))

    def _day(self, block: Block) -> str:
        day = date_in(block.text) or ""
        if not is_plain(day):
            message = f"“{block.text}” is no date that can be read"
            self._find("not-a-date", message, block.line, "error")
            return ""
        return day

    def _undated(self, placed: tuple[Placed, ...], group: list[int]) -> None:
        for number in group:
            block = placed[number].block
            if len(block.text) >= _DESCRIPTION:
                message = "what stands here among the related articles has no date"
                self._find("reading-undated", message, block.line, "warning")

    def check(self, *, paragraphs: int, sections: int) -> None:
        """Report what the essay has always had and this edition has not."""
        if paragraphs <= _FEW:
            message = f"only {paragraphs} paragraphs were found: the page seems not to be whole"
            self._find("part-missing", message, 0, "error")
        if not sections:
            self._find("part-missing", "no heading of a section was found", 0, "warning")
        if not self.rows:
            self._find("part-missing", "no related articles were found", 0, "warning")

    def _find(self, code: str, message: str, line: int, level: Level) -> None:
        hint = "Compare with the page."
        self.findings.append(Finding(self.where, line, "", code, message, hint, level))


def _of_article(each: Placed, fact: Fact | None) -> Passage:
    block = each.block
    dated = fact is not None and is_date_line(block.text)
    settled = _is_related(block) or _is_furniture(block) or dated
    facts = (fact,) if fact else ()
    return Passage(each.locator, block.text, block.line, facts, settled)


def _dated(placed: tuple[Placed, ...], group: list[int]) -> bool:
    return any(is_date_line(placed[n].block.text) for n in group)


def _groups(placed: tuple[Placed, ...], articles: list[int]) -> Iterator[list[int]]:
    """The blocks of each article: a date ends one, or begins one if the first block is a date."""
    first = bool(articles) and is_date_line(placed[articles[0]].block.text)
    group: list[int] = []
    for number in articles:
        dated = is_date_line(placed[number].block.text)
        if dated and first and group:
            yield group
            group = []
        group.append(number)
        if dated and not first:
            yield group
            group = []
    if group:
        yield group
