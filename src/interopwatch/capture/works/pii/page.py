"""The page on the Partnership Interoperability Initiative, sentence by sentence.

Facts come out of sentences by rules that each look for one phrase (:mod:`statements`,
:mod:`endings`, :mod:`platform`), and out of the lists that sentences introduce. Numbers that the
page states about its own lists are checked against them. What no rule reads stays for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Fact
from interopwatch.capture.page.outline import outline
from interopwatch.capture.works.ledger import Ledger
from interopwatch.capture.works.pii import endings, platform, statements, totals
from interopwatch.capture.works.pii.rows import add_count, add_party, disagree, report_doubts
from interopwatch.capture.works.pii.sentences import agreeing, event_dates, list_after, sentences_of
from interopwatch.capture.works.pii.spells import Spells
from interopwatch.capture.works.work import Evidence, Work

if TYPE_CHECKING:
    from interopwatch.capture.model import Document, Extract, Vocabulary
    from interopwatch.capture.works.pii.sentences import Sentence
    from interopwatch.capture.works.pii.statements import Begun, RuleContext

_QUOTED: Final = 200  # letters of a sentence in a finding


def extract(document: Document, known: Vocabulary, source: str) -> Extract:
    """Read an edition of the page.

    Args:
        document: The page.
        known: What the package knows: names of parties, and headings of earlier editions.
        source: The id of the edition, ``pii-YYYY-MM-DD``.
    """
    return _InitiativePage(document, known, source).read()


class _InitiativePage:
    """One page while it is read."""

    def __init__(self, document: Document, known: Vocabulary, source: str) -> None:
        self.known = known
        self.outline = outline(document, PII.titles, known)
        self.ledger = Ledger(document.where, source, self.outline.title)
        placed = self.outline.placed
        self.lists = {
            at: list_after(placed, at, known)
            for at, each in enumerate(placed)
            if not each.heads and each.block.text.rstrip().endswith(":")
        }
        whole = frozenset(place for places in self.lists.values() for place in places)
        self.sentences = tuple(sentences_of(placed, whole))
        for sentence in self.sentences:
            path, line = placed[sentence.at].path, placed[sentence.at].block.line
            self.ledger.passage(
                self.ledger.locator(path), sentence.text, line, settled=sentence.heads
            )
        self.spells = Spells(self.ledger.published)
        self.events = event_dates(each.phrase for each in self.sentences)
        self.launched: dict[str, tuple[str, str]] = {}

    def read(self) -> Extract:
        ledger = self.ledger
        for number, sentence in enumerate(self.sentences):
            if sentence.heads and ledger.passages[number].locator == ledger.title:
                ledger.give(number, Fact("sources", (ledger.source,)))
            if sentence.may_state:
                self._sentence(number, sentence)
        platform.add_alone(ledger, self.known, self.sentences)
        # Who is a partner now can be checked against the spells only when all are known.
        self._current()
        totals.add_spells(ledger, self.spells)
        totals.add_formats(ledger, self.sentences, self.launched)
        totals.add_parties(ledger, self.spells)
        totals.add_nato(ledger, self.sentences, self.known)
        totals.check_counts(ledger)
        totals.check_whole(ledger)
        return ledger.extract(PII)

    def _listed(self, sentence: Sentence) -> list[int]:
        """The passages that make up the list which a sentence introduces."""
        places = self.lists.get(sentence.at, ()) if sentence.last else ()
        return [n for n, each in enumerate(self.sentences) if each.at in places]

    def _context(self, sentence: Sentence) -> RuleContext:
        places = self.lists.get(sentence.at, ()) if sentence.last else ()
        items = platform.as_list(tuple(self.outline.placed[at].block.text for at in places))
        return statements.RuleContext(self.known, self.events, items)

    def _sentence(self, number: int, sentence: Sentence) -> None:
        phrase, context = sentence.phrase, self._context(sentence)
        locator = self.ledger.passages[number].locator
        begun = statements.begun(phrase, context)
        ended = endings.ended(phrase, context)
        if begun:
            self.spells.begin(begun, locator, number)
            self._begun_counts(number, begun)
        if ended:
            self.spells.end(ended, locator, number)
        if not begun and not ended and (statements.unread(phrase) or endings.unread(phrase)):
            self.ledger.doubt(
                number,
                "not-understood",
                "this sentence tells of partners that came, left or joined NATO, and it is not "
                f"sure who or when: “{sentence.text[:_QUOTED]}”",
                "Enter by hand what it says; add a name that is missing to party_names.",
                "warning",
            )
        for launch in platform.launches(phrase, context):
            self._launch(number, launch)
        child = platform.parent(phrase)
        if child:
            self._format(child, number)["parent"] = "pii"
        self._meeting(number, platform.meeting(phrase, context))
        self._bodies(number, sentence, context)
        self._count(number, sentence)
        listed = platform.platform_list(phrase, context)
        if listed is not None:
            told = self._listed(sentence) if listed == context.items else [number]
            platform.add_list(self.ledger, self.known, number, listed, told)
        format_, kind = platform.introduces(phrase)
        for position, item in enumerate(self._listed(sentence) if format_ else (), 1):
            self.ledger.state(item, "provisions", format=format_, kind=kind, position=str(position))

    def _begun_counts(self, number: int, begun: Begun) -> None:
        start = begun.starts[0]
        if begun.stated is not None and start:
            counted = f"format=eop&start={start}"
            add_count(self.ledger, "eop-first-granted", counted, begun.stated, number)
        if begun.stated is not None and begun.stated != len(begun.members):
            disagree(self.ledger, begun.stated, len(begun.members), number)
        if begun.ordinals:
            ever = max(begun.ordinals)
            counts = self.ledger.table("stated_counts")
            # A later sentence says of a later partner how many there ever were by then.
            if int(counts.get(("eop-ever",), {"stated": "0"})["stated"]) < ever:
                counts.pop(("eop-ever",), None)
                add_count(self.ledger, "eop-ever", "format=eop", ever, number)

    def _meeting(self, number: int, found: platform.Meeting | None) -> None:
        if found is None:
            return
        self.ledger.state(
            number, "meetings", format="ip", meeting=found.meeting, date=found.date,
            event=found.event, level=found.level, status=found.status,
        )  # fmt: skip
        past = found.date and found.date < self.ledger.published[: len(found.date)]
        if found.status == "planned" and past:
            self.ledger.doubt(
                number,
                "planned-in-the-past",
                f"the page still speaks of a meeting of {found.date} as one to come",
                "It is kept as the page has it.",
                "notice",
            )

    def _bodies(self, number: int, sentence: Sentence, context: RuleContext) -> None:
        found = platform.bodies(sentence.phrase, context)
        if found is None:
            return
        report_doubts(self.ledger, found, number, "bodies that met in IP format")
        for position, member in enumerate(found.members, 1):
            self.ledger.state(
                number, "provisions", format="ip", kind="body", position=str(position),
                party=member.party.party,
            )  # fmt: skip
            add_party(self.ledger, member, number)

    def _launch(self, number: int, launch: platform.Launch) -> None:
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
        """The row of a format, of which a passage tells; totals fills it in the end."""
        self.ledger.give(number, Fact("formats", (name,)))
        return self.ledger.table("formats").setdefault((name,), {"format": name})

    def _count(self, number: int, sentence: Sentence) -> None:
        locator = self.ledger.passages[number].locator
        nearby = platform.PLATFORM in fold(locator)
        stated = platform.platform_count(sentence.phrase, nearby=nearby)
        if stated is None:
            return
        place = "before-list" if ":" in sentence.phrase.text else "as-members"
        place = "in-introduction" if locator == self.ledger.title else place
        add_count(self.ledger, f"ip-partners-{place}", "format=ip&end=", stated, number)

    def _current(self) -> None:
        """Check the spells against the list of current partners."""
        there = False
        for number, sentence in enumerate(self.sentences):
            if not sentence.may_state:
                continue
            found = statements.current(sentence.phrase, self._context(sentence))
            if found is None:
                continue
            there = True
            self.spells.check(found, self.ledger.passages[number].locator, number)
            if found.stated is not None:
                add_count(self.ledger, "eop-current", "format=eop&end=", found.stated, number)
                if found.stated != len(found.members):
                    disagree(self.ledger, found.stated, len(found.members), number)
            self.ledger.settle([number, *self._listed(sentence)])
        if not there and self.spells.found:
            message = "no list of the current Enhanced Opportunities Partners was found to check by"
            self.ledger.find("list-missing", 0, message, level="warning")


PII: Final = Work(
    id="pii",
    titles=("Partnership Interoperability Initiative",),
    publisher="NATO",
    kind="official_page",
    evidence=(
        Evidence("title", ("partnership interoperability initiative",), 3),
        Evidence("heading", ("interoperability platform",)),
        Evidence("heading", ("enhanced opportunities",)),
        Evidence("text", ("partnership interoperability initiative",)),
        Evidence("text", ("enhanced opportunities partner", "enhanced opportunity partner")),
        Evidence("text", ("interoperability platform",), times=2),
        Evidence("text", ("in ip format", "in the ip format", "of the ip")),
        Evidence("text", ("wales summit", "summit in wales")),
        Evidence("text", ("part of the interoperability platform", "members of the ip")),
    ),
    enough=6,
    last=(
        "part of the interoperability platform", "part of the ip", "members of the ip",
        "in the interoperability platform", "members of the interoperability platform",
        "partners of the interoperability platform", "interoperability platform partners",
        "following partners", "following nations", "following countries",
        "interoperability platform members",
    ),
    # Parties are not among them: other works name them too.
    owns={
        "formats": ({"format": "pii"}, {"format": "eop"}, {"format": "ip"}),
        "memberships": ({"format": "eop"}, {"format": "ip"}),
        "provisions": (
            {"format": "pii", "kind": "aim"},
            {"format": "eop", "kind": "benefit"},
            {"format": "ip", "kind": "body"},
        ),
        "meetings": ({"format": "ip"},),
        "stated_counts": ({"resource": "memberships"},),
    },
    extract=extract,
)  # fmt: skip
