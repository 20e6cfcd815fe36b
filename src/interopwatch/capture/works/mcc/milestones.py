"""Templates of clauses that report a milestone of a project, or expect it, with its date.

They are data: regular expressions with named groups, each for one milestone. None of them can
take more than a bounded number of words for a part that it does not name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

# A date in a sentence is one character of a private area of Unicode, so that templates can be
# written around it.
FIRST: Final = 0xE000
LONGEST: Final = 2000  # of a sentence, in characters
D: Final = "[\ue000-\ue0ff]"
PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_PLACE: Final = r"(?: (?:in|at) [A-Z]\w{1,30}(?: [A-Z]\w{1,30})?(?:, [A-Z]\w{1,30})?)?"
_SUMMIT: Final = (
    r"(?:at|in the margins of|on the margins of|alongside) the "
    rf"(?:(?P<summit>{D}) (?:[A-Z][\w-]{{1,30}} )?(?:NATO )?Summit{_PLACE}"
    rf"|(?:[A-Z][\w-]{{1,30}} )?(?:NATO )?Summit{_PLACE},? (?:in|of|on) (?P<summit_in>{D}))"
)
_MEETING: Final = (
    r"at (?:a|the|their) (?:[\w’'-]{1,30} ){0,5}(?:meeting|ministerial|Ministerial)"
    rf"(?: of (?:[\w’'-]{{1,30}} ){{1,5}}?)?,? ?(?:in|on|of) (?P<meeting>{D})"
)
_VAGUE: Final = (
    r"(?:early |mid-? ?|late |the (?:(?:first|second|third|fourth|last) (?:half|quarter)"
    r"|beginning|middle|start|end|spring|summer|autumn|fall|winter) of "
    r"|spring |summer |autumn |winter |Q[1-4] )"
)
_WHEN: Final = (
    rf"(?:{_SUMMIT}|{_MEETING}"
    rf"|by (?P<end>the end of |end[ -]|late )?(?P<vague_by>{_VAGUE})?(?P<by>{D})"
    rf"|(?:in|on|at|during|for) (?P<vague>{_VAGUE})?(?:the )?(?P<day>{D})"
    r"(?: time ?frame| period)?"
    rf"|between (?P<between>{D}) and (?P<until>{D}))"
)
WHEN_ONLY: Final = re.compile(_WHEN)

_IS: Final = (
    r"(?:(?:is|are|remains?) (?:currently |now |still )?"
    r"(?:expected|scheduled|planned|due|foreseen|anticipated|projected|set)"
    r"(?: to(?: be)?)?|will(?: be)?|(?:is|are) to(?: be)?|aims? to(?: be)?)"
)
_DONE: Final = r"(?:was|were|has been|have been|has|have)"
_BE: Final = rf"(?:{_IS} |{_DONE} )?(?:officially |formally |successfully |first |then |also )?"


def _capability(size: str, short: str, adverb: str) -> str:
    """What says that a capability is reached: by its name, its short form or an adverb."""
    named = rf"(?:its |the |an )?{size} operat(?:ional|ing) capability(?: \({short}\))?"
    named = rf"(?:{named}|(?:its )?{short})"
    reach = r"(?:reach|achiev|attain|declar|obtain)(?:ed|es|e)?"
    return (
        rf"(?:(?:its |the )?{named}(?: (?:{_BE}{reach}|(?:is |was )?(?:{_IS})))?"
        rf"|{_BE}{reach} {named}|{_BE}(?:become|became|declared) {adverb} operational"
        rf"|(?:is|are|was|were|has been) {adverb} operational)"
    )


_SOLUTION: Final = r"(?:a |an |the |this )?(?:single )?(?:preferred )?solution"
_OF: Final = r"(?: (?:of|for|from|under) [^,.;:\ue000-\ue0ff]{1,90}?)?"
_THING: Final = r"(?:[\w’'&/-]{1,30} ){0,6}?"
_DELIVERY: Final = (
    r"(?:the )?(?:@order@) (?:[\w’'&/-]{1,30} ){0,4}?(?:"
    rf"(?:delivery|deliveries){_OF}(?: (?:was|were|took place|occurred|began|started|{_IS}|{_BE}"
    r"(?:received|made|completed|carried out|take place|begin|start)))?"
    rf"|(?:{_IS}|{_DONE}) (?:delivered|received|handed over)"
    r"(?: to [^,.;\ue000-\ue0ff]{1,60}?)?)"
)

# A template reads a clause up to its date. "{self}" stands for the project itself.
_CLAUSES: Final[tuple[tuple[str, str], ...]] = (
    ("launched", rf"{{self}}{_BE}launched(?: by (?P<by_whom>[^,.;\ue000-\ue0ff]{{1,60}}?))?"),
    ("initial-operational-capability",
     r"(?P<thing>(?:the )?" + _THING + ")?" + _capability("initial", "IOC", "initially")),
    ("full-operational-capability",
     r"(?P<thing>(?:the )?" + _THING + ")?" + _capability("full", "FOC", "fully")),
    ("first-delivery", _DELIVERY.replace("@order@", "first|initial")),
    ("last-delivery", _DELIVERY.replace("@order@", "last|final")),
    ("requirements-delivered",
     r"{self}" + _BE + r"deliver(?:ed|s)? (?:on )?(?:its |the )?(?:[\w-]{1,20} ){0,3}?"
     "requirements"),
    ("first-graduation",
     r"(?:the )?first (?:group|class|batch|cohort|course|students?|trainees?|pilots?|aircrews?)"
     rf"(?: of [\w -]{{1,40}}?)? {_BE}(?:graduated?|complete[ds]? (?:the|their) training){_OF}"),
    ("opened",
     r"(?P<opens>(?:the |its )?" + _THING +
     r"(?:cent(?:re|er)|facility|campus|headquarters|school|academy|hub|base) "
     r"|{self})" + _BE + r"(?:open(?:ed|s)?(?: its doors)?|inaugurated)"),
    ("concept-stage",
     r"{self}" + _BE + r"enter(?:ed|s)? (?:its |the |into the )?concept (?:stage|phase)"),
    ("in-service",
     r"{self}(?:aims to (?:develop|deliver|field|acquire|provide) [\w -]{1,60}? for|has) an "
     r"in-service date"),
    ("in-service", rf"(?:the |its )?in-service date {_IS}"),
    ("in-service", r"{self}" + _BE + r"enter(?:ed|s)? (?:into )?service"),
    ("solution-selected",
     rf"(?:a |the |an )(?:single )?(?:preferred )?solution {_BE}(?:identified|selected|chosen)"),
    ("solution-selected",
     r"(?:{self}" + _BE + r")?(?:identify(?:ing)?|identified|select(?:ing|ed)?|"
     r"choos(?:e|ing)|chose) "
     + _SOLUTION + _OF),
    ("solution-developed",
     r"(?:(?:thereby |thus |which will )?(?:enabl(?:e|ing)|allow(?:ing)?)(?: for)? )?"
     r"(?:the )?development of " + _SOLUTION + rf"(?: {_IS})?"),
)  # fmt: skip
COMMITTED: Final = re.compile(
    rf"(?:In (?P<when>{D}), )?(?P<number>[\w-]{{1,20}}) (?:of the )?participating "
    r"(?:Allies|countries|nations)(?: \((?P<list>[^()]{1,400})\))? (?:have )?"
    rf"committed(?: in (?P<later>{D}))? to "
)
EXERCISE: Final = (
    re.compile(
        rf"Since (?P<when>{D}), (?P<host>[^,.;]{{1,60}}?) (?:has )?host(?:ed|s) "
        r"(?:the|an) annual exercise(?P<name> [A-Z][\w -]{1,40}?)?(?=[,.;]|$)"
    ),
    re.compile(
        r"(?:The|An) annual exercise(?P<name> [A-Z][\w -]{1,40}?)? has been (?:held|conducted|"
        rf"hosted by (?P<host>[^,.;]{{1,60}}?))(?: annually| yearly)? since (?P<when>{D})"
    ),
)
_SELF: Final = r"(?P<self>[^,.;:\ue000-\ue0ff]{1,120}? )?"


@cache
def templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The templates by the codes of their milestones, in the order in which they are tried.

    They are compiled at first use: that takes longer than to read another work (50 ms).
    """
    when = re.sub(r"[?]P<[a-z_]+>", "?:", _WHEN)
    return tuple(
        (
            code,
            re.compile(
                rf"(?:{clause.replace('{self}', _SELF)}) (?:only )?(?P<when>{when})(?=[ ,.;]|$)",
                re.IGNORECASE,
            ),
        )
        for code, clause in _CLAUSES
    )


GLUE: Final = re.compile(r"(?:[,;]? (?:and|while|with|then|before|thereby) |[,;] ?| )?(?:then )?")
EXPECTED: Final = re.compile(
    r"\b(?:expected|scheduled|planned|due|foreseen|anticipated|projected|will|aims?|is set|are set"
    r"|(?:is|are) to)\b",
    re.IGNORECASE,
)
BARE: Final = re.compile(
    r"^(?:reach|achieve|attain|obtain|become|enter|deliver|select|identify|identifying|selecting"
    r"|choose|choosing|open)\b",
    re.IGNORECASE,
)
# Whoever says so does not say that it happened, or that it will.
DOUBT: Final = re.compile(
    r"\b(?:not|never|no longer|no|delayed|postponed|cancell?ed|failed|suspended|might"
    r"|may(?= be| re)"
    r"|could|would|should|was expected|were expected|was (?:scheduled|planned|due)|had been"
    r"|were (?:scheduled|planned|due)|originally|instead|until|unless|if|second|third|former"
    r"|earliest"
    r"|latest|or|partly|partially)\b",
    re.IGNORECASE,
)
