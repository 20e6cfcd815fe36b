"""Phrases as data: a short notation, what it stands for, and sentences made ready for it.

``[NATO] (granted|gave) {who:words} EOP [status] (in|on) {when:date}`` is a phrase. Alternatives
stand in round brackets, what may be missing stands in square ones, which take a space beside
them along, and braces hold a slot: ``{when:date}`` keeps what it finds there under a name,
``{date}`` does not. Everything else is a regular expression. Case does not matter, except to the
slots that say so.

Phrases stand in files of data (TOML) beside the code that reads by them. There, a line break in a
phrase is a space, or nothing where ``|`` begins the next line; and a word in capitals stands for a
phrase that several have in common, if the file has one of that name under ``[common]``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from interopwatch.capture.english.dates import dates
from interopwatch.capture.english.lists import plain
from interopwatch.capture.english.numbers import AMOUNT, NUMBER, ORDINAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from interopwatch.capture.english.dates import DayOrder

SLOTS: Final = {
    "date": r"«\d+»",
    "number": NUMBER,
    "figures": r"\d{1,3}(?:,\d{3})+|\d{1,9}",
    "ordinal": ORDINAL,
    "amount": re.sub(r"\?P<[a-z]+>", "?:", AMOUNT),
    "party": r"(?-i:[A-Z])[^,.;:«»()]{1,60}?",
    "list": r"[^:;«»]{1,4000}",
    "parties": r"[^:;«»]{1,600}?",
    "word": r"[\w’'&/-]{1,30}",
    "words": r"[^,.;:«»]{1,120}?",
    "name": r"(?-i:[A-Z])[\w’'-]{1,30}(?: (?-i:[A-Z])[\w’'-]{1,30})?",
    "end": r"(?=[ ,.:–—-]|$)",
    "stop": r"(?=[,.;:]|$)",
}
"""The kinds of slots. None of them takes more than a bounded number of characters."""
_SYNTAX: Final = re.compile(r"\{(?:(?P<name>[a-z_]+):)?(?P<kind>[a-z]+)\}|\(\?|\\.|.")
_TOKEN: Final = re.compile(r"«(\d+)»")
_ROOM: Final = "interopwatch.capture"
_BREAK: Final = re.compile(r"\n\s*(?P<bar>\|)?")
_COMMON: Final = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*")


def expression(notation: str) -> str:
    r"""The regular expression that a phrase stands for.

    >>> expression("(was|were) [also] launched [in {date}]")
    '(?:was|were)(?: (?:also))? launched(?: (?:in (?:«\\d+»)))?'
    >>> expression("[The] partner[s]")
    '(?:(?:The) )?partner(?:(?:s))?'
    """
    out: list[str] = []
    ends: list[str] = []
    skip = False
    for token in _SYNTAX.finditer(notation):
        said = token[0]
        if skip:  # the space that what may be missing has taken along
            skip = False
            continue
        if token["kind"]:
            name = f"?P<{token['name']}>" if token["name"] else "?:"
            out.append(f"({name}{SLOTS[token['kind']]})")
        elif said == "[":
            before = bool(out) and out[-1] == " "
            out[-1:] = ["(?: (?:"] if before else [*out[-1:], "(?:(?:"]
            ends.append("before" if before else "behind")
        elif said == "]":
            skip = ends.pop() == "behind" and notation[token.end() : token.end() + 1] == " "
            out.append(") )?" if skip else "))?")
        else:
            out.append("(?:" if said == "(" else said)
    return "".join(out)


@cache
def phrase(notation: str) -> re.Pattern[str]:
    """A phrase, compiled at first use."""
    return re.compile(expression(notation), re.IGNORECASE)


@cache
def kinds(notation: str) -> dict[str, str]:
    """The kinds of the named slots of a phrase."""
    return {t["name"]: t["kind"] for t in _SYNTAX.finditer(notation) if t["name"]}


class Phrasebook:
    """A file of data: phrases, words, and whatever else is read by.

    Attributes:
        data: All that it holds.
    """

    def __init__(self, text: str) -> None:
        """Read the text of a file (TOML)."""
        self.data: dict[str, Any] = tomllib.loads(text)
        self._compiled: dict[str, re.Pattern[str]] = {}

    @classmethod
    def of(cls, file: str) -> Phrasebook:
        """The file at a path in this room, such as ``works/pii.toml``."""
        return cls(resources.files(_ROOM).joinpath(file).read_text(encoding="utf-8"))

    def notation(self, written: str) -> str:
        """A phrase as the file writes it, on one line and without names of others."""
        said = _BREAK.sub(lambda line: line["bar"] or " ", written)
        common = self.data.get("common", {})
        whole = _COMMON.sub(lambda name: common.get(name[0], name[0]), said)
        return said if whole == said else self.notation(whole)

    def phrase(self, name: str) -> re.Pattern[str]:
        """The phrase of a name."""
        if name not in self._compiled:
            self._compiled[name] = phrase(self.notation(self.data["phrases"][name]))
        return self._compiled[name]

    def any(self, text: str, *names: str) -> bool:
        """Whether a text holds any of some phrases."""
        return any(self.phrase(name).search(text) for name in names)

    def groups(self, table: str) -> dict[str, tuple[str, ...]]:
        """The notations of a table that has several phrases to each of its names."""
        return {
            name: tuple(map(self.notation, phrases)) for name, phrases in self.data[table].items()
        }

    def words(self, name: str) -> frozenset[str]:
        """The words of a name, which stand in one text, divided by white space."""
        return frozenset(self.data["words"][name].split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence made ready for phrases.

    Attributes:
        text: Its text, in which a date is ``«0»``.
        dated: The dates (EDTF) by the numbers of their tokens.
        written: The dates as the sentence writes them.
    """

    text: str
    dated: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        said: str,
        terms: Iterable[tuple[str, str]] = (),
        *,
        intervals: bool = False,
        order: DayOrder = "",
    ) -> Sentence:
        """Make a sentence ready.

        Args:
            said: The sentence.
            terms: Phrases, and the one spelling that is to stand for each.
            intervals: Whether an interval is a date, too.
            order: Which of day and month the page has first in figures.
        """
        text = re.sub("[«»]", "", plain(said))
        parts: list[str] = []
        found: list[str] = []
        written: list[str] = []
        end = 0
        for each in dates(text, order):
            if intervals or "/" not in each.edtf:
                parts += [text[end : each.start], f"«{len(found)}»"]
                found.append(each.edtf)
                written.append(text[each.start : each.end])
                end = each.end
        text = "".join([*parts, text[end:]])
        for notation, term in terms:
            text = phrase(notation).sub(term, text)
        return cls(text, tuple(found), tuple(written))

    def dates_in(self, text: str) -> list[str]:
        """The dates in a part of the sentence."""
        return [self.dated[int(number)] for number in _TOKEN.findall(text)]

    def as_written(self, text: str) -> str:
        """A part of the sentence with its dates as they are written there."""
        return _TOKEN.sub(lambda token: self.written[int(token[1])], text)

    def plain(self, text: str) -> str:
        """A part of the sentence with its dates in EDTF instead of tokens."""
        return _TOKEN.sub(lambda token: self.dated[int(token[1])], text)
