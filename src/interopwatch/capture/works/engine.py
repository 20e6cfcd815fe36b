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

    Told = tuple[Sequence[int], Mapping[str, str]]

_MOST: Final = 100_000  # letters; a longer block is no text that anyone wrote
_SENTENCE: Final = 4_000  # letters; likewise of a sentence
_NOTHING: Final = Sentence("")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a page, or a block that is no running text."""

    text: str
    at: int  # the place of its block in the outline
    last: bool = True  # whether it ends its block
    ready: Sentence = _NOTHING  # made ready for rules; empty if none is to be tried on it
    about: Mapping[str, str] = field(default_factory=dict)  # ids, by the names that rules have
    take: Callable[[int], object] | None = None  # reads as passage n what rules cannot

    @property
    def may_state(self) -> bool:
        """Whether it is read."""
        return bool(self.ready.text or self.take)


class PageReader:
    """One page while it is read."""

    above: Mapping[str, Sequence[str]] = MappingProxyType({})
    """By the id of a thing, those above it of its kind, to which rules may relate it."""

    def __init__(
        self,
        work: Work,
        document: Document,
        known: Vocabulary,
        source: str,
        placed: Sequence[Placed] | None = None,
        title: str = "",
    ) -> None:
        """Outline a page, unless its outline and its title are given, and enter its passages."""
        self.work, self.document, self.known = work, document, known
        self.beside: list[tuple[Rule, int, Mapping[str, str]]] = []  # of things beside others
        self.title = title or title_of(document, work.titles)  # the place of what has no heading
        self.order = day_order(each.text for each in document.blocks)
        self.placed = self._outlined() if placed is None else placed
        self.ledger = Ledger(document.where, source, self.title, known.keys)
        self.lists = lists_below(self.placed, known)
        items = {place for each in self.lists.values() for place in each.places}
        self.sentences = tuple(  # the passage of each has its number
            said
            for at, each in enumerate(self.placed)
            for said in self.said_in(at, each, item=at in items)
        )
        # By the place of a block, the number of its first sentence.
        self.begins = {said.at: n for n, said in reversed([*enumerate(self.sentences)])}
        if work.occasions:
            ready = with_occasions([each.ready for each in self.sentences], work.occasions)
            pairs = zip(self.sentences, ready, strict=True)
            self.sentences = tuple(replace(said, ready=other) for said, other in pairs)
        for said in self.sentences:
            place = self.placed[said.at]
            locator, line, heads = self.ledger.locator(place.path), place.block.line, place.heads
            passage = Passage(locator, said.text, line, settled=heads, heads=heads)
            self.ledger.passages.append(passage)
        self.memberships = Memberships(work, self.ledger, known)
        numbered = reversed([*enumerate(self.ledger.passages)])
        self.first = {passage.locator: n for n, passage in numbered}  # likewise of each locator
        self.done: set[str] = set()  # the phrases that state no more

    def _outlined(self) -> tuple[Placed, ...]:
        """The blocks of the page with their places."""
        headings = headings_of(self.document, self.title, self.known, self.work.layout)
        placed = outline(self.document.blocks, headings)
        related = any(rule.each == "related" for rule in self.work.rules)
        missing = related and label_of(placed) == len(placed)
        return (*placed, *beside(self.document)) if missing else placed

    def said_in(self, at: int, placed: Placed, *, item: bool) -> Iterator[Said]:
        """The sentences of a block, in order; a heading or an item of a list is one."""
        text = placed.block.text
        whole = self.work.whole_blocks or placed.heads or item or len(text) > _MOST
        parts = (text,) if whole else sentences(text) or (text,)
        for n, part in enumerate(parts, 1):
            ready = Sentence.of(
                "" if whole or len(part) > _SENTENCE or is_hearsay(part) else part,
                self.work.terms,
                order=self.order,
            )
            yield Said(part, at, n == len(parts), ready)

    def read(self) -> Extract:
        """What the page says."""
        ledger = self.ledger
        for n, said in enumerate(self.sentences):
            if ledger.passages[n].heads and ledger.passages[n].locator == ledger.title:
                ledger.give(n, Fact("sources", (ledger.source,)))
            self.take(n, said)
        self.finish()
        self.check()
        return ledger.extract(self.work, self.document)

    def take(self, number: int, said: Said) -> None:
        """Read one passage."""
        if said.take:
            said.take(number)
        elif said.may_state:
            self.read_rules(number, said)
            moves = [move for move in self.work.changes if self._is_place(move, number)]
            self.memberships.tell(number, said.ready, moves, self._below(said).text)

    def finish(self) -> None:
        """Enter what the sentences add up to, once all are read."""
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
        """Report numbers that disagree with the rows, and what an edition has to have."""
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
        """The passage that heads those of a passage's place, which states what they only name."""
        return self.first[self.ledger.passages[number].locator]

    # By the rules

    def read_rules(self, number: int, said: Said) -> str:
        """Enter what rules read out of a sentence of a passage, and give what none reads."""
        doubted, text = is_doubted(said.ready.text), said.ready.text
        read: set[int] = set()
        for rule in self.work.rules:
            about = rule.about in {"", *said.about} and not (rule.sure and doubted)
            if rule.phrase and about and self._is_place(rule, number):
                for match in self._apply(rule, number, said):
                    read.update(range(*match.span()))
        return "".join(letter for at, letter in enumerate(text) if at not in read)

    def read_sentences(self, about: Mapping[str, str], text: str, number: int) -> str:
        """Enter what rules read out of the sentences of a passage, which is about something.

        Returns:
            What no rule reads.
        """
        said = replace(self.sentences[number], about=about)
        ready = map(Sentence.of, sentences(text))
        return " ".join(self.read_rules(number, replace(said, ready=each)) for each in ready)

    def _is_place(self, rule: Rule | Move, number: int) -> bool:
        """Whether a passage stands where a rule reads."""
        locator = self.ledger.passages[number].locator
        top = getattr(rule, "top", None)
        return rule.under in fold(locator) and top in {None, locator == self.ledger.title}

    def _apply(self, rule: Rule, number: int, said: Said) -> Iterator[re.Match[str]]:
        """Enter the rows that a rule reads out of a sentence, and give where its phrase stands."""
        for match, slots in filled(rule, said.ready, self.known):
            values = {**slots, **said.about}
            inline = values.get("list", "").strip()
            alone = rule.each == "phrase" or inline
            below = ListBelow(text=inline) if alone else self._below(said)
            if rule.each == "item" and not below.places:
                continue
            told = self._told(number, below)
            if rule.each == "party":
                read = self._take_list(rule, number, below, values)
            elif rule.each == "beside":
                self.beside.append((rule, number, values))
                read = True
            elif rule.each == "other":
                read = self.enter(rule, values, self._others(rule, number, values))
            else:
                read = rule.phrase in self.done or self.enter(
                    rule, values, (([each], {}) for each in told)
                )
            if rule.first:
                self.done.add(rule.phrase)
            if rule.whole and read and match.end() >= len(said.ready.text.rstrip(".")):
                self.ledger.settle(told)
                if self._is_counted(number, rule):
                    self.ledger.settle([number])
            if read:
                yield match

    def _others(self, rule: Rule, number: int, values: Mapping[str, str]) -> Iterator[Told]:
        """The things that a passage relates what it is about to: one named, or some above it.

        A passage that is known word for word means those that it meant, in whatever order they are.
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

    def enter(self, rule: Rule, values: Mapping[str, str], rows: Iterable[Told]) -> bool:
        """Enter rows, if there are any; say whether.

        The values are said of all of them. Of each are given the passages that state it, and what
        is said of it alone.
        """
        position = 0
        for position, (numbers, own) in enumerate(rows, 1):
            said = {**values, "position": str(position), **own}
            fields = fields_of(rule, said, self.known)
            for number in numbers:
                self.ledger.state(number, rule.resource, fields, aside=rule.aside)
        if rule.each in {"item", "related", "other", "beside"} and position:
            self._whole(rule, values)
        return position > 0

    def _whole(self, rule: Rule, values: Mapping[str, str]) -> None:
        """Note that a list was read whole."""
        self.ledger.whole(rule.resource, **fields_of(rule, values, self.known, shared=True))

    def _is_counted(self, number: int, rule: Rule) -> bool:
        """Whether a number before a list was read, if there is one: only then that is all."""
        passage = self.ledger.passages[number]
        before = passage.text.partition(":")[0].split()
        counted = any(fact.resource == "stated_counts" for fact in passage.facts)
        return rule.each == "phrase" or counted or not any(map(number_of, before))

    def _list(self, rule: Rule, text: str) -> PartyList | None:
        """The list that a text is to a rule."""
        for each in rule.drop:
            text = phrase(each).sub("", text)
        found = parties_in(text, self.known, "partner")
        ours = [each for each in found.members if rule.kind in {"", each.party.kind}]
        enough = not rule.least or (found.alone and len(ours) >= rule.least)
        return found if ours and enough else None

    def _take_list(
        self, rule: Rule, number: int, below: ListBelow, values: Mapping[str, str]
    ) -> bool:
        """Enter the parties of a list; say whether every word of it was read."""
        ledger, whose = self.ledger, rule.whose or "parties"
        found, told = self._list(rule, below.text), self._told(number, below)
        if found is None:
            if not below.text and not rule.least:
                ledger.doubt("list-missing", number, whose=whose)
            return False
        ledger.check_parties(found, ledger.passages[number].line, rule.whose)
        ours: dict[str, tuple[Member, list[int]]] = {}
        for member in found.members:
            party, said = member.party, {"name": member.name, "whose": rule.whose}
            if rule.kind not in {"", party.kind}:
                ledger.doubt("unknown-party.kind", number, **said, kind=rule.kind)
                continue
            if member.role != "participant":  # "Norway (observer)"
                ledger.doubt("unknown-party.role", number, **said, role=member.role)
                continue
            ours[party.party] = (member, self._naming(member, told))
            if rule.role not in {"", "ally"} and self.known.roles.get(party.party) == "ally":
                ledger.doubt("role-differs", number, **said)
        spells = self.memberships.of(rule)
        if spells:
            spells.listed(ours, number)
        else:
            self.enter(rule, values, self._parties(rule, ours))
        line = below.behind
        if line and goes_on(line.text, self.known) == "maybe":
            ledger.found("unknown-party.maybe", line.line, name=line.text, whose=whose)
            return False
        # A page may be cut off in the midst of its last sentence.
        cut = number == len(self.sentences) - 1 and not ledger.passages[number].text.endswith(ENDS)
        alike = all(member.role == "participant" for member in found.members)
        if found.understood and alike and not (cut and values.get("list")):
            self._whole(rule, values)
        return found.alone and alike

    def _parties(self, rule: Rule, listed: Listed) -> Iterator[Told]:
        """Enter the parties of a list, and give what is said of each."""
        for party, (member, numbers) in listed.items():
            role = "" if self.known.roles.get(party) == "ally" else rule.role
            for number in numbers:
                self.ledger.state_party(number, member.party, member.name, role)
            yield numbers, {"party": party, "capacity": member.capacity}

    def _naming(self, member: Member, told: Sequence[int]) -> list[int]:
        """Of the passages of a list, those that name a member: where each has an item, its own."""
        passages = self.ledger.passages
        return [n for n in told if len(told) == 1 or member.name in passages[n].text]

    def _take_block(self, rule: Rule) -> None:
        """Enter the one block that is a list itself, where nothing introduces the list."""
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
        """Enter the row of a format that the page names.

        It stands where a sentence states it; failing that, under the heading that names it;
        failing that, where it is named first.
        """
        short, passages = fold(declared.name).removesuffix("s"), self.ledger.passages
        named = [
            n
            for n, said in enumerate(self.sentences)
            if (passages[n].heads or said.may_state) and short in fold(said.text)
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

    def _below(self, said: Said) -> ListBelow:
        """The list that a sentence introduces."""
        return self.lists.get(said.at, ListBelow()) if said.last else ListBelow()

    def _told(self, number: int, below: ListBelow) -> list[int]:
        """The passages of a list: its items, or the sentence that it stands in."""
        return [self.begins[at] for at in below.places] or [number]
