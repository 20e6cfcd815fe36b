"""What the sentences of the page add up to, once all are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Fact
from interopwatch.capture.works.pii.rows import disagree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interopwatch.capture.model import Vocabulary
    from interopwatch.capture.works.ledger import Ledger
    from interopwatch.capture.works.pii.sentences import Sentence
    from interopwatch.capture.works.pii.spells import Spells
    from interopwatch.findings import Level

_NAMES: Final = {
    "pii": ("Partnership Interoperability Initiative", "PII"),
    "eop": ("Enhanced Opportunities Partners", "EOP"),
    "ip": ("Interoperability Platform", "IP"),
}
"""The formats of the page: their names and acronyms."""
_EXPECTED: Final[tuple[tuple[str, str, str, str, Level], ...]] = (
    ("memberships", "eop", "", "who the Enhanced Opportunities Partners are", "error"),
    ("memberships", "ip", "", "who the partners of the Interoperability Platform are", "error"),
    ("provisions", "pii", "aim", "the aims of the initiative", "warning"),
    ("provisions", "eop", "benefit", "what the enhanced opportunities are", "warning"),
    ("provisions", "ip", "body", "which bodies met in IP format", "warning"),
)
"""What every edition so far had: resource, format, kind of provision, what it says."""


def add_spells(ledger: Ledger, spells: Spells) -> None:
    """The memberships of Enhanced Opportunities Partners, and what is wrong with them."""
    for spell in spells.all():
        fact = ledger.row(
            "memberships", spell.locator, format="eop", party=spell.party,
            spell=str(spell.number), start=spell.start, end=spell.end, end_reason=spell.reason,
        )  # fmt: skip
        for number in dict.fromkeys(spell.passages):
            ledger.give(number, fact)
    for code, message, number, level in spells.doubts:
        ledger.doubt(number, code, message, level=level)


def add_formats(
    ledger: Ledger, sentences: Sequence[Sentence], launched: Mapping[str, tuple[str, str]]
) -> None:
    """The formats that the page names.

    A format stands where its launch is told; failing that, under the heading that names it;
    failing that, where it is named first.
    """
    table = ledger.table("formats")
    told = [n for n, each in enumerate(sentences) if each.heads or each.phrase.text]
    for name, (long, acronym) in _NAMES.items():
        short = fold(long).removesuffix("s")
        named = [ledger.passages[n] for n in told if short in fold(sentences[n].text)]
        if not named:
            table.pop((name,), None)
            continue
        headings = [
            ledger.passages[n].locator
            for n in told
            if sentences[n].heads and short in fold(sentences[n].text)
        ]
        places = [place for place in headings if place != ledger.title] or [named[0].locator]
        defined = any(f"({acronym})" in p.text or f"({acronym}s)" in p.text for p in named)
        date, event = launched.get(name, ("", ""))
        row = table.setdefault((name,), {"format": name})
        row |= {
            "name": long, "acronym": acronym if defined else "", "parent": row.get("parent", ""),
            "launched": date, "launch_event": event, "source": ledger.source,
            "locator": row.get("locator") or places[0],
        }  # fmt: skip


def add_parties(ledger: Ledger, spells: Spells) -> None:
    """The parties behind the memberships.

    Who is listed for the Interoperability Platform stands there already, as a partner. Who
    joined NATO is an Ally.
    """
    parties = ledger.table("parties")
    for spell in spells.all():
        fact = ledger.row(
            "parties", spell.locator, party=spell.party, kind="country", name=spell.name,
            alliance_role="partner",
        )  # fmt: skip
        ledger.give(spell.passages[0], fact)
    for party, joined in spells.joined.items():
        fact = ledger.row("parties", joined.locator, party=party, kind="country", name=joined.name)
        if ("ip", party, "1") in ledger.table("memberships"):
            message = f"{joined.name} joined NATO, says the page, and it is listed as a partner"
            ledger.doubt(joined.passage, "party-disagrees", message)
        parties[fact.key] |= {
            "alliance_role": "ally", "joined_alliance": joined.date, "locator": joined.locator,
        }  # fmt: skip
        ledger.give(joined.passage, fact)
    for row in parties.values():
        if row["kind"] == "country":
            row.setdefault("joined_alliance", "")


def add_nato(ledger: Ledger, sentences: Sequence[Sentence], known: Vocabulary) -> None:
    """NATO itself, where the text names it first."""
    names = [name for name, party in known.parties.items() if party.party == "nato"]
    for number, sentence in enumerate(sentences):
        text = sentence.text.casefold() if sentence.may_state else ""
        if any(name in text for name in names):
            for each in mentions(sentence.text, known):
                if each.party.party == "nato":
                    ledger.state(
                        number, "parties", party="nato", kind="organisation", name=each.name
                    )
                    return


def check_counts(ledger: Ledger) -> None:
    """Check the numbers that the page states against its lists."""
    formats = [row["format"] for row in ledger.table("memberships").values()]
    for (name,), row in sorted(ledger.table("stated_counts").items()):
        found = formats.count(name.partition("-")[0])
        if name.startswith("eop-") and name != "eop-ever":
            continue  # checked against its own sentence
        fact = Fact("stated_counts", (name,))
        number = next(n for n, each in enumerate(ledger.passages) if fact in each.facts)
        if found and int(row["stated"]) != found:
            disagree(ledger, int(row["stated"]), found, number)


def check_whole(ledger: Ledger) -> None:
    """Report what the page has always had and this edition has not."""
    for resource, format_, kind, what, level in _EXPECTED:
        rows = ledger.table(resource).values()
        if not any((r["format"], r.get("kind", "")) == (format_, kind) for r in rows):
            hint = "Give the whole page; if it says so in other words, enter them by hand."
            ledger.find("part-missing", 0, f"nothing was found that says {what}", hint, level)
