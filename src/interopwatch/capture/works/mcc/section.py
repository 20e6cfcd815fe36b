"""One project's section: its purpose, its participants and its status, read into rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in, plain
from interopwatch.capture.english.text import sentences
from interopwatch.capture.model import Fact, Kind
from interopwatch.capture.works.mcc.labels import Label
from interopwatch.capture.works.mcc.numbers import (
    Quantity,
    allies_counted,
    countries_stated,
    is_quantity_only,
    lead_in,
    quantities,
)
from interopwatch.capture.works.mcc.relations import alongside, compared_with, strand
from interopwatch.capture.works.mcc.status import STATUSES, read_sentence, status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Party, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.labels import Labelled
    from interopwatch.capture.works.mcc.names import ProjectName
    from interopwatch.capture.works.mcc.outline import ProjectBlock

_SPELLING: Final = (
    "If it is a name, add the spelling to tables/party_names.csv with the id of its party (ISO "
    "3166-1 alpha-3 for a country), and run `interopwatch tidy`."
)


@dataclass(frozen=True, slots=True)
class SectionContext:
    """What is needed to read the section of a project, beside its blocks.

    Attributes:
        known: What the package knows.
        ids: Projects by their folded names, those of the page among them.
        before: The projects above it in its area, in the order of the page.
        beside: The other projects of its area that were launched on the same date.
        about: The words of the name of its area, lower case.
        headings: The headings of the projects of the page, by their ids.
        aliases: What else the package knows the project by, folded.
    """

    known: Vocabulary
    ids: Mapping[str, str]
    before: Sequence[str] = ()
    beside: Sequence[str] = ()
    about: frozenset[str] = frozenset()
    headings: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


@dataclass(slots=True)
class ProjectSection:
    """The section of a project, as it is read block by block."""

    project: str
    name: ProjectName
    locator: str
    line: int
    ledger: Ledger
    context: SectionContext
    label: Label | None = None
    pending: Labelled | None = None  # the label above, if it stands alone in its block
    listing: bool = False  # whether the list of participants may go on in the next block
    inline: bool = False  # whether the list stands beside its label, not below it
    listed: bool = False
    status: str | None = None
    launched: str = ""
    lead: str = ""
    stated: list[tuple[int, str, int]] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)

    def take(self, placed: ProjectBlock) -> None:
        """Read one of its blocks."""
        block, said = placed.block, placed.label
        text = block.text
        if block.kind is Kind.CAPTION:
            self._prose(text, block.line)
        elif said is not None:
            self.label = said.label
            if said.count is not None:
                self._stated(said.count, "", block.line)
            self.pending = None if said.text else said
            self._labelled(said.text, said.whole(said.text) if said.text else text, block.line)
        elif self.label is Label.PARTICIPANTS and self.listing:
            self._more(text, block.line, item=block.kind is Kind.ITEM)
        elif self.label is Label.STATUS:
            self._status(text, text, block.line)
        elif self.label is Label.LEAD and not self.lead:
            self._leads(text, text, block.line)
        else:
            said, self.pending = self.pending, None
            above = said is not None and said.label is Label.PURPOSE
            self._prose(text, block.line, said.whole(text) if said and above else "")

    def _labelled(self, text: str, whole: str, line: int) -> None:
        """Read a passage with its label."""
        self.listing, self.inline = self.label is Label.PARTICIPANTS, bool(text)
        if not text:
            self.ledger.passage(self.locator, whole, line, settled=True)
        elif self.label is Label.PARTICIPANTS:
            self._list(text, whole, line)
        elif self.label is Label.STATUS:
            self._status(text, whole, line)
        elif self.label is Label.LEAD:
            self._leads(text, whole, line)
        else:
            self._prose(text, line, whole)

    # Participants

    def _more(self, text: str, line: int, *, item: bool) -> None:
        """Read a block below the label of the list: more of it, or something else."""
        found = parties_in(text, self.context.known)
        more = found.members and not found.unknown and (item or not self.inline)
        if more or (item and not self.inline):
            self._list(text, text, line)
        else:
            self.listing = False
            self._prose(text, line)

    def _list(self, text: str, whole: str, line: int) -> None:
        found = parties_in(text, self.context.known)
        self.listed = True
        facts: list[Fact] = []
        for member in found.members:
            party = member.party
            facts.append(
                self._row(
                    "participations", party=party.party, role=member.role,
                    capacity=member.capacity, joined="", left="",
                )
            )  # fmt: skip
            role = member.capacity if party.kind == "country" else ""
            facts.append(add_party(self.ledger, self.locator, party, role))
        self._doubts(found, line)
        if found.stated is not None:
            self._stated(found.stated, "", line)
        end = len(plain(whole)) - len(found.rest)
        said = plain(whole)[:end].strip()
        self.ledger.passage(self.locator, said, line, facts, settled=found.understood)
        for sentence in sentences(found.rest):
            self._prose(sentence, line)

    def _row(self, resource: str, **fields: str) -> Fact:
        """Enter a row about the project."""
        return self.ledger.row(resource, self.locator, project=self.project, **fields)

    def _doubts(self, found: PartyList, line: int) -> None:
        find, at = self.ledger.find, f"in the list of {self.name.heading}"
        for name in found.unknown:
            find("unknown-party", line, f"{name!r} {at} is no party that is known", _SPELLING)
        if not found.members and not found.unknown:
            find("unknown-party", line, f"there is nobody {at}")
        for party in found.repeated:
            find("repeated-party", line, f"{party.name} stands twice {at}", level="warning")
        for name in found.noted:
            hint = "Read what the note says about it."
            find("footnote", line, f"{name} {at} carries a footnote mark", hint, "warning")
        self._led(tuple(party.party for party in found.leads), line)

    def _stated(self, number: int, whom: str, line: int) -> Fact:
        """Book a number of countries that the page states for this project."""
        sort = "allies" if whom == "allies" else "countries"
        capacity = "capacity=ally" if whom == "allies" else "capacity!=organisation"
        self.stated.append((number, sort, line))
        again = sum(kind == sort and n != number for n, kind, _ in self.stated)
        suffix = f"-{again + 1}" if again else ""
        return self.ledger.row(
            "stated_counts", self.locator, count=f"{self.project}-{sort}{suffix}",
            resource="participations", stated=str(number),
            filter=f"project={self.project}&role=participant&{capacity}",
        )  # fmt: skip

    # Prose

    def _prose(self, text: str, line: int, whole: str = "") -> None:
        facts = self._figures(text, line)
        for others in compared_with(text, self.context.before, self.context.ids):
            facts += self._relate(others.relation, others.others)
            if others.stated is not None:
                facts.append(
                    self._count_relations(others.relation, "initiatives-above", others.stated)
                )
                if len(others.others) != others.stated:
                    self.ledger.find(
                        "count-disagrees", line,
                        f"{self.name.heading} is compared with {others.stated} projects above it, "
                        f"of which there are {len(others.others)}",
                    )  # fmt: skip
        self.ledger.passage(self.locator, whole or text, line, facts)

    def _figures(self, text: str, line: int) -> list[Fact]:
        """Counts, quantities and who leads, wherever the section states them."""
        facts = [self._stated(count.stated, count.whom, line) for count in countries_stated(text)]
        facts += map(self._quantity, quantities(text, self.context.known))
        leads, _ = lead_in(text, self.name, self.context.known)
        self._led(leads, line)
        return facts

    def _leads(self, text: str, whole: str, line: int) -> None:
        listed = parties_in(text, self.context.known)
        self._led(tuple(m.party.party for m in listed.members), line)
        self._doubts(listed, line)
        self.ledger.passage(self.locator, whole, line, settled=listed.understood)

    def _led(self, leads: tuple[str, ...], line: int) -> None:
        leads = tuple(dict.fromkeys(leads))
        if len(leads) == 1 and self.lead in {"", leads[0]}:
            self.lead = leads[0]
        elif leads:
            self.ledger.find(
                "several-leads", line, f"{self.name.heading} is led by more than one party",
                "The table has room for one: decide by hand.", "warning",
            )  # fmt: skip

    def _quantity(self, of: Quantity) -> Fact:
        return self._row(
            "quantities", measure=of.measure, value=of.value, unit=of.unit,
            expected=str(of.expected).lower(), party=of.party,
        )  # fmt: skip

    def _relate(self, relation: str, others: Sequence[str]) -> list[Fact]:
        return [
            self._row("relations", relation=relation, other=other)
            for other in others
            if other != self.project
        ]

    def _count_relations(self, relation: str, what: str, stated: int) -> Fact:
        return self.ledger.row(
            "stated_counts", self.locator, count=f"{self.project}-{what}", resource="relations",
            filter=f"project={self.project}&relation={relation}", stated=str(stated),
        )  # fmt: skip

    # Status

    def _status(self, text: str, whole: str, line: int) -> None:
        """Read the status and the sentences behind it."""
        if self.status is None:
            self.status, said, text = status_of(text)
            begin = whole[: len(whole) - len(text)].strip() if text else whole
            if not self.status:
                self.ledger.find(
                    "unknown-status", line,
                    f"the status of {self.name.heading} is none that is known: "
                    f"{said or text[:60]!r}",
                    f"Known are: {', '.join(STATUSES)}.",
                )  # fmt: skip
            if begin:
                fact = Fact("projects", (self.project,))
                settled = bool(self.status)
                self.ledger.passage(
                    self.locator, begin, line, [fact] if settled else [], settled=settled
                )
        for sentence in sentences(text):
            self._sentence(sentence, line)

    def _sentence(self, sentence: str, line: int) -> None:
        read = read_sentence(sentence, self.name, self.context.aliases)
        facts = [self._milestone(r.milestone, r.date, expected=r.expected) for r in read.milestones]
        left, settled = read.left, bool(read.milestones) and read.exact
        whom = read.by_whom
        if not whom and left.startswith("by ") and allies_counted(left[3:].rstrip(".")):
            whom, left = left[3:].rstrip("."), ""
        if whom:
            many = allies_counted(whom)
            settled = settled and many is not None
            if many:
                facts.append(self._quantity(Quantity("launching-allies", str(many), "ally")))
        if read.committed:
            committed = str(read.committed[0])
            facts.append(self._quantity(Quantity("committed-allies", committed, "ally")))
            self._committed(read.committed, line)
        others = alongside(left) or strand(left, self.context.ids)
        if others and others.relation == "launched-with":
            facts += self._alongside(others.stated or 0, others.about, line)
        elif others:
            facts += self._relate(others.relation, others.others)
        facts += self._figures(left, line)
        all_read = not left or (others is not None and others.whole) or is_quantity_only(left)
        settled = (settled or not read.milestones) and bool(facts) and all_read
        find, name = self.ledger.find, self.name.heading
        if read.note:
            find("date-not-understood", line, f"{name}: {read.note}", level="warning")
        if read.milestones and not read.exact:
            message = f"{name}: a date is kept less precisely than it is told: {sentence}"
            find("date-coarse", line, message, level="notice")
        self.ledger.passage(
            self.locator, sentence, line, facts, settled=settled and not read.note, note=read.note
        )

    def _milestone(self, milestone: str, date: str, *, expected: bool) -> Fact:
        rows = self.ledger.rows.get("milestones", {})
        for occurrence in range(1, self.times[milestone] + 1):
            row = rows[self.project, milestone, str(occurrence)]
            if (row["date"], row["expected"]) == (date, str(expected).lower()):
                break
        else:
            self.times[milestone] += 1
            occurrence = self.times[milestone]
        if milestone == "launched" and not expected and not self.launched:
            self.launched = date
        return self._row(
            "milestones", milestone=milestone, occurrence=str(occurrence), date=date,
            expected=str(expected).lower(),
        )  # fmt: skip

    def _committed(self, committed: tuple[int, str], line: int) -> None:
        number, names = committed
        listed = parties_in(names, self.context.known) if names else None
        if listed and (listed.unknown or len(listed.members) != number):
            self.ledger.find(
                "count-disagrees", line,
                f"{self.name.heading}: {number} are said to have committed themselves, and "
                f"{len(listed.members)} are named",
            )  # fmt: skip

    def _alongside(self, stated: int, about: str, line: int) -> list[Fact]:
        """Relate the project to those it was launched with, if it is plain which they are."""
        facts = [self._count_relations("launched-with", "other-initiatives", stated)]
        beside: Sequence[str] = self.context.beside
        if about and about.lower() not in self.context.about:
            # The area does not say what they have in common: their names may.
            beside = [
                p for p in beside if about.lower() in self.context.headings.get(p, "").lower()
            ]
        if len(beside) == stated:
            return facts + self._relate("launched-with", beside)
        self.ledger.find(
            "count-disagrees", line,
            f"{self.name.heading} was launched with {stated} others, and {len(beside)} of its "
            "area were launched on that date",
        )  # fmt: skip
        return facts


def add_party(ledger: Ledger, locator: str, party: Party, role: str = "") -> Fact:
    """Enter a party that the page names, with its role in the Alliance if that is stated."""
    return ledger.row(
        "parties", locator, party=party.party, kind=party.kind, name=party.name, alliance_role=role
    )
