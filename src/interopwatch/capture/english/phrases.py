"""Compile phrases, a short notation for regular expressions, and load them from data files.

``[NATO] (granted|gave) {who:words} EOP [status] (in|on) {when:date}`` is a phrase. Round brackets
enclose alternatives; square brackets enclose optional text and include one adjacent space; braces
enclose a slot: ``{when:date}`` captures its text under a name, ``{date}`` does not. ``[^,]`` is a
negated character class, and everything else is a regular expression. Case is ignored, except in
slots that match capitals.

Phrases are kept in data files (TOML) beside the code that uses them. There, a line break in a
phrase is a space, or nothing if the next line begins with ``|``. A word in capitals is replaced
by the entry of that name under ``[common]`` of the file, or else by the alternatives of its word
list of that name.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

_SYNTAX: Final = re.compile(r"\{(?:(?P<name>[a-z_]+):)?(?P<kind>[a-z]+)\}|\[\^[^\]]+\]|\(\?|\\.|.")
_ROOM: Final = "interopwatch.capture"
_BREAK: Final = re.compile(r"\n\s*(?P<bar>\|)?")
_COMMON: Final = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*")


def expression(notation: str) -> str:
    r"""Translate a phrase into a regular expression.

    >>> expression("(was|were) [also] launched [in {date}]")
    '(?:was|were)(?: (?:also))? launched(?: (?:in (?:«[de]{0,2}\\d+»)))?'
    >>> expression("[The] partner[s]")
    '(?:(?:The) )?partner(?:(?:s))?'
    """
    out: list[str] = []
    ends: list[str] = []
    skip = False
    for token in _SYNTAX.finditer(notation):
        said = token[0]
        if skip:  # this space belongs to the optional text before it
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
    """Return the compiled regular expression of a phrase."""
    return re.compile(expression(notation), re.IGNORECASE)


@cache
def kinds(notation: str) -> dict[str, str]:
    """Return the kinds of the named slots of a phrase, by name."""
    return {t["name"]: t["kind"] for t in _SYNTAX.finditer(notation) if t["name"]}


class Phrasebook:
    """A data file of phrases, patterns and word lists.

    Attributes:
        data: Its content.
    """

    def __init__(self, text: str) -> None:
        """Parse the text of a file (TOML)."""
        self.data: dict[str, Any] = tomllib.loads(text)

    @classmethod
    def of(cls, file: str) -> Phrasebook:
        """Load a file by its path within `interopwatch.capture`, such as ``works/pii.toml``."""
        return cls(resources.files(_ROOM).joinpath(file).read_text(encoding="utf-8"))

    @cache  # noqa: B019 - instances are as few as data files
    def notation(self, written: str) -> str:
        """Return a phrase of the file on one line, with the words in capitals replaced."""
        said = _BREAK.sub(lambda line: line["bar"] or " ", written)
        whole = _COMMON.sub(self._meant, said)
        return said if whole == said else self.notation(whole)

    def _meant(self, name: re.Match[str]) -> str:
        words = sorted(self.sequence(name[0].lower()), key=len, reverse=True)
        any_of = "|".join(map(re.escape, words)) or name[0]
        return str(self.data.get("common", {}).get(name[0], any_of))

    @cache  # noqa: B019 - likewise
    def phrase(self, name: str) -> re.Pattern[str]:
        """Return the phrase of a name, compiled."""
        return phrase(self.notation(self.data["phrases"][name]))

    @cache  # noqa: B019 - likewise
    def pattern(self, name: str) -> re.Pattern[str]:
        """Return the regular expression of a name, compiled and, unlike phrases, case-sensitive."""
        return re.compile(self.notation(self.data["patterns"][name]))

    def any(self, text: str, *names: str) -> bool:
        """Return whether a text contains any of the named phrases."""
        return any(self.phrase(name).search(text) for name in names)

    def groups(self, table: str) -> dict[str, tuple[str, ...]]:
        """Return the notations of a table that has several phrases per name."""
        return {
            name: tuple(map(self.notation, phrases)) for name, phrases in self.data[table].items()
        }

    def table(self, name: str, behind: str) -> dict[str, re.Pattern[str]]:
        """Return the phrases of a table by name, each followed by the expression `behind`."""
        return {
            key: re.compile(rf"(?:{expression(self.notation(said))}){behind}", re.IGNORECASE)
            for key, said in self.data[name].items()
        }

    def words(self, name: str) -> frozenset[str]:
        """Return the word list of a name as a set; empty if there is none."""
        return frozenset(self.sequence(name))

    def sequence(self, name: str) -> tuple[str, ...]:
        """Return the word list of a name in order; empty if there is none."""
        words = self.data.get("words", {}).get(name, ())
        return tuple(words.split() if isinstance(words, str) else words)


ENGLISH: Final = Phrasebook.of("english/english.toml")
"""Patterns of English numbers, dates and lists."""
SLOTS: Final = {
    kind: re.sub(r"\?P<[a-z]+>", "?:", ENGLISH.notation(said))
    for kind, said in ENGLISH.data["slots"].items()
}
"""The expressions of slots by kind; each matches a bounded number of characters."""
