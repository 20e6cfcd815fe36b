"""What editors do to a page over the years: plans that move, lists in another order, new names."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from editions import BOATS, KITES, LAMPS, TENTS, mcc, pii, project
from interopwatch.capture.capture import capture
from interopwatch.capture.page.read import read
from later_pages import AUGUST, BY, CHECKED, boats, errors, of_march, one, partners, told
from pages import h, p

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Package
    from interopwatch.capture.capture import Capture
    from pages import Part

STATUS = "Being established. BFR was launched in October 2024."
OARS = project(
    "Oars for Boats (OFB)",
    "Modelled after its parent project above, OFB gathers oars.",
    "Finland and Norway",
    "Being established. OFB was launched in October 2024. The effort is currently being taken "
    "forward as a work strand under the BFR project.",
)


@pytest.fixture(scope="module")
def march(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return of_march(root, tmp_path_factory.mktemp("later"))


def of_water(package: Package, *sections: list[Part], updated: str = AUGUST) -> Capture:
    """An edition with other projects on the water."""
    page = mcc(("Camps and light", [TENTS, LAMPS]), ("Water", [*sections]), updated=updated)
    return capture(package, [read(page.text("2025").encode(), "page.txt")], checked=CHECKED)


@pytest.mark.parametrize(
    ("before", "after", "date"),
    [
        ("by the end of 2027", "by the end of 2028", "../2028"),
        ("in 2027", "by 2029", "../2029"),
        ("in 2027", "between 2027 and 2030", "2027/2030"),
    ],
)
def test_a_plan_that_is_put_off_is_no_less_exact_date(
    march: Package, before: str, after: str, date: str
) -> None:
    said = f"{STATUS} The last delivery is expected"
    planned = boats(march, f"{said} {before}.").package
    found = boats(planned, f"{said} {after}.")
    assert one(found.package, "milestones", "bfr", "last-delivery", "1")["date"] == date
    assert errors(found) == set()


def test_a_known_relation_stays_whatever_stands_above_now(march: Package) -> None:
    before = of_water(march, BOATS, OARS).package
    assert one(before, "relations", "ofb", "modelled-on", "bfr")
    found = of_water(before, KITES, OARS, BOATS)
    assert found.package.rows("relations") == before.rows("relations")
    without = of_water(before, KITES, OARS)
    assert ("ofb", "modelled-on", "bfr") not in {
        (row["project"], row["relation"], row["other"]) for row in without.package.rows("relations")
    }


def test_a_relation_that_is_denied_is_told_and_not_stated(march: Package) -> None:
    before = of_water(march, BOATS, OARS).package
    *above, status = OARS
    denied = status.text.replace("is currently being", "is no longer")
    found = of_water(before, BOATS, [*above, p(denied)])
    assert found.package.rows("relations") == before.rows("relations")
    assert "rests-on-unread" in errors(found)


def test_acronyms_in_capitals_tell_no_other_spelling(march: Package) -> None:
    named = [h(3, "Odd Oars (Modular Oars)"), *OARS[1:]]
    before = of_water(march, BOATS, named).package
    found = of_water(before, BOATS, [h(3, "ODD OARS (MODULAR OARS)"), *OARS[1:]])
    assert found.package.rows("projects") == before.rows("projects")


@pytest.mark.parametrize(
    "heading",
    [
        "Rafts for Lakes (RFL), formerly Boats for Rivers (BFR)",
        "Rafts for Lakes (RFL) (formerly BFR)",
        "Rafts for Lakes (RFL) – previously known as Boats for Rivers",
    ],
)
def test_a_heading_that_says_its_former_name_is_that_project(march: Package, heading: str) -> None:
    section = project(heading, "Rafts.", "Italy and Spain", "Established. RFL does well.")
    found = of_water(march, section)
    row = one(found.package, "projects", "bfr")
    assert (row["name"], row["acronym"]) == ("Rafts for Lakes", "RFL")
    assert len(found.package.rows("projects")) == len(march.rows("projects"))


def test_ministers_who_met_since_a_summit_did_not_meet_at_it(march: Package) -> None:
    said = "Defence ministers in IP format have met often since the 2016 Warsaw Summit."
    text = (
        pii(updated=AUGUST).text("2025").replace("Meetings are open", f"{said} Meetings are open")
    )
    found = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert found.package.rows("meetings") == march.rows("meetings")
    assert any(said in message for message in told(found, "date-not-understood"))


@pytest.mark.parametrize(
    "status",
    [
        "Being established. Launch: October 2024",
        "Being established. October 2024: launch",
        "Being established. October 2024: official launch. 2027 (planned): IOC",
    ],
)
def test_notes_of_a_date_and_what_it_is_of(march: Package, status: str) -> None:
    found = boats(march, status)
    assert errors(found) == set()
    ahead = {row["milestone"]: row["date"] for row in found.package.rows("milestones")
             if row["project"] == "bfr" and row["expected"] == "true"}  # fmt: skip
    assert ahead == ({"initial-operational-capability": "2027"} if "IOC" in status else {})


@pytest.mark.parametrize(
    ("participants", "lead"),
    [
        ("Finland, Norway (framework nation), Sweden and the United Kingdom", "NOR"),
        (f"{BY}\n\nFramework nation: Sweden", "SWE"),
        (f"{BY}\n\nLed by: Sweden", "SWE"),
    ],
)
def test_the_framework_nation_leads(march: Package, participants: str, lead: str) -> None:
    found = boats(march, STATUS, participants)
    assert one(found.package, "projects", "bfr")["lead"] == lead
    assert found.package.rows("participations") == march.rows("participations")


@pytest.mark.parametrize("label", ["Participants (four)", "Countries involved", "Nations involved"])
def test_other_labels_of_lists(march: Package, label: str) -> None:
    found = boats(march, STATUS, BY, f"Participants: {BY}", f"{label}: {BY}")
    assert found.package.rows("participations") == march.rows("participations")
    assert errors(found) == set()


def test_what_became_of_a_project_is_told_without_a_date(march: Package) -> None:
    said = "It is now closed."
    found = boats(march, f"{STATUS} {said}")
    assert any(said in message for message in told(found, "not-understood"))


def test_what_a_page_has_twice_and_hides_once_is_not_told(march: Package) -> None:
    text = mcc(updated=AUGUST).html("new")
    line = f"<p>Participants: {BY}</p>"
    hidden = text.replace("</main>", f'<div aria-hidden="true">{line}</div></main>')
    assert hidden != text
    found = capture(march, [read(hidden.encode(), "page.html")], checked=CHECKED)
    assert told(found, "left-out") == []


def test_of_several_that_came_since_a_date_none_is_said_to_have_come_then(march: Package) -> None:
    found = partners(
        march,
        ("Shortly after the 2014 Wales Summit, five partners were",
         "Since the 2014 Wales Summit, six partners have been"),
        ("Jordan and Sweden. Ukraine was recognised as a sixth EOP in June 2020.",
         "Jordan, Sweden and Ukraine."),
    )  # fmt: skip
    assert found.package.rows("memberships") == march.rows("memberships")
    assert "rests-on-unread" in errors(found)


def test_years_later_lead_a_sentence(march: Package) -> None:
    was = "Ukraine was recognised as a sixth EOP in June 2020."
    found = partners(march, (was, f"Six years later, on 12 {was[-10:-1]}, {was[:-14]}."))
    assert one(found.package, "memberships", "eop", "UKR", "1")["start"] == "2020-06-12"
    assert errors(found) == set()


def test_who_joined_is_read_before_how_many_there_are_now(march: Package) -> None:
    said = "On 3 May 2025, Italy and Spain joined BFR, which now brings together 6 countries."
    found = boats(march, f"{STATUS} {said}")
    for party in ("ITA", "ESP"):
        row = one(found.package, "participations", "bfr", party, "participant")
        assert row["joined"] == "2025-05-03"
    assert one(found.package, "stated_counts", "bfr-countries")["stated"] == "6"
    assert errors(found) == set()


def test_whose_participation_ended_left(march: Package) -> None:
    said = f"{STATUS} The participation of Sweden in BFR ended on 3 May 2025."
    found = boats(march, said, "Finland, Norway and the United Kingdom")
    row = one(found.package, "participations", "bfr", "SWE", "participant")
    assert row["left"] == "2025-05-03"


@pytest.mark.parametrize("handed", ["handed the lead", "passed on the leadership"])
def test_who_was_handed_the_lead_leads(march: Package, handed: str) -> None:
    found = boats(march, f"{STATUS} Finland {handed} to Norway in May 2025.")
    assert one(found.package, "projects", "bfr")["lead"] == "NOR"


def test_a_list_of_a_line_each_beside_the_text_is_told(march: Package) -> None:
    text = pii(updated=AUGUST).html("new")
    names = "".join(f"<li>{name}</li>\n" for name in ("Ireland", "Japan", "Morocco", "Serbia"))
    beside = text.replace("</main>", f"</main><aside><ul>\n{names}</ul></aside>")
    assert beside != text
    found = capture(march, [read(beside.encode(), "page.html")], checked=CHECKED)
    (message,) = told(found, "left-out")
    assert "it names 4 countries" in message
    assert "Ireland, Japan, Morocco, Serbia" in message


def test_what_a_pointer_would_show_is_no_part_of_a_name(march: Package) -> None:
    tip = '<span>Jordan<span role="tooltip">Capital: Amman</span></span>'
    text = pii(updated=AUGUST).html("new").replace("Jordan", tip)
    found = capture(march, [read(text.encode(), "page.html")], checked=CHECKED)
    assert found.package.rows("memberships") == march.rows("memberships")
    assert errors(found) == set()


@pytest.mark.parametrize(
    "edge",
    [
        "\n\f",
        "\nPage {n} of 9\n\fMultinational capability cooperation\n\n",
        "\nMultinational capability cooperation          Page {n}\n\n",
        "\n                    - {n} -\n\n",
        "\n{n}\n\n",
    ],
)
def test_paragraphs_run_on_over_the_edges_of_printed_pages(march: Package, edge: str) -> None:
    text = mcc(updated=AUGUST).text("2025").replace("oats that any", "oats that at any time any")
    paragraphs = (textwrap.wrap(line, 58) or [""] for line in text.splitlines())
    lines = [line for wrapped in paragraphs for line in wrapped]
    sheets = ["\n".join(lines[at : at + 14]) for at in range(0, len(lines), 14)]
    printed = "".join(f"{sheet}\n{edge.format(n=n)}" for n, sheet in enumerate(sheets, 1))
    found = capture(march, [read(printed.encode(), "page.txt")], checked=CHECKED)
    assert found.package.rows("projects") == march.rows("projects")
    assert found.package.rows("participations") == march.rows("participations")
    assert found.package.rows("areas") == march.rows("areas")
    assert errors(found) == set()


def test_lines_that_only_count_are_no_pages(march: Package) -> None:
    text = mcc(updated=AUGUST).text("2025").replace("\nWhy water", "\n7\n8\n12\nWhy water")
    found = capture(march, [read(text.encode(), "page.txt")], checked=CHECKED)
    assert {"7", "8", "12"} <= {each.text for each in found.pages[0].passages}


def test_passages_that_stand_twice_for_other_screens_are_read_once(march: Package) -> None:
    text = mcc(updated=AUGUST).html("new")
    section = "\n".join(f"<p>{each.text}</p>" for each in BOATS[1:])
    assert section in text
    each_twice = "\n".join(line for each in section.split("\n") for line in (each, each))
    for twice in (f"{section}\n{section}", each_twice):
        page = text.replace(section, twice)
        found = capture(march, [read(page.encode(), "page.html")], checked=CHECKED)
        assert found.package.rows("projects") == march.rows("projects")
        assert errors(found) == set()


@pytest.mark.parametrize(
    "said",
    [
        "NATO welcomed Japan as its newest Enhanced Opportunities Partner on 3 May 2025.",
        "Japan became NATO’s newest EOP on 3 May 2025.",
        "Japan has held EOP status since 3 May 2025.",
    ],
)
def test_the_newest_partner_and_who_has_held_the_status_since(march: Package, said: str) -> None:
    found = partners(
        march, (" Upon", f" {said} Upon"), current="Australia, Georgia, Japan, Jordan and Ukraine"
    )
    assert one(found.package, "memberships", "eop", "JPN", "1")["start"] == "2025-05-03"
    assert errors(found) == set()


def test_each_name_has_its_date_in_parentheses(march: Package) -> None:
    said = "Finland (in April 2023) and Sweden (in March 2024) joined NATO."
    found = partners(march, (" Upon", f" {said} Upon"))
    ends = {party: one(found.package, "memberships", "eop", party, "1")["end"]
            for party in ("FIN", "SWE")}  # fmt: skip
    assert ends == {"FIN": "2023-04", "SWE": "2024-03"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It has 155mm artillery.", "It has 155mm and 120mm artillery."),
        ("It has 155mm artillery.", "It has 120 mm or 105 mm artillery."),
        ("Six training campuses are open.", "Six to eight training campuses are open."),
        ("Six training campuses are open.", "Six or seven training campuses are open."),
    ],
)
def test_a_number_that_is_one_of_two_is_not_taken_for_the_one(
    march: Package, before: str, after: str
) -> None:
    known = boats(march, f"{STATUS} {before}").package
    assert known.rows("quantities") != march.rows("quantities")
    found = boats(known, f"{STATUS} {after}")
    assert found.package.rows("quantities") == known.rows("quantities")
    assert "rests-on-unread" in errors(found)


@pytest.mark.parametrize("divider", [" – ", " • "])
def test_names_divided_by_dashes_or_dots(march: Package, divider: str) -> None:
    found = boats(march, STATUS, divider.join(("Finland", "Norway", "Sweden", "United Kingdom")))
    assert found.package.rows("participations") == march.rows("participations")
    assert errors(found) == set()


def test_a_status_of_some_day_is_a_status(march: Package) -> None:
    label = "Status (as of July 2025): Established. BFR was launched"
    found = boats(march, STATUS, BY, "Status: Being established. BFR was launched", label)
    assert one(found.package, "projects", "bfr")["status"] == "established"
    assert errors(found) == set()


ITALY = "Finland, Italy, Norway, Sweden and the United Kingdom"


def test_who_joined_and_left_in_one_sentence_took_part_in_between(march: Package) -> None:
    said = f"{STATUS} Italy joined in November 2024 and left in June 2025."
    found = boats(march, said)
    row = one(found.package, "participations", "bfr", "ITA", "participant")
    assert (row["joined"], row["left"]) == ("2024-11", "2025-06")


def test_who_left_and_is_listed_again_is_told(march: Package) -> None:
    joined = boats(march, STATUS, ITALY).package
    left = boats(joined, f"{STATUS} Italy left in June 2025.").package
    assert one(left, "participations", "bfr", "ITA", "participant")["left"] == "2025-06"
    again = boats(left, STATUS, ITALY)
    assert again.package.rows("participations") == left.rows("participations")
    assert "listed-again" in errors(again)


def test_who_left_is_in_no_later_number_of_participants(march: Package) -> None:
    counted = f"{STATUS} In total, 4 nations participate."
    joined = boats(march, STATUS, ITALY).package
    left = boats(joined, f"{counted} Italy left in June 2025.").package
    assert errors(boats(left, counted)) == set()


def test_a_list_takes_out_nobody_of_whom_a_sentence_is_not_understood(march: Package) -> None:
    joined = boats(march, STATUS, ITALY).package
    said = "Italy’s seat was vacated in June 2025."
    found = boats(joined, f"{STATUS} {said}")
    assert one(found.package, "participations", "bfr", "ITA", "participant")
    assert "rests-on-unread" in errors(found)
    assert errors(boats(joined, STATUS)) == set()


def test_who_came_after_the_highest_ordinal_is_not_in_its_number(march: Package) -> None:
    said = "Japan was recognised as a seventh EOP in March 2025."
    names = "Australia, Georgia, Japan, Jordan and Ukraine"
    came = partners(march, (" Upon", f" {said} Upon"), current=names).package
    left = partners(
        came, (" Upon", f" {said} Japan lost its EOP status in June 2025. Upon")
    ).package
    found = partners(left)
    assert one(found.package, "memberships", "eop", "JPN", "1")["end"] == "2025-06"
    assert errors(found) == set()
