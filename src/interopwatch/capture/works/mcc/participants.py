"""Rows about who takes part in a project, or did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.english.lists import PartyList
    from interopwatch.capture.model import Fact, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.participation import Participation


@dataclass(slots=True)
class Participants:
    """Who takes part in a project, as its section tells it.

    Attributes:
        project: The id of the project.
        heading: The heading of its section.
        locator: The place of its section.
        ledger: What is being taken from the page.
        known: What the package knows.
        listed: Whether there is a list of participants.
        whole: Whether every word of the list was read.
        now: The keys of those whom the list names.
        roles: By the id of a country, its name, what the list has it as, and on which line.
    """

    project: str
    heading: str
    locator: str
    ledger: Ledger
    known: Vocabulary
    listed: bool = False
    whole: bool = True
    now: set[tuple[str, ...]] = field(default_factory=set)
    roles: dict[str, tuple[str, str, int]] = field(default_factory=dict)

    def enter(self, found: PartyList, line: int) -> Iterator[Fact]:
        """Enter those whom a list of participants names."""
        self.listed, self.whole = True, self.whole and found.understood
        for member in found.members:
            party, capacity = member.party, member.capacity
            known = self.known.roles.get(party.party, "")
            if party.kind == "country":
                self.roles[party.party] = (party.name, capacity, line)
                # A list that calls nobody anything does not say that they are all Allies.
                capacity = known if known and capacity == "ally" else capacity
            joined = {"joined": member.joined} if member.joined else {}
            fact = self.ledger.row(
                "participations", self.locator, project=self.project, party=party.party,
                role=member.role, capacity=capacity, **joined,
            )  # fmt: skip
            self.now.add(fact.key)
            yield fact
            role = capacity if party.kind == "country" and known in {"", capacity} else ""
            yield self.ledger.party(self.locator, party, role=role)

    def move(self, said: Participation, line: int) -> Iterator[Fact]:
        """Enter that parties joined the project, left it or observe it.

        Args:
            said: What a sentence says of them.
            line: The line of that sentence.
        """
        ended, rows = said.kind == "left", self.ledger.table("participations")
        role = "observer" if said.kind == "observer" else "participant"
        # Without a date, what an edition reports as past happened by then.
        date = said.date or (f"../{self.ledger.published}" if ended else "")
        field = "left" if ended else "joined"
        for member in said.members:
            party = member.party
            key, name = (self.project, party.party, role), f"{party.name} in {self.heading}"
            before = rows.get(key, {})
            if ended and key in self.now:
                message = f"{name}: it is said to have left, and is listed as taking part"
                hint = "See whether it came back, and enter by hand what holds."
                self.ledger.find("party-disagrees", line, message, hint)
                continue
            if (before.get("left") and not ended) or (date and before.get(field, date) != date):
                message = f"{name}: it joined or left more than once, or on different dates"
                hint = "The tables have room for one time: enter by hand what holds."
                self.ledger.find("dates-disagree", line, message, hint)
                continue
            known = self.known.roles.get(party.party, "")
            capacity = known if known and member.capacity == "ally" else member.capacity
            takes = {"project": self.project, "party": party.party, "role": role}
            yield self.ledger.row("participations", self.locator, **takes, capacity=capacity)
            rows[key] = {**rows[key], field: date} if date else rows[key]
            yield self.ledger.party(self.locator, party, role=known)

    def close(self) -> None:
        """Say that the list was read whole, and count in it only who has not left."""
        project = self.project
        if self.whole and self.listed:
            # Who observes stands in sentences of its own.
            for role in ("participant", "supporter"):
                self.ledger.whole("participations", project=project, role=role)
        rows = self.ledger.table("participations").values()
        if any(row["project"] == project and row.get("left") for row in rows):
            counts = self.ledger.table("stated_counts")
            for key, row in counts.items():
                if f"project={project}&role=participant" in row["filter"]:
                    counts[key] = {**row, "filter": f"{row['filter']}&left="}
