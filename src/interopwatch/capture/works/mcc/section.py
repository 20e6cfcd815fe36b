"""One project's section: its purpose, its participants and its status, read into rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Fact, Kind
from interopwatch.capture.works.mcc import figures
from interopwatch.capture.works.mcc.labels import Label
from interopwatch.capture.works.mcc.participants import Participants
from interopwatch.capture.works.mcc.participation import led_by, participation
from interopwatch.capture.works.mcc.status import STATUSES, read_sentence, status_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping, Sequence

    from interopwatch.capture.english.dates import DayOrder
    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Block, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.labels import Labelled
    from interopwatch.capture.works.mcc.participation import Participation
    from interopwatch.capture.works.mcc.register import ListedProject


@dataclass(slots=True)
class ProjectSection:
    """The section of a project, as it is read block by block.

    Attributes:
        listing: The project, as the page has it.
        ledger: What is being taken from the page.
        known: What the package knows.
        ids: Projects by their folded names, those of the page among them.
        above: The projects above it in its area, in the order of the page.
        aliases: What else the package knows the project by, folded.
        order: Which of day and month the page has first in figures.
        label: The label of the passage at hand.
        pending: The label above, if it stands alone in its block.
        open: Whether the list of participants may go on in the next block.
        inline: Whether the list stands beside its label, not below it.
        status: Its status; empty if that is unknown, None if the section has none.
        launched: When it was launched.
        lead: Who leads it.
        together: With how many others it was launched, what they have in common, and which
            passage says so.
        times: How often each milestone was told so far.
        participants: Who takes part in it.
    """

    listing: ListedProject
    ledger: Ledger
    known: Vocabulary
    ids: Mapping[str, str]
    above: Sequence[str]
    aliases: tuple[str, ...] = ()
    order: DayOrder = ""
    label: Label | None = None
    pending: Labelled | None = None
    open: bool = False
    inline: bool = False
    status: str | None = None
    launched: str = ""
    lead: str = ""
    together: list[tuple[int, str, int]] = field(default_factory=list)
    times: Counter[str] = field(default_factory=Counter)
    participants: Participants = field(init=False)

    def __post_init__(self) -> None:
        """Begin the participants of the project."""
        self.participants = Participants(
            self.project, self.heading, self.locator, self.ledger, self.known
        )

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

    def take(self, block: Block, said: Labelled | None) -> None:
        """Read one of its blocks, taken apart if it has a label."""
        text, line = block.text, block.line
        if block.kind is Kind.CAPTION:
            self._prose(text, line)
        elif said is not None:
            self.label, self.pending = said.label, None if said.text else said
            if said.count is not None:
                self._count_parties(said.count)
            self._labelled(said.text, said.whole(said.text) if said.text else text, line)
        elif self.label is Label.PARTICIPANTS and self.open:
            self._more(text, line, item=block.kind is Kind.ITEM)
        elif self.label is Label.STATUS:
            self._status(text, text, line)
        elif self.label is Label.LEAD and not self.lead:
            self._leads(text, text, line)
        else:
            said, self.pending = self.pending, None
            above = said is not None and said.label is Label.PURPOSE
            self._prose(text, line, said.whole(text) if said and above else "")

    def _labelled(self, text: str, whole: str, line: int) -> None:
        """Read a passage with its label."""
        self.open, self.inline = self.label is Label.PARTICIPANTS, bool(text)
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

    def _row(self, resource: str, **fields: str) -> Fact:
        """Enter a row about the project; what is empty was not read."""
        said = {name: text for name, text in fields.items() if text}
        return self.ledger.row(resource, self.locator, project=self.project, **said)

    # Participants

    def _more(self, text: str, line: int, *, item: bool) -> None:
        """Read a block below the label of the list: more of it, or something else."""
        found = parties_in(text, self.known)
        more = found.members and not found.unknown and (item or not self.inline)
        if more or (item and not self.inline):
            self._list(text, text, line)
        else:
            self.open = False
            self._after_list(text, line)

    def _list(self, text: str, whole: str, line: int) -> None:
        found = parties_in(text, self.known)
        facts = list(self.participants.enter(found, line))
        self._doubts(found, line)
        if found.stated is not None:
            self._count_parties(found.stated)
        end = len(clean(whole)) - len(found.rest)
        said = clean(whole)[:end].strip()
        self.ledger.passage(self.locator, said, line, facts, settled=found.understood)
        for sentence in sentences(found.rest):
            self._after_list(sentence, line)

    def _after_list(self, text: str, line: int) -> None:
        """Read what stands behind the list: who joined and left, or something else."""
        said = sentences(text)
        if not any(self._moves(each)[0] for each in said):
            self._prose(text, line)
            return
        for each in said:
            if not self._moved(each, line):
                self._prose(each, line)

    def _moves(self, sentence: str) -> tuple[tuple[Participation, ...], re.Match[str] | None]:
        """Who takes part or leads, as a sentence says, and what it says of their number."""
        total = figures.SAID.phrase("total").search(sentence)
        said = sentence if total is None else sentence.replace(total[0], "")
        return participation(said, self._names, self.known, self.order), total

    @property
    def _names(self) -> set[str]:
        """What the project is known by, folded."""
        return {*self.listing.name.spellings, *self.aliases}

    def _coarse(self, sentence: str, line: int) -> None:
        """Say that a date is kept by its year only."""
        message = f"{self.heading}: a date is kept less precisely than it is told: {sentence}"
        self.ledger.find("date-coarse", line, message, level="notice")

    def _moved(self, sentence: str, line: int) -> bool:
        """Read a sentence if it says who joined, left, observes or leads; say whether it does."""
        found, total = self._moves(sentence)
        facts: list[Fact] = []
        for each in found:
            lead = each.kind == "lead"
            facts += (
                self._lead(each, sentence, line) if lead else self.participants.move(each, line)
            )
        many = number(total["many"]) if total and found else None
        if many is not None:
            facts.append(self._count_parties(many))
        if not all(each.exact for each in found):
            self._coarse(sentence, line)
        if found:
            settled = bool(facts) and (total is None or many is not None)
            self.ledger.passage(self.locator, sentence, line, facts, settled=settled)
        return bool(found)

    def _doubts(self, found: PartyList, line: int) -> None:
        self.ledger.check_parties(found, line, f"parties of {self.heading}")
        if not found.members and not found.unknown:
            message = f"there is nobody in the list of {self.heading}"
            self.ledger.find("unknown-party", line, message)
        self._led((party.party for party in found.leads), line)

    def _count_parties(self, stated: int, whom: str = "") -> Fact:
        """Enter a number of countries that the page states for this project."""
        of_allies = whom == "allies"
        capacity = "capacity=ally" if of_allies else "capacity!=organisation"
        return self.ledger.count(
            self.locator, f"{self.project}-{'allies' if of_allies else 'countries'}",
            "participations", f"project={self.project}&role=participant&{capacity}", stated,
        )  # fmt: skip

    # Prose

    def _prose(self, text: str, line: int, whole: str = "") -> None:
        facts = [*self._figures(text, line), *self._compared(text)]
        self.ledger.passage(self.locator, whole or text, line, facts)

    def _figures(self, text: str, line: int) -> list[Fact]:
        """Counts, quantities and who leads, wherever the section states them."""
        counts = figures.stated(text, "of_project")
        facts = [self._count_parties(stated, whom) for stated, whom in counts]
        facts += [self._row("quantities", **each) for each in figures.quantities(text, self.known)]
        for sentence in sentences(text):
            lead = self._lead_in(sentence)
            if lead is None:
                self._led(led_by(sentence, self.listing.name, self.known), line)
            else:
                facts += self._lead(lead, sentence, line)
        return facts

    def _lead_in(self, text: str) -> Participation | None:
        """Who leads the project, if that is all that a text says."""
        found = participation(text, self._names, self.known, self.order)
        return found[0] if len(found) == 1 and found[0].kind == "lead" else None

    def _lead(self, lead: Participation, sentence: str, line: int) -> list[Fact]:
        """Enter who leads the project, and since when."""
        self._led((each.party.party for each in lead.members), line)
        facts = [Fact("projects", (self.project,))]
        if lead.date:
            facts.append(self._milestone("lead-assumed", lead.date, expected=False))
        if not lead.exact:
            self._coarse(sentence, line)
        return facts

    def _leads(self, text: str, whole: str, line: int) -> None:
        listed = parties_in(text, self.known)
        self._led((m.party.party for m in listed.members), line)
        self._doubts(listed, line)
        self.ledger.passage(self.locator, whole, line, settled=listed.understood)

    def _led(self, leads: Iterable[str], line: int) -> None:
        leads = tuple(dict.fromkeys(leads))
        if len(leads) == 1 and self.lead in {"", leads[0]}:
            self.lead = leads[0]
        elif leads:
            message = f"{self.heading} is led by more than one party"
            hint = "The table has room for one: decide by hand."
            self.ledger.find("several-leads", line, message, hint, "warning")

    def _compared(self, text: str) -> list[Fact]:
        """Relate the project to those that its purpose compares it with."""
        facts: list[Fact] = []
        similar = figures.SAID.phrase("similar_to").search(text[:300])
        many = number(similar["many"]) if similar and similar["many"] else None
        if similar:
            facts += self.relate("similar-to", self.above[-(many or 1) :])
        if many:
            facts.append(self._count_relations("similar-to", "initiatives-above", many))
        modelled = figures.SAID.phrase("modelled_on").search(text)
        if modelled:
            other = figures.resolved(modelled["other"] or "", self.ids)
            others = self.above[-1:] if modelled["above"] else [other] if other else []
            facts += self.relate("modelled-on", others)
        return facts

    def relate(self, relation: str, others: Iterable[str]) -> list[Fact]:
        """Enter relations of the project to others, which are all of the kind that it has."""
        others = [other for other in others if other != self.project]
        if others:
            self.ledger.whole("relations", project=self.project, relation=relation)
        return [self._row("relations", relation=relation, other=other) for other in others]

    def _count_relations(self, relation: str, what: str, stated: int) -> Fact:
        counted = f"project={self.project}&relation={relation}"
        name = f"{self.project}-{what}"
        return self.ledger.count(self.locator, name, "relations", counted, stated)

    # Status

    def _status(self, text: str, whole: str, line: int) -> None:
        """Read the status and the sentences behind it."""
        if self.status is None:
            self.status, said, text = status_of(text)
            begin = whole[: len(whole) - len(text)].strip() if text else whole
            known = bool(self.status)
            if not known:
                message = f"{self.heading}: no known status, but “{said or text[:60]}”"
                hint = f"Known are: {', '.join(STATUSES)}."
                self.ledger.find("unknown-status", line, message, hint)
            if begin:
                facts = [Fact("projects", (self.project,))] if known else []
                self.ledger.passage(self.locator, begin, line, facts, settled=known)
        for sentence in sentences(text):
            self._sentence(sentence, line)

    def _sentence(self, sentence: str, line: int) -> None:
        if self._moved(sentence, line):
            return
        read = read_sentence(sentence, self.listing.name, self.aliases, self.order)
        facts = [self._milestone(r.milestone, r.date, expected=r.expected) for r in read.milestones]
        left, settled = read.left, bool(read.milestones) and read.exact
        whom = read.by_whom
        if not whom and left.startswith("by ") and figures.allies_counted(left[3:].rstrip(".")):
            whom, left = left[3:].rstrip("."), ""
        if whom:
            many = figures.allies_counted(whom)
            settled = settled and many is not None
            facts += [self._allies("launching-allies", many)] if many else []
        if read.committed:
            facts.append(self._allies("committed-allies", read.committed[0]))
            self._committed(*read.committed, line)
        lead = self._lead_in(left) if read.milestones else None
        if lead:
            facts, left = [*facts, *self._lead(lead, sentence, line)], ""
            read = replace(read, note="")
        related, all_of_it = self._related(left)
        facts += related + self._figures(left, line)
        all_read = not left or all_of_it or figures.is_quantity_only(left)
        settled = (settled or not read.milestones) and bool(facts) and all_read
        if read.milestones and not read.exact:
            self._coarse(sentence, line)
        settled = settled and not read.note
        rest = "" if settled or all_read else left.strip(" .")
        self.ledger.passage(
            self.locator, sentence, line, facts, settled=settled, note=read.note, left=rest
        )

    def _related(self, left: str) -> tuple[list[Fact], bool]:
        """Relate the project to others; and whether the text says nothing else."""
        match = figures.SAID.phrase("launched_with").search(left)
        many = number(match["many"]) if match else None
        if match and many is not None:
            # Which they are shows when all sections are read.
            self.together.append((many, match["about"] or "", len(self.ledger.passages)))
            around = left[: match.start()].strip(" ,") + left[match.end() :].strip(" .")
            return [self._count_relations("launched-with", "other-initiatives", many)], not around
        match = figures.SAID.phrase("work_strand_of").search(left)
        other = figures.resolved(match["other"], self.ids) if match else ""
        if match is None or not other:
            return [], False
        only = figures.SAID.phrase("strand_only").match(left) and not left[match.end() :].strip()
        return self.relate("work-strand-of", [other]), bool(only)

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

    def _allies(self, measure: str, many: int) -> Fact:
        said = {"measure": measure, "value": str(many), "unit": "ally"}
        return self._row("quantities", **said, expected="false", party="")

    def _committed(self, many: int, names: str, line: int) -> None:
        listed = parties_in(names, self.known) if names else None
        if listed and (listed.unknown or len(listed.members) != many):
            message = f"{self.heading}: {many} are said to have committed themselves, and "
            unknown = "".join(f"; “{name}” is no party that is known" for name in listed.unknown)
            message += f"{len(listed.members)} are named{unknown}"
            self.ledger.find("count-disagrees", line, message)
