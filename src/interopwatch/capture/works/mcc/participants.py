"""Rows about who takes part in a project, or did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from interopwatch.capture.model import Fact, Party, Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.mcc.participation import Participation


class Section(Protocol):
    """What is asked of the section of a project."""

    ledger: Ledger
    known: Vocabulary
    listed: bool
    whole: bool
    listed_now: set[tuple[str, ...]]

    @property
    def project(self) -> str:
        """The id of the project."""

    @property
    def heading(self) -> str:
        """The heading of the section."""

    @property
    def locator(self) -> str:
        """The place of the section."""


def takes_part(section: Section, said: Participation, line: int) -> Iterator[Fact]:
    """Enter that parties joined a project, left it or observe it.

    Args:
        section: The section of the project.
        said: What a sentence says of them.
        line: The line of that sentence.
    """
    ledger = section.ledger
    ended, rows = said.kind == "left", ledger.table("participations")
    role = "observer" if said.kind == "observer" else "participant"
    # Without a date, what an edition reports as past happened by then.
    date = said.date or (f"../{ledger.published}" if ended else "")
    field = "left" if ended else "joined"
    for member in said.members:
        party = member.party
        key, name = (section.project, party.party, role), f"{party.name} in {section.heading}"
        before = rows.get(key, {})
        if ended and key in section.listed_now:
            message = f"{name}: it is said to have left, and is listed as taking part"
            hint = "See whether it came back, and enter by hand what holds."
            ledger.find("party-disagrees", line, message, hint)
            continue
        if (before.get("left") and not ended) or (date and before.get(field, date) != date):
            message = f"{name}: it joined or left more than once, or on different dates"
            hint = "The tables have room for one time: enter by hand what holds."
            ledger.find("dates-disagree", line, message, hint)
            continue
        known = section.known.roles.get(party.party, "")
        capacity = known if known and member.capacity == "ally" else member.capacity
        takes = {"project": section.project, "party": party.party, "role": role}
        yield ledger.row("participations", section.locator, **takes, capacity=capacity)
        rows[key] = {**rows[key], field: date} if date else rows[key]
        yield add_party(ledger, section.locator, party, known)


def close_lists(section: Section) -> None:
    """Say that a list of participants was read whole, and count in it only who has not left."""
    ledger, project = section.ledger, section.project
    if section.whole and section.listed:
        # Who observes stands in sentences of its own.
        for role in ("participant", "supporter"):
            ledger.whole("participations", project=project, role=role)
    rows = ledger.table("participations").values()
    if any(row["project"] == project and row.get("left") for row in rows):
        counts = ledger.table("stated_counts")
        for key, row in counts.items():
            if f"project={project}&role=participant" in row["filter"]:
                counts[key] = {**row, "filter": f"{row['filter']}&left="}


def add_party(ledger: Ledger, locator: str, party: Party, role: str = "") -> Fact:
    """Enter a party that the page names, with its role in the Alliance if that is stated."""
    said = {"alliance_role": role} if role else {}
    return ledger.row(
        "parties", locator, party=party.party, kind=party.kind, name=party.name, **said
    )
