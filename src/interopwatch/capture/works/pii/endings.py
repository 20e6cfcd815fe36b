"""How sentences of the page say that a partner is one no longer, or joined NATO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from interopwatch.capture.works.pii.sentences import Phrase, led, listed, spread
from interopwatch.capture.works.pii.statements import Ended, RuleContext, tail_of

if TYPE_CHECKING:
    from interopwatch.capture.english.lists import Member

_EVOLVED: Final = re.compile(
    r"'s? (?:relationships?|status|cooperation|partnerships?)(?: with (?:the Alliance|NATO))? "
    r"(?:has |have )?(?:since )?(?:evolved|changed|moved|developed|shifted|was transformed)"
    r" from (?:that of |those of |being |the status of )?(?:an? )?EOP(?: status)? (?:in)?to "
    r"(?:that of |those of |being |become |becoming )?(?:an? )?(?:full )?"
    r"(?:members?(?:hip)?|Allies|Ally)(?: (?:of|in) (?:NATO|the Alliance))?(?=[ ,.]|$)"
)
_JOINED: Final = re.compile(
    r" (?:has |have )?(?:both )?(?:since |also |formally |officially |then |later )?"
    r"(?:joined (?:NATO|the Alliance)|acceded to (?:NATO|the Alliance|the North Atlantic Treaty)"
    r"|(?:became|become) (?:an? |the |its )?(?:full |new |NATO |NATO's )*"
    r"(?:\d\d(?:st|nd|rd|th) (?:and \d\d(?:st|nd|rd|th) )?)?"
    r"(?:(?:members?|Allies|Ally|member countr(?:y|ies))"
    r"(?: of (?:NATO|the Alliance|the North Atlantic Alliance))?))(?=[ ,.]|$)"
)
_CEASED: Final = re.compile(
    r" (?:(?:is|are) (?:now |therefore )?no longer(?: considered)?|(?:has |have )?ceased to be"
    r"|(?:has |have )?(?:stopped being)) (?:an? )?EOP(?: status)?(?=[ ,.]|$)"
)
_WITHDREW: Final = re.compile(
    r" (?:has |have )?(?:withdrew|withdrawn|left)(?: from)? (?:the (?:group|ranks|circle) of )?"
    r"(?:the )?EOP(?: programme| group| status)?(?=[ ,.]|$)"
)
_LAPSED: Final = re.compile(
    r"'s? (?:EOP status|status (?:as|of) an? EOP) (?:has |was )?"
    r"(?:ended|expired|lapsed|withdrawn|revoked|terminated)(?=[ ,.]|$)"
)
_ENDINGS: Final = (
    (_EVOLVED, True, True),
    (_JOINED, True, False),
    (_CEASED, False, True),
    (_WITHDREW, False, True),
    (_LAPSED, False, True),
)
"""Phrases, whether they say that NATO was joined, and whether they say that this ended it."""
_ACCESSION: Final = re.compile(
    r"\b(?:accessions?|membership|joining NATO|joining the Alliance|becoming (?:full |NATO )?"
    r"(?:members|Allies))\b"
)
_FORMERLY: Final = re.compile(
    r",? (?:both |which were |who were |an? )?(?:former|formerly|previously)\b"
)
_EACH: Final = re.compile(r"(?P<who>[^()«»]{2,60}?) \(«(?P<date>\d+)»\)(?:,? and |, |$)")
_AND: Final = re.compile(
    r" (?:in|on) «(?P<one>\d+)»,? (?:and|while|followed by) (?P<who>[^«».,;]{2,60}?) "
    r"(?:joined (?:NATO |the Alliance )?|followed |did so |became (?:an? |the )?(?:NATO )?"
    r"(?:full )?(?:member|Ally) (?:of NATO |of the Alliance )?)?(?:in|on) «(?P<two>\d+)»\.?"
)


def ended(phrase: Phrase, context: RuleContext) -> Ended | None:
    """Who a sentence says joined NATO or is a partner no longer, and when."""
    for pattern, joins, names in _ENDINGS:
        match = pattern.search(phrase.text)
        if match is not None:
            lead, subject = led(phrase.text[: match.start()])
            tail = phrase.text[match.end() :]
            joined = joins or bool(_ACCESSION.search(lead))
            found = _each(phrase, context, subject, tail) or _apart(phrase, context, subject, tail)
            members, ends = found or _together(phrase, context, (lead, subject, tail))
            named = names or "EOP" in subject
            return Ended(members, ends, joined, named) if members else None
    return None


def _each(
    phrase: Phrase, context: RuleContext, subject: str, tail: str
) -> tuple[tuple[Member, ...], tuple[str, ...]] | None:
    """Read “A (2031) and B (2032) joined NATO”."""
    matches = list(_EACH.finditer(subject))
    if not matches or "".join(match[0] for match in matches) != subject:
        return None
    members = [listed(match["who"], context.known) for match in matches]
    if any(len(each) != 1 for each in members) or tail_of(tail, context.known) is None:
        return None
    ends = tuple(phrase.dated[int(match["date"])] for match in matches)
    return tuple(each[0] for each in members), ends


def _apart(
    phrase: Phrase, context: RuleContext, subject: str, tail: str
) -> tuple[tuple[Member, ...], tuple[str, ...]] | None:
    """Read “A joined NATO in 2031 and B in 2032”."""
    match = _AND.fullmatch(tail)
    first = listed(subject, context.known)
    second = listed(match["who"], context.known) if match else ()
    if match is None or len(first) != 1 or len(second) != 1:
        return None
    return (*first, *second), tuple(phrase.dated[int(match[name])] for name in ("one", "two"))


def _together(
    phrase: Phrase, context: RuleContext, parts: tuple[str, str, str]
) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Read “After doing so in 2031 and 2032 respectively, A and B joined NATO”."""
    lead, subject, tail = parts
    formerly = _FORMERLY.search(subject)
    members = listed(subject[: formerly.start()] if formerly else subject, context.known)
    after = tail_of(tail, context.known)
    if not members or after is None:
        return (), ()
    given = phrase.dates_in(lead) + phrase.dates_in(after[0])
    if not given:
        return members, ("",) * len(members)
    dated = spread(len(members), given, respectively="respectively" in lead or after[1])
    return (members, tuple(dated)) if dated else ((), ())


def unread(phrase: Phrase) -> bool:
    """Whether a sentence speaks of becoming or no longer being a partner, or of joining NATO."""
    return any(pattern.search(phrase.text) for pattern, _, _ in _ENDINGS)
