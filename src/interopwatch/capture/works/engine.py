"""The engine: reads an edition of a work by what the work declares.

The page is outlined; each sentence is entered as a passage and tried against the rules of the
work; what they read goes into the ledger as rows. A work that needs more than rules extends
:class:`PageReader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from interopwatch.capture.english.dates import day_order
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import amounts, is_hedged, number
from interopwatch.capture.english.phrases import kinds, phrase
from interopwatch.capture.english.sentences import Sentence, is_hearsay, sentences
from interopwatch.capture.english.text import clean, fold, slug
from interopwatch.capture.model import Fact, Kind
from interopwatch.capture.page.outline import headings_of, is_short_before_prose, outline
from interopwatch.capture.page.title import title_of
from interopwatch.capture.works.ledger import Ledger

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Block, Document, Extract, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.work import Rule, Work

_SHORT: Final = 60  # letters of a line that may be one country of a list
_MOST: Final = 100_000  # letters; a longer block is no text that anyone wrote
_SENTENCE: Final = 4_000  # letters; likewise of a sentence
_SURE: Final = ("number", "amount")
"""Slots without which a phrase is not read; they may look like one and be none."""
LIST: Final = 10_000
"""Letters; a longer block is no list of countries."""
ROLE: Final = (
    "The tables keep its role. If it changed, say so in tables/parties.csv, with the date."
)
"""What to do where a list has an Ally as a partner, or the other way round."""


def filled(rule: Rule, sentence: Sentence) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    """Where a sentence holds the phrase of a rule, and what its slots hold there."""
    for match in phrase(rule.phrase).finditer(sentence.text):
        said = {name: text or "" for name, text in match.groupdict().items()}
        for name, kind in kinds(rule.phrase).items():
            if kind == "number":
                many = number(said[name])
                hedged = match.start(name) == match.start() and is_hedged(
                    sentence.text, match.start()
                )
                said[name] = "" if many is None or hedged else str(many)
            elif kind == "amount":
                at = match.span(name)
                sums = (each for each in amounts(sentence.text) if (each.start, each.end) == at)
                money = next(sums, None)
                said[name], said["currency"] = (money.value, money.currency) if money else ("", "")
            elif kind == "figures":
                said[name] = said[name].replace(",", "")
            else:
                said[name] = sentence.plain(said[name])
        if all(said[name] for name, kind in kinds(rule.phrase).items() if kind in _SURE):
            yield match, said


def fields_of(rule: Rule, said: Mapping[str, str], key: Collection[str]) -> dict[str, str]:
    """The fields of a row that a rule states. Ids, in its key, are slugs, except those of parties.

    A field that the rule leaves empty has no value any more; one that only a slot leaves empty
    was not read.
    """
    filled = ((name, template, template.format_map(said)) for name, template in rule.fields.items())
    fields = {name: text for name, template, text in filled if text or not template}
    ids = {*key} - {"party"}
    return {name: slug(text) if name in ids else text for name, text in fields.items()}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a page, or a block that is no running text.

    Attributes:
        text: Its text.
        at: The place of its block in the outline.
        heads: Whether it is the title, a heading or the line with the date.
        last: Whether it ends its block.
        ready: The sentence made ready for rules; empty if no rule is to be tried on it.
    """

    text: str
    at: int
    heads: bool
    last: bool
    ready: Sentence

    @property
    def may_state(self) -> bool:
        """Whether rules are to be tried on it."""
        return bool(self.ready.text)


class PageReader:
    """One page while it is read.

    Attributes:
        work: The work.
        known: What the package knows.
        placed: The blocks of the page with their places.
        lists: The places of the blocks that make up the list below a block.
        order: Which of day and month it has first in figures.
        sentences: The sentences of the page; the passage of each has its number.
        ledger: What is being taken from the page.
        blocks: Whether its passages are whole blocks, of which no sentence states a row.
    """

    blocks: ClassVar[bool] = False

    def __init__(self, work: Work, document: Document, known: Vocabulary, source: str) -> None:
        self.work, self.known = work, known
        title = title_of(document, work.titles)
        self.placed = self.outlined(document, title)
        self.lists = {
            at: list_below(self.placed, at, known)
            for at, each in enumerate(self.placed)
            if not each.heads and each.block.text.rstrip().endswith(":")
        }
        self.ledger = Ledger(document.where, source, title, known.keys)
        self.order = day_order(each.text for each in document.blocks)
        self.sentences = tuple(self._sentences())
        for said in self.sentences:
            path, line = self.placed[said.at].path, self.placed[said.at].block.line
            self.ledger.passage(
                self.ledger.locator(path), said.text, line, settled=said.heads, heads=said.heads
            )

    def outlined(self, document: Document, title: str) -> tuple[Placed, ...]:
        """The blocks of the page with their places."""
        headings = headings_of(document, title, self.known, self.heads)
        return outline(document.blocks, headings)

    def heads(self, blocks: Sequence[Block], at: int) -> bool:
        """Whether the layout tells that a block of a page without markup is a heading."""
        return is_short_before_prose(blocks, at)

    def _sentences(self) -> Iterator[Said]:
        """The sentences, in order; a heading or a block of a list is one."""
        items = {place for places in self.lists.values() for place in places}
        for at, each in enumerate(self.placed):
            text = each.block.text
            whole = self.blocks or each.heads or at in items or len(text) > _MOST
            parts = (text,) if whole else sentences(text) or (text,)
            for n, part in enumerate(parts, 1):
                ready = Sentence.of(
                    "" if whole or len(part) > _SENTENCE or is_hearsay(part) else part,
                    self.work.terms,
                    order=self.order,
                )
                yield Said(part, at, each.heads, n == len(parts), ready)

    def read(self) -> Extract:
        """What the page says."""
        ledger = self.ledger
        for n, said in enumerate(self.sentences):
            if said.heads and ledger.passages[n].locator == ledger.title:
                ledger.give(n, Fact("sources", (ledger.source,)))
            if said.may_state:
                for rule in self.work.rules:
                    if rule.under in fold(ledger.passages[n].locator):
                        self.apply(rule, n, said)
                self.sentence(n, said)
        self.finish()
        self.check()
        return ledger.extract(self.work)

    def sentence(self, number: int, said: Said) -> None:
        """Read what rules cannot of a sentence."""

    def finish(self) -> None:
        """Enter what the sentences add up to, once all are read."""

    def check(self) -> None:
        """Report numbers that disagree with the rows, and what an edition has to have."""
        self.ledger.check_counts()
        for part in self.work.parts:
            rows = self.ledger.table(part.resource).values()
            if not any(part.fields.items() <= row.items() for row in rows):
                message = f"nothing was found that says {part.says}"
                hint = "Give the whole page; if it says so in other words, enter them by hand."
                self.ledger.find("part-missing", 0, message, hint, part.level)

    def apply(self, rule: Rule, number: int, said: Said) -> None:
        """Enter the rows that a rule reads out of a sentence."""
        for match, values in filled(rule, said.ready):
            told = [number]
            if rule.each == "phrase":
                self.ledger.state(number, rule.resource, **self._fields(rule, values))
            elif rule.each == "item":
                told = self.listed(said)
                for position, item in enumerate(told, 1):
                    fields = self._fields(rule, {**values, "position": str(position)})
                    self.ledger.state(item, rule.resource, **fields)
                if told:
                    self._whole(rule, values)
            else:
                text = values.get("list") or self.items(said)
                told = [number] if values.get("list") else self.listed(said)
                self._list(rule, number, told, text, values)
            if rule.whole and match.end() >= len(said.ready.text.rstrip(".")):
                self.ledger.settle({number, *told})

    def _fields(self, rule: Rule, said: Mapping[str, str]) -> dict[str, str]:
        return fields_of(rule, said, self.known.keys[rule.resource])

    def _list(
        self, rule: Rule, number: int, told: Sequence[int], text: str, values: Mapping[str, str]
    ) -> None:
        found = parties_in(text, self.known, "partner")
        self.ledger.check_parties(found, self.ledger.passages[number].line)
        for position, member in enumerate(found.members, 1):
            place = {"position": str(position), "party": member.party.party}
            fields = self._fields(rule, {**values, **place, "capacity": member.capacity})
            for passage in self.naming(member, told):
                self.ledger.state(passage, rule.resource, **fields)
                self.add_party(member, passage)
        if found.understood:
            self._whole(rule, values)

    def _whole(self, rule: Rule, values: Mapping[str, str]) -> None:
        """Note that a list was read whole: its rows share what is not of each of them."""
        one = ("{position}", "{party}", "{capacity}")
        common = {n: t for n, t in rule.fields.items() if t and not any(o in t for o in one)}
        fields = self._fields(msgspec.structs.replace(rule, fields=common), values)
        self.ledger.whole(rule.resource, **fields)

    # What readers of single works need too

    def listed(self, said: Said) -> list[int]:
        """The passages that make up the list which a sentence introduces."""
        places = self.lists.get(said.at, ()) if said.last else ()
        return [n for n, each in enumerate(self.sentences) if each.at in places]

    def items(self, said: Said) -> str:
        """The items of that list as one text, each a name or several."""
        places = self.lists.get(said.at, ()) if said.last else ()
        return ", ".join(clean(self.placed[at].block.text).strip(" ,;.") for at in places)

    def naming(self, member: Member, told: Sequence[int]) -> list[int]:
        """Of the passages of a list, those that name a member: where each has an item, its own."""
        passages = self.ledger.passages
        return [n for n in told if len(told) == 1 or member.name in passages[n].text]

    def add_party(self, member: Member, number: int, role: str = "") -> None:
        """Enter a party that a passage names."""
        locator = self.ledger.passages[number].locator
        self.ledger.give(number, self.ledger.party(locator, member.party, member.name, role))


def list_below(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> tuple[int, ...]:
    """The places of the blocks that make up the list which a block introduces."""
    here = placed[at].block
    if at + 1 >= len(placed) or placed[at + 1].heads:
        return ()
    first = placed[at + 1].block
    if first.kind is Kind.ITEM:
        nested = first.level > here.level or here.kind is not Kind.ITEM
        return tuple(_items(placed, at, first.level, None if nested else known))
    return tuple(_paragraphs(placed, at, known)) if first.kind is Kind.PARAGRAPH else ()


def _items(
    placed: tuple[Placed, ...], at: int, level: int, known: Vocabulary | None
) -> Iterator[int]:
    """Items one after another; those of the sentence's own level only while they are parties."""
    for place in range(at + 1, len(placed)):
        each = placed[place]
        if each.heads or each.block.kind is not Kind.ITEM or each.block.level < level:
            return
        if len(each.block.text) > LIST:
            return
        if known is not None and not parties_in(each.block.text, known).understood:
            return
        yield place


def _paragraphs(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> Iterator[int]:
    """Lines each of which is a party, or lines that end in a semicolon, and the last."""
    goes_on = was_single = False
    for place in range(at + 1, len(placed)):
        each = placed[place]
        text = each.block.text
        if each.heads or each.block.kind is not Kind.PARAGRAPH or len(text) > LIST:
            return
        single = len(text) <= _SHORT and parties_in(text, known).understood
        if place > at + 1 and not (goes_on or (was_single and single)):
            return
        yield place
        goes_on, was_single = text.endswith((";", ",")), single
