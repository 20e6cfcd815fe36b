"""Sentences read clause by clause: each has a phrase, and may have a date of its own.

A sentence is read from its beginning. Where no clause is read the rest is left: nothing is taken
from the middle of a sentence that is not understood up to there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

from interopwatch.capture.english.phrases import expression, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interopwatch.capture.english.phrases import Phrasebook
    from interopwatch.capture.english.sentences import Sentence

    Takes = Callable[[str, re.Match[str], "Clause | None"], Sequence["Clause"]]

Clause = TypeVar("Clause")
_NAMED: Final = re.compile(r"\?P<[a-z_]+>")
_DATED: Final = " SINCE"


@dataclass(frozen=True, slots=True)
class When:
    """A date with what leads to it.

    Attributes:
        date: The date (EDTF); of what is so by then, an open interval; empty if it is unclear.
        exact: Whether it says all that is said of time.
        since: Whether something holds from then on.
    """

    date: str = ""
    exact: bool = True
    since: bool = False

    @property
    def by(self) -> bool:
        """Whether something is so by then, and may have been so before."""
        return self.date.startswith("../")


class Clauses:
    """The clauses that a file of data has phrases for.

    Its phrase ``when`` is a date with what leads to it, ``glue`` is what joins clauses, and
    ``ends`` is what a clause without a date ends before. A phrase that ends in ``SINCE`` is read
    only with a date. Each of ``restated`` is a sentence with its clauses in another order: ``as``
    says the same in the order of clauses.
    """

    def __init__(self, book: Phrasebook, *tables: str) -> None:
        """Read by the phrases in some tables of a file."""
        self.book, self.tables = book, tables

    @cached_property
    def patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The phrases by their names, in the order in which they are tried.

        They are compiled at first use: that takes longer than to read another work (50 ms).
        """
        when = _NAMED.sub("?:", self.book.phrase("when").pattern)
        each = expression("(?P<each>,? and [in|on] {date},? respectively)?")
        dated = rf",? (?:only )?(?P<when>{when}){each}(?=[ ,.;]|$)"
        ends = self.book.phrase("ends").pattern
        return tuple(
            (
                name,
                re.compile(
                    rf"(?:{expression(said.removesuffix(_DATED))})"
                    rf"(?:{dated}{'' if said.endswith(_DATED) else f'|{ends}'})",
                    re.IGNORECASE,
                ),
            )
            for table in self.tables
            for name, phrases in self.book.groups(table).items()
            for said in phrases
        )

    def restated(self, text: str) -> str:
        """A sentence with its clauses in order, where it has them in an order that is known."""
        for each in self.book.data["restated"]:
            match = phrase(self.book.notation(each["phrase"])).fullmatch(text)
            if match:
                text = each["as"].format_map(match.groupdict(""))
        return text

    def read(self, text: str, takes: Takes[Clause]) -> tuple[list[tuple[int, Clause]], int]:
        """The clauses of a sentence, with the place of each, and where what is read ends.

        Args:
            text: The sentence, with its clauses in order.
            takes: What a clause states: it is given its name, its words and the clause before
                it. Where it states nothing, other phrases are tried.
        """
        found: list[tuple[int, Clause]] = []
        at = 0
        while text[at:].strip(" .,;"):
            glue = self.book.phrase("glue").match(text, at) if at else None
            start = glue.end() if glue else at
            last = found[-1][1] if found else None
            matches = ((name, pattern.match(text, start)) for name, pattern in self.patterns)
            read = ((m, takes(name, m, last)) for name, m in matches if m)
            match, clauses = next((each for each in read if each[1]), (None, ()))
            if match is None:
                break
            found += [(at, clause) for clause in clauses]
            at = match.end()
        return found, at

    def when(self, sentence: Sentence, text: str) -> When:
        """The date that a part of a sentence gives; none if that is not sure."""
        match = self.book.phrase("when").fullmatch(text)
        given = sentence.dates_in(text)
        several = match is not None and (len(given) > 1 or match["by"])
        if match is None or (several and any("/" in date for date in given)):
            return When()
        vague = match["vague"] or match["vague_by"] or match["end"] == "late "
        date = "/".join(["..", *given] if match["by"] else given)
        return When(date, exact=not vague, since=bool(match["since"]))
