"""The page on the Partnership Interoperability Initiative.

Facts come out of sentences by phrases (:mod:`phrases`), and out of the lists that sentences
introduce. Numbers that the page states about its own lists are checked against them. What no
rule reads stays for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import surely_after
from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import number as number_of
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Fact
from interopwatch.capture.works.engine import LIST, ROLE, PageReader
from interopwatch.capture.works.pii import formats, rules
from interopwatch.capture.works.pii.spells import Spells
from interopwatch.capture.works.pii.summits import SAID, agreeing, event_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Document, Vocabulary
    from interopwatch.capture.works.engine import Said
    from interopwatch.capture.works.pii.rules import Change, RuleContext
    from interopwatch.capture.works.work import Work

_ALONE: Final = 8  # countries from which on a list under the platform's heading needs no sentence
_PLATFORM: Final = "interoperability platform"
_NAMES: Final = {
    "pii": ("Partnership Interoperability Initiative", "PII"),
    "eop": ("Enhanced Opportunities Partners", "EOP"),
    "ip": ("Interoperability Platform", "IP"),
}
"""The formats of the page: their names and acronyms."""


class InitiativeReader(PageReader):
    """One page while it is read."""

    def __init__(self, work: Work, document: Document, known: Vocabulary, source: str) -> None:
        super().__init__(work, document, known, source)
        held = [row for row in known.rows.get("memberships", ()) if row["format"] == "eop"]
        lasting = {row["party"] for row in held if not row["end"]}
        ended = frozenset(row["party"] for row in held) - lasting
        self.spells = Spells(self.ledger.published, ended)
        self.events = event_dates(each.ready for each in self.sentences)
        self.launched: dict[str, tuple[str, str]] = {}
        self.moved: list[tuple[int, str, Change]] = []  # who joined or left the platform
        self.counted = ""  # when the partner with the highest ordinal became one

    def _context(self, said: Said) -> RuleContext:
        return rules.RuleContext(self.known, self.events, self.items(said))

    # Sentence by sentence

    def sentence(self, number: int, said: Said) -> None:
        """Read what a sentence says of partners and formats."""
        sentence, context = said.ready, self._context(said)
        locator = self.ledger.passages[number].locator
        begun, ended = rules.begun(sentence, context), rules.ended(sentence, context)
        if begun:
            self.spells.begin(begun, locator, number)
            self._begun_counts(number, begun)
        if ended:
            self.spells.end(ended, locator, number)
        here = _PLATFORM in fold(locator)
        moved = None if begun or ended else rules.moved(sentence, context, here=here)
        if moved:
            self.moved.append((number, *moved))
        if (begun or ended or moved) and SAID.any(sentence.text, "vague"):
            message = f"a date is kept less precisely than it is told: {said.text}"
            self.ledger.doubt(number, "date-coarse", message, level="notice")
        if not begun and not ended and rules.unread(sentence):
            self.ledger.note(
                number,
                "it tells of partners that came, left or joined NATO, and it is not sure who or "
                "when",
            )
        for launch in formats.launches(sentence, context):
            self._launch(number, launch)
        parts = (name for name in ("ip", "eop") if SAID.any(sentence.text, f"{name}_is_part"))
        child = next(parts, "")
        if child:
            self._format(child, number)["parent"] = "pii"
        self._meeting(number, formats.meeting(sentence, context))
        self._bodies(number, formats.bodies(sentence, context))
        stated = formats.platform_count(sentence, nearby=here)
        if stated is not None:
            place = "before-list" if ":" in sentence.text else "as-members"
            place = "in-introduction" if locator == self.ledger.title else place
            self._count(number, f"ip-partners-{place}", "format=ip&end=", stated)
        names = formats.platform_list(sentence, context)
        if names is not None:
            told = self.listed(said) if names == context.items else [number]
            self._platform(number, names, told)

    def _count(self, number: int, name: str, counted: str, stated: int) -> None:
        locator = self.ledger.passages[number].locator
        self.ledger.give(number, self.ledger.count(locator, name, "memberships", counted, stated))

    def _begun_counts(self, number: int, begun: Change) -> None:
        if begun.stated is not None:
            counted = f"format=eop&start={begun.dates[0]}"
            self._count(number, "eop-first-granted", counted, begun.stated)
        if begun.ordinals:
            ever = max(begun.ordinals)
            table = self.ledger.table("stated_counts")
            # A later sentence says of a later partner how many there ever were by then.
            if int(table.get(("eop-ever",), {"stated": "0"})["stated"]) < ever:
                table.pop(("eop-ever",), None)
                self.counted = begun.dates[-1]
                self._count(number, "eop-ever", "format=eop", ever)

    def _meeting(self, number: int, found: dict[str, str]) -> None:
        if not found:
            return
        stated = {name: text for name, text in found.items() if text}
        if not found["date"]:
            stated["meeting"] = self._met_before(found["meeting"])
        self.ledger.state(number, "meetings", format="ip", **stated)
        date = found["date"]
        past = date and date < self.ledger.published[: len(date)]
        if found["status"] == "planned" and past:
            message = f"the page still speaks of a meeting of {date} as one to come"
            hint = "It is kept as the page has it."
            self.ledger.doubt(number, "planned-in-the-past", message, hint, "notice")

    def _met_before(self, place: str) -> str:
        """The id of the meeting that is known at a place, which ends in a year; else the place."""
        held = (row["meeting"] for row in self.known.rows.get("meetings", ()))
        same = [each for each in held if each.rpartition("-")[0] == place]
        return same[0] if len(same) == 1 else place

    def _bodies(self, number: int, found: PartyList | None) -> None:
        if found is None:
            return
        self.ledger.check_parties(
            found, self.ledger.passages[number].line, "bodies that met in IP format"
        )
        for position, member in enumerate(found.members, 1):
            self.ledger.state(
                number, "provisions", format="ip", kind="body", position=str(position),
                party=member.party.party,
            )  # fmt: skip
            self.add_party(member, number)
        if found.understood:
            self.ledger.whole("provisions", format="ip", kind="body")

    def _launch(self, number: int, launch: formats.Launch) -> None:
        date, event = self.launched.get(launch.format, ("", ""))
        agreed = agreeing(date, launch.date)
        if date and launch.date and not agreed:
            name = launch.format.upper()
            message = f"the launch of {name} is dated {date} and {launch.date}"
            self.ledger.doubt(number, "dates-disagree", message)
            return
        self.launched[launch.format] = (agreed, event or launch.event)
        row = self._format(launch.format, number)
        row.setdefault("locator", self.ledger.passages[number].locator)

    def _format(self, name: str, number: int) -> dict[str, str]:
        """The row of a format, of which a passage tells; it is filled in the end."""
        self.ledger.give(number, Fact("formats", (name,)))
        return self.ledger.table("formats").setdefault((name,), {"format": name})

    def _platform(self, number: int, names: str, told: Sequence[int]) -> None:
        """Enter the partners in a list, which is empty if a sentence promises one in vain."""
        found = parties_in(names, self.known, "partner")
        if not found.members:
            message = "this sentence promises the partners of the Interoperability Platform, and "
            message += "no list follows"
            self.ledger.doubt(number, "list-missing", message, "Give the whole page.")
            return
        self._members(found, number, told)
        if found.understood and not found.rest and number not in told:
            self.ledger.settle(told)
            # A number in the sentence has to have been read before all of it is said.
            passage = self.ledger.passages[number]
            counted = any(fact.resource == "stated_counts" for fact in passage.facts)
            if counted or not any(map(number_of, passage.text.rstrip(":").split())):
                self.ledger.settle([number])

    def _members(self, found: PartyList, number: int, told: Sequence[int]) -> None:
        self.ledger.check_parties(
            found, self.ledger.passages[number].line, "partners of the Interoperability Platform"
        )
        if found.understood:
            self.ledger.whole("memberships", format="ip")
        for member in found.members:
            if member.party.kind != "country":
                message = f"{member.name} stands among the partners and is no country"
                self.ledger.doubt(number, "unknown-party", message)
                continue
            for place in self.naming(member, told):
                party = member.party.party
                self.ledger.state(place, "memberships", format="ip", party=party, spell="1", end="")
                ally = self.known.roles.get(party) == "ally"
                self.add_party(member, place, role="" if ally else "partner")
            if self.known.roles.get(member.party.party) == "ally":
                message = f"{member.name} stands among the partners, and the tables have it as an "
                self.ledger.doubt(number, "role-differs", f"{message}Ally", ROLE, "warning")

    # What the sentences add up to

    def finish(self) -> None:
        """Enter the partners, the formats and the parties behind them."""
        self._alone()
        # Who is a partner now can be checked against the spells only when all are known.
        self._current()
        for spell in self.spells.all():
            fact = self.ledger.row("memberships", spell.locator, **spell.row())
            for number in dict.fromkeys(spell.passages):
                self.ledger.give(number, fact)
        for number, field, change in self.moved:
            self._move(number, field, change)
        for code, message, number, level in self.spells.doubts:
            self.ledger.doubt(number, code, message, level=level)
        self._ever()
        for name in _NAMES:
            self._finish_format(name)
        self._parties()
        self._nato()

    def _move(self, number: int, field: str, change: Change) -> None:
        """Enter that partners joined the platform (``start``) or left it (``end``)."""
        table = self.ledger.table("memberships")
        listed = any(row["format"] == "ip" and "end" in row for row in table.values())
        for member, date in zip(change.members, change.dates, strict=True):
            key = ("ip", member.party.party, "1")
            said = {field: date or (f"../{self.ledger.published}" if field == "end" else "")}
            said = {name: text for name, text in said.items() if text}
            here, row = key in table and table[key].get("end") == "", table.get(key, {})
            if listed and here is (field == "end"):
                has = "left the Interoperability Platform" if here else "joined it"
                is_ = "is listed as a partner" if here else "is not listed"
                message = f"{member.name} {has}, says the page, and it {is_}"
                self.ledger.doubt(number, "party-disagrees", message)
            elif any(row.get(name, text) not in {text, ""} for name, text in said.items()):
                message = f"{member.name}: {row.get(field)} and {date} contradict each other"
                self.ledger.doubt(number, "dates-disagree", message)
            else:
                fact = self.ledger.state(
                    number, "memberships", format="ip", party=key[1], spell="1"
                )
                table[fact.key] |= said
                ally = self.known.roles.get(key[1]) == "ally"
                self.add_party(member, number, role="" if ally else "partner")

    def _ever(self) -> None:
        """Count up to the partner that an ordinal is said of: it is no total for ever."""
        count = self.ledger.table("stated_counts").get(("eop-ever",))
        if count is None or not self.counted:
            return
        starts = [spell.start for spell in self.spells.all()]
        later = [each for each in starts if not each or surely_after(each, self.counted)]
        if len(starts) > int(count["stated"]) == len(starts) - len(later):
            count["filter"] += "".join(f"&start!={each}" for each in sorted(set(later)))

    def _alone(self) -> None:
        """Enter the partners of a list under the platform's heading that no sentence introduces."""
        if any(row["format"] == "ip" for row in self.ledger.table("memberships").values()):
            return
        found = []
        for number, said in enumerate(self.sentences):
            here = _PLATFORM in fold(self.ledger.passages[number].locator) and not said.heads
            if here and len(said.text) <= LIST:
                parties = parties_in(said.text, self.known, "partner")
                countries = [each for each in parties.members if each.party.kind == "country"]
                if parties.understood and len(countries) >= _ALONE:
                    found.append((number, parties))
        if len(found) == 1:
            number, parties = found[0]
            self._members(parties, number, [number])
            self.ledger.settle([number])

    def _current(self) -> None:
        """Check the spells against the list of current partners."""
        there = False
        for number, said in enumerate(self.sentences):
            found = rules.current(said.ready, self._context(said)) if said.may_state else None
            if found is None:
                continue
            there = True
            self.spells.check(found, self.ledger.passages[number].locator, number)
            self.ledger.whole("memberships", format="eop")
            if found.stated is not None:
                self._count(number, "eop-current", "format=eop&end=", found.stated)
            self.ledger.settle([number, *self.listed(said)])
        if not there and self.spells.found:
            message = "no list of the current Enhanced Opportunities Partners was found to check by"
            self.ledger.find("list-missing", 0, message, level="warning")

    def _finish_format(self, name: str) -> None:
        """Fill the row of a format.

        It stands where its launch is told; failing that, under the heading that names it;
        failing that, where it is named first.
        """
        long, acronym = _NAMES[name]
        short = fold(long).removesuffix("s")
        told = zip(self.sentences, self.ledger.passages, strict=True)
        named = [
            (said, passage)
            for said, passage in told
            if (said.heads or said.may_state) and short in fold(said.text)
        ]
        table = self.ledger.table("formats")
        if not named:
            table.pop((name,), None)
            return
        headings = [p.locator for s, p in named if s.heads and p.locator != self.ledger.title]
        defined = any(f"({acronym})" in s.text or f"({acronym}s)" in s.text for s, _ in named)
        date, event = self.launched.get(name, ("", ""))
        row = table.setdefault((name,), {"format": name})
        told_of = {"acronym": acronym if defined else "", "launched": date, "launch_event": event}
        row |= {field: text for field, text in told_of.items() if text}
        row |= {
            "name": long, "source": self.ledger.source,
            "locator": row.get("locator") or [*headings, named[0][1].locator][0],
        }  # fmt: skip

    def _parties(self) -> None:
        """Enter the parties behind the memberships.

        Who is listed for the Interoperability Platform stands there already, as a partner. Who
        joined NATO is an Ally.
        """
        ledger, parties = self.ledger, self.ledger.table("parties")
        for spell in self.spells.all():
            # Who was a partner once may be an Ally by now: what is known goes before.
            ally = self.known.roles.get(spell.party) == "ally"
            role = {} if ally else {"alliance_role": "partner"}
            fact = ledger.row(
                "parties", spell.locator, party=spell.party, kind="country", name=spell.name, **role
            )
            ledger.give(spell.passages[0], fact)
        for party, joined in self.spells.joined.items():
            where, name = joined.locator, joined.name
            fact = ledger.row("parties", where, party=party, kind="country", name=name)
            if ("ip", party, "1") in ledger.table("memberships"):
                message = f"{name} joined NATO, says the page, and it is listed as a partner"
                ledger.doubt(joined.passage, "party-disagrees", message)
            date = {"joined_alliance": joined.date} if joined.date else {}
            parties[fact.key] |= {"alliance_role": "ally", "locator": where, **date}
            ledger.give(joined.passage, fact)

    def _nato(self) -> None:
        """Enter NATO itself, where the text names it first."""
        for number, said in enumerate(self.sentences):
            named = mentions(said.text, self.known) if said.may_state else ()
            nato = next((each for each in named if each.party.party == "nato"), None)
            if nato is not None:
                kind, name = "organisation", nato.name
                self.ledger.state(number, "parties", party="nato", kind=kind, name=name)
                return
