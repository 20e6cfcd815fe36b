"""The page about the Partnership Interoperability Initiative, as tables.

Facts come out of sentences by rules that each look for one phrase (:mod:`statements`,
:mod:`endings`, :mod:`platform`), and out of the lists that sentences introduce. Numbers
that the page states about its own lists are held against them. What no rule understands stays
for a person to read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Extract, Passage
from interopwatch.capture.page.outline import outline
from interopwatch.capture.works.pii import endings, platform, statements, totals
from interopwatch.capture.works.pii.rows import Rows
from interopwatch.capture.works.pii.sentences import agreeing, event_dates, list_after, sentences_of
from interopwatch.capture.works.pii.spells import Spells
from interopwatch.capture.works.pii.statements import Context
from interopwatch.capture.works.registry import PII

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Document, Known
    from interopwatch.capture.page.outline import Outline
    from interopwatch.capture.works.pii.sentences import Sentence

OWNS: Final[Mapping[str, tuple[Mapping[str, str], ...]]] = {
    "formats": ({"format": "pii"}, {"format": "eop"}, {"format": "ip"}),
    "memberships": ({"format": "eop"}, {"format": "ip"}),
    "provisions": (
        {"format": "pii", "kind": "aim"},
        {"format": "eop", "kind": "benefit"},
        {"format": "ip", "kind": "body"},
    ),
    "meetings": ({"format": "ip"},),
    "stated_counts": ({"resource": "memberships"},),
}
"""The rows that the work feeds. Parties are not among them: other works name them too."""
_PROVISION: Final = ("format", "kind", "position")
_QUOTED: Final = 200  # letters of a sentence in a finding


def extract(document: Document, known: Known, source: str) -> Extract:
    """Read an edition of the page.

    Args:
        document: The page.
        known: What the package knows: names of parties, and headings of earlier editions.
        source: The id of the edition, ``pii-YYYY-MM-DD``.
    """
    found = outline(document, PII, known)
    lists = {
        at: list_after(found.placed, at, known)
        for at, each in enumerate(found.placed)
        if not each.heads and each.block.text.rstrip().endswith(":")
    }
    whole = frozenset(place for places in lists.values() for place in places)
    rows = Rows(source, document.where, tuple(sentences_of(found.placed, whole)))
    _source(rows, document, found)
    return _Reading(rows, known, found, lists).extract()


def _source(rows: Rows, document: Document, found: Outline) -> None:
    row = {
        "source": rows.source, "work": PII.work, "title": found.title.removesuffix("."),
        "publisher": PII.publisher, "kind": PII.kind, "published": rows.published,
        "language": "en",
    }  # fmt: skip
    if document.address:
        row["url"] = document.address
    rows.tables["sources"][(rows.source,)] = row
    for said, sentence in enumerate(rows.sentences):
        if sentence.heads:
            rows.settled.add(said)
            if sentence.locator == found.title:
                rows.gave(said, "sources", (rows.source,))


@dataclass(slots=True)
class _Reading:
    """The state of reading one page."""

    rows: Rows
    known: Known
    outline: Outline
    lists: Mapping[int, tuple[int, ...]]
    events: Mapping[str, str] = field(init=False)
    spells: Spells = field(init=False)
    launched: dict[str, tuple[str, str]] = field(default_factory=dict)

    def extract(self) -> Extract:
        rows = self.rows
        self.spells = Spells(rows.published)
        self.events = event_dates(each.phrase for each in rows.sentences)
        for said, sentence in enumerate(rows.sentences):
            if not sentence.heads and sentence.phrase.text:
                self._sentence(said, sentence)
        platform.add_alone(rows, self.known)
        # Who is a partner now can be held against the spells only when all of them are known.
        self._current()
        totals.add_spells(rows, self.spells)
        totals.add_formats(rows, self.outline.title, self.launched)
        totals.add_parties(rows, self.spells, self.known)
        totals.check_counts(rows)
        totals.check_whole(rows)
        return Extract(
            work=PII.work,
            source=rows.source,
            rows=rows.sorted(),
            passages=tuple(self._passages()),
            findings=tuple(dict.fromkeys(rows.findings)),
            owns=OWNS,
        )

    def _passages(self) -> Iterator[Passage]:
        for said, each in enumerate(self.rows.sentences):
            facts = tuple(dict.fromkeys(self.rows.facts[said]))
            settled = said in self.rows.settled
            yield Passage(each.locator, each.text, each.line, facts, settled)

    def _context(self, sentence: Sentence) -> Context:
        return Context(self.known, self.events, self._items(sentence))

    def _listed(self, sentence: Sentence) -> list[int]:
        """The sentences that make up the list which a sentence introduces."""
        places = self.lists.get(sentence.at, ()) if sentence.last else ()
        return [n for n, each in enumerate(self.rows.sentences) if each.at in places]

    def _items(self, sentence: Sentence) -> str:
        places = self.lists.get(sentence.at, ()) if sentence.last else ()
        return platform.as_list(tuple(self.outline.placed[at].block.text for at in places))

    def _sentence(self, said: int, sentence: Sentence) -> None:
        phrase, context = sentence.phrase, self._context(sentence)
        begun = statements.begun(phrase, context)
        ended = endings.ended(phrase, context)
        if begun:
            self.spells.begin(begun, sentence.locator, said)
            self._begun_counts(said, begun)
        if ended:
            self.spells.end(ended, sentence.locator, said)
        lost = statements.unread(phrase) or endings.unread(phrase)
        if lost and not begun and not ended:
            self.rows.find(
                "not-understood",
                "this sentence tells of partners that came, left or joined NATO, and it is not "
                f"sure who or when: “{sentence.text[:_QUOTED]}”",
                said,
                hint="Enter by hand what it says; add a name that is missing to party_names.",
                level="warning",
            )
        for launch in platform.launches(phrase, context):
            self._launch(said, launch)
        child = platform.parent(phrase)
        if child:
            self._format(child, said)["parent"] = "pii"
        self._meeting(said, sentence)
        self._bodies(said, sentence)
        self._count(said, sentence)
        listed = platform.platform_list(phrase, context)
        if listed is not None:
            told = self._listed(sentence) if listed == context.items else [said]
            platform.add_list(self.rows, self.known, said, listed, told)
        provisions = platform.introduces(phrase)
        if provisions:
            for position, item in enumerate(self._listed(sentence), 1):
                format_, kind = provisions
                row = {"format": format_, "kind": kind, "position": str(position)}
                self.rows.add("provisions", _PROVISION, row, item)

    def _begun_counts(self, said: int, begun: statements.Begun) -> None:
        start = begun.starts[0]
        if begun.stated is not None and start:
            counted = f"format=eop&start={start}"
            self.rows.count("eop-first-granted", counted, begun.stated, said)
        if begun.stated is not None and begun.stated != len(begun.members):
            self.rows.disagree(begun.stated, len(begun.members), said)
        if begun.ordinals:
            ever = max(begun.ordinals)
            counts = self.rows.tables["stated_counts"]
            # A later sentence says of a later partner how many there ever were by then.
            if int(counts.get(("eop-ever",), {"stated": "0"})["stated"]) < ever:
                counts.pop(("eop-ever",), None)
                self.rows.count("eop-ever", "format=eop", ever, said)

    def _meeting(self, said: int, sentence: Sentence) -> None:
        found = platform.meeting(sentence.phrase, self._context(sentence))
        if found is None:
            return
        row = {
            "format": "ip", "meeting": found.meeting, "date": found.date, "event": found.event,
            "level": found.level, "status": found.status,
        }  # fmt: skip
        self.rows.add("meetings", ("format", "meeting"), row, said)
        past = found.date and found.date < self.rows.published[: len(found.date)]
        if found.status == "planned" and past:
            self.rows.find(
                "planned-in-the-past",
                f"the page still speaks of a meeting of {found.date} as one to come",
                said,
                hint="It is kept as the page has it.",
                level="notice",
            )

    def _bodies(self, said: int, sentence: Sentence) -> None:
        found = platform.bodies(sentence.phrase, self._context(sentence))
        if found is None:
            return
        self.rows.unknown(found, said, "bodies that met in IP format")
        for position, member in enumerate(found.members, 1):
            row = {
                "format": "ip", "kind": "body", "position": str(position),
                "party": member.party.party,
            }  # fmt: skip
            self.rows.add("provisions", _PROVISION, row, said)
            self.rows.party(member, said)

    def _launch(self, said: int, launch: platform.Launch) -> None:
        date, event = self.launched.get(launch.format, ("", ""))
        agreed = agreeing(date, launch.date)
        if date and launch.date and not agreed:
            self.rows.find(
                "dates-disagree",
                f"the launch of {launch.format.upper()} is dated {date} and {launch.date}",
                said,
            )
            return
        self.launched[launch.format] = (agreed, event or launch.event)
        row = self._format(launch.format, said)
        row.setdefault("locator", self.rows.sentences[said].locator)

    def _format(self, name: str, said: int) -> dict[str, str]:
        self.rows.gave(said, "formats", (name,))
        return self.rows.tables["formats"].setdefault((name,), {"format": name})

    def _count(self, said: int, sentence: Sentence) -> None:
        nearby = platform.PLATFORM in fold(sentence.locator)
        stated = platform.platform_count(sentence.phrase, nearby=nearby)
        if stated is None:
            return
        if sentence.locator == self.outline.title:
            name = "ip-partners-in-introduction"
        elif ":" in sentence.phrase.text:
            name = "ip-partners-before-list"
        else:
            name = "ip-partners-as-members"
        self.rows.count(name, "format=ip&end=", stated, said)

    def _current(self) -> None:
        said_so = False
        for said, sentence in enumerate(self.rows.sentences):
            if sentence.heads or not sentence.phrase.text:
                continue
            found = statements.current(sentence.phrase, self._context(sentence))
            if found is None:
                continue
            said_so = True
            self.spells.check(found, sentence.locator, said)
            if found.stated is not None:
                self.rows.count("eop-current", "format=eop&end=", found.stated, said)
                if found.stated != len(found.members):
                    self.rows.disagree(found.stated, len(found.members), said)
            self.rows.settled.update([said, *self._listed(sentence)])
        if not said_so and self.spells.found:
            self.rows.find(
                "list-missing",
                "no list of the current Enhanced Opportunities Partners was found to check by",
                None,
                level="warning",
            )
