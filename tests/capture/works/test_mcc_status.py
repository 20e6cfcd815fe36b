"""Sentences about the status of a project, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch.capture.works.mcc.clauses import ClauseParser, SentenceContent
from interopwatch.capture.works.mcc.names import area_id, known_project, project_name
from interopwatch.capture.works.mcc.section import status_of
from known import known
from projects_page import errors, one, rows, take

if TYPE_CHECKING:
    from interopwatch.capture.english.dates import DayOrder

NAME = project_name("Odd Widget Network (OWN-2)")
DONE, AHEAD = False, True
FOC, IOC = "full-operational-capability", "initial-operational-capability"


def read(sentence: str, *names: str, order: DayOrder = "") -> SentenceContent:
    return ClauseParser(names or NAME.spellings, known(), order).parse(sentence)


def reached(sentence: str) -> list[tuple[str, str, bool]]:
    return [(each.kind, each.date, each.expected) for each in read(sentence).clauses]


def dated(tale: SentenceContent) -> list[str]:
    return [each.date for each in tale.clauses]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("OWN-2 was launched in May 2031.", [("launched", "2031-05", DONE)]),
        ("The widget initiative was launched on 5 May 2031.", [("launched", "2031-05-05", DONE)]),
        ("This project was officially launched in 2031.", [("launched", "2031", DONE)]),
        ("OWN-2 kicked off in May 2031.", [("launched", "2031-05", DONE)]),
        ("The project was initiated in 05/2031.", [("launched", "2031-05", DONE)]),
        ("In May 2031, OWN-2 was launched.", [("launched", "2031-05", DONE)]),
        ("It will be launched in May 2031.", [("launched", "2031-05", AHEAD)]),
        ("OWN-2 was launched at the 2031 Oslo Summit.", [("launched", "2031", DONE)]),
        ("OWN-2 was launched at the NATO Summit in Oslo in June 2031.",
         [("launched", "2031-06", DONE)]),
        ("OWN-2 was launched in the margins of the 2031 NATO Summit in Oslo.",
         [("launched", "2031", DONE)]),
        ("OWN-2 was launched at the meeting of Defence Ministers in May 2031.",
         [("launched", "2031-05", DONE)]),
        ("OWN-2 was launched in the margins of the May 2031 meeting of NATO Defence Ministers and "
         "reached IOC in June 2032.", [("launched", "2031-05", DONE), (IOC, "2032-06", DONE)]),
        ("OWN-2 was launched on the margins of a meeting of Defence Ministers in May 2031.",
         [("launched", "2031-05", DONE)]),
        ("OWN-2 was launched during the May 2031 ministerial.", [("launched", "2031-05", DONE)]),
        ("OWN-2 was launched in the spring of 2031 and is fully operational since autumn 2032.",
         [("launched", "2031-21", DONE), (FOC, "2032-23", DONE)]),
        ("It has been fully operational since 14.5.2032.", [(FOC, "2032-05-14", DONE)]),
        ("It reached IOC in winter 2031/32.", [(IOC, "2031-24", DONE)]),
        ("OWN-2 will be launched by summer 2031.", [("launched", "../2031-22", AHEAD)]),
        ("OWN-2 was launched on 28/05/2031.", [("launched", "2031-05-28", DONE)]),
        ("OWN-2 was launched on 05/28/2031.", [("launched", "2031-05-28", DONE)]),
        ("OWN-2 is expected to be launched in 2031 and reach Initial Operational Capability in "
         "2032.", [("launched", "2031", AHEAD), (IOC, "2032", AHEAD)]),
        ("OWN-2 was launched in May 2031 and became fully operational in June 2032.",
         [("launched", "2031-05", DONE), (FOC, "2032-06", DONE)]),
        ("OWN-2 reached Initial Operational Capability (IOC) in May 2031, and Full Operational "
         "Capability (FOC) is expected to be reached in 2035.",
         [(IOC, "2031-05", DONE), (FOC, "2035", AHEAD)]),
        ("Initial Operational Capability is planned for 2032 and Full Operational Capability for "
         "2034.", [(IOC, "2032", AHEAD), (FOC, "2034", AHEAD)]),
        ("OWN-2 became fully operational in June 2032, having reached IOC in May 2031.",
         [(FOC, "2032-06", DONE), (IOC, "2031-05", DONE)]),
        ("May 2031: Initial Operational Capability reached", [(IOC, "2031-05", DONE)]),
        ("2035: Full Operational Capability expected", [(FOC, "2035", AHEAD)]),
        ("IOC: May 2031.", [(IOC, "2031-05", DONE)]),
        ("FOC: 2035 (expected).", [(FOC, "2035", AHEAD)]),
        ("Launched: May 2031.", [("launched", "2031-05", DONE)]),
        ("OWN-2 reached IOC in May 2031 and FOC in June 2032.",
         [(IOC, "2031-05", DONE), (FOC, "2032-06", DONE)]),
        ("It is expected to become fully operational by the end of 2036.",
         [(FOC, "../2036", AHEAD)]),
        ("Full operational capability is expected before the end of 2036.",
         [(FOC, "../2036", AHEAD)]),
        ("The OWN fleet achieved initial operating capability in 2031.", [(IOC, "2031", DONE)]),
        ("The first deliveries took place in May 2031, and the last delivery is scheduled for "
         "2038.", [("first-delivery", "2031-05", DONE), ("last-delivery", "2038", AHEAD)]),
        ("The first widget was delivered to Norway in May 2031.",
         [("first-delivery", "2031-05", DONE)]),
        ("First deliveries began in May 2031.", [("first-delivery", "2031-05", DONE)]),
        ("First deliveries are expected to begin in 2036.", [("first-delivery", "2036", AHEAD)]),
        ("The initial delivery of the first cycle was in May 2031.",
         [("first-delivery", "2031-05", DONE)]),
        ("Launched in May 2031, OWN-2 became fully operational in June 2032.",
         [("launched", "2031-05", DONE), (FOC, "2032-06", DONE)]),
        ("OWN-2, which was launched on 5 May 2031, reached IOC in June 2032.",
         [("launched", "2031-05-05", DONE), (IOC, "2032-06", DONE)]),
        ("OWN-2 was launched in May 2031 and has been fully operational since June 2032.",
         [("launched", "2031-05", DONE), (FOC, "2032-06", DONE)]),
        ("The training centre was formally opened on 11 May 2031.",
         [("opened", "2031-05-11", DONE)]),
        ("The first group of pilots graduated from a module in May 2031.",
         [("first-graduation", "2031-05", DONE)]),
        ("It entered its Concept Stage in May 2031.", [("concept-stage", "2031-05", DONE)]),
        ("OWN-2 delivered on its key user requirements in May 2031.",
         [("requirements-delivered", "2031-05", DONE)]),
        ("It aims to develop widgets for an in-service date in the 2045-2050 timeframe.",
         [("in-service", "2045/2050", AHEAD)]),
        ("OWN-2 is expected to enter service between 2040 and 2042.",
         [("in-service", "2040/2042", AHEAD)]),
        ("The preferred solution was selected in May 2031.",
         [("solution-selected", "2031-05", DONE)]),
        ("Since May 2031, Portugal has hosted the annual exercise WID, with many guests.",
         [("annual-exercise", "2031-05", DONE)]),
        ("In May 2031, five of the participating Allies committed to selecting a solution by 2038.",
         [("commitment", "2031-05", DONE), ("solution-selected", "../2038", AHEAD)]),
    ],
)  # fmt: skip
def test_a_milestone_and_its_own_date(sentence: str, expected: list[tuple[str, str, bool]]) -> None:
    assert reached(sentence) == expected
    assert not read(sentence).note


@pytest.mark.parametrize(
    "sentence",
    [
        "Its predecessor was launched in May 2031.",
        "The XYZ project was launched in May 2031.",
        "The XYZ fleet reached initial operational capability in 2031.",
        "OWN-2 was expected to reach Full Operational Capability in 2031.",
        "OWN-2 has not reached Full Operational Capability by 2031.",
        "OWN-2 could be launched in 2031.",
        "OWN-2 was launched before 2031.",
        "OWN-2 was launched in 2031/32.",
        "OWN-2 is to reach Full Operational Capability in 2031 at the earliest.",
        "The second widget was delivered in May 2031.",
        "The second training centre opened in May 2031.",
        "France left the project in 2031, after OWN-2 was launched in 2030.",
        "Norway left in 2031 and became fully operational in 2032.",
        "A Memorandum of Understanding was signed in June 2031.",
        "OWN-2 was launched on 31 and 32 May 2031.",
        "Launched in May 2031, XYZ became fully operational in June 2032.",
        "XYZ, launched in May 2031, became fully operational in June 2032.",
    ],
)
def test_what_no_template_surely_reads_is_left_with_a_note(sentence: str) -> None:
    tale = read(sentence)
    assert not tale.clauses
    assert tale.note


def test_what_follows_is_left_and_a_date_in_it_is_said() -> None:
    tale = read("OWN-2 was launched in May 2031, and Poland signed in June 2032.")
    assert dated(tale) == ["2031-05"]
    assert tale.left == "and Poland signed in June 2032."
    assert tale.note
    tale = read("OWN-2 was launched in May 2031 by popular demand.")
    assert tale.left == "by popular demand."
    assert not tale.note


def test_by_a_year_is_not_done_unless_it_is_said_so() -> None:
    tale = read("OWN-2 reached IOC in May 2031, and FOC by 2036.")
    assert [(each.kind, each.expected) for each in tale.clauses] == [(IOC, DONE)]
    assert tale.note
    assert reached("OWN-2 was fully operational by 2031.") == [(FOC, "../2031", DONE)]
    assert reached("OWN-2 is expected to reach IOC in 2033, and FOC by 2036.") == [
        (IOC, "2033", AHEAD), (FOC, "../2036", AHEAD),
    ]  # fmt: skip


def test_who_launched_it_and_how_many_committed_themselves() -> None:
    for when in ("by 6 Allies in 2031", "in 2031 by 6 Allies"):
        said = take(one(status=f"Established. KON was launched {when} and reached IOC in 2032."))
        assert rows(said, "quantities", "measure", "value") == [("launching-allies", "6")]
        assert rows(said, "milestones", "date") == [("2031",), ("2032",)]
        assert all(each.settled for each in said.passages if "launched" in each.text)
    said = take(one(status="Established. KON was launched in 2030 by 6 Allies, and Spain joined."))
    assert rows(said, "quantities", "measure", "value") == [("launching-allies", "6")]
    assert ("ESP",) in rows(said, "participations", "party")
    said = take(one(status="Established. KON was launched in 2030 by 6 Allies and 2 partners."))
    assert rows(said, "quantities", "measure", "value") == [("launching-allies", "6")]
    assert [each.left for each in said.passages if "launched" in each.text] == ["and 2 partners"]
    tale = read(
        "In May 2031, two of the participating Allies (Norway and Poland) committed to "
        "identifying a single solution by the end of 2033."
    )
    assert tale.clauses[0].slots["many"] == "two"
    assert tale.clauses[0].slots["list"] == "Norway and Poland"


@pytest.mark.parametrize(
    ("when", "date"),
    [("in early 2031", "2031"), ("by mid-2031", "../2031"), ("in late spring 2031", "2031-21"),
     ("in the first half of 2031", "2031"), ("in Q3 2031", "2031")],
)  # fmt: skip
def test_a_vague_time_is_as_precise_as_it_can_be_and_not_all_that_is_said(
    when: str, date: str
) -> None:
    tale = read(f"The first widget will be delivered {when}.")
    assert dated(tale) == [date]
    assert not tale.exact


@pytest.mark.parametrize(
    "when", ["04/05/2031", "4-5-2031", "31/04/2031", "30 February 2031", "winter 2031", "04/05/31"]
)
def test_a_date_that_is_no_one_day_is_no_date_and_is_told(when: str) -> None:
    tale = read(f"OWN-2 was launched on {when}.")
    assert not tale.clauses
    assert tale.note
    assert ("day" in tale.note) is (when in {"04/05/2031", "4-5-2031"})


def test_the_page_tells_which_figure_is_the_day() -> None:
    said = "OWN-2 was launched on 04/05/2031."
    assert dated(read(said, order="day first")) == ["2031-05-04"]
    assert dated(read(said, order="month first")) == ["2031-04-05"]


def test_a_name_that_the_package_has_for_it() -> None:
    said = "The OWN project was launched in May 2031."
    assert not read(said, "odd widget network").clauses
    assert read(said, "odd widget network", "own").clauses


@pytest.mark.parametrize(
    "text",
    [
        "OWN-2 " * 300 + "in 2031.",
        "first " + "delivery " * 200 + "in 2031",
        "In 2031, " + "a " * 900 + "2032",
        "The first deliveries of " * 80 + " in 2031",
        "reached " * 200 + " initial operational capability in 2031",
        "five of the participating Allies (" * 50,
        "\ue000\ue001 was launched in 2031 \ue0ff",
        "x" * 10_000 + " 2031",
    ],
)
def test_hostile_sentences_are_not_understood(text: str) -> None:
    assert not read(text).clauses


def test_the_status_before_its_sentences() -> None:
    assert status_of("Established – X grew.") == ("established", "Established –", "X grew.")
    assert status_of("Established") == ("established", "Established", "")
    assert status_of("X was launched in May 2031.") == ("", "", "X was launched in May 2031.")
    assert status_of("") == ("", "", "")


def test_ids_of_headings() -> None:
    assert project_name("A Thing (A-T&2)").slug == "a-t-2"
    assert project_name("A thing (in part)").slug == "a-thing-in-part"
    assert area_id("Odd (O) things", {"odd things": "odds"}) == "odds"
    assert area_id("Odd things (OT)", {}) == "odd-things"
    assert known_project(project_name("New Name (ABC)"), {"abc": "x", "old name": "x"}) == "x"
    assert known_project(project_name("Old Name (DEF)"), {"abc": "x", "old name": "x"}) == "x"


@pytest.mark.parametrize("status", ["Being established", "Established, delivering", "Completed"])
@pytest.mark.parametrize("behind", [" ({})", " – {}", " | {}"])
def test_a_status_is_taken_off_a_name_as_the_page_writes_it(status: str, behind: str) -> None:
    assert project_name(f"Odd Net (ON){behind.format(status)}").acronym == "ON"
    assert project_name("A unit newly established").name == "A unit newly established"


@pytest.mark.parametrize(
    "text", ["On hold since March 2031.", "On hold since March 2031. KON was launched in May 2028."]
)
def test_a_passage_stands_as_it_does_on_the_page(text: str) -> None:
    said = take(one(status=text))
    assert errors(said) == ["unknown-status"]
    assert "Status: On hold since March 2031." in [each.text for each in said.passages]
    assert all(each.text == each.text.strip() for each in said.passages)
