"""Sentences about who joined a project, left it, or observes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch.capture.works.mcc.clauses import ClauseParser
from pages import p, page
from projects_page import bare, codes, errors, one, rows, take

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interopwatch.capture.model import Extract

LIST = "Norway and Poland. "
NAME = "Kite Operations Network (KON)"
NOW = {("NOR", "", ""), ("POL", "", "")}


def said(sentence: str) -> list[tuple[str, str, str]]:
    found = ClauseParser({"own", "odd widget network"}, bare()).parse(sentence, moves=True).clauses
    return [(each.kind, m.party.party, each.date) for each in found for m in each.members]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Italy joined in March 2031.", [("joined", "ITA", "2031-03")]),
        ("Italy and the United Kingdom have joined OWN.",
         [("joined", "ITA", ""), ("joined", "GBR", "")]),
        ("In autumn 2031, Italy joined the Odd Widget Network.", [("joined", "ITA", "2031-23")]),
        ("Italy joined as a participant on 14/3/2031.", [("joined", "ITA", "2031-03-14")]),
        (("Italy joined the initiative in the margins of the May 2031 meeting of NATO Defence "
         "Ministers."), [("joined", "ITA", "2031-05")]),
        (("In the margins of the May 2031 meeting of NATO Defence Ministers, Italy joined the "
          "project."), [("joined", "ITA", "2031-05")]),
        ("Italy joined in the margins of the May 2031 meeting of defence ministers.",
         [("joined", "ITA", "2031-05")]),
        ("Italy joined in March 2031, followed by Spain in May 2032.",
         [("joined", "ITA", "2031-03"), ("joined", "ESP", "2032-05")]),
        ("Italy and Spain joined in 2031 and 2032 respectively.",
         [("joined", "ITA", "2031"), ("joined", "ESP", "2032")]),
        ("Italy and Spain joined in March and May 2031 respectively.",
         [("joined", "ITA", "2031-03"), ("joined", "ESP", "2031-05")]),
        ("The project was joined by Italy, Spain and NATO partner Japan in 2031.",
         [("joined", "ITA", "2031"), ("joined", "ESP", "2031"), ("joined", "JPN", "2031")]),
        ("Since 2031, Italy has participated in it.", [("joined", "ITA", "2031")]),
        ("Italy became the newest member of the project in May 2031.",
         [("joined", "ITA", "2031-05")]),
        ("Norway and Sweden have since left.", [("left", "NOR", ""), ("left", "SWE", "")]),
        ("Norway withdrew from the OWN project in 2031.", [("left", "NOR", "2031")]),
        ("Norway is no longer a participant.", [("left", "NOR", "")]),
        ("Norway ended its participation in May 2031.", [("left", "NOR", "2031-05")]),
        ("Norway’s participation in the project ended in May 2031.", [("left", "NOR", "2031-05")]),
        ("Since 2031, Japan has been taking part as a NATO partner.", [("joined", "JPN", "2031")]),
        ("Italy joined in March 2031, while Norway left in May 2031.",
         [("joined", "ITA", "2031-03"), ("left", "NOR", "2031-05")]),
        ("Italy and Albania have observer status.",
         [("observer", "ITA", ""), ("observer", "ALB", "")]),
        ("Albania was granted observer status in the project in 2031.",
         [("observer", "ALB", "2031")]),
        ("Albania takes part in the project as an observer.", [("observer", "ALB", "")]),
        ("Italy, which joined in May 2031, is the newest.", [("joined", "ITA", "2031-05")]),
    ],
)  # fmt: skip
def test_what_a_sentence_says(sentence: str, found: list[tuple[str, str, str]]) -> None:
    assert said(sentence) == found


@pytest.mark.parametrize(
    "sentence",
    [
        "Italy joined NATO in 1949.",
        "Italy joined the Balloon Yard in 2031.",
        "Italy will join in 2033.",
        "Italy is expected to join the project in 2033.",
        "Italy may have joined in 2031.",
        "Italy did not join in 2031.",
        "Italy had not yet joined in 2031.",
        "Italy joined after Norway had left in 2031.",
        "Italy joined by 2031.",
        "Italy rejoined in 2031.",
        "Italy joined in March 2031; it was there until 2032.",
        "Italy joined on 04/05/2031.",
        "Italy, Spain and two others joined in 2031.",
        "Norway left the European Union in 2031.",
        "Norway has left room for others.",
        "Norway's participation in the exercise ended in May 2031.",
        "Norway's participation ended a debate in May 2031.",
        "Companies from Italy joined in 2031.",
        "Italy and Spain joined in 2031 and 2032.",
        "Italy wants observer status.",
        "Italy observes the Baltic Sea.",
    ],
)
def test_what_is_not_surely_said_is_not_read(sentence: str) -> None:
    assert not said(sentence)


def participants(text: str, status: str = "Established.") -> set[tuple[str, str, str]]:
    found = take(one(who=text, status=status)).rows["participations"]
    return {(r["party"], r.get("joined", ""), r.get("left", "")) for r in found}


def test_who_joined_takes_part_since_then() -> None:
    assert participants(LIST + "Italy joined in March 2031.") == NOW | {("ITA", "2031-03", "")}
    assert participants(LIST, "Established. Italy joined in 2030.") == NOW | {("ITA", "2030", "")}
    assert participants("Norway, Poland and Italy (since May 2030)") == NOW | {
        ("ITA", "2030-05", "")
    }


def test_what_was_reached_and_who_joined_stand_in_one_sentence() -> None:
    said = take(one(status="Established. KON was launched in March 2028 and Italy joined in 2030."))
    assert rows(said, "milestones", "milestone", "date") == [("launched", "2028-03")]
    assert ("ITA", "2030") in rows(said, "participations", "party", "joined")
    assert all(each.settled for each in said.passages if "Italy" in each.text)


def test_who_joined_may_stand_in_a_paragraph_further_down() -> None:
    content = one(who="Norway and Poland")
    at = content.index(p("Participants: Norway and Poland")) + 1
    content[at:at] = [p("It is open to others."), p("Italy joined in 2030.")]
    assert ("ITA", "2030") in rows(take(content), "participations", "party", "joined")


def test_who_left_did_so_by_the_day_of_the_edition() -> None:
    assert participants(LIST + "Spain left in 2030.") == NOW | {("ESP", "", "2030")}
    assert participants(LIST + "Spain has since left.") == NOW | {("ESP", "", "../2031-05-06")}


def test_who_is_listed_and_said_to_have_left_is_told() -> None:
    found = take(one(who=LIST + "Norway left in 2030."))
    assert errors(found) == ["party-disagrees"]
    assert {row.get("left", "") for row in found.rows["participations"]} == {""}


def test_who_observes_is_no_participant() -> None:
    found = take(one(who=LIST + "Italy and Albania have observer status."))
    assert rows(found, "participations", "party", "role")[2:] == [
        ("ITA", "observer"),
        ("ALB", "observer"),
    ]
    found = take(one(who="Norway, Poland and Albania (observer)"))
    assert rows(found, "participations", "party", "role")[2:] == [("ALB", "observer")]


def test_a_number_of_countries_counts_those_that_have_not_left() -> None:
    found = take(one(who=LIST + "With 2 participating countries, it is small. Spain left in 2030."))
    assert not found.findings
    assert rows(found, "stated_counts", "stated") == [("2",)]
    found = take(
        one(who=LIST + "Italy joined in 2030, bringing the number of participants to three.")
    )
    assert not found.findings
    assert rows(found, "stated_counts", "stated") == [("3",)]


def test_the_number_of_a_list_need_not_count_who_joined_behind_it() -> None:
    for many, said in (("2", "Two"), ("4", "Four")):
        listed = f"{said} Allies take part: Norway and Poland."
        found = take(one(who=f"{listed} Italy and Spain joined in March 2031."))
        assert not found.findings
        assert rows(found, "stated_counts", "stated") == [(many,)]
    found = take(one(who="Three Allies take part: Norway and Poland. Italy joined, and Spain."))
    assert "count-disagrees" in codes(found)


def test_a_vague_time_is_told_to_be_one() -> None:
    found = take(one(who=LIST + "Italy joined in early 2031."))
    assert codes(found) == ["date-coarse"]


def in_lines(*names: str) -> Extract:
    """Return the extract of a page with one name per line."""
    whole = page(one(who="NAMES"), updated="6 May 2031").text("2025")
    return take(whole.replace("Participants: NAMES", "\n\n".join(["Participants:", *names])))


def wholes(found: Extract) -> list[Mapping[str, str]]:
    return list(found.lists.get("participations", ()))


@pytest.mark.parametrize(
    ("names", "unknown"),
    [
        (("Norway", "Polland"), "Polland"),
        (("Norway", "Polland", "Spain"), "Polland"),
        (("Norway", "Ruritania", "Spain"), "Ruritania"),
        (("Norway", "Spain", "the Bureau. With 3 participating countries, it is small."),
         "the Bureau"),
        (("Norway", "Spain", "Ruritania. It is small."), "Ruritania"),
        (("Norway", "Poland | Ruritania", "Spain | Italy"), "Ruritania"),
    ],
)  # fmt: skip
def test_an_unknown_name_in_a_list_of_lines_is_an_error(
    names: tuple[str, ...], unknown: str
) -> None:
    found = in_lines(*names)
    told = [f.message for f in found.findings if f.code == "unknown-party"]
    assert len(told) == 1
    assert f"“{unknown}”" in told[0]
    assert "unknown-party" in errors(found)
    assert not wholes(found)
    known = {"Norway": "NOR", "Spain": "ESP", "Italy": "ITA", "Poland": "POL"}
    listed = {code for name, code in known.items() if name in " ".join(names)}
    assert {row["party"] for row in found.rows["participations"]} == listed


@pytest.mark.parametrize("name", ["Polland", "Ruritania"])
def test_an_unknown_name_between_names_heads_no_project(name: str) -> None:
    section = f"Participants:\n\nNorway\n\n{name}\n\nSpain"
    below = "Late Thing (LTH)\n\nPurpose: It is late.\n\nParticipants: Poland"
    whole = page(one(who="NAMES"), updated="6 May 2031").text("2025")
    before, _, status = whole.partition("Participants: NAMES")
    found = take(f"{before}{section}\n\n{below}{status}")
    assert rows(found, "participations", "project", "party") == [
        ("kon", "NOR"), ("kon", "ESP"), ("lth", "POL"),
    ]  # fmt: skip
    assert any(f"“{name}”" in each.message for each in found.findings)


def test_what_may_be_one_more_name_keeps_a_list_of_lines_from_being_whole() -> None:
    found = in_lines("Norway", "Poland", "Read On")
    assert not errors(found)
    assert [f.message for f in found.findings if f.code == "unknown-party"] == [
        f"“Read On” is below the parties of {NAME}, and may be another one that is unknown"
    ]
    assert not wholes(found)
    found = in_lines("Norway", "Poland", "Read on from here")
    assert wholes(found)


def test_a_list_goes_on_behind_a_comma_or_an_and() -> None:
    for names in (("Norway,", "Poland, Spain"), ("Norway, Poland and", "Spain")):
        first, second = names
        found = take(one(who=f"{first}\n\n{second}"))
        assert [row["party"] for row in found.rows["participations"]] == ["NOR", "POL", "ESP"]
        assert wholes(found)
        found = take(one(who=f"{first}\n\nRuritania and {second}"))
        assert errors(found) == ["unknown-party"]
