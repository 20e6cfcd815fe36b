"""The essay: its sections, and the dates of the articles that it is related to.

The essay states opinions. Themes and statements are our reading of them and are not taken from
the page: every paragraph is accounted for, so that a rewording shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import RELATED, date_in, is_date_line
from interopwatch.capture.page.outline import Placed, Role
from interopwatch.capture.page.site_lines import is_site_line
from interopwatch.capture.works.engine import PageReader
from interopwatch.package.edtf import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.capture.model import Block, Document, Fact
    from interopwatch.findings import Level

_HEADING: Final = 160  # letters; a longer sentence is no heading
_PROSE: Final = 240  # letters; a shorter block is no paragraph of the essay
_FEW: Final = 5  # paragraphs; a whole essay has more
_DESCRIPTION: Final = 80  # letters; a shorter line is no description of an article
_COMPARE: Final = "Compare with the page."


class EssayReader(PageReader):
    """One edition while it is read.

    Attributes:
        start: The place where the related articles begin.
        headed: The places of headings among these.
    """

    blocks = True
    start: int
    headed: frozenset[int]

    def outlined(self, document: Document, title: str) -> tuple[Placed, ...]:
        """The blocks of the page, with the related articles behind them as text."""
        placed = super().outlined(document, title)
        starts = (n for n, each in enumerate(placed) if _is_related(each.block))
        self.start = next(starts, len(placed))
        if self.start == len(placed):
            placed += tuple(_related_in_boilerplate(document))
        behind = range(self.start, len(placed))
        self.headed = frozenset(n for n in behind if _is_headed(placed[n]))
        return tuple(
            replace(each, role=Role.TEXT) if n >= self.start else each
            for n, each in enumerate(placed)
        )

    def heads(self, blocks: Sequence[Block], at: int) -> bool:
        """A heading is a short sentence with its full stop, alone between long paragraphs."""
        return _is_heading(blocks, at)

    def finish(self) -> None:
        """Read the related articles."""
        told = enumerate(self.placed)
        self.ledger.settle(n for n, e in told if is_site_line(e.block.text) or _is_related(e.block))
        self._read_articles()
        if self.ledger.table("readings"):
            self.ledger.whole("readings")

    def _read_articles(self) -> None:
        """Read the related articles: descriptions, each with its date below (or above) it."""
        behind = range(self.start, len(self.placed))
        dated = {n for n in behind if is_date_line(self.placed[n].block.text)}
        ours = [n for n in behind if not is_site_line(self.placed[n].block.text)]
        articles = [n for n in ours if n not in self.headed]
        groups = list(_groups(articles, dated))
        usual = Counter(len(g) for g in groups if dated & set(g)).most_common(1)
        size = usual[0][0] if usual else 0
        for group in groups:
            if dated & set(group):
                self._read_article(group, dated, size)
                continue
            for n in group:
                if len(self.placed[n].block.text) >= _DESCRIPTION:
                    message = "what stands here among the related articles has no date"
                    self.ledger.doubt(n, "reading-undated", message, _COMPARE, "warning")

    def _read_article(self, group: list[int], dated: set[int], size: int) -> None:
        """Read one article, whose blocks are usually so many."""
        spare: list[int] = []
        extra = len(group) - size
        if extra:
            # With one description to each date, one too many is an article without a date.
            alone = size == 2 and extra > 0  # noqa: PLR2004 - a description and its date
            message = "among the related articles, descriptions and dates do not alternate here"
            level: Level = "warning" if alone else "error"
            self.ledger.doubt(group[0], "readings-unclear", message, _COMPARE, level)
            spare = group[:extra] if alone else []
        fact: Fact | None = None
        for n in spare:
            # A short line below a description is what became of its date.
            short = len(self.ledger.passages[n].text) < _DESCRIPTION
            fact = fact if fact and short else self._reading("")
            self.ledger.give(n, fact)
        rest = group[len(spare) :]
        fact = self._reading(self._day(next(n for n in rest if n in dated)))
        for n in rest:
            self.ledger.give(n, fact)
        self.ledger.settle(n for n in rest if n in dated)

    def _reading(self, published: str) -> Fact:
        position, source = str(len(self.ledger.table("readings")) + 1), self.ledger.source
        row = {"source": source, "position": position}
        row |= {"published": published} if published else {}
        return self.ledger.row("readings", "", **row)

    def _day(self, number: int) -> str:
        text = self.ledger.passages[number].text
        day = date_in(text) or ""
        if is_plain(day):
            return day
        message = f"“{text}” is no date that can be read"
        self.ledger.doubt(number, "not-a-date", message, _COMPARE)
        return ""

    def check(self) -> None:
        """Report what the essay has always had and this edition has not."""
        super().check()
        body = [e for e in self.placed[: self.start] if not e.heads and _is_prose(e.block)]
        find = self.ledger.find
        if len(body) <= _FEW:
            message = f"only {len(body)} paragraphs were found: the page seems not to be whole"
            find("part-missing", 0, message, _COMPARE)
        if not any(each.path for each in body):
            message = "no heading of a section was found"
            find("part-missing", 0, message, _COMPARE, "warning")


def _is_headed(placed: Placed) -> bool:
    """Whether a block among the related articles is a heading, and no date."""
    dated = is_date_line(placed.block.text)
    return _is_related(placed.block) or (placed.heads and not dated)


def _related_in_boilerplate(document: Document) -> Iterator[Placed]:
    """The related articles, where they were taken for something beside the text."""
    label = ""
    for block in document.boilerplate:
        label = label or (block.text if _is_related(block) else "")
        if label:
            yield Placed(block, (label,))


def _is_heading(blocks: Sequence[Block], at: int) -> bool:
    """A heading is a short sentence with its full stop, alone between long paragraphs."""
    text = blocks[at].text
    if fold(text) in RELATED:
        return True
    if len(text) > _HEADING or not text.endswith((".", "?", "!")) or len(sentences(text)) > 1:
        return False
    above = next((b for b in reversed(blocks[:at]) if not is_site_line(b.text)), None)
    below = next((b for b in blocks[at + 1 :] if not is_site_line(b.text)), None)
    return above is not None and below is not None and _is_prose(above) and _is_prose(below)


def _is_prose(block: Block) -> bool:
    return block.kind is not Kind.HEADING and len(block.text) >= _PROSE


def _is_related(block: Block) -> bool:
    return fold(block.text) in RELATED


def _groups(articles: list[int], dated: set[int]) -> Iterator[list[int]]:
    """The blocks of each article: a date ends one, or begins one if the first block is a date."""
    first = bool(articles) and articles[0] in dated
    group: list[int] = []
    for n in articles:
        if n in dated and first and group:
            yield group
            group = []
        group.append(n)
        if n in dated and not first:
            yield group
            group = []
    if group:
        yield group
