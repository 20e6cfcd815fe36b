"""What sentences of the Partnership Interoperability Initiative page state.

Each rule looks for one fixed phrase and asks that what stands around it is nothing but what it
knows: a list of parties, a date, a number. Otherwise it reads nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import NUMBERS, number
from interopwatch.capture.works.pii.sentences import Phrase, led, listed, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Vocabulary

ORDINALS: Final = {
    word: place
    for place, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
         "seventeenth", "eighteenth", "nineteenth", "twentieth"),
        1,
    )
}  # fmt: skip
_ORDINAL: Final = "|".join((*ORDINALS, r"\d{1,2}(?:st|nd|rd|th)"))
_HAVE: Final = r"\b(?:(?:was|were|has been|have been) (?:also |then |later |formally |each )?)"
_GRANTED: Final = re.compile(
    _HAVE + r"(?:granted|given|accorded) (?:access to )?(?:these |the |such |this |an? )?"
    r"(?:tailor-made )?(?:status of |status as )?(?:an? )?"
    r"(?:(?:enhanced )?opportunities|EOP)(?: status)?(?= |[,.:–—-]|$)",
    re.IGNORECASE,
)
_BECAME: Final = re.compile(
    rf"(?:{_HAVE}(?:recognised|designated|accepted|admitted|named|approved|welcomed)"
    r"|\b(?:has |have )?(?:also |then |later |formally |since )?(?:became|become))"
    r"(?: by (?:NATO|the North Atlantic Council|Allies))?(?: as)?(?: one of)?"
    r"(?: (?:an|a|the|NATO's|new|latest))?"
    rf"(?: (?P<one>{_ORDINAL})(?: and (?:the )?(?P<two>{_ORDINAL}))?)? EOP(?: status)?"
    r"(?= |[,.:]|$)",
    re.IGNORECASE,
)
_RECOGNISED: Final = re.compile(
    r"(?:NATO|the North Atlantic Council|the NAC|the Alliance|NATO Allies|Allied leaders|Allies)"
    r" (?:has |have )?(?:also |then |formally )?"
    r"(?:granted|recognised|gave|accorded|accepted|designated|named|welcomed) ",
    re.IGNORECASE,
)
_AS: Final = re.compile(
    rf"(?: as)?(?: (?:an|a|the|NATO's))?(?: (?P<one>{_ORDINAL}))?"
    r"(?: status (?:of|as)(?: an?)?)? (?:EOP|enhanced opportunities)(?: status)?(?= |[,.:]|$)",
    re.IGNORECASE,
)
_WITH: Final = re.compile(r"\bgranted (?:tailor-made )?enhanced opportunities\b", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"(?: also)?(?: (?:at|during) the (?:«\d+» )?(?:NATO )?[A-Z][\w'-]{1,30} [Ss]ummit)?"
    r"(?: \(?(?:(?:with effect )?(?:in|on|since|from|as of)) (?:late |early |mid-)?"
    r"«(?P<one>\d+)»\)?(?:,? and (?:in |on )?«(?P<two>\d+)»)?)?(?P<spread>,? respectively)?"
    r"(?P<more>[,;] .*)?\.?"
)
_RISKY: Final = re.compile(
    r"«|\b(?:until|ended?|withdrew|withdrawn|revoked|suspended|no longer|but|not|before"
    r"|ceased|expired|left|provided|if|would|could|may|might)\b"
)
_COUNTED: Final = re.compile(
    r"(?:(?:a|an|the|all|another|other|further|first|selected|interested|participating|these)\s+)*"
    r"(?P<n>[\w-]{1,20}) (?:(?:selected|interested|participating|further|other|partner|more) )*"
    r"(?:partners?|nations?|countries|country|states?)",
    re.IGNORECASE,
)
_ROUGHLY: Final = re.compile(
    r"\b(?:some|about|around|roughly|nearly|almost|over|more than|less than|fewer than|at least"
    r"|at most|up to)\s+(?:the )?$",
    re.IGNORECASE,
)
_CURRENTLY: Final = re.compile(r"\b(?:current|currently|now|today|at present|are)\b", re.IGNORECASE)
_CURRENT_WORDS: Final = frozenset(
    ("the", "there", "are", "currently", "current", "now", "today", "at", "present", "nato's",
     "these", "following", "eop", "list", "of", "as", "is", "partners", "full", "all",
     "have", "this", "status", "countries", "nations", "a", "total")
)  # fmt: skip
_ARE: Final = re.compile(r" (?:are currently|currently are|are now|are) (?:the |all )?")


@dataclass(frozen=True, slots=True)
class Begun:
    """Parties became Enhanced Opportunities Partners.

    Attributes:
        members: Who.
        starts: When, for each: EDTF, or empty.
        ordinals: The ordinal number of each as a partner that the sentence states, if it does.
        stated: How many the sentence says there were, if it does.
    """

    members: tuple[Member, ...]
    starts: tuple[str, ...]
    ordinals: tuple[int, ...] = ()
    stated: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """Parties joined NATO, or are Enhanced Opportunities Partners no longer.

    Attributes:
        members: Who.
        ends: When, for each: EDTF, or empty if the sentence has no date.
        joined: Whether they joined NATO.
        named: Whether the sentence itself says that this ended it.
    """

    members: tuple[Member, ...]
    ends: tuple[str, ...]
    joined: bool
    named: bool


@dataclass(frozen=True, slots=True)
class Current:
    """The list of those who are Enhanced Opportunities Partners now."""

    members: tuple[Member, ...]
    stated: int | None = None


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules need beside the sentence.

    Attributes:
        known: What the package knows.
        events: The dates of summits that the page states.
        items: What follows a sentence that ends in a colon, as one list.
    """

    known: Vocabulary
    events: Mapping[str, str] = field(default_factory=dict)
    items: str = ""


def begun(phrase: Phrase, context: RuleContext) -> Begun | None:
    """Who a sentence says became a partner, and when."""
    return (
        _granted(phrase, context) or _became(phrase, context) or _recognised(phrase, context)
        or _with(phrase, context)
    )  # fmt: skip


def _granted(phrase: Phrase, context: RuleContext) -> Begun | None:
    """Read “Shortly after X, two partners were granted these: A and B”."""
    match = _GRANTED.search(phrase.text)
    if match is None:
        return None
    lead, subject = led(phrase.text[: match.start()])
    tail = phrase.text[match.end() :]
    subject, _, apposed = subject.replace(" — ", " – ").partition(" – ")
    counted = _COUNTED.fullmatch(subject.strip())
    if counted is None:
        return _begun_by(phrase, context, lead, subject, tail, ())
    if apposed:
        head, members = tail, listed(apposed, context.known)
    else:
        head, members = divided(tail, context)
    start = phrase.when(f"{lead} {head}", context.events)
    if not members or start is None or (head.strip() and not _TAIL.fullmatch(head)):
        return None
    return Begun(members, (start,) * len(members), (), number(counted["n"]))


def _became(phrase: Phrase, context: RuleContext) -> Begun | None:
    """Read “A was recognised as a third partner in May 2031”."""
    match = _BECAME.search(phrase.text)
    if match is None:
        return None
    lead, subject = led(phrase.text[: match.start()])
    ordinals = tuple(ordinal(match[n]) for n in ("one", "two") if match[n])
    return _begun_by(phrase, context, lead, subject, phrase.text[match.end() :], ordinals)


def _recognised(phrase: Phrase, context: RuleContext) -> Begun | None:
    """Read “On 2 May 2031, the Council recognised A as a third partner”."""
    lead, rest = led(phrase.text)
    verb = _RECOGNISED.match(rest)
    role = _AS.search(rest, verb.end()) if verb else None
    if verb is None or role is None:
        return None
    ordinals = (ordinal(role["one"]),) if role["one"] else ()
    who = rest[verb.end() : role.start()]
    return _begun_by(phrase, context, lead, who, rest[role.end() :], ordinals)


def _with(phrase: Phrase, context: RuleContext) -> Begun | None:
    """Read “NATO granted enhanced opportunities for this and that with two partners: A and B”."""
    if not _WITH.search(phrase.text) or "EOP" in phrase.text:
        return None
    head, members = divided(phrase.text, context)
    start = phrase.when(head, context.events)
    counted = next(iter(counts(head)), None)
    countries = [m for m in mentions(head, context.known) if m.party.kind == "country"]
    if not members or start is None or countries:
        return None
    return Begun(members, (start,) * len(members), (), counted)


def _begun_by(
    phrase: Phrase, context: RuleContext, lead: str, who: str, tail: str, ordinals: tuple[int, ...]
) -> Begun | None:
    members = listed(who, context.known)
    after = tail_of(tail, context.known)
    if not members or after is None or len(ordinals) not in (0, len(members)):
        return None
    given = phrase.dates_in(after[0])
    if not given:
        start = phrase.when(f"{lead} {after[0]}", context.events)
        starts = None if start is None else [start] * len(members)
    elif phrase.dates_in(lead):
        return None
    else:
        starts = spread(len(members), given, respectively=after[1])
    return None if starts is None else Begun(members, tuple(starts), ordinals)


def tail_of(tail: str, known: Vocabulary) -> tuple[str, bool] | None:
    """What follows a phrase: its dates, and whether they are meant "respectively".

    A further clause is passed over if it has no date, names no country and limits nothing.
    """
    match = _TAIL.fullmatch(tail)
    if match is None:
        return None
    more = match["more"] or ""
    countries = [each for each in mentions(more, known) if each.party.kind == "country"]
    if _RISKY.search(more) or countries:
        return None
    return tail[: match.start("more")] if more else tail, bool(match["spread"])


def current(phrase: Phrase, context: RuleContext) -> Current | None:
    """Who a sentence says are the partners now."""
    named = "EOP" in phrase.text or "this status" in phrase.text
    if not named or "«" in phrase.text:
        return None
    head, members = divided(phrase.text, context)
    if not members:
        for match in _ARE.finditer(phrase.text):
            head, after = phrase.text[: match.end()], phrase.text[match.end() :]
            members = listed(after, context.known)
            if members:
                break
            lead, subject = led(phrase.text[: match.start()])
            members = listed(subject, context.known)
            if members:
                head = f"{lead} {match[0]} {after.rstrip('.')}"
                break
    if not members or not _CURRENTLY.search(head):
        return None
    words = [word.strip(",.").lower() for word in head.split()]
    numbers = [n for word in words if (n := number(word)) is not None]
    others = [w for w in words if w and w not in _CURRENT_WORDS and number(w) is None]
    if not {"eop", "status"} & set(words) or others or len(numbers) > 1:
        return None
    return Current(members, numbers[0] if numbers else None)


def divided(text: str, context: RuleContext) -> tuple[str, tuple[Member, ...]]:
    """A sentence as its head and the list behind its colon or dash, or in parentheses.

    What follows a list that stands between dashes is passed over if it limits nothing.
    """
    head, colon, after = text.partition(":")
    if colon:
        return head, listed(after if after.strip() else context.items, context.known)
    head, dash, after = text.replace(" — ", " – ").replace(" - ", " – ").partition(" – ")
    if not dash:
        head, _, after = text.partition(" (")
        said, closed, more = after.partition(")")
        return head, listed(said, context.known) if closed and not more.strip(" .") else ()
    said, _, more = after.partition(" – ")
    if _RISKY.search(more) or any(m.party.kind == "country" for m in mentions(more, context.known)):
        return head, ()
    return head, listed(said, context.known)


def unread(phrase: Phrase) -> bool:
    """Whether a sentence seems to say who became a partner: by its phrase, or by its date."""
    if "EOP" in phrase.text and phrase.dated:
        return True
    return any(pattern.search(phrase.text) for pattern in (_GRANTED, _BECAME))


def counts(text: str) -> list[int]:
    """The numbers of partners that a text states: "21 selected partners", not "some 20"."""
    found = []
    for match in _COUNTED.finditer(text):
        stated = number(match["n"])
        if stated is not None and not _ROUGHLY.search(text[: match.start("n")]):
            found.append(stated)
    return found


def ordinal(text: str) -> int:
    """A place in an order: "sixth", "6th"."""
    word = text.lower()
    return ORDINALS[word] if word in ORDINALS else int(re.sub(r"\D", "", word) or NUMBERS["zero"])
