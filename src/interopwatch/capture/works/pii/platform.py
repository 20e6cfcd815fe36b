"""What sentences of the page state about the formats: launches, meetings, bodies, numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.lists import PartyList, parties_in, plain
from interopwatch.capture.english.numbers import number as number_of
from interopwatch.capture.english.text import fold, slug
from interopwatch.capture.works.pii.rows import add_party, report_doubts
from interopwatch.capture.works.pii.sentences import LIST, listed
from interopwatch.capture.works.pii.statements import counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.pii.sentences import Phrase, Sentence, Summit
    from interopwatch.capture.works.pii.statements import RuleContext

_LEVEL: Final = re.compile(
    r"\b(?:(?:defence|defense|foreign)(?: and (?:defence|foreign))? ministers|chiefs of defence"
    r"|heads of state and government|permanent representatives|ambassadors)\b",
    re.IGNORECASE,
)
_WILL_MEET: Final = re.compile(
    r"\b(?:will|(?:is|are) (?:due |expected |scheduled )?to|plans? to) (?:again |also )?"
    r"(?:meet|gather|convene|be held)\b"
)
_MET: Final = re.compile(r"\b(?:met|gathered|convened)\b")
_BY_MEETING: Final = re.compile(
    r"\blaunched (?:by|with|at) a meeting of [^«.;:]{3,60}? in IP format\b"
)
_LAUNCHED: Final = re.compile(r"(?:The |the )?(?P<format>PII|IP) was (?:first )?launched\b")
_LAUNCHING: Final = re.compile(
    r"(?:NATO|the Alliance|Allies|NATO Allies|Allied leaders|NATO leaders"
    r"|Allied heads of state and government) (?:also )?launched (?:the )?(?P<format>PII|IP)\b",
    re.IGNORECASE,
)
_CAME: Final = re.compile(r"\bPII (?:has )?(?:also |then )?launched\b.*\bIP\b")
_RESULT: Final = re.compile(
    r"\b(?:result|part|framework|basis|context) of the PII\b.*\b(?:enhanced opportunities|EOP)\b"
)
_PAST: Final = re.compile(r"\b(?:was|were|had|initially|originally|first|then|until|formerly)\b|«")
_NOW: Final = re.compile(
    r"\b(?:currently|current|now|today|are|is|has|have|includes?|comprises|following|participate)\b",
    re.IGNORECASE,
)
_HOLDERS: Final = re.compile(
    r"\b(?:partners?|nations|countries|members|participants|states)\b", re.IGNORECASE
)
_NOT_ALL: Final = re.compile(
    r"\b(?:new|newly|latest|joined|left|leaving|former|withdrew|withdrawn|no longer|not|never|nor"
    r"|suspended|potential|future|candidates?|applied|invited|including|such as|among|some|several"
    r"|other|others|additional|more than|about|around|over|nearly|almost|will|would|may|might"
    r"|could|should|if|except|besides)\b",
    re.IGNORECASE,
)
"""Words with which a sentence speaks of some partners, or of others, but not of all there are."""
_NOT_SO: Final = re.compile(
    r"\b(?:new|newly|joined|left|former|withdrew|no longer|not|never|suspended|applied|invited"
    r"|will|would|may|might|could)\b",
    re.IGNORECASE,
)
_ARE_IN: Final = re.compile(
    r"(?:The )?(?:current )?(?:partners|members|participants|nations|countries) (?:in|of) the IP "
    r"(?:currently )?(?:are currently|are now|are) ",
    re.IGNORECASE,
)
_TODAY: Final = re.compile(r"\b(?:currently|current|now|today|at present)\b", re.IGNORECASE)
_FORMAT: Final = re.compile(r"\bin (?:the |this )?IP[ -]format\b")
_HAVE_MET: Final = re.compile(r"\b(?:has|have) (?:since )?(?:met|been held|convened|taken place)\b")
_LEVELS: Final = re.compile(
    r"\b(?:(?:at|on) (?:the )?levels? of|(?:other |various |the )?(?:technical |expert |working )?"
    r"(?:groups|bodies|committees),? (?:such as|like|including))\s+",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(r",?\s+(?:and|among|amongst|as well as)(?: many| several)? others\b.*")
_AIMS: Final = re.compile(
    r"\b(?:aims? (?:to|at|are)|objectives (?:are|include)|seeks to)\b", re.IGNORECASE
)
_BENEFITS: Final = re.compile(
    r"\b(?:includ(?:e|es|ing)|such as|comprising|comprises?)\s*:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch of a format: its id, EDTF date, and occasion."""

    format: str
    date: str
    event: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting in IP format, as a row has it."""

    meeting: str
    date: str
    event: str
    level: str
    status: str


def launches(phrase: Phrase, context: RuleContext) -> Iterator[Launch]:
    """When and on what occasion a sentence says a format was launched."""
    for pattern in (_LAUNCHED, _LAUNCHING, _BY_MEETING):
        match = pattern.search(phrase.text)
        if match is None:
            continue
        passive = pattern is not _LAUNCHING
        # A passive is followed by its occasion; an active clause is led by it.
        where = phrase.text[match.end() :] if passive else phrase.text[: match.start()]
        format_ = match["format"].lower() if "format" in pattern.groupindex else "ip"
        yield from _launch(phrase, context, format_, where)


def _launch(phrase: Phrase, context: RuleContext, format_: str, where: str) -> Iterator[Launch]:
    where = re.split(r"[;:]|, (?:and|which|where|to)\b| to ", where, maxsplit=1)[0]
    found = phrase.events_in(where)
    given = phrase.dates_in(where)
    if len(found) > 1 or len(given) > 1 or not (found or given):
        return
    event = found[0] if found else None
    date = given[0] if given else _dated(event, context)
    if re.search(r"\b(?:after|before|by|since|until|following)\b", where):
        return
    yield Launch(format_, date, event.name if event else "")


def _dated(event: Summit | None, context: RuleContext) -> str:
    return (event.date or context.events.get(event.name, "")) if event else ""


def meeting(phrase: Phrase, context: RuleContext) -> Meeting | None:
    """The meeting in IP format, on the occasion of a summit, of which a sentence tells."""
    text = phrase.text
    found, level = phrase.events_in(text), _LEVEL.search(text)
    launched, future, past = _BY_MEETING.search(text), _WILL_MEET.search(text), _MET.search(text)
    if len(found) != 1 or level is None or not re.search(r"\bIP\b", text):
        return None
    if launched is None and bool(future) == bool(past):
        return None
    if launched is None and len(phrase.dated) > 1:
        return None
    event = found[0]
    date = _dated(event, context)
    if not date and launched is None:
        date = next(iter(phrase.dated), "")
    name = slug(f"{event.place} {date[:4]}")
    status = "planned" if future and launched is None else "held"
    said = level[0].lower().replace("defense", "defence")
    return Meeting(name, date, event.name, said, status)


def bodies(phrase: Phrase, context: RuleContext) -> PartyList | None:
    """The bodies that a sentence says have met in IP format."""
    text = phrase.text
    met = _HAVE_MET.search(text)
    if met is None or not (_FORMAT.search(text) or re.search(r"\bIP\b", text)):
        return None
    _, including, after = text[met.end() :].partition("including")
    if not including:
        _, including, after = text[met.end() :].partition("such as")
    if not including or "«" in after:
        return None
    said = _LEVELS.sub("", _OTHERS.sub("", after).strip(" ,.") + ".")
    found = parties_in(said, context.known, "partner")
    organisations = all(each.party.kind == "organisation" for each in found.members)
    return found if found.members and organisations else None


def platform_count(phrase: Phrase, *, nearby: bool) -> int | None:
    """How many partners a sentence says the Interoperability Platform has now.

    Args:
        phrase: The sentence.
        nearby: Whether it stands under a heading that speaks of the platform.
    """
    # What follows a colon is the list, in which "New Zealand" is nothing new.
    text = phrase.text.partition(":")[0]
    here = re.search(r"\bIP\b|\bPlatform\b", text) or (nearby and _TODAY.search(text))
    if not here or _PAST.search(text):
        return None
    if "EOP" in text or not _NOW.search(text) or _NOT_SO.search(text):
        return None
    if not re.search(r"\bIP\b|\bpart\b|\bparticipat|\bmembers?\b", text):
        return None
    found = counts(text)
    return found[0] if len(found) == 1 else None


def platform_list(phrase: Phrase, context: RuleContext) -> str | None:
    """The list of the platform's partners that a sentence holds or introduces.

    Returns:
        The text of the list; empty if the sentence promises one and none follows; None if it
        is no such sentence.
    """
    head, colon, after = phrase.text.partition(":")
    if colon and (_PAST.search(head) or _NOT_ALL.search(head)):
        return None
    if colon and _HOLDERS.search(head) and re.search(r"\bIP\b", head):
        after = after.strip()
        return (after or context.items) if not after or "," in after else None
    match = None if colon else _ARE_IN.match(phrase.text)
    if match is None or not listed(phrase.text[match.end() :], context.known):
        return None
    return phrase.text[match.end() :]


def parent(phrase: Phrase) -> str:
    """The format that a sentence says came out of the initiative; empty if none."""
    if _CAME.search(phrase.text):
        return "ip"
    return "eop" if _RESULT.search(phrase.text) else ""


def introduces(phrase: Phrase) -> tuple[str, str]:
    """The format and kind of the provisions that follow a sentence; empty if none do."""
    if not phrase.text.rstrip().endswith(":"):
        return "", ""
    if "PII" in phrase.text and _AIMS.search(phrase.text):
        return "pii", "aim"
    named = "enhanced opportunities" in phrase.text.lower() or "EOP" in phrase.text
    return ("eop", "benefit") if named and _BENEFITS.search(phrase.text) else ("", "")


def as_list(items: tuple[str, ...]) -> str:
    """The items of a list as one text, each a name or several."""
    return ", ".join(plain(item).strip(" ,;.") for item in items)


PLATFORM: Final = "interoperability platform"
"""What a heading holds under which the page speaks of the platform."""
_ALONE: Final = 8  # countries from which on a list under such a heading needs no sentence


def add_list(
    ledger: Ledger, known: Vocabulary, number: int, text: str, told: Sequence[int]
) -> None:
    """Enter the partners in the list that a sentence holds or introduces.

    Args:
        ledger: Where to enter them.
        known: What the package knows.
        number: The passage of the sentence.
        text: The list; empty if the sentence promises one and none follows.
        told: The passages that make up the list.
    """
    found = parties_in(text, known, "partner")
    if not found.members:
        ledger.doubt(
            number,
            "list-missing",
            "this sentence promises the partners of the Interoperability Platform, and no list "
            "follows",
            "Give the whole page.",
        )
        return
    _add_members(ledger, found, number, told)
    if found.understood and not found.rest and number not in told:
        ledger.settle(told)
        # A number in the sentence has to have been read before all of it is said.
        passage = ledger.passages[number]
        counted = any(fact.resource == "stated_counts" for fact in passage.facts)
        if counted or not any(map(number_of, passage.text.rstrip(":").split())):
            ledger.settle([number])


def add_alone(ledger: Ledger, known: Vocabulary, sentences: Sequence[Sentence]) -> None:
    """Enter the partners of a list under the platform's heading that no sentence introduces."""
    if any(row["format"] == "ip" for row in ledger.table("memberships").values()):
        return
    found = []
    for number, sentence in enumerate(sentences):
        here = PLATFORM in fold(ledger.passages[number].locator) and not sentence.heads
        if here and len(sentence.text) <= LIST:
            parties = parties_in(sentence.text, known, "partner")
            countries = [each for each in parties.members if each.party.kind == "country"]
            if parties.understood and len(countries) >= _ALONE:
                found.append((number, parties))
    if len(found) == 1:
        number, parties = found[0]
        _add_members(ledger, parties, number, [number])
        ledger.settle([number])


def _add_members(ledger: Ledger, found: PartyList, number: int, told: Sequence[int]) -> None:
    report_doubts(ledger, found, number, "partners of the Interoperability Platform")
    for member in found.members:
        if member.party.kind != "country":
            message = f"{member.name} stands among the partners and is no country"
            ledger.doubt(number, "unknown-party", message)
            continue
        for place in told:
            # Where each country is an item, only its own item gives it.
            if len(told) == 1 or member.name in ledger.passages[place].text:
                ledger.state(
                    place, "memberships", format="ip", party=member.party.party, spell="1",
                    start="", end="", end_reason="",
                )  # fmt: skip
                add_party(ledger, member, place, role="partner")
