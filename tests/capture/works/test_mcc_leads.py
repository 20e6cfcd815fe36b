"""Sentences about who leads a project, and since when."""

from __future__ import annotations

import pytest

from interopwatch.capture.works.mcc.clauses import ClauseParser
from projects_page import bare, codes, one, rows, take


@pytest.mark.parametrize(
    ("sentence", "who", "since"),
    [
        ("Norway leads the project.", "NOR", ""),
        ("Norway has led OWN since March 2031.", "NOR", "2031-03"),
        ("Since May 2031, Norway has led the Odd Widget Network.", "NOR", "2031-05"),
        ("The project is led by the Netherlands since 2031.", "NLD", "2031"),
        ("It has been led by Poland since autumn 2031.", "POL", "2031-23"),
        ("The lead nation is Norway.", "NOR", ""),
        ("Poland acts as lead nation for the initiative since 3 Mar. 2031.", "POL", "2031-03-03"),
        ("Norway took over the lead of the project from Spain in March 2031.", "NOR", "2031-03"),
        ("In March 2031, Norway took over as lead nation.", "NOR", "2031-03"),
        ("The lead was transferred from Spain to Norway in 2031.", "NOR", "2031"),
        ("Spain handed over the lead of the project to Norway in May 2031.", "NOR", "2031-05"),
        ("The lead passed from Spain to Norway in 2031.", "NOR", "2031"),
        ("Norway replaced Spain as lead nation in May 2031.", "NOR", "2031-05"),
        ("is led by Norway since 2031.", "", ""),  # it does not say who is led
        ("it is led by Norway since 2031.", "NOR", "2031"),
    ],
)
def test_who_leads_and_since_when(sentence: str, who: str, since: str) -> None:
    found = ClauseParser({"own", "odd widget network"}, bare()).parse(sentence, moves=True).clauses
    said = [(each.kind, [m.party.party for m in each.members], each.date) for each in found]
    assert said == ([("lead", [who], since)] if who else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "Norway will lead the project from 2033.",
        "Norway is expected to lead the project.",
        "Norway does not lead the project.",
        "The project is no longer led by Norway.",
        "The project was led by Norway until 2031.",
        "The project may be led by Norway since 2031.",
        "If Norway leads the project, it grows.",
        "“Norway leads the project”, a minister said.",
        "Norway leads the Balloon Yard since 2031.",
        "Norway has led the way since 2031.",
        "Norway leads a NATO battlegroup.",
        "The cluster is led by Norway since 2031.",
        "Companies of Norway lead the project.",
        "Norway has led the project since 02/03/2031.",
        "Norway should take the lead in 2031.",
    ],
)
def test_what_does_not_surely_say_who_leads_is_not_read(sentence: str) -> None:
    assert (
        ClauseParser({"own", "odd widget network"}, bare()).parse(sentence, moves=True).clauses
        == ()
    )


@pytest.mark.parametrize(
    "status",
    [
        "KON was launched in March 2028. Norway has led the project since May 2029.",
        "KON was launched in March 2028 and it is led by Norway since May 2029.",
        "KON, which has been led by Norway since May 2029, was launched in March 2028.",
    ],
)
def test_a_lead_with_its_date_is_a_milestone(status: str) -> None:
    said = take(one(status=f"Established. {status}"))
    assert rows(said, "projects", "lead") == [("NOR",)]
    expected = [("launched", "2028-03", "false"), ("lead-assumed", "2029-05", "false")]
    assert sorted(rows(said, "milestones", "milestone", "date", "expected")) == expected
    assert all(each.settled for each in said.passages if "Norway" in each.text)


def test_a_lead_is_read_in_the_purpose_and_behind_the_list_too() -> None:
    said = take(one("It is good. Norway leads the project since 2029."))
    assert rows(said, "milestones", "milestone", "date") == [("lead-assumed", "2029")]
    said = take(one(who="Norway and Poland. Poland took over the lead in late 2029."))
    assert rows(said, "projects", "lead") == [("POL",)]
    assert rows(said, "milestones", "milestone", "date") == [("lead-assumed", "2029")]
    assert codes(said) == ["date-coarse"]


@pytest.mark.parametrize(
    "more",
    [
        "and is led by Norway", "and has since been led by Norway", "under the lead of Norway",
        "with Norway as lead nation", "and is now headed by Norway",
    ],
)  # fmt: skip
def test_who_leads_goes_on_from_the_launch(more: str) -> None:
    said = take(one(status=f"Established. KON was launched in March 2028 {more}."))
    assert rows(said, "projects", "lead", "launched") == [("NOR", "2028-03")]
    assert all(each.settled for each in said.passages if "Norway" in each.text)


def test_what_is_reached_goes_on_behind_who_leads() -> None:
    status = "KON was launched in March 2028, is led by Norway and will reach FOC in 2032."
    said = take(one(status=f"Established. {status}"))
    assert rows(said, "projects", "lead", "launched") == [("NOR", "2028-03")]
    assert ("full-operational-capability", "2032", "true") in rows(
        said, "milestones", "milestone", "date", "expected"
    )
    assert all(each.settled for each in said.passages if "Norway" in each.text)


@pytest.mark.parametrize(
    "status",
    [
        "Italy joined in March 2028 and is led by Norway.",
        "KON was launched in March 2028 and is not led by Norway.",
        "KON was launched in March 2028 and is to be led by Norway.",
        "KON will be launched in March 2032 under the lead of Norway.",
        "FOC is expected in March 2032 with Norway as lead nation.",
        "KON was launched in March 2028 and the cluster is led by Norway.",
    ],
)
def test_who_leads_does_not_go_on_from_anything_else(status: str) -> None:
    said = take(one(status=f"Established. {status}"))
    assert rows(said, "projects", "lead") == [("",)]
    assert any(each.left or not each.facts for each in said.passages if "Norway" in each.text)


@pytest.mark.parametrize(
    "purpose",
    ["The network, which is led by Norway, ties kites.", "It is led by Norway, and ties kites."],
)
def test_the_passage_that_says_who_leads_gives_the_project(purpose: str) -> None:
    said = take(one(purpose))
    (passage,) = (each for each in said.passages if "Norway, " in each.text)
    assert ("projects", ("kon",)) in [(fact.resource, fact.key) for fact in passage.facts]
