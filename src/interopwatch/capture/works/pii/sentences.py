"""A sentence made ready for rules: dates are tokens, terms have one spelling.

Rules then say plainly what they look for, and a sentence is split at a fixed phrase into who
stands before it and what follows: nothing is searched for in a way that could run on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.lists import parties_in, plain
from interopwatch.capture.english.text import sentences
from interopwatch.capture.model import Kind
from interopwatch.package.edtf import is_plain, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from interopwatch.capture.english.lists import Member
    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.page.outline import Placed

_TERMS: Final = (
    (
        re.compile(r"\benhanced opportunit(?:y|ies) partners?\b(?: \(EOPs?\))?", re.IGNORECASE),
        "EOP",
    ),
    (re.compile(r"\bEOPs?\b"), "EOP"),
    (re.compile(r"\bpartnership interoperability initiative\b(?: \(PII\))?", re.IGNORECASE), "PII"),
    (re.compile(r"\binteroperability platform\b(?: \(IP\))?", re.IGNORECASE), "IP"),
    (re.compile(r"\brecogniz"), "recognis"),
)
_QUOTES: Final = str.maketrans(
    {"«": "", "»": "", "“": "", "”": "", "„": "", '"': "", "’": "'", "‘": "'"}
)
_TOKEN: Final = re.compile(r"«(\d+)»")
_LEADING: Final = re.compile(
    r"(?:in|on|at|by|since|from|shortly|soon|following|upon|after|before|during|with|later|then"
    r"|more|most|recently|also|additionally|finally|subsequently|having|as|until|under|today"
    r"|currently|now|however|moreover|furthermore|that|two|one|a)\b",
    re.IGNORECASE,
)
_EVENT: Final = re.compile(
    r"(?:«(?P<before>\d+)» )?(?:NATO )?"
    r"\b(?P<name>(?!NATO\b)[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30})?) "
    r"[Ss]ummit\b(?:,? (?:in|of|on|held in) «(?P<after>\d+)»)?"
    r"|(?:«(?P<before2>\d+)» )?[Ss]ummit in (?P<name2>[A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30})?)"
    r"(?:,? (?:in|of|on) «(?P<after2>\d+)»)?"
)
_NOT_NAMES: Final = frozenset({"nato", "the", "this", "last", "at", "since"})
_SHORTLY: Final = re.compile(
    r"\b(?:shortly|soon|immediately|right) (?:after|following)\b", re.IGNORECASE
)
_OTHER_TIME: Final = re.compile(
    r"\b(?:by|before|until|after|following|prior|between)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Summit:
    """A summit that a sentence names.

    Attributes:
        name: Its name: "Wales Summit".
        place: The name alone: "Wales".
        date: When it was, EDTF, if the sentence says so.
        start: Where its name begins in the sentence.
    """

    name: str
    place: str
    date: str
    start: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence made ready.

    Attributes:
        text: Its text: a date is ``«0»``, quotes are gone, ``EOP``, ``PII`` and ``IP`` stand
            for the names of formats.
        dated: The dates, EDTF, by the numbers of their tokens.
    """

    text: str
    dated: tuple[str, ...]

    @classmethod
    def of(cls, sentence: str) -> Phrase:
        """Make a sentence ready."""
        text = plain(sentence).translate(_QUOTES)
        parts: list[str] = []
        found: list[str] = []
        end = 0
        for each in dates(text):
            if is_plain(each.edtf):
                parts += [text[end : each.start], f"«{len(found)}»"]
                found.append(each.edtf)
                end = each.end
        text = "".join([*parts, text[end:]])
        for pattern, term in _TERMS:
            text = pattern.sub(term, text)
        return cls(text, tuple(found))

    def dates_in(self, text: str) -> list[str]:
        """The dates in a part of the sentence."""
        return [self.dated[int(number)] for number in _TOKEN.findall(text)]

    def events_in(self, text: str) -> list[Summit]:
        """The summits in a part of the sentence."""
        found = []
        for match in _EVENT.finditer(text):
            place = match["name"] or match["name2"]
            first, _, second = place.partition(" ")
            if first.lower() in _NOT_NAMES:
                place = second
            tokens = [match[n] for n in ("before", "after", "before2", "after2") if match[n]]
            if place and len(tokens) <= 1:
                date = self.dated[int(tokens[0])] if tokens else ""
                found.append(Summit(f"{place} Summit", place, date, match.start()))
        return found

    def when(self, text: str, events: Mapping[str, str]) -> str | None:
        """The date that adjuncts such as "Shortly after the 2014 Wales Summit" give.

        Args:
            text: The adjuncts.
            events: The dates of summits, as other sentences of the page have them.

        Returns:
            EDTF, with ``~`` and to the year where the text says "shortly after"; empty if no
            date is given; None if what is given is not the date itself ("by", "before").
        """
        given = self.dates_in(text) or [
            date for each in self.events_in(text) if (date := events.get(each.name, ""))
        ]
        if not given:
            return ""
        if len(given) > 1:
            return None
        if _SHORTLY.search(text):
            return f"{given[0][:4]}~"
        return None if _OTHER_TIME.search(text) else given[0]


def event_dates(phrases: Iterable[Phrase]) -> dict[str, str]:
    """When summits were, by their names, where the sentences agree about it."""
    found: dict[str, str] = {}
    unclear = set()
    for phrase in phrases:
        for event in phrase.events_in(phrase.text):
            if event.date:
                known = found.setdefault(event.name, event.date)
                agreed = agreeing(known, event.date)
                if agreed:
                    found[event.name] = agreed
                else:
                    unclear.add(event.name)
    return {name: date for name, date in found.items() if name not in unclear}


def agreeing(first: str, second: str) -> str:
    """The more precise of two dates, the first of equals; empty if they contradict each other."""
    if not first or not second:
        return first or second
    one, two = span(first), span(second)
    if None in (one.first, one.last, two.first, two.last):
        return first if first == second else ""
    apart = one.last < two.first or two.last < one.first  # type: ignore[operator]  # just seen
    if apart:
        return ""
    narrower = (two.last - two.first) < (one.last - one.first)  # type: ignore[operator]
    return second if narrower else first


def led(text: str) -> tuple[str, str]:
    """A clause as what leads it ("In June 2020,") and the rest.

    >>> led("In «0», Japan, Malta"), led("Japan and Malta")
    (('In «0»', 'Japan, Malta'), ('', 'Japan and Malta'))
    """
    lead, rest = [], text.strip()
    while _LEADING.match(rest) and "," in rest:
        first, _, rest = rest.partition(",")
        lead.append(first)
        rest = rest.strip()
    return ", ".join(lead), rest


def listed(text: str, known: Vocabulary) -> tuple[Member, ...]:
    """The parties of a text that is nothing but a list of parties; none if it is anything else."""
    said = text.strip(" ,;:.–—-")
    if not said or "«" in said:
        return ()
    found = parties_in(said, known, "partner")
    return found.members if found.understood and not found.rest.strip() else ()


def spread(count: int, given: list[str], *, respectively: bool) -> list[str] | None:
    """Give dates to so many parties; None where the text does not say which is whose.

    >>> spread(2, ["2023", "2024"], respectively=True), spread(2, ["2024"], respectively=False)
    (['2023', '2024'], ['2024', '2024'])
    >>> spread(2, ["2023", "2024"], respectively=False), spread(2, ["2023"], respectively=True)
    (None, None)
    """
    if len(given) == 1 and (count == 1 or not respectively):
        return given * count
    if len(given) == count and respectively:
        return given
    return None


_SHORT: Final = 60  # letters of a line that may be one country of a list
_MOST: Final = 100_000  # letters; a longer block is no text that anyone wrote
_SENTENCE: Final = 4_000  # letters; likewise of a sentence
_CUE: Final = re.compile(
    r"opportunit|interoperab|summit|\b(?:EOPs?|PII|IP)\b|nato|alliance|atlantic|partner|nations?\b"
    r"|countries|members?\b",
    re.IGNORECASE,
)
"""What a sentence has to hold for any rule to read it."""
LIST: Final = 10_000
"""Letters; a longer block is no list of countries."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the page, or a block that is no running text.

    Attributes:
        text: Its text.
        at: The place of its block in the outline.
        heads: Whether it is the title, a heading or the line with the date.
        last: Whether it ends its block.
        phrase: The sentence made ready for rules; empty if no rule could read it.
    """

    text: str
    at: int
    heads: bool
    last: bool
    phrase: Phrase

    @property
    def may_state(self) -> bool:
        """Whether rules are to be tried on it."""
        return not self.heads and bool(self.phrase.text)


def sentences_of(placed: tuple[Placed, ...], lists: frozenset[int]) -> Iterator[Sentence]:
    """The sentences of a page, in order; a heading or a block of a list is one.

    Args:
        placed: The blocks.
        lists: The places of blocks to be left whole.
    """
    for at, each in enumerate(placed):
        text = each.block.text
        whole = each.heads or at in lists or len(text) > _MOST
        parts = (text,) if whole else sentences(text) or (text,)
        for number, part in enumerate(parts, 1):
            may_state = not whole and len(part) <= _SENTENCE and _CUE.search(part)
            ready = Phrase.of(part if may_state else "")
            yield Sentence(part, at, each.heads, number == len(parts), ready)


def list_after(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> tuple[int, ...]:
    """The places of the blocks that make up the list which a block introduces."""
    here = placed[at].block
    if at + 1 >= len(placed) or placed[at + 1].heads:
        return ()
    first = placed[at + 1].block
    if first.kind is Kind.ITEM:
        nested = first.level > here.level or here.kind is not Kind.ITEM
        return tuple(_items(placed, at, first.level, None if nested else known))
    if first.kind is not Kind.PARAGRAPH:
        return ()
    return tuple(_paragraphs(placed, at, known))


def _items(
    placed: tuple[Placed, ...], at: int, level: int, known: Vocabulary | None
) -> Iterator[int]:
    """Items one after another; those of the sentence's own level only while they are parties."""
    for place in range(at + 1, len(placed)):
        each = placed[place]
        if each.heads or each.block.kind is not Kind.ITEM or each.block.level < level:
            return
        if len(each.block.text) > LIST:
            return
        if known is not None and not parties_in(each.block.text, known).understood:
            return
        yield place


def _paragraphs(placed: tuple[Placed, ...], at: int, known: Vocabulary) -> Iterator[int]:
    """Lines each of which is a party, or lines that end in a semicolon, and the last."""
    goes_on = was_single = False
    for place in range(at + 1, len(placed)):
        each = placed[place]
        text = each.block.text
        if each.heads or each.block.kind is not Kind.PARAGRAPH or len(text) > LIST:
            return
        single = len(text) <= _SHORT and parties_in(text, known).understood
        if place > at + 1 and not (goes_on or (was_single and single)):
            return
        yield place
        goes_on, was_single = text.endswith((";", ",")), single
