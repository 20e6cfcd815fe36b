"""Read the section of one project into rows: its purpose, participants and status."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import agreeing, dates
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.numbers import number
from interopwatch.capture.english.sentences import sentences
from interopwatch.capture.english.text import clean
from interopwatch.capture.model import Kind
from interopwatch.capture.works.engine import Segment
from interopwatch.capture.works.mcc.clauses import MOVES, led_by
from interopwatch.capture.works.mcc.names import PHRASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.works.engine import PageReader
    from interopwatch.capture.works.mcc.clauses import Clause, ClauseParser, SentenceContent
    from interopwatch.capture.works.mcc.headings import Headings
    from interopwatch.capture.works.mcc.register import ListedProject

    Piece = tuple[str, Callable[[int], object]]  # a passage and its reader

_FILLER: Final = PHRASES.phrase("filler")
_STATUSES: Final = PHRASES.table("statuses", r" ?(?:[.;:]|[–—-] |$)")


class ProjectSection:
    """The section of a project: splits its blocks into passages, and then reads these."""

    def __init__(self, reader: PageReader, listing: ListedProject, parser: ClauseParser) -> None:
        self.reader, self.listing, self.parser = reader, listing, parser
        self._label = self._prefix = ""  # the current label; the prefix of the next passage
        self._has_status = False  # whether it states one, known or not
        # Its list of participants:
        self._listed: set[str] = set()  # the parties that it names
        self._stated: int | None = None  # the number of countries stated with it
        self._whole: bool | None = None  # whether every word was read; None if there is no list

    @property
    def project(self) -> str:
        """The id of the project."""
        return self.listing.project

    @property
    def parties(self) -> str:
        """What messages call the entries of its lists."""
        return f"parties of {self.listing.name.heading}"

    # Its passages

    def pieces(self, at: int, lines: Headings) -> Iterator[Segment]:
        """Yield the passages into which a block is split, each with the label before it."""
        block, labelled = lines.blocks[at], lines.labels.get(at)
        text = block.text
        if block.kind is Kind.CAPTION:
            yield Segment(text, at, take=partial(self._prose, text))
            return
        if labelled is not None:
            self._label, self._prefix, text = labelled.label, labelled.prefix, labelled.text
            if not text:
                self._prefix = labelled.prefix if labelled.label == "purpose" else ""
                yield Segment(block.text, at, take=partial(self._labelled, labelled.count))
                return
        if self._label == "participants":
            found = self._of_participants(at, text, lines)
        elif self._label == "status":
            found = self._of_status(text, block.line)
        elif self._label == "launched":
            content = self.parser.parse(f"The project was launched in {text}")
            sure = partial(self._sentence, content, text)
            found = iter([(text, sure if content.clauses else partial(self._prose, text))])
        else:
            read = self._leads if self._label == "lead" else self._prose
            found = iter([(text, partial(read, text))])
        for piece, take in found:
            yield Segment(self._prefix + piece, at, take=take)
            self._prefix = ""

    def _of_participants(self, at: int, text: str, lines: Headings) -> Iterator[Piece]:
        """Split a list of participants, a block that continues it, or the text after it."""
        labelled = lines.labels.get(at)
        if at in lines.unsure:
            yield text, partial(self._maybe_named, text)
        elif labelled or at in lines.listed:
            found, whole = parties_in(text, self.reader.known), clean(text)
            begin = whole[: len(whole) - len(found.rest)].strip()
            yield begin, partial(self._list, found, labelled.count if labelled else None)
            for sentence in sentences(found.rest):
                yield from self._behind_list(sentence)
        else:
            yield from self._behind_list(text)

    def _behind_list(self, text: str) -> Iterator[Piece]:
        """Split the text after the list: who joined and left, or something else."""
        first, *_ = parts = sentences(text) or (text,)
        moves = not self.parser.parse(first).clauses  # else the text is about milestones, too
        content = [(each, self.parser.parse(each, moves=moves)) for each in parts]
        if any(each.clauses for _, each in content):
            for sentence, each in content:
                take = partial(self._sentence, each) if each.clauses else self._prose
                yield sentence, partial(take, sentence)
        else:
            yield text, partial(self._prose, text)

    def _of_status(self, text: str, line: int) -> Iterator[Piece]:
        """Split off the status, and the sentences after it."""
        if not self._has_status:
            self._has_status = True
            status, written, rest = status_of(text)
            if not status:
                written, known = written or text[:60], ", ".join(_STATUSES)
                self._found("unknown-status", line, said=written, known=known)
            begin, text = text[: len(text) - len(rest)].strip(), rest
            if begin:
                yield begin, partial(self._status, status)
        for sentence in sentences(text):
            yield sentence, partial(self._sentence, self.parser.parse(sentence), sentence)

    # Rows

    def _state(self, n: int, resource: str, **fields: str) -> None:
        """State a row about the project; empty fields were not read."""
        stated = {name: text for name, text in fields.items() if text}
        self.reader.ledger.state(n, resource, {"project": self.project, **stated})

    def _count(self, stated: int | None, n: int) -> None:
        """State the number of participating countries that the page gives, if any."""
        if stated is not None:
            counted = f"project={self.project}&role=participant&capacity!=organisation"
            row = {"resource": "participations", "filter": counted, "stated": str(stated)}
            row["count"] = f"{self.project}-countries"
            self.reader.ledger.state(n, "stated_counts", row)

    def _found(self, code: str, line: int, **details: object) -> None:
        self.reader.ledger.found(code, line, project=self.listing.name.heading, **details)

    def _doubt(self, code: str, n: int, **details: object) -> None:
        self._found(code, self.reader.ledger.passages[n].line, **details)

    def _milestone(self, n: int, milestone: str, date: str, *, expected: bool) -> None:
        """State a milestone, as another occurrence unless it was stated before."""
        rows, ahead = self.reader.ledger.table("milestones"), str(expected).lower()
        for occurrence in map(str, count(1)):
            row = rows.get((self.project, milestone, occurrence))
            # A project is launched only once: a contradicting date is reported.
            same = row is not None and (milestone == "launched" or row["date"] == date)
            if row is None or (same and row["expected"] == ahead):
                which = {"milestone": milestone, "occurrence": occurrence}
                self._state(n, "milestones", **which, date=date, expected=ahead)
                return

    def _led(self, n: int, parties: Iterable[str]) -> None:
        """State the lead of the project, if it is a single party and no other was stated."""
        leads = {*parties}
        held = self.reader.ledger.table("projects").get((self.project,), {}).get("lead")
        if len(leads | {held} - {None}) > 1:
            self._doubt("several-leads", n)
        elif leads:
            self._state(n, "projects", lead=leads.pop())

    # Participants

    def _list(self, found: PartyList, labelled: int | None, n: int) -> None:
        """State the participants in a list, and the number that the list or its label gives."""
        self._stated = labelled if found.stated is None else found.stated
        self._count(self._stated, n)
        self._whole = self._whole is not False and found.understood
        for member in found.members:
            party, known = member.party, self._known(member)
            self._listed.add(party.party)
            if party.kind == "country" and known not in {"", member.capacity}:
                self._doubt(f"role-differs.{member.capacity}", n, name=party.name)
            self._takes_part(n, member, member.role, joined=member.joined)
        self._check(found, n)

    def _known(self, member: Member) -> str:
        """Return the known role of a party in the Alliance; empty if unknown."""
        return self.reader.known.roles.get(member.party.party, "")

    def _maybe_named(self, text: str, n: int) -> None:
        """Report a possible further name of the list above, which is then incomplete."""
        self._doubt("unknown-party.maybe", n, name=text, whose=self.parties)
        self._whole = False

    def _takes_part(self, n: int, member: Member, role: str, **when: str) -> None:
        """State that a party takes part in the project, or did."""
        party, known, capacity = member.party, self._known(member), member.capacity
        if capacity == "ally":
            # A list without any role does not say that all in it are Allies.
            capacity = known or capacity
        self._state(n, "participations", party=party.party, role=role, capacity=capacity, **when)
        # A party that the tables do not know has the role given by the list.
        held = known or (capacity if party.party in self._listed else "")
        stated = capacity if capacity == held and party.kind == "country" else ""
        self.reader.ledger.state_party(n, party, role=stated)

    def _check(self, found: PartyList, n: int) -> None:
        """Report problems of a list of parties, and state the lead that it marks."""
        ledger = self.reader.ledger
        ledger.check_parties(found, ledger.passages[n].line, self.parties)
        if not found.members and not found.unknown:
            self._doubt("unknown-party.nobody", n)
        self._led(n, (party.party for party, _ in found.leads))
        for since in (since for _, since in found.leads if since):
            self._milestone(n, "lead-assumed", since, expected=False)
        if found.understood:
            ledger.settle([n])

    def _moved(self, n: int, clause: Clause) -> None:
        """State that parties joined the project, left it or observe it."""
        ended, rows = clause.kind == "left", self.reader.ledger.table("participations")
        role = "observer" if clause.kind == "observer" else "participant"
        # A departure without a date happened by the date of the edition.
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
        self._count(count, n)
        self.reader.ledger.settle([n])

    def _leads(self, text: str, n: int) -> None:
        listed = parties_in(text, self.reader.known)
        self._led(n, (member.party.party for member in listed.members))
        self._check(listed, n)

    def _status(self, status: str, n: int) -> None:
        if status:
            self._state(n, "projects", status=status)
            self.reader.ledger.settle([n])

    def _prose(self, text: str, n: int, launched: str = "") -> str:
        """State what a text says about the project outside clauses, and return the unread text.

        Only the sentence with the launch names the projects launched with it.
        """
        about = {"project": self.project} | ({"launched": self.project} if launched else {})
        left = self.reader.read_sentences(about, text, n)
        for sentence in sentences(text):
            content = self.parser.parse(sentence, moves=True)
            if {each.kind for each in content.clauses} == {"lead"}:
                self._clauses(n, content, sentence)
            else:
                self._led(n, led_by(sentence, self.listing.name, self.reader.known))
        return left

    def _sentence(self, content: SentenceContent, sentence: str, n: int) -> None:
        """State the rows of a sentence, and record the text of it that was not read."""
        self._clauses(n, content, sentence)
        kinds = {each.kind for each in content.clauses}
        left = self._prose(content.left, n, "launched" * ("launched" in kinds))
        all_read = _FILLER.fullmatch(left.strip(" ."))
        ledger, given = self.reader.ledger, self.reader.ledger.passages[n].facts
        by_whom = any(each.slots.get("by_whom") for each in content.clauses)
        if all_read and given and content.exact and not (content.note or by_whom):
            ledger.settle([n])
        # For sentences read by rules, the account determines what is left.
        by_rules = not content.clauses and given
        ledger.note(n, content.note, "" if all_read or by_rules else content.left.strip(" ."))

    def _clauses(self, n: int, content: SentenceContent, sentence: str) -> None:
        """State the rows of the clauses of a sentence."""
        if not content.exact:
            self._doubt("date-coarse.project", n, sentence=sentence)
        for each in content.clauses:
            kind, slots = each.kind, each.slots
            if kind == "lead":
                self._led(n, (member.party.party for member in each.members))
                kind = "lead-assumed" if each.date else ""
            elif kind in MOVES:
                self._moved(n, each)
            if kind and kind not in MOVES:
                self._milestone(n, kind, each.date, expected=each.expected)
            self._count(number(slots.get("total", "")), n)
            many = number(slots.get("many") or slots.get("launchers", ""))
            if many is not None:
                measure = "committed-allies" if kind == "commitment" else "launching-allies"
                what = {"measure": measure, "value": str(many), "unit": "ally"}
                self._state(n, "quantities", **what, expected="false")
            listed = parties_in(slots.get("list", ""), self.reader.known)
            if slots.get("list") and (listed.unknown or len(listed.members) != many):
                names = "".join(f"; “{name}” is no party that is known" for name in listed.unknown)
                named = {"named": len(listed.members), "unknown": names}
                self._doubt("count-disagrees.committed", n, many=many or 0, **named)

    def close(self, rows: Sequence[dict[str, str]]) -> None:
        """Record whether the list was read completely, and what the numbers of it count.

        ``rows`` are all participations in the project; parties in the list get an empty ``left``.
        """
        project, ledger = self.project, self.reader.ledger
        for row in rows:
            if row["party"] in self._listed:  # a listed party has not left
                row.setdefault("left", "")
        if self._whole is None:
            self._found("no-participants", self.listing.line)
        if not self._has_status:
            self._found("no-status", self.listing.line)
        if self._whole:
            # Observers are named in separate sentences.
            for role in ("participant", "supporter"):
                ledger.whole("participations", project=project, role=role)
        held = self.reader.known.rows.get("participations", ())
        earlier = (row for row in held if row["project"] == project)
        left = "&left=" if any(row.get("left") for row in (*rows, *earlier)) else ""
        took = (r for r in rows if r["role"] == "participant" and r["capacity"] != "organisation")
        now = [row["party"] for row in took if not row.get("left")]
        # Parties that joined by a sentence after the list need not be counted in its number.
        later = [party for party in now if party not in self._listed]
        counts = ledger.table("stated_counts")
        for key, row in counts.items() if left or later else ():
            if f"project={project}&role=participant" in row["filter"]:
                without = row["stated"] == str(self._stated) == str(len(now) - len(later))
                but = "".join(f"&party!={party}" for party in later) if without else ""
                counts[key] = {**row, "filter": row["filter"] + left + but}


def status_of(text: str) -> tuple[str, str, str]:
    """Return the code of the status at the beginning of a text, its wording, and the rest.

    >>> status_of("Established and delivering. X was launched in May 2031.")
    ('established-and-delivering', 'Established and delivering.', 'X was launched in May 2031.')
    >>> status_of("Frozen. X was launched in May 2031.")
    ('', 'Frozen.', 'X was launched in May 2031.')
    """
    for code, status in _STATUSES.items():
        match = status.match(text)
        if match:
            return code, match[0].strip(), text[match.end() :].strip()
    written, stop, rest = text.partition(".")
    if dates(written):
        return "", "", text
    return "", written + stop, rest.strip()
