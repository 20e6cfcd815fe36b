"""The rows of an edition while it is read, which passages gave them, and what looks wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from interopwatch.capture.model import Fact
from interopwatch.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.english.lists import Listed, Member
    from interopwatch.capture.works.pii.sentences import Sentence
    from interopwatch.findings import Level

Row = dict[str, str]


@dataclass(slots=True)
class Rows:
    """What has been read so far.

    Attributes:
        source: The id of the edition.
        where: What to call the page in findings.
        sentences: The sentences of the page; others refer to them by their places.
        tables: By resource, the rows by their keys.
        facts: By sentence, the rows it gave.
        settled: The sentences of which nothing is left to say.
        findings: What looks wrong.
    """

    source: str
    where: str
    sentences: tuple[Sentence, ...]
    tables: dict[str, dict[tuple[str, ...], Row]] = field(default_factory=lambda: defaultdict(dict))
    facts: dict[int, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    settled: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @property
    def published(self) -> str:
        """The day of the edition."""
        return self.source.partition("-")[2]

    def add(self, resource: str, key: tuple[str, ...], row: Row, said: int) -> None:
        """Take in a row that a sentence states, under its place, unless it is there."""
        values = tuple(row[name] for name in key)
        place = {"source": self.source, "locator": self.sentences[said].locator}
        self.tables[resource].setdefault(values, row | place)
        self.gave(said, resource, values)

    def gave(self, said: int, resource: str, key: tuple[str, ...]) -> None:
        """Note that a sentence gave a row."""
        self.facts[said].append(Fact(resource, key))

    def party(self, member: Member, said: int, role: str = "") -> None:
        """Take in a party that a sentence names."""
        row = {"party": member.party.party, "kind": member.party.kind, "name": member.name}
        if role:
            row["alliance_role"] = role
        self.add("parties", ("party",), row, said)

    def count(self, name: str, counted: str, stated: int, said: int) -> None:
        """Take in a number that a sentence states about memberships."""
        row = {"count": name, "resource": "memberships", "filter": counted, "stated": str(stated)}
        known = self.tables["stated_counts"].get((name,))
        if known and known["stated"] != row["stated"]:
            self.disagree(int(known["stated"]), stated, said)
        self.add("stated_counts", ("count",), row, said)

    def disagree(self, stated: int, found: int, said: int) -> None:
        """Report a number that is not that of the list."""
        self.find("count-disagrees", f"the page states {stated}, and {found} were found", said)

    def unknown(self, found: Listed, said: int, what: str) -> None:
        """Report what a list holds beside parties that are known."""
        for name in found.unknown:
            self.find(
                "unknown-party",
                f"“{name}” stands among the {what}, and no party is known by that name",
                said,
                hint="If it is a party, add this spelling to party_names.",
            )
        for party in found.repeated:
            self.find("party-twice", f"{party.name} stands twice among the {what}", said)
        for name in found.noted:
            hint = "See whether the note changes what the list says."
            self.find("note-on-party", f"{name} carries a note", said, hint, "warning")

    def find(
        self,
        code: str,
        message: str,
        said: int | None,
        hint: str = "",
        level: Level = "error",
    ) -> None:
        """Report what looks wrong with a sentence; with the page as a whole if None."""
        line = 0 if said is None else self.sentences[said].line
        self.findings.append(Finding(self.where, line, "", code, message, hint, level))

    def sorted(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows by resource, in the order of their keys."""
        return {
            name: tuple(rows[key] for key in sorted(rows)) for name, rows in self.tables.items()
        }
