"""The engine: reads an edition of a work by what the work declares.

The page is outlined; each sentence is entered as a passage and tried against the rules of the
work; what they read goes into the ledger as rows. A work that needs more than rules extends
:class:`PageReader`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from interopwatch.capture.english.changes import change
from interopwatch.capture.english.dates import day_order
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import number as number_of
from interopwatch.capture.english.phrases import phrase
from interopwatch.capture.english.sentences import Sentence, is_doubted, is_hearsay, sentences
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.model import Fact, Passage
from interopwatch.capture.page.outline import (
    headings_of,
    is_short_before_prose,
    outline,
    title_of,
)
from interopwatch.capture.works.ledger import Ledger
from interopwatch.capture.works.lists_below import LIST, doubtful_end, list_below
from interopwatch.capture.works.rules import fields_of, filled, with_occasions
from interopwatch.capture.works.spells import Spells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from interopwatch.capture.english.changes import Change
    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.model import Block, Document, Extract, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.work import Format, Move, Rule, Work

_MOST: Final = 100_000  # letters; a longer block is no text that anyone wrote
_SENTENCE: Final = 4_000  # letters; likewise of a sentence
_HALVES: Final = re.compile(r"(?:,|;) (?:while|whereas|and) |; ")
"""What stands between two sentences that are written as one; each has to be read by itself."""
_NOTHING: Final = Sentence("")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a page, or a block that is no running text.

    Attributes:
        text: Its text.
        at: The place of its block in the outline.
        heads: Whether it is the title, a heading or the line with the date.
        last: Whether it ends its block.
        ready: The sentence made ready for rules; empty if no rule is to be tried on it.
        about: The ids of what it is about, by the names that rules have for these.
        take: What reads it that rules cannot, given the number of its passage.
    """

    text: str
    at: int
    heads: bool = False
    last: bool = True
    ready: Sentence = _NOTHING
    about: Mapping[str, str] = field(default_factory=dict)
    take: Callable[[int], None] | None = None

    @property
    def may_state(self) -> bool:
        """Whether it is read."""
        return bool(self.ready.text or self.take)


class PageReader:
    """One page while it is read.

    Attributes:
        work: The work.
        known: What the package knows.
        title: The title of the page, the place of what stands under no heading.
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
        self.title = title_of(document, work.titles)
        self.placed = self.outlined(document)
        self.lists = {
            at: list_below(self.placed, at, known)
            for at, each in enumerate(self.placed)
            if not each.heads and each.block.text.rstrip().endswith(":")
        }
        self.ledger = Ledger(document.where, source, self.title, known.keys)
        self.order = day_order(each.text for each in document.blocks)
        items = {place for places in self.lists.values() for place in places}
        self.sentences = tuple(
            said
            for at, each in enumerate(self.placed)
            for said in self.said_in(at, each, item=at in items)
        )
        if work.occasions:
            ready = with_occasions([each.ready for each in self.sentences], work.occasions)
            pairs = zip(self.sentences, ready, strict=True)
            self.sentences = tuple(replace(said, ready=other) for said, other in pairs)
        self.spells = {
            each.format: Spells(each, self.ledger, known) for each in work.formats if each.member
        }
        self.joined: dict[str, tuple[int, str]] = {}  # who joined NATO, by party
        self.done: set[str] = set()  # the phrases that were met
        self.first: dict[str, int] = {}  # the first passage of each place
        for n, said in enumerate(self.sentences):
            placed = self.placed[said.at]
            locator = self.ledger.locator(placed.path)
            self.first.setdefault(locator, n)
            self.ledger.passages.append(
                Passage(locator, said.text, placed.block.line, settled=said.heads, heads=said.heads)
            )

    def outlined(self, document: Document) -> tuple[Placed, ...]:
        """The blocks of the page with their places."""
        headings = headings_of(document, self.title, self.known, self.heads)
        return outline(document.blocks, headings)

    def heads(self, blocks: Sequence[Block], at: int) -> bool:
        """Whether the layout tells that a block of a page without markup is a heading."""
        return is_short_before_prose(blocks, at)

    def said_in(self, at: int, placed: Placed, *, item: bool) -> Iterator[Said]:
        """The sentences of a block, in order; a heading or an item of a list is one."""
        text = placed.block.text
        whole = self.blocks or placed.heads or item or len(text) > _MOST
        parts = (text,) if whole else sentences(text) or (text,)
        for n, part in enumerate(parts, 1):
            ready = Sentence.of(
                "" if whole or len(part) > _SENTENCE or is_hearsay(part) else part,
                self.work.terms,
                order=self.order,
            )
            yield Said(part, at, placed.heads, n == len(parts), ready)

    def read(self) -> Extract:
        """What the page says."""
        ledger = self.ledger
        for n, said in enumerate(self.sentences):
            if said.heads and ledger.passages[n].locator == ledger.title:
                ledger.give(n, Fact("sources", (ledger.source,)))
            self.take(n, said)
        self.finish()
        self.check()
        return ledger.extract(self.work)

    def take(self, number: int, said: Said) -> None:
        """Read one passage."""
        if said.take:
            said.take(number)
        elif said.may_state:
            self.read_rules(number, said)
            self._move(number, said)

    def finish(self) -> None:
        """Enter what the sentences add up to, once all are read."""
        for rule in self.work.rules:
            if rule.each == "block":
                self._take_block(rule)
        for spells in self.spells.values():
            spells.close()
            for party in self.joined:
                if spells.lasts(party):
                    number, name = self.joined[party]
                    self.ledger.doubt("party-disagrees", number, name=name)
        for each in self.work.formats:
            if each.name:
                self._enter_format(each)

    def check(self) -> None:
        """Report numbers that disagree with the rows, and what an edition has to have."""
        self.ledger.check_counts()
        self.ledger.check_plans()
        for part in self.work.parts:
            rows = self.ledger.table(part.resource).values()
            if not any(part.fields.items() <= row.items() for row in rows):
                self.ledger.found(f"part-missing.{part.level}", part=part.says)

    def heading(self, number: int) -> int:
        """The passage that heads those of a passage's place, which states what they only name."""
        return self.first[self.ledger.passages[number].locator]

    # By the rules

    def read_rules(self, number: int, said: Said) -> None:
        """Enter what rules read out of a sentence of a passage."""
        doubted = is_doubted(said.ready.text)
        for rule in self.work.rules:
            about = rule.about in {"", *said.about} and not (rule.sure and doubted)
            if rule.each != "block" and about and self._is_place(rule, number):
                self._apply(rule, number, said)

    def read_sentences(self, about: Mapping[str, str], text: str, number: int) -> None:
        """Enter what rules read out of the sentences of a passage, which is about something."""
        said = replace(self.sentences[number], about=about)
        for sentence in sentences(text):
            self.read_rules(number, replace(said, ready=Sentence.of(sentence)))

    def _is_place(self, rule: Rule | Move, number: int) -> bool:
        """Whether a passage stands where a rule reads."""
        locator = self.ledger.passages[number].locator
        top = getattr(rule, "top", None)
        return rule.under in fold(locator) and top in {None, locator == self.ledger.title}

    def _apply(self, rule: Rule, number: int, said: Said) -> None:
        """Enter the rows that a rule reads out of a sentence."""
        for match, slots in filled(rule, said.ready, self.known):
            values = {**slots, **said.about}
            told, sure = [number], True
            if rule.each == "phrase":
                if not (rule.first and rule.phrase in self.done):
                    self._state(rule, number, values)
                self.done.add(rule.phrase)
            elif rule.each == "item":
                told = self.listed(said)
                for position, item in enumerate(told, 1):
                    self._state(rule, item, {**values, "position": str(position)})
                if told:
                    self._whole(rule, values)
            else:
                text = values.get("list", "").strip() or self.items(said)
                told = [number] if values.get("list", "").strip() else self.listed(said)
                sure = self._take_list(rule, number, told, text, values)
            if rule.whole and sure and match.end() >= len(said.ready.text.rstrip(".")):
                self.ledger.settle(told)
                if self._is_counted(number, rule):
                    self.ledger.settle([number])

    def _is_counted(self, number: int, rule: Rule) -> bool:
        """Whether a number before a list was read, if there is one: only then that is all."""
        passage = self.ledger.passages[number]
        before = passage.text.partition(":")[0].split()
        counted = any(fact.resource == "stated_counts" for fact in passage.facts)
        return rule.each == "phrase" or counted or not any(map(number_of, before))

    def _state(self, rule: Rule, number: int, values: Mapping[str, str]) -> None:
        fields = self._fields(rule, values)
        self.ledger.state(number, rule.resource, fields, aside=rule.aside)

    def _fields(self, rule: Rule, said: Mapping[str, str]) -> dict[str, str]:
        return fields_of(rule, said, self.known)

    def _list(self, rule: Rule, text: str) -> PartyList | None:
        """The list that a text is to a rule."""
        for each in rule.drop:
            text = phrase(each).sub("", text)
        found = parties_in(text, self.known, "partner")
        ours = [each for each in found.members if rule.kind in {"", each.party.kind}]
        sure = found.understood and not found.rest.strip()
        return found if ours and (not rule.least or (sure and len(ours) >= rule.least)) else None

    def _take_list(
        self, rule: Rule, number: int, told: Sequence[int], text: str, values: Mapping[str, str]
    ) -> bool:
        """Enter the parties of a list; say whether every word of it was read."""
        ledger, found = self.ledger, self._list(rule, text)
        if found is None:
            if not text and not rule.least:
                ledger.doubt("list-missing", number, whose=rule.whose or "parties")
            return False
        ledger.check_parties(found, ledger.passages[number].line, rule.whose)
        ours: dict[str, tuple[Member, list[int]]] = {}
        for member in found.members:
            if rule.kind not in {"", member.party.kind}:
                said = {"name": member.name, "whose": rule.whose, "kind": rule.kind}
                ledger.doubt("unknown-party.kind", number, **said)
            else:
                ours[member.party.party] = (member, self.naming(member, told))
                ally = self.known.roles.get(member.party.party) == "ally"
                if ally and rule.role not in {"", "ally"}:
                    ledger.doubt("role-differs", number, name=member.name, whose=rule.whose)
        spells = self.spells.get(rule.fields.get("format", ""))
        if spells and rule.resource == "memberships":
            spells.listed(ours, number)
        else:
            self._enter_parties(rule, ours, values)
        last = self.sentences[told[-1]].at
        doubted = len(told) > 1 and doubtful_end(self.placed, last, self.known)
        if doubted:
            said = {"name": doubted.text, "whose": rule.whose or "parties"}
            ledger.found("unknown-party.maybe", doubted.line, **said)
        elif found.understood:
            self._whole(rule, values)
        return found.understood and not found.rest.strip() and not doubted

    def _enter_parties(
        self,
        rule: Rule,
        members: Mapping[str, tuple[Member, list[int]]],
        values: Mapping[str, str],
    ) -> None:
        for position, (party, (member, passages)) in enumerate(members.items(), 1):
            place = {"position": str(position), "party": party, "capacity": member.capacity}
            for number in passages:
                self._state(rule, number, {**values, **place})
                role = "" if self.known.roles.get(party) == "ally" else rule.role
                self.ledger.state_party(number, member.party, member.name, role)

    def _take_block(self, rule: Rule) -> None:
        """Enter the one block that is a list itself, where nothing introduces the list."""
        spells = self.spells.get(rule.fields.get("format", ""))
        if spells and spells.is_listed:
            return
        found = [
            number
            for number, said in enumerate(self.sentences)
            if not said.heads and len(said.text) <= LIST and self._is_place(rule, number)
            and self._list(rule, said.text)
        ]  # fmt: skip
        if len(found) == 1:
            self._take_list(rule, found[0], found, self.sentences[found[0]].text, {})
            self.ledger.settle(found)

    def _whole(self, rule: Rule, values: Mapping[str, str]) -> None:
        """Note that a list was read whole: its rows share what is not of each of them."""
        one = ("{position}", "{party}", "{capacity}")
        common = {n: t for n, t in rule.fields.items() if t and not any(o in t for o in one)}
        fields = self._fields(msgspec.structs.replace(rule, fields=common), values)
        self.ledger.whole(rule.resource, **fields)

    # Who came and went, and what is named

    def _move(self, number: int, said: Said) -> None:
        """Enter who came into a format, or went, as a sentence or each of its halves tells."""
        sentence, items = said.ready, self.items(said)
        moves = [move for move in self.work.changes if self._is_place(move, number)]
        halves = [replace(sentence, text=each) for each in _HALVES.split(sentence.text)]
        for parts in [[sentence], *([halves] if len(halves) > 1 else [])]:
            found = [each for part in parts if (each := self._change(part, moves, items))]
            if len(found) == len(parts):
                for move, told in found:
                    self._enter_change(move, told, number)
                if any(told.vague for _, told in found):
                    self.ledger.doubt("date-coarse", number, sentence=said.text)
                return
        met = next((m for m in moves if phrase(m.phrase).search(sentence.text)), None)
        if met:
            self.ledger.note(number, self.spells[met.format].format.unread)

    def _change(
        self, part: Sentence, moves: Sequence[Move], items: str
    ) -> tuple[Move, Change] | None:
        """The first of some changes that is read in a part of a sentence."""
        found = ((move, change(part, move.phrase, self.known, items)) for move in moves)
        return next(((move, told) for move, told in found if told), None)

    def _enter_change(self, move: Move, found: Change, number: int) -> None:
        spells = self.spells[move.format]
        if move.field == "start":
            spells.begin(found, move.count, number)
            return
        joined = move.joins or found.joining
        sure = move.names or spells.format.term in found.subject
        spells.end(found, number, joined=joined, sure=sure)
        for member, date in zip(found.members, found.dates, strict=True):
            if joined:
                row = {"party": member.party.party, "kind": "country", "name": member.name}
                row |= {"alliance_role": "ally", **({"joined_alliance": date} if date else {})}
                self.ledger.state(number, "parties", row)
                self.joined[member.party.party] = (number, member.name)

    def _enter_format(self, declared: Format) -> None:
        """Enter the row of a format that the page names.

        It stands where a sentence states it; failing that, under the heading that names it;
        failing that, where it is named first.
        """
        short = fold(declared.name).removesuffix("s")
        named = [
            n
            for n, said in enumerate(self.sentences)
            if (said.heads or said.may_state) and short in fold(said.text)
        ]
        if not named:
            self.ledger.table("formats").pop((declared.format,), None)
            return
        passages, texts = self.ledger.passages, [self.sentences[n].text for n in named]
        heads = [n for n in named if passages[n].heads and passages[n].locator != self.ledger.title]
        row = {"format": declared.format, "name": declared.name}
        introduced = (f"({declared.acronym})", f"({declared.acronym}s)")
        if any(form in text for text in texts for form in introduced):
            row["acronym"] = declared.acronym
        self.ledger.state(self.heading([*heads, named[0]][0]), "formats", row)

    # The lists below sentences

    def listed(self, said: Said) -> list[int]:
        """The passages that make up the list which a sentence introduces."""
        places = self._below(said)
        return [n for n, each in enumerate(self.sentences) if each.at in places]

    def items(self, said: Said) -> str:
        """The items of that list as one text, each a name or several."""
        texts = (self.placed[at].block.text for at in self._below(said))
        return ", ".join(clean(text).strip(" ,;.") for text in texts)

    def _below(self, said: Said) -> Sequence[int]:
        """The places of the blocks that make up that list."""
        return self.lists.get(said.at, ()) if said.last else ()

    def naming(self, member: Member, told: Sequence[int]) -> list[int]:
        """Of the passages of a list, those that name a member: where each has an item, its own."""
        passages = self.ledger.passages
        return [n for n in told if len(told) == 1 or member.name in passages[n].text]
