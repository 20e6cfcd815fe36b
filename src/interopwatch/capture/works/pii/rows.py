"""Rows of the kinds that several sentences of the page state, and doubts about its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interopwatch.capture.english.lists import Member, PartyList
    from interopwatch.capture.works.ledger import Ledger


def add_party(ledger: Ledger, member: Member, number: int, role: str = "") -> None:
    """Enter a party that a passage names."""
    alliance = {"alliance_role": role} if role else {}
    party = member.party
    ledger.state(
        number, "parties", party=party.party, kind=party.kind, name=member.name, **alliance
    )


def add_count(ledger: Ledger, name: str, counted: str, stated: int, number: int) -> None:
    """Enter a number that a passage states about memberships.

    Args:
        ledger: Where to enter it.
        name: The id of the count.
        counted: The filter that picks the rows it counts.
        stated: The number.
        number: The passage.
    """
    known = ledger.table("stated_counts").get((name,))
    if known and known["stated"] != str(stated):
        disagree(ledger, int(known["stated"]), stated, number)
    ledger.state(
        number, "stated_counts", count=name, resource="memberships", filter=counted,
        stated=str(stated),
    )  # fmt: skip


def disagree(ledger: Ledger, stated: int, found: int, number: int) -> None:
    """Report a number that is not that of the list."""
    message = f"the page states {stated}, and {found} were found"
    ledger.doubt(number, "count-disagrees", message)


def report_doubts(ledger: Ledger, found: PartyList, number: int, what: str) -> None:
    """Report what a list holds beside parties that are known, each once."""
    for name in found.unknown:
        ledger.doubt(
            number,
            "unknown-party",
            f"“{name}” stands among the {what}, and no party is known by that name",
            "If it is a party, add this spelling to party_names.",
        )
    for party in found.repeated:
        ledger.doubt(number, "party-twice", f"{party.name} stands twice among the {what}")
    for name in found.noted:
        hint = "See whether the note changes what the list says."
        ledger.doubt(number, "note-on-party", f"{name} carries a note", hint, "warning")
