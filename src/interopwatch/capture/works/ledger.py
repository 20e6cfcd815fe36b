"""Collect the rows, passages and findings of one edition while it is read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from interopwatch.capture.catalogue import found
from interopwatch.capture.english.dates import agreeing
from interopwatch.capture.model import Extract, Fact, Passage
from interopwatch.package.row_filter import filter_in_words, matches, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Document, Party
    from interopwatch.capture.works.work import Work
    from interopwatch.findings import Finding

    Row = dict[str, str]


@dataclass(slots=True)
class Ledger:
    """An :class:`Extract` under construction.

    Passages are identified by their numbers, so that a row stated only by several passages
    together can be attributed to each of them later.
    """

    where: str
    source: str
    title: str  # the locator of passages under no heading
    keys: Mapping[str, tuple[str, ...]]  # the primary key of each resource
    rows: dict[str, dict[tuple[str, ...], Row]] = field(default_factory=dict)  # by their keys
    passages: list[Passage] = field(default_factory=list)
    findings: dict[Finding, None] = field(default_factory=dict)  # each once
    lists: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @property
    def published(self) -> str:
        """The date of the edition."""
        return self.source.partition("-")[2]

    def table(self, resource: str) -> dict[tuple[str, ...], Row]:
        """Return the rows of a resource so far, by their keys."""
        return self.rows.setdefault(resource, {})

    def locator(self, path: Iterable[str]) -> str:
        """Return a path of headings as a locator."""
        return " > ".join(path) or self.title

    def state(
        self,
        number: int,
        resource: str,
        fields: Row,
        *,
        aside: bool = False,
        also: Iterable[int] = (),
    ) -> None:
        """Add a row that a passage states, or fields of an existing row, under its locator.

        Existing values stay, except that a date may become more precise. A passage whose date
        contradicts an existing one states nothing. The id of a count that another count has
        already is made unique by ``-2`` and so on. The locator of a row ``aside`` is left to
        another passage; the passages in ``also`` state the row, too.
        """
        if resource == "stated_counts":
            fields = {**fields, "count": self._free(fields["count"], fields["stated"])}
        fact = Fact(resource, tuple(fields[name] for name in self.keys[resource]))
        row = self.table(resource).setdefault(fact.key, {})
        if "source" not in self.keys[resource]:
            row.setdefault("source", self.source)
            if not aside:
                row.setdefault("locator", self.passages[number].locator)
        for name, text in fields.items():
            refined = agreeing(row.get(name, ""), text)
            if text and not refined:
                what = row.get("name") or " ".join((resource, *fact.key, name))
                self.doubt("dates-disagree", number, what=what, first=row[name], second=text)
                return
            row[name] = refined
        for each in (number, *also):
            self.give(each, fact)

    def state_party(
        self, number: int, party: Party, name: str = "", role: str = "", **more: str
    ) -> None:
        """Add a party that a passage names, with its role in the Alliance if that is stated.

        A name in capitals does not show its spelling, so the known name is used instead.
        """
        shown = party.name if name.isupper() else name or party.name
        row = {"party": party.party, "kind": party.kind, "name": shown, **more}
        self.state(number, "parties", row | ({"alliance_role": role} if role else {}))

    def _free(self, name: str, stated: str) -> str:
        """Return an id for a count: the name, with a suffix if another count has that id."""
        table = self.table("stated_counts")
        ids = (name if n == 1 else f"{name}-{n}" for n in count(1))
        return next(i for i in ids if table.get((i,), {}).get("stated", stated) == stated)

    def give(self, number: int, *facts: Fact) -> None:
        """Record that a passage states rows."""
        passage = self.passages[number]
        given = tuple(dict.fromkeys((*passage.facts, *facts)))
        self.passages[number] = replace(passage, facts=given)

    def whole(self, resource: str, /, **fields: str) -> None:
        """Record that a list of the rows with these fields was read completely."""
        self.lists[resource].append(fields)

    def settle(self, numbers: Iterable[int]) -> None:
        """Record that the facts of passages express everything that they say."""
        for number in numbers:
            self.passages[number] = replace(self.passages[number], settled=True)

    def note(self, number: int, text: str, left: str = "") -> None:
        """Record why a passage was not read completely, and the text that was not read."""
        self.passages[number] = replace(self.passages[number], note=text, left=left)

    def found(self, name: str, line: int = 0, /, **details: object) -> None:
        """Report a finding of the catalogue about a line; 0 for the page as a whole."""
        self.findings[found(name, self.where, line, **details)] = None

    def doubt(self, name: str, number: int, /, **details: object) -> None:
        """Report a finding about a passage."""
        self.found(name, self.passages[number].line, **details)

    def check_parties(self, parties: PartyList, line: int, whose: str = "") -> None:
        """Report unknown and repeated parties of a list of, say, "partners" (``whose``)."""
        among = f"among the {whose}" if whose else "in a list"
        for name in parties.unknown:
            self.found("unknown-party", line, name=name, among=among)
        for party in parties.repeated:
            self.found("repeated-party", line, name=party.name, among=among)

    def check_counts(self) -> None:
        """Report the counts stated by the page that differ from the number of its rows.

        If no membership was found at all, that is reported elsewhere, not its count.
        """
        for key, row in self.table("stated_counts").items():
            resource, text = row["resource"], row["filter"]
            wanted = parse_filter(text)
            counted = {
                Fact(resource, each)
                for each, cells in self.table(resource).items()
                if matches(wanted, defaultdict(str, cells))  # fields that were not read are empty
            }
            many = len(counted)
            if str(many) == row["stated"] or (not many and resource == "memberships"):
                continue
            lines = {each.line for each in self.passages if counted & {*each.facts} and each.line}
            ends = sorted({min(lines, default=0), max(lines, default=0)} - {0})
            place = f" on line{'s' * (len(ends) > 1)} {' to '.join(map(str, ends))}" if ends else ""
            what = f"{resource} ({filter_in_words(text)})" if text else resource
            line = self._line_of(Fact("stated_counts", key))
            details = {
                "stated": row["stated"],
                "what": what,
                "locator": row["locator"],
                "many": many,
            }
            at = found("count-disagrees", self.where, line, row["count"], place=place, **details)
            self.findings[at] = None

    def check_plans(self) -> None:
        """Report the meetings that the page calls planned although their date has passed."""
        for key, row in self.table("meetings").items():
            date = row.get("date", "")
            if row.get("status") == "planned" and date and date < self.published[: len(date)]:
                self.found("planned-in-the-past", self._line_of(Fact("meetings", key)), date=date)

    def _line_of(self, fact: Fact) -> int:
        """Return the line of the first passage that states a row; 0 if none does."""
        return next((each.line for each in self.passages if fact in each.facts), 0)

    def extract(self, work: Work, page: Document) -> Extract:
        """Return the extract collected so far."""
        rows = {name: tuple(rows.values()) for name, rows in sorted(self.rows.items()) if rows}
        findings, left_out = (*self.findings, *page.findings), len(page.boilerplate)
        return Extract(
            work.id, self.source, rows, tuple(self.passages), findings, work.owns, self.lists,
            self.where, left_out,
        )  # fmt: skip
