"""The partners of the Interoperability Platform, out of the list that the page has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english import fold, number
from interopwatch.capture.parties import parties_in
from interopwatch.capture.pii_blocks import LIST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch.capture.model import Known
    from interopwatch.capture.parties import Listed
    from interopwatch.capture.pii_rows import Rows

PLATFORM: Final = "interoperability platform"
"""What a heading holds under which the page speaks of the platform."""
_ALONE: Final = 8  # countries from which on a list under such a heading needs no sentence
_KEY: Final = ("format", "party", "spell")


def add_list(rows: Rows, known: Known, said: int, text: str, told: Sequence[int]) -> None:
    """Take in the list that a sentence holds or introduces.

    Args:
        rows: What has been read.
        known: What the package knows.
        said: The sentence.
        text: The list; empty if the sentence promises one and none follows.
        told: The sentences that make up the list.
    """
    found = parties_in(text, known, "partner")
    if not found.members:
        rows.find(
            "list-missing",
            "this sentence promises the partners of the Interoperability Platform, and no list "
            "follows",
            said,
            hint="Give the whole page.",
        )
        return
    _members(rows, found, said, told)
    if found.understood and not found.rest and said not in told:
        rows.settled.update(told)
        # A number in the sentence has to have been read before all of it is said.
        counted = any(fact.resource == "stated_counts" for fact in rows.facts[said])
        if counted or not any(map(number, rows.sentences[said].text.rstrip(":").split())):
            rows.settled.add(said)


def add_alone(rows: Rows, known: Known) -> None:
    """Read a list of countries under the platform's heading that no sentence introduces."""
    if any(row["format"] == "ip" for row in rows.tables["memberships"].values()):
        return
    found = []
    for said, sentence in enumerate(rows.sentences):
        here = PLATFORM in fold(sentence.locator) and not sentence.heads
        if here and len(sentence.text) <= LIST:
            listed = parties_in(sentence.text, known, "partner")
            countries = [each for each in listed.members if each.party.kind == "country"]
            if listed.understood and len(countries) >= _ALONE:
                found.append((said, listed))
    if len(found) == 1:
        said, listed = found[0]
        _members(rows, listed, said, [said])
        rows.settled.add(said)


def _members(rows: Rows, found: Listed, said: int, told: Sequence[int]) -> None:
    rows.unknown(found, said, "partners of the Interoperability Platform")
    for member in found.members:
        if member.party.kind != "country":
            message = f"{member.name} stands among the partners and is no country"
            rows.find("unknown-party", message, said)
            continue
        row = {
            "format": "ip", "party": member.party.party, "spell": "1", "start": "", "end": "",
            "end_reason": "",
        }  # fmt: skip
        for place in told:
            # Where each country is an item, only its own item gives it.
            if len(told) == 1 or member.name in rows.sentences[place].text:
                rows.add("memberships", _KEY, row, place)
                rows.party(member, place, role="partner")
