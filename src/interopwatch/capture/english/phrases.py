"""Compile phrases, a short notation for regular expressions, and load them from data files.

``[NATO] (granted|gave) {who:words} EOP [status] (in|on) {when:date}`` is a phrase. Round brackets
hold alternatives; square brackets hold optional text and include one adjacent space; braces hold
a slot: ``{when:date}`` captures its text under a name, ``{date}`` does not. ``[^,]`` is any
character but these, and everything else is a regular expression. Case is ignored, except by the
slots that say so.

Phrases are kept in data files (TOML) beside the code that uses them. There, a line break in a
phrase is a space, or nothing if the next line begins with ``|``. A word in capitals is replaced
by the phrase of that name under ``[common]`` of the file, if it has one, or by any word of a list
of that name.
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
    r"""The regular expression that a phrase stands for.

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

    @classmethod
    def of(cls, file: str) -> Phrasebook:
        """The file at a path in this room, such as ``works/pii.toml``."""
        return cls(resources.files(_ROOM).joinpath(file).read_text(encoding="utf-8"))

    @cache  # noqa: B019 - there are as many books as files
    def notation(self, written: str) -> str:
        """A phrase as the file writes it, on one line and without names of others."""
        said = _BREAK.sub(lambda line: line["bar"] or " ", written)
        whole = _COMMON.sub(self._meant, said)
        return said if whole == said else self.notation(whole)

    def _meant(self, name: re.Match[str]) -> str:
        words = sorted(self.sequence(name[0].lower()), key=len, reverse=True)
        any_of = "|".join(map(re.escape, words)) or name[0]
        return str(self.data.get("common", {}).get(name[0], any_of))

    @cache  # noqa: B019 - likewise
    def phrase(self, name: str) -> re.Pattern[str]:
        """The phrase of a name."""
        return phrase(self.notation(self.data["phrases"][name]))

    @cache  # noqa: B019 - likewise
    def pattern(self, name: str) -> re.Pattern[str]:
        """The regular expression of a name, which is no phrase, and minds case."""
        return re.compile(self.notation(self.data["patterns"][name]))

    def any(self, text: str, *names: str) -> bool:
        """Whether a text holds any of some phrases."""
        return any(self.phrase(name).search(text) for name in names)

    def groups(self, table: str) -> dict[str, tuple[str, ...]]:
        """The notations of a table that has several phrases to each of its names."""
        return {
            name: tuple(map(self.notation, phrases)) for name, phrases in self.data[table].items()
        }

    def table(self, name: str, behind: str) -> dict[str, re.Pattern[str]]:
        """The phrases of a table by their names, each with an expression for what follows it."""
        return {
            key: re.compile(rf"(?:{expression(self.notation(said))}){behind}", re.IGNORECASE)
            for key, said in self.data[name].items()
        }

    def words(self, name: str) -> frozenset[str]:
        """The words of a name, which stand in one text, divided by white space."""
        return frozenset(self.sequence(name))

    def sequence(self, name: str) -> tuple[str, ...]:
        """The words of a name in their order; none, if it has none."""
        words = self.data.get("words", {}).get(name, ())
        return tuple(words.split() if isinstance(words, str) else words)


ENGLISH: Final = Phrasebook.of("english/english.toml")
"""How English writes numbers, dates and lists."""
SLOTS: Final = {
    kind: re.sub(r"\?P<[a-z]+>", "?:", ENGLISH.notation(said))
    for kind, said in ENGLISH.data["slots"].items()
}
"""The kinds of slots. None of them takes more than a bounded number of characters."""
