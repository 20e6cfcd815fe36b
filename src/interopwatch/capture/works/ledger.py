"""The books of one capture: which rows a page gave, which passage gave them, what looks wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from interopwatch.capture.model import Fact, Passage
from interopwatch.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.findings import Level

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "areas": ("area",),
    "formats": ("format",),
    "milestones": ("project", "milestone", "occurrence"),
    "participations": ("project", "party", "role"),
    "parties": ("party",),
    "projects": ("project",),
    "quantities": ("project", "measure"),
    "relations": ("project", "relation", "other"),
    "stated_counts": ("count",),
}


@dataclass(slots=True)
class Ledger:
    """What is being taken from a page.

    Attributes:
        where: What to call the page in messages.
        source: The id of the edition.
        title: The locator of what stands under no heading.
        rows: By resource, the rows by their keys.
        passages: What became of each passage so far.
        findings: What looks wrong so far.
    """

    where: str
    source: str
    title: str
    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def locator(self, path: Iterable[str]) -> str:
        """A path of headings as a locator."""
        return " > ".join(path) or self.title

    def row(self, resource: str, locator: str, /, **fields: str) -> Fact:
        """Book a row; one that is booked already stands as it is."""
        key = tuple(fields[name] for name in KEYS[resource])
        row = {**fields, "source": self.source, "locator": locator}
        self.rows.setdefault(resource, {}).setdefault(key, row)
        return Fact(resource, key)

    def passage(
        self,
        locator: str,
        text: str,
        line: int,
        facts: Iterable[Fact] = (),
        *,
        settled: bool = False,
        note: str = "",
    ) -> None:
        """Book what became of a passage."""
        self.passages.append(
            Passage(locator, text, line, tuple(dict.fromkeys(facts)), settled, note)
        )

    def find(
        self, code: str, line: int, message: str, hint: str = "", level: Level = "error"
    ) -> None:
        """Book what looks wrong."""
        finding = Finding(self.where, line, "", code, message, hint, level)
        if finding not in self.findings[-50:]:
            self.findings.append(finding)

    def account(self) -> None:
        """Give each row that no passage has yet to the first one at its place."""
        given = {fact for passage in self.passages for fact in passage.facts}
        places: dict[str, int] = {}
        for i, passage in enumerate(self.passages):
            places.setdefault(passage.locator, i)
        for resource, rows in self.rows.items():
            for key, row in rows.items():
                fact, at = Fact(resource, key), places.get(row["locator"])
                if fact not in given and at is not None:
                    passage = self.passages[at]
                    self.passages[at] = replace(passage, facts=(*passage.facts, fact))
