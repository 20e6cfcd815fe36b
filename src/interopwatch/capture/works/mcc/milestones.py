"""Phrases of clauses that report a milestone of a project, or expect it, with its date.

They are data, in the notation of :mod:`~interopwatch.capture.english.phrases`; a word in capitals
stands for a phrase that several have in common.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from interopwatch.capture.english.phrases import expression

LONGEST: Final = 2000  # of a sentence, in characters
_COMMON: Final = {
    "BE": "[IS|DONE] [officially|formally|successfully|first|then|also]",
    "DONE": "(was|were|has been|have been|has|have)",
    "IS": (
        "((is|are|remains?) [currently|now|still] "
        "(expected|scheduled|planned|due|foreseen|anticipated|projected|set) [to[ be]]"
        "|will[ be]|(is|are) to[ be]|aims? to[ be])"
    ),
    "OF": "[(of|for|from|under) {words}]",
    "SOLUTION": "[a|an|the|this] [single] [preferred] solution",
    "WORDS": "({word} ){0,6}?",
    "REACH": "(reach|achiev|attain|declar|obtain)(ed|es|e)?",
    "SUMMIT": "[{name}] [NATO] Summit [(in|at) {name}[, {name}]]",
    "VAGUE": (
        "(early |mid-? ?|late |the ((first|second|third|fourth|last) (half|quarter)|beginning"
        r"|middle|start|end) of |Q\d )"
    ),
}


def _whole(notation: str) -> str:
    """A phrase without words that stand for others."""
    whole = re.sub(r"\b[A-Z]{2,}\b", lambda word: _COMMON.get(word[0], word[0]), notation)
    return whole if whole == notation else _whole(whole)


_WHEN: Final = _whole(
    "((at|in the margins of|on the margins of|during|alongside) the"
    " ({summit:date} SUMMIT|SUMMIT,? (in|of|on) {summit_in:date}"
    "|{meeting_before:date} ({word} ){0,4}?(meeting|ministerial|session)"
    "[ of [the] {name}[ {name}]])"
    "|(at|in the margins of|on the margins of|during|alongside) (a|the|their) ({word} ){0,5}"
    "(meeting|ministerial|session)[ of ({word} ){1,5}?],? ?(in|on|of) {meeting:date}"
    "|by (?P<end>the end of |end |end-|late )?(?P<vague_by>VAGUE)?{by:date}"
    "|(in|on|at|during|for) (?P<vague>VAGUE)?[the] {day:date} [time ?frame|period]"
    "|between {between:date} and {until:date})"
)
WHEN_ONLY: Final = re.compile(expression(_WHEN), re.IGNORECASE)


def _capability(size: str, short: str, adverb: str) -> str:
    """What says that a capability is reached: by its name, its short form or an adverb."""
    named = rf"([its|the|an] {size} operat(ional|ing) capability[ \({short}\)]|[its] {short})"
    return (
        rf"(?P<thing>[the] WORDS)?([its|the] {named} [BE REACH|[is|was] IS]|BE REACH {named}"
        rf"|BE (become|became|declared) {adverb} operational"
        rf"|(is|are|was|were|has been) {adverb} operational)"
    )


_DELIVERY: Final = (
    "[the] ({}) ({{word}} ){{0,4}}?((delivery|deliveries) OF [was|were|took place|occurred|began"
    "|started|IS|BE (received|made|completed|carried out|take place|begin|start)]"
    "|(IS|DONE) (delivered|received|handed over) [to {{words}}])"
)
# A phrase reads a clause up to its date. The slot "self" is for the project itself.
_CLAUSES: Final = (
    ("launched", "[{self:words}] BE launched [by {by_whom:words}]"),
    ("initial-operational-capability", _capability("initial", "IOC", "initially")),
    ("full-operational-capability", _capability("full", "FOC", "fully")),
    ("first-delivery", _DELIVERY.format("first|initial")),
    ("last-delivery", _DELIVERY.format("last|final")),
    ("requirements-delivered",
     "[{self:words}] BE deliver(ed|s)? [on] [its|the] ({word} ){0,3}?requirements"),
    ("first-graduation",
     "[the] first (group|class|batch|cohort|course|students?|trainees?|pilots?|aircrews?)"
     " [of {words}] BE (graduated?|complete(d|s)? (the|their) training) OF"),
    ("opened",
     "(?P<opens>[the|its] WORDS(cent(re|er)|facility|campus|headquarters|school|academy|hub|base) "
     "|({self:words} )?)BE (open(ed|s)? [its doors]|inaugurated)"),
    ("concept-stage", "[{self:words}] BE enter(ed|s)? [its|the|into the] concept (stage|phase)"),
    ("in-service",
     "[{self:words}] (aims to (develop|deliver|field|acquire|provide) {words} for|has) an "
     "in-service date"),
    ("in-service", "[the|its] in-service date IS"),
    ("in-service", "[{self:words}] BE enter(ed|s)? [into] service"),
    ("solution-selected",
     "(a|the|an) [single] [preferred] solution BE (identified|selected|chosen)"),
    ("solution-selected",
     "[{self:words}] BE (identify(ing)?|identified|select(ing|ed)?|choos(e|ing)|chose)"
     " SOLUTION OF"),
    ("solution-developed",
     "[[thereby|thus|which will] (enabl(e|ing)|allow(ing)?) [for]] [the] development of SOLUTION"
     " [IS]"),
)  # fmt: skip
COMMITTED: Final = (
    "[In {when:date},] {many:word} [of the] participating (Allies|countries|nations)"
    r" [\({list:list}\)] [have] committed [in {later:date}] to "
)
EXERCISE: Final = (
    "Since {when:date}, {words} [has] host(ed|s) (the|an) annual exercise [{words}]{stop}",
    "(The|An) annual exercise [{words}] has been (held|conducted|hosted by {words})"
    " [annually|yearly] since {when:date}",
)


@cache
def when() -> str:
    """The regular expression of a date with what leads to it; it has no groups of its own."""
    return re.sub(r"[?]P<[a-z_]+>", "?:", expression(_WHEN))


@cache
def templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The phrases by the codes of their milestones, in the order in which they are tried.

    They are compiled at first use: that takes longer than to read another work (50 ms).
    """
    behind = rf" (?:only )?(?P<when>{when()})(?=[ ,.;]|$)"
    return tuple(
        (code, re.compile(rf"(?:{expression(_whole(clause))}){behind}", re.IGNORECASE))
        for code, clause in _CLAUSES
    )


GLUE: Final = "((,|;)? (and|while|with|then|before|thereby) |(,|;) ?| )?(then )?"
# Sentences that say the same in the order that clauses have.
SINCE: Final = (
    r"\b((has|have) been |is |are |remains? )?(?P<how>fully|initially) operational since (?={date})"
)
_GOES_ON: Final = r"(?P<rest>(became|reached|achieved|entered|is|was|has|will|delivered)\b)"
LAUNCHED: Final = (
    "[Officially|Formally] launched (?P<when>(in|on) {date}), {who:words} " + _GOES_ON,
    "{who:words}, [which was] launched (?P<when>(in|on) {date}), " + _GOES_ON,
)
LEADING: Final = r"(In|On) {day:date}, (?P<rest>(?:(?!«).)+?)(?P<stop>\.?)$"

EXPECTED: Final = (
    r"\b(expected|scheduled|planned|due|foreseen|anticipated|projected|will|aims?|(is|are) set"
    r"|(is|are) to)\b"
)
BARE: Final = (
    r"^(reach|achieve|attain|obtain|become|enter|deliver|select|identify|identifying|selecting"
    r"|choose|choosing|open)\b"
)
HAPPENED: Final = (
    r"\b(was|were|has|have|became|reached|achieved|attained|declared|obtained|entered"
    r"|delivered|opened|graduated|completed|identified|selected|chose|took place|occurred"
    r"|began|started|launched|is|are)\b"
)
# Whoever says so does not say that it happened, or that it will.
DOUBT: Final = (
    r"\b(not|never|no longer|no|delayed|postponed|cancell?ed|failed|suspended|might|may(?= be| re)"
    r"|could|would|should|was expected|were expected|had been"
    r"|(was|were) (scheduled|planned|due)|originally|instead|until|unless|if|second|third|former"
    r"|earliest|latest|or|partly|partially)\b"
)
