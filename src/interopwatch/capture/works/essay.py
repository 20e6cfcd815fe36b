"""The essay: its sections, and the dates of the articles that it is related to.

The essay states opinions. Themes and statements are our reading of them and are not taken from
the page: every paragraph is accounted for, so that a rewording shows.
"""

from __future__ import annotations

from collections import Counter
from itertools import dropwhile, pairwise, takewhile
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.boilerplate import is_site_line
from interopwatch.capture.page.datelines import RELATED, date_in, is_date_line
from interopwatch.capture.page.outline import Placed
from interopwatch.capture.works.engine import PageReader
from interopwatch.package.edtf import is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.model import Block, Document

_HEADING: Final = 160  # letters; a longer sentence is no heading
_PROSE: Final = 240  # letters; a shorter block is no paragraph of the essay
_FEW: Final = 5  # paragraphs; a whole essay has more
_DESCRIPTION: Final = 80  # letters; a shorter line is no description of an article


class EssayReader(PageReader):
    """One edition while it is read."""

    blocks = True

    def outlined(self, document: Document) -> tuple[Placed, ...]:
        """The blocks of the page, and the related articles, if they stand beside its text."""
        placed = super().outlined(document)
        if any(_is_related(each.block) for each in placed):
            return placed
        beside = list(dropwhile(lambda block: not _is_related(block), document.boilerplate))
        return (*placed, *(Placed(block, (beside[0].text,)) for block in beside))

    def heads(self, blocks: Sequence[Block], at: int) -> bool:
        """A heading is a short sentence with its full stop, alone between long paragraphs."""
        text = blocks[at].text
        if fold(text) in RELATED:
            return True
        if len(text) > _HEADING or not text.endswith((".", "?", "!")) or len(sentences(text)) > 1:
            return False
        above = next((b for b in reversed(blocks[:at]) if not is_site_line(b.text)), None)
        below = next((b for b in blocks[at + 1 :] if not is_site_line(b.text)), None)
        return above is not None and below is not None and _is_prose(above) and _is_prose(below)

    def finish(self) -> None:
        """Read the related articles: descriptions, each with its date below (or above) it."""
        site = {n for n, each in enumerate(self.placed) if is_site_line(each.block.text)}
        labels = {n for n, each in enumerate(self.placed) if _is_related(each.block)}
        self.ledger.settle(site | labels)
        behind = range(min(labels, default=len(self.placed)), len(self.placed))
        dated = {n for n in behind if is_date_line(self.placed[n].block.text)}
        titles = {n for n in behind if self.placed[n].heads} - dated
        captions = {n for n in behind if self.placed[n].block.kind is Kind.CAPTION}
        articles = [n for n in behind if n not in site | labels | titles | captions]
        # A date ends its article; if the first block is a date, each begins its own.
        below = not articles or articles[0] not in dated
        cuts = [at + below for at, n in enumerate(articles) if n in dated]
        groups = [articles[a:b] for a, b in pairwise((0, *cuts, len(articles))) if a < b]
        usual = Counter(len(group) for group in groups if dated & {*group}).most_common(1)
        for group in groups:
            if dated & {*group}:
                self._read_article(group, dated, usual[0][0])
                continue
            for n in group:
                if not self._is_short(n):
                    self.ledger.doubt("reading-undated", n)
        if self.ledger.table("readings"):
            self.ledger.whole("readings")

    def _read_article(self, group: list[int], dated: set[int], size: int) -> None:
        """Read one article, whose blocks are usually so many."""
        # What is short beside a whole article is a caption or a button.
        told = [n for n in group if n in dated or not self._is_short(n)]
        group = told if len(told) == size else group
        extra = len(group) - size
        # With one description to each date, one too many is an article without a date.
        alone = size == 2 and extra > 0  # noqa: PLR2004 - a description and its date
        if extra:
            self.ledger.doubt(f"readings-unclear{'.one' * alone}", group[0])
        spare, rest = (group[:extra], group[extra:]) if alone else ([], group)
        for at, n in enumerate(spare):
            # A short line below a description is what became of its date.
            self._reading([n], "", more=bool(at) and self._is_short(n))
        self._reading(rest, self._day(next(n for n in rest if n in dated)))
        self.ledger.settle(n for n in rest if n in dated)

    def _is_short(self, number: int) -> bool:
        return len(self.ledger.passages[number].text) < _DESCRIPTION

    def _reading(self, passages: list[int], published: str, *, more: bool = False) -> None:
        """Enter an article that passages tell of; ``more`` passages of the one before it."""
        position = len(self.ledger.table("readings")) + (not more)
        row = {"source": self.ledger.source, "position": str(position)}
        row |= {"published": published} if published else {}
        for n in passages:
            self.ledger.state(n, "readings", row)

    def _day(self, number: int) -> str:
        text = self.ledger.passages[number].text
        day = date_in(text) or ""
        if not is_plain(day):
            self.ledger.doubt("not-a-date", number, text=text)
        return day if is_plain(day) else ""

    def check(self) -> None:
        """Report what the essay has always had and this edition has not."""
        super().check()
        essay = takewhile(lambda each: not _is_related(each.block), self.placed)
        body = [each for each in essay if not each.heads and _is_prose(each.block)]
        if len(body) <= _FEW:
            self.ledger.found("part-missing.paragraphs", many=len(body))
        if not any(each.path for each in body):
            self.ledger.found("part-missing.headings")


def _is_prose(block: Block) -> bool:
    return block.kind is not Kind.HEADING and len(block.text) >= _PROSE


def _is_related(block: Block) -> bool:
    return fold(block.text) in RELATED
