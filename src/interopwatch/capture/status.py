"""Sentences about the status of a project: which milestones they report, and when.

A sentence is read clause by clause from its beginning; each clause has a date of its own. What
no template reads is left over, with the reason if it holds a date: nothing is taken from the
middle of a sentence that is not understood up to there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english import dates, fold, number
from interopwatch.capture.parties import plain

if TYPE_CHECKING:
    from interopwatch.capture.names import Name

STATUSES: Final = ("being-established", "established-and-delivering", "established", "completed")
_STATUS: Final = re.compile(
    rf"(?P<status>{'|'.join(s.replace('-', ' ') for s in STATUSES)}) ?(?:[.;:]|[–—-] |$)",
    re.IGNORECASE,
)

# A date in a sentence is one character of a private area of Unicode, so that templates can be
# written around it.
_FIRST: Final = 0xE000
_LONGEST: Final = 2000  # of a sentence, in characters
_D: Final = "[\ue000-\ue0ff]"
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_PLACE: Final = r"(?: (?:in|at) [A-Z]\w{1,30}(?: [A-Z]\w{1,30})?(?:, [A-Z]\w{1,30})?)?"
_SUMMIT: Final = (
    r"(?:at|in the margins of|on the margins of|alongside) the "
    rf"(?:(?P<summit>{_D}) (?:[A-Z][\w-]{{1,30}} )?(?:NATO )?Summit{_PLACE}"
    rf"|(?:[A-Z][\w-]{{1,30}} )?(?:NATO )?Summit{_PLACE},? (?:in|of|on) (?P<summit_in>{_D}))"
)
_MEETING: Final = (
    r"at (?:a|the|their) (?:[\w’'-]{1,30} ){0,5}(?:meeting|ministerial|Ministerial)"
    rf"(?: of (?:[\w’'-]{{1,30}} ){{1,5}}?)?,? ?(?:in|on|of) (?P<meeting>{_D})"
)
_VAGUE: Final = (
    r"(?:early |mid-? ?|late |the (?:(?:first|second|third|fourth|last) (?:half|quarter)"
    r"|beginning|middle|start|end|spring|summer|autumn|fall|winter) of "
    r"|spring |summer |autumn |winter |Q[1-4] )"
)
_WHEN: Final = (
    rf"(?:{_SUMMIT}|{_MEETING}"
    rf"|by (?P<end>the end of |end[ -]|late )?(?P<vague_by>{_VAGUE})?(?P<by>{_D})"
    rf"|(?:in|on|at|during|for) (?P<vague>{_VAGUE})?(?:the )?(?P<day>{_D})"
    r"(?: time ?frame| period)?"
    rf"|between (?P<between>{_D}) and (?P<until>{_D}))"
)
_WHEN_ONLY: Final = re.compile(_WHEN)

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
    rf"(?:delivery|deliveries){_OF}(?: (?:was|were|took place|occurred|{_IS}|{_BE}"
    r"(?:received|made|completed|carried out|take place)))?"
    rf"|(?:{_IS}|{_DONE}) (?:delivered|received|handed over))"
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
     r"{self}" + _BE + r"deliver(?:ed|s)? (?:on )?(?:its |the )?(?:[\w-]{1,20} ){0,3}?requirements"),
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
     r"(?:{self}" + _BE + r")?(?:identify(?:ing)?|identified|select(?:ing|ed)?|choos(?:e|ing)|chose) "
     + _SOLUTION + _OF),
    ("solution-developed",
     r"(?:(?:thereby |thus |which will )?(?:enabl(?:e|ing)|allow(?:ing)?)(?: for)? )?"
     r"(?:the )?development of " + _SOLUTION + rf"(?: {_IS})?"),
)  # fmt: skip
_COMMITTED: Final = re.compile(
    rf"(?:In (?P<when>{_D}), )?(?P<number>[\w-]{{1,20}}) (?:of the )?participating "
    r"(?:Allies|countries|nations)(?: \((?P<list>[^()]{1,400})\))? (?:have )?"
    rf"committed(?: in (?P<later>{_D}))? to "
)
_EXERCISE: Final = (
    re.compile(
        rf"Since (?P<when>{_D}), (?P<host>[^,.;]{{1,60}}?) (?:has )?host(?:ed|s) "
        r"(?:the|an) annual exercise(?P<name> [A-Z][\w -]{1,40}?)?(?=[,.;]|$)"
    ),
    re.compile(
        r"(?:The|An) annual exercise(?P<name> [A-Z][\w -]{1,40}?)? has been (?:held|conducted|"
        rf"hosted by (?P<host>[^,.;]{{1,60}}?))(?: annually| yearly)? since (?P<when>{_D})"
    ),
)
_SELF: Final = r"(?P<self>[^,.;:\ue000-\ue0ff]{1,120}? )?"
_TEMPLATES: Final = tuple(
    (
        code,
        re.compile(
            rf"(?:{clause.replace('{self}', _SELF)}) "
            rf"(?:only )?(?P<when>{re.sub(r'[?]P<[a-z_]+>', '?:', _WHEN)})(?=[ ,.;]|$)",
            re.IGNORECASE,
        ),
    )
    for code, clause in _CLAUSES
)
_GLUE: Final = re.compile(r"(?:[,;]? (?:and|while|with|then|before|thereby) |[,;] ?| )?(?:then )?")
_EXPECTED: Final = re.compile(
    r"\b(?:expected|scheduled|planned|due|foreseen|anticipated|projected|will|aims?|is set|are set"
    r"|(?:is|are) to)\b",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"^(?:reach|achieve|attain|obtain|become|enter|deliver|select|identify|identifying|selecting"
    r"|choose|choosing|open)\b",
    re.IGNORECASE,
)
# Whoever says so does not say that it happened, or that it will.
_DOUBT: Final = re.compile(
    r"\b(?:not|never|no longer|no|delayed|postponed|cancell?ed|failed|suspended|might|may(?= be| re)"
    r"|could|would|should|was expected|were expected|was (?:scheduled|planned|due)|had been"
    r"|were (?:scheduled|planned|due)|originally|instead|until|unless|if|second|third|former|earliest"
    r"|latest|or|partly|partially)\b",
    re.IGNORECASE,
)
_PARTS: Final = frozenset(
    {"fleet", "headquarters", "command", "unit", "capability", "centre", "center", "system"}
)
_GENERIC: Final = frozenset(
    {
        "project", "initiative", "effort", "programme", "program", "it", "framework", "capability",
        "projects", "headquarters", "command",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone that a sentence reports or expects.

    Attributes:
        milestone: Its code.
        date: When (EDTF).
        expected: Whether it is yet to come.
    """

    milestone: str
    date: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence tells.

    Attributes:
        reached: The milestones, in its order.
        left: What follows the clauses that were read.
        by_whom: Of a launch, by whom it was.
        committed: How many participants committed themselves, and the list of them.
        exact: Whether the dates say all that the sentence says of time.
        note: Why not all of it was read, if it holds a date.
    """

    reached: tuple[Reached, ...] = ()
    left: str = ""
    by_whom: str = ""
    committed: tuple[int, str] | None = None
    exact: bool = True
    note: str = ""


def status_of(text: str) -> tuple[str, str, str]:
    """The status that a text begins with, as the page writes it, and the sentences behind it.

    >>> status_of("Established and delivering. X was launched in May 2031.")
    ('established-and-delivering', 'Established and delivering.', 'X was launched in May 2031.')
    >>> status_of("Frozen. X was launched in May 2031.")
    ('', 'Frozen.', 'X was launched in May 2031.')
    """
    match = _STATUS.match(text)
    if match:
        code = "-".join(match["status"].lower().split())
        return code, match[0].strip(), text[match.end() :].strip()
    said, stop, rest = text.partition(".")
    if dates(said):
        return "", "", text
    return "", said + stop, rest.strip()


def told(sentence: str, name: Name) -> Told:
    """What a sentence in the status of a project tells.

    Args:
        sentence: The sentence.
        name: The name of the project, which may be the subject of its clauses.
    """
    text = _PRIVATE.sub("", plain(sentence))
    if len(text) > _LONGEST:
        return Told(left=text, note="it is too long for a sentence")
    edtf: list[str] = []
    parts, at = [], 0
    for each in dates(text)[:200]:
        parts += [text[at : each.start], chr(_FIRST + len(edtf))]
        edtf.append(each.edtf)
        at = each.end
    coded = "".join([*parts, text[at:]])
    found = _Clauses(coded, tuple(edtf), name).read()
    left = "".join(
        edtf[ord(c) - _FIRST] if _FIRST <= ord(c) < _FIRST + 256 else c for c in found.left
    )
    note = ""
    if re.search(_D, found.left) or re.search(r"\b(?:19|20)\d\d\b", left):
        note = f"no rule reads the date in: {left}"
    elif _DOUBT.search(coded) and edtf and not found.reached:
        note = f"no rule tells whether this happened: {left}"
    return Told(found.reached, left, found.by_whom, found.committed, found.exact, note)


@dataclass(slots=True)
class _Clauses:
    text: str
    edtf: tuple[str, ...]
    name: Name

    def read(self) -> Told:
        if not self.edtf or _DOUBT.search(self.text):
            return Told(left=self.text)
        found: list[Reached] = []
        by_whom, at, exact, committed = "", 0, True, None
        start = self._leading()
        text = start or self.text
        for pattern in _EXERCISE:
            match = pattern.match(self.text)
            if match:
                found.append(Reached("annual-exercise", self._date(match["when"]), expected=False))
                return Told(tuple(found), self._rest(self.text[match.end() :]))
        pledge = _COMMITTED.match(self.text)
        when = (pledge["when"] or pledge["later"]) if pledge else None
        if pledge and when:
            found.append(Reached("commitment", self._date(when), expected=False))
            many = number(pledge["number"])
            committed = (many, pledge["list"] or "") if many is not None else None
            text, at = self.text, pledge.end()
        expected: bool | None = True if pledge else None
        while at < len(text):
            clause = self._clause(text, at, first=at == 0, expected=expected)
            if clause is None:
                break
            reached, end, whom, sure = clause
            found.append(reached)
            expected, at = reached.expected, end
            by_whom, exact = by_whom or whom, exact and sure
        if not found:
            return Told(left=self.text)
        return Told(tuple(found), self._rest(text[at:]), by_whom, committed, exact)

    def _rest(self, text: str) -> str:
        return text.strip().lstrip(".;,").strip()

    def _leading(self) -> str:
        """The sentence with a date that stands before its only clause moved behind that."""
        match = re.match(
            rf"(?:In|On) (?P<day>{_D}), (?P<rest>[^\ue000-\ue0ff]+?)(?P<stop>\.?)$", self.text
        )
        return f"{match['rest']} in {match['day']}{match['stop']}" if match else ""

    def _clause(
        self, text: str, at: int, *, first: bool, expected: bool | None
    ) -> tuple[Reached, int, str, bool] | None:
        if not first:
            glue = _GLUE.match(text, at)
            at = glue.end() if glue else at
        for code, pattern in _TEMPLATES:
            match = pattern.match(text, at)
            if match is None or not self._ours(code, match, first=first):
                continue
            said = match[0][: match.start("when") - match.start()]
            edtf, sure = self._when(match["when"])
            ahead = self._expected(code, said, expected)
            if ahead is None or not edtf:
                continue
            whom = (match.groupdict().get("by_whom") or "").strip()
            return Reached(code, edtf, ahead), match.end(), whom, sure
        return None

    def _expected(self, code: str, said: str, before: bool | None) -> bool | None:
        """Whether a clause is about something to come; nothing if it does not say."""
        verb = re.sub(r"^(?:it |they )", "", said.strip(), flags=re.IGNORECASE)
        if _EXPECTED.search(said) or "aims" in said:
            return True
        if code == "solution-developed" or re.match(r"(?i)identifying|selecting|choosing", verb):
            return before
        if _BARE.match(verb):
            return before
        if re.search(
            r"\b(?:was|were|has|have|became|reached|achieved|attained|declared|obtained|entered|"
            r"delivered|opened|graduated|completed|identified|selected|chose|took place|occurred|"
            r"launched|is|are)\b",
            said,
            re.IGNORECASE,
        ):
            return False
        return before

    def _ours(self, code: str, match: re.Match[str], *, first: bool) -> bool:
        """Whether the clause is about the project and not about something else."""
        groups = match.groupdict()
        who = (groups.get("self") or "").strip()
        thing = (groups.get("thing") or "").strip()
        if code == "opened" and groups.get("opens") and not who:
            return True
        if thing:
            # "The fleet reached …": a part of the project speaks for it, another project does not.
            return self._is_self(thing) or self._is_part(thing)
        if who:
            return self._is_self(who)
        # Without a subject it goes on from the clause before.
        return not first or code in {
            "first-delivery", "last-delivery", "first-graduation", "in-service",
            "initial-operational-capability", "full-operational-capability", "solution-selected",
        }  # fmt: skip

    def _is_self(self, who: str) -> bool:
        words = re.sub(r"^(?:this|the|its|and)\s+", "", fold(who)).replace("'s", "").split()
        own = {w.strip("()") for each in self.name.spellings for w in each.split()}
        own |= set(fold(self.name.heading).split())
        generic = [w for w in words if w in _GENERIC]
        rest = [w for w in words if w not in _GENERIC and w not in own]
        named = [w for w in words if w in own]
        acronym = fold(self.name.acronym)
        whole = " ".join(words) in self.name.spellings or (bool(acronym) and acronym in words)
        several = len([w for w in named if w not in {"and", "of", "the", "for"}]) > 1
        return bool(words) and not rest and (whole or several or bool(generic))

    def _is_part(self, thing: str) -> bool:
        *words, last = re.sub(r"(?i)^(?:the|its) ", "", thing).split()
        starts = {key.split("-")[0] for key in self.name.spellings} | self.name.spellings
        return last.lower() in _PARTS and all(w.islower() or fold(w) in starts for w in words)

    def _date(self, token: str) -> str:
        return self.edtf[ord(token[-1]) - _FIRST]

    def _when(self, text: str) -> tuple[str, bool]:
        """The date of a clause, and whether it says all that the clause says of time."""
        match = _WHEN_ONLY.fullmatch(text)
        if match is None:
            return "", False
        if match["between"]:
            first, last = self._date(match["between"]), self._date(match["until"])
            return (f"{first}/{last}", True) if "/" not in first + last else ("", False)
        if match["by"]:
            date = self._date(match["by"])
            exact = not match["vague_by"] and (match["end"] or "the end of ") != "late "
            return (f"../{date}", exact) if "/" not in date else ("", False)
        day = match["summit"] or match["summit_in"] or match["meeting"] or match["day"]
        return self._date(day), not match["vague"]
