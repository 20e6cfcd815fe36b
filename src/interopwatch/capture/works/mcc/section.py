"""One project's section: its purpose, its participants and its status, read into rows."""

from __future__ import annotations

import re
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import agreeing
from interopwatch.capture.english.lists import goes_on, parties_in
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.phrases import phrase
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import clean, fold
from interopwatch.capture.model import Kind
from interopwatch.capture.works.mcc.clauses import MOVES, SAID, is_quantity_only, led_by
from interopwatch.capture.works.mcc.labels import STATUSES, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.model import Block
    from interopwatch.capture.works.engine import PageReader
    from interopwatch.capture.works.mcc.clauses import Clause, Teller, Told
    from interopwatch.capture.works.mcc.labels import Labelled
    from interopwatch.capture.works.mcc.register import ListedProject

    Piece = tuple[str, Callable[[int], None]]  # a passage, and what reads it

_GOES_ON: Final = re.compile(r"(?:[,;:|&]|\band|\bpartners?)$", re.IGNORECASE)
"""How a block ends whose list the next one goes on with."""
_RELATIONS: Final = [
    {**each, "phrase": SAID.notation(each["phrase"])} for each in SAID.data["relations"]
]
"""The relations to other projects, and how the page says them."""


class ProjectSection:
    """The section of a project: what its blocks are cut into, and then what these state.

    Attributes:
        reader: What reads the page.
        listing: The project, as the page has it.
        ids: Projects by their folded names, those of the page among them.
        above: The projects above it in its area, in the order of the page.
        teller: What reads sentences about it.
        launched: When it was launched.
        together: With how many others it was launched, what they have in common, and which
            passage says so.
    """

    def __init__(
        self,
        reader: PageReader,
        listing: ListedProject,
        ids: Mapping[str, str],
        above: Sequence[str],
        teller: Teller,
    ) -> None:
        self.reader, self.listing = reader, listing
        self.ids, self.above, self.teller = ids, above, teller
        self.launched = ""
        self.together: list[tuple[int, str, int]] = []
        self._label = self._prefix = ""  # of the passage at hand, the prefix for what is read next
        self._has_status = False  # whether it states one, be it known or not
        # Of its list of participants: how the next block may go on with it ("line by line", or
        # "anyhow", in the midst of a line), and what below it may be a name, by passages.
        self._goes_on = ""
        self._unsure: dict[int, str] = {}
        self._listed: set[str] = set()  # whom it names
        self._stated: int | None = None  # how many it says that it has
        self._whole: bool | None = None  # whether every word was read; None if there is no list

    @property
    def project(self) -> str:
        """The id of the project."""
        return self.listing.project

    @property
    def parties(self) -> str:
        """Of what its lists are, as messages have it."""
        return f"parties of {self.listing.name.heading}"

    # Its passages

    def pieces(self, block: Block, said: Labelled | None, *, listed: bool) -> Iterator[Piece]:
        """The passages that a block is cut into, each with the label that it stands behind.

        Args:
            block: The block.
            said: The block taken apart, if it has a label.
            listed: Whether it goes on with the list of participants.
        """
        text = block.text
        if block.kind is Kind.CAPTION:
            yield text, partial(self._prose, text)
            return
        if said is not None:
            self._label, self._prefix, text = said.label, said.prefix, said.text
            if not text:
                self._prefix = said.prefix if said.label == "purpose" else ""
                self._goes_on = "line by line"
                yield block.text, partial(self._labelled, said.count)
                return
        if self._label == "participants":
            found = self._of_participants(text, said, listed=listed)
        elif self._label == "status":
            found = self._of_status(text, block.line)
        else:
            read = self._leads if self._label == "lead" else self._prose
            found = iter([(text, partial(read, text))])
        for piece, take in found:
            yield self._prefix + piece, take
            self._prefix = ""

    def _of_participants(
        self, text: str, said: Labelled | None, *, listed: bool
    ) -> Iterator[Piece]:
        """A list of participants, a block that goes on with one, or what stands behind it."""
        how = self._goes_on and goes_on(text, self.reader.known)
        more = listed or said is not None or how == "surely" or self._goes_on == "anyhow"
        if more and _GOES_ON.search(text):
            self._goes_on = "anyhow"
        else:
            self._goes_on = "line by line" if said is None and (more or how) else ""
        if how == "maybe" and not more:
            yield text, partial(self._maybe_named, text)
        elif more:
            found, whole = parties_in(text, self.reader.known), clean(text)
            begin = whole[: len(whole) - len(found.rest)].strip()
            yield begin, partial(self._list, found, said.count if said else None)
            for sentence in sentences(found.rest):
                yield from self._behind_list(sentence)
        else:
            yield from self._behind_list(text)

    def _behind_list(self, text: str) -> Iterator[Piece]:
        """What stands behind the list: who joined and left, or something else."""
        said = [(each, self.teller.tell(each, moves=True)) for each in sentences(text)]
        if not any(told.clauses for _, told in said):
            yield text, partial(self._prose, text)
            return
        for each, told in said:
            take = partial(self._sentence, told) if told.clauses else self._prose
            yield each, partial(take, each)

    def _of_status(self, text: str, line: int) -> Iterator[Piece]:
        """The status, and the sentences behind it."""
        if not self._has_status:
            self._has_status = True
            status, said, rest = status_of(text)
            if not status:
                said, known = said or text[:60], ", ".join(STATUSES)
                self._found("unknown-status", line, said=said, known=known)
            begin, text = text[: len(text) - len(rest)].strip(), rest
            if begin:
                yield begin, partial(self._status, status)
        for sentence in sentences(text):
            yield sentence, partial(self._sentence, self.teller.tell(sentence), sentence)

    # What is entered

    def _state(self, n: int, resource: str, **fields: str) -> None:
        """Enter a row about the project; what is empty was not read."""
        said = {name: text for name, text in fields.items() if text}
        self.reader.ledger.state(n, resource, {"project": self.project, **said})

    def _count(self, n: int, name: str, resource: str, counted: str, stated: int | None) -> None:
        """Enter a number that the page states of rows about this project, if it does."""
        if stated is not None:
            self.reader.ledger.state(n, "stated_counts", {
                "count": f"{self.project}-{name}", "resource": resource,
                "filter": f"project={self.project}&{counted}", "stated": str(stated),
            })  # fmt: skip

    def _count_parties(self, n: int, stated: int | None) -> None:
        counted = "role=participant&capacity!=organisation"
        self._count(n, "countries", "participations", counted, stated)

    def _found(self, code: str, line: int, **said: object) -> None:
        self.reader.ledger.found(code, line, project=self.listing.name.heading, **said)

    def _doubt(self, code: str, n: int, **said: object) -> None:
        self._found(code, self.reader.ledger.passages[n].line, **said)

    def _settle(self, n: int, *, read: bool) -> None:
        """Note whether all of a passage was read."""
        self.reader.ledger.settle([n] if read else [])

    def _milestone(self, n: int, milestone: str, date: str, *, expected: bool) -> None:
        """Enter that something is reached: once more, unless it was said before."""
        if milestone == "launched" and not expected:
            self.launched = agreeing(self.launched, date) or self.launched
        rows, ahead = self.reader.ledger.table("milestones"), str(expected).lower()
        for occurrence in map(str, count(1)):
            row = rows.get((self.project, milestone, occurrence))
            # It is launched but once: a date that contradicts the first is reported.
            same = row is not None and (milestone == "launched" or row["date"] == date)
            if row is None or (same and row["expected"] == ahead):
                said = {"milestone": milestone, "occurrence": occurrence}
                self._state(n, "milestones", **said, date=date, expected=ahead)
                return

    def _led(self, n: int, parties: Iterable[str]) -> None:
        """Enter who leads the project, if that is one party and no other did so before."""
        leads = {*parties}
        held = self.reader.ledger.table("projects").get((self.project,), {}).get("lead")
        if len(leads | {held} - {None}) > 1:
            self._doubt("several-leads", n)
        elif leads:
            self._state(n, "projects", lead=leads.pop())

    # Other projects

    def relate(self, n: int, relation: str, others: Iterable[str]) -> None:
        """Enter relations of the project to others, which are all of the kind that it has."""
        others = [other for other in others if other not in {self.project, ""}]
        if others:
            self.reader.ledger.whole("relations", project=self.project, relation=relation)
        for other in others:
            self._state(n, "relations", relation=relation, other=other)

    def _related(self, n: int, text: str, *, launched: bool) -> str:
        """Relate the project to those that a text names, and give what else the text says.

        With which others it was launched, only the passage with its launch tells.
        """
        given, left = self._given(n), text
        for declared in _RELATIONS:
            match, relation = phrase(declared["phrase"]).search(text), declared["relation"]
            said = match.groupdict("") if match else {}
            many = number(said.get("many", "")) or 0
            if match is None or (relation == "launched-with" and not (launched and many)):
                continue
            if relation == "launched-with":
                # Which they are shows when all sections are read.
                self.together.append((many, said["about"], n))
            elif said.get("other"):
                self.relate(n, relation, [self.ids.get(fold(said["other"]), "")])
            elif many or not said.get("many"):
                self.relate(n, relation, self.above[-(many or 1) :])
            if many:
                self._count(n, declared["counted"], "relations", f"relation={relation}", many)
            if self._given(n) != given:
                left = f"{text[: match.start()]}{text[match.end() :]}".strip(" ,.")
        return left

    def _given(self, n: int) -> tuple[object, ...]:
        return self.reader.ledger.passages[n].facts

    # Participants

    def _list(self, found: PartyList, labelled: int | None, n: int) -> None:
        """Enter those whom a list of participants names, and how many its label says there are."""
        self._stated = labelled if found.stated is None else found.stated
        self._count_parties(n, self._stated)
        for each, name in self._unsure.items() if found.members else ():
            # What stands between names is one.
            self._doubt("unknown-party", each, name=name, among=f"among the {self.parties}")
        self._unsure = {} if found.members else self._unsure
        self._whole = self._whole is not False and found.understood
        for member in found.members:
            party, known = member.party, self._known(member)
            self._listed.add(party.party)
            if party.kind == "country" and known not in {"", member.capacity}:
                self._doubt(f"role-differs.{member.capacity}", n, name=party.name)
            self._takes_part(n, member, member.role, joined=member.joined)
        self._check(n, found)

    def _known(self, member: Member) -> str:
        """The role in the Alliance that the package has a party in."""
        return self.reader.known.roles.get(member.party.party, "")

    def _maybe_named(self, text: str, n: int) -> None:
        """Note what may be one more of the names above: then those are not all."""
        self._unsure[n], self._whole = text, False

    def _takes_part(self, n: int, member: Member, role: str, **when: str) -> None:
        """Enter that a party takes part in the project, or did."""
        party, known, capacity = member.party, self._known(member), member.capacity
        if capacity == "ally":
            # What calls nobody anything does not say that they are all Allies.
            capacity = known or capacity
        self._state(n, "participations", party=party.party, role=role, capacity=capacity, **when)
        # Whom the tables do not know has the role that the list gives it.
        held = known or (capacity if party.party in self._listed else "")
        stated = capacity if capacity == held and party.kind == "country" else ""
        self.reader.ledger.state_party(n, party, role=stated)

    def _check(self, n: int, found: PartyList) -> None:
        """Report what is wrong with a list of parties, and enter whom it marks as leading."""
        ledger = self.reader.ledger
        ledger.check_parties(found, ledger.passages[n].line, self.parties)
        if not found.members and not found.unknown:
            self._doubt("unknown-party.nobody", n)
        self._led(n, (party.party for party in found.leads))
        self._settle(n, read=found.understood)

    def _moved(self, n: int, clause: Clause) -> None:
        """Enter that parties joined the project, left it or observe it."""
        ended, rows = clause.kind == "left", self.reader.ledger.table("participations")
        role = "observer" if clause.kind == "observer" else "participant"
        # Without a date, what an edition reports as past happened by then.
        date = clause.date or (f"../{self.reader.ledger.published}" if ended else "")
        field = "left" if ended else "joined"
        for member in clause.members:
            party = member.party
            before = rows.get((self.project, party.party, role), {})
            if ended and party.party in self._listed:
                self._doubt("party-disagrees.project", n, name=party.name)
            elif (before.get("left") and not ended) or (
                before.get(field) and date and not agreeing(before[field], date)
            ):
                self._doubt("dates-disagree.project", n, name=party.name)
            else:
                self._takes_part(n, member, role, **{field: date})

    # Other passages

    def _labelled(self, count: int | None, n: int) -> None:
        self._count_parties(n, count)
        self._settle(n, read=True)

    def _leads(self, text: str, n: int) -> None:
        listed = parties_in(text, self.reader.known)
        self._led(n, (member.party.party for member in listed.members))
        self._check(n, listed)

    def _status(self, status: str, n: int) -> None:
        if status:
            self._state(n, "projects", status=status)
        self._settle(n, read=bool(status))

    def _prose(self, text: str, n: int) -> None:
        self._figures(text, n)
        self._related(n, text, launched=False)

    def _figures(self, text: str, n: int) -> None:
        """Enter counts, quantities and who leads, wherever the section states them."""
        self.reader.read_sentences({"project": self.project}, text, n)
        for sentence in sentences(text):
            told = self.teller.tell(sentence, moves=True)
            if {each.kind for each in told.clauses} == {"lead"}:
                self._clauses(n, told, sentence)
            else:
                self._led(n, led_by(sentence, self.listing.name, self.reader.known))

    def _sentence(self, told: Told, sentence: str, n: int) -> None:
        """Enter what a sentence states, and note what of it was not read."""
        self._clauses(n, told, sentence)
        left = self._related(n, told.left, launched=True)
        given = self._given(n)
        self._figures(told.left, n)
        all_read = not left or is_quantity_only(left, self.reader.work)
        # What rules read of a whole sentence, the account finds out.
        by_rules = not told.clauses and self._given(n) != given
        by_whom = any(each.said.get("by_whom") for each in told.clauses)
        sure = told.exact and not (told.note or by_whom)
        self._settle(n, read=all_read and sure and bool(self._given(n)))
        unread = "" if all_read or by_rules else told.left.strip(" .")
        self.reader.ledger.note(n, told.note, unread)

    def _clauses(self, n: int, told: Told, sentence: str) -> None:
        """Enter what the clauses of a sentence state."""
        if not told.exact:
            self._doubt("date-coarse.project", n, sentence=sentence)
        for each in told.clauses:
            self._clause(n, each)

    def _clause(self, n: int, clause: Clause) -> None:
        kind, said, date = clause.kind, clause.said, clause.date
        many = number(said.get("many") or said.get("launchers", ""))
        if kind == "lead":
            self._led(n, (each.party.party for each in clause.members))
            if date:
                self._milestone(n, "lead-assumed", date, expected=False)
        elif kind in MOVES:
            self._moved(n, clause)
        else:
            self._milestone(n, kind, date, expected=clause.expected)
        self._count_parties(n, number(said.get("total", "")))
        if many is not None:
            measure = "committed-allies" if kind == "commitment" else "launching-allies"
            said_of = {"measure": measure, "value": str(many), "unit": "ally"}
            self._state(n, "quantities", **said_of, expected="false")
        if said.get("list"):
            self._committed(n, many or 0, said["list"])

    def _committed(self, n: int, many: int, names: str) -> None:
        listed = parties_in(names, self.reader.known)
        if listed.unknown or len(listed.members) != many:
            unknown = "".join(f"; “{name}” is no party that is known" for name in listed.unknown)
            named = len(listed.members)
            self._doubt("count-disagrees.committed", n, many=many, named=named, unknown=unknown)

    def close(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Say whether the list was read whole, and whom the numbers of participants count.

        Args:
            rows: Who takes part in the project, or did.
        """
        project, ledger = self.project, self.reader.ledger
        for n, name in self._unsure.items():
            self._doubt("unknown-party.maybe", n, name=name, whose=self.parties)
        if self._whole is None:
            self._found("no-participants", self.listing.line)
        if not self._has_status:
            self._found("no-status", self.listing.line)
        if self._whole:
            # Who observes stands in sentences of its own.
            for role in ("participant", "supporter"):
                ledger.whole("participations", project=project, role=role)
        left = "&left=" if any(row.get("left") for row in rows) else ""
        took = (r for r in rows if r["role"] == "participant" and r["capacity"] != "organisation")
        now = [row["party"] for row in took if not row.get("left")]
        # Whoever joined, as a sentence behind the list says, need not be in the number of the list.
        later = [party for party in now if party not in self._listed]
        counts = ledger.table("stated_counts")
        for key, row in counts.items() if left or later else ():
            if f"project={project}&role=participant" in row["filter"]:
                without = row["stated"] == str(self._stated) == str(len(now) - len(later))
                but = "".join(f"&party!={party}" for party in later) if without else ""
                counts[key] = {**row, "filter": row["filter"] + left + but}
