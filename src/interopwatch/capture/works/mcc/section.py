"""One project's section: its purpose, its participants and its status, read into rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.model import Fact, Kind
from interopwatch.capture.works.mcc import figures
from interopwatch.capture.works.mcc.clauses import MOVES, Teller
from interopwatch.capture.works.mcc.labels import STATUSES, Label, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.model import Block, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.clauses import Clause
    from interopwatch.capture.works.mcc.labels import Labelled
    from interopwatch.capture.works.mcc.register import ListedProject
    from interopwatch.capture.works.work import Work

_COUNTED: Final = {"similar-to": "initiatives-above", "launched-with": "other-initiatives"}
"""What the ids of numbers of related projects end in."""


@dataclass(slots=True)
class ProjectSection:
    """The section of a project, as it is read block by block.

    Attributes:
        work: The work.
        listing: The project, as the page has it.
        ledger: What is being taken from the page.
        known: What the package knows.
        ids: Projects by their folded names, those of the page among them.
        above: The projects above it in its area, in the order of the page.
        teller: What reads sentences about it.
        label: The label of the passage at hand.
        prefix: What that passage has in front of what is read next, the label among it.
        line: The line it stands on.
        status: Its status; empty if that is unknown, None if the section has none.
        launched: When it was launched.
        lead: Who leads it.
        together: With how many others it was launched, what they have in common, and which
            passage says so.
        times: How often each milestone was told so far.
        listed: The ids of those whom its list of participants names.
        whole: Whether every word of the list was read; None if there is none.
    """

    work: Work
    listing: ListedProject
    ledger: Ledger
    known: Vocabulary
    ids: Mapping[str, str]
    above: Sequence[str]
    teller: Teller
    label: Label | None = None
    prefix: str = ""
    line: int = 0
    status: str | None = None
    launched: str = ""
    lead: str = ""
    together: list[tuple[int, str, int]] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    listed: set[str] = field(default_factory=set)
    whole: bool | None = None

    @property
    def project(self) -> str:
        """The id of the project."""
        return self.listing.project

    @property
    def heading(self) -> str:
        """The heading of the section."""
        return self.listing.name.heading

    @property
    def locator(self) -> str:
        """The place of the section."""
        return self.ledger.locator(self.listing.path)

    def take(self, block: Block, said: Labelled | None, *, listed: bool) -> None:
        """Read one of its blocks.

        Args:
            block: The block.
            said: The block taken apart, if it has a label.
            listed: Whether it goes on with the list of participants.
        """
        text, self.line = block.text, block.line
        if block.kind is Kind.CAPTION:
            self._prose(text)
        elif said is not None:
            self._labelled(said, text)
        elif listed:
            self._list(text)
        elif self.label is Label.PARTICIPANTS:
            self._after_list(text)
        elif self.label is Label.STATUS:
            self._status(text)
        elif self.label is Label.LEAD and not self.lead:
            self._leads(text)
        else:
            self._prose(text)

    def _labelled(self, said: Labelled, whole: str) -> None:
        """Read a passage with its label."""
        self.label, self.prefix = said.label, said.prefix if said.text else ""
        if said.count is not None:
            self._count_parties(said.count)
        if said.text:
            read = {
                Label.PARTICIPANTS: self._list, Label.STATUS: self._status,
                Label.LEAD: self._leads, Label.PURPOSE: self._prose,
            }[said.label]  # fmt: skip
            read(said.text)
        else:
            self._passage(whole, settled=True)
            self.prefix = said.prefix if said.label is Label.PURPOSE else ""

    # What is entered

    def _row(self, resource: str, **fields: str) -> Fact:
        """Enter a row about the project; what is empty was not read."""
        said = {name: text for name, text in fields.items() if text}
        return self.ledger.row(resource, self.locator, project=self.project, **said)

    def _passage(
        self,
        text: str,
        facts: Iterable[Fact] = (),
        *,
        settled: bool = False,
        note: str = "",
        left: str = "",
    ) -> None:
        """Enter what became of a passage, with what stands in front of it."""
        self.ledger.passage(
            self.locator, self.prefix + text, self.line, facts, settled=settled, note=note,
            left=left,
        )  # fmt: skip
        self.prefix = ""

    def _count_parties(self, stated: int) -> Fact:
        """Enter a number of countries that the page states for this project."""
        return self.ledger.count(
            self.locator, f"{self.project}-countries", "participations",
            f"project={self.project}&role=participant&capacity!=organisation", stated,
        )  # fmt: skip

    def _allies(self, measure: str, many: int) -> Fact:
        said = {"measure": measure, "value": str(many), "unit": "ally"}
        return self._row("quantities", **said, expected="false", party="")

    def _milestone(self, milestone: str, date: str, *, expected: bool) -> Fact:
        rows, ahead = self.ledger.table("milestones"), str(expected).lower()
        for occurrence in range(1, self.times[milestone] + 1):
            row = rows[self.project, milestone, str(occurrence)]
            if (row["date"], row["expected"]) == (date, ahead):
                break
        else:
            self.times[milestone] += 1
            occurrence = self.times[milestone]
        if milestone == "launched" and not expected and not self.launched:
            self.launched = date
        return self._row(
            "milestones", milestone=milestone, occurrence=str(occurrence), date=date, expected=ahead
        )

    def _led(self, leads: Iterable[str]) -> None:
        leads = tuple(dict.fromkeys(leads))
        if len(leads) == 1 and self.lead in {"", leads[0]}:
            self.lead = leads[0]
        elif leads:
            self.ledger.found("several-leads", self.line, project=self.heading)

    def relate(self, relation: str, others: Iterable[str]) -> list[Fact]:
        """Enter relations of the project to others, which are all of the kind that it has."""
        others = [other for other in others if other not in {self.project, ""}]
        if others:
            self.ledger.whole("relations", project=self.project, relation=relation)
        return [self._row("relations", relation=relation, other=other) for other in others]

    def _related(self, text: str, *, launched: bool) -> tuple[list[Fact], str]:
        """Relate the project to those that a text names; and what else the text says.

        With which others it was launched, only the passage with its launch tells.
        """
        facts: list[Fact] = []
        for relation, said, rest in figures.relations(text):
            many = number(said.get("many", "")) or 0
            if relation == "launched-with" and not (launched and many):
                continue
            if relation == "launched-with":
                # Which they are shows when all sections are read.
                self.together.append((many, said["about"], len(self.ledger.passages)))
            elif said.get("other"):
                facts += self.relate(relation, [self.ids.get(fold(said["other"]), "")])
            elif many or not said.get("many"):
                facts += self.relate(relation, self.above[-(many or 1) :])
            if many:
                name = f"{self.project}-{_COUNTED[relation]}"
                counted = f"project={self.project}&relation={relation}"
                facts.append(self.ledger.count(self.locator, name, "relations", counted, many))
            text = rest if facts else text
        return facts, text

    # Participants

    def _list(self, text: str) -> None:
        found = parties_in(text, self.known)
        facts = list(self._listed(found))
        self._doubts(found)
        if found.stated is not None:
            self._count_parties(found.stated)
        said = clean(text)
        said = said[: len(said) - len(found.rest)].strip()
        self._passage(said, facts, settled=found.understood)
        for sentence in sentences(found.rest):
            self._after_list(sentence)

    def _listed(self, found: PartyList) -> Iterator[Fact]:
        """Enter those whom a list of participants names."""
        self.whole = self.whole is not False and found.understood
        for member in found.members:
            party, capacity = member.party, member.capacity
            known = self.known.roles.get(party.party, "")
            self.listed.add(party.party)
            if party.kind == "country" and known not in {"", capacity}:
                where = {"name": party.name, "project": self.heading}
                self.ledger.found(f"role-differs.{capacity}", self.line, **where)
            yield from self._takes_part(member, member.role, joined=member.joined)

    def _takes_part(self, member: Member, role: str, **when: str) -> Iterator[Fact]:
        """Enter that a party takes part in the project, or did."""
        party, capacity = member.party, member.capacity
        known = self.known.roles.get(party.party, "")
        if capacity == "ally":
            # What calls nobody anything does not say that they are all Allies.
            capacity = known or capacity
        fact = self._row("participations", party=party.party, role=role, capacity=capacity)
        dates = {name: date for name, date in when.items() if date}
        self.ledger.table("participations")[fact.key] |= dates
        yield fact
        # Whom the tables do not know has the role that the list gives it.
        held = known or (capacity if party.party in self.listed else "")
        stated = capacity if capacity == held and party.kind == "country" else ""
        yield self.ledger.party(self.locator, party, role=stated)

    def _doubts(self, found: PartyList) -> None:
        self.ledger.check_parties(found, self.line, f"parties of {self.heading}")
        if not found.members and not found.unknown:
            self.ledger.found("unknown-party.nobody", self.line, project=self.heading)
        self._led(party.party for party in found.leads)

    def _after_list(self, text: str) -> None:
        """Read what stands behind the list: who joined and left, or something else."""
        said = {each: self.teller.tell(each, moves=True) for each in sentences(text)}
        if not any(told.clauses for told in said.values()):
            self._prose(text)
            return
        for sentence, told in said.items():
            if told.clauses:
                facts = self._clauses(told.clauses, sentence)
                settled = not told.left and bool(facts)
                self._passage(sentence, facts, settled=settled, note=told.note, left=told.left)
            else:
                self._prose(sentence)

    def _moved(self, clause: Clause) -> Iterator[Fact]:
        """Enter that parties joined the project, left it or observe it."""
        ended, rows = clause.kind == "left", self.ledger.table("participations")
        role = "observer" if clause.kind == "observer" else "participant"
        # Without a date, what an edition reports as past happened by then.
        date = clause.when.date or (f"../{self.ledger.published}" if ended else "")
        field = "left" if ended else "joined"
        for member in clause.members:
            party = member.party
            key = (self.project, party.party, role)
            before = rows.get(key, {})
            who = {"name": party.name, "project": self.heading}
            if ended and party.party in self.listed:
                self.ledger.found("party-disagrees.project", self.line, **who)
                continue
            if (before.get("left") and not ended) or (date and before.get(field, date) != date):
                self.ledger.found("dates-disagree.project", self.line, **who)
                continue
            yield from self._takes_part(member, role, **{field: date})

    # Prose

    def _prose(self, text: str) -> None:
        related, _ = self._related(text, launched=False)
        self._passage(text, [*self._figures(text), *related])

    def _figures(self, text: str) -> list[Fact]:
        """Counts, quantities and who leads, wherever the section states them."""
        place = {"locator": self.locator, "project": self.project}
        facts = figures.enter(text, self.work, self.known, self.ledger, **place)
        for sentence in sentences(text):
            told = self.teller.tell(sentence, moves=True).clauses
            if {each.kind for each in told} == {"lead"}:
                facts += self._clauses(told, sentence)
            else:
                self._led(figures.led_by(sentence, self.listing.name, self.known))
        return facts

    def _leads(self, text: str) -> None:
        listed = parties_in(text, self.known)
        self._led(m.party.party for m in listed.members)
        self._doubts(listed)
        self._passage(text, settled=listed.understood)

    # Status

    def _status(self, text: str) -> None:
        """Read the status and the sentences behind it."""
        if self.status is None:
            self.status, said, rest = status_of(text)
            if not self.status:
                said, known = said or text[:60], ", ".join(STATUSES)
                self.ledger.found(
                    "unknown-status", self.line, project=self.heading, said=said, known=known
                )
            begin, text = text[: len(text) - len(rest)].strip(), rest
            if self.prefix or begin:
                facts = [Fact("projects", (self.project,))] if self.status else []
                self._passage(begin, facts, settled=bool(self.status))
        for sentence in sentences(text):
            self._sentence(sentence)

    def _sentence(self, sentence: str) -> None:
        told = self.teller.tell(sentence)
        facts = self._clauses(told.clauses, sentence)
        related, left = self._related(told.left, launched=True)
        facts += related + self._figures(told.left)
        all_read = not left or figures.is_quantity_only(left, self.work)
        unread = any(each.said.get("by_whom") for each in told.clauses) or not told.exact
        settled = bool(facts) and all_read and not told.note and not unread
        left = "" if all_read else told.left.strip(" .")
        self._passage(sentence, facts, settled=settled, note=told.note, left=left)

    def _clauses(self, clauses: Iterable[Clause], sentence: str) -> list[Fact]:
        """Enter what the clauses of a sentence state."""
        if not all(each.when.exact for each in clauses):
            self.ledger.found(
                "date-coarse.project", self.line, project=self.heading, sentence=sentence
            )
        return [fact for each in clauses for fact in self._clause(each)]

    def _clause(self, clause: Clause) -> Iterable[Fact]:
        kind, said, date = clause.kind, clause.said, clause.when.date
        many = number(said.get("many", ""))
        if kind == "lead":
            self._led(each.party.party for each in clause.members)
            assumed = [self._milestone("lead-assumed", date, expected=False)] if date else []
            return [Fact("projects", (self.project,)), *assumed]
        if kind in MOVES:
            return self._moved(clause)
        if kind == "total":
            return [self._count_parties(many or 0)]
        if kind == "launching-allies":
            return [self._allies(kind, many or 0)]
        facts = [self._milestone(kind, date, expected=clause.expected)]
        if many is not None:
            measure = "committed-allies" if kind == "commitment" else "launching-allies"
            facts.append(self._allies(measure, many))
            if said.get("list"):
                self._committed(many, said["list"])
        return facts

    def _committed(self, many: int, names: str) -> None:
        listed = parties_in(names, self.known)
        if listed.unknown or len(listed.members) != many:
            unknown = "".join(f"; “{name}” is no party that is known" for name in listed.unknown)
            self.ledger.found(
                "count-disagrees.committed", self.line, project=self.heading, many=many,
                named=len(listed.members), unknown=unknown,
            )  # fmt: skip

    def close(self) -> None:
        """Say whether the list was read whole, and count in it only who has not left."""
        line, project = self.listing.line, self.project
        if self.whole is None:
            self.ledger.found("no-participants", line, project=self.heading)
        elif self.whole:
            # Who observes stands in sentences of its own.
            for role in ("participant", "supporter"):
                self.ledger.whole("participations", project=project, role=role)
        if self.status is None:
            self.ledger.found("no-status", line, project=self.heading)
        rows = self.ledger.table("participations").values()
        if any(row["project"] == project and row.get("left") for row in rows):
            counts = self.ledger.table("stated_counts")
            for key, row in counts.items():
                if f"project={project}&role=participant" in row["filter"]:
                    counts[key] = {**row, "filter": f"{row['filter']}&left="}
