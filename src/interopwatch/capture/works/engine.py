"""Read an edition of a work by the rules that the work declares.

The page is outlined; each sentence is recorded as a passage and matched against the rules of the
work; the rows that they read go into the ledger. A work that needs more than rules extends
:class:`PageReader`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import day_order
from interopwatch.capture.english.lists import goes_on, parties_in
from interopwatch.capture.english.numbers import number as number_of
from interopwatch.capture.english.phrases import phrase
from interopwatch.capture.english.sentences import Sentence, is_doubted, is_hearsay, sentences
from interopwatch.capture.english.text import fingerprint, fold
from interopwatch.capture.model import PASSAGES, Fact, Passage
from interopwatch.capture.page.lines import ENDS
from interopwatch.capture.page.outline import headings_of, is_prose, outline, title_of
from interopwatch.capture.works.ledger import Ledger
from interopwatch.capture.works.lists_below import ListBelow, lists_below
from interopwatch.capture.works.related import articles, beside, label_of
from interopwatch.capture.works.rules import fields_of, filled, with_occasions
from interopwatch.capture.works.spells import Memberships

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.capture.page.outline import Placed
    from interopwatch.capture.works.spells import Listed
    from interopwatch.capture.works.work import Format, Move, Rule, Work

    SourcedValues = tuple[Sequence[int], Mapping[str, str]]

_MOST: Final = 100_000  # characters; nobody writes a longer block
_SENTENCE: Final = 4_000  # characters; nobody writes a longer sentence
_NOTHING: Final = Sentence("")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence of a page, or a block that is not running text."""

    text: str
    at: int  # the index of its block in the outline
    last: bool = True  # whether it ends its block
    ready: Sentence = _NOTHING  # prepared for rules; empty if no rule applies to it
    about: Mapping[str, str] = field(default_factory=dict)  # ids of its subject, by kind
    take: Callable[[int], object] | None = None  # reads passage n instead of the rules

    @property
    def may_state(self) -> bool:
        """Whether it can state rows."""
        return bool(self.ready.text or self.take)


class PageReader:
    """Reader of one page."""

    above: Mapping[str, Sequence[str]] = MappingProxyType({})
    """By the id of a thing, the things of its kind above it, to which rules may relate it."""

    def __init__(
        self,
        work: Work,
        document: Document,
        known: Vocabulary,
        source: str,
        placed: Sequence[Placed] | None = None,
        title: str = "",
    ) -> None:
        """Outline a page, unless its outline and its title are given, and record its passages."""
        self.work, self.document, self.known = work, document, known
        self.beside: list[tuple[Rule, int, Mapping[str, str]]] = []  # read when all rows are known
        self.title = title or title_of(document, work.titles)  # locator of text above all headings
        self.order = day_order(each.text for each in document.blocks)
        self.placed = self._outlined() if placed is None else placed
        self.ledger = Ledger(document.where, source, self.title, known.keys)
        self.lists = lists_below(self.placed, known)
        items = {place for each in self.lists.values() for place in each.places}
        self.sentences = tuple(  # in the order of the ledger's passages
            segment
            for at, each in enumerate(self.placed)
            for segment in self.segments_in(at, each, item=at in items)
        )
        # By the index of a block, the number of its first sentence.
        self.begins = {segment.at: n for n, segment in reversed([*enumerate(self.sentences)])}
        if work.occasions:
            ready = with_occasions([each.ready for each in self.sentences], work.occasions)
            pairs = zip(self.sentences, ready, strict=True)
            self.sentences = tuple(replace(segment, ready=other) for segment, other in pairs)
        for segment in self.sentences:
            place = self.placed[segment.at]
            locator, line, heads = self.ledger.locator(place.path), place.block.line, place.heads
            passage = Passage(locator, segment.text, line, settled=heads, heads=heads)
            self.ledger.passages.append(passage)
        self.memberships = Memberships(work, self.ledger, known)
        numbered = reversed([*enumerate(self.ledger.passages)])
        self.first = {passage.locator: n for n, passage in numbered}  # the first passage of each
        self.done: set[str] = set()  # the phrases whose rows are stated already

    def _outlined(self) -> tuple[Placed, ...]:
        """Return the blocks of the page with their heading paths."""
        headings = headings_of(self.document, self.title, self.known, self.work.layout)
        placed = outline(self.document.blocks, headings)
        related = any(rule.each == "related" for rule in self.work.rules)
        missing = related and label_of(placed) == len(placed)
        return (*placed, *beside(self.document)) if missing else placed

    def segments_in(self, at: int, placed: Placed, *, item: bool) -> Iterator[Segment]:
        """Yield the sentences of a block, in order; a heading or an item of a list is one."""
        text = placed.block.text
        whole = self.work.whole_blocks or placed.heads or item or len(text) > _MOST
        parts = (text,) if whole else sentences(text) or (text,)
        for n, part in enumerate(parts, 1):
            ready = Sentence.of(
                "" if whole or len(part) > _SENTENCE or is_hearsay(part) else part,
                self.work.terms,
                order=self.order,
            )
            yield Segment(part, at, n == len(parts), ready)

    def read(self) -> Extract:
        """Read the page into an extract."""
        ledger = self.ledger
        for n, segment in enumerate(self.sentences):
            if ledger.passages[n].heads and ledger.passages[n].locator == ledger.title:
                ledger.give(n, Fact("sources", (ledger.source,)))
            self.take(n, segment)
        self.finish()
        self.check()
        return ledger.extract(self.work, self.document)

    def take(self, number: int, segment: Segment) -> None:
        """Read one passage."""
        if segment.take:
            segment.take(number)
        elif segment.may_state:
            self.read_rules(number, segment)
            moves = [move for move in self.work.changes if self._is_place(move, number)]
            self.memberships.tell(number, segment.ready, moves, self._below(segment).text)

    def finish(self) -> None:
        """State the rows that depend on the page as a whole, once all sentences are read."""
        for rule in self.work.rules:
            if rule.each == "block":
                self._take_block(rule)
            elif rule.each == "related":
                source = {"source": self.ledger.source}
                self.enter(rule, source, articles(self.placed, self.ledger))
        self.memberships.close()
        for each in self.work.formats:
            if each.name:
                self._enter_format(each)

    def check(self) -> None:
        """Report numbers that disagree with the rows, and parts that an edition lacks."""
        self.ledger.check_counts()
        self.ledger.check_plans()
        for part in self.work.parts:
            rows = self.ledger.table(part.resource).values()
            if not any(part.fields.items() <= row.items() for row in rows):
                self.ledger.found(f"part-missing.{part.level}", part=part.says)
        body = [each for each in self.placed[: label_of(self.placed)] if is_prose(each.block)]
        if len(body) < self.work.paragraphs:
            self.ledger.found("part-missing.paragraphs", many=len(body))
        if self.work.paragraphs and not any(each.path for each in body):
            self.ledger.found("part-missing.headings")

    def heading(self, number: int) -> int:
        """Return the number of the first passage with the locator of a passage: its heading."""
        return self.first[self.ledger.passages[number].locator]

    # Rules

    def read_rules(self, number: int, segment: Segment) -> str:
        """State the rows that rules read in a sentence, and return the text that none reads."""
        doubted, text = is_doubted(segment.ready.text), segment.ready.text
        read: set[int] = set()
        for rule in self.work.rules:
            about = rule.about in {"", *segment.about} and not (rule.sure and doubted)
            if rule.phrase and about and self._is_place(rule, number):
                for match in self._apply(rule, number, segment):
                    read.update(range(*match.span()))
        return "".join(letter for at, letter in enumerate(text) if at not in read)

    def read_sentences(self, about: Mapping[str, str], text: str, number: int) -> str:
        """State the rows that rules read in the sentences of a passage about given things.

        Returns:
            The text that no rule reads.
        """
        segment = replace(self.sentences[number], about=about)
        ready = map(Sentence.of, sentences(text))
        return " ".join(self.read_rules(number, replace(segment, ready=each)) for each in ready)

    def _is_place(self, rule: Rule | Move, number: int) -> bool:
        """Whether a rule applies at the locator of a passage."""
        locator = self.ledger.passages[number].locator
        top = getattr(rule, "top", None)
        return rule.under in fold(locator) and top in {None, locator == self.ledger.title}

    def _apply(self, rule: Rule, number: int, segment: Segment) -> Iterator[re.Match[str]]:
        """State the rows that a rule reads in a sentence, and yield the matches of its phrase."""
        for match, slots in filled(rule, segment.ready, self.known):
            values = {**slots, **segment.about}
            inline = values.get("list", "").strip()
            alone = rule.each == "phrase" or inline
            below = ListBelow(text=inline) if alone else self._below(segment)
            if rule.each == "item" and not below.places:
                continue
            cited = self._cited(number, below)
            if rule.each == "party":
                read = self._take_list(rule, number, below, values)
            elif rule.each == "beside":
                self.beside.append((rule, number, values))
                read = True
            elif rule.each == "other":
                read = self.enter(rule, values, self._others(rule, number, values))
            else:
                read = rule.phrase in self.done or self.enter(
                    rule, values, (([each], {}) for each in cited)
                )
            if rule.first:
                self.done.add(rule.phrase)
            if rule.whole and read and match.end() >= len(segment.ready.text.rstrip(".")):
                self.ledger.settle(cited)
                if self._is_counted(number, rule):
                    self.ledger.settle([number])
            if read:
                yield match

    def _others(
        self, rule: Rule, number: int, values: Mapping[str, str]
    ) -> Iterator[SourcedValues]:
        """Yield the things to which a passage relates its subject: a named one, or some above it.

        A passage known word for word keeps its known relations, whatever the order is now.
        """
        thing = values[rule.about]
        above = self.above.get(thing, ())[-int(values.get("many") or 1) :]
        digest = fingerprint(self.ledger.passages[number].text)
        if any(row["digest"] == digest for row in self.known.rows.get(PASSAGES, ())):
            shared = fields_of(rule, values, self.known, shared=True).items()
            rows = self.known.rows.get(rule.resource, ())
            held = [row["other"] for row in rows if shared <= row.items()]
            above = [each for each in held if each in self.above] or above
        for other in [values["other"]] if values.get("other") else above:
            if other != thing:
                yield [number], {"other": other}

    def enter(self, rule: Rule, values: Mapping[str, str], rows: Iterable[SourcedValues]) -> bool:
        """State rows, each given as the passages that state it and its own values.

        The other values apply to all rows. Return whether there is any row.
        """
        position = 0
        for position, (numbers, own) in enumerate(rows, 1):
            filled_in = {**values, "position": str(position), **own}
            fields = fields_of(rule, filled_in, self.known)
            for number in numbers:
                self.ledger.state(number, rule.resource, fields, aside=rule.aside)
        if rule.each in {"item", "related", "other", "beside"} and position:
            self._whole(rule, values)
        return position > 0

    def _whole(self, rule: Rule, values: Mapping[str, str]) -> None:
        """Record that a list was read completely."""
        self.ledger.whole(rule.resource, **fields_of(rule, values, self.known, shared=True))

    def _is_counted(self, number: int, rule: Rule) -> bool:
        """Whether the number that introduces a list, if any, was read: only then is all read."""
        passage = self.ledger.passages[number]
        before = passage.text.partition(":")[0].split()
        counted = any(fact.resource == "stated_counts" for fact in passage.facts)
        return rule.each == "phrase" or counted or not any(map(number_of, before))

    def _list(self, rule: Rule, text: str) -> PartyList | None:
        """Parse a text as the list of a rule; None if it is no such list."""
        for each in rule.drop:
            text = phrase(each).sub("", text)
        found = parties_in(text, self.known, "partner")
        ours = [each for each in found.members if rule.kind in {"", each.party.kind}]
        enough = not rule.least or (found.alone and len(ours) >= rule.least)
        return found if ours and enough else None

    def _take_list(
        self, rule: Rule, number: int, below: ListBelow, values: Mapping[str, str]
    ) -> bool:
        """State the parties of a list; return whether it is nothing but known participants."""
        ledger, whose = self.ledger, rule.whose or "parties"
        found, cited = self._list(rule, below.text), self._cited(number, below)
        if found is None:
            if not below.text and not rule.least:
                ledger.doubt("list-missing", number, whose=whose)
            return False
        ledger.check_parties(found, ledger.passages[number].line, rule.whose)
        ours: dict[str, tuple[Member, list[int]]] = {}
        for member in found.members:
            party, details = member.party, {"name": member.name, "whose": rule.whose}
            if rule.kind not in {"", party.kind}:
                ledger.doubt("unknown-party.kind", number, **details, kind=rule.kind)
                continue
            if member.role != "participant":  # "Norway (observer)"
                ledger.doubt("unknown-party.role", number, **details, role=member.role)
                continue
            ours[party.party] = (member, self._naming(member, cited))
            if rule.role not in {"", "ally"} and self.known.roles.get(party.party) == "ally":
                ledger.doubt("role-differs", number, **details)
        spells = self.memberships.of(rule)
        if spells:
            spells.listed(ours, number)
        else:
            self.enter(rule, values, self._parties(rule, ours))
        line = below.behind
        if line and goes_on(line.text, self.known) == "maybe":
            ledger.found("unknown-party.maybe", line.line, name=line.text, whose=whose)
            return False
        # A page may be cut off in the middle of its last sentence.
        cut = number == len(self.sentences) - 1 and not ledger.passages[number].text.endswith(ENDS)
        alike = all(member.role == "participant" for member in found.members)
        if found.understood and alike and not (cut and values.get("list")):
            self._whole(rule, values)
        return found.alone and alike

    def _parties(self, rule: Rule, listed: Listed) -> Iterator[SourcedValues]:
        """State the parties of a list, and yield each one's passages and values."""
        for party, (member, numbers) in listed.items():
            role = "" if self.known.roles.get(party) == "ally" else rule.role
            for number in numbers:
                self.ledger.state_party(number, member.party, member.name, role)
            yield numbers, {"party": party, "capacity": member.capacity}

    def _naming(self, member: Member, cited: Sequence[int]) -> list[int]:
        """Return the passages of a list that name a member; a single passage is always returned."""
        passages = self.ledger.passages
        return [n for n in cited if len(cited) == 1 or member.name in passages[n].text]

    def _take_block(self, rule: Rule) -> None:
        """Read a list that nothing introduces, if exactly one block is a list of the rule."""
        spells = self.memberships.of(rule)
        if spells and spells.is_listed:
            return
        found = [
            number
            for number, each in enumerate(self.ledger.passages)
            if not each.heads and self._is_place(rule, number) and self._list(rule, each.text)
        ]
        if len(found) == 1:
            text = self.ledger.passages[found[0]].text
            self._take_list(rule, found[0], ListBelow(text=text), {})
            self.ledger.settle(found)

    def _enter_format(self, declared: Format) -> None:
        """State the row of a format that the page names.

        Its locator is that of the sentence that states it; failing that, of the heading that
        names it; failing that, of its first mention.
        """
        short, passages = fold(declared.name).removesuffix("s"), self.ledger.passages
        named = [
            n
            for n, segment in enumerate(self.sentences)
            if (passages[n].heads or segment.may_state) and short in fold(segment.text)
        ]
        if not named:
            self.ledger.table("formats").pop((declared.format,), None)
            return
        texts = [passages[n].text for n in named]
        heads = [n for n in named if passages[n].heads and passages[n].locator != self.ledger.title]
        row = {"format": declared.format, "name": declared.name}
        introduced = (f"({declared.acronym})", f"({declared.acronym}s)")
        if any(form in text for text in texts for form in introduced):
            row["acronym"] = declared.acronym
        self.ledger.state(self.heading([*heads, named[0]][0]), "formats", row)

    def _below(self, segment: Segment) -> ListBelow:
        """Return the list that a sentence introduces."""
        return self.lists.get(segment.at, ListBelow()) if segment.last else ListBelow()

    def _cited(self, number: int, below: ListBelow) -> list[int]:
        """Return the passages of a list: its items, or the sentence that contains it."""
        return [self.begins[at] for at in below.places] or [number]
