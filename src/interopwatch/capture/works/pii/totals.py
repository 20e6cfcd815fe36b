"""What the sentences of the page add up to, once all are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.names import mentions
from interopwatch.capture.english.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Known
    from interopwatch.capture.works.pii.rows import Row, Rows
    from interopwatch.capture.works.pii.spells import Spells
    from interopwatch.findings import Level

NAMES: Final = {
    "pii": ("Partnership Interoperability Initiative", "PII"),
    "eop": ("Enhanced Opportunities Partners", "EOP"),
    "ip": ("Interoperability Platform", "IP"),
}
"""The formats of the page: their names and acronyms."""


def add_spells(rows: Rows, spells: Spells) -> None:
    """The memberships of Enhanced Opportunities Partners, and what is wrong with them."""
    for spell in spells.all():
        row = spell.row(rows.source)
        key = (row["format"], row["party"], row["spell"])
        rows.tables["memberships"][key] = row
        for said in dict.fromkeys(spell.said):
            rows.gave(said, "memberships", key)
    for each in spells.troubles:
        rows.find(each.code, each.message, each.said, level="error" if each.error else "warning")


def add_formats(rows: Rows, title: str, launched: Mapping[str, tuple[str, str]]) -> None:
    """The formats that the page names.

    A format stands where its launch is told; failing that, under the heading that names it;
    failing that, where it is named first.
    """
    told = [s for s in rows.sentences if s.heads or s.phrase.text]
    for name, (long, acronym) in NAMES.items():
        named = [s for s in told if fold(long).removesuffix("s") in fold(s.text)]
        if not named:
            rows.tables["formats"].pop((name,), None)
            continue
        row = rows.tables["formats"].setdefault((name,), {"format": name})
        defined = any(f"({acronym})" in s.text or f"({acronym}s)" in s.text for s in named)
        heading = next((s for s in named if s.heads and s.locator != title), None)
        date, event = launched.get(name, ("", ""))
        row |= {
            "name": long,
            "acronym": acronym if defined else "",
            "parent": row.get("parent", ""),
            "launched": date,
            "launch_event": event,
            "source": rows.source,
            "locator": row.get("locator") or (heading or named[0]).locator,
        }


def add_parties(rows: Rows, spells: Spells, known: Known) -> None:
    """The parties behind the memberships, and NATO.

    Who is listed for the Interoperability Platform stands there already, as a partner. Who
    joined NATO is an Ally.
    """
    parties = rows.tables["parties"]
    for spell in spells.all():
        row = _country(rows, spell.party, spell.name, spell.locator)
        parties.setdefault((spell.party,), row | {"alliance_role": "partner"})
        rows.gave(spell.said[0], "parties", (spell.party,))
    for party, (name, date, locator, said) in spells.joined.items():
        row = parties.setdefault((party,), _country(rows, party, name, locator))
        if ("ip", party, "1") in rows.tables["memberships"]:
            rows.find(
                "party-disagrees",
                f"{name} joined NATO, says the page, and it is listed as a partner",
                said,
            )
        row |= {"alliance_role": "ally", "joined_alliance": date, "locator": locator}
        rows.gave(said, "parties", (party,))
    for row in parties.values():
        if row["kind"] == "country":
            row.setdefault("joined_alliance", "")
    _add_nato(rows, known)


def _add_nato(rows: Rows, known: Known) -> None:
    """NATO itself, where the text names it first."""
    names = [name for name, party in known.parties.items() if party.party == "nato"]
    for said, sentence in enumerate(rows.sentences):
        text = sentence.text.casefold() if sentence.phrase.text and not sentence.heads else ""
        if any(name in text for name in names):
            for each in mentions(sentence.text, known):
                if each.party.party == "nato":
                    row = {"party": "nato", "kind": "organisation", "name": each.name}
                    rows.add("parties", ("party",), row, said)
                    return


def _country(rows: Rows, party: str, name: str, locator: str) -> Row:
    return {
        "party": party, "kind": "country", "name": name, "source": rows.source,
        "locator": locator,
    }  # fmt: skip


def check_counts(rows: Rows) -> None:
    """Hold the numbers that the page states against its lists."""
    memberships = rows.tables["memberships"].values()
    found = {
        "ip": sum(row["format"] == "ip" for row in memberships),
        "eop": sum(row["format"] == "eop" for row in memberships),
    }
    for (name,), row in sorted(rows.tables["stated_counts"].items()):
        format_ = name.partition("-")[0]
        if format_ == "eop" and name != "eop-ever":
            continue  # held against its own sentence
        said = next(n for n in rows.facts if any(f.key == (name,) for f in rows.facts[n]))
        if found[format_] and int(row["stated"]) != found[format_]:
            rows.disagree(int(row["stated"]), found[format_], said)


def check_whole(rows: Rows) -> None:
    """Report what the page has always had and this edition has not."""
    kinds = {(row["format"], row["kind"]) for row in rows.tables["provisions"].values()}
    formats = {row["format"] for row in rows.tables["memberships"].values()}
    expected: tuple[tuple[bool, str, Level], ...] = (
        ("eop" in formats, "who the Enhanced Opportunities Partners are", "error"),
        ("ip" in formats, "who the partners of the Interoperability Platform are", "error"),
        (("pii", "aim") in kinds, "the aims of the initiative", "warning"),
        (("eop", "benefit") in kinds, "what the enhanced opportunities are", "warning"),
        (("ip", "body") in kinds, "which bodies met in IP format", "warning"),
    )
    for there, what, level in expected:
        if not there:
            hint = "Give the whole page; if it says so in other words, enter them by hand."
            rows.find("part-missing", f"nothing was found that says {what}", None, hint, level)
