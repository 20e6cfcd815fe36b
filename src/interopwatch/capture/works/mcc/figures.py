"""Numbers, quantities, leads and relations that the page states, and the phrases that say so."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import is_hedged, number
from interopwatch.capture.english.phrases import Sentence, phrase
from interopwatch.capture.english.text import fold, slug
from interopwatch.capture.works.engine import fields_of, filled
from interopwatch.capture.works.work import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

# Numbers of lists

_WHOM: Final = r"(?P<whom>countries|nations|Allies|states)"
_PROJECTS: Final = (
    r"((multinational|high visibility|high-visibility|current|ongoing|active|such|different|HVP"
    r"|NATO) )*(projects|initiatives|HVPs|High Visibility Projects[ \(HVPs\)])"
)
OF_PROJECT: Final = (
    r"((?<!by )\bthe|\b(with|its|all|currently|now)) {many:number} participating WHOM\b",
    (
        r"\b(involves|includes|comprises|unites|(brings|bringing) together|has) {many:number} "
        r"[participating] WHOM\b(?! and)"
    ),
    (
        r"\b{many:number} WHOM [currently] (participate|take part|are (participating|taking part"
        r"|involved))\b"
    ),
)
"""How many countries a project has."""
OF_PAGE: Final = (
    r"\b(launched|established|initiated) {many:number} PROJECTS\b",
    r"\bthere are [currently|now] {many:number} PROJECTS\b",
    (
        r"\b{many:number} PROJECTS [are] [currently|now] (underway|under way|ongoing|in progress"
        r"|have been launched)\b"
    ),
    r"\btotal of {many:number} PROJECTS\b",
)
"""How many projects there are in all."""
OF_AREA: Final = (
    r"\b{many:number} PROJECTS (have been|were|are) [currently] (launched|underway|under way)\b",
    r"\bthe [following] {many:number} PROJECTS (below|in this area)\b",
    r"\bthe following {many:number} PROJECTS\b",
    r"\bthere are [currently|now] {many:number} PROJECTS\b",
)
"""How many projects an area has."""


def stated(text: str, notations: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The numbers that a text states about a list, and of whom if it says so.

    >>> list(stated("It has 7 countries: the three participating Allies; by five", OF_PROJECT))
    [(3, 'allies'), (7, 'countries')]
    >>> list(stated("Allies have launched 31 projects. There are currently 12 projects.", OF_PAGE))
    [(31, ''), (12, '')]
    """
    seen: set[int] = set()
    for notation in notations:
        whole = notation.replace("WHOM", _WHOM).replace("PROJECTS", _PROJECTS)
        for match in phrase(whole).finditer(text):
            many, start = number(match["many"]), match.start("many")
            hedged = start == match.start() and is_hedged(text, start)
            if many is not None and not hedged and start not in seen:
                seen.add(start)
                yield many, (match.groupdict().get("whom") or "").lower()


# Quantities


def _quantity(
    notation: str, measure: str, value: str, unit: str, *, expected: bool = False
) -> Rule:
    fields = {"measure": measure, "value": value, "unit": unit, "party": ""}
    return Rule(notation, "quantities", {**fields, "expected": str(expected).lower()})


_CAMPUSES: Final = r"\b{many:number} ((?!will){word} ){0,2}training campuses "
_OPEN: Final = " (established|operational|open)"
_HAS: Final = r"\bfleet ([currently|now] has|comprises|consists of) {many:number} "
_WILL: Final = r"\bfleet will (have|comprise|consist of|include) {many:number} "
_RULES: Final = (
    _quantity(r"\b(?P<size>\d{2,3})[ ]-?mm (?P<what>artillery|mortar|tank)\b",
              "{what}-calibre", "{size}", "millimetre"),
    _quantity(r"\b(below|under) {m:figures} (metres|meters)",
              "altitude-ceiling-metres", "{m}", "metre"),
    _quantity(r"\b(below|under) {m:figures} (metres|meters) \({feet:figures} feet\)",
              "altitude-ceiling-feet", "{feet}", "foot"),
    _quantity(_HAS + r"aircraft\b", "fleet-aircraft", "{many}", "aircraft"),
    _quantity(_HAS + r"(?P<what>tanker|helicopter)s\b", "fleet-{what}s", "{many}", "{what}"),
    _quantity(_WILL + r"aircraft\b", "fleet-aircraft", "{many}", "aircraft", expected=True),
    _quantity(_WILL + r"(?P<what>tanker|helicopter)s\b", "fleet-{what}s", "{many}", "{what}",
              expected=True),
    _quantity(_CAMPUSES + "(have been|are|were)" + _OPEN, "training-campuses", "{many}", "campus"),
    _quantity(_CAMPUSES + "will be" + _OPEN, "training-campuses", "{many}", "campus",
              expected=True),
)  # fmt: skip
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}
_AMOUNT: Final = re.compile(
    r"(?:['’]s|['’]) (?P<what>(?:[a-z]{1,20} )?contribution) of (?P<currency>EUR|USD|GBP|€|\$|£) ?"
    r"(?P<number>\d{1,6}(?:,\d{3})*(?:\.\d{1,6})?)"
    # What goes on in another way would be another number: "16,5", "16 500", "16-20", "16m".
    r"(?![.,’']?\d| ?[–—-] ?\d| (?:to |or )?\d|[A-Za-z%])"
    r"(?: (?P<scale>million|billion)\b|(?! (?:thousand|[mbt]n?|[mbt]r?illion)\b))"
)


def quantities(text: str, known: Vocabulary) -> Iterator[dict[str, str]]:
    """The quantities in a text, of the sorts that there are rules for, as fields of rows."""
    for match in _AMOUNT.finditer(text):
        whose = mentions(text[max(0, match.start() - 60) : match.start()], known)
        if whose and text[: match.start()].endswith(whose[-1].name):
            scale = {"million": 10**6, "billion": 10**9}.get(match["scale"] or "", 1)
            amount = Decimal(match["number"].replace(",", "")) * scale
            yield {
                "measure": slug(match["what"]), "value": f"{amount.normalize():f}",
                "unit": _SIGNS.get(match["currency"], match["currency"]),
                "party": whose[-1].party.party, "expected": "false",
            }  # fmt: skip
    sentence = Sentence.of(text)
    for rule in _RULES:
        for _, said in filled(rule, sentence):
            yield fields_of(rule, said)


def is_quantity_only(text: str) -> bool:
    """Whether a sentence, or the end of one, says nothing but a quantity there is a rule for."""
    around = r"[after which] [the] {} [across the Alliance] [so far]\.?"
    wholes = (around.replace("{}", rule.phrase.removeprefix(r"\b")) for rule in _RULES)
    return any(phrase(whole).fullmatch(text) for whole in wholes)


def allies_counted(text: str) -> int | None:
    """The number in "six Allies"; nothing if it is anything else.

    >>> allies_counted("six Allies"), allies_counted("six Allies and partners")
    (6, None)
    """
    match = phrase(r"{many:number} [NATO] Allies").fullmatch(text.strip())
    return number(match["many"]) if match else None


# Leads

_LED: Final = re.compile(
    r"(?P<who>[\w&/-]{1,40})(?:,? (?:which|that) (?:is|are)| (?:is|are)|,)? "
    r"(?:currently )?led by "
)
_NOUNS: Final = frozenset(
    {"project", "initiative", "effort", "programme", "command", "headquarters", "it"}
)


def leads_in(text: str, name: ProjectName, known: Vocabulary) -> tuple[str, ...]:
    """Who leads the project, as a text says.

    Only what is said of the project itself counts: in "supported by the X-led cluster" X leads
    the cluster.
    """
    own = {w.strip("(),").lower() for w in name.heading.split()}
    for match in _LED.finditer(text):
        word = text[max(0, match.start() - 60) : match.start()].split()[-1:]
        other = any(w[0].isupper() and w.lower() not in own | {"the", "this"} for w in word)
        if other or match["who"].lower() not in _NOUNS | own:
            continue
        behind = text[match.end() : match.end() + 120]
        found = mentions(behind, known)
        if found and not behind[: found[0].start].removeprefix("the ").strip():
            several = len(found) > 1 and re.match(r"(?:,| and )", behind[found[0].end :])
            return tuple(m.party.party for m in (found if several else found[:1]))
    for led in re.finditer(r"-led (?P<who>[\w-]{1,40})", text):
        before = text[max(0, led.start() - 80) : led.start()]
        named = mentions(before, known)
        if led["who"].lower() in _NOUNS and named and named[-1].end == len(before):
            return (named[-1].party.party,)
    return ()


# Relations to other projects

_THING: Final = "[parent] (project|initiative|effort|programme|framework)"
_LIKE: Final = "^[Purpose:] (Like|Similar to|Similarly to|As with|As in) the "
_ONE: Final = f"({_THING} above|above {_THING}|previous {_THING})"
SIMILAR_TO: Final = _LIKE + rf"({{many:number}} {_THING}s (above|before it)|{_ONE})\b"
MODELLED_ON: Final = (
    rf"\b(modell?ed|based|patterned) (after|on|upon) (its|the) "
    rf"((?P<above>{_ONE})|[parent] {{other:words}} [{_THING}]{{stop}})"
)
LAUNCHED_WITH: Final = (
    r"\b(alongside|together with|along with) the {many:number} other "
    rf"[{{about:word}}-related] {_THING}s?\b"
)
WORK_STRAND_OF: Final = (
    r"\bas a (work ?strand|strand of work|work stream|workstream) (under|of|within|in) the "
    r"{other:words}( concept (stage|phase)| project| initiative| effort)*(\.|$)"
)
STRAND_ONLY: Final = (
    "^(The|This) (effort|project|initiative) (is [currently|now] [being] (taken|carried) forward"
    "|continues) [currently] as a "
)


def resolved(text: str, ids: Mapping[str, str]) -> str:
    """The project that a phrase names, in full; empty if it names none."""
    name = fold(text)
    endings = ("", " project", " initiative", " effort", " concept stage")
    return next((ids[n] for e in endings if (n := name.removesuffix(e)) in ids), "")
