"""Numbers that the page states: counts of its own lists, quantities, and who leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.numbers import NUMBERS, number
from interopwatch.capture.english.text import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.mcc.names import ProjectName

_TENS: Final = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_N: Final = (
    r"(?P<number>\d{1,3}(?:,\d{3}){0,3}|(?:"
    + _TENS
    + r")-\w{3,5}|"
    + "|".join(sorted([*NUMBERS, *_TENS.split("|")], key=len, reverse=True))
    + ")"
)
_COUNTRIES: Final = r"(?P<whom>countries|nations|Allies|states)"
_KINDS: Final = (
    r"(?:(?:multinational|high[ -]visibility|current|ongoing|active|such|different|HVP|NATO) )*"
)
_PROJECTS: Final = rf"{_KINDS}(?:projects|initiatives|HVPs|High Visibility Projects(?: \(HVPs\))?)"

_OF_PROJECT: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?<!by )\bthe|\b(?:with|its|all|currently|now)) {_N} participating {_COUNTRIES}\b",
        rf"\b(?:involves|includes|comprises|unites|(?:brings|bringing) together|has) {_N} "
        rf"(?:participating )?{_COUNTRIES}\b(?! and)",
        rf"\b{_N} {_COUNTRIES} (?:currently )?(?:participate|take part|are (?:participating|"
        r"taking part|involved))\b",
    )
)
_OF_PAGE: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:launched|established|initiated) {_N} {_PROJECTS}\b",
        rf"\bthere are (?:currently |now )?{_N} {_PROJECTS}\b",
        rf"\b{_N} {_PROJECTS} (?:are )?(?:currently |now )?(?:underway|under way|ongoing"
        r"|in progress|have been launched)\b",
        rf"\btotal of {_N} {_PROJECTS}\b",
    )
)
_OF_AREA: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_N} {_PROJECTS} (?:have been|were|are) (?:currently )?"
        r"(?:launched|underway|under way)\b",
        rf"\bthe (?:following )?{_N} {_PROJECTS} (?:below|in this area)\b",
        rf"\bthe following {_N} {_PROJECTS}\b",
        rf"\bthere are (?:currently |now )?{_N} {_PROJECTS}\b",
    )
)


_HEDGED: Final = re.compile(
    r"(?:\b(?:than|over|almost|nearly|about|around|some|up to|at least|approximately|roughly|under"
    r"|of|another|further|other|additional) |\d ?(?:and|to|or|of|[–—-]) ?"
    r"|\bbetween [\w-]{1,20} and )$",
    re.IGNORECASE,
)


def _hedged(text: str, match: re.Match[str]) -> bool:
    """Whether what stands before a match that begins with a number makes it another number."""
    start = match.start()
    if match.start("number") != start:
        return False
    return _HEDGED.search(text, max(0, start - 40), start) is not None


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A number that a sentence states about a list: how many, and of whom if it says so."""

    stated: int
    whom: str = ""


def _counts(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[StatedCount]:
    seen: set[int] = set()
    for pattern in patterns:
        for match in pattern.finditer(text):
            many = number(match["number"])
            if many is None or _hedged(text, match):
                continue
            if match.start("number") not in seen:
                seen.add(match.start("number"))
                yield StatedCount(many, (match.groupdict().get("whom") or "").lower())


def countries_stated(text: str) -> tuple[StatedCount, ...]:
    """How many countries a project's text says that it has.

    >>> countries_stated("It has 7 countries: the three participating Allies; by five Allies")
    (StatedCount(stated=3, whom='allies'), StatedCount(stated=7, whom='countries'))
    """
    return tuple(_counts(_OF_PROJECT, text))


def projects_stated(text: str) -> tuple[StatedCount, ...]:
    """How many projects there are in all, as an introduction says.

    >>> projects_stated("Allies have launched 31 projects. There are currently 12 projects.")
    (StatedCount(stated=31, whom=''), StatedCount(stated=12, whom=''))
    """
    return tuple(_counts(_OF_PAGE, text))


def area_projects_stated(text: str) -> tuple[StatedCount, ...]:
    """How many projects an area has, as its introduction says.

    >>> area_projects_stated("Three current projects have been launched.")
    (StatedCount(stated=3, whom=''),)
    """
    return tuple(_counts(_OF_AREA, text))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a project: what is measured, the value, its unit, and whose it is."""

    measure: str
    value: str
    unit: str
    expected: bool = False
    party: str = ""


_CURRENCY: Final = r"(?P<currency>EUR|USD|GBP|€|\$|£) ?"
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP"}
_AMOUNT: Final = re.compile(
    rf"(?:['’]s|['’]) (?P<what>(?:[a-z]{{1,20}} )?contribution) of {_CURRENCY}"
    r"(?P<number>\d{1,6}(?:,\d{3})*(?:\.\d{1,6})?)"
    # What goes on in another way would be another number: "16,5", "16 500", "16-20", "16m".
    r"(?![.,’']?\d| ?[–—-] ?\d| (?:to |or )?\d|[A-Za-z%])"
    r"(?: (?P<scale>million|billion)\b|(?! (?:thousand|[mbt]n?|[mbt]r?illion)\b))"
)
_CALIBRE: Final = re.compile(r"\b(?P<number>\d{2,3}) ?(?:-)?mm (?P<what>artillery|mortar|tank)\b")
_CEILING: Final = re.compile(
    r"\b(?:below|under) (?P<metres>\d{1,3}(?:,\d{3})*|\d+) (?:metres|meters)"
    r"(?: \((?P<feet>\d{1,3}(?:,\d{3})*|\d+) feet\))?"
)
_FLEET: Final = re.compile(
    r"\bfleet (?P<verb>will have|will (?:comprise|consist of|include)|has|comprises|consists of"
    rf"|currently has|now has) {_N} (?P<what>aircraft|tankers|helicopters)\b",
    re.IGNORECASE,
)
_CAMPUSES: Final = re.compile(
    rf"\b{_N} (?:(?!will)[\w-]{{1,20}} ){{0,2}}training campuses "
    r"(?P<verb>have been|are|were|will be) (?:established|operational|open)",
    re.IGNORECASE,
)
_UNITS: Final = {"aircraft": "aircraft", "tankers": "tanker", "helicopters": "helicopter"}


def quantities(text: str, known: Vocabulary) -> tuple[Quantity, ...]:
    """The quantities in a text, of the sorts that there are rules for."""
    return tuple(_quantities(text, known))


def _quantities(text: str, known: Vocabulary) -> Iterator[Quantity]:
    for match in _AMOUNT.finditer(text):
        whose = mentions(text[max(0, match.start() - 60) : match.start()], known)
        if whose and text[: match.start()].endswith(whose[-1].name):
            scale = {"million": 10**6, "billion": 10**9}.get(match["scale"] or "", 1)
            amount = Decimal(match["number"].replace(",", "")) * scale
            unit = _SIGNS.get(match["currency"], match["currency"])
            yield Quantity(
                slug(match["what"]), f"{amount.normalize():f}", unit, party=whose[-1].party.party
            )
    for match in _CALIBRE.finditer(text):
        yield Quantity(f"{match['what']}-calibre", match["number"], "millimetre")
    for match in _CEILING.finditer(text):
        yield Quantity("altitude-ceiling-metres", match["metres"].replace(",", ""), "metre")
        if match["feet"]:
            yield Quantity("altitude-ceiling-feet", match["feet"].replace(",", ""), "foot")
    for match in _FLEET.finditer(text):
        unit = _UNITS[match["what"].lower()]
        measure = "fleet-aircraft" if unit == "aircraft" else f"fleet-{slug(match['what'])}"
        value = str(number(match["number"]))
        yield Quantity(measure, value, unit, match["verb"].lower().startswith("will"))
    for match in _CAMPUSES.finditer(text):
        if _hedged(text, match):
            continue
        expected = match["verb"].lower() == "will be"
        yield Quantity("training-campuses", str(number(match["number"])), "campus", expected)


def is_quantity_only(text: str) -> bool:
    """Whether a sentence, or the end of one, says nothing but a quantity there is a rule for."""
    for pattern, before in ((_CAMPUSES, ""), (_FLEET, r"(?:after which )?the ")):
        start = re.match(rf"(?i:{before})", text)
        said = pattern.match(text, start.end()) if start else None
        if said and re.fullmatch(r"(?: across the Alliance)?(?: so far)?\.?", text[said.end() :]):
            return True
    return False


def allies_counted(text: str) -> int | None:
    """The number in "six Allies"; nothing if it is anything else.

    >>> allies_counted("six Allies"), allies_counted("six Allies and partners")
    (6, None)
    """
    match = re.fullmatch(rf"{_N} (?:NATO )?Allies", text.strip(), re.IGNORECASE)
    return number(match["number"]) if match else None


_LED: Final = re.compile(
    r"(?P<who>[\w&/-]{1,40})(?:,? (?:which|that) (?:is|are)| (?:is|are)|,)? "
    r"(?:currently )?led by "
)
_NOUNS: Final = frozenset(
    {"project", "initiative", "effort", "programme", "command", "headquarters", "it"}
)


def lead_in(text: str, name: ProjectName, known: Vocabulary) -> tuple[tuple[str, ...], bool]:
    """Who leads the project, as a text says; and whether it speaks of leading at all.

    Only what is said of the project itself counts: in "supported by the X-led cluster" X leads
    the cluster.
    """
    said = False
    for match in _LED.finditer(text):
        said = True
        own = {w.strip("(),").lower() for w in name.heading.split()}
        word = text[max(0, match.start() - 60) : match.start()].split()[-1:]
        other = any(w[0].isupper() and w.lower() not in own | {"the", "this"} for w in word)
        if other or match["who"].lower() not in _NOUNS | own:
            continue
        behind = text[match.end() : match.end() + 120]
        found = mentions(behind, known)
        if found and not behind[: found[0].start].removeprefix("the ").strip():
            more = behind[found[0].end :]
            if len(found) > 1 and re.match(r"(?:,| and )", more):
                return tuple(m.party.party for m in found), True
            return (found[0].party.party,), True
    for led in re.finditer(r"-led (?P<who>[\w-]{1,40})", text):
        said = True
        before = text[max(0, led.start() - 80) : led.start()]
        named = mentions(before, known)
        if led["who"].lower() in _NOUNS and named and named[-1].end == len(before):
            return (named[-1].party.party,), True
    return (), said
