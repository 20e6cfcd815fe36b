"""What sentences of the page state of partners: who became one, who is none any longer, when.

Each rule looks for one fixed phrase and asks that what stands around it is nothing but what it
knows: a list of parties, a date, a number. Otherwise it reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interopwatch.capture.english.lists import parties_in
from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import number, ordinal
from interopwatch.capture.english.sentences import is_doubted
from interopwatch.capture.works.pii.summits import SAID, spread, when

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.english.sentences import Sentence
    from interopwatch.capture.model import Vocabulary

    Members = tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Parties became partners, are partners now, or are none any longer.

    Attributes:
        members: Who.
        dates: When, for each: EDTF, or empty.
        ordinals: The ordinal number of each as a partner, if it is stated.
        stated: How many the sentence says there are, if it does.
        joined: Of an end, whether they joined NATO.
        named: Of an end, whether the sentence itself says that this ended it.
    """

    members: Members
    dates: tuple[str, ...] = ()
    ordinals: tuple[int, ...] = ()
    stated: int | None = None
    joined: bool = False
    named: bool = False


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


# What stands around a phrase


def led(text: str) -> tuple[str, str]:
    """A clause as what leads it ("In June 2020,") and the rest.

    >>> led("In «0», Japan, Malta"), led("Japan and Malta")
    (('In «0»', 'Japan, Malta'), ('', 'Japan and Malta'))
    """
    lead, rest = [], text.strip()
    while SAID.phrase("leading").match(rest) and "," in rest:
        first, _, rest = rest.partition(",")
        lead.append(first)
        rest = rest.strip()
    return ", ".join(lead), rest


def listed(text: str, known: Vocabulary) -> Members:
    """The parties of a text that is nothing but a list of parties; none if it is anything else."""
    names = text.strip(" ,;:.–—-")
    if not names or "«" in names:
        return ()
    found = parties_in(names, known, "partner")
    return found.members if found.understood and not found.rest.strip() else ()


def limits(text: str, known: Vocabulary) -> bool:
    """Whether a further clause has a date, names a country, or limits what was said."""
    countries = (each for each in mentions(text, known) if each.party.kind == "country")
    return bool(SAID.phrase("limiting").search(text)) or any(countries)


def tail_of(tail: str, known: Vocabulary) -> tuple[str, bool] | None:
    """What follows a phrase: its dates, and whether they are meant "respectively".

    A further clause is passed over if it limits nothing.
    """
    match = SAID.phrase("tail").fullmatch(tail)
    if match is None or limits(match["more"] or "", known):
        return None
    return tail[: match.start("more")] if match["more"] else tail, bool(match["spread"])


def divided(text: str, context: RuleContext) -> tuple[str, Members]:
    """A sentence as its head and the list behind its colon or dash, or in parentheses.

    What follows a list that stands between dashes is passed over if it limits nothing.
    """
    head, colon, after = text.partition(":")
    if colon:
        return head, listed(after if after.strip() else context.items, context.known)
    head, dash, after = text.replace(" — ", " – ").replace(" - ", " – ").partition(" – ")
    if not dash:
        head, _, after = text.partition(" (")
        inside, closed, more = after.partition(")")
        return head, listed(inside, context.known) if closed and not more.strip(" .") else ()
    inside, _, more = after.partition(" – ")
    return head, () if limits(more, context.known) else listed(inside, context.known)


def counts(text: str) -> list[int]:
    """The numbers of partners that a text states: "21 selected partners", not "some 20"."""
    return [
        stated
        for match in SAID.phrase("counted").finditer(text)
        if (stated := number(match["many"])) is not None
        and not SAID.phrase("roughly").search(text[: match.start("many")])
    ]


# Who became a partner


def begun(sentence: Sentence, context: RuleContext) -> Change | None:
    """Who a sentence says became a partner, and when."""
    readings = (_granted, _became, _recognised, _with)
    return next((found for read in readings if (found := read(sentence, context))), None)


def _granted(sentence: Sentence, context: RuleContext) -> Change | None:
    """Read “Shortly after X, two partners were granted these: A and B”."""
    match = SAID.phrase("granted").search(sentence.text)
    if match is None:
        return None
    lead, subject = led(sentence.text[: match.start()])
    tail = sentence.text[match.end() :]
    subject, _, apposed = subject.replace(" — ", " – ").partition(" – ")
    counted = SAID.phrase("counted").fullmatch(subject.strip())
    if counted is None:
        return _begun_by(sentence, context, lead, subject, tail)
    head, members = (tail, listed(apposed, context.known)) if apposed else divided(tail, context)
    start = when(sentence, f"{lead} {head}", context.events)
    if not members or start is None or (head.strip() and not SAID.phrase("tail").fullmatch(head)):
        return None
    return Change(members, (start,) * len(members), stated=number(counted["many"]))


def _became(sentence: Sentence, context: RuleContext) -> Change | None:
    """Read “A was recognised as a third partner in May 2031”."""
    match = SAID.phrase("became").search(sentence.text)
    if match is None:
        return None
    lead, subject = led(sentence.text[: match.start()])
    ordinals = tuple(ordinal(match[n]) for n in ("one", "two") if match[n])
    tail = sentence.text[match.end() :]
    more = SAID.phrase("and_as").fullmatch(tail)
    first = listed(subject, context.known)
    second = listed(more["who"], context.known) if more else ()
    if more and len(first) == len(second) == len(ordinals) == 1 and not sentence.dates_in(lead):
        given = tuple(sentence.dates_in(more["first"] + more["second"]))
        return Change((*first, *second), given, (*ordinals, ordinal(more["next"])))
    return _begun_by(sentence, context, lead, subject, tail, ordinals)


def _recognised(sentence: Sentence, context: RuleContext) -> Change | None:
    """Read “On 2 May 2031, the Council recognised A as a third partner”."""
    lead, rest = led(sentence.text)
    verb = SAID.phrase("recognised").match(rest)
    role = SAID.phrase("as_partner").search(rest, verb.end()) if verb else None
    if verb is None or role is None:
        return None
    ordinals = (ordinal(role["one"]),) if role["one"] else ()
    who = rest[verb.end() : role.start()]
    return _begun_by(sentence, context, lead, who, rest[role.end() :], ordinals)


def _with(sentence: Sentence, context: RuleContext) -> Change | None:
    """Read “NATO granted enhanced opportunities for this and that with two partners: A and B”."""
    if not SAID.phrase("granted_with").search(sentence.text) or "EOP" in sentence.text:
        return None
    head, members = divided(sentence.text, context)
    start = when(sentence, head, context.events)
    countries = [m for m in mentions(head, context.known) if m.party.kind == "country"]
    if not members or start is None or countries:
        return None
    return Change(members, (start,) * len(members), stated=next(iter(counts(head)), None))


def _begun_by(
    sentence: Sentence,
    context: RuleContext,
    lead: str,
    who: str,
    tail: str,
    ordinals: tuple[int, ...] = (),
) -> Change | None:
    members = listed(who, context.known)
    after = tail_of(tail, context.known)
    if not members or after is None or len(ordinals) not in (0, len(members)):
        return None
    given = sentence.dates_in(after[0])
    starts: list[str] | None = None
    if not given:
        start = when(sentence, f"{lead} {after[0]}", context.events)
        starts = None if start is None else [start] * len(members)
    elif not sentence.dates_in(lead):
        starts = spread(len(members), given, respectively=after[1])
    return None if starts is None else Change(members, tuple(starts), ordinals)


# Who joined NATO, or is a partner no longer


def ended(sentence: Sentence, context: RuleContext) -> Change | None:
    """Who a sentence says joined NATO or is a partner no longer, and when."""
    for name, means in SAID.data["endings"].items():
        match = SAID.phrase(name).search(sentence.text)
        if match is not None:
            lead, subject, members, ends = _around(sentence, context, match)
            joined = means["joins"] or bool(SAID.phrase("accession").search(lead))
            named = means["names"] or "EOP" in subject
            return Change(members, ends, joined=joined, named=named) if members else None
    return None


def moved(sentence: Sentence, context: RuleContext, *, here: bool) -> tuple[str, Change] | None:
    """Who a sentence says joined the Interoperability Platform, or left it, and when.

    Args:
        sentence: The sentence.
        context: What is known beside it.
        here: Whether it stands under the heading of the platform, and need not name it.
    """
    names = ["ip_joined", "ip_left", *(["ip_joined_here", "ip_left_here"] if here else [])]
    for name in () if is_doubted(sentence.text.replace("no longer", "")) else names:
        match = SAID.phrase(name).search(sentence.text)
        if match is not None:
            lead, _, members, dates = _around(sentence, context, match)
            if members and not SAID.phrase("other_time").search(lead):
                return "start" if "joined" in name else "end", Change(members, dates)
    return None


def _around(
    sentence: Sentence, context: RuleContext, match: re.Match[str]
) -> tuple[str, str, Members, tuple[str, ...]]:
    """What stands around a verb: what leads to it, its subject, and who and when that is."""
    lead, subject = led(sentence.text[: match.start()])
    tail = sentence.text[match.end() :]
    members, dates = (
        _each_dated(sentence, context, subject, tail)
        or _and_another(sentence, context, subject, tail)
        or _together(sentence, context, lead, subject, tail)
    )
    return lead, subject, members, dates


def _each_dated(
    sentence: Sentence, context: RuleContext, subject: str, tail: str
) -> tuple[Members, tuple[str, ...]] | None:
    """Read “A (2031) and B (2032) joined NATO”."""
    matches = list(SAID.phrase("each_dated").finditer(subject))
    if not matches or "".join(match[0] for match in matches) != subject:
        return None
    members = [listed(match["who"], context.known) for match in matches]
    if any(len(each) != 1 for each in members) or tail_of(tail, context.known) is None:
        return None
    return tuple(each[0] for each in members), tuple(sentence.dates_in(subject))


def _and_another(
    sentence: Sentence, context: RuleContext, subject: str, tail: str
) -> tuple[Members, tuple[str, ...]] | None:
    """Read “A joined NATO in 2031 and B in 2032”."""
    match = SAID.phrase("and_another").fullmatch(tail)
    first = listed(subject, context.known)
    second = listed(match["who"], context.known) if match else ()
    if match is None or len(first) != 1 or len(second) != 1:
        return None
    return (*first, *second), tuple(sentence.dates_in(match["one"] + match["two"]))


def _together(
    sentence: Sentence, context: RuleContext, lead: str, subject: str, tail: str
) -> tuple[Members, tuple[str, ...]]:
    """Read “After doing so in 2031 and 2032 respectively, A and B joined NATO”."""
    formerly = SAID.phrase("formerly").search(subject)
    members = listed(subject[: formerly.start()] if formerly else subject, context.known)
    after = tail_of(tail, context.known)
    if not members or after is None:
        return (), ()
    given = sentence.dates_in(lead) + sentence.dates_in(after[0])
    if not given:
        return members, ("",) * len(members)
    dated = spread(len(members), given, respectively="respectively" in lead or after[1])
    return (members, tuple(dated)) if dated else ((), ())


def unread(sentence: Sentence) -> bool:
    """Whether a sentence seems to say who became or is no longer a partner, or joined NATO."""
    if "EOP" in sentence.text and sentence.dated:
        return True
    return SAID.any(sentence.text, "granted", "became", *SAID.data["endings"])


# Who is a partner now


def current(sentence: Sentence, context: RuleContext) -> Change | None:
    """Who a sentence says are the partners now."""
    text = sentence.text
    if not ("EOP" in text or "this status" in text) or "«" in text:
        return None
    head, members = divided(text, context)
    for match in () if members else SAID.phrase("are").finditer(text):
        head, after = text[: match.end()], text[match.end() :]
        members = listed(after, context.known)
        if not members:
            lead, subject = led(text[: match.start()])
            members = listed(subject, context.known)
            head = f"{lead} {match[0]} {after.rstrip('.')}"
        if members:
            break
    if not members or not SAID.phrase("currently").search(head):
        return None
    words = [word.strip(",.").lower() for word in head.split()]
    numbers = [n for word in words if (n := number(word)) is not None]
    others = [w for w in words if w and w not in SAID.words("current") and number(w) is None]
    if not {"eop", "status"} & set(words) or others or len(numbers) > 1:
        return None
    return Change(members, stated=numbers[0] if numbers else None)
